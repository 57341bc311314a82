"""Every error the program has, by its code: what ``vbc explain VBC-123`` tells.

The rows are written from the source by ``scripts/number_errors.py``; what a message fills in stands
in braces.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from openvbc.errors import InputError, Place
from openvbc.shipped import shipped_text

CODE = re.compile(r"VBC-\d{3,4}", re.IGNORECASE)


@dataclass(frozen=True)
class KnownError:
    """One fault: its code, the class that is raised, and its words."""

    code: str
    error: str
    what: str
    rule: str
    what_to_do: str
    modules: str
    """Where it is raised, separated by spaces; empty for a code that is no longer given."""

    def __str__(self) -> str:
        said = {
            "error": self.error,
            "rule": self.rule,
            "what to do": self.what_to_do,
            "raised in": self.modules or "nowhere any more; older versions gave it",
        }
        return "\n".join(
            [
                f"{self.code}: {self.what}",
                *(f"  {name}: {text}" for name, text in said.items() if text),
            ]
        )


def known_errors() -> dict[str, KnownError]:
    """Every error by code."""
    text = shipped_text("error_catalogue.csv")
    return {row["code"]: KnownError(**row) for row in csv.DictReader(text.splitlines())}


def known_error(code: str) -> KnownError:
    """The error of a code.

    Raises:
        InputError: no error has this code.
    """
    known = known_errors()
    if code.upper() not in known:
        raise InputError(
            "no error has this code",
            place=Place(value=code),
            action="copy the code from the message; docs/errors.md lists them all",
            code="VBC-1080",
        )
    return known[code.upper()]
