"""Drivers of a run whose program tells its years as accounts, against an earlier year."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from openvbc.engine.real_path import real_path
from openvbc.errors import EmptyResult, InputError, Place
from openvbc.programs.drivers.account import Account
from openvbc.programs.drivers.account_listings import account_listings
from openvbc.programs.listing import Listing
from openvbc.run import Run

Accounts = Callable[[Run], Sequence[Account]]
"""The years of a run, the one that is settled last."""


def lists_of_accounts(told: Accounts, run: Run, against: Run | None) -> list[Listing]:
    """The lists of drivers of a run.

    Args:
        told: the accounts of a run of the program.
        run: the run.
        against: the run of an earlier year; None: the year before as the run itself measured it.

    Raises:
        EmptyResult: there is nothing to tell, and why.
        InputError: the earlier run is of another program, or the same run.
    """
    accounts = told(run)
    if against is None:
        return account_listings(accounts[-1], accounts[-2] if len(accounts) > 1 else None)
    program = run.manifest.program
    if against.manifest.program != program or real_path(against.folder) == real_path(run.folder):
        raise InputError(
            "the earlier run is of another program, or is this run",
            place=Place(str(against.folder)),
            rule=f"a year is held against an earlier one of the same program ({program})",
            action="name the run of the same contract for an earlier year",
            code="VBC-99041",
        )
    return account_listings(accounts[-1], told(against)[-1])


def not_settled(why: str) -> EmptyResult:
    """What is said of a run whose result cannot be driven by anything."""
    return EmptyResult(
        f"no drivers can be told: {why}",
        rule="drivers lead from what a contract gave to what was spent",
        action="'vbc track' shows what is known so far",
        code="VBC-99042",
    )
