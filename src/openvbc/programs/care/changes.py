"""Yesterday's lists compared with today's: what is new, what moved, what is done.

A row is told by its key: a person and a stay, a visit, a gap. It moved when what is watched of it
(state, tier, due date) is another; it is done when it stands on the list no more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openvbc.engine.base import Engine
from openvbc.programs.care.care_file import CareFile
from openvbc.programs.listing import MOST_ROWS, Field, Listing

LIST_FOLDER = "lists"
CHANGES = "changes.parquet"


@dataclass(frozen=True)
class Compared:
    """A list that is compared: its key, what names a row, what is watched."""

    table: str
    title: str
    key: tuple[str, ...]
    what: str
    watched: str


COMPARED = (
    Compared("panel", "Panel", ("person_id",), "rule", "tier_name"),
    Compared("transition", "Transitions", ("person_id", "setting", "admission_date"),
             "setting", "state"),
    Compared("emergency_follow_up", "Emergency visits", ("person_id", "visit_date"),
             "reason", "state"),
    Compared("care_gap", "Gaps", ("person_id", "source", "gap"), "gap", "due"),
    Compared("cohort_member", "Cohorts", ("person_id", "cohort"), "cohort", "cohort"),
    Compared("protocol_task", "Checklists", ("person_id", "cohort", "task"), "task", "due"),
)  # fmt: skip
_CHANGES = """
select * from (
  select
    coalesce(n.person_id, b.person_id) as person_id,
    coalesce(n.owner, b.owner) as owner,
    '{list}' as list,
    case when b.person_id is null then 'NEW' when n.person_id is null then 'DONE' else 'MOVED' end
      as change,
    cast(coalesce(n.{what}, b.{what}) as varchar) as what,
    cast(b.{watched} as varchar) as before,
    cast(n.{watched} as varchar) as now
  from {table} n
  full join before_{table} b on {joined}
  where n.person_id is null
    or b.person_id is null
    or n.{watched} is distinct from b.{watched}
)
"""
_ORDER = "order by change, person_id, what, before, now"


def previous_day(file: CareFile) -> Path | None:
    """The folder of the last day before today's that has lists; None where there is none."""
    days = [
        (day, place)
        for day, place in _days(file.output)
        if day < file.as_of and (place / LIST_FOLDER).is_dir()
    ]
    return max(days)[1] if days else None


def _days(output: Path) -> Iterator[tuple[dt.date, Path]]:
    for place in output.iterdir() if output.is_dir() else ():
        try:
            yield dt.date.fromisoformat(place.name), place
        except ValueError:
            continue


def change_listing(engine: Engine, lists: Path, day: str, written: Path) -> Listing:
    """What is new, moved or done since the lists of a day before; the engine holds today's.

    Every change is written to `written`; the listing holds what a workbook shows of each list.
    """
    rows: list[list[object]] = []
    parts = []
    for each in COMPARED:
        path = lists / f"{each.table}.parquet"
        if not path.is_file():
            continue
        engine.register(f"before_{each.table}", path)
        sql = _CHANGES.format(
            table=each.table,
            list=each.title,
            what=each.what,
            watched=each.watched,
            joined=" and ".join(f"n.{name} = b.{name}" for name in each.key),
        )
        parts.append(sql)
        shown = engine.rows(f"select * from ({sql}) {_ORDER} limit {MOST_ROWS}")
        rows += [list(row.values()) for row in shown]
    total = engine.materialise(" union all ".join(parts), written) if parts else 0
    fields = (
        Field("Person", role="who"), Field("Owner", role="who"), Field("List"), Field("Change"),
        Field("What", role="evidence"), Field("Before"), Field("Now"),
    )  # fmt: skip
    said = ""
    if total > len(rows):
        said = f"{len(rows):,} of {total:,} changes; {written.name} has all. "
    lead = "New: on the list today. Moved: another state, tier or day. Done: no more on the list."
    return Listing("changes", f"Changes since {day}", fields, rows, said + lead)
