"""What a run leaves beside its steps: the settlement, where it came from, and the manifest, last.

Where all of it says already what this run would say, nothing is written again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openvbc.engine.csv_file import csv_file
from openvbc.engine.digests import file_digest
from openvbc.engine.manifest import Manifest
from openvbc.engine.private_files import private_folder
from openvbc.engine.sealed import read_sealed, write_sealed
from openvbc.engine.table import SmallTable
from openvbc.errors import InputError
from openvbc.program_files import program_files
from openvbc.run import RULE_TABLES, SOURCE

if TYPE_CHECKING:
    from openvbc.programs.settlement import Settlement


def record_run(
    folder: Path,
    source: Mapping[str, Any],
    manifest: Manifest,
    settlement: Settlement | None,
    small: Sequence[SmallTable],
) -> None:
    """Write the settlement, the tables the steps were given, `source` and the manifest.

    Args:
        folder: of the run.
        source: where the run came from (:data:`openvbc.run.SOURCE`).
        manifest: all but its `outputs`, which are what is written here.
        settlement: what was settled; None takes away what an earlier run settled.
        small: the small tables the steps were given.
    """
    from openvbc.programs.run_folder import forget_settlement, write_settlement

    source = dict(source) | {"program_files": program_files()}
    if _is_recorded(folder, source, manifest):
        return
    if settlement is None:
        forget_settlement(folder)
    outputs = {} if settlement is None else write_settlement(settlement, folder)
    outputs |= write_rule_tables(folder, small)
    write_sealed(folder / SOURCE, source)
    replace(manifest, outputs=outputs).write(folder)


def _is_recorded(folder: Path, source: Mapping[str, Any], manifest: Manifest) -> bool:
    """Whether the folder holds this very run, every file of it as it was written."""
    try:
        outputs = Manifest.read(folder).outputs
        return (
            read_sealed(folder / SOURCE) == source
            and replace(manifest, outputs=outputs).is_written(folder)
            and all(file_digest([folder / name]) == digest for name, digest in outputs.items())
        )
    except (InputError, OSError, ValueError):
        return False


def write_rule_tables(folder: Path, tables: Sequence[SmallTable]) -> dict[str, str]:
    """Keep what the steps were given beside what they made; the digest of each file, by name."""
    target = private_folder(folder / RULE_TABLES)
    digests = {}
    for table in tables:
        path = target / f"{table.name}.csv"
        with csv_file(path) as writer:
            writer.writerow(table.columns)
            writer.writerows(table.texts)
        digests[f"{RULE_TABLES}/{path.name}"] = file_digest([path])
    return digests
