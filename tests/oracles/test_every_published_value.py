"""Every line of every program's verification can fail.

For each line that a verification declares, one published value is changed in its file, on the
published data, and ``vbc verify`` must show a difference in that line and fail. The lines are those
the programs declare, so a new line is tried without being named here.
"""

from __future__ import annotations

import shutil
from functools import cache
from itertools import takewhile

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
    "hrrp report": ("hrrp", [f"p4p/hrrp/mock_hsr/fy2020_{sheet}.csv" for sheet in REPORT]),
    "hrrp": ("hrrp", ["p4p/hrrp/hrrp_supplemental_fy2025_dev.csv"]),
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
"""Small, or of another layout: taken whole."""
AT_NIGHT = {"mssp 2016", "mssp 2021", "mssp 2022"}
"""Years whose every line is tried in 2018 or 2024 as well, or in :data:`OF_WHOLE_FILES`. By default
a line is tried in the first case of its program that has it; at night in each."""
OF_WHOLE_FILES = {"Historical benchmark (national trend)": "mssp 2016",
                  "peer group medians": "hrrp"}  # fmt: skip
"""Lines that few rows do not give, and where they are tried on all: trend factors are fitted on all
contracts of a start date, medians are of all hospitals of a group."""
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


@cache
def compared(case):
    """Labels of the lines of a case that are compared with what is published."""
    chosen, settlement = settled_whole(case)
    lines = chosen.lines(settlement)
    return {line.label for line in lines if isinstance(compare(line), LineScore)}


def first_in(case):
    """Labels that no case of the default run before this one has."""
    name, _ = CASES[case]
    earlier = takewhile(lambda each: each != case, CASES)
    before = [each for each in earlier if CASES[each][0] == name and each not in AT_NIGHT]
    return compared(case).difference(OF_WHOLE_FILES, *map(compared, before))


TRIED = [
    *(pytest.param(case, "first", id=case) for case in CASES if case not in AT_NIGHT),
    *(pytest.param(case, label, id=label) for label, case in OF_WHOLE_FILES.items()),
    *(pytest.param(case, "each", marks=pytest.mark.slow, id=f"{case}, each") for case in CASES),
]


@pytest.mark.parametrize(("case", "which"), TRIED)
def test_one_changed_value_of_every_line_is_noticed(case, which, tmp_path_factory):
    """Of the lines that are first in a case, of each that a few rows give, or of one."""
    name = CASES[case][0]
    if which in OF_WHOLE_FILES:
        files = published(*CASES[case][1])
    else:
        files = sample(case, tmp_path_factory.mktemp("sample"))
    wanted = {"first": first_in(case), "each": compared(case)}.get(which, {which})
    chosen, settlement = settled(CASES[case], files)
    tried = set()
    for line in chosen.lines(settlement):
        if line.label not in wanted:
            continue
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
        tried.add(line.label)
    assert tried
    assert which == "each" or tried == wanted, wanted - tried


def test_every_line_that_a_program_declares_is_tried():
    """By a case of the default run."""
    tried = {}
    declared = {}
    for case, (name, _) in CASES.items():
        chosen, settlement = settled_whole(case)
        declared.setdefault(name, set()).update(line.label for line in chosen.lines(settlement))
        if case not in AT_NIGHT:
            tried.setdefault(name, set()).update(first_in(case))
        whole = {label for label, where in OF_WHOLE_FILES.items() if where == case}
        tried.setdefault(name, set()).update(whole & compared(case))
    untried = {(name, label) for name, labels in declared.items() for label in labels - tried[name]}
    assert untried == NOT_PUBLISHED
    assert {name: len(labels) for name, labels in declared.items()} == EVERY_LABEL
