"""Small findings of a first day with the reports, each held where it was seen."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from importlib import resources
from pathlib import Path

import openpyxl
import pytest

import openvbc
from openvbc.format import in_words, show
from openvbc.programs.explanation import Explanation, Field, SmallGrid
from openvbc.programs.mssp.risk_review import _why
from openvbc.report import charts
from openvbc.report.charts import LOSS
from openvbc.report.excel import write_excel
from openvbc.report.html import write_html
from openvbc.report.page import Grid, Page, Section, render
from openvbc.report.run_analyst import _expected

BOOK = Path(str(resources.files("openvbc"))) / "book" / "payer_contract"
PAYER = "payer-contract"


@pytest.fixture(scope="module")
def settled():
    return openvbc.settle(BOOK / "contract.yaml", BOOK / "totals.csv", program=PAYER)


@pytest.fixture(scope="module")
def page(settled, tmp_path_factory):
    verified = openvbc.verify(BOOK / "contract.yaml", BOOK / "totals.csv", program=PAYER)
    path = tmp_path_factory.mktemp("page") / "settlement.html"
    return write_html(settled, path, verified).read_text("utf-8")


def body_cells(page: str, section: str) -> list[list[str]]:
    part = page.split(f'<section id="{section}"')[1].split("</section>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", part, re.DOTALL)
    cell = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]>", re.DOTALL)
    return [
        [html.unescape(re.sub("<[^>]*>", "", text)).strip() for text in cell.findall(row)]
        for row in rows
    ]


def test_the_payment_stays_in_view_and_few_rows_have_no_fold():
    """2.8: the last column is held at the edge; a box has a height of its own over 40 rows only."""
    heads = [f"column {n}" for n in range(12)]
    for count, folded in ((40, False), (41, True)):
        grid = Grid(heads, [["1"] * 12] * count, pinned=True)
        box = re.search(
            r'<div class="scroll([^"]*)"', render(Page("t", "", [Section("s", [grid])]))
        )
        assert box is not None
        assert ("long" in box[1].split()) is folded
        assert {"pinned", "ends"} <= set(box[1].split())


def test_a_total_that_is_owed_has_the_colour_of_a_loss():
    """2.12: both total bars of a contract that owes were blue."""
    steps = [
        ("Benchmark", Decimal(90), "total"), ("Spent", Decimal(-100), "step"),
        ("Losses", Decimal(-10), "total"), ("Owed", Decimal(-10), "total"),
    ]  # fmt: skip
    svg = charts.waterfall(steps, "c").svg
    colours = dict(re.findall(r'aria-label="(\w+): [^"]*"[^>]*fill="([^"]*)"', svg))
    assert colours["Losses"] == colours["Owed"] == LOSS
    assert colours["Benchmark"] != LOSS


def test_each_card_of_a_run_is_there_once(finished):
    """2.12: the cards showed the number of people twice."""
    run = (finished / "run" / "report.html").read_text("utf-8")
    labels = re.findall(r'<div class="card"><span class="label">(.*?)</span>', run)
    assert len(labels) > 5
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("over_all", "why"),
    [("1.0320", "growth over all types, 1.0320, is not above it"),
     ("1.0340", "growth over all types, 1.0340, is above it")],
)  # fmt: skip
def test_a_cap_that_does_not_bind_names_the_test_over_all_types(over_all, why):
    """2.13: ratio 1.0343, limit 1.0333 and "binds: no" looked wrong without it."""
    assert why in _why(Decimal("1.0343"), Decimal("1.0333"), Decimal(over_all))


def test_notes_of_the_summary_stand_below_its_numbers(settled, tmp_path):
    """4: notes above the table overlapped its head and froze 125 lines."""
    sheet = openpyxl.load_workbook(write_excel(settled, tmp_path / "s.xlsx"))["Summary"]
    assert sheet.freeze_panes == "B6"
    rows_by_text = {str(cell.value): cell.row for cell in sheet["A"] if cell.value is not None}
    assert all(rows_by_text[note] > rows_by_text["Total"] for note in settled.notes)


def test_percentages_have_two_decimals(settled, tmp_path):
    """4: a rate stood as 50.0000%."""
    book = openpyxl.load_workbook(write_excel(settled, tmp_path / "s.xlsx"))
    formats = {c.number_format for sheet in book for row in sheet.iter_rows() for c in row}
    assert "0.00%" in formats
    assert not [each for each in formats if "%" in each and each != "0.00%"]


@pytest.mark.parametrize(
    ("code", "words"),
    [("NOT_ASSIGNED_NO_ACO_PHYSICIAN_SERVICE", "Not assigned no ACO physician service"),
     ("PART_A_AND_B", "Part A and B")],
)  # fmt: skip
def test_names_keep_their_capitals(code, words):
    assert in_words(code) == words


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", charts._CONFIG["range"]["category"])
def test_series_stand_out_from_the_paper(colour):
    """3: orange had 2.5 to 1 and teal 2.3 to 1 on white; text of that size needs 4.5."""
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_scroll_boxes_are_named_and_there_is_a_way_past_the_menu(page):
    boxes = re.findall(r'<div class="scroll[^>]*>', page)
    assert boxes
    assert all('role="region"' in box and 'aria-label="Table: ' in box for box in boxes)
    assert re.search(r'<a class="skip" href="#content">', page)
    assert re.search(r'<main[^>]* id="content"|id="content"', page)


def test_every_number_of_the_page_is_the_settled_one(settled, page):
    """Each headline cell of each contract, and each total, as the settlement has it."""
    sheet, view = settled.main, settled.presentation
    heads, *rows = body_cells(page, _anchor(view.units))
    for row, contract in enumerate(sheet.contracts):
        (shown,) = [each for each in rows if each[0] == contract.identifier]
        for name in view.headline:
            label, unit = sheet.labelled(name)
            assert shown[heads.index(label)] == show(sheet.evaluation.value(name, row), unit)
    (total,) = [each for each in rows if each[0] == "Total"]
    for name in set(view.totals) & set(view.headline):
        label, unit = sheet.labelled(name)
        assert total[heads.index(label)] == show(sheet.total(name), unit)


def _anchor(title: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in title.lower())


def test_every_number_a_notebook_shows_is_the_settled_one(settled):
    shown = html.unescape(re.sub("<[^>]*>", "\n", settled._repr_html_())).splitlines()
    cells = {text.strip() for text in shown}
    for row in range(len(settled.main.contracts)):
        for name in settled.presentation.headline:
            _, unit = settled.main.labelled(name)
            assert show(settled.main.evaluation.value(name, row), unit) in cells, name


@pytest.mark.parametrize(("a_year", "drawn"), [("1212", False), ("1213", True)])
def test_what_is_expected_is_drawn_where_it_can_be_told_from_what_is_paid(a_year, drawn):
    """100 paid a month: 101 expected would lie on its line; of the benchmark the same."""
    fields = [Field(""), Field("a year", "USD"), Field("benchmark", "USD")]
    rows = [["2024-01", Decimal(1200), Decimal(2400)], ["2024-02", Decimal(a_year), None],
            ["all", Decimal(9), Decimal(9)]]  # fmt: skip
    told = Explanation([SmallGrid("By month", fields, rows, has_total=True)])
    points = list(_expected(told, {"2024-01": Decimal(100), "2024-02": Decimal(100)}))
    expected = [("2024-01", Decimal(100)), ("2024-02", Decimal(a_year) / 12)] if drawn else []
    assert [(m, v) for m, v, name in points if name != "Benchmark"] == expected
    assert [(m, v) for m, v, name in points if name == "Benchmark"] == [("2024-01", Decimal(200))]
