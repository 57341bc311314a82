"""The coverage registry: what the rules can settle, and what each part was proven against.

``rules/registry.yaml`` holds, per program, parts with the years they cover::

    mssp:
      - part: settlement
        years: 2014..2018
        coverage: complete
        proven: every payment of the results files inside what the printed score allows

`coverage` is ``complete``, ``partial`` or ``not``.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Literal

from openvbc.errors import Place, RuleError
from openvbc.rules.load import read_yaml

FILE = "rules/registry.yaml"
FIELDS = frozenset({"part", "years", "coverage", "proven"})


@dataclass(frozen=True)
class Coverage:
    """One part of one program over some years."""

    program: str
    part: str
    years: str
    coverage: Literal["complete", "partial", "not"]
    proven: str
    """Against what, with the figure; for a part that is not covered, what is lacking."""


def coverage() -> list[Coverage]:
    """Every entry of the registry, in its order.

    Raises:
        RuleError: an entry lacks a field or has a coverage of another name.
    """
    text = (resources.files("openvbc.rules") / "registry.yaml").read_text(encoding="utf-8")
    found = []
    for program, entries in read_yaml(text, FILE).items():
        for entry in entries:
            where = Place(FILE, column=f"{program}, {entry.get('part')}")
            if set(entry) != FIELDS:
                raise RuleError(f"an entry has the fields {', '.join(sorted(FIELDS))}", place=where)
            if entry["coverage"] not in {"complete", "partial", "not"}:
                raise RuleError(f"no coverage is called {entry['coverage']}", place=where)
            words = {name: str(entry[name]) for name in ("part", "proven")}
            years = str(entry["years"]).replace("..", " to ")
            found.append(
                Coverage(program, words["part"], years, entry["coverage"], words["proven"])
            )
    return found
