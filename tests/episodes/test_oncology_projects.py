"""Oncology projects as a user has them: what is refused, by name; what a run shows."""

from __future__ import annotations

import csv

import pytest
from typer.testing import CliRunner

import openvbc
from openvbc.cli import app
from openvbc.errors import ContractError, InputError, OpenvbcError, ParameterMissing
from openvbc.programs.ocm.prediction import Prediction
from openvbc.programs.registry import program


@pytest.fixture
def sample(tmp_path):
    program("ocm").claims_program().generate(tmp_path, 2, 1)
    return tmp_path


def change(folder, old, new):
    path = folder / "openvbc.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize("name", ["initiating_therapies", "cancer_diagnoses", "practices"])
def test_a_list_that_is_not_given_is_named(sample, name):
    change(sample, f"  {name}: {name}.csv\n", "")
    with pytest.raises(ContractError, match=rf"inputs\.{name} is missing"):
        openvbc.Project(sample)


def test_before_period_3_practices_need_not_be_given(sample):
    change(sample, "  practices: practices.csv\n", "")
    change(sample, "PP3", "PP1")
    openvbc.Project(sample)


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ("PP3", "PP12", ParameterMissing, "period_first_day"),
        ("performance_period: PP3, ", "", ContractError, "performance_period is missing"),
        ("amounts: paid", "amounts: paid, grouper: 1", ContractError, "grouper is not known"),
        ("amounts: paid", "amounts: all", ContractError, "contract.amounts"),
    ],
)
def test_a_contract_that_cannot_be_is_refused(sample, old, new, error, said):
    change(sample, old, new)
    with pytest.raises(error, match=said):
        openvbc.Project(sample)


