"""A column of a results file or of a user's table dropped, renamed, doubled or in another unit.

The damage is generated: every column of every reader that moves something when it is blanked, each
in eight ways more. It is silent where a result differs, or a row is settled no more or newly, and
neither an error, a row set aside, a note nor a difference from what the files print says so.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from openvbc.errors import OpenvbcError
from openvbc.programs.published.idle_columns import results_of
from openvbc.programs.registry import program
from openvbc.programs.settlement import Settlement
from oracles.changed_values import cells, part, write
from oracles.published import published
from programs import test_bundle_programs as bundles

STARS = ("measure_stars", "measure_data", "cai", "summary_ratings_dev", "part_c_cut_points",
         "part_d_cut_points")  # fmt: skip
HVBP = ("tps", "clinical_outcomes", "safety", "person_and_community_engagement",
        "efficiency_and_cost_reduction")  # fmt: skip
REPORT = ("payment", "results", *(f"discharges_{c}" for c in ("ami", "copd", "hf", "hk", "pn")))
MSSP_YEARS = ("2013_partial", "2014", "2015", "2016", "2018", "2020", "2021", "2022", "2024")
PUBLISHED = {
    **{f"mssp {year}": ("mssp", [f"aco_results/mssp_py{year}.csv"]) for year in MSSP_YEARS},
    "reach": ("reach", ["aco_results/gpdc_reach_py2021_py2023.csv"]),
    "hrrp report": ("hrrp", [f"p4p/hrrp/mock_hsr/fy2020_{sheet}.csv" for sheet in REPORT]),
    "hrrp": ("hrrp", ["p4p/hrrp/hrrp_supplemental_fy2025_dev.csv"]),
    "hvbp 2024": ("hvbp", [f"p4p/hvbp/fy2024_hvbp_{name}_dev.csv" for name in HVBP]),
    "hac": ("hac", ["p4p/hac/fy2024_hac_reduction_program_dev.csv"]),
    "snf-vbp": ("snf-vbp", ["p4p/snf_vbp/fy2025_snf_vbp_facility_performance_dev.csv"]),
    "stars": ("stars", [f"p4p/stars/2026_{name}.csv" for name in STARS]),
    "cjr": ("cjr", ["p4p/bundles/cjr_quality_reporting_january_2024.csv"]),
}  # fmt: skip
TABLES = {
    "team": ("team", [bundles.TEAM_HOSPITALS.replace("2,rural,80", "2,rural,"),
                      bundles.TEAM_EPISODES, bundles.TEAM_PRICES,
                      bundles.MEASURES.replace("H1,2026", "H2,2027")], ""),
    "team volume": ("team", [bundles.ONE_HOSPITAL, bundles.VOLUME_EPISODES,
                             bundles.VOLUME_PRICES], ""),
    "bpci-advanced": ("bpci-advanced", [bundles.INITIATORS, bundles.BPCI_EPISODES,
                                        bundles.BPCI_PRICES], ""),
    "ocm": ("ocm", [bundles.PRACTICES, bundles.OCM_EPISODES, bundles.SERVICES], ""),
    "eom": ("eom", [bundles.EOM_TABLE], bundles.EOM_OVERLAY),
}  # fmt: skip
KEPT = 40
"""Contracts of a published file that are taken, of those whose results stand in it."""
WHOLE = {"mssp 2013_partial", "hrrp report"}
"""Small, or of another layout: taken whole."""


@dataclass
class Usual:
    """A reader's files, undamaged, and what they come to."""

    program: str
    files: list[Path]
    overlays: list[Path]
    values: Any
    said: set[str]


