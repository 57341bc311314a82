"""What is noticed about the fields of CCLF records that are used all the same, and how it is said.

One count by kind and field goes with the records of a block, from where a field is looked at to the
findings of its file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import Enum

from openvbc.claims.people_codes import CONSEQUENCES
from openvbc.claims.report import Finding


class Mark(Enum):
    """A kind of what is noticed; findings come in this order."""

    INDENTED = "the value begins with a blank: a shifted record looks like it"
    ODD_AMOUNT = "the amount stands oddly in its field"
    STRANGE_CODE = "a code of people that is none of its kind"
    WHOLE_AMOUNT = "an amount, not zero, without a decimal point"
    POINTED_AMOUNT = "an amount with one; no finding by itself"
    LOADED_LATER = "a load date after the day of the delivery"
    UNKNOWN_CODE = "a code of denial that is not known; by field and code"


Marks = Counter[tuple[Mark, str]]
"""Records by kind and field."""


def findings(file: str, marks: Marks) -> Iterator[Finding]:
    """What is said of a file's records, a finding for each kind and field."""
    for mark in Mark:
        for (kind, name), count in sorted(marks.items(), key=lambda item: item[0][1]):
            if kind is mark and count and (said := _said(mark, name, marks)):
                title, detail = said
                yield Finding(title, "warning", f"{file}: {name}{detail}", count)


def _said(mark: Mark, name: str, marks: Marks) -> tuple[str, str] | None:
    """The finding's name, and what follows the field in its detail; None where nothing is said."""
    match mark:
        case Mark.INDENTED:
            return (
                "values that begin with a blank",
                "; the blank is passed over; are the records shifted?",
            )
        case Mark.ODD_AMOUNT:
            return (
                "amounts that stand oddly in their field",
                "; read as they stand, but CMS writes them at one end of the field and with two "
                "decimals; are the records shifted?",
            )
        case Mark.STRANGE_CODE:
            return "codes of people that are not understood", f"; {CONSEQUENCES[name]}"
        case Mark.WHOLE_AMOUNT if marks[Mark.POINTED_AMOUNT, name]:
            return (
                "amounts without cents beside others with them",
                "; read as whole dollars; or are they cents?",
            )
        case Mark.LOADED_LATER:
            return (
                "claims loaded after their delivery",
                "; used as it stands: what ends before counts such a claim as not yet known",
            )
        case Mark.UNKNOWN_CODE:
            return "unknown code", " is no code known; it denies nothing"
        case _:
            return None
