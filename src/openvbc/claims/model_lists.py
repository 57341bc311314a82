"""The tables of the claim store from lists: participants, designations, payments, risk scores."""

from __future__ import annotations

from openvbc.claims.model_columns import MONEY, PERSON_ID, SOURCE, Column, StoreTable

PARTICIPANT = StoreTable(
    "participant",
    "one row a provider of an accountable care organisation and performance year",
    (
        Column("aco_id", "string", "organisation; the user's own and any others known"),
        Column("performance_year", "int", "year the list is for"),
        Column("tin", "string", "taxpayer number, nine digits, null on a facility row"),
        Column("npi", "string", "clinician, null when the whole TIN participates"),
        Column("ccn", "string", "facility, null on a TIN row"),
        Column("start_date", "date", "first day on the list, null if from the start"),
        Column("end_date", "date", "last day on the list, null if to the end"),
        *SOURCE,
    ),
    bucketed=False,
)
VOLUNTARY_ALIGNMENT = StoreTable(
    "voluntary_alignment",
    "one row a person and performance year with a designated primary clinician",
    (
        PERSON_ID,
        Column("performance_year", "int", "year the designation is valid for"),
        Column("tin", "string", "taxpayer number of the clinician", "VA_TIN"),
        Column("npi", "string", "clinician", "VA_NPI"),
        *SOURCE,
    ),
)
NON_CLAIMS_PAYMENT = StoreTable(
    "non_claims_payment",
    "one row a payment made for a person outside claims",
    (
        PERSON_ID,
        Column("payment_date", "date", "date it is attributed to"),
        Column("paid_amount", MONEY, "signed amount"),
        Column("program", "string", "demonstration or model that paid"),
        *SOURCE,
    ),
)

RISK_SCORE = StoreTable(
    "risk_score",
    "one row a person, calendar year and enrollment type; given by a feed, or computed by the risk "
    "steps",
    (
        PERSON_ID,
        Column("calendar_year", "int", "year the score is for"),
        Column("enrollment_type", "string", "ESRD, DISABLED, AGED_DUAL or AGED_NON_DUAL"),
        Column(
            "risk_score",
            "decimal(38,14)",
            "prospective CMS-HCC score, renormalised to the national assignable mean",
        ),
        Column(
            "demographic_score", "decimal(38,14)", "demographic risk score, renormalised likewise"
        ),
        Column("hcc_version", "string", "model version of the score", "HCC_VERSION"),
        *SOURCE,
    ),
)
