"""The workbook's live formulas, computed anew by LibreOffice, give what the worksheets computed."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from openvbc.programs.book import settle_book

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
    assert compared > 30
