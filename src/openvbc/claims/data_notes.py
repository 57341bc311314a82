"""What is wrong with the deliveries and lists: known before the settlement, told with every result.

What the project file accepts, by its name and with a reason, no longer stands in the way, but is
said. What would make every number wrong and is not accepted stops the settlement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from openvbc.claims.checks import CheckResult, file_checks, finding_checks, list_checks
from openvbc.claims.completeness import Expected, completeness
from openvbc.claims.report import Finding, StoreReport
from openvbc.engine.reading import reading
from openvbc.errors import InputError, Place

DATA_ERROR = "DATA ERROR"
"""Begins every note that makes a result not to be relied on."""
ACCEPTED = "Accepted in the project file"


def data_checks(
    report: StoreReport,
    expected: Expected | None = None,
    accepted: Mapping[str, str] | None = None,
    more: Iterable[Finding] = (),
) -> list[CheckResult]:
    """What is wrong with the files, lists and what is missing; `more` was found in other lists.

    Nothing names a person. `accepted` gives the reason why a subject is accepted.
    """
    findings = [*(completeness(report, expected) if expected else ()), *more]
    with reading() as engine:
        checks = [
            *file_checks(report),
            *finding_checks(findings),
            *list_checks(engine, report),
        ]
    reasons = {name.strip().lower(): why for name, why in (accepted or {}).items()}
    judgements = [_judged(check, reasons) for check in checks]
    known = {check.subject.lower() for check in checks}
    return judgements + [
        CheckResult(
            "accepted_for_nothing", "warning",
            "the project file accepts what is not found wrong; is its name right?", 1, name,
        )
        for name in reasons
        if name not in known
    ]  # fmt: skip


def _judged(check: CheckResult, reasons: Mapping[str, str]) -> CheckResult:
    why = reasons.get(check.subject.lower()) if check.subject else None
    if why is None:
        if check.subject and check.severity == "error":
            action = f"{check.action}; or " if check.action else "look for it; or "
            action += f"say under 'accepted' in the project file why it is right: {check.subject}"
            return replace(check, action=action)
        return check
    return replace(check, severity="accepted", stops=False, accepted=why)


def refuse_to_settle(checks: Sequence[CheckResult]) -> None:
    """Stop where what is wrong would make every number wrong.

    Raises:
        InputError: VBC-188 a delivery is not what its CCLF0 says, or a file gave nothing.
    """
    stopping = [check for check in checks if check.stops]
    if stopping:
        first, others = stopping[0], len(stopping) - 1
        more = f" (and {others} more like it; see 'vbc check')" if others else ""
        raise InputError(
            f"the data cannot be settled: {first.message}{more}",
            place=Place(file=first.places),
            rule="a delivery is used whole or not at all",
            action=first.action,
            code="VBC-188",
        )


def data_notes(checks: Sequence[CheckResult]) -> list[str]:
    """Errors, acceptances and warnings in sentences, alike ones together, the worst first."""
    notable_checks = [check for check in checks if check.severity in _LEAD]
    alike: dict[tuple[str, str], list[CheckResult]] = {}
    for check in sorted(notable_checks, key=lambda check: list(_LEAD).index(check.severity)):
        alike.setdefault((check.severity, check.message), []).append(check)
    return [_in_words(severity, message, checks) for (severity, message), checks in alike.items()]


_LEAD = {
    "error": f"{DATA_ERROR}, the result lacks what is missing: ",
    "accepted": f"{ACCEPTED}: ",
    "warning": "Data warning: ",
}
OF_DATA = tuple(lead.split(",")[0] for lead in _LEAD.values())
"""How a note on the data begins."""
_SHOWN = 12


def _in_words(severity: str, message: str, checks: list[CheckResult]) -> str:
    places = [
        f"{check.places} ({check.accepted})" if check.accepted else check.places
        for check in checks
        if check.places
    ]
    where = "; ".join(places[:_SHOWN])
    if len(places) > _SHOWN:
        where += f" and {len(places) - _SHOWN} more"
    count = sum(check.count for check in checks)
    how_often = f" ({count:,})" if count > 1 else ""
    return f"{_LEAD[severity]}{message}{how_often}" + (f": {where}" if where else "") + "."
