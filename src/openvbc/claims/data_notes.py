"""What is wrong with the deliveries, in sentences that travel with every result made from them."""

from __future__ import annotations

from openvbc.claims.checks import CheckResult, file_checks, list_checks
from openvbc.claims.report import StoreReport
from openvbc.engine.duckdb import DuckDBEngine


def data_notes(report: StoreReport) -> list[str]:
    """Errors and warnings about a store's files and lists, alike ones together, the worst first.

    A result made in spite of them is right only for what could be read. Nothing names a person.
    """
    with DuckDBEngine(threads=1) as engine:
        checks = [*file_checks(report), *list_checks(engine, report)]
    found = [check for check in checks if check.severity in _LEAD]
    alike: dict[tuple[str, str], list[CheckResult]] = {}
    for check in sorted(found, key=lambda check: list(_LEAD).index(check.severity)):
        alike.setdefault((check.severity, check.message), []).append(check)
    return [_in_words(severity, message, checks) for (severity, message), checks in alike.items()]


_LEAD = {
    "error": "DATA ERROR, the result lacks what is missing: ",
    "warning": "Data warning: ",
}
_SHOWN = 2


def _in_words(severity: str, message: str, checks: list[CheckResult]) -> str:
    places = [check.places for check in checks if check.places]
    where = "; ".join(places[:_SHOWN])
    if len(places) > _SHOWN:
        where += f" and {len(places) - _SHOWN} more"
    count = sum(check.count for check in checks)
    how_often = f" ({count:,})" if count > 1 else ""
    return f"{_LEAD[severity]}{message}{how_often}" + (f": {where}" if where else "") + "."
