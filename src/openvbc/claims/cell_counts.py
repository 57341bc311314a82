"""What is counted among the staged claims of a cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openvbc.claims.normal_form import NOT_SETTLED
from openvbc.engine.base import Engine

_DAYS = {
    "professional_line": {"service": "claim_line_end_date", "loaded": "load_date"},
    "institutional_claim": {"service": "claim_end_date"},
}
"""Days of which the months are counted, by table."""


@dataclass
class CellCounts:
    """What was counted in a cell."""

    codes: Counter[str] = field(default_factory=Counter)
    """What no normal form can settle, by its name."""
    odd: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Codes of another form, by table and column."""
    months: dict[str, Counter[str]] = field(
        default_factory=lambda: {"service": Counter(), "loaded": Counter()}
    )
    """Professional lines by month, as 2024-03."""
    years: Counter[int] = field(default_factory=Counter)
    """Claims and lines by year of service."""


def count_cell(engine: Engine, table: str, counts: CellCounts) -> None:
    """Count the registered staged rows of a table."""
    codes, days = NOT_SETTLED.get(table, {}), _DAYS.get(table, {})
    if not codes:
        return
    named = [f"100 * year({day}) + month({day}) as {name}" for name, day in days.items()]
    filters = [f"count(*) filter (where {sql}) as c{n}" for n, sql in enumerate(codes.values())]
    rows = engine.rows(
        f"select {', '.join([*named, 'count(*) as n', *filters])} from staged_{table}"
        + (f" group by {', '.join(str(n) for n in range(1, len(days) + 1))}" if days else "")
    )
    for n, name in enumerate(codes):
        counts.codes[name] += sum(int(row[f"c{n}"]) for row in rows)
    _add_months(counts, table, rows)


def _add_months(counts: CellCounts, table: str, rows: Sequence[Mapping[str, int | None]]) -> None:
    for row in rows:
        number = row["n"] or 0
        for name in _DAYS.get(table, {}):
            if (month := row[name]) is not None:
                if name == "service":
                    counts.years[month // 100] += number
                if table == "professional_line":
                    counts.months[name][f"{month // 100}-{month % 100:02d}"] += number
