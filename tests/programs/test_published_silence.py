"""What results files hold beside contracts, and what they lack, is said: sums, strangers, years."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import InputError
from openvbc.programs.mssp.results import PROGRAM
from openvbc.programs.published.published_cell import parse_number
from programs import results_files

RUNNER = CliRunner(env={"COLUMNS": "200"})


def vbc(*words):
    return RUNNER.invoke(app, [str(word) for word in words])


def contracts(number):
    """Contracts of growing size that settle as printed: 5% saved, 75% shared, 2% withheld."""
    rows = []
    for n in range(number):
        benchmark = 100_000_000 + n * 7_000_000
        rows.append(
            results_files.COLUMNS | {
                "ACO_ID": f"A{1001 + n}", "N_AB": str(9000 + 11 * n), "Sav_rate": "5",
                "ABtotBnchmk": str(benchmark), "ABtotExp": str(benchmark * 95 // 100),
                "BnchmkMinExp": str(benchmark * 5 // 100),
                "GenSaveLoss": str(benchmark * 5 // 100),
                "EarnSaveLoss": str(round(benchmark * 0.05 * 0.75 * 0.98)),
            }
        )  # fmt: skip
    return rows


def total_of(rows, **changes):
    sums = {
        name: str(sum(int(row[name]) for row in rows))
        for name in ("N_AB", "ABtotBnchmk", "ABtotExp", "BnchmkMinExp")
    }
    return rows[0] | sums | changes


@pytest.mark.parametrize(
    ("identifier", "reason"),
    [
        ("Sum", "a total line, not an ACO"),
        ("TOTAL (453 ACOs)", "a total line, not an ACO"),
        ("Program total", "a total line, not an ACO"),
        ("Average", "a total line, not an ACO"),
        ("Grand Total:", "a total line, not an ACO"),
        ("All of them", "not an ACO's identifier"),
        ("A9999", "a total of the other rows"),
    ],
)
def test_a_row_that_is_no_contract_is_set_aside(tmp_path, identifier, reason):
    rows = contracts(4)
    path = results_files.write(tmp_path / "py2024.csv", [*rows, total_of(rows, ACO_ID=identifier)])
    settlement = PROGRAM.settle([path])
    assert len(settlement.main.contracts) == 4
    assert [aside.reason for aside in settlement.set_aside] == [reason]


def test_a_contract_as_large_as_two_others_is_a_contract(tmp_path):
    """Three rows, one the sum of the other two: too few to call it a total."""
    rows = contracts(2)
    path = results_files.write(tmp_path / "py2024.csv", [*rows, total_of(rows, ACO_ID="A2000")])
    assert len(PROGRAM.settle([path]).main.contracts) == 3


def test_rows_set_aside_are_said_when_quiet_and_by_the_exit_status(tmp_path):
    rows = results_files.as_settled(contracts(3))
    rows[1]["N_AB"] = "-5"
    path = results_files.write(tmp_path / "py2024.csv", rows)
    result = vbc("settle", "--program", "mssp", path, "--output", tmp_path / "run", "--quiet",
                 "--no-reports")  # fmt: skip
    assert result.exit_code == 3
    assert "set aside 1" in result.output
    assert "negative person count" in result.output
    assert vbc("verify", "--program", "mssp", path, "--quiet").exit_code == 3


@pytest.mark.parametrize("cell", [" $ -   ", "$-", " $ - ", " -   "])
def test_the_zero_of_accounting_is_zero(cell):
    assert parse_number(cell) == 0


@pytest.mark.parametrize("cell", ["-", " - ", "--"])
def test_a_bare_dash_is_missing(cell):
    assert parse_number(cell) is None


def test_accounting_zero_in_a_file_is_settled_and_compared(tmp_path):
    rows = contracts(2)
    # 1 percent saved, below the 2 percent elected: nothing is earned.
    rows[1] |= {"ABtotExp": "105930000", "BnchmkMinExp": "1070000", "Sav_rate": "1",
                "GenSaveLoss": " $ -   ", "EarnSaveLoss": " $ -   "}  # fmt: skip
    settlement = PROGRAM.settle([results_files.write(tmp_path / "py2024.csv", rows)])
    assert not settlement.set_aside
    scores = {score.label: score for score in PROGRAM.verify(settlement).scores}
    assert (scores["Nothing earned or owed"].agree, scores["Nothing earned or owed"].rows) == (1, 1)


def test_every_sheet_of_a_workbook_is_read(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active.append(["Results of two years"])
    for year, first in ((2023, 0), (2024, 2)):
        sheet = book.create_sheet(f"PY{year}")
        rows = contracts(4)[first : first + 2]
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list((row | {"Current_Start_Date": "1/1/2022"}).values()))
    book.save(tmp_path / "results.xlsx")
    settlement = PROGRAM.settle([tmp_path / "results.xlsx"])
    pairs = [(contract.identifier, contract.year) for contract in settlement.main.contracts]
    assert pairs == [("A1001", 2023), ("A1002", 2023), ("A1003", 2024), ("A1004", 2024)]


def test_a_file_named_with_another_year_is_an_error_that_names_both(tmp_path):
    rows = [row | {"Current_Start_Date": "1/1/2024"} for row in contracts(6)]
    path = results_files.write(tmp_path / "py2022.csv", rows)
    with pytest.raises(InputError, match="taken for 2022") as caught:
        PROGRAM.settle([path])
    assert "2024" in str(caught.value)
    assert caught.value.code == "VBC-162"


def test_a_flag_that_is_none_and_a_risk_model_that_is_anothers_are_set_aside(tmp_path):
    rows = contracts(3)
    rows[0]["Met_QPS"] = "maybe"
    rows[1]["Risk_Model"] = "One-Sided"
    settlement = PROGRAM.settle([results_files.write(tmp_path / "py2024.csv", rows)])
    assert {aside.reason for aside in settlement.set_aside} == {
        "not a flag", "the risk model is not the track's",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("DisAdj", "a loss owed is an upper bound"),
        ("Guardrail", "raised by the guardrail"),
        ("EarnSaveLoss", "not compared"),
    ],
)
def test_a_missing_column_is_named_with_what_it_means(tmp_path, column, words):
    rows = contracts(3)
    for row in rows:
        del row[column]
    settlement = PROGRAM.settle([results_files.write(tmp_path / "py2024.csv", rows)])
    assert any(column in note and words in note for note in settlement.notes)


def test_without_the_payments_the_lines_not_compared_are_named(tmp_path):
    rows = contracts(3)
    for row in rows:
        del row["EarnSaveLoss"]
    path = results_files.write(tmp_path / "py2024.csv", rows)
    result = vbc("verify", "--program", "mssp", path)
    assert "not compared, because no row of the files prints it (EarnSaveLoss)" in result.output


def test_half_years_that_cannot_be_told_are_not_taken_as_whole(tmp_path):
    rows = [row | {"Current_Start_Date": "1/1/2019"} for row in contracts(2)]
    for row in rows:
        del row["N_AB_Year_PY"]
    path = results_files.write(tmp_path / "py2019.csv", rows)
    with pytest.raises(Exception, match="six months or twelve"):
        PROGRAM.settle([path])


def test_a_loss_that_revenue_does_not_limit_has_no_reason(tmp_path):
    """RevLossLimit is 0: the loss is the formula's, and -5 in its place is not explained."""
    row = results_files.rows()[2] | {"RevLossLimit": "0", "EarnSaveLoss": "-5"}
    path = results_files.write(tmp_path / "py2024.csv", [row])
    assert PROGRAM.verify(PROGRAM.settle([path])).unexplained == 1
    row["RevLossLimit"] = "1"
    path = results_files.write(tmp_path / "py2024.csv", [row])
    assert PROGRAM.verify(PROGRAM.settle([path])).unexplained == 0


