"""Two runs of many contracts are held against each other contract by contract."""

from __future__ import annotations

import html
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import InputError
from openvbc.programs.compared_runs import ComparedRuns
from openvbc.programs.comparison import changed_rows
from openvbc.programs.comparison_told import alone, results
from openvbc.programs.explanation import Explanation, Field, Measured, Sentence, SmallGrid
from openvbc.report.explanation_file import write_explanation


def _row(number: int, contract: str, year: int, owed: str, **others: object) -> dict[str, object]:
    return {
        "row": number, "contract": contract, "year": year, "owed": Decimal(owed), **others,
    }  # fmt: skip


BEFORE = [_row(0, "A1", 2022, "10"), _row(1, "A2", 2022, "20"), _row(2, "A3", 2022, "30")]
AFTER = [_row(0, "A2", 2022, "25"), _row(1, "A3", 2022, "30"), _row(2, "A4", 2022, "7.50")]


def test_a_contract_is_found_by_its_name_wherever_it_stands():
    """A2 is the second row there and the first here; A3 is the same; A1 went and A4 came."""
    changes = changed_rows(BEFORE, AFTER, "owed")
    assert [(c.contract, c.line, c.before, c.after, c.row) for c in changes] == [
        ("A2", "owed", Decimal(20), Decimal(25), 0),
        ("A4", "owed", None, Decimal("7.50"), 2),
        ("A1", "owed", Decimal(10), None, None),
    ]


def test_one_contract_is_held_against_one_of_another_name():
    """A project tried under another identifier and year is still compared line by line."""
    changes = changed_rows([_row(0, "A1", 2022, "1")], [_row(0, "A9", 2023, "3")], "owed")
    assert [(c.line, c.difference, c.contract) for c in changes] == [
        ("contract", None, ""), ("year", None, ""), ("owed", Decimal(2), ""),
    ]  # fmt: skip


def test_a_contract_settled_in_several_years_is_found_by_both():
    before = [_row(0, "A1", 2022, "1"), _row(1, "A1", 2023, "2")]
    after = [_row(0, "A1", 2023, "5"), _row(1, "A1", 2022, "1")]
    (change,) = changed_rows(before, after, "owed")
    assert (change.contract, change.before, change.after) == ("A1 2023", Decimal(2), Decimal(5))


def test_rows_told_apart_by_their_group_alone_are_all_compared():
    """A hospital's measures stand in the group: each is held against its own."""
    before = [_row(n, "010001", 2024, str(n), group=g) for n, g in enumerate(("AMI", "HF"))]
    after = [_row(n, "010001", 2024, str(n), group=g) for n, g in enumerate(("AMI", "HF"))]
    after[0]["owed"] = Decimal(9)
    (change,) = changed_rows(before, after, "owed")
    assert (change.contract, change.before) == ("010001 2024 AMI", Decimal(0))
    alike = [_row(n, "010001", 2024, "1", group="AMI") for n in range(2)]
    moved = [alike[0], alike[1] | {"owed": Decimal(2)}]
    (change,) = changed_rows(alike, moved, "owed")
    assert change.contract == "010001 2024 AMI (2)"


def test_only_a_contract_that_a_run_lacks_came_or_went():
    """A result that is no longer there is a line that differs; the contract is in both runs."""
    before = [_row(0, "A1", 2022, "5"), _row(1, "A2", 2022, "1")]
    after = [_row(0, "A1", 2022, "5") | {"owed": None}, _row(1, "A2", 2022, "1")]
    lines = changed_rows(before, after, "owed")
    assert [(c.contract, c.only) for c in lines] == [("A1", "")]
    assert alone(ComparedRuns([], lines, "owed", None, {"owed": "USD"}, {})) == []
    lines = changed_rows(BEFORE, AFTER, "owed")
    told = alone(ComparedRuns([], lines, "owed", None, {"owed": "USD"}, {}))
    assert [each.text for each in told] == [
        "Settled in the earlier run alone: 1",
        "Settled in the later run alone: 1",
    ]


def test_what_is_no_money_is_not_added_up():
    lines = changed_rows([_row(0, "H1", 2024, "3"), _row(1, "H2", 2024, "4")],
                         [_row(0, "H1", 2024, "4"), _row(1, "H2", 2024, "5")], "owed")  # fmt: skip
    told = results(ComparedRuns([], lines, "owed", None, {"owed": "stars"}, {}), None)
    assert isinstance(told, SmallGrid)
    assert not told.has_total
    assert [row[0] for row in told.rows] == ["H1", "H2"]


def test_the_sum_is_over_all_that_differ_and_the_largest_comes_first():
    """A1 went: -10; A4 came: +7.50; A2: +5. The sum is 2.50, also where one row is shown."""
    runs = ComparedRuns([], changed_rows(BEFORE, AFTER, "owed"), "owed", None, {"owed": "USD"}, {})
    told = results(runs, 1)
    assert isinstance(told, SmallGrid)
    first, total = told.rows
    assert first[0] == "A1"
    assert total[3] == Measured(Decimal("2.50"), "USD")
    assert told.title == "Different owed: 3 contracts, here the 1 of the largest difference"


def test_a_workbook_holds_numbers_each_in_its_unit(tmp_path: Path):
    rows = [
        ["rate", Measured(Decimal("0.0425"), "ratio")],
        ["paid", Measured(Decimal("12"), "USD")],
    ]
    grid = SmallGrid("Lines", [Field("line"), Field("after", "mixed")], rows)
    told = Explanation([Sentence("Said in words."), grid])
    path = write_explanation(told, "Two runs", tmp_path / "compared.xlsx")
    book = openpyxl.load_workbook(path)
    cells = {row[0].value: row[1] for row in book["Lines"].iter_rows(min_row=5)}
    assert cells["rate"].value == 0.0425
    assert "%" in cells["rate"].number_format
    assert cells["paid"].number_format.startswith("#,##0.00")
    assert [c.value for c in book["About the data"]["A"]][-1] == "Said in words."


@pytest.mark.parametrize("command", ["track", "compare"])
@pytest.mark.parametrize("ending", ["html", "xlsx"])
def test_what_is_printed_can_be_written(
    command: str, ending: str, finished: Path, tmp_path: Path
) -> None:
    path = tmp_path / f"told.{ending}"
    runs = [str(finished)] * (2 if command == "compare" else 1)
    done = CliRunner().invoke(app, [command, *runs, "--output", str(path)])
    assert done.exit_code == 0, done.output
    assert "it is private" in done.output
    wanted = "Nobody's assignment changed." if command == "compare" else "By month"
    if ending == "html":
        page = html.unescape(path.read_text("utf-8"))
        assert wanted in page
        assert "Private" in page
    else:
        book = openpyxl.load_workbook(path)
        said = [cell.value for cell in book["About the data"]["A"]]
        assert wanted in [*said, *book.sheetnames]


def test_a_file_of_another_kind_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="as a page or as a workbook"):
        write_explanation(Explanation(), "Two runs", tmp_path / "new" / "told.pdf")
    assert not (tmp_path / "new").exists()
