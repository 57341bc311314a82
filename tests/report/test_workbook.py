"""The workbook is alive: inputs move the Summary; text is text; the same bytes each time."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from openvbc.errors import Place, SetAside
from openvbc.programs.book import settle_book
from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.report.excel import write_excel
from openvbc.report.formulas import agree
from spreadsheet import Workbook

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")


@pytest.fixture(scope="module")
def book():
    return settle_book()


def named(book, page, name):
    """The cell of a value in a sheet read downwards."""
    for row in book.pages[page].iter_rows(min_row=5):
        if row[7].value == name:
            return row[1].coordinate
    raise AssertionError(f"{name} is not in {page}")


@pytest.mark.parametrize("program", ["mssp", "reach"])
def test_every_formula_of_the_book_computes_to_the_exact_number(program, book, tmp_path):
    """Computed from the typed cells alone, by a spreadsheet of the tests' own."""
    path = write_excel(book[program], tmp_path / "book.xlsx")
    anew, kept = Workbook(path), openpyxl.load_workbook(path, data_only=True)
    compared = 0
    for page, cell in anew.formulas():
        exact = kept[page][cell].value
        if isinstance(exact, int | float) and not isinstance(exact, bool):
            exact = Decimal(repr(exact))
        assert agree(anew.value(page, cell), exact), f"{page} {cell}"
        compared += 1
    assert compared > 80


def test_a_contract_is_read_downwards_and_its_inputs_move_the_summary(book, tmp_path):
    """A9016 has its benchmark worked: sheet, settlement and Summary hang together."""
    path = write_excel(book["mssp"], tmp_path / "book.xlsx")
    workbook = Workbook(path)
    benchmark = "benchmark_A9016"
    heads = [cell.value for cell in workbook.pages[benchmark][4]]
    assert heads[:4] == ["Line", "Value", "Unit", "Formula in words"]
    summary = workbook.pages["Summary"]
    row = next(cell.row for cell in summary["A"] if cell.value == "A9016")
    paid = summary.cell(row, summary.max_column).coordinate
    others = [summary.cell(n, summary.max_column).coordinate for n in range(6, row)]
    before = workbook.value("Summary", paid)
    rest = [workbook.value("Summary", cell) for cell in others]
    given = named(workbook, benchmark, "expenditure_performance_year_aged_non_dual")
    assert workbook.pages[benchmark][given].data_type == "n"
    workbook.change(benchmark, given, 1)
    assert workbook.value("Summary", paid) > before
    assert [workbook.value("Summary", cell) for cell in others] == rest


def test_inputs_and_parameters_are_coloured_and_formulas_are_not(book, tmp_path):
    workbook = Workbook(write_excel(book["mssp"], tmp_path / "one.xlsx"))
    page = workbook.pages["benchmark_A9016"]
    kinds = {}
    for row in page.iter_rows(min_row=5):
        colour = row[1].fill.fgColor.rgb
        kinds.setdefault("formula" if row[1].data_type == "f" else row[3].value, set()).add(colour)
    assert kinds["Input"].isdisjoint(kinds["formula"])
    assert len(kinds["Input"]) == len(kinds["formula"]) == 1


def test_names_that_look_like_formulas_are_text(book, tmp_path):
    settlement = replace(book["mssp"], details={}, notes=[])
    evil = "=cmd|'/c calc'!A1"
    for start in ("=", "+", "-", "@"):
        text = start + evil[1:]
        contracts = [ContractYear(text, 2024, text, text), *settlement.main.contracts[1:]]
        poisoned = replace(
            settlement,
            title=text,
            main=Sheet(contracts, settlement.main.evaluation),
            notes=[text],
            set_aside=[SetAside(text, Place(text, 1), text)],
        )
        pages = openpyxl.load_workbook(write_excel(poisoned, tmp_path / "e.xlsx", mark=text))
        cells = [c for page in pages for row in page.iter_rows() for c in row]
        assert not [c for c in cells if c.data_type == "f" and str(c.value).startswith(text[:5])]
        assert sum(str(c.value).startswith(text) for c in cells if c.data_type == "s") >= 6


def test_the_same_settlement_gives_the_same_bytes(book, tmp_path):
    first = write_excel(book["reach"], tmp_path / "a.xlsx").read_bytes()
    assert first == write_excel(book["reach"], tmp_path / "b.xlsx").read_bytes()


def test_a_day_is_a_day_that_sorts_and_subtracts(book, tmp_path):
    path = write_excel(book["mssp"], tmp_path / "book.xlsx")
    page = openpyxl.load_workbook(path)["benchmark_A9016"]
    start = page[named(Workbook(path), "benchmark_A9016", "agreement_start")]
    given = book["mssp"].details["benchmark_A9016"].evaluation.value("agreement_start")
    assert isinstance(given, dt.date)
    assert start.is_date
    assert start.value.date() == given
    assert start.number_format == "yyyy-mm-dd"


def test_the_lists_at_the_end_are_set_up_to_print(book, tmp_path):
    pages = openpyxl.load_workbook(write_excel(book["mssp"], tmp_path / "book.xlsx"))
    for name in ("Lines", "Parameters", "Set aside"):
        page = pages[name]
        assert page.page_setup.orientation == "landscape"
        assert page.print_title_rows == "$1:$1"


def test_a_sheet_of_many_columns_goes_on_to_more_paper_and_names_its_rows_again(book, tmp_path):
    pages = openpyxl.load_workbook(write_excel(book["mssp"], tmp_path / "book.xlsx"))
    across, downwards, narrow = (pages[n] for n in ("BASIC A", "BASIC E", "Set aside"))
    # a contract and its year, of 80 columns; line and value, of eight; three columns fit
    assert (across.print_title_cols, across.print_title_rows) == ("$A:$B", "$1:$3")
    assert downwards.print_title_cols == "$A:$B"
    assert across.page_setup.scale == downwards.page_setup.scale == 65
    assert not across.sheet_properties.pageSetUpPr.fitToPage
    assert narrow.sheet_properties.pageSetUpPr.fitToPage
