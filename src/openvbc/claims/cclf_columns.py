"""Which CCLF field becomes which column of the claim store.

Each entry of :data:`MAPS` is one CCLF file: the staged table and its columns. A column takes its
value from the first of its fields that the layout has and that is filled in.

Field names and meanings: CMS, CCLF Information Packet 40.0. Two provider fields exist for a role
since version 33; the store takes the enrollment system's one (the older), which every version has,
except for the chain key, which the packet defines on the claim's own billing number (section 5.1).
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Take:
    """A column of the staged table, the fields it comes from, and how they are read.

    kind: text, joined (all fields, as they stand), date, money (signed by the adjustment type when
    `signed`), quantity (four decimals), whole.
    """

    column: str
    kind: str
    fields: tuple[str, ...]
    required: str = ""
    """Reason for setting a record aside when the value is missing."""
    signed: bool = False
    needed: int = 0
    """Of joined fields, how many from the first on must be filled in for there to be a value."""


@dataclass(frozen=True)
class FileMap:
    """How one CCLF file is read into a staged table."""

    table: str
    columns: tuple[Take, ...]
    chain: tuple[str, ...] = ()
    """Fields of the natural key that joins a debit/credit chain, those of varying width last."""
    chain_of: str = ""
    """Put before the key where files of one table number their chains each for itself."""
    adjusted: bool = False
    """Whether records carry an adjustment type."""
    denial: str = ""
    """Which of :data:`DENIAL_FIELDS` deny a record."""


def _text(column: str, *fields: str, required: str = "") -> Take:
    return Take(column, "text", fields, required)


def _date(column: str, *fields: str, required: str = "") -> Take:
    return Take(column, "date", fields, required)


def _money(column: str, *fields: str, required: str = "") -> Take:
    return Take(column, "money", fields, required, signed=True)


NO_CLAIM = "no claim number"
NO_DATE = "no through date"
NO_AMOUNT = "no payment amount"

CLAIM = _text("claim_id", "CUR_CLM_UNIQ_ID", required=NO_CLAIM)
LINE = Take("claim_line_number", "whole", ("CLM_LINE_NUM",), "no line number")
TYPE = _text("claim_type_code", "CLM_TYPE_CD")
EFFECTIVE = _date("effective_date", "CLM_EFCTV_DT")
LOADED = _date("load_date", "CLM_IDR_LD_DT")
VERSION = _text("code_version", "DGNS_PRCDR_ICD_IND")

INSTITUTIONAL_CLAIM = FileMap(
    "institutional_claim",
    (
        CLAIM,
        TYPE,
        Take(
            "bill_type_code",
            "joined",
            ("CLM_BILL_FAC_TYPE_CD", "CLM_BILL_CLSFCTN_CD", "CLM_BILL_FREQ_CD"),
            needed=2,
        ),
        _text("facility_ccn", "PRVDR_OSCAR_NUM"),
        _text("facility_npi", "FAC_PRVDR_NPI_NUM"),
        _date("claim_start_date", "CLM_FROM_DT"),
        _date("claim_end_date", "CLM_THRU_DT", required=NO_DATE),
        _text("discharge_disposition_code", "BENE_PTNT_STUS_CD"),
        _text("drg_code", "DGNS_DRG_CD"),
        _text("primary_diagnosis_code", "PRNCPL_DGNS_CD"),
        _text("admit_type_code", "CLM_ADMSN_TYPE_CD"),
        _text("admit_source_code", "CLM_ADMSN_SRC_CD"),
        _text("attending_npi", "ATNDG_PRVDR_NPI_NUM"),
        _text("operating_npi", "OPRTG_PRVDR_NPI_NUM"),
        _text("other_npi", "OTHR_PRVDR_NPI_NUM"),
        _money("paid_amount", "CLM_PMT_AMT", required=NO_AMOUNT),
        _money("charge_amount", "CLM_MDCR_INSTNL_TOT_CHRG_AMT"),
        _money("operating_ime_amount", "CLM_OPRTNL_IME_AMT"),
        _money("operating_dsh_amount", "CLM_OPRTNL_DSPRPRTNT_AMT"),
        _money("capital_ime_amount", "CLM_MDCR_IP_PPS_CPTL_IME_AMT"),
        _money("capital_dsh_amount", "CLM_MDCR_IP_PPS_DSPRPRTNT_AMT"),
        _money("uncompensated_care_amount", "CLM_HIPPS_UNCOMPD_CARE_AMT"),
        EFFECTIVE,
        LOADED,
    ),
    chain=("CLM_FROM_DT", "CLM_THRU_DT", "CLM_BLG_PRVDR_OSCAR_NUM|PRVDR_OSCAR_NUM"),
    adjusted=True,
    denial="claim",
)
INSTITUTIONAL_LINE = FileMap(
    "institutional_line",
    (
        CLAIM,
        LINE,
        TYPE,
        _text("revenue_center_code", "CLM_LINE_PROD_REV_CTR_CD"),
        _text("hcpcs_code", "CLM_LINE_HCPCS_CD"),
        _date("claim_line_start_date", "CLM_LINE_FROM_DT"),
        _date("claim_line_end_date", "CLM_LINE_THRU_DT"),
        _money("paid_amount", "CLM_LINE_CVRD_PD_AMT"),
    ),
)
PROCEDURE = FileMap(
    "procedure",
    (
        CLAIM,
        TYPE,
        Take("position", "whole", ("CLM_VAL_SQNC_NUM",), "no position"),
        _text("procedure_code", "CLM_PRCDR_CD", required="no procedure code"),
        VERSION,
        _date("procedure_date", "CLM_PRCDR_PRFRM_DT"),
    ),
)
DIAGNOSIS = FileMap(
    "diagnosis",
    (
        CLAIM,
        TYPE,
        _text("product_type", "CLM_PROD_TYPE_CD"),
        Take("position", "whole", ("CLM_VAL_SQNC_NUM",), "no position"),
        _text("diagnosis_code", "CLM_DGNS_CD", required="no diagnosis code"),
        VERSION,
        _date("claim_start_date", "CLM_FROM_DT"),
        _date("claim_end_date", "CLM_THRU_DT"),
    ),
)
_PROFESSIONAL = (
    CLAIM,
    LINE,
    TYPE,
    _date("claim_start_date", "CLM_FROM_DT"),
    _date("claim_end_date", "CLM_THRU_DT"),
    _date("claim_line_start_date", "CLM_LINE_FROM_DT", "CLM_FROM_DT"),
    _date("claim_line_end_date", "CLM_LINE_THRU_DT", "CLM_THRU_DT", required=NO_DATE),
    _text("hcpcs_code", "CLM_LINE_HCPCS_CD"),
    _text("hcpcs_modifier_1", "HCPCS_1_MDFR_CD"),
    _text("place_of_service_code", "CLM_POS_CD"),
    _text("specialty_code", "CLM_PRVDR_SPCLTY_CD"),
    _text("rendering_npi", "RNDRG_PRVDR_NPI_NUM", "PAYTO_PRVDR_NPI_NUM"),
    _text("rendering_tin", "CLM_RNDRG_PRVDR_TAX_NUM"),
    _text("diagnosis_code_1", "CLM_LINE_DGNS_CD"),
    Take("units", "quantity", ("CLM_LINE_SRVC_UNIT_QTY",)),
    _money("paid_amount", "CLM_LINE_CVRD_PD_AMT", required=NO_AMOUNT),
    _money("allowed_amount", "CLM_LINE_ALOWD_CHRG_AMT"),
    EFFECTIVE,
    LOADED,
)
PROFESSIONAL_LINE = FileMap(
    "professional_line", _PROFESSIONAL, chain=("CLM_CNTL_NUM",), adjusted=True, denial="line"
)
EQUIPMENT_LINE = replace(PROFESSIONAL_LINE, chain_of="CCLF6")
PROFESSIONAL_DIAGNOSES = tuple(f"CLM_DGNS_{n}_CD" for n in range(1, 13))

DENIAL_FIELDS = {
    "claim": ("CLM_MDCR_NPMT_RSN_CD",),
    "line": ("CLM_CARR_PMT_DNL_CD", "CLM_PRCSG_IND_CD"),
}
"""Part A: any code denies the whole claim. Part B: the codes of ``denial_codes.csv`` deny the claim
or the line (CCLF Information Packet 40.0 section 3.5)."""

PHARMACY_CLAIM = FileMap(
    "pharmacy_claim",
    (
        CLAIM,
        TYPE,
        _text("ndc_code", "CLM_LINE_NDC_CD"),
        _date("dispensing_date", "CLM_LINE_FROM_DT", required="no fill date"),
        Take("quantity", "quantity", ("CLM_LINE_SRVC_UNIT_QTY",)),
        Take("days_supply", "whole", ("CLM_LINE_DAYS_SUPLY_QTY",)),
        Take("patient_paid_amount", "money", ("CLM_LINE_BENE_PMT_AMT",)),
        _text("adjustment_type", "CLM_ADJSMT_TYPE_CD"),
        EFFECTIVE,
        LOADED,
    ),
    chain=(
        "CLM_LINE_FROM_DT",
        "PRVDR_SRVC_ID_QLFYR_CD",
        "CLM_SRVC_PRVDR_GNRC_ID_NUM",
        "CLM_DSPNSNG_STUS_CD",
        "CLM_LINE_RX_SRVC_RFRNC_NUM",
        "CLM_LINE_RX_FILL_NUM",
    ),
)
DEMOGRAPHICS = FileMap(
    "demographics",
    (
        Take("county", "joined", ("BENE_FIPS_STATE_CD", "BENE_FIPS_CNTY_CD"), needed=2),
        _text("state", "GEO_USPS_STATE_CD"),
        _date("birth_date", "BENE_DOB"),
        _date("death_date", "BENE_DEATH_DT"),
        _text("sex", "BENE_SEX_CD"),
        _text("race", "BENE_RACE_CD"),
        _text("medicare_status_code", "BENE_MDCR_STUS_CD"),
        _text("dual_status_code", "BENE_DUAL_STUS_CD"),
        _text("original_reason_entitlement_code", "BENE_ORGNL_ENTLMT_RSN_CD"),
        _text("buy_in_code", "BENE_ENTLMT_BUYIN_IND"),
        _date("part_a_start_date", "BENE_PART_A_ENRLMT_BGN_DT"),
        _date("part_b_start_date", "BENE_PART_B_ENRLMT_BGN_DT"),
    ),
)
_DEMONSTRATIONS = tuple(f"CLM_DEMO_{n}_NUM" for n in ("1ST", "2ND", "3RD", "4TH", "5TH"))
_DETAIL = (
    CLAIM,
    TYPE,
    Take("demonstration_codes", "joined", _DEMONSTRATIONS),
    Take("population_based_payment_inclusion_amount", "money", ("CLM_PBP_INCLSN_AMT",)),
    Take("population_based_payment_reduction_amount", "money", ("CLM_PBP_RDCTN_AMT",)),
    Take("sequestration_reduction_amount", "money", ("CLM_SQSTRTN_RDCTN_AMT",)),
    Take("deductible_amount", "money", ("CLM_MDCR_DDCTBL_AMT",)),
)  # fmt: skip
CLAIM_DETAIL = FileMap(
    "payment_detail", (*_DETAIL, _date("admission_date", "CLM_ACTV_CARE_FROM_DT"))
)
LINE_DETAIL = FileMap("payment_detail", (*_DETAIL, LINE))

MAPS = {
    "1": INSTITUTIONAL_CLAIM,
    "2": INSTITUTIONAL_LINE,
    "3": PROCEDURE,
    "4": DIAGNOSIS,
    "5": PROFESSIONAL_LINE,
    "6": EQUIPMENT_LINE,
    "7": PHARMACY_CLAIM,
    "8": DEMOGRAPHICS,
    "A": CLAIM_DETAIL,
    "B": LINE_DETAIL,
}
