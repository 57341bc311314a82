"""What of a settlement may be passed on, and how a report says who may see it.

What a sheet is about decides (:data:`openvbc.programs.settlement.About`), never its name: a sheet
that says nothing is about people and stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import replace

from openvbc.programs.claims_program import NOT_CONFIRMED
from openvbc.programs.settlement import Settlement

FOR_SHARING = "For sharing: small counts are hidden"
PRIVATE = "Private: shows small counts of people, not for sharing"
LEFT_OUT = "Sheets that would tell of few people are left out, because this report is for sharing."


_FEW = re.compile(r"(?<![\w.(,/-])(?:[1-9]|10)(?![\w)%/-]|[.,]\d)")
"""A whole number from 1 to 10 that stands alone in a sentence."""
_NUMBERED = re.compile(
    r"\b(?:step|Track|Section|clause|Part|version|performance year|benchmark year)\s+$"
    r"|\b(?:Table|HCC)s?\s+(?:\d+(?:, | and | or ))*$",
    re.IGNORECASE,
)
"""What goes before a number that names a thing and counts nobody."""
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTH_BEFORE = re.compile(rf"\b(?:{_MONTHS})\s+$")
_MONTH_AFTER = re.compile(rf"\s+(?:{_MONTHS})\s+(?:19|20)\d\d\b")
_YEAR_AFTER = re.compile(r",\s+(?:19|20)\d\d\b")
"""A day of a date has its month and year beside it, in one order or the other."""


def sentences_for_sharing(texts: Sequence[str]) -> list[str]:
    """Notes without small numbers; what is not confirmed counts rules, not people.

    Dates and numbers that name a thing (``Table 5``, ``HCC 8 and 9``) stay.
    """
    return [text if text.startswith(NOT_CONFIRMED) else _FEW.sub(_few, text) for text in texts]


def _few(number: re.Match[str]) -> str:
    before, after = number.string[: number.start()], number.string[number.end() :]
    is_day = _MONTH_AFTER.match(after) or (
        _MONTH_BEFORE.search(before) and _YEAR_AFTER.match(after)
    )
    return number.group() if is_day or _NUMBERED.search(before) else "few"


def for_sharing(settlement: Settlement) -> Settlement | None:
    """The settlement with its safe sheets only, and no way down into the others.

    None where its main sheet is not safe.
    """
    if settlement.main.about != "safe":
        return None
    details = {
        name: replace(sheet, evaluation=copy(sheet.evaluation))
        for name, sheet in settlement.details.items()
        if sheet.about == "safe"
    }
    main = replace(settlement.main, evaluation=copy(settlement.main.evaluation))
    for sheet in (main, *details.values()):
        sheet.evaluation.links = {}
    notes = [LEFT_OUT, *sentences_for_sharing(settlement.notes)]
    return replace(settlement, main=main, details=details, set_aside=[], notes=notes)
