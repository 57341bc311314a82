"""Files as they come: titles, re-spelled headers, printed traps, wrong files. All are invented."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest

from openvbc.errors import InputError, ParameterMissing
from openvbc.programs.hac.results import PROGRAM as HAC
from openvbc.programs.hrrp.results import PROGRAM as HRRP
from openvbc.programs.hvbp.results import PROGRAM as HVBP
from openvbc.programs.overall_result import overall_result
from openvbc.programs.published.published_cell import parse_ccn, parse_number, plain
from openvbc.programs.snf_vbp.results import PROGRAM as SNF
from openvbc.programs.stars.results import PROGRAM as STARS

CONDITIONS = ("AMI", "COPD", "HF", "pneumonia", "CABG", "THA/TKA")


def _write(path, rows, encoding="utf-8"):
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows(rows)
    return path


def _header(conditions=CONDITIONS, ccn="Hospital CCN"):
    head = [ccn, "Payment adjustment factor", "Payment reduction percentage", "Dual proportion",
            "Peer group assignment", "Neutrality modifier"]  # fmt: skip
    for name in conditions:
        head += [f"Number of eligible discharges for {name}", f"ERR for {name}",
                 f"Peer group median ERR for {name}", f"Penalty indicator for {name}",
                 f"DRG payment ratio for {name}"]  # fmt: skip
    return head


def _hospital(ccn, *, err="1.0400", discharges="1,234", conditions=CONDITIONS):
    """Only heart failure counts: 0.9652 x 0.0500 x (1.0400 - 1.0000) = 0.0019304 -> 0.9981."""
    row = [ccn, "0.9981", "0.19%", "0.2000", "1", "0.9652"]
    for name in conditions:
        own = [discharges, err, "1.0000", "Y", "0.0500"]
        row += own if name == "HF" else [".", "", "1.0000", "N", "."]
    return row


def _factors(settlement):
    evaluation = settlement.main.evaluation
    return {
        contract.identifier: evaluation.value("payment_adjustment_factor", row)
        for row, contract in enumerate(settlement.main.contracts)
    }


def test_title_cnn_header_thousands_full_stops_and_lost_zeros(tmp_path):
    path = _write(
        tmp_path / "supplemental.csv",
        [["FY 2025 Final Rule Supplemental File"], [], _header(ccn="Hospital CNN"),
         _hospital("10001"), _hospital("010005"), [], ["1. Notes at the end"] + [""] * 35],
        encoding="utf-8-sig",
    )  # fmt: skip
    settlement = HRRP.settle([path])
    assert _factors(settlement) == {"010001": Decimal("0.9981"), "010005": Decimal("0.9981")}
    assert [item.reason for item in settlement.set_aside] == ["not a CMS certification number"]
    assert settlement.rows_in == 3


def test_columns_in_any_order_and_unknown_ones_ignored(tmp_path):
    rows = [[*_header(), "Comment"], [*_hospital("010001"), "x"]]
    turned = [list(reversed(row)) for row in rows]
    assert _factors(HRRP.settle([_write(tmp_path / "fy2025.csv", turned)])) == {
        "010001": Decimal("0.9981")
    }


def test_fiscal_year_2023_has_no_pneumonia_columns(tmp_path):
    names = [name for name in CONDITIONS if name != "pneumonia"]
    path = _write(tmp_path / "fy2023.csv", [_header(names), _hospital("010001", conditions=names)])
    # The unrounded modifier of 2023 does not round to the printed 0.9652: the printed one counts.
    assert _factors(HRRP.settle([path])) == {"010001": Decimal("0.9981")}


def test_a_year_before_peer_groups(tmp_path):
    """0.05 x (1.0400 - 1) = 0.002 -> 0.9980; a printed ratio of 0 stands for too few cases."""
    head = ["Provider Number", "FY 2018 Readmissions Adjustment Factor"]
    row = ["010001", "0.9980"]
    for name in ("AMI", "HF"):
        head += [f"Number of {name} Cases", f"{name} Excess Readmission Ratio",
                 f"DRG payment ratio for {name}"]  # fmt: skip
        row += ["120", "1.0400", "0.05"] if name == "HF" else ["12", "0", "0.02"]
    settlement = HRRP.settle([_write(tmp_path / "fy2018.csv", [head, row])])
    assert _factors(settlement) == {"010001": Decimal("0.9980")}
    assert "peer_medians" not in settlement.details


def test_a_year_without_parameters_is_refused_by_name(tmp_path):
    path = _write(tmp_path / "fy2031.csv", [_header(), _hospital("010001")])
    with pytest.raises(ParameterMissing, match=r"maximum_payment_reduction.*2031"):
        HRRP.settle([path])


def test_without_a_year_the_option_is_asked_for(tmp_path):
    path = _write(tmp_path / "file.csv", [_header(), _hospital("010001")])
    with pytest.raises(InputError, match="which fiscal year"):
        HRRP.settle([path])
    assert _factors(HRRP.settle([path], options={"year": "2025"}))
    with pytest.raises(InputError, match="unknown option colour"):
        HRRP.settle([path], options={"colour": "red"})


def test_files_of_different_years_are_told(tmp_path):
    one = _write(tmp_path / "fy2025.csv", [_header(), _hospital("010001")])
    other = _write(tmp_path / "fy2024.csv", [_header(), _hospital("010001")])
    with pytest.raises(InputError, match="different fiscal years"):
        HRRP.settle([one, other])


def test_unreadable_repeated_and_incomplete_hospitals_are_set_aside(tmp_path):
    lacking = _hospital("010011")
    lacking[lacking.index("0.0500")] = "N/A"
    rows = [
        _header(), _hospital("010001"), _hospital("010005", err="high"), _hospital("010001"),
        _hospital("010006")[:9], lacking, _hospital("01A0012"),
    ]  # fmt: skip
    settlement = HRRP.settle([_write(tmp_path / "fy2025.csv", rows)])
    assert list(_factors(settlement)) == ["010001"]
    assert sorted(item.reason for item in settlement.set_aside) == [
        "a penalised condition lacks its DRG payment ratio or neutrality modifier",
        "hospital appears twice in the file",
        "not a CMS certification number",
        "row is cut short",
        "text where a number belongs",
    ]
    assert all(item.place.line for item in settlement.set_aside)
    assert settlement.rows_in == 6


def test_hospitals_of_one_file_only_are_set_aside(tmp_path):
    supplemental = _write(tmp_path / "s.csv", [_header(), _hospital("010001")])
    head = [
        "Facility Name",
        "Facility ID",
        "State",
        "Measure Name",
        "Number of Discharges",
        "Footnote",
        "Excess Readmission Ratio",
        "Predicted Readmission Rate",
        "Expected Readmission Rate",
        "Number of Readmissions",
        "Start Date",
        "End Date",
    ]
    tail = ["", "1.0400", "20.8000", "20.0000", "Too Few to Report", "07/01/2020", "06/30/2023"]
    hospitals = _write(
        tmp_path / "h.csv",
        [head, ["A", "010001", "AL", "READM-30-HF-HRRP", "1234", *tail],
         ["B", "210001", "MD", "READM-30-HF-HRRP", "1234", *tail],
         ["C", "010001", "AL", "READM-30-STROKE", "1234", *tail]],
    )  # fmt: skip
    settlement = HRRP.settle([hospitals, supplemental])
    assert settlement.main.contracts[0].year == 2025
    assert sorted(item.reason for item in settlement.set_aside) == [
        "hospital is not in the supplemental file",
        "unknown condition",
    ]
    with pytest.raises(InputError, match="supplemental file is missing"):
        HRRP.settle([hospitals])


def test_a_missing_column_is_named(tmp_path):
    head = [name for name in _header() if not name.startswith("Payment adjustment")]
    with pytest.raises(InputError, match="payment adjustment factor"):
        HRRP.settle([_write(tmp_path / "fy2025.csv", [head, ["010001"] * len(head)])])


@pytest.mark.parametrize(
    ("program", "others"),
    [(HRRP, "hvbp"), (HAC, "hvbp"), (SNF, "hvbp"), (HVBP, "hrrp")],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_file_of_another_program_is_recognised(tmp_path, program, others):
    rows = {
        "hvbp": [
            ["Fiscal Year", "Facility ID", "Total Performance Score"],
            ["2024", "010001", "1"],
        ],
        "hrrp": [_header(), _hospital("010001")],
    }[others]
    with pytest.raises(InputError, match=f"looks like one of {others}"):
        program.settle([_write(tmp_path / "file.csv", rows)])


@pytest.mark.parametrize("program", [HRRP, HAC, HVBP, SNF, STARS], ids=lambda p: p.name)
def test_what_is_no_table_is_refused_in_words(tmp_path, program):
    for name, content in (("a.csv", b""), ("b.csv", b"\x00\x01"), ("c.csv", b"hello\nworld\n"),
                          ("d.xlsx", b"not a zip"), ("e.csv", b"\xff\xfe\x00bad")):  # fmt: skip
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(InputError):
            program.settle([path])
    with pytest.raises(InputError):
        program.settle([tmp_path / "absent.csv"])
    with pytest.raises(InputError):
        program.settle([])


def test_base_payments_turn_factors_into_dollars(tmp_path):
    """-0.0019 x 10,000,000 = -19,000; a hospital without figures has none."""
    paths = [
        _write(tmp_path / "fy2025.csv", [_header(), _hospital("010001"), _hospital("010005")]),
        _write(
            tmp_path / "money.csv",
            [["ccn", "base_operating_drg_payments"], ["10001", "$10,000,000"], ["010007", "-5"]],
        ),
    ]
    settlement = HRRP.settle(paths)
    evaluation = settlement.main.evaluation
    assert [evaluation.value("payment_change", row) for row in (0, 1)] == [Decimal(-19_000), None]
    assert [item.reason for item in settlement.set_aside] == ["payments missing or negative"]


def test_factors_are_averaged_and_not_added_up(tmp_path):
    """(0.9981 + 1.0000) / 2 = 0.99905; no base payments, so no dollars."""
    rows = [_header(), _hospital("010001"), _hospital("010005", discharges="24")]
    settlement = HRRP.settle([_write(tmp_path / "fy2025.csv", rows)])
    label, mean, unit = overall_result(settlement, range(2))
    assert (label, mean, unit) == (
        "Payment adjustment factor, mean", Decimal("0.99905"), "factor",
    )  # fmt: skip


def test_hospital_acquired_conditions_of_another_year_row_by_row(tmp_path):
    head = ["Facility Name", "Facility ID", "State", "Fiscal Year", "PSI-90 W Z Score",
            "CLABSI W Z Score", "Total HAC Score", "Payment Reduction"]  # fmt: skip
    rows = [
        ["A", "010001", "AL", "2024", "0.5000", "0.3000", "0.4000", "Yes"],
        ["B", "210001", "MD", "2024", "0.5000", "0.3000", "0.4000", "N/A"],
        ["C", "010005", "AL", "2024", "N/A", "N/A", "N/A", "No"],
        ["D", "010006", "AL", "2023", "0.5", "0.3", "0.4", "No"],
    ]
    others = [f"{measure} W Z Score" for measure in ("CAUTI", "SSI", "CDI", "MRSA")]
    table = [[*head, *others], *([*row, *["N/A"] * 4] for row in rows)]
    settlement = HAC.settle([_write(tmp_path / "hac.csv", table)])
    evaluation = settlement.main.evaluation
    reductions = [evaluation.value("payment_reduction", row) for row in range(3)]
    assert reductions == [Decimal("0.01"), 0, 0]
    assert evaluation.value("total_score", 0) == Decimal("0.4")
    assert [item.reason for item in settlement.set_aside] == ["row of another fiscal year"]


def test_skilled_nursing_without_a_rate_is_set_aside(tmp_path):
    head = ["SNF VBP Program Ranking", "Provider Number (CCN)",
            "Baseline Period: FY 2019 Risk-Standardized Readmission Rate",
            "Performance Period: FY 2023 Risk-Standardized Readmission Rate",
            "Incentive Payment Multiplier"]  # fmt: skip
    rows = [["1", "15009", "---", "0.15000", ""], ["2", "015010", "0.2", "---", ""]]
    settlement = SNF.settle([_write(tmp_path / "snf.csv", [head, *rows])])
    assert settlement.main.contracts[0].identifier == "015009"
    assert settlement.main.evaluation.value("performance_score") == 100
    assert [item.reason for item in settlement.set_aside] == [
        "no readmission rate for the performance period"
    ]


@pytest.mark.parametrize(
    ("written", "number"),
    [("1,234", "1234"), ("12.5%", "0.125"), ("7 out of 10", "7"), ("$1,000.50", "1000.50"),
     (" 3 ", "3"), ("'0.5", "0.5"), ("-0.25", "-0.25")],
)  # fmt: skip
def test_numbers_as_printed(written, number):
    assert parse_number(written) == Decimal(number)


@pytest.mark.parametrize("written", ["", ".", "N/A", "Not Available", "--", "Too Few to Report"])
def test_missing_as_printed(written):
    assert parse_number(written) is None


@pytest.mark.parametrize("written", ["twelve", "1.2.3", "nan%", "inf", "1e"])
def test_text_is_no_number(written):
    with pytest.raises(ValueError, match=r".*"):
        parse_number(written)


def test_certification_numbers():
    assert parse_ccn("10001") == "010001"
    assert parse_ccn('="010001"') == "010001"
    assert parse_ccn("10001.0") == "010001"
    assert parse_ccn("01T001") == "01T001"
    assert parse_ccn("hospital") is None
    assert plain("Excess Readmission Ratio (ERR) [f]*") == "excess readmission ratio err"


def test_shared_savings_results_are_no_star_ratings(tmp_path):
    """Their identifiers look like contract numbers, and one heading holds the word FAC."""
    rows = [["ACO_ID", "ACO_Name", "N_Fac_Other"], ["A1001", "First", "3"]]
    with pytest.raises(InputError, match="not a Star Ratings table"):
        STARS.settle([_write(tmp_path / "py2024.csv", rows)])
