"""What happened to a program, by date: its first and last day, events, flexibilities, and news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openvbc.policy.flexibilities import EVERY_PROGRAM, flexibilities
from openvbc.policy.news.links import LinkStatus
from openvbc.policy.news.store import NewsRecord
from openvbc.policy.register import Registered


@dataclass(frozen=True)
class Moment:
    """One line of a time line."""

    date: str
    kind: str
    what: str
    source: str


def timeline(entry: Registered, records: Sequence[NewsRecord]) -> list[Moment]:
    """Everything dated about the program; links that were rejected do not count."""
    facts = entry.facts
    moments = [
        Moment(day, kind, entry.name, f"{facts['cite']} ({status})")
        for day, kind, status in (
            (facts["begins"], "begins", facts["begins_status"]),
            (facts["ends"], "last day", facts["ends_status"]),
        )
        if day
    ]
    moments += [
        Moment(each.begins, each.kind, f"{each.what}{f', to {each.ends}' if each.ends else ''}",
               f"{each.cite} ({each.status})")
        for each in entry.events
    ]  # fmt: skip
    moments += [
        Moment(str(each.span.begins), f"flexibility, {each.kind}", f"{each.name}: {each.changes}",
               f"{each.cite} ({each.status})")
        for each in flexibilities()
        if entry.program in each.programs and EVERY_PROGRAM not in each.programs
    ]  # fmt: skip
    moments += [
        Moment(record.item.date[:10], "news", record.item.title, record.item.publisher)
        for record in records
        for link in record.links
        if (link.kind, link.target) == ("program", entry.program)
        and link.status is not LinkStatus.REJECTED
    ]
    return sorted(moments, key=lambda each: (each.date, each.kind, each.what))
