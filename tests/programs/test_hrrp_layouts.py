"""Readmissions files as CMS laid them out since 2013, reports with a cover sheet; invented."""

import csv
from decimal import Decimal

import pytest

from openvbc.errors import InputError
from openvbc.programs.hrrp.layouts import SUPPLEMENTAL_LAYOUT
from openvbc.programs.hrrp.results import PROGRAM
from openvbc.programs.published.published_file import read_tables

CONDITIONS = ("AMI", "COPD", "HF", "pneumonia", "CABG", "THA/TKA")


def _write(path, rows, delimiter=","):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def _supplemental(ratio="1.0400", ccns=("010001",)):
    head = ["Hospital CCN", "Payment adjustment factor", "Payment reduction percentage",
            "Dual proportion", "Peer group assignment", "Neutrality modifier"]  # fmt: skip
    for name in CONDITIONS:
        head += [f"Number of eligible discharges for {name}", f"ERR for {name}",
                 f"Peer group median ERR for {name}", f"Penalty indicator for {name}",
                 f"DRG payment ratio for {name}"]  # fmt: skip
    rows = []
    for ccn in ccns:
        row = [ccn, "0.9981", "0.19%", "0.2000", "1", "0.9652"]
        for name in CONDITIONS:
            own = ["1,234", ratio, "1.0000", "Y", "0.0500"]
            row += own if name == "HF" else [".", "", "1.0000", "N", "."]
        rows.append(row)
    return [head, *rows]


HEADERS = {
    2013: ["PROV", "Number of Heart Failure Cases", "Excess Readmission Ratio for Heart Failure",
           "FY 2013 Readmissions Adjustment Factor"],
    2014: ["PROV", "Number of Acute Myocardial Infarction Cases",
           "Acute Myocardial Infarction Excess Readmission Ratio",
           "FY 2014 Readmissions Adjustment Factor"],
    2015: ["PROV", "Number of Hip/Knee Arthroplasty Cases",
           "Hip/Knee Arthroplasty Excess Readmission Ratio",
           "Corrected FY 2015 Readmissions Adjustment Factor"],
    2017: ["Provider", "Number of Pneumoniuia Cases", "Excess Readmission Ratio for Pneumoniuia",
           "FY 2017 Readmissions Adjustment Factor"],
}  # fmt: skip


@pytest.mark.parametrize("year", sorted(HEADERS))
def test_headers_of_every_year_are_read(tmp_path, year):
    path = _write(tmp_path / f"fy{year}.txt",
                  [[f"FY {year} supplemental file"], HEADERS[year], ["10001", "30", "0", "1.0000"],
                   ["010005", "20", "0.9500", "0.9990"]], delimiter="\t")  # fmt: skip
    table = read_tables(path, (SUPPLEMENTAL_LAYOUT,), "hrrp")[0]
    assert {name for name, _ in table.where} == {"facility", "discharges", "ratio", "factor"}
    settled = PROGRAM.settle([path])
    factors = settled.main.evaluation.column("payment_adjustment_factor")
    assert list(factors) == [1, 1]


