"""Capitation runs with late terminations: CPU seconds of months and lines, from the roster on.

::

    python tests/bench/bench_capitation.py 100000 36

Every tenth member is terminated, and that is received weeks later, so that months already paid are
taken back as adjustments of the original months.
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import SmallTable
from openvbc.steps import capitation
from openvbc.steps.capitation import LAST_DAY, RosterChange, Terms

FIRST = dt.date(2025, 1, 1)
WANTED = ("capitation_line", "capitated_month")
RATES = [("ADULT", "", Decimal("950.00"))]


def roster(members: int, years: int) -> list[RosterChange]:
    """Everybody added for good before the first month, every tenth terminated in December."""
    one = Decimal(1)
    added = [
        RosterChange(
            f"M{n}", True, FIRST, LAST_DAY, "ADULT", "", Decimal(80 + n % 100) / 100,
            dt.date(2024, 12, 1),
        )
        for n in range(members)
    ]  # fmt: skip
    ended = [
        RosterChange(
            f"M{n}", False, None, dt.date(2025 + n % years, 1 + n % 12, 28), "", "", one,
            dt.date(2025 + n % years, 12, 15),
        )
        for n in range(0, members, 10)
    ]  # fmt: skip
    return added + ended


def main() -> None:
    members, months = int(sys.argv[1]), int(sys.argv[2])
    whole = Decimal(1)
    known_by = dt.date(FIRST.year + (months + 2) // 12, (months + 2) % 12 + 1, 28)
    terms = Terms(known_by, 3, True, Decimal(35), False, whole, whole, whole, None, None)
    given = roster(members, max(months // 12, 1))
    start, wall = _cpu(), time.perf_counter()
    days = capitation.run_days(FIRST, months, known_by)
    small = capitation.tables(given, RATES, [], [], [], terms, FIRST, months, days)
    no_other = SmallTable("person_identifier", {"member_id": "string", "person_id": "string"}, [])
    with DuckDBEngine(threads=2) as engine, tempfile.TemporaryDirectory() as folder:
        steps = Pipeline(capitation.steps()).needed_for(WANTED)
        made = steps.run(engine, [], [*small, no_other], Path(folder))
        rows = {name: made[name].rows for name in WANTED}
    used, took = _cpu() - start, time.perf_counter() - wall
    counted = ", ".join(f"{count:,} rows of {name}" for name, count in rows.items())
    print(f"{used:.1f} CPU s, {took:.1f} s: {counted}")


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
