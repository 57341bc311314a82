"""Write the code sets of ``rules/care`` from the published files below ``OPENVBC_SHARED``.

    OPENVBC_SHARED=../shared python scripts/extract_care_tables.py

Codes and numbers only; tests/oracles/test_care_code_sets.py holds them equal to the files.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "data"
CARE = SHARED / "care"
RULES = Path(__file__).resolve().parents[1] / "src" / "openvbc" / "rules" / "care"
CCW = {
    "CCW30": "CMS Chronic Conditions Warehouse, 30 conditions, rev. 02/2022",
    "CCW27": "CMS Chronic Conditions Warehouse, 27 conditions, rev. 2022",
}
QUAN = "Quan 2005 (ICD coding of Charlson conditions), as in pycomorb 1.20261001"
GILBERT = "Gilbert et al., Lancet 2018, Hospital Frailty Risk Score"
AHRQ = "AHRQ Elixhauser Comorbidity Software Refined for ICD-10-CM, v2026.1"
LACE = "van Walraven et al. 2010; weights as printed in BMC Cardiovasc Disord 2014 14:97, table 1"
EVERY_POSITION = 99
LACE_POINTS = {
    "Myocardial infarction": 1, "Cerebrovascular disease": 1, "Peripheral vascular disease": 1,
    "Diabetes without chronic complication": 1, "Congestive heart failure": 2,
    "Diabetes with chronic complication": 2, "Chronic pulmonary disease": 2,
    "Mild liver disease": 2, "Renal disease": 2, "Dementia": 3, "Rheumatic disease": 3,
    "Moderate or severe liver disease": 4, "AIDS/HIV": 4, "Metastatic solid tumor": 6,
}  # fmt: skip
VERSIONS = {"ICD10DX": "0", "ICD9DX": "9"}


def read(path: Path) -> Iterator[dict[str, str]]:
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    yield from csv.DictReader(io.StringIO(text.decode("utf-8-sig")))


def write(name: str, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    (RULES / f"{name}.csv.gz").write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


def conditions() -> None:
    paths, codes = [], []
    for algorithm, cite in CCW.items():
        stem = f"{algorithm.lower()}_2022"
        for row in read(CARE / f"{stem}_rules.csv"):
            for path in ("1", "2"):
                for setting in filter(None, row[f"path{path}_claim_types"].split("|")):
                    apart = row["path2_min_days_apart"] if path == "2" else "0"
                    paths.append((algorithm, row["condition"], row["name"].strip(), path, setting,
                                  row[f"path{path}_claims"], apart or "0",
                                  row["reference_months"], cite, "confirmed"))  # fmt: skip
        for row in read(CARE / f"{stem}_codes.csv"):
            role = "INCLUDE" if row["role"] == "include" else "EXCLUDE"
            version = VERSIONS[row.get("code_system", "ICD10DX")]
            last = row.get("dx_position", "ANY").split()[-1].removeprefix("DX")
            last = EVERY_POSITION if last == "ANY" else last
            doubtful = version == "9" and role == "EXCLUDE"
            codes.append((algorithm, row["condition"], role, version, last,
                          row.get("code") or row["icd10cm"], cite,
                          "unverified" if doubtful else "confirmed"))  # fmt: skip
    write("condition_path", ("algorithm", "condition", "name", "path", "setting", "claims",
                             "days_apart", "reference_months", "cite", "status"),
          paths)  # fmt: skip
    write("condition_code", ("algorithm", "condition", "role", "code_version", "last_position",
                             "diagnosis_code", "cite", "status"), codes)  # fmt: skip


def scores() -> None:
    codes, points = [], []
    for row in read(CARE / "charlson_quan.csv"):
        category = row["category"]
        for version, column in (("9", "icd9_prefixes"), ("0", "icd10_prefixes")):
            for code in row[column].split("|"):
                codes.append(("CHARLSON", category, version, "true", code, QUAN, "secondary"))
                if category in LACE_POINTS:
                    codes.append(("LACE", category, version, "true", code, QUAN, "secondary"))
        points.append(("CHARLSON", category, row["weight_quan_2011"], "Quan 2011", "secondary"))
        if category in LACE_POINTS:
            points.append(("LACE", category, LACE_POINTS[category], LACE, "secondary"))
    for row in read(CARE / "hospital_frailty_risk_score.csv"):
        code = row["icd10_prefix"]
        codes.append(("FRAILTY", code, "0", "true", code, GILBERT, "secondary"))
        points.append(("FRAILTY", code, row["points"], GILBERT, "secondary"))
    for row in read(CARE / "ahrq_elixhauser_v2026_codes.csv"):
        measure = "CMR_CBVD" if row["measure"].startswith("CMR_CBVD") else row["measure"]
        codes.append(("ELIXHAUSER", measure, "0", "false", row["icd10cm"], AHRQ, "confirmed"))
    for row in read(CARE / "ahrq_elixhauser_v2026_index_weights.csv"):
        points.append(
            ("ELIXHAUSER", row["measure"], row["readmission_30d_weight"], AHRQ, "secondary")
        )
    write("score_code", ("score", "category", "code_version", "is_prefix", "code", "cite",
                         "status"), dict.fromkeys(codes))  # fmt: skip
    write("score_points", ("score", "category", "points", "cite", "status"), points)


def indicators() -> None:
    pqi = SHARED / "quality" / "claims_measures" / "pqi_v2024"
    procedures = {"ACSCARP", "ACSLEAP", "DIALY2P", "IMMUNIP"}
    rows = [("PQI", row["format"], "PROCEDURE" if row["format"] in procedures else "DIAGNOSIS",
             row["code"].strip(), "AHRQ PQI v2024", "confirmed")
            for row in read(pqi / "code_sets.csv.gz")]  # fmt: skip
    rows += [("PQE", row["set"], "DIAGNOSIS", row["icd10cm"], "AHRQ PQE v2024", "confirmed")
             for row in read(CARE / "ahrq_pqe_v2024_codes.csv")]  # fmt: skip
    write("indicator_code", ("family", "code_set", "code_kind", "code", "cite", "status"), rows)
    models = [(row["pqi"], row["variable"], row["estimate"], row["label"],
               "AHRQ PQI v2024 parameter files (HCUP 2021), model of age and sex", "confirmed")
              for row in read(pqi / "area_covariates.csv.gz")
              if row["model"] == "age_sex"]  # fmt: skip
    write("indicator_model", ("indicator", "variable", "estimate", "label", "cite", "status"),
          models)  # fmt: skip


if __name__ == "__main__":
    conditions()
    scores()
    indicators()
