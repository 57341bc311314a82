"""Read the roster, rates, codes of events, lasers and payments of a capitation contract.

Every list is used whole: a row that cannot be used would move money, so it is an error with its
line, column and the rule.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from openvbc.claims.csv_values import Refused, code
from openvbc.claims.own_rows import Row, rows_of
from openvbc.errors import InputError, Place
from openvbc.programs.capitation.project import (
    ADDITION,
    AREAS,
    EVENT_CODES,
    LASERS,
    PAYMENTS,
    RATES,
    ROSTER,
)
from openvbc.programs.capitation.roster_contradictions import refuse_contradictions
from openvbc.steps.capitation import LAST_DAY, RosterChange

HIGHEST_SCORE = 50
"""No person's risk score is so high in any model: it is one in percent, or a sum."""
CODE_OF = {"MS_DRG": code(3), "PROCEDURE": code(5)}


def read_rates(
    rates: Path, areas: Path | None, year: int, factor: Decimal
) -> list[tuple[str, str, Decimal]]:
    """Rate cell, area and the rate with area, trend and the share of the premium (`factor`).

    Raises:
        InputError: rates or factors are of another year, or one is given twice.
    """
    by_cell = _by_key(rows_of(rates, RATES), rates, "rate_cell", "rate", year)
    by_area = {"": Decimal(1)}
    if areas is not None:
        by_area = _by_key(rows_of(areas, AREAS), areas, "area", "factor", year)
    return [
        (cell, area, rate * of_area * factor)
        for cell, rate in by_cell.items()
        for area, of_area in by_area.items()
    ]


def _by_key(
    rows: Sequence[tuple[int, Row]], path: Path, key: str, value: str, year: int
) -> dict[str, Decimal]:
    rates_by_key: dict[str, Decimal] = {}
    for line, row in rows:
        if row["contract_year"] != year:
            raise InputError(
                "rates of another year",
                place=Place(path.name, line, "contract_year", str(row["contract_year"])),
                rule=f"the contract year is {year}",
                action="give the rate book of the contract year",
                code="VBC-1084",
            )
        if row[key] in rates_by_key:
            raise InputError(
                f"the {key.replace('_', ' ')} is given twice",
                place=Place(path.name, line, key, row[key]),
                rule="one row each",
                action="leave the one that is meant",
                code="VBC-1085",
            )
        if row[value] < 0:
            raise InputError(
                f"the {value} is negative",
                place=Place(path.name, line, value, str(row[value])),
                action="correct the row",
                code="VBC-1086",
            )
        rates_by_key[row[key]] = row[value]
    return rates_by_key


def read_roster(
    path: Path, cells: set[str], areas: set[str], risk_adjusted: bool
) -> list[RosterChange]:
    """The changes of the roster, in the order of the file.

    Raises:
        InputError: a span ends before it begins, a cell or area is not in the rate book, a risk
            score is missing, a member is in two plans in one month, or changes of one day say two
            things of one month.
    """
    changes: list[RosterChange] = []
    for line, row in rows_of(path, ROSTER):
        wrong = _wrong_change(row, cells, areas, risk_adjusted)
        if wrong is not None:
            column, what = wrong
            value = None if row[column] is None else str(row[column])
            raise InputError(
                what,
                place=Place(path.name, line, column, value),
                rule="the roster is used whole: a member left out moves money",
                action="correct the row, or the rate book",
                code="VBC-1087",
            )
        changes.append(
            RosterChange(
                row["member_id"], row["action"] == ADDITION, row["first_day"],
                row["last_day"] or LAST_DAY, row["rate_cell"] or "", row["area"] or "",
                row["risk_score"] if row["risk_score"] is not None else Decimal(1),
                row["received_on"], row["plan"] or "", line, row["risk_score"] is not None,
            )
        )  # fmt: skip
    refuse_contradictions(changes, path.name, {})
    return changes


