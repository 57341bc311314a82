"""What a reader of a capitation run must know: terms, strangers, encounters, payments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from openvbc.engine.base import Engine
from openvbc.format import capitalised, in_words, show
from openvbc.programs.capitation.given import CapitationGiven
from openvbc.programs.terms.review import moves_nothing


def notes_of(
    given: CapitationGiven, engine: Engine, sums: Mapping[str, Any], estimated: Decimal
) -> list[str]:
    """What a reader must know: terms, strangers, encounters, exceptions of the payments."""
    contract = given.agreed
    silent = ", ".join(term.label[0].lower() + term.label[1:] for term in contract.silent_on)
    notes = [f"Settled by the terms of {contract.agreement}; no law is in force."]
    if silent:
        notes.append(f"The contract has no clause on: {silent}.")
    if not given.is_final:
        notes.append(
            f"Interim: {given.months} months, claims and roster known by {given.known_by}; final"
            f" when those of {given.last_known} are known."
        )
    if estimated:
        notes.append(
            f"Of the expense, ${estimated:,.2f} is estimated as not yet known (chain ladder)."
        )
    if strangers := sums["members"] - sums["members_in_feeds"]:
        notes.append(
            f"Data warning: {strangers:,} of {sums['members']:,} members with months are in no"
            " feed; their capitation counts, and no expense is known of them."
        )
    later = sum(change.received_on > given.known_by for change in given.roster)
    if later:
        notes.append(f"{later:,} changes of the roster came after {given.known_by}: not counted.")
    row = engine.rows(
        "select count(*) as encounters, coalesce(sum(shadow_amount), 0) as equivalent"
        " from fund_line where is_encounter"
    )[0]
    if row["encounters"]:
        notes.append(
            f"{row['encounters']:,} lines are encounters paid by capitation; fee for service would"
            f" have paid ${row['equivalent']:,.2f} for them."
        )
    return [*notes, *_moves_nothing(given), *_of_payments(given, engine)]


def of_no_member(
    name: str, members: Iterable[str], given: CapitationGiven, person_of: Mapping[str, str]
) -> list[str]:
    """How many members of a list the roster never had: their rows move nothing."""
    known = {person_of.get(each.member_id, each.member_id) for each in given.roster}
    strangers = {person_of.get(each, each) for each in members} - known
    if not strangers:
        return []
    return [
        f"Data warning: {len(strangers):,} people of inputs.{name} are not on the roster: their "
        "rows move nothing."
    ]


def _moves_nothing(given: CapitationGiven) -> list[str]:
    """What is given and moves nothing by these terms, or what is not given and so moves."""
    value = given.agreed.value
    notes = [f"{capitalised(each)}." for each in moves_nothing(given.agreed)]
    score, withheld = given.known.get("quality_score"), value("contract_withhold")
    if withheld and score is None:
        notes.append("No quality score is known (known.quality_score): nothing of the withhold is"
                     " released.")  # fmt: skip
    if score is not None and not withheld:
        notes.append("The quality score moves nothing: the contract withholds nothing.")
    if not value("risk_adjusted") and any(each.has_score for each in given.roster):
        notes.append("The risk scores of the roster move nothing: the rate does not move with"
                     " risk.")  # fmt: skip
    if given.sub_capitation_of_other_months:
        notes.append(
            f"Data warning: ${given.sub_capitation_of_other_months:,.2f} of sub-capitation are"
            " for other months than those settled: not counted."
        )
    return notes


def _of_payments(given: CapitationGiven, engine: Engine) -> list[str]:
    if given.payments is None:
        return ["No payment file was given: what the payer paid is not reconciled."]
    rows = engine.rows(
        "select exception, count(*) as months, sum(difference) as difference"
        " from payment_exception group by exception order by exception"
    )
    said = "; ".join(
        f"{in_words(row['exception'], begins=False)} {row['months']:,}"
        f" ({show(row['difference'], 'USD')})"
        for row in rows
    )
    notes = [f"Payments against the roster, member months with an exception: {said or 'none'}."]
    if given.payments_of_other_months:
        notes.append(
            f"{given.payments_of_other_months:,} payments are for other months: not reconciled."
        )
    return notes
