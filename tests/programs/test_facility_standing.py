"""A facility's page: its measures side by side, from the shipped contract."""

from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from openvbc.errors import InputError
from openvbc.programs.p4p_contract.results import PROGRAM
from openvbc.programs.published.facility_standing import facility_standing, standing_sheets
from openvbc.programs.registry import program as program_named
from openvbc.programs.registry import program_names

EXAMPLE = resources.files("openvbc") / "book" / "p4p_contract"


@pytest.fixture(scope="module")
def settlement():
    return PROGRAM.settle([Path(str(EXAMPLE / n)) for n in ("contract.yaml", "results.csv")])


def test_a_row_a_measure(settlement):
    standing = facility_standing(settlement, "P1001")
    assert dict(standing.results)["Payment"].value == Decimal(100_000)
    assert [measure.item for measure in standing.measures] == [
        "Breast cancer screening",
        "Avoidable emergency visits per member",
        "Controlling high blood pressure",
    ]
    first = dict(zip(standing.headings, standing.measures[0].values, strict=True))
    assert first["performance"].value == Decimal("0.78")
    # Birch has too few cases for a rate, and Cedar does better: nobody does worse.
    assert first["providers that do worse"].value == 0
    assert first["points"].value == 8


def test_the_page_is_written(settlement, tmp_path):
    pytest.importorskip("jinja2")
    from openvbc.report.facility_page import write_facility_html

    standing = facility_standing(settlement, "P1001")
    text = write_facility_html([(settlement, standing)], tmp_path / "page.html").read_text("utf-8")
    assert "Alder Medical Group" in text
    assert "Breast cancer screening" in text


def test_a_facility_that_was_not_settled_is_said(settlement):
    with pytest.raises(InputError, match="P9999 was not settled"):
        facility_standing(settlement, "P9999")


@pytest.mark.parametrize("program", program_names())
def test_every_declared_column_stands_on_a_worksheet_of_the_program(program):
    """A column that is renamed in a worksheet and not in the declaration shows nothing."""
    known = {
        name
        for each in program_named(program).all_worksheets()
        for name in (*each.inputs, *each.lines)
    }
    for sheet, columns in standing_sheets(program):
        assert {name for name, _ in columns} <= known, sheet


def test_a_narrow_terminal_gets_a_block_a_measure_and_no_broken_number(settlement, capsys):
    from rich.console import Console

    from openvbc.commands.facility import _print_measures

    standing = facility_standing(settlement, "P1001")
    _print_measures(standing, Console(width=60))
    narrow = capsys.readouterr().out
    assert "  points: 8\n" in narrow
    _print_measures(standing, Console(width=200))
    assert "\u2502" in capsys.readouterr().out
