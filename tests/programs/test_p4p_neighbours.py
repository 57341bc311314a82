"""Neighbours of what the trial of pay for performance found (P1 to P16): other cases of each kind.

Which test holds which finding is listed in docs/testing.md.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from openvbc.errors import InputError, OpenvbcError, ParameterMissing
from openvbc.programs.hac.results import PROGRAM as HAC
from openvbc.programs.hrrp.results import PROGRAM as HRRP
from openvbc.programs.hvbp.results import PROGRAM as HVBP
from openvbc.programs.registry import program
from openvbc.programs.snf_vbp.results import PROGRAM as SNF
from openvbc.programs.stars.results import PROGRAM as STARS
from programs.test_hospital_files import _header, _hospital
from programs.test_hvbp_columns import DOMAINS, _totals
from programs.test_published_neighbours import hac_rows, quality_file, snf_rows, without, write
from programs.test_snf_vbp import ALL_FOUR, RATES, _facility, _facility_file
from programs.test_star_tables import _tables

CJR = program("cjr").published_program()
Rows = list[list[Any]]


def workbook(path: Path, sheets: dict[str, Rows]) -> Path:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def read_back(path: Path) -> Rows:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def total_of_hac(files: list[Path]) -> Decimal | None:
    return HAC.settle(files).main.evaluation.value("total_score", 0)


COVER: Rows = [
    ["Table of contents"],
    ["Table 1: Facility ID, State, Fiscal Year, Total HAC Score and Payment Reduction"],
    ["Table 2: Measures, their scores and footnotes"],
    ["Questions go to the help desk"],
]


def test_p1_a_cover_sheet_of_other_programs_is_skipped(tmp_path: Path) -> None:
    book = workbook(tmp_path / "hac_fy2024.xlsx", {"Cover": COVER, "Scores": hac_rows()})
    assert total_of_hac([book]) == total_of_hac([write(tmp_path / "hac.csv", hac_rows())])
    book = workbook(tmp_path / "fy2025_snf.xlsx", {"Read me": COVER, "Facilities": snf_rows()})
    assert len(SNF.settle([book]).main.contracts) == 3


def test_p1_a_message_names_the_sheet_of_other_programs(tmp_path: Path) -> None:
    rows = without(hac_rows(), "Total HAC Score")
    book = workbook(tmp_path / "hac_fy2024.xlsx", {"Cover": COVER, "Scores": rows})
    with pytest.raises(InputError) as refused:
        HAC.settle([book])
    assert "Total HAC Score" in str(refused.value)
    assert "hac_fy2024.xlsx" in str(refused.value)


@pytest.mark.parametrize("year", ["2026", "2028"])
def test_p2_a_year_whose_rules_are_not_built_is_refused_by_name(tmp_path: Path, year: str) -> None:
    """A file of one measure, said to be of a year that scores several."""
    path = write(tmp_path / f"fy{year}.csv", snf_rows())
    with pytest.raises(OpenvbcError) as refused:
        SNF.settle([path], (), {"year": year})
    assert year in str(refused.value)


@pytest.mark.parametrize("year", ["2029", "2031"])
def test_p2_hospital_value_based_purchasing_of_a_year_to_come(tmp_path: Path, year: str) -> None:
    with pytest.raises(OpenvbcError) as refused:
        HVBP.settle([write(tmp_path / "t.csv", _totals(year=year))])
    assert year in str(refused.value)


@pytest.mark.parametrize("rated", [2, 1])
def test_p3_a_drug_plan_with_too_few_measures_is_not_rated(tmp_path: Path, rated: int) -> None:
    """At least half of the measures of Part D are needed; CMS rates no plan of one or two."""
    tables = _tables(tmp_path)
    rows = read_back(tables[0])
    for at in range(5 + rated, len(rows[2])):
        rows[3][at] = "Not enough data available"
    write(tables[0], rows)
    settled = STARS.settle(tables)
    assert settled.main.evaluation.value("part_d_rating", 0) is None
    assert any("Not final" in note or "not rated" in note for note in settled.notes)


@pytest.mark.parametrize("lacking", ["D01", "D02"])
def test_p4_a_measure_without_its_value_is_said(tmp_path: Path, lacking: str) -> None:
    tables = _tables(tmp_path)
    rows = read_back(tables[0])
    at = next(n for n, name in enumerate(rows[2]) if name.startswith(lacking))
    write(tables[0], [row[:at] + row[at + 1 :] if len(row) > at else row for row in rows])
    assert lacking in said_or_refused(STARS, tables)


def said_or_refused(chosen: Any, files: list[Path]) -> str:
    """The notes of a settlement, or why there is none."""
    try:
        return " ".join(chosen.settle(files).notes)
    except OpenvbcError as error:
        return str(error)


@pytest.mark.parametrize("column", ["PSI-90 W Z Score", "MRSA W Z Score", "CLABSI SIR"])
def test_p5_a_misspelt_measure_of_conditions_is_named(tmp_path: Path, column: str) -> None:
    rows = hac_rows()
    rows[0] = [name.replace("R", "B").replace("P", "B") if name == column else name
               for name in rows[0]]  # fmt: skip
    assert column.split()[0] in said_or_refused(HAC, [write(tmp_path / "hac.csv", rows)])


@pytest.mark.parametrize(
    ("renamed", "at", "refused"),
    [
        ("Person Engagement", 1, True), ("Clinical Results", 0, True),
        ("Person and Community  Engagement", 1, False),
    ],
)  # fmt: skip
def test_p5_other_domains_under_another_name_are_named(
    tmp_path: Path, renamed: str, at: int, refused: bool
) -> None:
    names = (*DOMAINS[:at], renamed, *DOMAINS[at + 1 :])
    said = said_or_refused(HVBP, [write(tmp_path / "t.csv", _totals(names))])
    assert ("not a domain" in said) == refused


@pytest.mark.parametrize("year", ["2024", "2025"])
def test_p6_an_estimated_slope_is_called_an_estimate(tmp_path: Path, year: str) -> None:
    main = HVBP.settle([write(tmp_path / "t.csv", _totals(year=year))]).main.evaluation
    label = main.worksheet.lines["estimated_net_change"].label.lower()
    assert "estimate" in label
    assert main.value("estimated_exchange_slope") is not None


def hrrp_rows() -> Rows:
    return [_header(), _hospital("010001"), _hospital("010005")]


@pytest.mark.parametrize(("column", "value"), [
    ("Peer group median ERR for HF", "0.9990"), ("ERR for HF", "1.0500"),
    ("Neutrality modifier", "0.9000"),
])  # fmt: skip
def test_p7_one_changed_input_of_readmissions_is_noticed(
    tmp_path: Path, column: str, value: str
) -> None:
    rows = hrrp_rows()
    rows[1][rows[0].index(column)] = value
    settled = HRRP.settle([write(tmp_path / "fy2025_supplemental.csv", rows)])
    usual = HRRP.settle([write(tmp_path / "fy2025_usual.csv", hrrp_rows())])
    assert HRRP.verify(settled).unexplained > HRRP.verify(usual).unexplained


def test_p7_a_line_of_conditions_never_disappears(tmp_path: Path) -> None:
    rows = hac_rows()
    rows[1][rows[0].index("Total HAC Score")] = "0.5000"
    usual = HAC.verify(HAC.settle([write(tmp_path / "hac.csv", hac_rows())]))
    changed = HAC.verify(HAC.settle([write(tmp_path / "other.csv", rows)]))
    assert [s.label for s in changed.scores] == [s.label for s in usual.scores]
    assert changed.unexplained == usual.unexplained + 1


@pytest.mark.parametrize("second", ["2023", "2025"])
def test_p8_files_of_two_years_of_other_programs_are_not_used_together(
    tmp_path: Path, second: str
) -> None:
    rows = hac_rows()
    rows[1][2] = second
    paths = [write(tmp_path / "a.csv", hac_rows()), write(tmp_path / "b.csv", rows)]
    with pytest.raises(InputError) as refused:
        HAC.settle(paths)
    assert second in str(refused.value)
    paths = [write(tmp_path / "c.csv", _totals()), write(tmp_path / "d.csv", _totals(year=second))]
    with pytest.raises(OpenvbcError) as refused_too:
        HVBP.settle(paths)
    assert second in str(refused_too.value)


@pytest.mark.parametrize("value", ["98.7", "1000"])
def test_p9_an_infection_ratio_or_score_that_cannot_be_meant(tmp_path: Path, value: str) -> None:
    rows = hac_rows()
    for heading in ("CLABSI W Z Score", "CAUTI W Z Score"):
        rows[1][rows[0].index(heading)] = value
    usual = total_of_hac([write(tmp_path / "usual.csv", hac_rows())])
    try:
        settled = HAC.settle([write(tmp_path / "hac.csv", rows)])
    except OpenvbcError:
        return
    told = bool(settled.set_aside) or settled.differs > 0
    assert told or settled.main.evaluation.value("total_score", 0) == usual


@pytest.mark.parametrize("value", ["0.47", "470"])
def test_p9_a_percentile_in_another_unit_is_set_aside(tmp_path: Path, value: str) -> None:
    settled = CJR.settle([quality_file(tmp_path, **{"HCAHPS HLMR Percentile": value})])
    assert [aside.place.column for aside in settled.set_aside] == ["HCAHPS HLMR Percentile"]


@pytest.mark.parametrize("decimals", [3, 6])
def test_p11_the_tolerance_follows_the_printed_decimals(tmp_path: Path, decimals: int) -> None:
    """0.4000 in all six measures: a total of 0.4 however it is written."""
    rows = hac_rows()
    at = rows[0].index("Total HAC Score")
    rows[1][at] = f"{Decimal('0.4'):.{decimals}f}"
    verified = HAC.verify(HAC.settle([write(tmp_path / "hac.csv", rows)]))
    [score] = [each for each in verified.scores if each.label == "total score"]
    assert (score.rows, score.agree) == (1, 1)


@pytest.mark.parametrize("name", ["hac", "snf"])
def test_p12_a_file_with_scores_only_is_a_message(tmp_path: Path, name: str) -> None:
    if name == "hac":
        keep = ["Facility ID", "State", "Fiscal Year", "Total HAC Score", "Payment Reduction"]
        rows = hac_rows()
        at = [rows[0].index(each) for each in keep]
        path, chosen = write(tmp_path / "hac.csv", [[r[n] for n in at] for r in rows]), HAC
    else:
        rows = [["CMS Certification Number (CCN)", "Performance Score"], ["015001", "40.0"]]
        path, chosen = write(tmp_path / "fy2025.csv", rows), SNF
    with pytest.raises(OpenvbcError, match="VBC-"):
        chosen.settle([path])


@pytest.mark.parametrize("heading", ["PROV", "Provider", "Provider Number", "Hospital CCN"])
def test_p13_identifiers_of_other_years(tmp_path: Path, heading: str) -> None:
    rows = [_header(ccn=heading), _hospital("010001")]
    settled = HRRP.settle([write(tmp_path / "fy2025_supplemental.csv", rows)])
    assert settled.main.contracts[0].identifier == "010001"


@pytest.mark.parametrize("year", ["2023"])
def test_p13_a_suppressed_year_of_conditions_is_said_by_name(tmp_path: Path, year: str) -> None:
    rows = hac_rows()
    rows[1][2] = year
    with pytest.raises(OpenvbcError) as refused:
        HAC.settle([write(tmp_path / "hac.csv", rows)])
    assert year in str(refused.value)
    assert "suppress" in str(refused.value)


@pytest.mark.parametrize("measures", [("SNFRM",), tuple(RATES)])
def test_p16_everything_missing_of_a_year_is_named_at_once(
    tmp_path: Path, measures: tuple[str, ...]
) -> None:
    path = _facility_file(tmp_path / "fy2026.csv", [_facility("015001", ALL_FOUR)])
    with pytest.raises((ParameterMissing, InputError)) as refused:
        SNF.settle([path], (), {"year": "2026"})
    for measure in measures:
        assert measure in str(refused.value)
