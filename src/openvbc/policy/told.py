"""What is told of one program of the register: every fact with its citation and trust."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from openvbc.policy.flexibilities import flexibilities_of
from openvbc.policy.overlap import OverlapRule, overlap_of
from openvbc.policy.register import Registered, advanced_apm, registered, standing
from openvbc.policy.settled import settled_parts


def told(entry: Registered, day: dt.date) -> Iterator[tuple[str, list[str]]]:
    """Each heading with its lines; a heading without lines is left out."""
    position = standing(entry, day)
    facts = entry.facts
    told_of: list[tuple[str, list[str]]] = [
        (f"on {day}", [f"{position.state}: {position.words} ({position.status})"]),
        ("dates", [f"{entry.dates} (first day {entry.begins_status}, last {entry.ends_status})"]),
        ("also known as", [facts["also_known_as"]]),
        ("kind", [f"{facts['kind']} under {facts['authority']}"]),
        ("payer", [facts["payer"]]),
        ("who takes part", [facts["participant"]]),
        ("taking part is", [facts["obligation_detail"] or facts["obligation"]]),
        ("risk", [facts["risk"]]),
        ("payment", [facts["payment"]]),
        ("HCP-LAN", [facts["lan_categories"].replace(" ", " or ")]),
        ("Advanced APM", _advanced(entry)),
        ("came after", [facts["predecessors"]]),
        ("followed by", _successors(entry)),
        ("events", [f"{e.begins}{_to(e.ends)} {e.kind}: {e.what} ({e.cite}; {e.status})"
                    for e in sorted(entry.events, key=lambda e: e.begins)]),
        ("overlap", [overlap_in_words(rule, day) for rule in overlap_of(entry.program)]),
        ("flexibilities", _flexibilities(entry)),
        ("openvbc settles", _settled(entry)),
        ("source", [facts["cite"]]),
        ("note", [facts["note"]]),
    ]  # fmt: skip
    for heading, lines in told_of:
        if kept := [line for line in lines if line.strip()]:
            yield heading, kept


def overlap_in_words(rule: OverlapRule, day: dt.date) -> str:
    """One overlap rule as a line."""
    sides = " with ".join(", ".join(side) for side in (rule.one, rule.other))
    now = "" if rule.span.holds(day) else f", not on {day}"
    credit = f"; credit: {rule.credit}" if rule.credit else ""
    told_by = f"{rule.cite}; {rule.status}"
    return f"{sides}: {rule.effect} by {rule.scope}{now}: {rule.rule}{credit} ({told_by})"


def _advanced(entry: Registered) -> list[str]:
    """Years together that have the same answer."""
    first = entry.span.begins.year if entry.span.begins else dt.date.today().year
    last = entry.span.ends.year if entry.span.ends else max(first, dt.date.today().year)
    answers: list[tuple[int, int, str]] = []
    for year in range(first, last + 1):
        answer = advanced_apm(entry, year)
        if answers and answers[-1][2] == answer:
            answers[-1] = (answers[-1][0], year, answer)
        else:
            answers.append((year, year, answer))
    return [
        f"{low}{f' to {high}' if high > low else ''}: {answer}" for low, high, answer in answers
    ]


def _flexibilities(entry: Registered) -> list[str]:
    """Its own, and those for every program in a time in which it runs."""
    return [
        each.in_words()
        for each in flexibilities_of(entry.program)
        if entry.program in each.programs or each.span.meets(entry.span)
    ]


def _successors(entry: Registered) -> list[str]:
    known = registered()
    names = [name.strip() for name in entry.facts["successors"].split(";") if name.strip()]
    return [f"{name} ({known[name].name})" if name in known else name for name in names]


def _settled(entry: Registered) -> list[str]:
    lines = []
    for each in settled_parts(entry):
        proven = " ".join(each.proven.split())
        lines.append(f"{each.program}, {each.part}, {each.years}: {each.coverage}; {proven}")
    return lines or ["nothing of it"]


def _to(ends: str) -> str:
    return f" to {ends}" if ends else ""
