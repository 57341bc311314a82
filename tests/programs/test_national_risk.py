"""National mean risk scores: read from a file, used to renormalize, and what is missing is said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from openvbc.claims.factors import RISK_MODELS, read_factors
from openvbc.errors import InputError
from openvbc.programs.risk.shared_savings import Weights, renormalization
from openvbc.rules.load import load_code_table, load_rules

HEAD = "model,calendar_year,enrollment_type,mean_raw_score,mean_demographic_score\n"
LOADED = [
    {"model": model, "payment_year": 2024, "enrollment_type": "AGED_NON_DUAL",
     "person_months": 10, "raw_times_months": Decimal(20), "demographic_times_months": Decimal(5)}
    for model in ("V24", "V28")
]  # fmt: skip


def given(tmp_path, *lines):
    (tmp_path / "national_risk.csv").write_text(HEAD + "\n".join(lines) + "\n")
    table = read_factors(tmp_path)["national_risk"]
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def multipliers(national):
    def weight(value):
        return load_rules("hcc").get(
            "shared_savings_model_weight", model_year=2024, population="other", model=value
        )

    weights = {"V24": weight("V24"), "V28": weight("V28")}
    scored = {2024: Weights(2024, 2024, {"other": weights, "ESRD": {}})}
    table, notes = renormalization(scored, LOADED, national)
    return {row[0]: row[3:5] for row in table.rows}, notes


def test_given_means_are_used_and_the_rest_comes_from_the_people_loaded(tmp_path):
    national = given(tmp_path, "V28,2024,AGED_NON_DUAL,1.25,0.5")
    ratios, notes = multipliers(national)
    # V28 weighs 0.33: 0.33 / 1.25 = 0.264 and 0.33 / 0.5 = 0.66, from the file
    assert ratios["V28"] == (Decimal("0.264"), Decimal("0.66"))
    # V24 weighs 0.67: its mean is 20 / 10 = 2 and 5 / 10 = 0.5, from the people loaded
    assert ratios["V24"] == (Decimal("0.335"), Decimal("1.34"))
    assert len(notes) == 1
    assert "2024" in notes[0]


def test_with_every_mean_given_nothing_is_said(tmp_path):
    lines = [f"{model},2024,AGED_NON_DUAL,1.25,0.5" for model in ("V24", "V28")]
    assert multipliers(given(tmp_path, *lines))[1] == []


@pytest.mark.parametrize(
    "line",
    [
        "V29,2024,AGED_NON_DUAL,1.25,0.5",
        "V28,2024,AGED_NON_DUAL,0,0.5",
        "V28,2024,AGED,1.25,0.5",
        "V28,2024,AGED_NON_DUAL,,0.5",
    ],
)
def test_a_bad_row_is_refused_with_its_line(tmp_path, line):
    with pytest.raises(InputError) as raised:
        given(tmp_path, "V24,2024,AGED_NON_DUAL,1.25,0.5", line)
    assert raised.value.place.line == 3


def test_the_file_knows_the_models_that_score_shared_savings():
    rules = [p for p in load_rules("hcc").in_force() if p.name == "shared_savings_model_weight"]
    used = {m for p in rules for m in p.applies["model"].values or ()}
    assert used <= set(RISK_MODELS) <= {row["model"] for row in load_code_table("hcc", "model")}
