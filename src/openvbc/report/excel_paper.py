"""How pages of a workbook come out on paper."""

from __future__ import annotations

from typing import Any


def set_up_page(page: Any) -> None:
    """Its whole width on a sheet of paper that lies across."""
    page.set_landscape()
    page.fit_to_pages(1, 0)


def set_up_list(page: Any, head: int) -> None:
    """The same for a list: the row of its heads on every page, and which page it is."""
    set_up_page(page)
    page.repeat_rows(head)
    page.set_footer("&L&A&RPage &P of &N")