def _wrong_change(
    row: Row, cells: set[str], areas: set[str], risk_adjusted: bool
) -> tuple[str, str] | None:
    """Column and what is wrong with it; None where nothing is."""
    if row["action"] != ADDITION:
        return None if row["last_day"] else ("last_day", "a termination without its last day")
    if row["first_day"] is None:
        return "first_day", "an addition without its first day"
    if row["last_day"] is not None and row["last_day"] < row["first_day"]:
        return "last_day", "an addition that ends before it begins: its months are negative"
    if row["rate_cell"] not in cells:
        return "rate_cell", "a rate cell that the rate book does not define"
    if (row["area"] or "") not in areas:
        return "area", "an area that has no factor"
    if row["risk_score"] is not None and not 0 < row["risk_score"] < HIGHEST_SCORE:
        return "risk_score", f"a risk score outside 0 to {HIGHEST_SCORE}: one is the average"
    if risk_adjusted and row["risk_score"] is None:
        return "risk_score", "an addition without risk score, and the rate moves with risk"
    return None


def read_lasers(path: Path) -> list[tuple[str, Decimal]]:
    """Member and its own deductible.

    Raises:
        InputError: a member is given twice, or a deductible is not above zero.
    """
    deductibles: dict[str, Decimal] = {}
    for line, row in rows_of(path, LASERS):
        wrong = "a member has two lasers" if row["member_id"] in deductibles else ""
        if row["deductible"] <= 0:
            wrong = "a laser is not above zero"
        if wrong:
            raise InputError(
                wrong,
                place=Place(path.name, line, "deductible", str(row["deductible"])),
                rule="a member has one deductible of its own, in dollars",
                action="correct the row",
                code="VBC-11992",
            )
        deductibles[row["member_id"]] = row["deductible"]
    return list(deductibles.items())


def read_event_codes(path: Path, events: Collection[str]) -> list[tuple[str, str, str]]:
    """Event, kind of code and code.

    Raises:
        InputError: an event is not one the contract pays for, or a code is of two events.
    """
    events_by_code: dict[tuple[str, str], str] = {}
    for line, row in rows_of(path, EVENT_CODES):
        event = row["event"]
        key = (row["code_kind"], _code(row, path, line))
        wrong = "" if event in events else "an event that the contract pays nothing for"
        if events_by_code.get(key, event) != event:
            wrong = "a code is of two events"
        if wrong:
            raise InputError(
                wrong,
                place=Place(path.name, line, "event", event),
                rule=f"the contract pays for: {', '.join(sorted(events))}; a claim is of one event",
                action="correct the row",
                code="VBC-11993",
            )
        events_by_code[key] = event
    lacking = sorted(set(events) - set(events_by_code.values()))
    if lacking:
        raise InputError(
            f"no code says which claims are of the event {lacking[0]}",
            place=Place(path.name, None, "event", lacking[0]),
            rule="each event that the contract pays for has its codes",
            action="add its codes",
            code="VBC-11994",
        )
    return [(event, *key) for key, event in events_by_code.items()]


def _code(row: Row, path: Path, line: int) -> str:
    """The code as claims have it."""
    try:
        claim_code: str = CODE_OF[row["code_kind"]](row["code"])
    except Refused as refused:
        raise InputError(
            f"a code that cannot be: {refused}",
            place=Place(path.name, line, "code", row["code"]),
            rule="an MS-DRG has three digits, a procedure five characters",
            action="correct the row",
            code="VBC-99012",
        ) from None
    return claim_code


def read_payments(
    path: Path, months: Mapping[tuple[int, int], int]
) -> tuple[list[tuple[str, int, Decimal, str | None]], int]:
    """Member, month, amount and rate cell of every payment; how many are of other months."""
    payments, others = [], 0
    for _, row in rows_of(path, PAYMENTS):
        month = months.get((row["month"].year, row["month"].month))
        if month is None:
            others += 1
        else:
            payments.append((row["member_id"], month, row["amount"], row["rate_cell"]))
    return payments, others
