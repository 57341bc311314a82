"""What the book must know of a program: which way its result counts, and as what it is known.

Facts: ``rules/book/settled_by.csv``, one row a program whose result is dollars between the parties.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from openvbc.errors import ContractError
from openvbc.rules.load import load_code_table


@dataclass(frozen=True)
class ProgramFacts:
    """One program, as the book sees it."""

    program: str
    sign: int
    """1 where a positive result is paid to the organisation, -1 where the organisation owes it."""
    initiative: str
    """The name the overlap rules know it by; empty where its contracts are of their own."""
    payment_categories: tuple[str, ...]
    """The HCP-LAN categories it can be; empty where the terms decide."""
    is_total_cost: bool
    """All care of its people counts in it, not episodes or measures."""


@cache
def _facts() -> dict[str, ProgramFacts]:
    return {
        row["program"]: ProgramFacts(
            row["program"],
            int(row["sign"]),
            row["initiative"],
            tuple(each for each in row["payment_category"].split("/") if each),
            row["total_cost"] == "yes",
        )
        for row in load_code_table("book", "settled_by")
    }


def program_facts(program: str) -> ProgramFacts:
    """The facts of a program.

    Raises:
        ContractError: the book does not know which way the program's result counts.
    """
    facts = _facts().get(program)
    if facts is None:
        raise ContractError(
            f"a book cannot add the results of {program}",
            rule=f"it adds those of {', '.join(sorted(_facts()))}",
            action=f"settle it apart: vbc settle --program {program}",
            code="VBC-9011",
        )
    return facts
