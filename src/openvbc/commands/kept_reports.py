"""Whether the page and the workbook of a run are still those of this very run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openvbc.run import Run

RECORD = "reports.json"
"""What the reports were made from, and the digest of each; beside them in the run's folder."""


def reports_hold(run: Run) -> bool:
    """Whether the reports in the run's folder were made from it as it is now, and are whole."""
    from openvbc.engine.digests import file_digest
    from openvbc.engine.sealed import read_sealed

    try:
        record = read_sealed(run.folder / RECORD)
        return bool(record["made_from"] == _made_from(run)) and all(
            file_digest([run.folder / name]) == digest for name, digest in record["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def remember_reports(run: Run) -> None:
    """Record what the reports that were just written were made from."""
    from openvbc.commands.run_reports import NAMES
    from openvbc.engine.digests import file_digest
    from openvbc.engine.sealed import write_sealed

    written = [name for name in NAMES[False] if (run.folder / name).is_file()]
    files = {name: file_digest([run.folder / name]) for name in written}
    write_sealed(run.folder / RECORD, {"made_from": _made_from(run), "files": files})


def _made_from(run: Run) -> str:
    """Digest of the records of the run and of its claim store, and whether risk was reviewed."""
    from openvbc.claims.report import REPORT_FILE
    from openvbc.engine.digests import file_digest
    from openvbc.engine.manifest import NAME
    from openvbc.run import SOURCE

    made_from = [run.folder / NAME, run.folder / SOURCE]
    if run.store is not None:
        made_from.append(run.store / REPORT_FILE)
    risk = "with risk" if (run.folder / "risk").is_dir() else "without risk"
    return f"{risk} {file_digest(made_from)}"