def test_a_changed_flag_is_a_difference(tmp_path):
    rows = contracts(3)
    rows[0]["Met_40pctl"] = "0"
    result = vbc("verify", "--program", "mssp", results_files.write(tmp_path / "py2024.csv", rows))
    assert result.exit_code == 1
    assert "computed yes, published no" in result.output


def test_two_performance_years_of_a_contract_are_told_apart_by_item(tmp_path):
    rows = [
        contracts(1)[0] | {"Current_Start_Date": start} for start in ("01/01/2016", "07/01/2019")
    ]
    path = results_files.write(tmp_path / "py2019.csv", rows)
    run = tmp_path / "run"
    vbc("settle", "--program", "mssp", path, "--output", run, "--no-reports")
    refused = vbc("explain", run, "--contract", "A1001")
    assert "agreement of 2019-07-01" in str(refused.exception)
    items = PROGRAM.settle([path]).main.items
    assert len(set(items)) == 2
    assert vbc("explain", run, "--contract", "A1001", "--item", items[1]).exit_code == 0


def test_twin_columns_that_agree_are_one(tmp_path):
    rows = [row | {"Sav_Rate": row["Sav_rate"]} for row in contracts(2)]
    rows[0]["Sav_rate"] = ""
    path = results_files.write(tmp_path / "py2024.csv", rows)
    scores = {score.label: score for score in PROGRAM.verify(PROGRAM.settle([path])).scores}
    assert (scores["Savings rate"].agree, scores["Savings rate"].rows) == (2, 2)