def usual(case: str, folder: Path) -> Usual:
    if case in PUBLISHED:
        name, names = PUBLISHED[case]
        whole = published(*names)
        settled = program(name).published_program().settle(whole)
        hidden = {
            cell for path in whole for row in cells(path) if row[-1:] == ["exam"] for cell in row
        }
        shown = [who for who in settled.main.contracts if who.identifier not in hidden]
        keep = {each.identifier for each in shown[:: max(1, len(shown) // KEPT)]}
        keep = set() if case in WHOLE else keep
        files, overlays = [part(path, folder, keep) for path in whole], []
    else:
        name, tables, overlay = TABLES[case]
        files = [folder / f"table_{number}.csv" for number in range(len(tables))]
        for path, text in zip(files, tables, strict=True):
            path.write_text(text)
        overlays = [folder / "overlay.yaml"] if overlay else []
        for path in overlays:
            path.write_text(overlay)
    return Usual(name, files, overlays, *outcome(name, files, overlays))


def outcome(name: str, files: list[Path], overlays: list[Path]) -> tuple[Any, set[str]]:
    """What is settled, by contract; and all that is said beside it."""
    settled = program(name).published_program().settle(files, overlays)
    amounts, shown = settled.main.evaluation, settled.presentation
    lines = sorted({*results_of(shown), *(line for line, _ in shown.waterfall)})
    items = settled.main.items or [""] * len(settled.main.contracts)
    values = sorted(
        (who.identifier, who.year, items[row], *(_said(amounts.value(line, row)) for line in lines))
        for row, who in enumerate(settled.main.contracts)
    )
    return (lines, values), said_of(settled)


def _said(value: Any) -> str:
    """A value in words, a number without the zeros behind it."""
    return str(value.normalize()) if isinstance(value, Decimal) else repr(value)


def said_of(settled: Settlement) -> set[str]:
    aside = {f"{each.reason} {each.place}" for each in settled.set_aside}
    return {*settled.notes, *aside, f"{settled.differs} differ"}


Rows = list[list[str]]
Damage = Callable[[Rows, int, int], None]


def dropped(rows: Rows, head: int, at: int) -> None:
    for row in rows:
        del row[at : at + 1]


def named_twice(rows: Rows, head: int, at: int) -> None:
    width = max(map(len, rows))
    for row in rows:
        row += [""] * (width - len(row)) + [row[at] if at < len(row) else ""]


def blanked(rows: Rows, head: int, at: int) -> None:
    for row in rows[head + 1 :]:
        row[at : at + 1] = [""]


def doubled(rows: Rows, head: int, at: int) -> None:
    rows += [list(row) for row in rows[head + 1 :]]


def in_another_unit(factor: str) -> Damage:
    def rescaled(rows: Rows, head: int, at: int) -> None:
        for row in rows[head + 1 :]:
            text = row[at] if at < len(row) else ""
            number = re.fullmatch(r"(\s*\(?-?\$?)([\d,]*\.?\d+)(%?\)?\s*)", text)
            if number:
                moved = Decimal(number[2].replace(",", "")) * Decimal(factor)
                row[at] = f"{number[1]}{moved:f}{number[3]}"

    return rescaled


def old_name(rows: Rows, head: int, at: int) -> None:
    _renamed(rows, head, at, "old ")


def run_together(rows: Rows, head: int, at: int) -> None:
    _renamed(rows, head, at, "my")


def _renamed(rows: Rows, head: int, at: int, before: str) -> None:
    """Headings may stand in several rows: each cell of theirs."""
    for row in rows[: head + 1]:
        if at < len(row) and row[at]:
            row[at] = before + row[at]


DAMAGES: dict[str, Damage] = {
    "dropped": dropped, "called old": old_name, "called mine": run_together,
    "named twice": named_twice,
    **{f"times {factor}": in_another_unit(factor) for factor in ("0.001", "0.01", "100", "1000")},
}  # fmt: skip
"""Tried on a column that moves something when it is blanked."""


_IDENTIFIER = re.compile(r"\s*[A-Z]?\d[\d,]*\s*")


def heading_of(rows: Rows) -> int:
    """The last row of the headings: that before the first row of an identifier or a count, or else
    whose most cells hold numbers. A title above them fills one cell or two."""
    for number, row in enumerate(rows):
        filled = sum(map(bool, row))
        named = bool(row) and _IDENTIFIER.fullmatch(row[0]) is not None
        most = sum(any(c.isdigit() for c in cell) for cell in row) > filled / 3
        if filled > 2 and (named or (most and not _is_heading(row))):
            return max(number - 1, 0)
    return 0


def _is_heading(row: list[str]) -> bool:
    """Rows of headings hold words; of the numbers in them most are those of measures and years."""
    words = [cell for cell in row if len(cell) > 10 and any(c.isalpha() for c in cell)]
    return 2 * len(words) > sum(map(bool, row))


def columns(before: Usual) -> list[tuple[int, int, str]]:
    """Every column of every file: the file's number, the column's, and its heading."""
    places = []
    for number, path in enumerate(before.files):
        rows = cells(path)
        heads = rows[: heading_of(rows) + 1]
        width = max(map(len, heads))
        for at in range(width):
            names = [row[at] for row in heads if at < len(row) and row[at]]
            places.append((number, at, names[-1] if names else ""))
    return places


def damaged(before: Usual, folder: Path, where: tuple[int, int, str], damage: Damage) -> str:
    """What a damage comes to: ``silent``, ``said`` or ``the same``."""
    files = [Path(shutil.copy(path, folder / path.name)) for path in before.files]
    number, at, _ = where
    rows = cells(files[number])
    damage(rows, heading_of(rows), at)
    write(files[number], rows)
    try:
        values, said = outcome(before.program, files, before.overlays)
    except OpenvbcError:
        return "said"
    if values == before.values:
        return "the same"
    return "said" if said != before.said else "silent"


def tried(before: Usual, folder: Path, chosen: list[tuple[int, int, str]]) -> Iterator[list[str]]:
    """Of every damage to these columns: how, where, and what it came to."""
    for where in chosen:
        name = f"{before.files[where[0]].name} {where[2]}"
        for how, damage in {"blanked": blanked, **DAMAGES}.items():
            effect = damaged(before, folder, where, damage)
            if how == "blanked" and effect == "the same":
                break
            yield [how, name, effect]


COUNTS = {"episodes", "bene_cnt"}
"""Headings of counts that print no unit: there is none other."""
MOST_BLANKED, MOST_DAMAGED = 12, 3
"""Columns of a reader that the default run blanks, and of those that move something, damages."""
BY_DEFAULT = ("team", "team volume", "ocm", "eom", "mssp 2022", "hac")
CASES = [*TABLES, *PUBLISHED]


def silent(before: Usual, folder: Path, chosen: list[tuple[int, int, str]]) -> list[str]:
    silences = [each for each in tried(before, folder, chosen) if each[2] == "silent"]
    return [
        f"{how} {name}"
        for how, name, _ in silences
        if not (how.startswith("times") and name.endswith(tuple(COUNTS)))
    ]


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    pair = tmp_path / "usual", tmp_path / "damaged"
    for each in pair:
        each.mkdir()
    return pair


@pytest.mark.parametrize("case", BY_DEFAULT)
def test_no_damaged_column_is_silent(case: str, folders: tuple[Path, Path]) -> None:
    """Of some readers, a few columns each."""
    before = usual(case, folders[0])
    every = [each for each in columns(before) if each[2]]
    random.Random(case).shuffle(every)
    moving = [
        w for w in every[:MOST_BLANKED] if damaged(before, folders[1], w, blanked) != "the same"
    ]
    assert moving, "none of these columns moves anything: the test would prove nothing"
    assert silent(before, folders[1], moving[:MOST_DAMAGED]) == []


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_no_column_of_any_reader_is_silent(case: str, folders: tuple[Path, Path]) -> None:
    before = usual(case, folders[0])
    for number, path in enumerate(before.files):
        assert damaged(before, folders[1], (number, 0, path.name), doubled) != "silent", path.name
    assert silent(before, folders[1], columns(before)) == []


def test_silence_would_be_noticed(folders: tuple[Path, Path]) -> None:
    """An amount a tenth higher is a right file of another year: nothing is said of it."""
    before = usual("eom", folders[0])
    [where] = [each for each in columns(before) if each[2] == "total spending"]
    assert damaged(before, folders[1], where, in_another_unit("1.1")) == "silent"
    assert damaged(before, folders[1], where, in_another_unit("100")) == "said"


def test_a_part_of_an_episode_is_no_count(folders: tuple[Path, Path]) -> None:
    """100 episodes times 0.001 are a tenth of one, which nobody can have counted."""
    before = usual("eom", folders[0])
    [where] = [each for each in columns(before) if each[2] == "episodes"]
    assert damaged(before, folders[1], where, in_another_unit("0.001")) == "said"
