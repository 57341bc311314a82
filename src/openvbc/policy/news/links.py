"""What an item of news speaks of: programs of the register, rules, parameters and topics.

Words are looked for in the title, then the topics, then the text; the longest comes first, and
words stand whole. Names in capitals alone (``REACH``, ``TEAM``) are looked for as they are written.
A link is suggested, or rejected where the program was not known on the item's date; the user's own
word is kept apart (:mod:`~openvbc.policy.news.store`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from openvbc.policy.flexibilities import flexibilities
from openvbc.policy.news.item import NewsItem
from openvbc.policy.register import REGISTRY, registered, standing
from openvbc.rules.load import load_code_table

AROUND = 60
"""Letters of evidence before and after the words found."""


class LinkStatus(StrEnum):
    """Whether a link stands."""

    SUGGESTED = "suggested"
    REJECTED = "rejected"
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class NewsLink:
    """One thing an item speaks of, found once."""

    kind: str
    """``program``, ``rule``, ``parameter`` or ``topic``."""
    target: str
    found_in: str
    """``title``, ``topics`` or ``text``."""
    position: int
    """Letters before it there."""
    evidence: str
    state: str
    """What the register says of the target on the item's date."""
    status: LinkStatus


@dataclass(frozen=True)
class Mention:
    """Words that name a target, where they stand."""

    kind: str
    target: str
    begin: int
    end: int


def mentions(text: str) -> Iterator[Mention]:
    """Every mention in a text, from its beginning; of words in words the longest."""
    finder, targets = _finder()
    for match in finder.finditer(text):
        kind, target = targets[(match.lastindex or 1) - 1]
        yield Mention(kind, target, match.start(), match.end())


def links_of(item: NewsItem) -> list[NewsLink]:
    """What the item speaks of, each once, where it is said first."""
    links: dict[tuple[str, str], NewsLink] = {}
    places = (("title", item.title), ("topics", "\n".join(item.topics)), ("text", item.body))
    for name, text in places:
        for mention in mentions(text):
            key = (mention.kind, mention.target)
            if key not in links:
                evidence = text[max(mention.begin - AROUND, 0) : mention.end + AROUND]
                evidence = " ".join(evidence.split())
                state, status = _on_its_date(item, *key)
                links[key] = NewsLink(*key, name, mention.begin, evidence, state, status)
    return sorted(links.values(), key=lambda link: (link.kind, link.target))


def _on_its_date(item: NewsItem, kind: str, target: str) -> tuple[str, LinkStatus]:
    if kind == "rule" and target == "flexibilities":
        held = [each.name for each in flexibilities() if each.span.holds(item.day)]
        return f"in force on {item.day}: {', '.join(held) or 'none'}", LinkStatus.SUGGESTED
    if kind != "program":
        return "", LinkStatus.SUGGESTED
    entry = registered()[target]
    known = entry.known_from
    if known is not None and item.day < known:
        return f"not known before {known}", LinkStatus.REJECTED
    if known is None:
        return f"{entry.dates}; no date of its announcement is recorded", LinkStatus.SUGGESTED
    on = standing(entry, item.day)
    return f"{on.state}: {on.words} ({on.status})", LinkStatus.SUGGESTED


@cache
def _finder() -> tuple[re.Pattern[str], list[tuple[str, str]]]:
    """One search for all words, and what each of its groups means."""
    words: dict[str, tuple[str, str]] = {}
    for entry in registered().values():
        if " " in entry.name:
            words[entry.name] = ("program", entry.program)
    for row in load_code_table(REGISTRY, "news_pattern"):
        words[row["pattern"]] = (row["kind"], row["target"])
    targets, parts = [], []
    for text in sorted(words, key=lambda each: (-len(each), each)):
        targets.append(words[text])
        plain = re.escape(text).replace(r"\ ", r"\s+")
        loose = plain if text.isupper() else f"(?i:{plain})"
        parts.append(f"({loose}s?)")
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)"), targets
