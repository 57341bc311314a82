"""The manifest: what a run read, by which rules, with which SQL, and what came out.

JSON with the same bytes for the same run: no time of day, no durations, no paths outside the run,
keys sorted. Durations are kept beside it, in ``times.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path

from openvbc.engine.digests import file_digest
from openvbc.engine.own_folder import claim
from openvbc.engine.pipeline import StepResult
from openvbc.engine.sealed import read_sealed, write_sealed
from openvbc.errors import InputError, Place

NAME = "manifest.json"


@dataclass(frozen=True)
class InputFile:
    """A file that was read: its name, size and digest, never its content."""

    name: str
    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> InputFile:
        """Describe a file on disk."""
        return cls(path.name, path.stat().st_size, file_digest([path]))

    @classmethod
    def of_all(cls, paths: Iterable[Path]) -> list[InputFile]:
        """Describe files, and the files of folders by name."""
        files: list[Path] = []
        for path in paths:
            inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
            files += inside
        return [cls.of(path) for path in files]


@dataclass(frozen=True)
class StepRecord:
    """One step of a run: digest of its SQL, rows it made, digest of its files."""

    sql_sha256: str
    rows: int
    output_sha256: str


@dataclass(frozen=True)
class Manifest:
    """Everything needed to say whether two runs are the same, and if not, where they part."""

    openvbc: str
    """Version of the program."""
    program: str
    engine: str
    engine_version: str
    rules: Mapping[str, str]
    """Rule set name to SHA-256 of the rule files in force."""
    project_sha256: str
    inputs: Sequence[InputFile]
    control_totals: Mapping[str, Mapping[str, int | Decimal]]
    """Table to its totals: lines, people, allowed, paid."""
    steps: Mapping[str, StepRecord]
    outputs: Mapping[str, str]
    """Other files of the run, for example ``settlement.json``, to their SHA-256."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """What the user chose that changes results, for example ``as_of``."""
    notes: Sequence[str] = field(default_factory=tuple)
    """What a reader must know, for example factors computed from the population loaded."""
    lacking: Sequence[str] = field(default_factory=tuple)
    """Why nothing could be settled, each with what would supply it; empty where it could."""

    def write(self, folder: Path) -> Path:
        """Write ``manifest.json`` into a run's folder."""
        path = folder / NAME
        write_sealed(path, asdict(self), default=_plain)
        return path

    def is_written(self, folder: Path) -> bool:
        """Whether the folder's manifest says exactly this."""
        said = json.loads(json.dumps(asdict(self), default=_plain))
        return bool(read_sealed(folder / NAME) == said)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of a finished run."""
        path = folder / NAME
        try:
            content = read_sealed(path)
            content["inputs"] = [InputFile(**entry) for entry in content["inputs"]]
            content["steps"] = {n: StepRecord(**entry) for n, entry in content["steps"].items()}
            return cls(**content)
        except (FileNotFoundError, NotADirectoryError):
            raise InputError(
                "this is not the folder of a finished run: it has no manifest",
                place=Place(str(path)),
                action="name the folder that 'vbc run' wrote, or finish the run",
                code="VBC-1015",
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                "the manifest is damaged, or another version of the program wrote it",
                place=Place(str(path)),
                action="run again: vbc run",
                code="VBC-133",
            ) from error


def records(results: Mapping[str, StepResult]) -> dict[str, StepRecord]:
    """The step records of a pipeline's results."""
    return {
        name: StepRecord(result.step.digest, result.rows, result.digest)
        for name, result in results.items()
    }


def claim_run_folder(folder: Path) -> Path:
    """Make the folder of a run, or take one that is ours or holds nothing a run would replace."""
    return claim(folder, "run", _OF_A_RUN)


_OF_A_RUN = (
    NAME, "tables", "rule_tables", "source.json", "times.json", "settlement.parquet",
    "worksheets.json", "parameters.json", "links.json", "set_aside.csv",
    "settlement.html", "settlement.xlsx", "report.html", "report.xlsx",
    "report-shared.html", "report-shared.xlsx", "reports.json", "risk", "standing.json",
)  # fmt: skip


def check_file(folder: Path, manifest: Manifest, name: str) -> None:
    """Make sure that a file of a run is the one its manifest knows.

    Raises:
        InputError: it is missing, damaged, or of another run.
    """
    try:
        digest = file_digest([folder / name])
    except OSError:
        raise damaged(folder / name) from None
    if manifest.outputs.get(name) != digest:
        raise damaged(folder / name)


def damaged(path: Path) -> InputError:
    """A file or table of a run is not what the run wrote."""
    return InputError(
        "a part of this run is missing, damaged or not finished",
        place=Place(str(path)),
        rule="what a run wrote is known by its SHA-256",
        action="run again: what is damaged is made anew",
        code="VBC-138",
    )


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"not for a manifest: {type(value).__name__}")
