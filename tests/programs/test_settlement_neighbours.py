"""Neighbours of what the trial of settlements found (S1 to S11): the same kinds, other cases.

Which test holds which finding is listed in docs/testing.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import OpenvbcError
from openvbc.programs.mssp.results import PROGRAM as MSSP
from openvbc.programs.mssp.simulation import simulate
from openvbc.programs.reach.results import PROGRAM as REACH
from openvbc.programs.registry import program
from openvbc.programs.simulation import Range, Scenarios
from openvbc.rules.load import load_rules
from programs import results_files
from programs import test_bundle_programs as bundles
from programs.test_published_neighbours import hac_rows, quality_file, reach_file, write
from programs.test_published_silence import contracts
from programs.test_simulation import LOSING

RUNNER = CliRunner(env={"COLUMNS": "200"})
CJR = program("cjr").published_program()
RULES = load_rules("mssp")


def vbc(*words: Any) -> Any:
    return RUNNER.invoke(app, [str(word) for word in words])


@pytest.mark.parametrize(
    ("column", "right", "wrong"),
    [("Category", "good", "excellent"), ("Eligible", "yes", "no"), ("Score", "14.25", "15.25")],
)
def test_s1_a_printed_code_flag_or_count_of_joint_replacement_cannot_agree_if_changed(
    tmp_path: Path, column: str, right: str, wrong: str
) -> None:
    """9.25 points of complications and 5 of the survey are 14.25: good; the print is changed."""
    disagreements = {}
    for word in (right, wrong):
        row = {"Facility ID": "010023", "HCAHPS HLMR": "83.75", "HCAHPS HLMR Percentile": "47%",
               "HCAHPS End Date": "06/30/2022", "COMP-HIP-KNEE": "2.66366",
               "COMP-HIP-KNEE Percentile": "86%", "PRO": "N", column: word}  # fmt: skip
        settled = CJR.settle([write(tmp_path / "cjr.csv", [list(row), list(row.values())])])
        [score] = [each for each in CJR.verify(settled).scores if each.rows]
        disagreements[word] = score.rows - score.agree
    assert disagreements == {right: 0, wrong: 1}


@pytest.mark.parametrize("cell", ['" $ -   "', '"$-"'])
def test_s2_the_zero_of_accounting_is_zero_in_reach(tmp_path: Path, cell: str) -> None:
    """Nothing shared: an entity that lost nothing and saved nothing."""
    printed = ("95000,95000,93100", f"{cell},{cell},{cell}")
    path = reach_file(tmp_path, ("910000", "1005000"), printed, ("0.095", "0"))
    settled = REACH.settle([path])
    assert not settled.set_aside
    assert settled.differs == 0
    assert settled.main.evaluation.value("shared_savings", 0) == 0


def test_s2_rows_set_aside_are_said_of_other_programs_too(tmp_path: Path) -> None:
    path = reach_file(tmp_path, ("910000", "much"))
    settled = vbc("settle", "--program", "reach", path, "--output", tmp_path / "run", "--quiet",
                  "--no-reports")  # fmt: skip
    assert settled.exit_code == 3
    assert "set aside 1" in settled.output
    assert vbc("verify", "--program", "reach", path, "--quiet").exit_code == 3


@pytest.mark.parametrize("name", ["Sum", "Total", "Grand Total:", "All entities", "Average"])
def test_s3_a_total_is_no_entity_of_reach(tmp_path: Path, name: str) -> None:
    path = reach_file(tmp_path)
    last = path.read_text().splitlines()[-1].replace("D0003", name)
    path.write_text(path.read_text() + last + "\n")
    settled = REACH.settle([path])
    assert len(settled.main.contracts) == 3
    assert len(settled.set_aside) == 1


@pytest.mark.parametrize("name", ["Sum", "TOTAL (2 practices)", "All practices"])
def test_s3_a_total_is_no_practice_of_oncology(tmp_path: Path, name: str) -> None:
    table = bundles.EOM_TABLE + bundles.EOM_TABLE.splitlines()[1].replace("P1", name) + "\n"
    settled = bundles.settle(tmp_path, "eom", [table], bundles.EOM_OVERLAY)
    assert [who.identifier for who in settled.main.contracts] == ["P1"]
    assert bundles.reasons(settled) == ["a row that is of no contract"]


@pytest.mark.parametrize("name", ["National", "Total"])
def test_s3_a_total_is_no_hospital(tmp_path: Path, name: str) -> None:
    from openvbc.programs.hac.results import PROGRAM as HAC

    rows = hac_rows()
    rows.append([name, *rows[1][1:]])
    settled = HAC.settle([write(tmp_path / "hac.csv", rows)])
    assert len(settled.main.contracts) == 1
    assert len(settled.set_aside) == 1


@pytest.mark.parametrize(("lacks", "said"), [
    ("retrospective trend change", "retrospective trend change"),
    ("prices of a final year", "final normalization"),
])  # fmt: skip
def test_s4_a_trend_that_a_bundle_lacks_is_said(tmp_path: Path, lacks: str, said: str) -> None:
    prices = bundles.TEAM_PRICES
    if lacks == "retrospective trend change":
        lines = [line.rsplit(",", 1)[0] for line in prices.splitlines()]
        prices = "\n".join(lines) + "\n"
    settled = bundles.settle(
        tmp_path, "team", [bundles.TEAM_HOSPITALS, bundles.TEAM_EPISODES, prices]
    )
    [note] = [each for each in settled.notes if each.startswith("Given by no row of episodes")]
    assert said in note
    assert ("retrospective" in note) == (lacks == "retrospective trend change")


def test_s4_amounts_a_workbook_does_not_print_are_not_compared(tmp_path: Path) -> None:
    initiators = "\n".join(
        ",".join(line.split(",")[:4]) for line in bundles.INITIATORS.splitlines()
    )
    tables = [initiators + "\n", bundles.BPCI_EPISODES, bundles.BPCI_PRICES]
    settled = bundles.settle(tmp_path, "bpci-advanced", tables)
    verified = program("bpci-advanced").published_program().verify(settled)
    assert not [score for score in verified.scores if score.rows]
    assert len(verified.not_compared) == 5


def test_s4_a_difference_that_is_not_of_the_amounts_is_counted(tmp_path: Path) -> None:
    rows = contracts(3)
    rows[1]["BnchmkMinExp"] = "5350"
    settled = MSSP.settle([results_files.write(tmp_path / "py2024.csv", rows)])
    assert any("1 rows whose BnchmkMinExp is not ABtotBnchmk less" in n for n in settled.notes)
    # 107,000,000 x 5% = 5,350,000 all the same, by the two amounts.
    assert settled.main.evaluation.value("gross_savings", 1) == 5_350_000


@pytest.mark.parametrize(("start", "year"), [("1/1/2020", "2021"), ("1/1/2019", "2022")])
def test_s5_a_loss_the_revenue_does_not_limit_has_no_reason(
    tmp_path: Path, start: str, year: str
) -> None:
    row = results_files.rows()[2] | {"Current_Start_Date": start, "RevLossLimit": "0",
                                     "EarnSaveLoss": "-5"}  # fmt: skip
    path = results_files.write(tmp_path / f"py{year}.csv", [row])
    verified = MSSP.verify(MSSP.settle([path]))
    assert verified.unexplained >= 1


@pytest.mark.parametrize("printed", ["0", "-1", "94000"])
def test_s5_only_savings_printed_as_zero_are_forfeited(tmp_path: Path, printed: str) -> None:
    settled = REACH.settle([reach_file(tmp_path, (",93100,", f",{printed},"))])
    score = next(s for s in REACH.verify(settled).scores
                 if s.line == "shared_savings_after_sequestration")  # fmt: skip
    [difference] = score.differences
    assert difference.explained == (printed == "0")
    assert difference.contract.identifier == "D0001"


@pytest.mark.parametrize(("total", "paid"), [("900001", "800000"), ("899000", "799123")])
def test_s6_the_printed_net_cost_counts(tmp_path: Path, total: str, paid: str) -> None:
    """Whatever payments and total say: 1,005,000 - 910,000 = 95,000."""
    path = reach_file(tmp_path, (",900000,", f",{total},"), (",800000,", f",{paid},"))
    settled = REACH.settle([path])
    assert settled.main.evaluation.value("gross_savings", 0) == 95_000


@pytest.mark.parametrize(
    ("changes", "trend", "owed"),
    [
        # 30% of 5,000,000 is 1,500,000, of which 500,000 is a third; of 3,000,000 a third.
        ({"track": "BASIC_E", "participant_revenue": 900_000_000}, 110 / 105, 2_000_000),
        # 40% of 3,000,000 = 1,200,000, less a quarter.
        ({}, 103 / 105, 900_000),
    ],
)
def test_s7_relief_is_a_share_in_other_tracks_and_of_smaller_losses(
    changes: dict[str, Any], trend: float, owed: int
) -> None:
    given = {**LOSING, "extreme_circumstances_amount": 500_000, **changes}
    (outcome,) = simulate(given, Scenarios(1, expenditure_trend=Range(trend, trend)), RULES)
    assert round(float(outcome.amounts[0])) == -owed


@pytest.mark.parametrize(("relief", "said"), [(1_500_000, 0), (1_500_002, 1), (150_000_000, 1)])
def test_s7_relief_beyond_the_loss_is_said(tmp_path: Path, relief: int, said: int) -> None:
    """30% of 5,000,000 is a loss of 1,500,000: no more can be relieved."""
    row = results_files.rows()[2] | {"DisAdj": f"-{relief}", "EarnSaveLoss": "0"}
    settled = MSSP.settle([results_files.write(tmp_path / "py2024.csv", [row])])
    assert settled.differs == 0
    assert sum("1 rows print more relief" in note for note in settled.notes) == said


@pytest.mark.parametrize("people", [499, 250, 101])
def test_s8_a_rate_for_so_few_people_is_not_confirmed(tmp_path: Path, people: int) -> None:
    row = contracts(1)[0] | {"N_AB": str(people), "N_AB_Year_PY": str(people),
                             "Current_Track": "A", "Risk_Model": "One-Sided", "MinSavPerc": "12.2",
                             "Rev_Exp_Cat": "High Revenue"}  # fmt: skip
    settled = MSSP.settle([results_files.write(tmp_path / "py2024.csv", [row])])
    trace = settled.main.evaluation.trace("minimum_savings_rate", 0)
    assert "unverified" in repr([each.status for each in trace.walk() if hasattr(each, "status")])


@pytest.mark.parametrize(("track", "wrong"), [("C", "ENHANCED"), ("E", "ENHANCED")])
def test_s9_a_loss_is_told_by_the_rule_of_its_own_track(
    tmp_path: Path, track: str, wrong: str
) -> None:
    row = results_files.rows()[2] | {"Current_Track": track, "FinalLossRate": "30"}
    path = results_files.write(tmp_path / "py2024.csv", [row])
    run = tmp_path / "run"
    vbc("settle", "--program", "mssp", path, "--output", run, "--no-reports")
    told = vbc("explain", run, "final_loss_rate", "--contract", "A1003")
    assert told.exit_code == 0, told.output
    assert wrong not in told.output
    assert "30.00%" in told.output
    assert "did not decide here: loss_rate_by_quality" in told.output


def test_s10_two_performance_years_are_told_apart_by_simulate(tmp_path: Path) -> None:
    rows = [
        contracts(1)[0] | {"Current_Start_Date": start} for start in ("01/01/2016", "07/01/2019")
    ]
    path = results_files.write(tmp_path / "py2019.csv", rows)
    run = tmp_path / "run"
    vbc("settle", "--program", "mssp", path, "--output", run, "--no-reports")
    refused = vbc("simulate", run, "--contract", "A1001", "--expenditure-trend", "0.9..1.1")
    assert "agreement of 2019-07-01" in refused.output + str(refused.exception)


def test_s10_two_years_of_a_contract_are_told_apart(tmp_path: Path) -> None:
    paths = [
        results_files.write(tmp_path / f"py{year}.csv",
                            [contracts(1)[0] | {"Current_Start_Date": "1/1/2022"}])
        for year in (2023, 2024)
    ]  # fmt: skip
    run = tmp_path / "run"
    vbc("settle", "--program", "mssp", *paths, "--output", run, "--no-reports")
    refused = vbc("explain", run, "--contract", "A1001")
    said = refused.output + str(refused.exception)
    assert "2023" in said
    assert "2024" in said
    assert vbc("explain", run, "--contract", "A1001", "--year", "2023").exit_code == 0


def test_s11_twin_columns_that_disagree_are_refused(tmp_path: Path) -> None:
    rows = [row | {"Sav_Rate": "17"} for row in contracts(2)]
    with pytest.raises(OpenvbcError, match=r"Sav_[Rr]ate"):
        MSSP.settle([results_files.write(tmp_path / "py2024.csv", rows)])


def test_s11_a_result_that_is_written_over_is_said(tmp_path: Path) -> None:
    words = ["settle", "--program", "cjr", quality_file(tmp_path), "--output", tmp_path / "run"]
    assert "over the run that was there" not in vbc(*words, "--no-reports").output
    assert "over the run that was there" in vbc(*words, "--no-reports").output


def test_s11_what_else_lies_in_the_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine.txt").write_text("mine")
    words = ["settle", "--program", "reach", reach_file(tmp_path), "--output", tmp_path / "run"]
    for _ in range(2):
        vbc(*words, "--no-reports")
        assert (tmp_path / "run" / "mine.txt").read_text() == "mine"