def test_a_first_day_that_is_none_is_refused(tmp_path):
    program("eom").claims_program().generate(tmp_path, 2, 1)
    change(tmp_path, "period_start: 2023-07-01", "period_start: July")
    with pytest.raises(ContractError, match="no first day"):
        openvbc.Project(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("initiating_therapies", "code_system,code\nNDC,12345678\n", "neither 9 nor 11 digits"),
        ("initiating_therapies", "code_system,code\nCHANGE,\n", "cannot be used"),
        ("cancer_diagnoses", "diagnosis_code,cancer_type\nCHANGE,lung\n", "cannot be used"),
        ("cancer_diagnoses", "diagnosis_code,cancer_type\nC3411,lung\nC34.11,breast\n",
         "is given twice"),
        ("cancer_diagnoses", "diagnosis_code,cancer_type,is_reconciled\nC3411,lung,yes\n"
         "C3412,lung,no\n", "reconciled in one row and not in another"),
        ("practices", "tin,is_oncology\n111111111,yes\n111111111,no\n", "in two practices"),
        ("drug_costs", "claim_id,low_income_cost_sharing,gross_cost_above_threshold\nF,1,1\n"
         "F,2,2\n", "a fill is given twice"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_is_refused(sample, name, text, said):
    (sample / f"{name}.csv").write_text(text)
    with pytest.raises(InputError, match=said):
        openvbc.Project(sample)


def test_an_activity_the_model_does_not_have_is_refused(sample):
    change(sample, "inputs:\n", "inputs:\n  enhanced_services: done.csv\n")
    (sample / "done.csv").write_text("practice,activity,documented_on\nP,parking,2017-07-01\n")
    with pytest.raises(InputError, match="parking is no enhanced service"):
        openvbc.Project(sample)


EPISODE = {
    "category": "prostate", "is_of_part_d_only": False, "age": 77, "sex": "male",
}  # fmt: skip
CODES = [("SURGERY", "ICD10PCS", "0VT00ZZ", None), ("RADIATION", "HCPCS", "77427", None),
         ("CASTRATION_RESISTANT", "HCPCS", "J1", "prostate")]  # fmt: skip


@pytest.mark.parametrize(
    ("period", "days", "codes_on_claims", "terms"),
    [
        # PP3 knows sensitive and resistant; codes of it are listed and none is found
        ("PP3", 184, ["RADIATION"],
         "prostate_without_surg_sens; ep_183_184; radiation; male_age_75_79"),
        ("PP3", 182, ["CASTRATION_RESISTANT", "SURGERY"],
         "prostate_with_surg_res; male_age_75_79"),
        ("PP1", 183, [], "prostate_without_surg; ep_182_183; male_age_75_79"),
        ("PP1", 184, [], "prostate_without_surg; male_age_75_79"),
        # coefficients of PP4 were not read: no terms at all
        ("PP4", 184, [], ""),
    ],
)  # fmt: skip
def test_terms_of_the_prediction(period, days, codes_on_claims, terms):
    import datetime as dt

    begin = dt.date(2017, 8, 1)
    episode = EPISODE | {
        "anchor_begin": begin, "post_anchor_end": begin + dt.timedelta(days - 1),
    }  # fmt: skip
    assert Prediction.of(period, CODES).terms(episode, frozenset(codes_on_claims)) == terms


def test_an_episode_of_the_reference_has_the_intercept_alone():
    """Female, 65 to 69, breast of Part D only without surgery, 181 days."""
    import datetime as dt

    begin = dt.date(2017, 8, 1)
    episode = {
        "category": "breast", "is_of_part_d_only": True, "age": 66, "sex": "female",
        "anchor_begin": begin, "post_anchor_end": begin + dt.timedelta(180),
    }  # fmt: skip
    assert Prediction.of("PP3", CODES).terms(episode, frozenset()) == "intercept"


def test_without_codes_of_surgery_no_term_is_guessed():
    import datetime as dt

    begin = dt.date(2017, 8, 1)
    episode = EPISODE | {"anchor_begin": begin, "post_anchor_end": begin + dt.timedelta(183)}
    assert Prediction.of("PP3", CODES[1:]).terms(episode, frozenset()) == ""


def test_what_of_the_prediction_is_not_told_is_said():
    said = Prediction.of("PP3", CODES).notes()
    assert "clean period" in said[0]
    assert "bmt allogeneic, bmt autologous, clinical trial:" in said[1]


@pytest.mark.slow
def test_a_run_is_explained_reported_and_simulated(tmp_path):
    program("ocm").claims_program().generate(tmp_path, 80, 12)
    change(tmp_path, "inputs:\n", "inputs:\n  enhanced_services: done.csv\n")
    (tmp_path / "done.csv").write_text(
        "practice,activity,documented_on,evidence\n111111111,Care plan,2017-07-01,binder 4\n"
    )
    command = CliRunner()
    for words in (["check"], ["run"], ["report"]):
        told = command.invoke(app, [words[0], str(tmp_path), *words[1:]])
        assert not isinstance(told.exception, OpenvbcError), told.exception
        assert told.exit_code in (0, 3), told.output
    with (tmp_path / "truth" / "planted.csv").open() as file:
        settled = next(r for r in csv.DictReader(file) if r["story"] == "plain")
    told = command.invoke(app, ["explain", str(tmp_path / "run"), "episode", settled["episode_id"]])
    assert "qualifying visits" in told.output
    assert f"cancer {settled['cancer']}" in " ".join(told.output.split())
    page = (tmp_path / "run" / "report.html").read_text()
    for title in ("Candidate episodes", "Practices", "Monthly enhanced services", "binder 4"):
        assert title in page
    told = command.invoke(
        app, ["simulate", str(tmp_path / "run"), "--contract", "111111111", "--discount", "0.05",
              "--scenarios", "10"],
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    run = openvbc.Run.open(tmp_path / "run")
    taken: dict[tuple[str, object], object] = {}
    settled_ids = {r["episode_id"] for r in run.table("episode").rows("status = 'SETTLED'")}
    for row in run.table("episode_line").rows():
        if row["episode_id"] in settled_ids and row["episode_amount"]:
            key = (row["claim_id"], row["claim_line_number"])
            assert key not in taken, "a line is in two settled episodes"
            taken[key] = row["episode_id"]
