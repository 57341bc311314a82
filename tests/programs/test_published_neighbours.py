"""Damage that changed a settlement without a word: neighbours of the findings, each now said."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import InputError
from openvbc.programs.hac.results import PROGRAM as HAC
from openvbc.programs.hrrp.results import PROGRAM as HRRP
from openvbc.programs.mssp.results import PROGRAM as MSSP
from openvbc.programs.published.published_cell import parse_ccn, parse_number
from openvbc.programs.reach.results import PROGRAM as REACH
from openvbc.programs.registry import program
from openvbc.programs.snf_vbp.results import PROGRAM as SNF
from programs import results_files
from programs.test_hospital_files import _header, _hospital
from programs.test_reach_results import GOOD, HEADER

RUNNER = CliRunner(env={"COLUMNS": "200"})
Rows = list[list[str]]


def write(path: Path, rows: Rows) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def without(rows: Rows, heading: str) -> Rows:
    at = rows[0].index(heading)
    return [row[:at] + row[at + 1 :] for row in rows]


@pytest.mark.parametrize("text", ["0,217", "0,98", "00,512", "-0,125", "$0,999"])
def test_a_decimal_comma_is_no_thousand(text: str) -> None:
    """0,217 has three digits behind its comma and is 0.217; no number begins with 0 thousands."""
    with pytest.raises(ValueError, match="0"):
        parse_number(text)
    assert parse_number("1,217") == 1217


@pytest.mark.parametrize(("text", "ccn"), [("10001", "010001"), ("36T123", "36T123")])
def test_a_number_that_lost_its_zero_is_a_facility(text: str, ccn: str) -> None:
    assert parse_ccn(text) == ccn


@pytest.mark.parametrize("text", ["0", "000000", "1000", "1.0E+04", "00T123"])
def test_a_number_of_no_state_is_no_facility(text: str) -> None:
    """The first two digits are the state's, from 01 on: five digits and a zero before them."""
    assert parse_ccn(text) is None


def reach_file(folder: Path, *changes: tuple[str, str], rows: int = 3) -> Path:
    lines = [GOOD.replace("D0001", f"D000{n}") for n in range(1, rows + 1)]
    for old, new in changes:
        assert old in lines[0]
        lines[0] = lines[0].replace(old, new)
    path = folder / "py3_results.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return path


def test_results_that_differ_from_the_printed_ones_are_said_by_settle(tmp_path: Path) -> None:
    """Cost 915,000 and not 910,000: gross savings 90,000, 95,000 are printed, and so on."""
    path = reach_file(tmp_path, ("910000", "915000"))
    settled = REACH.settle([path])
    assert settled.differs == 4  # gross savings, savings rate, shared savings, and those paid
    assert any("Results differ from those the files print" in note for note in settled.notes)
    words = ["settle", "--program", "reach", str(path), "--output", str(tmp_path / "run")]
    for more in ([], ["--quiet"]):
        result = RUNNER.invoke(app, [*words, "--no-reports", *more])
        assert result.exit_code == 1, result.output
        assert "from those the files print" in result.output
    assert REACH.settle([reach_file(tmp_path)]).differs == 0


def test_a_rule_laid_over_is_meant_to_give_another_result(tmp_path: Path) -> None:
    overlay = tmp_path / "mine.yaml"
    overlay.write_text(
        "baseline: reach\ntitle: no sequestration\nsequestration_rate:\n"
        "  label: Sequestration\n  unit: ratio\n  by: [performance_year]\n  values:\n"
        "    - {for: {performance_year: 2023}, value: 0, cite: invented, status: unverified}\n"
    )
    settled = REACH.settle([reach_file(tmp_path)], [overlay])
    assert (settled.differs, REACH.verify(settled).unexplained) == (0, 3)


@pytest.mark.parametrize("name", ["HEBA_UP_AMT", "HEBA_DOWN_AMT", "CAP_PMT"])
def test_a_column_that_reach_lacks_is_said(tmp_path: Path, name: str) -> None:
    rows = list(csv.reader(reach_file(tmp_path).read_text().splitlines()))
    settled = REACH.settle([write(tmp_path / "py3_less.csv", without(rows, name))])
    assert any(f"py3_less.csv has no column {name}: " in note for note in settled.notes)
    usual = REACH.settle([reach_file(tmp_path)])
    assert not any(f"no column {name}" in note for note in usual.notes)


def test_an_identifier_in_small_letters_is_the_same_entity(tmp_path: Path) -> None:
    path = reach_file(tmp_path, ("D0001", "d0002"))
    settled = REACH.settle([path])
    assert [aside.reason for aside in settled.set_aside] == ["duplicate ACO"]
    rows = results_files.rows()
    rows[0]["ACO_ID"] = "a1001"
    settled = MSSP.settle([results_files.write(tmp_path / "py2024.csv", rows)])
    assert settled.main.contracts[0].identifier == "A1001"


def test_a_cost_in_another_unit_is_refused_and_a_single_one_set_aside(tmp_path: Path) -> None:
    """910 thousand beside a benchmark of 1,000,000: 0.00091 of it, published are 0.63 to 1.35."""
    settled = REACH.settle([reach_file(tmp_path, ("910000", "910"))])
    (aside,) = settled.set_aside
    assert (aside.reason, aside.place.column) == ("value cannot be meant", "TOT_COST_CARE_NET")
    lines = [GOOD.replace("D0001", f"D000{n}").replace("910000", "910") for n in (1, 2)]
    path = tmp_path / "py3_results.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    with pytest.raises(InputError, match="cannot be meant beside the benchmark"):
        REACH.settle([path])


