"""The layouts of the readmissions program's files, and how they spell the conditions."""

from __future__ import annotations

from openvbc.programs.published.layout import CCN_COLUMN, Column, Layout

CONDITIONS = ("AMI", "COPD", "HF", "PN", "CABG", "THA/TKA")
"""In the order of the supplemental file."""

SPELLINGS = {
    "ami": "AMI", "acute myocardial infarction": "AMI", "heart attack": "AMI",
    "copd": "COPD", "hf": "HF", "heart failure": "HF",
    "chronic obstructive pulmonary disease": "COPD",
    "pn": "PN", "pneumonia": "PN", "pneumoniuia": "PN", "cabg": "CABG",
    "coronary artery bypass graft": "CABG", "coronary artery bypass graft surgery": "CABG",
    "hip knee arthroplasty": "THA/TKA", "total hip knee arthroplasty": "THA/TKA",
    "tha tka": "THA/TKA", "hip knee": "THA/TKA", "hk": "THA/TKA", "tha and or tka": "THA/TKA",
}  # fmt: skip
_CONDITION = "(?P<item>" + "|".join(sorted(SPELLINGS, key=len, reverse=True)) + ")"
_DRG_RATIO = f"(?:drg payment ratio|ratio of drg payments)(?: for)? {_CONDITION}"


SUPPLEMENTAL = "HRRP supplemental file"
HOSPITAL_FILE = "HRRP hospital file"

SUPPLEMENTAL_LAYOUT = Layout(
    SUPPLEMENTAL,
    (
        CCN_COLUMN,
        Column(
            "factor",
            r"(?:corrected )?(?:fy \d{4} )?(?:hrrp )?(?:payment |readmissions? )?"
            r"adjustment factor(?: .*)?",
            required=True,
            label="payment adjustment factor",
        ),
        Column("reduction", "payment reduction percentage"),
        Column("dual_proportion", "dual proportion"),
        Column("peer_group", "peer group(?: assignment)?"),
        Column("modifier", "neutrality modifier"),
        Column("penalty", f"penalty indicator(?: for)? {_CONDITION}", "text"),
        Column("median", f"peer group median(?: err)?(?: for)? {_CONDITION}"),
        Column("drg_ratio", _DRG_RATIO),
        Column(
            "discharges",
            f"(?:number of )?(?:eligible )?(?:discharges|cases)(?: for)? {_CONDITION}",
        ),
        Column("discharges", f"(?:number of )?{_CONDITION} (?:eligible )?(?:discharges|cases)"),
        Column(
            "ratio",
            f"(?:err|excess readmissions? ratio)(?: for)? {_CONDITION}",
            required=True,
            label="ERR for each condition",
        ),
        Column("ratio", f"{_CONDITION} (?:err|excess readmissions? ratio)"),
    ),
)
SHARES_LAYOUT = Layout(
    "list of DRG payment ratios",
    (
        CCN_COLUMN,
        Column(
            "drg_ratio", _DRG_RATIO, required=True, label="DRG payment ratio for each condition",
        ),
    ),
)  # fmt: skip
"""A user's own list: before fiscal year 2019 no published file prints these shares."""
HOSPITAL_LAYOUT = Layout(
    HOSPITAL_FILE,
    (
        CCN_COLUMN,
        Column("name", "(?:facility|hospital) name", "text"),
        Column("measure", "measure (?:name|id)", "text", True, "Measure Name"),
        Column("discharges", "number of discharges"),
        Column("ratio", "excess readmission ratio", required=True, label="its ratio"),
        Column("predicted", "predicted readmission rate"),
        Column("expected", "expected readmission rate"),
        Column("readmissions", "number of readmissions"),
        Column("start", "(?:measure )?start date", "text"),
        Column("end", "(?:measure )?end date", "text"),
    ),
)
