"""Whether the claims of a store reach the end of what is settled: what is not delivered is missing.

Deliveries of CMS follow a calendar, which is held against them; those of other payers follow none,
so that the last claim is all that tells how far they reach.
"""

from __future__ import annotations

import datetime as dt

from openvbc.programs.claims_program import Workbench

CLAIMS = ("institutional_claim", "professional_line")


def register_claims(bench: Workbench, *more: str) -> None:
    """Make the claims of the store, and other tables of it, readable by the engine of a run."""
    for each in bench.store:
        if each.name in (*CLAIMS, *more):
            bench.engine.register(each.name, each.parts)


def note_of_last_claim(bench: Workbench, last_day: dt.date) -> list[str]:
    """What a reader must know where the last claim ends in a month before that of `last_day`."""
    register_claims(bench)
    ends = bench.engine.rows(
        "select max(claim_end_date) as last_claim from ("
        "select claim_end_date from institutional_claim union all "
        "select claim_end_date from professional_line) c"
    )[0]["last_claim"]
    if ends is None or (ends.year, ends.month) >= (last_day.year, last_day.month):
        return []
    return [
        f"Data warning: the last claim of the deliveries ends on {ends}, before the year that is "
        f"settled does ({last_day}): care of later months is missing, or there was none. as_of in "
        "the project says by when claims are known."
    ]
