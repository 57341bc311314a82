"""Damage to any file of a whole project: an error, a word, or the same settlement.

Unlike :mod:`project.test_mutated_project`, which changes columns, this damages the bytes: files
cut, emptied, glued, shuffled, encoded anew, with other dates or decimal points. Only damage that
turns a file into another right one is left out (a digit changed in an amount is an amount).

The files are read first, which is cheap; the project is run only where the readers say nothing new
and yet read something else.
"""

from __future__ import annotations

import random
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

import openvbc
from claims.mutated_feeds import said_of
from claims.test_fuzz import mutate
from claims.unwritten import UnwrittenStaging
from openvbc.claims.feeds import read_feeds
from openvbc.claims.report import StoreReport
from openvbc.errors import OpenvbcError
from openvbc.synth import Settings, generate
from project.test_mutated_project import settled

CUT, TWICE, SHUFFLED, ENDINGS, GLUED, EMPTY, UTF_16, LETTER_O, DATES, POINTS, TURNED = (
    3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14,
)  # fmt: skip
KINDS = (CUT, TWICE, SHUFFLED, ENDINGS, GLUED, EMPTY, UTF_16, LETTER_O, DATES, POINTS, TURNED)
NO_INPUT = ("truth", "store", "run")


class Project:
    """A small project, what it comes to, and what its readers say and stage."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        generate(Settings(people=200, seed=11, light=True, deliveries_per_year=1), folder)
        self.read = reading(folder)
        self.settled = settled(folder)
        self.files = sorted(
            path.relative_to(folder)
            for path in folder.rglob("*")
            if path.is_file() and path.parts[len(folder.parts)] not in NO_INPUT
            and path.name not in ("openvbc.yaml", ".openvbc")
        )  # fmt: skip

    def chosen(self, chance: random.Random) -> Path:
        """A file; each folder is as likely as each list."""
        folders = sorted({path.parts[0] for path in self.files})
        folder = chance.choice(folders)
        return chance.choice([path for path in self.files if path.parts[0] == folder])

    def silent(self, case: Path, seed: int) -> str:
        """What was done, where it changed the settlement and nothing says so."""
        chance = random.Random(seed)
        name = self.chosen(chance)
        shutil.copytree(self.folder, case, ignore=shutil.ignore_patterns("truth", "run"))
        try:
            what = damaged(case / name, chance)
            if name.parts[0] != "factors":
                case_reading = reading(case)
                if case_reading[0] == self.read[0] or case_reading[1] != self.read[1]:
                    return ""
            values, notes = settled(case)
        except OpenvbcError:
            return ""
        finally:
            shutil.rmtree(case)
        said = notes - self.settled[1]
        return "" if values == self.settled[0] or said else f"seed {seed}: {name} {what}"


def reading(folder: Path) -> tuple[Any, list[str]]:
    """A digest of the rows staged, and what the readers say."""
    scratch = folder / "reading"
    report = StoreReport(scratch, 1)
    rows: list[Any] = []

    def note(table: str, batch: Any) -> None:
        names = [n for n in batch.schema.names if not n.startswith("source") and n != "delivery"]
        columns = [batch.column(name).to_pylist() for name in names]
        rows.extend((table, *row) for row in zip(*columns, strict=True))

    staging = UnwrittenStaging(scratch / "staging", 1, note)
    try:
        read_feeds(openvbc.Project(folder).claim_inputs(), staging, report, 1, lambda *_: None)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return sorted(map(repr, rows)), said_of(report)


def damaged(path: Path, chance: random.Random) -> str:
    """Damage the file, or one in it; the kinds that were done."""
    kinds = [chance.choice(KINDS) for _ in range(chance.choice([1, 1, 1, 2]))]
    if path.suffix != ".zip":
        content = path.read_bytes()
        for kind in kinds:
            content = mutate(content, chance, [kind])
        path.write_bytes(content)
        return str(kinds)
    with zipfile.ZipFile(path) as bundle:
        held = {name: bundle.read(name) for name in bundle.namelist()}
    name = chance.choice(sorted(name for name, content in held.items() if content))
    for kind in kinds:
        held[name] = mutate(held[name], chance, [kind])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for each, content in held.items():
            bundle.writestr(each, content)
    return f"{name} {kinds}"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("files") / "aco")


@pytest.mark.slow
@pytest.mark.parametrize("slice_", range(10))
def test_no_damaged_file_changes_a_settlement_silently(
    project: Project, tmp_path: Path, slice_: int
) -> None:
    messages = [
        project.silent(tmp_path / "case", seed) for seed in range(slice_ * 50, slice_ * 50 + 50)
    ]
    assert "\n".join(each for each in messages if each) == ""
