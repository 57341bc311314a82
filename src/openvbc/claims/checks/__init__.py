"""Data checks: what is wrong with the data, how much, which claims.

Checks find; they change nothing and stop nothing. Claims are named, people never.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from openvbc.claims.layout import rows_of
from openvbc.claims.report import StoreReport
from openvbc.engine.base import Engine
from openvbc.engine.table import SmallTable

SEVERITIES = ("error", "warning", "note")
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
        return files("openvbc.claims.checks").joinpath(f"{self.name}.sql").read_text("utf-8")


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


def all_checks() -> list[Check]:
    """The checks of the index, the worst first."""
    text = files("openvbc.claims.checks").joinpath("index.yaml").read_text("utf-8")
    found = [Check(**entry) for entry in yaml.safe_load(text)]
    return sorted(found, key=lambda check: SEVERITIES.index(check.severity))


def run_checks(engine: Engine, report: StoreReport) -> list[CheckResult]:
    """Everything found, the worst first: the files themselves, then the claims."""
    for table in report.tables:
        engine.register(table, report.parts(table))
    types = [(row["code"],) for row in rows_of("claim_types.csv")]
    engine.register_small(SmallTable("claim_type", {"code": "string"}, types))
    results = list(file_checks(report))
    for check in all_checks():
        result = _run(engine, check)
        if result.count:
            results.append(result)
    return sorted(results, key=lambda result: SEVERITIES.index(result.severity))


def _run(engine: Engine, check: Check) -> CheckResult:
    groups = engine.rows(
        f"select place, count(*) as n from (\n{check.sql}\n) group by place "
        "order by n desc, place nulls last"
    )
    claims = engine.rows(
        f"select distinct claim_id from (\n{check.sql}\n) where claim_id is not null "
        f"order by claim_id limit {SHOWN}"
    )
    places = [f"{row['place']} {row['n']}" for row in groups[:SHOWN]]
    if len(groups) > SHOWN:
        places.append(f"and {len(groups) - SHOWN} more")
    return CheckResult(
        check.name, check.severity, check.message, sum(int(row["n"]) for row in groups),
        ", ".join(places), tuple(row["claim_id"] for row in claims), check.action, check.cite,
    )  # fmt: skip


def list_checks(engine: Engine, report: StoreReport) -> list[CheckResult]:
    """What is wrong with the participant lists alone; cheap enough for every run."""
    engine.register("participant", report.parts("participant"))
    results = [_run(engine, check) for check in all_checks() if check.name in _OF_LISTS]
    return [result for result in results if result.count]


_OF_LISTS = ("tin_in_two_organizations",)

EXPECTED_REASONS = (
    "the same record in a later delivery",
    "replaced by a later delivery",
    "Part D event replaced by a later one",
    "Part D event deleted",
    "Medicare Advantage encounter (claim type 61)",
    "restated by another assignment report, which governs the year",
)
"""Rows set aside because that is how the feeds work, not because something is wrong."""


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
            )  # fmt: skip
    yield from _rows_set_aside(report)
    empty = [e.file for e in report.waterfall if e.records == 0 and e.table != "control totals"]
    if empty:
        yield CheckResult(
            "empty_file", "note", "files that hold no record", len(empty), _some(empty)
        )
    for name in dict.fromkeys(finding.name for finding in report.findings):
        alike = [finding for finding in report.findings if finding.name == name]
        details = list(dict.fromkeys(finding.detail for finding in alike))
        yield CheckResult(
            name.replace(" ", "_"), alike[0].severity, name, sum(f.count for f in alike),
            _some(details),
        )  # fmt: skip
    yield from _missing_months(report)


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


def _missing_months(report: StoreReport) -> Iterable[CheckResult]:
    """Monthly deliveries that are missing between the first and the last of a run of months."""
    months = sorted(
        {
            int(one.date[:4]) * 12 + int(one.date[5:7]) - 1
            for one in report.deliveries
            if one.kind == "monthly" and one.date
        }
    )
    if len(months) < 3:
        return
    missing = sorted(set(range(months[0], months[-1] + 1)) - set(months))
    if missing:
        shown = ", ".join(f"{n // 12}-{n % 12 + 1:02d}" for n in missing[:SHOWN])
        yield CheckResult(
            "missing_deliveries", "note", "months without a monthly delivery", len(missing),
            shown + (" and more" if len(missing) > SHOWN else ""),
            action="add the deliveries: claims that came only in them are missing",
            cite="CCLF Information Packet 40.0 section 4.2",
        )  # fmt: skip


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
