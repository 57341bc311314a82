"""Months of coverage as the store is built: years a feed gives, deaths, what was left out."""

from __future__ import annotations

from collections import Counter
from typing import Any

from openvbc.claims.enrollment import SOURCES, choose_sources, month_table, source_table
from openvbc.claims.null_dates import MEDICARE_BEGAN
from openvbc.claims.report import Finding, StoreReport
from openvbc.claims.staging import Staging
from openvbc.claims.store_tables import sql_of
from openvbc.engine.base import Engine

_FINDINGS = {
    "two types in a month": "spans give a month two enrollment types; the first in the order of "
    "425.601 holds",
    "months after the month of death are left out": "spans of {source} go on after the death that "
    "a feed gives; nobody is covered then",
    "a death that a newer statement takes back or dates anew": "the newest statement governs; "
    "{living} of these people count as living",
    "one statement gives two days of death": "the later one holds",
    "a death after the day that states it": "the day is kept; the person counts until then",
    "months without an enrollment type": "of Parts A and B outside Medicare Advantage; they count "
    "for nobody",
    "spans that begin or end within a month": "each month that they touch counts whole, as months "
    "of coverage do",
}


class Months:
    """Makes `death` and `coverage_month` bucket by bucket and counts what they left out."""

    def __init__(self, engine: Engine, staging: Staging, report: StoreReport) -> None:
        self._engine, self._staging, self._report = engine, staging, report
        self._counts: Counter[str] = Counter()
        self._living = 0
        self._sources: set[str] = set()
        self._snapshots()
        self._years()

    def make(self) -> None:
        """The tables of the bucket whose staged rows are registered."""
        rows = self._engine.rows
        rows(f"create or replace table death as {sql_of('death')}")
        rows(f"create or replace table month_touched as {sql_of('coverage_month')}")
        rows(
            "create or replace view coverage_month as select * exclude (is_after_death, source) "
            "from month_touched where not is_after_death"
        )
        two = rows(
            "select count(*) as n from (select person_id from coverage_month "
            "group by person_id, calendar_year, month having count(distinct type_rank) > 1)"
        )
        after = rows(
            "select source, count(distinct (person_id, calendar_year, month)) as n "
            "from month_touched where is_after_death and source <> 'CCLF8' group by source"
        )
        deaths = rows(
            "select count(*) filter (is_restated) as restated, "
            "count(*) filter (is_restated and death_date is null) as living, "
            "count(*) filter (disagrees) as two, "
            "count(*) filter (death_date > stated_on) as ahead from death"
        )[0]
        within = rows(
            "select count(*) as n from staged_coverage_span s "
            "left join death x on x.person_id = s.person_id where s.source <> 'CCLF8' "
            f"and (s.start_date > date '{MEDICARE_BEGAN}' and day(s.start_date) <> 1 "
            "or s.end_date <> last_day(s.end_date) and s.end_date is distinct from x.death_date)"
        )
        self._sources |= {row["source"] for row in after}
        self._living += int(deaths["living"])
        untyped = rows(
            "select count(*) as n from (select 1 from coverage_month "
            "group by person_id, calendar_year, month having bool_or(part_a) and bool_or(part_b) "
            "and not coalesce(bool_or(medicare_advantage), false) and min(type_rank) is null)"
        )
        found = (int(two[0]["n"]), sum(int(row["n"]) for row in after), deaths["restated"],
                 deaths["two"], deaths["ahead"], untyped[0]["n"], within[0]["n"])  # fmt: skip
        for name, count in zip(_FINDINGS, found, strict=True):
            self._counts[name] += int(count)

    def tell(self) -> None:
        """What was found in all buckets, into the report."""
        source = " and ".join(sorted(self._sources))
        for name, detail in _FINDINGS.items():
            if self._counts[name]:
                said = detail.format(source=source, living=f"{self._living:,}")
                self._report.findings.append(Finding(name, "warning", said, self._counts[name]))

    def _snapshots(self) -> None:
        """CCLF8 snapshots become spans, so that every feed gives months in the same way."""
        engine, staging = self._engine, self._staging
        every = [staging.path("demographics", bucket) for bucket in range(staging.buckets)]
        engine.register("staged_demographics", every)
        engine.rows(
            "create or replace table last_snapshot as select "
            "cast(last_day(max(delivery_date)) as date) as last_day from staged_demographics"
        )
        for bucket in range(staging.buckets):
            engine.register("staged_demographics", staging.path("demographics", bucket))
            path = staging.folder / f"snapshot_span_{bucket:03d}.parquet"
            engine.materialise(sql_of("snapshot_span"), path)

    def _years(self) -> None:
        """Which feed gives which year; a span without end goes on to the last year of the data."""
        engine, staging = self._engine, self._staging
        buckets = range(staging.buckets)
        parts = [staging.path("coverage_span", bucket) for bucket in buckets]
        parts += [staging.folder / f"snapshot_span_{bucket:03d}.parquet" for bucket in buckets]
        engine.register("staged_coverage_span", parts)
        began = f"date '{MEDICARE_BEGAN}'"
        spans = engine.rows(
            f"select source, year(min(start_date) filter (start_date > {began})) as first, "
            "year(max(greatest(coalesce(end_date, start_date), start_date)) "
            f"filter (coalesce(end_date, start_date) > {began})) as last, "
            f"bool_or(start_date <= {began}) as is_since_ever, "
            "bool_or(end_date is null) as is_open from staged_coverage_span group by source"
        )
        reach = self._reach()
        found = {row["source"]: _range(row, reach) for row in spans}
        self._report.enrollment_sources = choose_sources(found)
        years = self._report.enrollment_sources or {2000: SOURCES[0]}
        engine.register_small(month_table(min(years), max(years)))
        engine.register_small(source_table(years))

    def _reach(self) -> tuple[int, int] | None:
        """First and last year of the data: of claims (years with a thousandth of them or more),
        scores and participant lists."""
        for table in ("institutional_claim", "professional_line", "participant", "risk_score"):
            every = [self._staging.path(table, b) for b in range(self._staging.buckets)]
            self._engine.register(f"staged_{table}", every)
        lines = " union all ".join(
            f"select year({day}) as y, count(*) as n from staged_{table} group by 1"
            for table, day in (
                ("institutional_claim", "claim_end_date"),
                ("professional_line", "claim_line_end_date"),
            )
        )
        found = self._engine.rows(
            f"with line as (select y, sum(n) as n from ({lines}) group by y), "
            "known as (select y from line where 1000 * n >= (select sum(n) from line) "
            "union all select calendar_year from staged_risk_score "
            "union all select performance_year from staged_participant) "
            "select min(y) as first, max(y) as last from known"
        )[0]
        return None if found["first"] is None else (int(found["first"]), int(found["last"]))


def _range(row: dict[str, Any], reach: tuple[int, int] | None) -> tuple[int, int]:
    """First and last year that a feed's spans give."""
    years = [int(row[name]) for name in ("first", "last") if row[name] is not None]
    first = [years[0]] if row["first"] is not None else []
    if reach is not None and row["is_since_ever"]:
        first.append(reach[0])
    if reach is not None and row["is_open"]:
        years.append(reach[1])
    known = [*years, *first] or [MEDICARE_BEGAN.year]
    return min(first or known), max(known)
