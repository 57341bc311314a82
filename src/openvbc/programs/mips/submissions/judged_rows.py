"""Which rows of a file of measures can be scored: participants and measures as numbers.

Texts are compared once: after it a participant is its place in the order of identifiers, and a
measure by its collection type the number of a row of ``known``, so that what is known of a measure
is looked up in one small table instead of being carried along with every row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from openvbc.engine.base import Engine
from openvbc.engine.quoting import literal

KNOWN = {
    "known": "int", "measure": "varchar", "collection_type": "varchar", "measure_number": "int",
    "benchmark": "int", "is_proportion": "boolean", "measure_year": "double",
    "limit_removed": "boolean", "is_outcome": "boolean", "is_high_priority": "boolean",
    "by_claims": "boolean", "in_a_set": "boolean", "least_cases": "double", "largest": "double",
}  # fmt: skip
"""What is known of a measure by each of its collection types, numbered from 0."""

_TESTS = (
    ("coalesce(r.participant, '') = ''", "without a participant"),
    ("r.measure is null or r.measure not in (select measure from known)",
     "a measure that is not of the year"),
    ("k.known is null", "a collection type that the measure does not have"),
    ("r.numerator > r.denominator", "numerator over denominator"),
    ("r.reported_share > 1", "more reported than eligible"),
    ("r.rate is null or isnan(r.rate)", "no rate, and no numerator and denominator"),
    ("r.rate < 0 or r.numerator < 0 or r.cases < 0 or r.reported_share < 0", "below zero"),
    ("k.is_proportion and not r.is_counted and r.rate > 0 and r.rate < 1",
     "a rate that may be a fraction"),
    ("k.is_proportion and r.rate > 100", "a rate over 100"),
    ("k.in_a_set", "the Web Interface, or a part of the CAHPS survey: give these as a list"),
    ("k.by_claims and r.rate > 10 * k.largest", "a rate in another unit than its benchmark"),
    ("coalesce(r.denominator, r.cases) is null", "how many cases is not told"),
)  # fmt: skip
"""Why a row cannot be scored by itself; the first that is met is told."""
REASONS = (
    *(reason for _, reason in _TESTS),
    "the same measure a second time",
    "a score of the participant is not between 0 and 1",
)
OF_PEOPLE = {
    "again": "the same participant a second time",
    "unnamed": "scores without a participant",
    "unmeasured": "a participant without a row of a measure: give it as a list",
}
"""Why a row of ``people`` does not count, of a participant given twice all but the first."""
_USABLE, _REPEATED, _OUT_OF_RANGE = -1, len(_TESTS), len(_TESTS) + 1
_NUMBERED = """
create or replace temp table numbered as
select participant, cast(row_number() over (order by participant) - 1 as int) as who
from (select distinct participant from measures) m
where participant <> ''
"""
_JUDGED = """
with given as (select *, row_number() over () as place from measures),
rated as (
  select g.* exclude (performance_rate),
    case when numerator is not null and denominator > 0 then numerator / denominator * 100
      else performance_rate end as rate,
    numerator is not null and denominator is not null as is_counted
  from given g
)
select r.place, coalesce(n.who, -1) as who, coalesce(k.known, -1) as known,
  coalesce(r.rate, 0) as rate, coalesce(r.denominator, r.cases, 0) as of_cases,
  r.reported_share is null or r.reported_share >= {needed} as data_complete,
  coalesce(r.end_to_end, false) as end_to_end,
  cast(case {cases} else {usable} end as tinyint) as reason
from rated r
left join numbered n on n.participant = r.participant
left join known k on k.measure = r.measure and k.collection_type = r.collection_type
"""
_PEOPLE = """
select n.participant, coalesce(p.small_practice, false) as small_practice, {scores},
  {in_range} as in_range
from numbered n
left join (
  select *, row_number() over (partition by participant order by line) as place
  from (select *, row_number() over () as line from people) l
) p on p.participant = n.participant and p.place = 1
order by n.who
"""
_PEOPLE_ASIDE = """
select (select count(*) - count(distinct participant) from people where participant <> '') as again,
  (select count(*) from people where coalesce(participant, '') = '') as unnamed,
  (select count(distinct p.participant) from people p
   left join numbered n on n.participant = p.participant
   where p.participant <> '' and n.who is null) as unmeasured
