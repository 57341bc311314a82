"""Data checks: what is wrong with the data, how much, which claims.

Checks find; they change nothing and stop nothing. Claims are named, people never.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from openvbc.claims.layout import rows_of
from openvbc.claims.report import EXPECTED_REASONS, MUCH_LOST, Finding, StoreReport
from openvbc.engine.base import Engine
from openvbc.engine.table import SmallTable
from openvbc.rules.exact_yaml import read_yaml
from openvbc.shipped import shipped_text

SEVERITIES = ("error", "accepted", "warning", "note")
SHOWN = 10


@dataclass(frozen=True)
class Check:
    """What a check looks for."""

    name: str
    severity: str
    message: str
    action: str
    cite: str

    @property
    def sql(self) -> str:
        """The check's SQL: rows of claim_id and place."""
        return shipped_text(f"claims/checks/{self.name}.sql")


@dataclass(frozen=True)
class CheckResult:
    """What a check found: how many, where, and the first claims."""

    name: str
    severity: str
    message: str
    count: int
    places: str = ""
    claims: tuple[str, ...] = ()
    action: str = ""
    cite: str = ""
    subject: str = ""
    """What the project file names to accept it; empty where it cannot be accepted."""
    stops: bool = False
    """Whether no settlement may be made from it."""
    accepted: str = ""
    """Why the project file accepts it."""


def all_checks() -> list[Check]:
    """The checks of the index, the worst first."""
    text = shipped_text("claims/checks/index.yaml")
    check_list = [Check(**entry) for entry in read_yaml(text, "rules/checks")]
    return sorted(check_list, key=lambda check: SEVERITIES.index(check.severity))


def run_checks(engine: Engine, report: StoreReport) -> list[CheckResult]:
    """Everything found, the worst first: the files themselves, lists, then the claims."""
    results = [*file_checks(report), *list_checks(engine, report), *claim_checks(engine, report)]
    return worst_first(results)


def worst_first(results: Iterable[CheckResult]) -> list[CheckResult]:
    """Results by severity, else in their order."""
    return sorted(results, key=lambda result: SEVERITIES.index(result.severity))


def claim_checks(engine: Engine, report: StoreReport) -> list[CheckResult]:
    """What is wrong with the claims, a bucket of people at a time, so that memory stays flat.

    The few checks that look across people read the whole store: one adds up months, the other
    compares claims, a slice of the claim numbers at a time.
    """
    types = [(row["code"],) for row in rows_of("claim_types.csv")]
    engine.register_small(SmallTable("claim_type", {"code": "string"}, types))
    checks = [check for check in all_checks() if check.name not in _OF_LISTS]
    tallies = {check.name: _Found() for check in checks}
    parts = {table: report.parts(table) for table in report.tables}
    for bucket in range(report.buckets):
        for table, given in parts.items():
            engine.register(table, given[bucket] if bucket < len(given) else given)
        for check in checks:
            if check.name not in _ACROSS_PEOPLE:
                tallies[check.name].add(engine, check)
    for table, given in parts.items():
        engine.register(table, given)
    slices = _SLICES if report.buckets > 1 else 1
    for check in checks:
        if check.name not in _ACROSS_PEOPLE:
            continue
        for number in range(slices if check.name in _BY_SLICE else 1):
            given_slice = [(number, slices)]
            engine.register_small(
                SmallTable("claim_slice", {"slice": "int", "slices": "int"}, given_slice)
            )
            tallies[check.name].add(engine, check)
    results = [tallies[check.name].result(check) for check in checks]
    return [result for result in results if result.count]


_ACROSS_PEOPLE = ("claim_of_two_people", "month_without_claims")
_BY_SLICE = ("claim_of_two_people",)
_SLICES = 10
"""Slices of the claim numbers: by their last character, most often one of ten digits."""


class _Found:
    """Findings of one check: how many by place, and the first claims."""

    def __init__(self) -> None:
        self.places: Counter[str] = Counter()
        self.claims: list[str] = []

    def add(self, engine: Engine, check: Check) -> None:
        """Run the check over what is registered."""
        groups = engine.rows(
            f"select place, count(*) as n from (\n{check.sql}\n) group by place order by place"
        )
        if not groups:
            return
        self.places.update({str(row["place"]): int(row["n"]) for row in groups})
        claims = engine.rows(
            f"select distinct claim_id from (\n{check.sql}\n) where claim_id is not null "
            f"order by claim_id limit {SHOWN}"
        )
        self.claims = sorted({*self.claims, *(row["claim_id"] for row in claims)})[:SHOWN]

    def result(self, check: Check) -> CheckResult:
        """What was found in all."""
        ordered = sorted(self.places.items(), key=lambda item: (-item[1], item[0]))
        places = [f"{place} {count}" for place, count in ordered[:SHOWN]]
        if len(ordered) > SHOWN:
            places.append(f"and {len(ordered) - SHOWN} more")
        return CheckResult(
            check.name, check.severity, check.message, sum(self.places.values()),
            ", ".join(places), tuple(self.claims), check.action, check.cite,
        )  # fmt: skip


