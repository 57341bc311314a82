"""SNF VBP in years of several measures, from invented files; every expected value by hand."""

import csv
from decimal import Decimal

import pytest

from openvbc.errors import InputError, ParameterMissing
from openvbc.programs.snf_vbp.results import PROGRAM

RATES = {
    "SNFRM": "Risk-Standardized Readmission Rate",
    "SNF HAI": "Risk-Standardized Healthcare-Associated Infection Rate",
    "Total Nursing Staff Turnover": "Total Nursing Staff Turnover Rate",
    "Total Nurse Staffing": "Adjusted Total Nursing Staff Hours per Resident Day",
}
STANDARDS = {
    "SNFRM": ("0.78", "0.83"),
    "SNF HAI": ("0.92", "0.95"),
    "Total Nursing Staff Turnover": ("0.40", "0.70"),
    "Total Nurse Staffing": ("3.20", "5.70"),
}


def _write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def _facility_file(path, facilities, measures=tuple(RATES), name="FY 2026"):
    head = ["CMS Certification Number (CCN)", "Provider Name"]
    for measure in measures:
        head += [f"Baseline Period: FY 2022 {RATES[measure]}",
                 f"Performance Period: FY 2024 {RATES[measure]}",
                 f"{measure} Achievement Score", f"{measure} Improvement Score",
                 f"{measure} Measure Score"]  # fmt: skip
    head += ["Performance Score", "Incentive Payment Multiplier"]
    return _write(path, [head, *facilities])


def _facility(ccn, rates, score="---", multiplier="---"):
    row = [ccn, "Invented Nursing Home"]
    for measure in RATES:
        row += [*rates.get(measure, ("---", "---")), "---", "---", "---"]
    return [*row, score, multiplier]


def _aggregate_file(path):
    head, row = [], []
    for measure, (threshold, benchmark) in STANDARDS.items():
        head += [f"{measure} Achievement Threshold", f"{measure} Benchmark"]
        row += [threshold, benchmark]
    return _write(path, [head, row])


ALL_FOUR = {
    "SNFRM": ("0.20", "0.19"),
    "SNF HAI": ("---", "0.05"),
    "Total Nursing Staff Turnover": ("0.75", "0.65"),
    "Total Nurse Staffing": ("---", "4.45"),
}


def test_four_measures_are_points_earned_over_points_possible(tmp_path):
    """By hand: readmissions 1 - 0.19 = 0.81, 0.03 / 0.05 = 0.6 of the way: 9 x 0.6 + 0.5 = 5.9;
    infections 0.95 are at the benchmark: 10; turnover 0.35 is below the threshold: 0, and bettered
    0.25 by 0.10 / 0.45: 10 x 0.2222222 - 0.5 = 1.72222; staffing 1.25 / 2.5 = 0.5: 5.
    22.62222 of 40 are 56.55555. Of readmissions alone no score is made.
    """
    rows = [_facility("015009", ALL_FOUR), _facility("015010", {"SNFRM": ("0.20", "0.19")})]
    settlement = PROGRAM.settle(
        [_facility_file(tmp_path / "f.csv", rows), _aggregate_file(tmp_path / "a.csv")]
    )
    measures = settlement.details["measures"]
    points = {
        (c.identifier, item): measures.evaluation.value("measure_score", row)
        for row, (c, item) in enumerate(zip(measures.contracts, measures.items, strict=True))
    }
    assert points["015009", "SNFRM"] == Decimal("5.9")
    assert points["015009", "SNF HAI"] == 10
    assert points["015009", "Total Nursing Staff Turnover"] == Decimal("1.72222")
    assert points["015009", "Total Nurse Staffing"] == 5
    main = settlement.main.evaluation
    assert main.value("performance_score", 0) == Decimal("56.55555")
    assert main.value("performance_score", 1) is None
    assert main.value("incentive_payment_multiplier", 0) is None
    assert any("no multiplier" in note for note in settlement.notes)


def test_thresholds_from_the_aggregate_file_are_labelled(tmp_path):
    files = [_facility_file(tmp_path / "f.csv", [_facility("015009", ALL_FOUR)]),
             _aggregate_file(tmp_path / "a.csv")]  # fmt: skip
    measures = PROGRAM.settle(files).details["measures"].evaluation
    parameter = measures.parameter("achievement_threshold", 0)
    assert parameter.cite == "recovered: the aggregate file a.csv"
    assert parameter.status == "empirical"


def test_the_height_of_the_exchange_comes_from_the_multipliers(tmp_path):
    """At the middle (score 50) the multiplier is 0.98 + height / 2; at 0.9995 the height is 0.039.
    At 60: 0.98 + 0.039 / (1 + e^-1) = 0.98 + 0.039 x 0.7310586 = 1.0085113.
    """
    rows = [
        _facility("015009", ALL_FOUR, "50", "0.9995"),
        _facility("015010", ALL_FOUR, "60", "1.0085112846"),
    ]
    settlement = PROGRAM.settle(
        [_facility_file(tmp_path / "f.csv", rows), _aggregate_file(tmp_path / "a.csv")]
    )
    height = settlement.main.evaluation.parameter("exchange_height", 0)
    assert height.value == Decimal("0.039")
    assert height.cite.startswith("recovered: the median over 2 published scores")


def test_a_single_measure_file_said_to_be_of_2026_is_refused_by_name(tmp_path):
    path = _facility_file(tmp_path / "f.csv", [["015009", "x", "0.2", "0.19", "", "", "", "", ""]],
                          measures=("SNFRM",))  # fmt: skip
    with pytest.raises(InputError, match=r"fiscal year 2026 is scored on 4 measures.*gives SNFRM"):
        PROGRAM.settle([path, _aggregate_file(tmp_path / "a.csv")])


def test_eight_measures_of_2027_are_refused_by_name(tmp_path):
    path = _facility_file(tmp_path / "f.csv", [_facility("015009", ALL_FOUR)])
    text = path.read_text("utf-8").replace("FY 2024", "FY 2025").replace("FY 2022", "FY 2023")
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match="scored on 8 measures"):
        PROGRAM.settle([path])


def test_without_standards_everything_missing_is_named_at_once(tmp_path):
    path = _facility_file(tmp_path / "f.csv", [_facility("015009", ALL_FOUR)])
    with pytest.raises(ParameterMissing) as raised:
        PROGRAM.settle([path])
    assert "achievement_threshold, benchmark" in str(raised.value)
    assert "for: {fiscal_year: 2026, measure: SNFRM}" in str(raised.value)


def test_rates_in_percent_are_refused(tmp_path):
    rates = {m: (before, after) for m, (before, after) in ALL_FOUR.items()}
    rates["SNFRM"] = ("20.0", "19.0")
    files = [_facility_file(tmp_path / "f.csv", [_facility("015009", rates)]),
             _aggregate_file(tmp_path / "a.csv")]  # fmt: skip
    with pytest.raises(InputError, match="another unit"):
        PROGRAM.settle(files)
