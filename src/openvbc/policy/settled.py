"""What openvbc settles of a registered program, by year, and how well that is proven."""

from __future__ import annotations

import re

from openvbc.policy.partial_date import Span
from openvbc.policy.register import Registered
from openvbc.rules.coverage import Coverage, coverage


def settled_parts(entry: Registered) -> list[Coverage]:
    """The parts of openvbc's own program that settle this one; empty where nothing does."""
    program, part = entry.facts["settled_by"], entry.facts["settled_part"]
    parts = [each for each in coverage() if program and each.program == program]
    named = [each for each in parts if part.lower() in each.part.lower()]
    if not named:
        return []
    own_years = _years(entry.span)
    return [each for each in named if _meets(each.years, own_years)]


def settled_in_words(entry: Registered) -> str:
    """One line: ``mssp: complete 2014 to 2018, ...``, or that nothing is settled."""
    parts = settled_parts(entry)
    if not parts:
        return "nothing of it is settled"
    kinds = {each.coverage for each in parts}
    if kinds == {"not"}:
        words = "nothing of it yet"
    elif kinds == {"complete"}:
        words = "complete"
    else:
        words = "complete in part" if "complete" in kinds else "partial"
    return f"{entry.facts['settled_by']}: {words}"


def _years(span: Span) -> tuple[int, int]:
    return (span.begins.year if span.begins else 0, span.ends.year if span.ends else 9999)


def _meets(written: str, own: tuple[int, int]) -> bool:
    """Whether years as coverage writes them (``2014 to 2018``, ``2017 to``, ``2024``) meet."""
    years = [int(year) for year in re.findall(r"[0-9]{4}", written)]
    low, high = years[0], years[-1] if len(years) > 1 or "to" not in written else 9999
    return low <= own[1] and own[0] <= high + 1
