"""How scores, enrollment types and long lists of conditions are written in the risk sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from openvbc.enrollment_type import TYPE_NAMES

Rows = Sequence[Mapping[str, Any]]
SHOWN_CONDITIONS = 40
"""Rows of a table of conditions; the whole list is in the files of ``vbc risk``."""


def place_of_type(enrollment_type: str) -> int:
    """Where an enrollment type stands in CMS's order."""
    return list(TYPE_NAMES).index(enrollment_type)


def score_text(value: Decimal | float | None) -> str:
    """A score with four decimals, a dash where there is none."""
    return "–" if value is None else f"{value:,.4f}"


def most_of(rows: Rows) -> str:
    """Words for a caption of which only the first conditions are shown."""
    more = len(rows) > SHOWN_CONDITIONS
    return f", the first {SHOWN_CONDITIONS} of {len(rows)}" if more else ""