"""


@dataclass(frozen=True)
class JudgedRows:
    """The rows that are scored, and why the others are not."""

    rows: Mapping[str, np.ndarray]
    """Columns ``who``, ``known``, ``rate``, ``of_cases``, ``data_complete`` and ``end_to_end``, in
    the order of participants and then of the file."""
    people: Mapping[str, np.ndarray]
    """Who has such rows, by number, with the scores of the other categories."""
    known: Mapping[str, np.ndarray]
    """:data:`KNOWN` by number."""
    given: int
    """Rows of the file."""
    set_aside: Mapping[str, int]
    """Rows that are not scored, by reason (:data:`REASONS`), and those of ``people`` that do not
    count (:data:`OF_PEOPLE`)."""


def judged_rows(engine: Engine, scratch: Path, needed: float, scores: Sequence[str]) -> JudgedRows:
    """Judge the rows of ``measures`` by ``known`` and ``people``, all three known to the engine.

    Args:
        engine: where the three can be read.
        scratch: a folder for what is read back.
        needed: the least share reported of data that are complete.
        scores: the columns of ``people`` with the scores of other categories.
    """
    engine.rows(_NUMBERED)
    cases = " ".join(f"when {test} then {number}" for number, (test, _) in enumerate(_TESTS))
    rows = _read(
        engine, scratch / "rows.parquet",
        _JUDGED.format(needed=needed, cases=cases, usable=_USABLE),
    )  # fmt: skip
    people = _read(
        engine, scratch / "people.parquet",
        _PEOPLE.format(
            scores=", ".join(f"p.{name}" for name in scores),
            in_range=" and ".join(_in_range(name) for name in scores),
        ),
    )  # fmt: skip
    known = _read(engine, scratch / "known.parquet", "select * from known order by known")
    reason = _with_repeats(rows, len(known["known"]))
    in_range = people.pop("in_range")
    usable = np.flatnonzero(reason == _USABLE)
    reason[usable[~in_range[rows["who"][usable]]]] = _OUT_OF_RANGE
    counts = np.bincount(reason[reason != _USABLE], minlength=len(REASONS))
    aside = {name: int(count) for name, count in zip(REASONS, counts, strict=True) if count}
    of_people = engine.rows(_PEOPLE_ASIDE)[0]
    aside |= {OF_PEOPLE[name]: int(count) for name, count in of_people.items() if count}
    kept = _in_order({**rows, "reason": reason})
    scored = np.zeros(len(in_range), dtype=bool)
    scored[kept["who"]] = True
    kept["who"] = (np.cumsum(scored) - 1)[kept["who"]]
    return JudgedRows(
        kept,
        people if scored.all() else {name: column[scored] for name, column in people.items()},
        known,
        len(reason),
        dict(sorted(aside.items())),
    )


def _in_range(name: str) -> str:
    # The bonus is in points; the others are ratios.
    most = " >= 0" if name == "complex_patient_bonus" else " between 0 and 1"
    return f"coalesce(p.{name}{most}, true)"


def _read(engine: Engine, path: Path, select: str) -> dict[str, np.ndarray]:
    """The columns of a query as arrays; null numbers are NaN."""
    from pyarrow import parquet

    engine.rows(
        f"copy ({select}) to {literal(path.absolute())} (format parquet, compression uncompressed)"
    )
    table = parquet.read_table(path)
    path.unlink()
    return {name: table.column(name).to_numpy(zero_copy_only=False) for name in table.column_names}


def _with_repeats(rows: Mapping[str, np.ndarray], measures: int) -> np.ndarray:
    """The reason of each row, where a usable one may be a measure that was given before."""
    reason: np.ndarray = rows["reason"].copy()
    key = rows["who"].astype(np.int64) * measures + rows["known"]
    told = (rows["who"] >= 0) & (rows["known"] >= 0)
    sorted_keys = np.sort(key[told])
    repeated = sorted_keys[1:][sorted_keys[1:] == sorted_keys[:-1]]
    if not len(repeated):
        return reason
    some = np.flatnonzero(told & np.isin(key, repeated))
    some = some[np.lexsort((rows["place"][some], key[some]))]
    again = some[1:][key[some][1:] == key[some][:-1]]
    reason[again[reason[again] == _USABLE]] = _REPEATED
    return reason


def _in_order(rows: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The usable rows by participant and place, without the two columns that say so."""
    usable = rows["reason"] == _USABLE
    order = np.arange(len(usable)) if usable.all() else np.flatnonzero(usable)
    who, place = rows["who"][order], rows["place"][order]
    if np.any(np.diff(who) < 0) or np.any(np.diff(place) < 0):
        order = order[np.lexsort((place, who))]
    return {name: rows[name][order] for name in rows if name not in ("reason", "place")}
