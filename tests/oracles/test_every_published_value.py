"""Every line of every program's verification can fail.

For each line that a verification declares, one published value is changed in its file, on the
published data, and ``vbc verify`` must show a difference in that line and fail. The lines are those
the programs declare, so a new line is tried without being named here.
"""

from __future__ import annotations

import shutil
from functools import cache

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.programs.published.compared_line import compare
from openvbc.programs.registry import program
from openvbc.programs.settlement import LineScore
from oracles.changed_values import change_in_file, part
from oracles.published import published

MSSP = {year: f"aco_results/mssp_py{year}.csv" for year in (2016, 2018, 2021, 2022, 2024)}
STARS = ("measure_stars", "measure_data", "cai", "summary_ratings_dev", "part_c_cut_points",
         "part_d_cut_points")  # fmt: skip
HVBP = ("tps", "clinical_outcomes", "safety", "person_and_community_engagement",
        "efficiency_and_cost_reduction")  # fmt: skip
REPORT = ("payment", "results", *(f"discharges_{c}" for c in ("ami", "copd", "hf", "hk", "pn")))
CASES = {
    **{f"mssp {year}": ("mssp", [name]) for year, name in MSSP.items()},
    "reach": ("reach", ["aco_results/gpdc_reach_py2021_py2023.csv"]),
    "hrrp": ("hrrp", ["p4p/hrrp/hrrp_supplemental_fy2025_dev.csv"]),
    "hrrp report": ("hrrp", [f"p4p/hrrp/mock_hsr/fy2020_{sheet}.csv" for sheet in REPORT]),
    "hvbp": ("hvbp", [f"p4p/hvbp/fy2024_hvbp_{name}_dev.csv" for name in HVBP]),
    "hac": ("hac", ["p4p/hac/fy2024_hac_reduction_program_dev.csv"]),
    "snf-vbp": ("snf-vbp", ["p4p/snf_vbp/fy2025_snf_vbp_facility_performance_dev.csv"]),
    "stars": ("stars", [f"p4p/stars/2026_{name}.csv" for name in STARS]),
}  # fmt: skip
EVERY_LABEL = {
    "mssp": 17, "reach": 10, "hrrp": 10, "hvbp": 9, "hac": 4, "snf-vbp": 5, "stars": 5,
}  # fmt: skip
"""Lines each program declares; a line that disappears is noticed here."""
SHARED_BY_A_GROUP = "peer group medians"
"""The value of this line is printed by every hospital of a group: all of them are changed."""
WHOLE = {"mssp 2016"}
"""Whole files: trend factors are fitted on all contracts of a start date."""
NOT_PUBLISHED = {
    # One measure a year: its points stand as the facility's score.
    ("snf-vbp", "measure score"),
}
RUNNER = CliRunner(env={"COLUMNS": "200"})


def settled(case, files):
    chosen = program(case[0]).published_program()
    return chosen, chosen.settle(files)


@cache
def settled_whole(case):
    """The published files of a case as they are, settled once for the tests of this file."""
    return settled(CASES[case], published(*CASES[case][1]))


@cache
def sample(case, folder):
    """Small files that hold rows of every line the published files have."""
    name, names = CASES[case]
    files = published(*names)
    chosen, settlement = settled_whole(case)
    if case in WHOLE or name == "hrrp report" or case == "hrrp report":
        keep = set()
    elif name == "hrrp":
        first = settlement.main.contracts[0].group
        keep = {c.identifier for c in settlement.main.contracts if c.group == first}
    else:
        keep = {c.identifier for c in settlement.main.contracts[:8]}
        for line in chosen.lines(settlement):
            agreeing = [row for row in line.rows() if _agrees(line, row)]
            keep |= {line.sheet.contracts[row].identifier for row in agreeing[:3]}
    return [part(path, folder, keep) for path in files]


def _agrees(line, row):
    return line.agrees(row, line.computed(row), line.published(row))


@pytest.mark.parametrize("case", CASES)
def test_one_changed_value_of_every_line_is_noticed(case, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    name = CASES[case][0]
    files = sample(case, folder)
    chosen, settlement = settled(CASES[case], files)
    tried = 0
    for line in chosen.lines(settlement):
        before = compare(line)
        agreeing = [row for row in line.rows() if _agrees(line, row)]
        if not isinstance(before, LineScore) or not agreeing:
            continue
        row = agreeing[len(agreeing) // 2]
        changed = tmp_path_factory.mktemp("changed")
        for path in files:
            shutil.copy(path, changed / path.name)
        alike = line.label == SHARED_BY_A_GROUP
        what = change_in_file(line, row, changed, alike=alike)
        result = RUNNER.invoke(
            app, ["verify", "--program", name, *(str(changed / path.name) for path in files)]
        )
        assert result.exit_code == 1, f"{line.label}: {what}\n{result.output}"
        assert "UNEXPLAINED" in result.output
        place = line.place(row)
        assert f"({place.file}:{place.line})" in result.output, f"{line.label}: {what}"
        tried += 1
    assert tried


def test_every_line_that_a_program_declares_is_tried():
    tried = {}
    declared = {}
    for case, (name, _) in CASES.items():
        chosen, settlement = settled_whole(case)
        for line in chosen.lines(settlement):
            declared.setdefault(name, set()).add(line.label)
            if isinstance(compare(line), LineScore):
                tried.setdefault(name, set()).add(line.label)
    untried = {(name, label) for name, labels in declared.items() for label in labels - tried[name]}
    assert untried == NOT_PUBLISHED
    assert {name: len(labels) for name, labels in declared.items()} == EVERY_LABEL
