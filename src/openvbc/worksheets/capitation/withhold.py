"""Withholds: what is held back, and what performance does not earn back."""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column


def unearned(withhold: Column, performance: Column) -> Column:
    """The part of a withhold that performance (0 to 1) did not earn back."""
    left: Column = withhold * (1 - performance)
    return left
