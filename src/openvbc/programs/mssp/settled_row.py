"""The row of a stored run that a simulation starts from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openvbc.errors import InputError, Place
from openvbc.programs.run_folder import MAIN
from openvbc.programs.stored_run import StoredRun, describe
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS


def settled_row(
    run: Path, contract: str | None, year: int | None, item: str | None = None
) -> dict[str, Any]:
    """The contract's row of the run, which must be one settled by the Shared Savings worksheet."""
    stored = StoredRun(run)
    if stored.sheets[MAIN]["name"] != SHARED_SAVINGS.name:
        raise InputError(
            "only settled Shared Savings contracts can be simulated; while the year is not over "
            "there is nothing to simulate",
            place=Place(str(run)),
            action="name the folder of a run of the program mssp",
            code="VBC-1032",
        )
    rows = stored.rows(MAIN, contract, year)
    if item is not None:
        rows = [row for row in rows if str(row.values.get("item", "")).lower() == item.lower()]
    if len(rows) != 1:
        raise InputError(
            "the run holds several contracts and years" if rows else "no such row",
            place=Place(str(run)),
            rule=f"among them {describe(rows)}" if rows else None,
            action="say which: --contract A1234 --year 2024, and --item where it has one",
            code="VBC-163",
        )
    return dict(rows[0].values)
