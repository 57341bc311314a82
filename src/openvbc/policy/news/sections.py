"""The sections of a plain article, and what each speaks of: an index from its text to the rules."""

from __future__ import annotations

import re
from dataclasses import dataclass

from openvbc.policy.news.item import ARTICLE, NewsItem
from openvbc.policy.news.links import mentions

LONGEST_HEADING = 80
_LEAD = re.compile(r"([A-Z][A-Za-z0-9 ,.()/&-]{3,70}):\s")


@dataclass(frozen=True)
class NewsSection:
    """One section, or one paragraph that begins with its own name."""

    heading: str
    targets: tuple[str, ...]
    """What it speaks of, as ``program mssp``."""


def sections_of(item: NewsItem) -> list[NewsSection]:
    """The sections of an article in their order; none for a curated item."""
    if item.form != ARTICLE:
        return []
    targets_by_part: dict[str, list[str]] = {}
    heading = part = item.title
    for line in item.body.split("\n")[1:]:
        if _is_heading(line):
            heading = part = line
        elif lead := _LEAD.match(line.removeprefix("- ")):
            part = f"{heading}: {lead.group(1)}"
        elif not line.startswith("- "):
            part = heading
        targets = targets_by_part.setdefault(part, [])
        for mention in mentions(line):
            if (target := f"{mention.kind} {mention.target}") not in targets:
                targets.append(target)
    return [NewsSection(name, tuple(targets)) for name, targets in targets_by_part.items()]


def _is_heading(line: str) -> bool:
    return (
        len(line) <= LONGEST_HEADING
        and line[0].isupper()
        and not line.endswith((".", ":", ",", ";", "?"))
        and not line.startswith("-")
    )
