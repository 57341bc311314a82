"""The canonical claim store: its tables and columns, what each means, and where CCLF holds it.

Names follow the Tuva input layer where both have the thing. Every row keeps where it came from
(`source_file`, `source_line`). All tables but the small ones are bucketed by `person_id`.

Debit/credit history is kept: a cancellation is a row of its own with negative amounts, so spending
is a plain signed sum over rows known by a cut-off date. Which rows remain final for counting
services depends on that date and is decided by a step, not here.

Month masks are integers; bit 0 is January, bit 11 December.
"""

from __future__ import annotations

from dataclasses import dataclass

MONEY = "decimal(12,2)"


@dataclass(frozen=True)
class Column:
    """A column: its SQL type, what it means, and the feed field it usually comes from."""

    name: str
    type: str
    meaning: str
    source: str = ""


@dataclass(frozen=True)
class StoreTable:
    """A table of the store: its grain and columns; `bucketed` tables are split by person."""

    name: str
    grain: str
    columns: tuple[Column, ...]
    bucketed: bool = True

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]


_SOURCE = (
    Column("source_file", "string", "file name the row was read from"),
    Column("source_line", "bigint", "line of that file, counted from 1"),
)
_PERSON = Column("person_id", "string", "current identifier of the person (after cross-reference)")
_KNOWN = (
    Column(
        "adjustment_type",
        "string",
        "0 original, 1 cancellation, 2 adjustment",
        "CLM_ADJSMT_TYPE_CD",
    ),
    Column("sign", "int", "-1 on a cancellation, else 1; already applied to every amount"),
    Column(
        "natural_key",
        "string",
        "joins the rows of one debit/credit chain within a person (CCLF5 and CCLF6 each)",
    ),
    Column("effective_date", "date", "processing date", "CLM_EFCTV_DT"),
    Column("load_date", "date", "date the row became known to CMS's repository", "CLM_IDR_LD_DT"),
    Column(
        "is_denied",
        "boolean",
        "denied, counts for nothing; a cancellation as the record it takes back",
    ),
)

