"""The folder of a settled book: its tables and page, and below it a run a contract."""

from __future__ import annotations

from pathlib import Path

from openvbc.engine.own_folder import claim

PAGE, CONTRACTS, WITHOUT = "book.html", "contracts", "without_overlaps"
_WRITTEN = (
    PAGE, CONTRACTS, WITHOUT, "contracts.csv", "cash.csv", "left_out.csv", "members.csv",
    "overlaps.csv", "provider_overlaps.csv", "shares.csv", "tables",
)  # fmt: skip


def claim_book_folder(folder: Path) -> Path:
    """Make the folder of a book, or take one that is ours or holds nothing that is replaced."""
    return claim(folder, "book", _WRITTEN)
