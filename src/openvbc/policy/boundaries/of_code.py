"""A billing code: when it may be billed, with what it may not, and whether it aligns people."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from openvbc.errors import InputError, Place
from openvbc.policy.boundaries.boundary import Boundary, Kind
from openvbc.policy.partial_date import Span, first_day, last_day
from openvbc.rules.load import load_code_table

BILLING = "care_billing"
WINDOWS = {
    "month": "in one month", "tcm_period": "in the days of a TCM",
    "thirty_days": "within thirty days", "global_period": "in a global period",
}  # fmt: skip
BILLERS = {
    "any": "whoever bills", "same_practice": "by one practice",
    "same_specialty": "by one specialty of one practice",
    "same_practitioner": "by one practitioner", "different_practitioner": "by two practitioners",
}  # fmt: skip
OUTCOMES = {"deny": "is denied", "review": "is to be reviewed"}
"""Words for what the table of conflicts says."""
CODE = re.compile(r"[A-Z]?[0-9]{4,5}[A-Z]?")


def is_code(text: str) -> bool:
    """Whether a text has the form of a procedure code."""
    return len(text) == 5 and CODE.fullmatch(text.upper()) is not None


def of_code(code: str, day: dt.date) -> list[Boundary]:
    """Everything the rules say of a code on a day.

    Raises:
        InputError: no rule speaks of it.
    """
    asked = code.upper()
    boundaries = [*_billed(asked, day), *_shut_out(asked, day), *_beside_models(asked, day)]
    boundaries += _aligns(asked, day.year)
    if not boundaries:
        raise InputError(
            "no rule speaks of this code", place=Place(value=asked),
            rule="care management codes, their conflicts and primary care services are known",
            code="VBC-1923",
        )  # fmt: skip
    return boundaries


def _span(row: Mapping[str, str]) -> Span:
    return Span(first_day(row["first_date"]), last_day(row["last_date"]))


def _billed(code: str, day: dt.date) -> Iterator[Boundary]:
    for row in load_code_table(BILLING, "code"):
        if row["code"] == code:
            span = _span(row)
            now = "may be billed" if span.holds(day) else "may not be billed"
            words = f"{now} on {day}: {row['service']}, {row['role'].replace('_', ' ')}, {span}"
            yield Boundary(Kind.BILLING, words, row["cite"], row["status"])


def _shut_out(code: str, day: dt.date) -> Iterator[Boundary]:
    """Conflicts with other codes, in force on the day."""
    rules = {row["rule_id"]: row for row in load_code_table(BILLING, "rule")}
    for row in load_code_table(BILLING, "conflict"):
        sides = (row["codes_a"].split(), row["codes_b"].split())
        if not _span(row).holds(day) or not any(code in side for side in sides):
            continue
        others = sides[1] if code in sides[0] else sides[0]
        rule = rules[row["rule_id"]]
        where = f"{WINDOWS[row['window']]}, {BILLERS[row['billers']]}"
        with_what = f"with {' '.join(others)}" if others else "with itself"
        words = f"{with_what}: {rule['says']} ({where}: {_outcome(row, sides, code)})"
        yield Boundary(Kind.BILLING, words, rule["cite"], rule["status"])


def _outcome(row: Mapping[str, str], sides: tuple[list[str], list[str]], code: str) -> str:
    """What becomes of the two codes."""
    if not row["verdict"]:
        return "both are paid"
    losing = {"a": sides[0], "b": sides[1]}.get(row["loses"])
    if losing is not None:
        who = code if code in losing else "the other"
    else:
        who = "the later one" if row["loses"] == "later" else "one of them"
    return f"{who} {OUTCOMES[row['verdict']]}"


def _beside_models(code: str, day: dt.date) -> Iterator[Boundary]:
    """Payments of models, in force on the day, that stand for the code."""
    silent = []
    for row in load_code_table(BILLING, "model_payment"):
        if not _span(row).holds(day):
            continue
        if code in row["codes"].split() or code in row["payment_codes"].split():
            words = f"not beside {row['model']}'s {row['model_payment']} in one {row['window']}"
            if code in row["payment_codes"].split():
                words = f"is {row['model']}'s own {row['model_payment']}"
            yield Boundary(Kind.BILLING, words, row["cite"], row["status"])
        elif not row["codes"] and row["model_payment"] != "none":
            silent.append(row["model"])
    if silent and any(row["code"] == code for row in load_code_table(BILLING, "code")):
        words = f"beside {', '.join(silent)}: which codes is set by the agreement you signed"
        yield Boundary(Kind.BILLING, words, "participation agreements, not read", "unverified")


def _aligns(code: str, year: int) -> Iterator[Boundary]:
    """Whether it is a primary care service by which Shared Savings assigns people."""
    for row in load_code_table("mssp", "primary_care_codes"):
        if row["hcpcs_code"] != code:
            continue
        first = int(row["first_performance_year"] or 0)
        last = int(row["last_performance_year"] or 9999)
        counts = "assigns people" if first <= year <= last else "does not assign people"
        years = f"{first} to {last}" if last < 9999 else f"from {first}"
        only = f", only {row['condition'].lower().replace('_', ' ')}" if row["condition"] else ""
        words = f"{counts} to a Shared Savings ACO in {year}: {years}{only}"
        yield Boundary(Kind.ATTRIBUTION, words, row["cite"], row["status"])
