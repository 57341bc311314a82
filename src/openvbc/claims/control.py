"""CCLF0: how many records, of what length, each file of a delivery should hold.

The lengths compared are those without the line ending. Real and CMS's own test deliveries drop the
trailing filler of CCLF0, so fields are told by the bar, not by position.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from openvbc.claims.report import ControlTotal


@dataclass(frozen=True)
class Statement:
    """CCLF0's line on one file."""

    file: str
    records: int | None
    length: int | None


def read_statements(stream: IO[bytes]) -> tuple[list[Statement], list[int]]:
    """The statements of a CCLF0 file, and the numbers of the lines that say nothing usable."""
    statements: list[Statement] = []
    unusable: list[int] = []
    for number, raw in enumerate(stream.read(1 << 20).splitlines(), start=1):
        text = raw.decode("ascii", errors="replace").removeprefix("\ufeff")
        if not text.strip() or text.upper().startswith("FILE NUMBER"):
            continue
        parts = [part.strip() for part in text.split("|")]
        name = parts[0].upper()
        if len(parts) < 4 or not name.startswith("CCLF") or len(name) != 5:
            unusable.append(number)
            continue
        statements.append(Statement(name[4], _whole(parts[2]), _whole(parts[3])))
    return statements, unusable


def _whole(text: str) -> int | None:
    digits = text.replace(",", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def compare(
    delivery: str, statements: list[Statement], sizes_by_file: dict[str, tuple[int, int | None]]
) -> list[ControlTotal]:
    """Check a delivery: `sizes_by_file` holds, by file, the records and the record length read."""
    totals = []
    stated = {statement.file: statement for statement in statements}
    for file in sorted(stated.keys() | sizes_by_file.keys()):
        told = stated.get(file)
        records, length = sizes_by_file.get(file, (None, None))
        problem = ""
        if told is None:
            problem = "CCLF0 does not list this file"
        elif records is None:
            problem = (
                "CCLF0 lists this file, but the delivery does not hold it" if told.records else ""
            )
        elif told.records is None:
            problem = "CCLF0's record count is not a number"
        elif told.records != records:
            problem = f"CCLF0 says {told.records} records, the file holds {records}"
        elif told.length is not None and length is not None and told.length != length:
            problem = f"CCLF0 says records of {told.length} characters, the file has {length}"
        totals.append(
            ControlTotal(
                delivery=delivery,
                file=f"CCLF{file}",
                expected_records=told.records if told else None,
                found_records=records,
                expected_length=told.length if told else None,
                found_length=length,
                problem=problem,
            )
        )
    return totals
