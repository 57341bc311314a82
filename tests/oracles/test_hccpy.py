"""hccpy's known errors: where it is wrong we are right, and it is still wrong as described."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from openvbc.programs.risk.explain import terms_of
from openvbc.programs.risk.score import score
from own_yaml import plain_yaml

CASES = plain_yaml(Path(__file__).parents[1] / "cases/hcc/known_errors_elsewhere.yaml")


def names(cases):
    return [case["name"] for case in cases]


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_we_are_right(case):
    person = {"person_id": "P", **{k: str(v) for k, v in case["person"].items()}}
    diagnoses = [{"person_id": "P", "diagnosis_code": code} for code in case["diagnoses"]]
    score_row = score([person], diagnoses, case["model"], 2026, raw=True).rows[0]
    expect = dict(case["expect"])
    if "term" in expect:
        terms = {
            t.variable: t.coefficient for t in terms_of([person], diagnoses, case["model"], 2026)
        }
        assert terms[expect.pop("term")] == Decimal(str(expect.pop("coefficient")))
    for column, value in expect.items():
        assert score_row[column] == (Decimal(str(value)) if isinstance(value, float) else value)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_hccpy_is_still_wrong(case):
    pytest.importorskip("hccpy", reason="hccpy is not installed")
    from hccpy.hcc import HCCEngine

    said = case["hccpy"]
    profile = HCCEngine(case["model"].removeprefix("V")).profile(
        case["diagnoses"], age=said["age"], sex=said["sex"], elig=said["elig"], orec=said["orec"]
    )
    if "score" in said:
        assert profile["risk_score"] == said["score"]
    if "also" in said:
        assert said["also"] in profile["hcc_lst"]
    if "lacks" in said:
        assert said["lacks"] not in {
            *profile["hcc_lst"],
            *(k for k, v in profile["details"].items() if v),
        }