def test_a_percent_cell_of_a_workbook_is_as_printed_in_a_csv(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    head, row = _supplemental()
    book.active.append(["FY 2025 supplemental file"])
    book.active.append(head)
    book.active.append([Decimal("0.0019") if cell == "0.19%" else cell for cell in row])
    book.active.cell(3, 3).value = 0.0019
    book.active.cell(3, 3).number_format = "0.00%"
    book.save(tmp_path / "fy2025.xlsx")
    settlement = PROGRAM.settle([tmp_path / "fy2025.xlsx"])
    evaluation = settlement.main.evaluation
    assert evaluation.value("published_payment_reduction_percentage") == Decimal("0.0019")
    assert evaluation.value("payment_reduction_percentage") == Decimal("0.0019")


def test_files_of_two_years_are_named(tmp_path):
    """The ratio 1.04 stands beside 0.97 in the other file: no true value lies behind both."""
    hospital = [
        ["Facility ID", "Measure Name", "Number of Discharges", "Excess Readmission Ratio",
         "Predicted Readmission Rate", "Expected Readmission Rate"],
        ["010001", "READM-30-HF-HRRP", "1234", "0.9700", "19.4", "20.0"],
    ]  # fmt: skip
    files = [_write(tmp_path / "fy2025.csv", _supplemental()),
             _write(tmp_path / "hospital.csv", hospital)]  # fmt: skip
    with pytest.raises(InputError, match="1 of 1 excess readmission ratios differ") as raised:
        PROGRAM.settle(files)
    assert "fy2025.csv and hospital.csv" in str(raised.value)


def test_ratios_a_hundred_times_too_large_are_refused(tmp_path):
    with pytest.raises(InputError, match="another unit"):
        PROGRAM.settle([_write(tmp_path / "fy2025.csv", _supplemental(ratio="104.00"))])


def _report(path, cover=True, payment_header="Neutrality Modifier [e]"):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheets = []
    if cover:
        sheets.append(("Contents", [
            ["FY 2024 HRRP Hospital-Specific Report"],
            ["Table 1: Your Hospital's Payment Adjustment Factor Information"],
            ["Table 2: Your Hospital's Measure Results on Readmission"],
        ]))  # fmt: skip
    sheets.append(("Table 1", [
        ["Table 1: Your Hospital's Payment Adjustment Factor Information"], ["HOSPITAL NAME"],
        ["Hospital Discharge Period"], [],
        ["Dual Proportion [c]", "Peer Group Assignment [d]", payment_header,
         "Payment Adjustment Factor [g]"],
        [0.2, 1, 0.9630510589014, 0.9981],
    ]))  # fmt: skip
    sheets.append(("Table 2", [
        ["Table 2: Your Hospital's Measure Results on 30-Day Readmission"], ["HOSPITAL NAME"],
        [], [],
        ["Measure [a]", "Number of Eligible Discharges [b]", "Number of Readmissions [c]",
         "Predicted Readmission Rate [d]", "Expected Readmission Rate [e]",
         "Excess Readmission Ratio (ERR) [f]", "Peer Group Median ERR [g]",
         "Penalty Indicator (Yes/No) [h]", "Ratio of DRG Payments Per Measure [i]"],
        ["HF", 100, 20, 0.208, 0.2, 1.04, 1.0, "Yes", 0.05],
    ]))  # fmt: skip
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_cover_sheet_that_lists_the_tables_is_skipped(tmp_path):
    """0.9630510589 x 0.05 x 0.04 = 0.0019261 -> 0.9981."""
    settlement = PROGRAM.settle([_report(tmp_path / "FY2024_report.xlsx")])
    evaluation = settlement.main.evaluation
    assert evaluation.value("payment_adjustment_factor") == Decimal("0.9981")


@pytest.mark.parametrize("again", [True, False])
def test_conditions_below_a_gap_or_a_second_header_count(tmp_path, again):
    """0.9630510589 x 0.05 x (0.04 + 0.02) = 0.0028892 -> 0.9971; without AMI it was 0.9981."""
    openpyxl = pytest.importorskip("openpyxl")
    path = _report(tmp_path / "FY2024_report.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["Table 2"]
    sheet.append([cell.value for cell in sheet[5]] if again else [""])
    sheet.append(["AMI", 100, 20, 0.204, 0.2, 1.02, 1.0, "Yes", 0.05])
    book.save(path)
    evaluation = PROGRAM.settle([path]).main.evaluation
    assert evaluation.value("payment_adjustment_factor") == Decimal("0.9971")


def test_a_message_names_the_sheet(tmp_path):
    path = _report(tmp_path / "FY2024_report.xlsx", payment_header="Modifier")
    with pytest.raises(InputError, match=r"FY2024_report.xlsx, sheet 'Table 1'"):
        PROGRAM.settle([path])


def _before_peer_groups(path, heart_failure="1.0100", factor="0.9981"):
    head = ["Provider", "FY 2016 Readmissions Adjustment Factor",
            "Number of Heart Failure Cases", "Excess Readmission Ratio for Heart Failure",
            "Number of Acute Myocardial Infarction Cases",
            "Excess Readmission Ratio for Acute Myocardial Infarction"]  # fmt: skip
    rows = [["010001", factor, "100", heart_failure, "30", "1.0100"],
            ["010005", "1.0000", "100", "0.9900", "20", "0"]]  # fmt: skip
    return _write(path, [["FY 2016 supplemental file"], head, *rows])


def test_a_factor_before_peer_groups_has_bounds(tmp_path):
    """The largest excess is 0.0100, printed rounded: at most 0.01005, so the factor is at least
    0.98995, 0.9900; at most 1. Without an excess it is 1. With an excess of 0.04 the cap of 0.03
    holds: at least 0.9700.
    """
    settlement = PROGRAM.settle([_before_peer_groups(tmp_path / "a.csv")])
    main = settlement.main.evaluation
    assert not settlement.set_aside
    assert main.value("payment_adjustment_factor", 0) is None
    assert main.value("lowest_payment_adjustment_factor", 0) == Decimal("0.9900")
    assert main.value("highest_payment_adjustment_factor", 0) == 1
    assert main.value("payment_adjustment_factor", 1) == 1
    assert any("bounds only" in note for note in settlement.notes)
    assert PROGRAM.verify(settlement).unexplained == 0
    capped = PROGRAM.settle([_before_peer_groups(tmp_path / "b.csv", heart_failure="1.0400")])
    assert capped.main.evaluation.value("lowest_payment_adjustment_factor", 0) == Decimal("0.97")
    wrong = PROGRAM.settle([_before_peer_groups(tmp_path / "c.csv", factor="0.9850")])
    assert PROGRAM.verify(wrong).unexplained == 1


def test_shares_of_the_users_own_give_the_factor(tmp_path):
    """0.05 x 0.04 + 0.02 x 0.01 = 0.0022: the factor is 0.9978."""
    shares = _write(
        tmp_path / "shares.csv",
        [["ccn", "DRG payment ratio for HF", "DRG payment ratio for AMI"],
         ["010001", "0.05", "0.02"], ["010005", "0.05", ""]],
    )  # fmt: skip
    file = _before_peer_groups(tmp_path / "a.csv", heart_failure="1.0400")
    settlement = PROGRAM.settle([file, shares])
    main = settlement.main.evaluation
    assert main.value("payment_adjustment_factor", 0) == Decimal("0.9978")
    assert not any("bounds only" in note for note in settlement.notes)


def test_a_name_of_another_year_than_the_title_is_refused(tmp_path):
    with pytest.raises(InputError, match="title says fiscal year 2016, its name 2015"):
        PROGRAM.settle([_before_peer_groups(tmp_path / "fy2015.csv")])


def test_a_peer_group_that_is_none_is_not_taken(tmp_path):
    head, *rows = _supplemental(ccns=("010001", "010005", "010006"))
    rows[0][head.index("Peer group assignment")] = "100"
    settlement = PROGRAM.settle([_write(tmp_path / "fy2025.csv", [head, *rows])])
    assert [a.reason for a in settlement.set_aside] == ["value cannot be meant"]
    for row in rows:
        row[head.index("Peer group assignment")] = "100"
    with pytest.raises(InputError, match="another unit"):
        PROGRAM.settle([_write(tmp_path / "fy2025.csv", [head, *rows])])
