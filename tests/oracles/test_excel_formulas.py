"""The workbook's live formulas, computed anew by LibreOffice, give what the worksheets computed."""

from __future__ import annotations

import random
import shutil
import subprocess
from decimal import Decimal

import pytest

from openvbc.programs.book import settle_book
from openvbc.report.excel import new_workbook
from openvbc.worksheets.kernel.formula_text import spreadsheet_formula
from worksheet_lines import LINES, derived, draw, exact_value

openpyxl = pytest.importorskip("openpyxl")

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed"),
]


def recalculate(workbook, folder):
    """A copy without cached values, converted there and back: every formula is computed."""
    openpyxl.load_workbook(workbook).save(folder / "bare.xlsx")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for source, form, target in (("bare.xlsx", "ods", "."), ("bare.ods", "xlsx", "computed")):
        subprocess.run(
            [OFFICE, "--headless", profile, "--convert-to", form, "--outdir", target, source],
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=300,
        )
    return openpyxl.load_workbook(folder / "computed" / "bare.xlsx", data_only=True)


@pytest.mark.parametrize("program", ["mssp", "reach"])
def test_every_formula_of_the_book_agrees(program, tmp_path):
    pytest.importorskip("xlsxwriter")
    from openvbc.report.excel import write_excel

    path = write_excel(settle_book()[program], tmp_path / "book.xlsx")
    assert formulas_that_agree(path, tmp_path) > 30


def test_every_formula_of_a_run_agrees(finished, tmp_path):
    """With the analyst's sheets, from whose cells the benchmark takes its inputs."""
    assert formulas_that_agree(finished / "run" / "report.xlsx", tmp_path) > 300


def formulas_that_agree(path, tmp_path):
    """How many formulas a workbook has, each the same when LibreOffice computes it anew."""
    written = openpyxl.load_workbook(path)
    ours = openpyxl.load_workbook(path, data_only=True)
    theirs = recalculate(path, tmp_path)
    compared = 0
    for page in written:
        for cell in (cell for row in page.iter_rows() for cell in row):
            if isinstance(cell.value, str) and cell.value.startswith("="):
                compared += 1
                mine = ours[page.title][cell.coordinate].value
                anew = theirs[page.title][cell.coordinate].value
                if isinstance(mine, bool | str):
                    assert mine == anew, f"{page.title} {cell.coordinate} {cell.value}"
                else:
                    assert anew == pytest.approx(mine, rel=1e-9), f"{page.title} {cell.coordinate}"
    return compared


DRAWS = 8


def test_every_line_of_every_program_agrees(tmp_path):
    """Random inputs of each line in cells of their own, its formula beside them."""
    pytest.importorskip("xlsxwriter")
    path = tmp_path / "lines.xlsx"
    book = new_workbook(path.open("wb"), "lines")
    page = book.add_worksheet("lines")
    expected = {}
    for number, (name, (sheet, item)) in enumerate(LINES.items()):
        random_ = random.Random(f"office {name}")
        for down in range(number * DRAWS, (number + 1) * DRAWS):
            tree, tables = derived(sheet, item, random_)
            values = draw(sheet, item, tree, tables, random_)
            cells = {}
            for at, argument in enumerate(item.arguments, start=1):
                value = values.get(argument)
                cells[argument] = f"{_letters(at)}{down + 1}"
                if isinstance(value, str):
                    page.write_string(down, at, value)
                elif isinstance(value, bool):
                    page.write_boolean(down, at, value)
                elif value is not None:
                    page.write_number(down, at, float(value))
            page.write_formula(down, 0, spreadsheet_formula(tree, cells), None, "not computed")
            expected[f"A{down + 1}"] = (name, exact_value(item, values, tables))
    book.close()
    computed = recalculate(path, tmp_path)["lines"]
    wrong = [
        (cell, name, exact, computed[cell].value)
        for cell, (name, exact) in expected.items()
        if not _same(computed[cell].value, exact)
        # e to a power in the thousands is beyond binary numbers, not beyond Decimal.
        and not (computed[cell].value == "#NUM!" and "multiplier" in name)
    ]
    assert wrong == []
    assert len(expected) > 350 * DRAWS


def _letters(at):
    from xlsxwriter.utility import xl_col_to_name

    return xl_col_to_name(at)


def _same(office, exact):
    if isinstance(exact, Decimal) and exact.is_nan():
        return isinstance(office, str) and office.startswith("#")
    if isinstance(exact, bool | str):
        return office == exact
    return office == pytest.approx(float(exact), rel=1e-9, abs=1e-9)
