"""Whatever a project or a command is given is read: used, refused by name, or said to move nothing.

The declared inputs of every program are walked: each, given as a file that is none of its kind,
stops the project, or is listed here with the place that reads it later.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import openvbc
from openvbc.claims.factors import read_factors
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.unread_lists import TABLES, notes_of_unread_lists
from openvbc.engine.step import Step
from openvbc.errors import InputError, OpenvbcError
from openvbc.input_file import rows_of_csv
from openvbc.programs.registry import program, programs
from openvbc.rules.load import load_rules
from programs import test_capitation_from_claims, test_plan_contract

RUN = [each.name for each in programs() if each.claims]
READ_WHEN_STEPS_RUN = {
    "claim_additions": "test_bundle_projects.py, additions that cannot be",
    "accounts": "test_bundle_projects.py, what has a price",
    "prices": "test_bundle_bad_input.py, prices of another year",
    "metrics": "given to the settlement beside accounts",
    "episode_factors": "test_bundle_silence.py, a factor of no episode",
}
"""Inputs that the settlement of episodes reads when they are built; and who holds them."""
GARBAGE = "x\n1\n"
WITHOUT_SAMPLE = {"p4p-contract", "reach"}
"""Their projects are written by hand in tests of their own, which try each list."""


def own_inputs(name: str) -> list[str]:
    form = program(name).claims_program().project_file.model_fields["inputs"].annotation
    return [each for each in form.model_fields if each not in ClaimInputs.model_fields]


def test_what_is_read_later_is_an_input() -> None:
    every = {each for name in RUN for each in own_inputs(name)}
    assert set(READ_WHEN_STEPS_RUN) <= every
    assert len(RUN) > 10


PAYER = """program: payer-contract
contract: {title: S, contract: SAV, year: 2025, agreement: A, terms: {
  benchmark_form: {value: given total, clause: "1"}, run_out_months: {value: 3, clause: "1"},
  spending_amount: {value: paid, clause: "1"}, savings_share: {value: 0.5, clause: "1"},
  loss_share: {value: 0.5, clause: "1"}}}
inputs:
  roster: roster.csv
"""


capitated = test_capitation_from_claims.folder
planned = test_plan_contract.folder


@pytest.fixture(scope="module")
def samples(
    tmp_path_factory: pytest.TempPathFactory, finished: Path, capitated: Path, planned: Path
) -> dict[str, Path]:
    """A small project of each program."""
    made = {"capitation": capitated, "medicare-advantage": planned}
    for name in RUN:
        if name in made or name in WITHOUT_SAMPLE:
            continue
        folder = tmp_path_factory.mktemp(name)
        made[name] = folder
        if name == "mssp":
            for file in finished.iterdir():
                if file.is_file():
                    shutil.copy(file, folder)
                elif file.name not in ("run", "store"):
                    (folder / file.name).symlink_to(file)
        elif name == "payer-contract":
            (folder / "openvbc.yaml").write_text(PAYER)
            (folder / "roster.csv").write_text(
                "member_id,first_day,last_day\nA,2025-01-01,2025-12-31\n"
            )
        else:
            program(name).claims_program().generate(folder, 2, 1)
    for folder in made.values():
        openvbc.Project(folder)  # as it stands, nothing stops it
    return made


@pytest.mark.parametrize("name", [each for each in RUN if each not in WITHOUT_SAMPLE])
def test_a_file_that_is_no_list_stops_the_project(samples: dict[str, Path], name: str) -> None:
    folder = samples[name]
    (folder / "garbage.csv").write_text(GARBAGE)
    text = (folder / "openvbc.yaml").read_text()
    for each in own_inputs(name):
        if each in READ_WHEN_STEPS_RUN:
            continue
        lines = [line for line in text.splitlines() if not line.strip().startswith(f"{each}:")]
        changed = "\n".join([*lines, ""])
        changed = changed.replace("inputs:\n", f"inputs:\n  {each}: garbage.csv\n", 1)
        assert f"  {each}: garbage.csv" in changed
        (folder / "changed.yaml").write_text(changed)
        assert is_refused(folder / "changed.yaml"), f"inputs.{each} of {name} is not read"


def is_refused(project: Path) -> bool:
    try:
        openvbc.Project(project)
    except OpenvbcError:
        return True
    return False


def test_a_list_that_no_step_reads_is_said() -> None:
    given = ClaimInputs(participants=Path("p.csv"), risk_scores=Path("r.csv"))
    assert notes_of_unread_lists(given, [{"participant", "risk_score"}]) == []
    (said,) = notes_of_unread_lists(given, [{"participant"}])
    assert "inputs.risk_scores moves nothing here" in said
    assert set(TABLES) < set(ClaimInputs.model_fields)


def test_the_tables_of_lists_are_those_of_steps() -> None:
    """MSSP reads every one of them, so that a name that changed would show."""
    from openvbc.steps import attribution, expenditure

    steps: list[Step] = [*attribution.steps(), *expenditure.steps()]
    assert set(TABLES.values()) <= {name for step in steps for name in step.inputs}


OVERLAY = """baseline: mssp
title: a rate of another year
sequestration_rate:
  label: Sequestration of shared savings payments
  unit: ratio
  by: [performance_year]
  values:
    - {for: {performance_year: 2016}, value: 0.03, cite: invented, status: unverified}
"""


def test_an_overlay_of_another_year_says_that_it_moves_nothing(tmp_path: Path) -> None:
    (tmp_path / "late.yaml").write_text(OVERLAY)
    rules = load_rules("mssp", [tmp_path / "late.yaml"])
    rules.get("sequestration_rate", performance_year=2024)
    (said,) = rules.notes_of_unasked()
    assert "late.yaml moves nothing by sequestration_rate" in said
    rules.get("sequestration_rate", performance_year=2016)
    assert rules.notes_of_unasked() == []


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("code, code\nA,B\n")
    with pytest.raises(InputError, match="the column code is given twice"):
        rows_of_csv(tmp_path / "list.csv")


@pytest.mark.parametrize("name", ["county (1).csv", "Prior_savings.csv", "county.xlsx"])
def test_a_factor_file_under_another_name_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x\n")
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(InputError, match="a file that is none of the factor files"):
        read_factors(tmp_path)
