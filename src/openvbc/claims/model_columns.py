"""What a table of the store is made of, and the columns that many tables have."""

from __future__ import annotations

from dataclasses import dataclass

MONEY = "decimal(12,2)"
"""The type of dollars and cents."""


@dataclass(frozen=True)
class Column:
    """A column: its SQL type, what it means, and the feed field it usually comes from."""

    name: str
    type: str
    meaning: str
    source: str = ""


@dataclass(frozen=True)
class StoreTable:
    """A table of the store: its grain and columns; `bucketed` tables are split by person."""

    name: str
    grain: str
    columns: tuple[Column, ...]
    bucketed: bool = True

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]


SOURCE = (
    Column("source_file", "string", "file name the row was read from"),
    Column("source_line", "bigint", "line of that file, counted from 1"),
)
"""Where a row was read."""
PERSON_ID = Column(
    "person_id", "string", "current identifier of the person (after cross-reference)"
)
"""Whom a row is about."""
KNOWN = (
    Column(
        "adjustment_type",
        "string",
        "0 original, 1 cancellation, 2 adjustment",
        "CLM_ADJSMT_TYPE_CD",
    ),
    Column("sign", "int", "-1 on a cancellation, else 1; already applied to every amount"),
    Column(
        "natural_key",
        "string",
        "joins the rows of one debit/credit chain within a person (CCLF5 and CCLF6 each)",
    ),
    Column("effective_date", "date", "processing date", "CLM_EFCTV_DT"),
    Column("load_date", "date", "date the row became known to CMS's repository", "CLM_IDR_LD_DT"),
    Column(
        "is_denied",
        "boolean",
        "denied, counts for nothing; a cancellation as the record it takes back",
    ),
)
"""What joins a record to its cancellation, and when each was known."""