def test_contracts_without_an_identifier_are_said(tmp_path: Path) -> None:
    rows = results_files.rows()
    rows[1]["ACO_ID"] = ""
    settled = MSSP.settle([results_files.write(tmp_path / "py2024.csv", rows)])
    assert any("1 rows without an ACO_ID are called by their line" in n for n in settled.notes)


def hrrp_rows() -> Rows:
    return [_header(), _hospital("010001"), _hospital("010005")]


@pytest.mark.parametrize("column", ["ERR for HF", "Number of eligible discharges for AMI",
                                    "Peer group median ERR for CABG"])  # fmt: skip
def test_a_condition_that_lacks_a_column_is_refused(tmp_path: Path, column: str) -> None:
    path = write(tmp_path / "fy2025_supplemental.csv", without(hrrp_rows(), column))
    with pytest.raises(InputError, match="is absent"):
        HRRP.settle([path])


def test_a_condition_that_is_absent_is_said(tmp_path: Path) -> None:
    rows = hrrp_rows()
    for heading in [each for each in rows[0] if each.endswith("for CABG")]:
        rows = without(rows, heading)
    settled = HRRP.settle([write(tmp_path / "fy2025_supplemental.csv", rows)])
    assert any("does not give CABG: the reduction of 2025" in note for note in settled.notes)
    whole = HRRP.settle([write(tmp_path / "fy2025_whole.csv", hrrp_rows())])
    assert not any("does not give" in note for note in whole.notes)


def snf_rows(baseline: str = "0.20000", performance: str = "0.19000") -> Rows:
    head = ["CMS Certification Number (CCN)", "Provider Name",
            "Baseline Period: FY 2019 Risk-Standardized Readmission Rate",
            "Performance Period: FY 2023 Risk-Standardized Readmission Rate",
            "Incentive Payment Multiplier"]  # fmt: skip
    return [head, *([f"0{n}5001", "Home", baseline, performance, "---"] for n in range(1, 4))]


def test_a_readmission_rate_in_another_unit_is_refused(tmp_path: Path) -> None:
    """0.19 hundredfold too small is 0.0019: published rates lie between 0.13 and 0.31."""
    for wrong in ("0.00190", "0"):
        with pytest.raises(InputError, match="another unit"):
            SNF.settle([write(tmp_path / "fy2025.csv", snf_rows(performance=wrong))])
    assert SNF.settle([write(tmp_path / "fy2025.csv", snf_rows())]).main.contracts


def test_a_file_without_baseline_says_that_nobody_improved(tmp_path: Path) -> None:
    rows = without(snf_rows(), "Baseline Period: FY 2019 Risk-Standardized Readmission Rate")
    settled = SNF.settle([write(tmp_path / "fy2025.csv", rows)], (), {"year": "2025"})
    assert any("no facility has improvement points" in note for note in settled.notes)


def quality_file(folder: Path, **changes: Any) -> Path:
    row = {"Facility ID": "010023", "Facility Name": "H", "HCAHPS HLMR": "83.75",
           "HCAHPS HLMR Percentile": "47%", "HCAHPS End Date": "06/30/2022",
           "COMP-HIP-KNEE": "2.66366", "COMP-HIP-KNEE Percentile": "86%", "PRO": "N"}  # fmt: skip
    other = {**row, "Facility ID": "040026"}
    rows = [{**row, **changes}, other]
    return write(folder / "cjr.csv", [list(row), *(list(each.values()) for each in rows)])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Facility ID": "see note"}, "not a CMS certification number"),
        ({"Facility ID": "$10,023"}, "not a CMS certification number"),
        ({"HCAHPS HLMR Percentile": ""}, "a measure without its percentile"),
        ({"COMP-HIP-KNEE Percentile": "N/A"}, "a measure without its percentile"),
    ],
)
def test_a_hospital_whose_quality_is_half_given_is_set_aside(
    tmp_path: Path, changes: dict[str, str], reason: str
) -> None:
    """A hospital without cases prints neither rate nor percentile; the rule scores it."""
    cjr = program("cjr").published_program()
    settled = cjr.settle([quality_file(tmp_path, **changes)])
    assert [aside.reason for aside in settled.set_aside] == [reason]
    neither = {"HCAHPS HLMR": "N/A", "HCAHPS HLMR Percentile": "N/A"}
    assert not cjr.settle([quality_file(tmp_path, **neither)]).set_aside


MEASURES = ("PSI-90", "CLABSI", "CAUTI", "SSI", "CDI", "MRSA")


def hac_rows() -> Rows:
    head = ["Facility ID", "State", "Fiscal Year", "Total HAC Score", "Payment Reduction"]
    head += [f"{measure} W Z Score" for measure in MEASURES]
    head += ["PSI 90 Composite Value", *(f"{measure} SIR" for measure in MEASURES[1:])]
    return [head, ["010001", "AL", "2024", "0.4000", "Yes", *["0.4000"] * 6, *["1.000"] * 6]]


def test_a_measure_of_hac_without_its_value_is_said(tmp_path: Path) -> None:
    rows = hac_rows()
    settled = HAC.settle([write(tmp_path / "hac.csv", without(rows, "CLABSI SIR"))])
    assert any("has no value of CLABSI: its printed z-score" in note for note in settled.notes)
    whole = HAC.settle([write(tmp_path / "whole.csv", rows)])
    assert not any("has no value" in note for note in whole.notes)
