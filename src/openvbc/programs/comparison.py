"""Two runs held against each other: inputs, rules, SQL, results, and people gained and lost.

Nothing here names a person; :func:`moved_people` does, for a file the user asks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.manifest import Manifest


@dataclass(frozen=True)
class Change:
    """Something that is not the same in both runs."""

    kind: str
    """program, engine, project, rules, parameter, input, step."""
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Movement:
    """People whose assignment differs: from which state to which, in one period."""

    period: str
    before: str
    """A step, a reason, or ``not in the run``."""
    after: str
    people: int
    gained: int
    """1 if they came to be assigned, -1 if they were lost, 0 if only the step or reason changed."""


@dataclass(frozen=True)
class LineChange:
    """A settlement line with different values."""

    line: str
    before: Decimal | str | None
    after: Decimal | str | None
    contract: str = ""
    """Whose line it is, where a run settles several."""
    row: int | None = None
    """Where the later run has it, in its main sheet."""
    only: str = ""
    """``before`` or ``after`` where one run alone settles the contract; its result is told."""

    @property
    def difference(self) -> Decimal | None:
        """After less before, for numbers."""
        if isinstance(self.before, Decimal) and isinstance(self.after, Decimal):
            return self.after - self.before
        return None


def changed_circumstances(before: Manifest, after: Manifest) -> list[Change]:
    """What went in differently: inputs, rules, SQL, engine, program, project file."""
    changes: list[Change] = []

    def note(kind: str, one: Mapping[str, str], other: Mapping[str, str]) -> None:
        for name in sorted({*one, *other}):
            if one.get(name) != other.get(name):
                changes.append(Change(kind, name, one.get(name, ""), other.get(name, "")))

    note("program", {"version": before.openvbc}, {"version": after.openvbc})
    note(
        "engine",
        {"version": f"{before.engine} {before.engine_version}"},
        {"version": f"{after.engine} {after.engine_version}"},
    )
    note("project", before.settings, after.settings)
    note("rules", before.rules, after.rules)
    note(
        "input",
        {file.name: f"{file.bytes} bytes, {file.sha256[:12]}" for file in before.inputs},
        {file.name: f"{file.bytes} bytes, {file.sha256[:12]}" for file in after.inputs},
    )
    note(
        "step",
        {name: step.sql_sha256 for name, step in before.steps.items()},
        {name: step.sql_sha256 for name, step in after.steps.items()},
    )
    return changes


_STATE = (
    "case when {t}.person_id is null then 'not in the run' else coalesce({t}.step, {t}.reason) end"
)
_MOVED = f"""
select
  coalesce(b.period, a.period) as period,
  coalesce(b.person_id, a.person_id) as person_id,
  {_STATE.format(t="b")} as state_before,
  {_STATE.format(t="a")} as state_after,
  case when coalesce(a.is_assigned, false) then 1 else 0 end
    - case when coalesce(b.is_assigned, false) then 1 else 0 end as gained
from before_assignment b
full outer join after_assignment a on a.person_id = b.person_id and a.period = b.period
"""


def movements(engine: Engine) -> list[Movement]:
    """Counts of people by what changed; the engine holds before_ and after_assignment."""
    rows = engine.rows(
        "select period, state_before, state_after, gained, count(*) as people\n"
        f"from ({_MOVED}) m where state_before <> state_after\n"
        "group by period, state_before, state_after, gained\n"
        "order by period, gained, people desc, state_before, state_after"
    )
    return [
        Movement(r["period"], r["state_before"], r["state_after"], r["people"], r["gained"])
        for r in rows
    ]


def moved_people(engine: Engine) -> list[dict[str, Any]]:
    """The people themselves; for a private file, never for a log or a shared report."""
    return engine.rows(
        f"select * from ({_MOVED}) m where state_before <> state_after\norder by period, person_id"
    )


def changed_parameters(
    before: Mapping[str, Sequence[Mapping[str, Any]]],
    after: Mapping[str, Sequence[Mapping[str, Any]]],
) -> list[Change]:
    """Parameters in force, as in ``parameters.json``, whose value, dates or citation differ."""

    def shown(entries: Sequence[Mapping[str, Any]]) -> str:
        return "; ".join(f"{e['value']} ({e['applies']}, {e['cite']})" for e in entries)

    return [
        Change("parameter", name, shown(before.get(name, ())), shown(after.get(name, ())))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def changed_lines(
    before: Mapping[str, Any], after: Mapping[str, Any], contract: str = ""
) -> Sequence[LineChange]:
    """Lines of two settled contracts that differ, in the order of the later one."""
    names = [*after, *(name for name in before if name not in after)]
    return [
        LineChange(name, before.get(name), after.get(name), contract, after.get("row"))
        for name in names
        if name != "row" and before.get(name) != after.get(name)
    ]


Rows = Sequence[Mapping[str, Any]]
"""Settled rows: row, contract, year, and each line and input."""


def changed_rows(before: Rows, after: Rows, result: str) -> list[LineChange]:
    """Lines that differ, contract by contract.

    Two runs of one contract each are held against each other whatever its name and year. Where one
    settles several, a contract is found by its name; where a run has that several times, by its
    year too, then its group, then how often it stood before. Of one that only one of the runs
    settles its `result` is told.
    """
    if len(before) == len(after) == 1:
        return list(changed_lines(before[0], after[0]))
    one, other = _named(before, after)
    changes: list[LineChange] = []
    for name in [*other, *(name for name in one if name not in other)]:
        if name in one and name in other:
            changes += changed_lines(one[name], other[name], name)
        else:
            was, came = (rows.get(name, {}) for rows in (one, other))
            values = (was.get(result), came.get(result))
            only = "before" if was else "after"
            changes.append(LineChange(result, *values, name, came.get("row"), only))
    return changes


KEYS = (("contract", "item"), ("contract", "item", "year"), ("contract", "item", "year", "group"))
"""What tells rows apart: the shortest that does."""


def _named(*runs: Rows) -> list[dict[str, Mapping[str, Any]]]:
    """Each run's rows by a name that no other of its rows has."""
    for keys in KEYS:
        names = [[_name(row, keys) for row in rows] for rows in runs]
        if all(len(set(each)) == len(each) for each in names):
            break
    rows_by_name = []
    for rows, each in zip(runs, names, strict=True):
        times: Counter[str] = Counter()
        named = {}
        for row, name in zip(rows, each, strict=True):
            times[name] += 1
            named[name if times[name] == 1 else f"{name} ({times[name]})"] = row
        rows_by_name.append(named)
    return rows_by_name


def _name(row: Mapping[str, Any], keys: Sequence[str]) -> str:
    return " ".join(str(row[key]) for key in keys if row.get(key))
