"""How pages of a workbook come out on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

PAPER = 190
"""Characters across a sheet of paper that lies across, at the smallest scale that is still read."""
SMALLEST = 65
"""That scale, in percent."""
HEAD_HEIGHT = 45
"""Points: a head of three lines."""
WIDTHS = (44, 20, 16, 52, 52, 30, 13, 34)
"""Characters of the columns of a sheet read downwards: two sheets of paper."""


def set_up_page(page: Any, widths: Sequence[float], lead: int = 1) -> None:
    """Landscape; the whole width on one sheet where that can be read, else on several.

    Args:
        page: of the workbook.
        widths: characters of each column.
        lead: columns that name a row; they stand again on each sheet that its columns go on to.
    """
    page.set_landscape()
    if sum(widths) <= PAPER:
        page.fit_to_pages(1, 0)
        return
    page.set_print_scale(SMALLEST)
    page.print_across()
    if sum(widths[:lead]) < PAPER / 2:
        page.repeat_columns(0, lead - 1)


def set_up_heads(page: Any, rows: int) -> None:
    """The first rows on every page; a column's label and name have room for three lines."""
    page.set_row(0, HEAD_HEIGHT)
    page.set_row(rows - 1, HEAD_HEIGHT)
    page.repeat_rows(0, rows - 1)


def set_up_list(page: Any, head: int, widths: Sequence[float]) -> None:
    """The same for a list: the row of its heads on every page, and which page it is."""
    set_up_page(page, widths)
    page.repeat_rows(head)
    page.set_footer("&L&A&RPage &P of &N")
