"""Which deliveries, run-outs, reports and months a contract's measured years need, and which lack.

CMS sends monthly claim files labelled by performance year and, from February to April, a run-out of
the year before (CCLF Information Packet 40.0 section 4.2); the first file brings the history. So
the years of the labels held, up to the performance year, need the months of the year in which
deliveries usually come, and a run-out. Whether what came is whole is then asked of the claims
themselves: every month needed has about as many lines, and every month of loading has some.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median

from openvbc.claims.months import (
    month_of_day,
    month_of_text,
    name_of_month,
    spans_of_months,
    usual_months,
)
from openvbc.claims.report import Finding, HeldReport, Received, StoreReport

FEWEST = 30
"""Lines or people a usual month must have before a small month says anything."""
MANY = 100
"""Lines a usual month of loading must have before a month without any says something."""
SMALL_SHARE = 1 / 3
"""A month with less than this share of the usual lines lacks a delivery; in the worst month of the
2020 epidemic services fell by half."""
SMALL_LIST = 0.6
"""A report or month with less than this share of the people of the others is cut."""
RUN_OUT_HELD = (5, 1)
"""Month and day of the year after, from which the run-out of a year must be there."""


@dataclass(frozen=True)
class MeasuredYear:
    """A year the contract measures: its months of assignment and of spending."""

    calendar_year: int
    first_day: dt.date
    last_day: dt.date


@dataclass(frozen=True)
class Expected:
    """What the contract and the project file say must be there."""

    aco_id: str
    years: tuple[MeasuredYear, ...]
    as_of: dt.date | None = None
    """Only what was known by this day is asked for; the whole run-out if None."""
    reports_give: tuple[str, ...] = ()
    """What is taken from assignment reports beside months: ``risk scores``, ``alignment``."""

    @property
    def performance_year(self) -> int:
        """The last year measured."""
        return max(year.calendar_year for year in self.years)

    def is_over(self, year: int, month: int, day: int = 1) -> bool:
        """Whether what is known reaches to this day."""
        return self.as_of is None or self.as_of >= dt.date(year, month, day)


def completeness(report: StoreReport, expected: Expected) -> list[Finding]:
    """Everything that is missing, cut, doubled or of another year or organisation."""
    return [
        *_organizations(report, expected),
        *_deliveries(report.deliveries, report, expected),
        *_thin_months(report, expected),
        *_coverage(report, expected),
        *_assignment_reports(report.assignment_reports, report, expected),
        *_alignment(report.alignment_years, expected),
    ]


def _missing(name: str, detail: str, subject: str, count: int = 1) -> Finding:
    return Finding(name, "error", detail, count, subject)


def _organizations(report: StoreReport, expected: Expected) -> Iterator[Finding]:
    others = [name for name in report.organizations if name != expected.aco_id.upper()]
    if others:
        shown = ", ".join(others)
        yield _missing(
            "files of another organisation than the contract's",
            f"{shown}; the contract is of {expected.aco_id}", f"organisation {others[0]}",
            len(others),
        )  # fmt: skip


def _deliveries(held: list[Received], report: StoreReport, expected: Expected) -> Iterator[Finding]:
    dated = [one for one in held if one.date and one.year and one.kind != "unnamed"]
    if len(dated) < len(held):
        yield Finding(
            "deliveries without a date",
            "warning",
            "their names say no date: they count as the earliest, and whether a delivery between "
            "them is missing cannot be told from their names",
            len(held) - len(dated),
        )
    twice = [one for one, count in Counter(dated).items() if count > 1]
    if twice:
        shown = ", ".join(_shown(one) for one in twice)
        yield Finding("deliveries held twice", "warning", f"{shown}; each record counts once")
    if dated:
        yield from _monthly([one for one in dated if one.kind == "monthly"], report, expected)
        yield from _run_outs(dated, expected)


def _shown(one: Received) -> str:
    return f"{one.kind} of {one.date}"


def _monthly(monthly: list[Received], report: StoreReport, expected: Expected) -> Iterator[Finding]:
    """Months of the years held in which deliveries usually come, and none came."""
    came: dict[int, set[int]] = {}
    for one in monthly:
        came.setdefault(int(one.year or 0), set()).add(month_of_text(str(one.date)))
    if not came:
        return
    first, last = min(came), max(expected.performance_year, min(came))
    years = range(first, last + 1)
    usual = usual_months([came.get(year, set()) for year in years], years)
    earliest = min(month for months in came.values() for month in months)
    for year in years:
        lacking = sorted(
            month
            for month in (year * 12 + of_year for of_year in usual)
            if month not in came.get(year, set())
            and expected.is_over(month // 12, month % 12 + 1, 28)
            and not (month < earliest and _history_before(earliest, report))
        )
        for month in lacking:
            name = name_of_month(month)
            yield _missing(
                "a monthly delivery is missing",
                f"of performance year {year}, delivered in {name}: other years have one",
                f"monthly delivery {name}",
            )


def _history_before(earliest: int, report: StoreReport) -> bool:
    """Whether the earliest delivery brought the claims of the months before it."""
    service = report.months.get("service", {})
    usual = _usual(service.values())
    months = [service.get(name_of_month(earliest - back), 0) for back in (2, 3, 4)]
    return usual is not None and all(2 * lines >= usual for lines in months)


def _run_outs(dated: list[Received], expected: Expected) -> Iterator[Finding]:
    first = min(int(one.year or 0) for one in dated)
    held = {one.year for one in dated if one.kind == "run-out"}
    for year in (measured.calendar_year for measured in expected.years):
        if year >= first and year not in held and expected.is_over(year + 1, *RUN_OUT_HELD):
            yield _missing(
                "a run-out delivery is missing",
                f"of {year} (ZCR{year % 100:02d}), due from February to April {year + 1}: claims "
                "of the year that were paid late are only there",
                f"run-out {year}",
            )


def _thin_months(report: StoreReport, expected: Expected) -> Iterator[Finding]:
    """Months needed with far fewer lines than usual, and months in which nothing was loaded."""
    service = report.months.get("service", {})
    usual = _usual(service.values())
    needed = sorted(
        {
            month
            for year in expected.years
            for month in range(month_of_day(year.first_day), month_of_day(year.last_day) + 1)
            if expected.is_over((month + 3) // 12, (month + 3) % 12 + 1)
        }
    )
    if usual is not None:
        few = [m for m in needed if service.get(name_of_month(m), 0) < usual * SMALL_SHARE]
        if few:
            yield _missing(
                "months with far fewer professional lines than usual",
                f"{spans_of_months(few)}: the deliveries that hold them are missing or cut",
                f"thin months {spans_of_months(few)}",
                len(few),
            )
    loaded = report.months.get("loaded", {})
    usual = _usual(loaded.values())
    if usual is not None and usual >= MANY and needed:
        indexes = [month_of_text(name) for name in loaded]
        span = range(max(min(indexes), needed[0]), min(max(indexes), needed[-1]))
        none = [month for month in span if name_of_month(month) not in loaded]
        if none:
            yield _missing(
                "months in which no claim was loaded",
                f"{spans_of_months(none)}: the delivery that brought them is missing",
                f"load months {spans_of_months(none)}",
                len(none),
            )


def _coverage(report: StoreReport, expected: Expected) -> Iterator[Finding]:
    """Measured years without months of coverage, and months with far fewer people."""
    covered = report.months.get("covered", {})
    usual = _usual(covered.values())
    for year in expected.years:
        source = report.enrollment_sources.get(year.calendar_year)
        if source is None:
            yield _missing(
                "no months of coverage",
                f"no feed says who was enrolled in {year.calendar_year}",
                f"coverage {year.calendar_year}",
            )
        elif source == "CCLF8":
            yield Finding(
                "months taken from CCLF8",
                "warning",
                f"{year.calendar_year}: it says how people stand on the day, not month by month, "
                "and nothing of Medicare Advantage",
            )
        few = [
            month
            for month in range(year.calendar_year * 12, year.calendar_year * 12 + 12)
            if usual is not None
            and source is not None
            and covered.get(name_of_month(month), 0) < usual * SMALL_LIST
            and expected.is_over(month // 12, month % 12 + 1)
        ]
        if few:
            yield _missing(
                "months with far fewer people covered than usual",
                f"{spans_of_months(few)}, from {source}: the list is cut or of another year",
                f"coverage {spans_of_months(few)}",
                len(few),
            )


def _assignment_reports(
    held: list[HeldReport], report: StoreReport, expected: Expected
) -> Iterator[Finding]:
    """Where reports give months, scores or alignment: the whole-year report of each year."""
    governing = {one.calendar_year: one for one in held if one.governs}
    sizes = [one.people for one in held]
    for year in (measured.calendar_year for measured in expected.years):
        uses = ["months"] if report.enrollment_sources.get(year) == "ALR" else []
        uses += expected.reports_give if held else ()
        if not uses:
            continue
        one = governing.get(year)
        needed = 4 if expected.is_over(year, 12, 31) else _quarters(expected.as_of, year)
        if one is None or one.quarter < needed:
            status = "none is held" if one is None else f"{_kind(one.quarter)} governs"
            yield _missing(
                "the assignment report of the whole year is missing",
                f"{year}: {status}; it gives {', '.join(uses)}",
                f"assignment report {year}",
            )
        usual = _usual(sizes)
        if one and usual is not None and one.people < usual * SMALL_LIST:
            yield _missing(
                "an assignment report with far fewer people than the others",
                f"{year}, {_kind(one.quarter)}: {one.people:,} rows, usually {usual:,.0f}",
                f"size of assignment report {year}",
            )


def _alignment(held: list[int], expected: Expected) -> Iterator[Finding]:
    """A list of voluntary alignments that holds none of the years measured."""
    years = {year.calendar_year for year in expected.years}
    if held and not years & set(held):
        shown = ", ".join(map(str, held))
        yield _missing(
            "a list lacks what the contract's years need",
            f"the list of voluntary alignments has only rows of {shown}",
            "voluntary alignments",
        )


def _quarters(as_of: dt.date | None, year: int) -> int:
    """Quarters of the year that are over by this day."""
    if as_of is None or as_of.year > year:
        return 4
    return 0 if as_of.year < year else (as_of.month - 1) // 3


def _kind(quarter: int) -> str:
    return {0: "the initial report", 5: "the annual report"}.get(quarter, f"quarter {quarter}")


def _usual(counts: Iterable[int]) -> float | None:
    """The median of the counts above zero; None where it is too small to say anything."""
    some = [count for count in counts if count]
    usual = median(some) if some else 0
    return usual if usual >= FEWEST else None
