"""Hospital VBP: a column that is renamed, misspelt or dropped never changes a total in silence."""

import csv
from decimal import Decimal

import pytest

from openvbc.errors import InputError
from openvbc.programs.hvbp.results import PROGRAM

DOMAINS = ("Clinical Outcomes", "Person and Community Engagement", "Safety",
           "Efficiency and Cost Reduction")  # fmt: skip


def _write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def _totals(domains=DOMAINS, year="2024", weighted=True, unweighted=True):
    head, row = ["Fiscal Year", "Facility ID"], [year, "010001"]
    for domain in domains:
        if unweighted:
            head.append(f"Unweighted Normalized {domain} Domain Score")
            row.append("40")
        if weighted:
            head.append(f"Weighted Normalized {domain} Domain Score")
            row.append("10")
    return [[*head, "Total Performance Score"], [*row, "40"]]


def _efficiency(path, threshold="MSPB-1 Achievement Threshold"):
    head = ["Fiscal Year", "Facility ID", threshold, "MSPB-1 Benchmark",
            "MSPB-1 Baseline Rate", "MSPB-1 Performance Rate", "MSPB-1 Achievement Points",
            "MSPB-1 Improvement Points", "MSPB-1 Measure Score"]  # fmt: skip
    # (0.99 - 0.92) / (0.99 - 0.85) = 0.5; 9 x 0.5 + 0.5 = 5 points of 10: 50
    row = ["2024", "010001", "0.99", "0.85", "0.95", "0.92", "5 out of 10", "3 out of 9",
           "5 out of 10"]  # fmt: skip
    return _write(path, [head, row])


def test_four_domains_settle(tmp_path):
    """0.25 x (40 + 40 + 40 + 50) = 42.5."""
    files = [_write(tmp_path / "t.csv", _totals()), _efficiency(tmp_path / "e.csv")]
    main = PROGRAM.settle(files).main.evaluation
    assert main.value("total_performance_score") == Decimal("42.5")


def test_a_renamed_domain_is_named(tmp_path):
    names = (*DOMAINS[:2], "Patient Safety", DOMAINS[3])
    with pytest.raises(InputError, match="'patient safety' is not a domain") as raised:
        PROGRAM.settle([_write(tmp_path / "t.csv", _totals(names))])
    assert raised.value.code == "VBC-1023"
    assert "is 'safety' meant" in str(raised.value)


def test_an_absent_domain_is_an_error_unless_said(tmp_path):
    path = _write(tmp_path / "t.csv", _totals(DOMAINS[:3]))
    with pytest.raises(InputError, match="absent: efficiency and cost reduction"):
        PROGRAM.settle([path])
    settled = PROGRAM.settle([path], options={"absent": "efficiency and cost reduction"})
    total = settled.main.evaluation.value("total_performance_score")
    assert round(total, 12) == 40
    assert "Said to be absent: efficiency and cost reduction." in settled.notes


def test_weighted_scores_only_is_a_message(tmp_path):
    with pytest.raises(InputError, match="no unweighted domain score"):
        PROGRAM.settle([_write(tmp_path / "t.csv", _totals(unweighted=False))])


@pytest.mark.parametrize("heading", ["MSPB-1 Achievment Threshold", "MSPB 2 Achievement Threshold"])
def test_a_misspelt_measure_column_is_named(tmp_path, heading):
    files = [_write(tmp_path / "t.csv", _totals()), _efficiency(tmp_path / "e.csv", heading)]
    with pytest.raises(InputError):
        PROGRAM.settle(files)


def test_a_rate_in_another_unit_is_refused(tmp_path):
    """Spending per beneficiary is a ratio to the median hospital; 92 is 0.92 in percent."""
    path = _efficiency(tmp_path / "e.csv")
    path.write_text(path.read_text("utf-8").replace(",0.92,", ",92,"), "utf-8")
    with pytest.raises(InputError, match="another unit") as raised:
        PROGRAM.settle([_write(tmp_path / "t.csv", _totals()), path])
    assert "expected 0.2 to 5" in str(raised.value)


@pytest.mark.parametrize("year", ["2022", "2023"])
def test_suppressed_years_are_said_by_name(tmp_path, year):
    with pytest.raises(InputError, match=f"no result for fiscal year {year}: measures were supp"):
        PROGRAM.settle([_write(tmp_path / "t.csv", _totals(year=year))])


def test_payments_of_every_hospital_weigh_the_slope(tmp_path):
    """Two hospitals, 40 and 80 points, paid 3 and 1 million: 100 x 4 / (3 x 40 + 1 x 80) = 2;
    paid alike it would be 100 x 2 / 120 = 1.6667. Net change of the first:
    0.02 x (2 x 0.4 - 1) = -0.004.
    """
    rows = _totals()
    second = ["2024", "010005", *["80", "20"] * 4, "80"]
    money = [["ccn", "base_operating_drg_payments"], ["010001", "3000000"], ["010005", "1000000"]]
    files = [_write(tmp_path / "t.csv", [*rows, second]), _write(tmp_path / "m.csv", money)]
    main = PROGRAM.settle(files).main.evaluation
    assert main.value("estimated_exchange_slope") == 2
    assert main.value("estimated_net_change", 0) == Decimal("-0.004")
