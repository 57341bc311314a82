"""A roster says one thing of a member's month: contradictions in it are refused.

What is received later stands in place of what was before; only changes received on one day, and two
plans that pay for one month, contradict each other.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from openvbc.errors import InputError, Place
from openvbc.steps.capitation import RosterChange


def refuse_contradictions(
    changes: Sequence[RosterChange], file: str, person_of: Mapping[str, str]
) -> None:
    """Refuse a roster that contradicts itself.

    Args:
        changes: in the order of the file.
        file: its name.
        person_of: the person of an identifier, where that is another one; empty as long as the
            claim store is not known.

    Raises:
        InputError: with the line of the second row; it names nobody.
    """
    _refuse_two_plans(changes, file, person_of)
    _refuse_two_words(changes, file, person_of)


def refuse_unknown_terminations(
    changes: Sequence[RosterChange], file: str, person_of: Mapping[str, str]
) -> None:
    """Refuse the termination of a member whom the roster adds nowhere.

    Raises:
        InputError: with the line; it names nobody.
    """
    added = {
        (person_of.get(change.member_id, change.member_id), change.plan)
        for change in changes
        if change.is_addition
    }
    for change in changes:
        person = person_of.get(change.member_id, change.member_id)
        if not change.is_addition and (person, change.plan) not in added:
            raise InputError(
                "a termination of a member whom the roster does not add",
                place=Place(file, change.line, "action", "TERMINATION"),
                rule="the roster is used whole: a termination ends a membership that it began"
                + (", in the same plan" if change.plan else ""),
                action="add the member's addition, or correct its identifier or plan",
                code="VBC-99013",
            )


def _refuse_two_plans(
    changes: Sequence[RosterChange], file: str, person_of: Mapping[str, str]
) -> None:
    """Nobody is in two plans in one month."""
    if len({change.plan for change in changes}) < 2:
        return
    spans: dict[str, dict[str, list[tuple[dt.date, dt.date]]]] = defaultdict(dict)
    last: dict[str, RosterChange] = {}
    for change in sorted(changes, key=lambda each: (each.received_on, each.line)):
        person = person_of.get(change.member_id, change.member_id)
        own = spans[person].setdefault(change.plan, [])
        last[person] = change
        if change.is_addition:
            assert change.first_day is not None
            own.append((change.first_day, change.last_day))
        else:
            own[:] = [(f, min(t, change.last_day)) for f, t in own if f <= change.last_day]
    for person, by_plan in spans.items():
        plans = list(by_plan)
        for at, plan in enumerate(plans):
            for other in plans[at + 1 :]:
                if any(_share_a_month(a, b) for a in by_plan[plan] for b in by_plan[other]):
                    raise InputError(
                        "a member is in two plans in one month",
                        place=Place(file, last[person].line, "plan", last[person].plan),
                        rule="a month of a member is paid once",
                        action="terminate one of them, with its last day",
                        code="VBC-1088",
                    )


def _refuse_two_words(
    changes: Sequence[RosterChange], file: str, person_of: Mapping[str, str]
) -> None:
    """Additions received on one day agree in rate cell, area and risk score of each month."""
    alike: dict[tuple[str, dt.date, str], list[RosterChange]] = defaultdict(list)
    for change in changes:
        if change.is_addition:
            person = person_of.get(change.member_id, change.member_id)
            alike[person, change.received_on, change.plan].append(change)
    for group in alike.values():
        for at, one in enumerate(group):
            for other in group[at + 1 :]:
                column = _differs(one, other)
                if column and _share_a_month(_span(one), _span(other)):
                    raise InputError(
                        f"two rows received on one day say two things of a member: the "
                        f"{column.replace('_', ' ')} of one month",
                        place=Place(file, other.line, column, str(getattr(other, column))),
                        rule="what is received later stands in place of what was before; of two "
                        "rows of one day neither is the later",
                        action="leave the row that is meant",
                        code="VBC-11991",
                    )


def _differs(one: RosterChange, other: RosterChange) -> str:
    for column in ("rate_cell", "area", "risk_score"):
        if getattr(one, column) != getattr(other, column):
            return column
    return ""


def _span(change: RosterChange) -> tuple[dt.date, dt.date]:
    assert change.first_day is not None
    return change.first_day, change.last_day


def _share_a_month(first: tuple[dt.date, dt.date], second: tuple[dt.date, dt.date]) -> bool:
    """Whether two spans both hold the first day of some month."""
    low, high = max(first[0], second[0]), min(first[1], second[1])
    day = low if low.day == 1 else dt.date(low.year + low.month // 12, low.month % 12 + 1, 1)
    return day <= high