PERSON = StoreTable(
    "person",
    "one row a person",
    (
        _PERSON,
        Column("birth_date", "date", "date of birth", "BENE_DOB"),
        Column("death_date", "date", "date of death, null if alive", "BENE_DEATH_DT"),
        Column("sex", "string", "male, female or unknown", "BENE_SEX_CD 1, 2, 0"),
        Column("race", "string", "race code as given", "BENE_RACE_CD"),
        Column(
            "original_reason_entitlement_code",
            "string",
            "0 age, 1 disability, 2 ESRD, 3 both",
            "BENE_ORGNL_ENTLMT_RSN_CD",
        ),
        *_SOURCE,
    ),
)
PERSON_IDENTIFIER = StoreTable(
    "person_identifier",
    "one row an identifier a person ever had",
    (
        Column("member_id", "string", "identifier as it stands in a feed", "BENE_MBI_ID, PRVS_NUM"),
        _PERSON,
    ),
    bucketed=False,
)
ENROLLMENT = StoreTable(
    "enrollment",
    "one row a person, calendar year and enrollment type with at least one month",
    (
        _PERSON,
        Column("calendar_year", "int", "year of the months"),
        Column("enrollment_type", "string", "ESRD, DISABLED, AGED_DUAL or AGED_NON_DUAL"),
        Column(
            "month_mask",
            "int",
            "months of that type (A and B, not Medicare Advantage)",
            "ENROLLFLAG1-12",
        ),
    ),
)
COVERAGE = StoreTable(
    "coverage",
    "one row a person and calendar year",
    (
        _PERSON,
        Column("calendar_year", "int", "year of the months"),
        Column("part_a_mask", "int", "months with Part A", "BENE_ENTLMT_BUYIN_IND 1, 3, A, C"),
        Column("part_b_mask", "int", "months with Part B", "BENE_ENTLMT_BUYIN_IND 2, 3, B, C"),
        Column(
            "medicare_advantage_mask", "int", "months in Medicare Advantage, a cost plan or PACE"
        ),
        Column(
            "other_initiative_mask", "int", "months assigned to another shared savings initiative"
        ),
        Column("dual_mask", "int", "months dually eligible or with a low-income subsidy"),
    ),
)
RESIDENCE = StoreTable(
    "residence",
    "one row a person, calendar year and place of residence",
    (
        _PERSON,
        Column("calendar_year", "int", "year of the months"),
        Column(
            "county", "string", "five-digit FIPS state and county", "BENE_FIPS_STATE_CD, _CNTY_CD"
        ),
        Column("in_united_states", "boolean", "a state, the District of Columbia or a territory"),
        Column("month_mask", "int", "months lived there"),
    ),
)
INSTITUTIONAL_CLAIM = StoreTable(
    "institutional_claim",
    "one row a Part A claim record (header); cancellations are rows of their own",
    (
        Column("claim_id", "string", "claim record", "CUR_CLM_UNIQ_ID"),
        _PERSON,
        Column(
            "claim_type_code",
            "string",
            "10 home health, 20 and 30 SNF, 40 outpatient, 50 hospice, 60 inpatient",
            "CLM_TYPE_CD",
        ),
        Column(
            "bill_type_code",
            "string",
            "facility type, classification, frequency",
            "CLM_BILL_FAC_TYPE_CD, CLM_BILL_CLSFCTN_CD, CLM_BILL_FREQ_CD",
        ),
        Column(
            "facility_ccn",
            "string",
            "billing provider's CMS certification number",
            "PRVDR_OSCAR_NUM",
        ),
        Column(
            "facility_npi", "string", "facility's national provider identifier", "FAC_PRVDR_NPI_NUM"
        ),
        Column("claim_start_date", "date", "from date", "CLM_FROM_DT"),
        Column(
            "claim_end_date", "date", "through date: the date the claim is incurred", "CLM_THRU_DT"
        ),
        Column(
            "discharge_disposition_code", "string", "patient discharge status", "BENE_PTNT_STUS_CD"
        ),
        Column("drg_code", "string", "MS-DRG", "DGNS_DRG_CD"),
        Column("primary_diagnosis_code", "string", "principal diagnosis, no dot", "PRNCPL_DGNS_CD"),
        Column("admit_type_code", "string", "type of admission", "CLM_ADMSN_TYPE_CD"),
        Column("attending_npi", "string", "attending clinician", "ATNDG_PRVDR_NPI_NUM"),
        Column("operating_npi", "string", "operating clinician", "OPRTG_PRVDR_NPI_NUM"),
        Column("other_npi", "string", "other clinician", "OTHR_PRVDR_NPI_NUM"),
        Column("paid_amount", MONEY, "signed Medicare payment of the header", "CLM_PMT_AMT"),
        Column("charge_amount", MONEY, "signed total charges", "CLM_MDCR_INSTNL_TOT_CHRG_AMT"),
        Column(
            "operating_ime_amount", MONEY, "signed indirect medical education", "CLM_OPRTNL_IME_AMT"
        ),
        Column(
            "operating_dsh_amount",
            MONEY,
            "signed disproportionate share",
            "CLM_OPRTNL_DSPRPRTNT_AMT",
        ),
        Column("capital_ime_amount", MONEY, "signed capital IME", "CLM_MDCR_IP_PPS_CPTL_IME_AMT"),
        Column("capital_dsh_amount", MONEY, "signed capital DSH", "CLM_MDCR_IP_PPS_DSPRPRTNT_AMT"),
        Column(
            "uncompensated_care_amount",
            MONEY,
            "signed uncompensated care",
            "CLM_HIPPS_UNCOMPD_CARE_AMT",
        ),
        *_KNOWN,
        *_SOURCE,
    ),
)
INSTITUTIONAL_LINE = StoreTable(
    "institutional_line",
    "one row a revenue line of a Part A claim record",
    (
        Column("claim_id", "string", "claim record", "CUR_CLM_UNIQ_ID"),
        Column("claim_line_number", "bigint", "line", "CLM_LINE_NUM"),
        _PERSON,
        Column("revenue_center_code", "string", "four digits", "CLM_LINE_PROD_REV_CTR_CD"),
        Column("hcpcs_code", "string", "procedure or product", "CLM_LINE_HCPCS_CD"),
        Column("claim_line_start_date", "date", "line from date", "CLM_LINE_FROM_DT"),
        Column("claim_line_end_date", "date", "line through date", "CLM_LINE_THRU_DT"),
        Column(
            "paid_amount",
            MONEY,
            "signed line payment; counts only where lines add up to the header",
            "CLM_LINE_CVRD_PD_AMT",
        ),
        *_SOURCE,
    ),
)
PROFESSIONAL_LINE = StoreTable(
    "professional_line",
    "one row a Part B line (physician and supplier, durable medical equipment)",
    (
        Column("claim_id", "string", "claim record", "CUR_CLM_UNIQ_ID"),
        Column("claim_line_number", "bigint", "line", "CLM_LINE_NUM"),
        _PERSON,
        Column("claim_type_code", "string", "71, 72 physician; 81, 82 equipment", "CLM_TYPE_CD"),
        Column("claim_start_date", "date", "claim from date", "CLM_FROM_DT"),
        Column("claim_end_date", "date", "claim through date", "CLM_THRU_DT"),
        Column("claim_line_start_date", "date", "date of service", "CLM_LINE_FROM_DT"),
        Column("claim_line_end_date", "date", "line through date: incurred", "CLM_LINE_THRU_DT"),
        Column("hcpcs_code", "string", "procedure", "CLM_LINE_HCPCS_CD"),
        Column("hcpcs_modifier_1", "string", "first modifier", "HCPCS_1_MDFR_CD"),
        Column("place_of_service_code", "string", "two digits", "CLM_POS_CD"),
        Column("specialty_code", "string", "provider specialty on the line", "CLM_PRVDR_SPCLTY_CD"),
        Column("rendering_npi", "string", "rendering clinician", "RNDRG_PRVDR_NPI_NUM"),
        Column(
            "rendering_tin",
            "string",
            "taxpayer number billed under, nine digits",
            "CLM_RNDRG_PRVDR_TAX_NUM",
        ),
        Column("diagnosis_code_1", "string", "line diagnosis, no dot", "CLM_LINE_DGNS_CD"),
        Column("units", "decimal(18,4)", "service units", "CLM_LINE_SRVC_UNIT_QTY"),
        Column("paid_amount", MONEY, "signed Medicare payment", "CLM_LINE_CVRD_PD_AMT"),
        Column("allowed_amount", MONEY, "signed allowed charge", "CLM_LINE_ALOWD_CHRG_AMT"),
        *_KNOWN,
        *_SOURCE,
    ),
)
DIAGNOSIS = StoreTable(
    "diagnosis",
    "one row a diagnosis on a claim record",
    (
        Column("claim_id", "string", "claim record"),
        _PERSON,
        Column("claim_kind", "string", "institutional or professional"),
        Column("position", "int", "position on the claim, 1 principal"),
        Column("diagnosis_code", "string", "code without dot, upper case", "CLM_DGNS_CD"),
        Column("code_version", "string", "0 ICD-10, 9 ICD-9", "DGNS_PRCDR_ICD_IND"),
        Column("claim_start_date", "date", "from date of the claim"),
        Column("claim_end_date", "date", "through date of the claim"),
        *_SOURCE,
    ),
)
PROCEDURE = StoreTable(
    "procedure",
    "one row an ICD procedure on an institutional claim record",
    (
        Column("claim_id", "string", "claim record"),
        _PERSON,
        Column("position", "int", "position on the claim"),
        Column("procedure_code", "string", "ICD procedure without dot", "CLM_PRCDR_CD"),
        Column("code_version", "string", "0 ICD-10, 9 ICD-9", "DGNS_PRCDR_ICD_IND"),
        Column("procedure_date", "date", "date performed", "CLM_PRCDR_PRFRM_DT"),
        *_SOURCE,
    ),
)
PAYMENT_DETAIL = StoreTable(
    "payment_detail",
    "one row a claim or line processed under a benefit enhancement or demonstration (CCLFA, CCLFB)",
    (
        Column("claim_id", "string", "claim record", "CUR_CLM_UNIQ_ID"),
        Column(
            "claim_line_number", "bigint", "line; null on an institutional claim", "CLM_LINE_NUM"
        ),
        _PERSON,
        Column("claim_type_code", "string", "as on the claim", "CLM_TYPE_CD"),
        Column(
            "admission_date", "date", "start of active care: admission", "CLM_ACTV_CARE_FROM_DT"
        ),
        Column(
            "demonstration_codes",
            "string",
            "up to five two-digit codes, run together",
            "CLM_DEMO_1ST_NUM",
        ),
        Column(
            "population_based_payment_inclusion_amount",
            MONEY,
            "as given, not signed",
            "CLM_PBP_INCLSN_AMT",
        ),
        Column(
            "population_based_payment_reduction_amount",
            MONEY,
            "as given, not signed",
            "CLM_PBP_RDCTN_AMT",
        ),
        Column(
            "sequestration_reduction_amount", MONEY, "as given, not signed", "CLM_SQSTRTN_RDCTN_AMT"
        ),
        Column("deductible_amount", MONEY, "as given, not signed", "CLM_MDCR_DDCTBL_AMT"),
        *_SOURCE,
    ),
)
PHARMACY_CLAIM = StoreTable(
    "pharmacy_claim",
    "one row a final Part D event",
    (
        Column("claim_id", "string", "event", "CUR_CLM_UNIQ_ID"),
        _PERSON,
        Column("ndc_code", "string", "national drug code", "CLM_LINE_NDC_CD"),
        Column("dispensing_date", "date", "fill date", "CLM_LINE_FROM_DT"),
        Column("quantity", "decimal(18,4)", "units dispensed", "CLM_LINE_SRVC_UNIT_QTY"),
        Column("days_supply", "int", "days", "CLM_LINE_DAYS_SUPLY_QTY"),
        Column("patient_paid_amount", MONEY, "what the patient paid", "CLM_LINE_BENE_PMT_AMT"),
        *_SOURCE,
    ),
)
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
        *_SOURCE,
    ),
    bucketed=False,
)
VOLUNTARY_ALIGNMENT = StoreTable(
    "voluntary_alignment",
    "one row a person and performance year with a designated primary clinician",
    (
        _PERSON,
        Column("performance_year", "int", "year the designation is valid for"),
        Column("tin", "string", "taxpayer number of the clinician", "VA_TIN"),
        Column("npi", "string", "clinician", "VA_NPI"),
        *_SOURCE,
    ),
)
NON_CLAIMS_PAYMENT = StoreTable(
    "non_claims_payment",
    "one row a payment made for a person outside claims",
    (
        _PERSON,
        Column("payment_date", "date", "date it is attributed to"),
        Column("paid_amount", MONEY, "signed amount"),
        Column("program", "string", "demonstration or model that paid"),
        *_SOURCE,
    ),
)

RISK_SCORE = StoreTable(
    "risk_score",
    "one row a person, calendar year and enrollment type; given by a feed, or computed by the risk steps",
    (
        _PERSON,
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
        *_SOURCE,
    ),
)

TABLES = {
    table.name: table
    for table in (
        PERSON, PERSON_IDENTIFIER, ENROLLMENT, COVERAGE, RESIDENCE, INSTITUTIONAL_CLAIM,
        INSTITUTIONAL_LINE, PROFESSIONAL_LINE, DIAGNOSIS, PROCEDURE, PAYMENT_DETAIL,
        PHARMACY_CLAIM, PARTICIPANT, VOLUNTARY_ALIGNMENT, NON_CLAIMS_PAYMENT, RISK_SCORE,
    )
}  # fmt: skip
