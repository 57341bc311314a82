"""A roster without months that another contract has the credit for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from openvbc.programs.claims_program import Elsewhere
from openvbc.programs.elsewhere import without_months
from openvbc.steps.capitation import RosterChange


def roster_without(
    roster: Sequence[RosterChange], months: Elsewhere, person_of: Mapping[str, str]
) -> list[RosterChange]:
    """The changes with these months cut from every addition; who has none left is not ended either.

    Args:
        roster: its changes.
        months: taken out, by person.
        person_of: the person of an identifier, where that is another one.
    """
    added = without_months(
        [each for each in roster if each.is_addition], months, person_of,
        lambda row: row.member_id, lambda row: (row.first_day or row.last_day, row.last_day),
        lambda row, first, last: replace(row, first_day=first, last_day=last),
    )  # fmt: skip

    def whose(row: RosterChange) -> tuple[str, str]:
        return person_of.get(row.member_id, row.member_id), row.plan

    kept = {whose(each) for each in added}
    ended = [each for each in roster if not each.is_addition and whose(each) in kept]
    return sorted([*added, *ended], key=lambda each: each.line)
