"""Code sets and points of ``rules/care`` against the published files, code by code."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import pytest

from openvbc.rules.load import load_code_table

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "data"
pytestmark = pytest.mark.skipif(
    not (SHARED / "care").is_dir(), reason="the shared care data are absent"
)


def published(name: str) -> list[dict[str, str]]:
    path = SHARED / name
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    return list(csv.DictReader(text.decode("utf-8-sig").splitlines()))


@pytest.mark.parametrize("algorithm", ["CCW30", "CCW27"])
def test_codes_of_the_chronic_conditions(algorithm):
    rows = published(f"care/{algorithm.lower()}_2022_codes.csv")
    wanted = {
        (
            row["condition"],
            row["role"].split("_")[0].upper(),
            {"ICD9DX": "9"}.get(row.get("code_system", ""), "0"),
            {"ANY": "99", "DX1": "1", "DX1 DX2": "2"}[row.get("dx_position", "ANY")],
            row.get("code") or row["icd10cm"],
        )
        for row in rows
    }
    columns = ("condition", "role", "code_version", "last_position", "diagnosis_code")
    codes = {
        tuple(row[name] for name in columns)
        for row in load_code_table("care", "condition_code")
        if row["algorithm"] == algorithm
    }
    assert len(wanted) > 2000
    assert codes == wanted


@pytest.mark.parametrize(("algorithm", "conditions"), [("CCW30", 30), ("CCW27", 27)])
def test_paths_of_the_chronic_conditions(algorithm, conditions):
    rows = published(f"care/{algorithm.lower()}_2022_rules.csv")
    assert len(rows) == conditions
    wanted = {
        (row["condition"], path, setting, row[f"path{path}_claims"], row["reference_months"])
        for row in rows
        for path in "12"
        for setting in filter(None, row[f"path{path}_claim_types"].split("|"))
    }
    columns = ("condition", "path", "setting", "claims", "reference_months")
    paths = {
        tuple(row[name] for name in columns)
        for row in load_code_table("care", "condition_path")
        if row["algorithm"] == algorithm
    }
    assert paths == wanted


def test_codes_of_the_prevention_indicators():
    pqi = published("quality/claims_measures/pqi_v2024/code_sets.csv.gz")
    pqe = published("care/ahrq_pqe_v2024_codes.csv")
    wanted = {("PQI", row["format"], row["code"]) for row in pqi}
    wanted |= {("PQE", row["set"], row["icd10cm"]) for row in pqe}
    codes = {
        (row["family"], row["code_set"], row["code"])
        for row in load_code_table("care", "indicator_code")
    }
    assert len(codes) > 18_000
    assert codes == wanted


def test_every_code_set_of_a_rule_exists():
    known = {row["code_set"] for row in load_code_table("care", "indicator_code")}
    used = {row["code_set"] for row in load_code_table("care", "indicator_clause")}
    assert used <= known


def test_sets_of_the_indicators_are_those_of_the_specification():
    """What a rule of the specification asks for as principal diagnosis, any or procedure."""
    path = SHARED.parent / "spec" / "params" / "care_worklists" / "pqi_rules.csv"
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        if row["indicator"] == "all":
            continue
        wanted = {
            "FIRST": row["principal_sets"],
            "PROCEDURE": row["procedure_required"],
            "ANY": row["any_dx_required"],
        }
        clauses = [
            clause
            for clause in load_code_table("care", "indicator_clause")
            if clause["indicator"] == row["indicator"] and clause["kind"] == "REQUIRE"
        ]
        for position, sets in wanted.items():
            code_sets = {each["code_set"] for each in clauses if each["position"] == position}
            assert code_sets == set(filter(None, sets.split("|"))), (row["indicator"], position)
        composites = {
            each["composite"]
            for each in load_code_table("care", "indicator_composite")
            if each["indicator"] == row["indicator"]
        }
        assert composites == {f"PQI{number}" for number in row["composite"].split("|")}
        branch = next(
            each
            for each in load_code_table("care", "indicator_branch")
            if each["indicator"] == row["indicator"]
        )
        assert int(branch["age_from_months"]) == 12 * int(row["age_from"])
        upper = row["age_to"] and str(12 * (int(row["age_to"]) + 1))
        assert branch["age_below_months"] == upper


@pytest.mark.parametrize(
    ("score", "file", "name", "points"),
    [
        ("FRAILTY", "hospital_frailty_risk_score.csv", "icd10_prefix", "points"),
        ("CHARLSON", "charlson_quan.csv", "category", "weight_quan_2011"),
        ("ELIXHAUSER", "ahrq_elixhauser_v2026_index_weights.csv", "measure",
         "readmission_30d_weight"),
    ],
)  # fmt: skip
def test_points_of_the_scores(score, file, name, points):
    wanted = {row[name]: float(row[points]) for row in published(f"care/{file}")}
    points_by_category = {
        row["category"]: float(row["points"])
        for row in load_code_table("care", "score_points")
        if row["score"] == score
    }
    assert points_by_category == wanted


def test_codes_of_elixhauser():
    wanted = {
        (row["icd10cm"], row["measure"].replace("CBVD_POA", "CBVD").replace("CBVD_SQLA", "CBVD"))
        for row in published("care/ahrq_elixhauser_v2026_codes.csv")
    }
    codes = {
        (row["code"], row["category"])
        for row in load_code_table("care", "score_code")
        if row["score"] == "ELIXHAUSER"
    }
    assert codes == wanted
