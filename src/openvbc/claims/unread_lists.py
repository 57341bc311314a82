"""Lists of the claim store that the steps of a program do not read: they move nothing, and say so.

One project file may name a list that another program would read; whoever names it believes that it
counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from openvbc.claims.inputs import ClaimInputs

TABLES = {
    "participants": "participant",
    "risk_scores": "risk_score",
    "voluntary_alignment": "voluntary_alignment",
    "non_claims_payments": "non_claims_payment",
}
"""Lists that move people or money where they are read, and the table that each becomes."""


def notes_of_unread_lists(inputs: ClaimInputs, read: Iterable[Collection[str]]) -> list[str]:
    """The lists that are given and whose table is none of those that each step reads."""
    tables = {name for each in read for name in each}
    return [
        f"Data warning: inputs.{name} moves nothing here: no step of this program reads it."
        for name, table in TABLES.items()
        if getattr(inputs, name) is not None and table not in tables
    ]
