"""The tables of the claim store that hold claims, their lines, diagnoses and procedures."""

from __future__ import annotations

from openvbc.claims.model_columns import KNOWN, MONEY, PERSON_ID, SOURCE, Column, StoreTable

INSTITUTIONAL_CLAIM = StoreTable(
    "institutional_claim",
    "one row a Part A claim record (header); cancellations are rows of their own",
    (
        Column("claim_id", "string", "claim record", "CUR_CLM_UNIQ_ID"),
        PERSON_ID,
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
        Column("admit_source_code", "string", "point of origin", "CLM_ADMSN_SRC_CD"),
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
        *KNOWN,
        *SOURCE,
    ),
)
INSTITUTIONAL_LINE = StoreTable(
    "institutional_line",
    "one row a revenue line of a Part A claim record",
    (
        Column("claim_id", "string", "claim record", "CUR_CLM_UNIQ_ID"),
        Column("claim_line_number", "bigint", "line", "CLM_LINE_NUM"),
        PERSON_ID,
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
        *SOURCE,
    ),
)
PROFESSIONAL_LINE = StoreTable(
    "professional_line",
    "one row a Part B line (physician and supplier, durable medical equipment)",
    (
        Column("claim_id", "string", "claim record", "CUR_CLM_UNIQ_ID"),
        Column("claim_line_number", "bigint", "line", "CLM_LINE_NUM"),
        PERSON_ID,
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
        *KNOWN,
        *SOURCE,
    ),
)
DIAGNOSIS = StoreTable(
    "diagnosis",
    "one row a diagnosis on a claim record",
    (
        Column("claim_id", "string", "claim record"),
        PERSON_ID,
        Column("claim_kind", "string", "institutional or professional"),
        Column("position", "int", "position on the claim, 1 principal"),
        Column("diagnosis_code", "string", "code without dot, upper case", "CLM_DGNS_CD"),
        Column("code_version", "string", "0 ICD-10, 9 ICD-9", "DGNS_PRCDR_ICD_IND"),
        Column("claim_start_date", "date", "from date of the claim"),
        Column("claim_end_date", "date", "through date of the claim"),
        *SOURCE,
    ),
)
PROCEDURE = StoreTable(
    "procedure",
    "one row an ICD procedure on an institutional claim record",
    (
        Column("claim_id", "string", "claim record"),
        PERSON_ID,
        Column("position", "int", "position on the claim"),
        Column("procedure_code", "string", "ICD procedure without dot", "CLM_PRCDR_CD"),
        Column("code_version", "string", "0 ICD-10, 9 ICD-9", "DGNS_PRCDR_ICD_IND"),
        Column("procedure_date", "date", "date performed", "CLM_PRCDR_PRFRM_DT"),
        *SOURCE,
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
        PERSON_ID,
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
        *SOURCE,
    ),
)
PHARMACY_CLAIM = StoreTable(
    "pharmacy_claim",
    "one row a final Part D event",
    (
        Column("claim_id", "string", "event", "CUR_CLM_UNIQ_ID"),
        PERSON_ID,
        Column("ndc_code", "string", "national drug code", "CLM_LINE_NDC_CD"),
        Column("dispensing_date", "date", "fill date", "CLM_LINE_FROM_DT"),
        Column("quantity", "decimal(18,4)", "units dispensed", "CLM_LINE_SRVC_UNIT_QTY"),
        Column("days_supply", "int", "days", "CLM_LINE_DAYS_SUPLY_QTY"),
        Column("patient_paid_amount", MONEY, "what the patient paid", "CLM_LINE_BENE_PMT_AMT"),
        *SOURCE,
    ),
)
