"""Which files a run of submissions was scored from, so that what a choice is worth can be asked of
the run alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openvbc.engine.digests import file_digest
from openvbc.engine.manifest import Manifest
from openvbc.engine.real_path import real_path
from openvbc.engine.sealed import read_sealed, write_sealed
from openvbc.errors import InputError, Place
from openvbc.programs.mips.submissions.settle import SubmittedFiles
from openvbc.run import SOURCE

Asked = tuple[SubmittedFiles, int, list[Path]]
"""The files, the performance year, and overlays of the rules."""


def record_files(
    folder: Path, title: str, files: SubmittedFiles, year: int, overlays: Sequence[Path]
) -> None:
    """Keep beside a run where its files are."""
    one = {
        "measures": files.measures, "benchmarks": files.benchmarks,
        "participants": files.participants, "mvps": files.mvps,
    }  # fmt: skip
    content = {
        "title": title,
        "submissions": {name: str(real_path(path)) for name, path in one.items() if path},
        "inventory": [str(real_path(path)) for path in files.inventory],
        "year": year,
        "overlays": [str(real_path(path)) for path in overlays],
    }
    write_sealed(folder / SOURCE, content)


def files_of_run(folder: Path) -> Asked:
    """The files that a run was scored from, as they were then.

    Raises:
        InputError: the run was not scored from submissions, or a file is gone or was changed.
    """
    try:
        kept = read_sealed(folder / SOURCE)
    except (OSError, ValueError):
        kept = {}
    if "submissions" not in kept:
        raise InputError(
            "this run was not scored from submissions, so no choices can be scored",
            place=Place(str(folder)),
            rule="what a choice is worth is scored as a submission of its own",
            action="give a range (--quality-score 0.60..0.95), or score submissions first: "
            "vbc qpp submissions",
            code="VBC-99051",
        )
    named = {name: Path(path) for name, path in kept["submissions"].items()}
    files = SubmittedFiles(
        named["measures"], named["benchmarks"], [Path(path) for path in kept["inventory"]],
        named.get("participants"), named.get("mvps"),
    )  # fmt: skip
    known = {each.sha256 for each in Manifest.read(folder).inputs}
    for path in files.all:
        if not path.is_file() or file_digest([path]) not in known:
            raise InputError(
                "a file that this run was scored from is gone or was changed",
                place=Place(path.name),
                rule="choices are held against what was scored",
                action="score again: vbc qpp submissions",
                code="VBC-99052",
            )
    return files, int(kept["year"]), [Path(path) for path in kept["overlays"]]
