"""The tables of the claim store about people: who they are, what covers them, where they live."""

from __future__ import annotations

from openvbc.claims.model_columns import PERSON_ID, SOURCE, Column, StoreTable

PERSON = StoreTable(
    "person",
    "one row a person",
    (
        PERSON_ID,
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
        *SOURCE,
    ),
)
PERSON_IDENTIFIER = StoreTable(
    "person_identifier",
    "one row an identifier a person ever had",
    (
        Column("member_id", "string", "identifier as it stands in a feed", "BENE_MBI_ID, PRVS_NUM"),
        PERSON_ID,
    ),
    bucketed=False,
)
ENROLLMENT = StoreTable(
    "enrollment",
    "one row a person, calendar year and enrollment type with at least one month",
    (
        PERSON_ID,
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
        PERSON_ID,
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
        PERSON_ID,
        Column("calendar_year", "int", "year of the months"),
        Column(
            "county", "string", "five-digit FIPS state and county", "BENE_FIPS_STATE_CD, _CNTY_CD"
        ),
        Column("in_united_states", "boolean", "a state, the District of Columbia or a territory"),
        Column("month_mask", "int", "months lived there"),
    ),
)
