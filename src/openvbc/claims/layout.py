"""The layouts of CCLF files, as facts: which field stands where in which packet version.

A delivery does not say its version; the length of a record tells it. One length can belong to
several versions (437 is 36 to 42 for CCLF1); those versions then agree on every field of the file.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from openvbc.shipped import shipped_text

FILES = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B")


@dataclass(frozen=True)
class Field:
    """One field: bytes [start, end) of the record counted from 0, its kind and decimal places."""

    name: str
    start: int
    end: int
    kind: str
    scale: int


@dataclass(frozen=True)
class Layout:
    """The fields of one CCLF file at one record length."""

    file: str
    record_length: int
    versions: tuple[int, int]
    fields: dict[str, Field]

    def has(self, name: str) -> bool:
        """Whether this version of the file carries the field."""
        return name in self.fields


def rows_of(name: str) -> list[dict[str, str]]:
    """Rows of a fact table shipped with the package; lines starting with # name the source."""
    text = shipped_text(f"claims/layouts/{name}")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def layouts_of(file: str) -> dict[int, Layout]:
    """Layouts of CCLF file `file` ("1" to "9", "A", "B") by record length."""
    lengths = [row for row in rows_of("cclf_record_lengths.csv") if row["file"] == f"CCLF{file}"]
    fields = [row for row in rows_of("cclf_fields.csv") if row["file"] == f"CCLF{file}"]
    layouts: dict[int, Layout] = {}
    for row in sorted(lengths, key=lambda row: int(row["first_version"])):
        first, last = int(row["first_version"]), int(row["last_version"])
        length = int(row["record_length"])
        known = layouts.get(length)
        layouts[length] = Layout(
            file=f"CCLF{file}",
            record_length=length,
            versions=(known.versions[0] if known else first, last),
            fields={
                field["field"]: Field(
                    field["field"],
                    int(field["start"]) - 1,
                    int(field["end"]),
                    field["kind"],
                    int(field["scale"] or 0),
                )
                for field in fields
                if int(field["first_version"]) <= first and last <= int(field["last_version"])
            },
        )
    return layouts


@cache
def known_codes(field: str) -> frozenset[str]:
    """Every code of `field` that ``denial_codes.csv`` lists."""
    return frozenset(row["code"] for row in rows_of("denial_codes.csv") if row["field"] == field)


@cache
def denying_codes(field: str) -> frozenset[str]:
    """Codes of `field` that deny a Part B claim or line (``denial_codes.csv``)."""
    return frozenset(
        row["code"]
        for row in rows_of("denial_codes.csv")
        if row["field"] == field and row["denies"] == "yes"
    )
