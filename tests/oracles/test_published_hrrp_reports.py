"""Mock hospital-specific reports of fiscal years 2020 to 2023, down to the discharges."""

import csv

import pytest

from openvbc.errors import InputError
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
    tally = agreement(verification)
    assert [tally[label] for label in RISK] == [(conditions, conditions)] * 3
    assert tally["penalty indicators"] == (6, 6)
    main = verification.settlement.main.evaluation
    assert main.value("payment_adjustment_factor") == main.value(
        "published_payment_adjustment_factor"
    )


def _changed(folder, sheet, heading, become, sheets=("payment", "results")):
    """The report of 2020 in which the numbers of one column are others, and its settlement."""
    files = published(*(f"p4p/hrrp/mock_hsr/fy2020_{each}.csv" for each in sheets))
    made = []
    for path in files:
        rows = list(csv.reader(path.open(encoding="utf-8")))
        if path.stem.endswith(sheet):
            head = next(n for n, row in enumerate(rows) if any(heading in cell for cell in row))
            at = next(n for n, cell in enumerate(rows[head]) if heading in cell)
            for row in rows[head + 1 :]:
                if isinstance(_number(row[at]), float):
                    row[at] = become(float(row[at]))
        made.append(folder / path.name)
        with made[-1].open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    return PROGRAM.settle(made)


def _times(factor):
    return lambda value: f"{value * factor:.12f}"


def test_a_report_without_discharges_agrees(tmp_path):
    settled = _changed(tmp_path, "payment", "Neutrality Modifier", repr)
    assert settled.differs == 0
    assert not any("differ" in note for note in settled.notes)


@pytest.mark.parametrize(
    ("sheet", "heading", "become"),
    [
        ("payment", "Payment Adjustment Factor [", _times(0.99)),
        ("payment", "Payment Adjustment Factor [", _times(100)),
        ("results", "Number of Eligible Discharges", _times(0.01)),
        ("results", "Number of Eligible Discharges", lambda value: ""),
        ("results", "Excess Readmission Ratio", _times(0.5)),
        ("results", "Excess Readmission Ratio", lambda value: ""),
        ("results", "Peer Group Median", _times(1.05)),
        ("results", "Peer Group Median", lambda value: ""),
        ("results", "Ratio of DRG Payments", _times(0.5)),
    ],
)
def test_a_report_that_prints_another_factor_is_said(tmp_path, sheet, heading, become):
    settled = _changed(tmp_path, sheet, heading, become)
    assert settled.differs > 0
    assert any("differ from those the files print" in note for note in settled.notes)


@pytest.mark.parametrize(
    ("sheet", "heading", "lacking"),
    [
        ("payment", "Neutrality Modifier", "the neutrality modifier."),
        ("results", "Ratio of DRG Payments", "the DRG payment ratio of AMI, "),
    ],
)
def test_a_factor_that_cannot_be_computed_says_why(tmp_path, sheet, heading, lacking):
    settled = _changed(tmp_path, sheet, heading, lambda value: "")
    [said] = [note for note in settled.notes if "is not computed" in note]
    assert lacking in said


@pytest.mark.parametrize(
    ("sheet", "heading", "factor"),
    [
        ("payment", "Dual Proportion", 100),
        ("payment", "Peer Group Assignment", 100),
        ("payment", "Neutrality Modifier", 0.01),
        ("results", "Number of Eligible Discharges", 1000),
        ("results", "Predicted Readmission Rate", 100),
        ("results", "Expected Readmission Rate", 1000),
        ("results", "Excess Readmission Ratio", 100),
        ("results", "Peer Group Median", 100),
        ("results", "Ratio of DRG Payments", 1000),
    ],
)
def test_a_column_of_a_report_in_another_unit_is_refused(tmp_path, sheet, heading, factor):
    with pytest.raises(InputError, match="VBC-1148") as raised:
        _changed(tmp_path, sheet, heading, _times(factor))
    assert f"fy2020_{sheet}.csv" in str(raised.value)
    assert heading in str(raised.value)


def test_a_report_without_a_peer_group_is_said(tmp_path):
    settled = _changed(tmp_path, "payment", "Peer Group Assignment", lambda value: "")
    assert any("no peer group assignment" in note for note in settled.notes)


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
    tally = agreement(PROGRAM.verify(settlement))
    assert [tally[label] for label in RISK] == [(5, 5)] * 3


def _number(cell):
    try:
        return float(cell)
    except ValueError:
        return cell
