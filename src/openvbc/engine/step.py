"""A step: one SELECT in a file, with a header that says what it is for.

The file's name is the name of the table it makes::

    -- purpose: who each person's primary care came from
    -- grain: one row a person, period and entity
    -- scope: person
    -- inputs: professional_line, primary_care_code, period
    -- cite: 42 CFR 425.402(b)
    -- columns:
    --   person_id: the person, by the identifier the claim store gives
    --   charges: allowed charges (USD)
    --
    -- (anything more, such as a tiny input and output table)
    select ...

Scope ``person`` means every row of the result comes from one person's rows, so the step may run on
one bucket of people at a time; ``population`` means it needs everybody at once. Two entries more
may follow::

    -- added: persons, amount
    -- made: on demand

``added``, for a population: its rows may be made for each bucket of people alone; then these
columns are added up over rows whose other columns are equal, so that memory depends on a bucket,
not on everybody.

``made``, for scope person: the table is not kept. ``on demand`` it is made where it is read, within
the statement that reads it; ``once a bucket`` it is made in memory for every step that reads it,
and forgotten after. What such a table says of one person can be asked for later.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, Self

from openvbc.errors import EngineError, Place

_ENTRY = re.compile(r"^--\s(purpose|grain|scope|inputs|cite|added|made):\s*(.*)$")
_CONTINUED = re.compile(r"^--\s{3,}(\S.*)$")
_COLUMN = re.compile(r"^--   (\w+):\s+(\S.*)$")
_NEEDED = ("purpose", "grain", "scope", "inputs", "cite")
Made = Literal["kept", "on demand", "once a bucket"]
_MADE: dict[str, Made] = {"on demand": "on demand", "once a bucket": "once a bucket"}


@dataclass(frozen=True)
class Step:
    """One SQL step, as its file states it."""

    name: str
    sql: str
    """The whole text of the file; its comments run with it."""
    purpose: str
    grain: str
    scope: Literal["person", "population"]
    inputs: tuple[str, ...]
    cite: str
    columns: dict[str, str] = field(default_factory=dict)
    """What each column of the table means, with its unit; empty where the file does not say."""
    added: tuple[str, ...] = ()
    """Columns that are added up over the buckets of people; empty: it needs everybody at once."""
    made: Made = "kept"

    @property
    def by_bucket(self) -> bool:
        """Whether it may run on one bucket of people at a time."""
        return self.scope == "person" or bool(self.added)

    @classmethod
    def from_file(cls, path: Path | Traversable) -> Self:
        """Read a step file; an incomplete header is an :class:`EngineError`."""
        name = path.name.removesuffix(".sql")
        return cls.from_text(name, path.read_text(encoding="utf-8"), source=str(path))

    @classmethod
    def from_text(cls, name: str, text: str, source: str = "") -> Self:
        """Read a step from its text."""
        header = _header(text)
        where = Place(source or name)
        missing = [entry for entry in _NEEDED if not header.get(entry)]
        if missing:
            raise EngineError(
                f"the header of step {name} lacks {', '.join(missing)}",
                place=where,
                rule="a step says its purpose, grain, scope, inputs and citation",
                code="VBC-401",
            )
        scope: Literal["person", "population"]
        if header["scope"] == "person":
            scope = "person"
        elif header["scope"] == "population":
            scope = "population"
        else:
            raise EngineError(
                f"step {name} has scope {header['scope']!r}",
                place=where,
                rule="a scope is person or population",
                code="VBC-4005",
            )
        columns = _columns(text)
        added = _names(header.get("added", ""))
        made = _MADE.get(header["made"]) if "made" in header else "kept"
        if (
            made is None
            or (made != "kept" and scope != "person")
            or (added and scope != "population")
            or not set(added) <= set(columns)
        ):
            raise EngineError(
                f"the header of step {name} says what cannot be of added or made",
                place=where,
                rule="a step of scope population may say 'added' and columns of its own; one of "
                "scope person may be made 'on demand' or 'once a bucket'",
                code="VBC-40021",
            )
        return cls(
            name,
            text,
            header["purpose"],
            header["grain"],
            scope,
            _names(header["inputs"]),
            header["cite"],
            columns,
            added,
            made,
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the SQL text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def steps_in(folder: Path | Traversable) -> list[Step]:
    """Every step below a folder, by name."""
    return sorted((Step.from_file(file) for file in _sql_files(folder)), key=lambda s: s.name)


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _sql_files(folder: Path | Traversable) -> Iterable[Path | Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sql_files(entry)
        elif entry.name.endswith(".sql"):
            yield entry


def _header(text: str) -> dict[str, str]:
    entries: dict[str, str] = {}
    current: str | None = None
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        entry = _ENTRY.match(line)
        continued = _CONTINUED.match(line)
        if entry:
            current = entry[1]
            entries[current] = entry[2].strip()
        elif continued and current:
            entries[current] = f"{entries[current]} {continued[1].strip()}".strip()
        else:
            current = None
    return entries


def _columns(text: str) -> dict[str, str]:
    """The block ``-- columns:``: a line a column; what goes on stands two spaces further in."""
    meanings: dict[str, str] = {}
    name = ""
    lines = iter(text.splitlines())
    for line in lines:
        if line.rstrip() == "-- columns:":
            break
    for line in lines:
        column = _COLUMN.match(line)
        goes_on = _CONTINUED.match(line)
        if column:
            name = column[1]
            meanings[name] = column[2].strip()
        elif goes_on and name:
            meanings[name] = f"{meanings[name]} {goes_on[1].strip()}"
        else:
            break
    return meanings
