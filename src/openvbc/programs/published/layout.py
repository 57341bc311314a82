"""Layouts: the columns of one kind of published file, each told by a pattern of its heading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from openvbc.rules.load import load_code_table


@dataclass(frozen=True)
class Column:
    """One column of a layout.

    `pattern` is matched against the whole :func:`plain` header; a group named ``item`` in it says
    that the column repeats for each item (a measure, a condition).
    """

    name: str
    pattern: str
    kind: Literal["number", "text"] = "number"
    required: bool = False
    label: str = ""
    """What the message calls the column when it is missing."""


@dataclass(frozen=True)
class Layout:
    """One kind of published file: its columns, and which of them identifies a row."""

    kind: str
    """What messages call it, for example ``HRRP supplemental file``."""
    columns: tuple[Column, ...]
    identifier: str = "facility"


def layout_of_rules(program: str, table: str, kind: str, identifier: str) -> Layout:
    """The layout whose columns are a code table of the rules (field, pattern, kind, label)."""
    columns = tuple(
        Column(
            row["field"],
            row["pattern"],
            "number" if row["kind"] == "number" else "text",
            required=bool(row["required"]),
            label=row["label"],
        )
        for row in load_code_table(program, table)
    )
    return Layout(kind, columns, identifier)


CCN_COLUMN = Column(
    "facility",
    "(?:hospital |provider |facility )?(?:ccn|cnn)|(?:facility|provider|hospital) (?:id|number)"
    "|prov(?:ider)?"
    "|cms certification number(?: ccn)?|provider number ccn",
    "text",
    required=True,
    label="CMS certification number (Facility ID, CCN, Provider Number)",
)
"""The facility's identifier, under every heading CMS has given it."""
