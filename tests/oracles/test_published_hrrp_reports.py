"""Mock hospital-specific reports of fiscal years 2020 to 2023, down to the discharges."""

import csv

import pytest

from openvbc.programs.hrrp.results import PROGRAM
from oracles.published import agreement, published

RISK = ("predicted rates", "expected rates", "ratios from discharges")
SHEETS = (
    "payment",
    "results",
    *(f"discharges_{c}" for c in ("ami", "cabg", "copd", "hf", "hk", "pn")),
)


def _files(year):
    return published(*(f"p4p/hrrp/mock_hsr/fy{year}_{sheet}.csv" for sheet in SHEETS))


@pytest.mark.parametrize(("year", "conditions"), [(2020, 5), (2021, 5), (2022, 4), (2023, 5)])
def test_predicted_expected_ratio_and_factor(year, conditions):
    verification = PROGRAM.verify(PROGRAM.settle(_files(year)))
    found = agreement(verification)
    assert [found[label] for label in RISK] == [(conditions, conditions)] * 3
    assert found["penalty indicators"] == (6, 6)
    main = verification.settlement.main.evaluation
    assert main.value("payment_adjustment_factor") == main.value(
        "published_payment_adjustment_factor"
    )


@pytest.mark.slow
def test_a_workbook_gives_the_same_as_its_sheets(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for path in _files(2020):
        sheet = book.create_sheet(path.stem[:30])
        for row in csv.reader(path.open(encoding="utf-8")):
            sheet.append([_number(cell) for cell in row])
    book.save(tmp_path / "report.xlsx")
    settlement = PROGRAM.settle([tmp_path / "report.xlsx"])
    sheets = PROGRAM.settle(_files(2020))
    for line in ("total_contribution", "payment_adjustment_factor"):
        ours, theirs = settlement.main.evaluation.value(line), sheets.main.evaluation.value(line)
        assert abs(ours - theirs) < 1e-12
    found = agreement(PROGRAM.verify(settlement))
    assert [found[label] for label in RISK] == [(5, 5)] * 3


def _number(cell):
    try:
        return float(cell)
    except ValueError:
        return cell
