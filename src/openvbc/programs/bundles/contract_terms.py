"""What the contract of a bundle project says of amounts and days, read and checked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from openvbc.errors import ContractError, Place
from openvbc.programs.bundles.project import EpisodeInputs
from openvbc.steps.episodes.terms import AMOUNT_BASES, Terms


def basis_of(value: Any, place: Place) -> str:
    """What spending is measured in."""
    basis = str(value or "").upper()
    if basis not in AMOUNT_BASES:
        raise ContractError(
            "contract.amounts is missing or not known",
            place=place,
            rule="standardized (price-standardised allowed amounts, in claim_additions), allowed "
            "or paid",
            action="say amounts: standardized, or amounts: paid where there are none",
            code="VBC-2104",
        )
    return basis


def period_of_contract(value: Any, place: Place) -> tuple[dt.date, dt.date]:
    """First and last day as a contract's ``period`` says them."""
    try:
        first, last = (dt.date.fromisoformat(str(value[n])) for n in ("first_day", "last_day"))
    except (KeyError, TypeError, ValueError):
        first, last = dt.date.max, dt.date.min
    if last < first:
        raise ContractError(
            "contract.period has no first_day and last_day in order",
            place=place,
            action="say period: {first_day: 2025-01-01, last_day: 2025-06-30}",
            code="VBC-2105",
        )
    return first, last


def refuse_what_lacks(terms: Terms, inputs: EpisodeInputs) -> None:
    """Stop where the basis of amounts is not in what was given."""
    if terms.amount_basis == "STANDARDIZED" and inputs.claim_additions is None:
        raise ContractError(
            "there are no standardised amounts",
            rule="contract.amounts is standardized; claims carry what was paid",
            action="give inputs.claim_additions with the column standardized_amount, or say "
            "amounts: paid",
            code="VBC-2106",
        )


def refuse_no_exclusions(inputs: EpisodeInputs, title: str, place: Place) -> None:
    """Stop where the lists of what is not grouped are missing and the rules hold none.

    Raises:
        ContractError: one of them is not given.
    """
    lacks = [n for n in ("excluded_stays", "excluded_lines") if getattr(inputs, n) is None]
    if lacks:
        raise ContractError(
            f"inputs.{lacks[0]} is missing",
            place=place,
            rule=f"CMS publishes what {title} does not group; only clotting factors, "
            "devices passed through and monthly fees of oncology are in the rules, the rest "
            "could not be read, and nothing is invented in its place",
            action="give the list as a CSV ('vbc init' begins one; docs/programs has its "
            "columns), with its header alone if it is meant to be empty",
            code="VBC-2102",
        )
