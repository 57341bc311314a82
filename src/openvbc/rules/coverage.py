"""What the rules can settle, and what each part was proven against.

``rules/<program>/coverage.yaml`` holds parts with the years they cover::

    - part: settlement
      years: 2014..2018
      coverage: complete
      proven: every payment of the results files inside what the printed score allows

`coverage` is ``complete``, ``partial`` or ``not``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Literal

from openvbc.errors import Place, RuleError
from openvbc.rules.exact_yaml import read_yaml

FILE = "coverage.yaml"
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
    """Every entry of every program, by program.

    Raises:
        RuleError: an entry lacks a field or has a coverage of another name.
    """
    folders = sorted(resources.files("openvbc.rules").iterdir(), key=lambda folder: folder.name)
    return [
        entry
        for folder in folders
        if (folder / FILE).is_file()
        for entry in _entries(folder.name, (folder / FILE).read_text(encoding="utf-8"))
    ]


def _entries(folder: str, text: str) -> Iterator[Coverage]:
    source = f"rules/{folder}/{FILE}"
    program = folder.replace("_", "-")
    for entry in read_yaml(text, source, shipped=True):
        where = Place(source, column=str(entry.get("part")))
        if set(entry) != FIELDS:
            raise RuleError(
                f"an entry has the fields {', '.join(sorted(FIELDS))}", place=where, code="VBC-3003"
            )
        if entry["coverage"] not in {"complete", "partial", "not"}:
            raise RuleError(
                f"no coverage is called {entry['coverage']}", place=where, code="VBC-3004"
            )
        words = {name: str(entry[name]) for name in ("part", "proven")}
        years = str(entry["years"]).replace("..", " to ")
        yield Coverage(program, words["part"], years, entry["coverage"], words["proven"])