def list_checks(engine: Engine, report: StoreReport) -> list[CheckResult]:
    """What is wrong with the participant lists alone; cheap enough for every run."""
    engine.register("participant", report.parts("participant"))
    results = []
    for check in all_checks():
        if check.name in _OF_LISTS:
            tally = _Found()
            tally.add(engine, check)
            results.append(tally.result(check))
    return [result for result in results if result.count]


_OF_LISTS = ("tin_in_two_organizations",)


def file_checks(report: StoreReport) -> Iterable[CheckResult]:
    """What building the store found wrong with the files themselves; needs no engine."""
    for total in report.control_totals:
        if total.problem:
            serious = "length" not in total.problem and "characters" not in total.problem
            yield CheckResult(
                "control_totals", "error" if serious else "warning", total.problem, 1,
                f"{total.delivery} delivery, {total.file}",
                action="download the delivery again; if it is the same, tell CMS",
                cite="CCLF Information Packet 40.0 section 4.3",
                subject=f"{total.file} of {total.delivery}", stops=serious and total.disagrees,
            )  # fmt: skip
    yield from _rows_set_aside(report)
    yield from _nothing_used(report)
    empty = [e.file for e in report.waterfall if e.records == 0 and e.table != "control totals"]
    if empty:
        yield CheckResult(
            "empty_file", "note", "files that hold no record", len(empty), _some(empty)
        )
    yield from finding_checks(report.findings)


def finding_checks(findings: Iterable[Finding]) -> Iterable[CheckResult]:
    """Findings as results: one each where it can be accepted, alike ones together otherwise."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.subject:
            yield CheckResult(
                finding.name.replace(" ", "_"), finding.severity, finding.name, finding.count,
                finding.detail, subject=finding.subject,
            )  # fmt: skip
        else:
            alike.setdefault((finding.name, finding.severity), []).append(finding)
    for (name, severity), group in alike.items():
        details = list(dict.fromkeys(finding.detail for finding in group))
        yield CheckResult(
            name.replace(" ", "_"), severity, name, sum(f.count for f in group), _some(details)
        )


def _nothing_used(report: StoreReport) -> Iterable[CheckResult]:
    """Files of which no record could be used, and files that lost much, for what is no rule."""
    for entry in report.waterfall:
        wrong = {why: n for why, n in entry.set_aside.items() if why not in EXPECTED_REASONS}
        lost = sum(wrong.values())
        where = f"{entry.file} ({max(wrong, key=lambda why: wrong[why])})" if wrong else ""
        if lost and not entry.used and lost == entry.records:
            yield CheckResult(
                "no_record_used", "error", "no record of a file could be used", lost, where,
                action="correct the file, or get it again", cite="rows in = rows used + set aside",
                subject=entry.file, stops=True,
            )  # fmt: skip
        elif lost > MUCH_LOST * entry.records:
            yield CheckResult(
                "many_records_lost", "error", "a file lost many of its records", lost, where,
                action="correct the file, or get it again", cite="rows in = rows used + set aside",
                subject=entry.file,
            )  # fmt: skip


def _rows_set_aside(report: StoreReport) -> Iterable[CheckResult]:
    """Rows set aside by reason, with the first lines to look at."""
    for reason, count in sorted(report.set_aside().items()):
        entries = [entry for entry in report.waterfall if entry.set_aside.get(reason)]
        expected = reason in EXPECTED_REASONS
        first = next((e for e in entries if e.lines.get(reason)), entries[0])
        lines = ", ".join(str(line) for line in first.lines.get(reason, [])[:SHOWN])
        where = f"{len(entries)} files, for example {first.file}" if entries[1:] else first.file
        yield CheckResult(
            "rows_set_aside", "note" if expected else "warning", f"rows set aside: {reason}",
            count, where + (f", lines {lines}" if lines else ""),
            action="" if expected else "correct the rows, or accept the loss",
            cite="rows in = rows used + rows set aside",
        )  # fmt: skip


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return shown + (f" and {len(names) - 3} more" if names[3:] else "")


def as_rows(results: Iterable[CheckResult]) -> list[dict[str, Any]]:
    """The results as rows of a table, for reports."""
    return [
        {
            "severity": result.severity,
            "check": result.name,
            "what": result.message,
            "count": result.count,
            "where": result.places,
            "claims": ", ".join(result.claims),
            "what_to_do": result.action,
            "citation": result.cite,
        }
        for result in results
    ]
