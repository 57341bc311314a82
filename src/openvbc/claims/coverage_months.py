"""Months of coverage as the store is built: years a feed gives, deaths, what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openvbc.claims.demographics import Demographics
from openvbc.claims.enrollment import SOURCES, choose_sources, month_table, source_table
from openvbc.claims.null_dates import MEDICARE_BEGAN
from openvbc.claims.report import Finding, StoreReport
from openvbc.claims.staged_rows import StagedRows
from openvbc.claims.store_tables import sql_of
from openvbc.engine.base import Engine
from openvbc.engine.quoting import parquet_scan

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

    def __init__(
        self,
        engine: Engine,
        staged: StagedRows,
        demographics: Demographics,
        scratch: Path,
        report: StoreReport,
    ) -> None:
        self._engine, self._staged, self._report = engine, staged, report
        self._demographics = [demographics.make(b) for b in range(staged.buckets)]
        self._spans = [scratch / f"snapshot_span_{b:03d}.parquet" for b in range(staged.buckets)]
        self._counts: Counter[str] = Counter()
        self._living = 0
        self._sources: set[str] = set()

    def begin(self, years: Mapping[int, int]) -> None:
        """Find which feed gives which year; `years` has claims and lines by year of service."""
        self._report.months.setdefault("covered", {})
        self._snapshots()
        self._years(years)

    def demographics(self, bucket: int) -> str:
        """SQL of the rows of CCLF8 of a bucket that say something new."""
        return f"select * from {parquet_scan([self._demographics[bucket]])}"

    def spans(self, bucket: int) -> str:
        """SQL of the coverage spans of a bucket, those of snapshots too."""
        return (
            f"{self._staged.select('coverage_span', bucket)}\nunion all by name\n"
            f"select * from {parquet_scan([self._spans[bucket]])}"
        )

    def make(self) -> None:
        """The tables of the bucket whose staged rows are registered."""
        rows = self._engine.rows
        rows(f"create or replace table death as {sql_of('death')}")
        rows(f"create or replace table month_touched as {sql_of('coverage_month')}")
        rows(
            "create or replace view coverage_month as select * exclude (is_after_death, source) "
            "from month_touched where not is_after_death"
        )
        rows(f"create or replace table person_month as {sql_of('person_month')}")
        two, untyped = self._count_months()
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
        counts = (two, sum(int(row["n"]) for row in after), deaths["restated"],
                 deaths["two"], deaths["ahead"], untyped, within[0]["n"])  # fmt: skip
        for name, count in zip(_FINDINGS, counts, strict=True):
            self._counts[name] += int(count)

    def _count_months(self) -> tuple[int, int]:
        """Add the people covered by month; months of two types, and of none."""
        covered = self._report.months["covered"]
        two = untyped = 0
        for row in self._engine.rows(
            "select calendar_year, month, count(*) as n, "
            "count(*) filter (type_rank < last_type_rank) as two, "
            "count(*) filter (part_a and part_b and not coalesce(medicare_advantage, false) "
            "and type_rank is null) as untyped "
            "from person_month group by 1, 2 order by 1, 2"
        ):
            name = f"{row['calendar_year']}-{row['month']:02d}"
            covered[name] = covered.get(name, 0) + int(row["n"])
            two += int(row["two"])
            untyped += int(row["untyped"])
        return two, untyped

    def tell(self) -> None:
        """What was found in all buckets, into the report."""
        source = " and ".join(sorted(self._sources))
        for name, detail in _FINDINGS.items():
            if self._counts[name]:
                said = detail.format(source=source, living=f"{self._living:,}")
                self._report.findings.append(Finding(name, "warning", said, self._counts[name]))

    def _snapshots(self) -> None:
        """CCLF8 snapshots become spans, so that every feed gives months in the same way."""
        engine = self._engine
        engine.rows(
            "create or replace table last_snapshot as select "
            "cast(last_day(max(delivery_date)) as date) as last_day "
            f"from {parquet_scan(self._demographics)}"
        )
        without: Path | None = None
        for bucket, path in enumerate(self._spans):
            if without is not None and not self._staged.has("demographics", bucket):
                self._spans[bucket] = without  # alike for everybody of whom nothing is told
                continue
            self._write_spans(bucket, path)
            if not self._staged.has("demographics", bucket):
                without = path

    def _write_spans(self, bucket: int, path: Path) -> None:
        told = self.demographics(bucket)
        self._engine.rows(f"create or replace table staged_demographics as {told}")
        self._engine.materialise(sql_of("snapshot_span"), path)

    def _years(self, years: Mapping[int, int]) -> None:
        """Which feed gives which year; a span without end goes on to the last year of the data."""
        engine = self._engine
        every = (
            f"{self._staged.every('coverage_span')}\nunion all by name\n"
            f"select * from {parquet_scan(self._spans)}"
        )
        began = f"date '{MEDICARE_BEGAN}'"
        spans = engine.rows(
            f"select source, year(min(start_date) filter (start_date > {began})) as first, "
            "year(max(greatest(coalesce(end_date, start_date), start_date)) "
            f"filter (coalesce(end_date, start_date) > {began})) as last, "
            f"bool_or(start_date <= {began}) as is_since_ever, "
            f"bool_or(end_date is null) as is_open from ({every}) group by source"
        )
        reach = self._reach(years)
        years_by_source = {row["source"]: _range(row, reach) for row in spans}
        self._report.enrollment_sources = choose_sources(years_by_source)
        chosen = self._report.enrollment_sources or {2000: SOURCES[0]}
        engine.register_small(month_table(min(chosen), max(chosen)))
        engine.register_small(source_table(chosen))

    def _reach(self, years: Mapping[int, int]) -> tuple[int, int] | None:
        """First and last year of the data: of claims (years with a thousandth of them or more),
        scores and participant lists."""
        known = {year for year, count in years.items() if 1000 * count >= sum(years.values())}
        for table, name in (("risk_score", "calendar_year"), ("participant", "performance_year")):
            if not self._staged.has(table):
                continue
            rows = self._engine.rows(
                f"select distinct {name} as year from ({self._staged.every(table)}) "
                f"where {name} is not null"
            )
            known |= {int(row["year"]) for row in rows}
        return (min(known), max(known)) if known else None


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
