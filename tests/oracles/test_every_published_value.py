"""Every line of every program's verification can fail.

For each line that a verification declares, one published value is changed in its file, on the
published data (or a worked case where none is at hand), and ``vbc verify`` must show a difference
in that line and fail. Programs are those of the registry that hold a line against a file, lines
those they declare: a new line is tried without being named here, a new program needs a case.
"""

from __future__ import annotations

import atexit
import shutil
from functools import cache
from itertools import takewhile
from pathlib import Path
from tempfile import mkdtemp

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.programs.published.compared_line import compare
from openvbc.programs.published.episodes import EpisodeProgram
from openvbc.programs.published.settling import FileProgram
from openvbc.programs.registry import program, programs
from openvbc.programs.settlement import LineScore
from oracles.changed_values import change_in_file, part
from oracles.published import published
from programs import bpci_tables

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
    "medicare-advantage": ("medicare-advantage", ["capitation/ma_ratebook_cy2026_rows.csv"]),
    "mips": ("mips", ["qpp/mips_py2017_groups_dev.csv"]),
    "mips clinicians": ("mips", ["p4p/qpp/mips_clinician_rows_sample.csv"]),
    "cjr": ("cjr", ["bundles/cjr_cqs_derived_dev.csv"]),
    "cjr worked": ("cjr", []),
    "bpci-advanced": ("bpci-advanced", []),
}  # fmt: skip
CJR_HOSPITALS = """hospital,py,rural,complications percentile,hcahps percentile,pro submitted,\
score,category
010001,PY3,no,81,16,N,9.25,good
010002,PY3,no,20,10,N,0,below acceptable
"""
"""The published points are of what quality was without improvement; here none is told."""
WORKED = {
    "cjr worked": {"hospitals.csv": CJR_HOSPITALS},
    "bpci-advanced": {
        "initiators.csv": bpci_tables.INITIATORS,
        "episodes.csv": bpci_tables.BPCI_EPISODES,
        "prices.csv": bpci_tables.BPCI_PRICES,
    },
}
"""Cases of which no published file is at hand: tables worked by hand, as a user writes them."""
FIRST_ROWS = {"mips": 300}
"""Of a file of 15,087 groups these are enough; `test_published_mips.py` settles them all."""
YEAR = {"mips": "2017", "mips clinicians": "2022"}
"""Of files that do not tell it."""
EVERY_LABEL = {
    "mssp": 17, "reach": 10, "hrrp": 10, "hvbp": 9, "hac": 4, "snf-vbp": 5, "stars": 5,
    "medicare-advantage": 5, "mips": 4, "cjr": 11, "bpci-advanced": 5,
}  # fmt: skip
"""Lines each program declares; a line that disappears is noticed here."""
SHARED_BY_A_GROUP = "peer group medians"
"""The value of this line is printed by every hospital of a group: all of them are changed."""
HELD_AGAINST_EACH_OTHER = "One dialysis rate a State"
"""Of two counties of a State that differ, either may be shown as the one that does."""
BEYOND_A_LIMIT = {"bonus for complex patients, within the year's limit": 11}
"""Lines that hold a value against a limit alone, and what carries it past the limit."""
WHOLE = {"mssp 2016", "medicare-advantage", "mips clinicians", "cjr worked",
         "bpci-advanced"}  # fmt: skip
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
    chosen = program(CASES[case][0]).published_program()
    return chosen, chosen.settle(files, (), {"year": YEAR[case]} if case in YEAR else {})


@cache
def files_of(case):
    """The files of a case: as published, the first rows of them, or the tables of a worked one."""
    texts = WORKED.get(case)
    if texts is None:
        files = published(*CASES[case][1])
        if case not in FIRST_ROWS:
            return files
        texts = {path.name: first_rows(path, FIRST_ROWS[case]) for path in files}
    folder = Path(mkdtemp(prefix="verified-"))
    atexit.register(shutil.rmtree, folder)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def first_rows(path, count):
    """The heading and the first rows of a file."""
    return "".join(path.read_text("utf-8-sig").splitlines(keepends=True)[: count + 1])


@cache
def settled_whole(case):
    """The files of a case as they are, settled once for the tests of this file."""
    return settled(case, files_of(case))


@cache
def sample(case, folder):
    """Small files that hold rows of every line the published files have."""
    name, _ = CASES[case]
    files = files_of(case)
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
        files = files_of(case)
    else:
        files = sample(case, tmp_path_factory.mktemp("sample"))
    wanted = {"first": first_in(case), "each": compared(case)}.get(which, {which})
    chosen, settlement = settled(case, files)
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
        by = BEYOND_A_LIMIT.get(line.label)
        what = change_in_file(line, row, changed, alike=alike, by=by)
        year = ["--year", YEAR[case]] if case in YEAR else []
        given = [str(changed / path.name) for path in files]
        result = RUNNER.invoke(app, ["verify", "--program", name, *year, *given])
        assert result.exit_code == 1, f"{line.label}: {what}\n{result.output}"
        assert "UNEXPLAINED" in result.output
        place = line.place(row)
        where = f"({place.file}:"
        if line.label != HELD_AGAINST_EACH_OTHER:
            where += f"{place.line})"
        assert where in result.output, f"{line.label}: {what}"
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


def compares(chosen):
    """Whether the published program of a declaration holds lines against its files."""
    if not chosen.published:
        return False
    published_program = chosen.published_program()
    if isinstance(published_program, EpisodeProgram):
        return bool(published_program.printed)
    return isinstance(published_program, FileProgram) and (
        type(published_program).lines is not FileProgram.lines
    )


def test_every_program_that_compares_has_a_case():
    assert {name for name, _ in CASES.values()} == {p.name for p in programs() if compares(p)}
