"""Whether what an item of news says holds: against dates of the register, parameters and statements
that were looked up. A difference is shown; nothing is written into the rules.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from openvbc.errors import ParameterMissing
from openvbc.format import show
from openvbc.policy.news.assertion import Assertion, assertions_in, sentences, year_named
from openvbc.policy.news.item import NewsItem
from openvbc.policy.news.links import AROUND, LinkStatus, NewsLink, mentions
from openvbc.policy.partial_date import Span, first_day
from openvbc.policy.register import REGISTRY, Registered, registered
from openvbc.rules.load import load_code_table, load_rules

LONGEST = 500
"""Letters of a sentence that are kept."""
_BEGINS = re.compile(r"\b(?:begin|start|launch|open|effective)\w*", re.I)
_ENDS = re.compile(r"\b(?:end|expire|conclude|through|until)\w*", re.I)
MEASURED = {
    "lan.downside": ("downside", "share of payments under downside risk"),
    "lan.accountable": ("accountable", "share of payments in accountable arrangements"),
}
"""Shares that news are held against: their column, and what they are."""
OF_ALL = "all payers"
NOTHING = "no parameter, date or statement of the register speaks of it"


class Check(StrEnum):
    """What came of holding it against what is known."""

    MATCHES = "matches"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Claim:
    """One thing an item says, and whether it holds."""

    kind: str
    words: str
    value: str
    unit: str
    subject: str
    """The program, fact or statement it is about; empty where that is not told."""
    date: str
    check: Check
    found: str
    cite: str
    sentence: str


def claims_of(item: NewsItem) -> list[Claim]:
    """Everything the item says that has a value, or that the register knows as a statement."""
    return [claim for sentence in sentences(item.body) for claim in _of_sentence(item, sentence)]


def _of_sentence(item: NewsItem, sentence: str) -> Iterator[Claim]:
    date, kept, year = year_named(sentence), sentence[:LONGEST], item.day.year
    everything = assertions_in(sentence)
    known = [row for row in load_code_table(REGISTRY, "statement") if _is_said(row, sentence)]
    answered: dict[Assertion, tuple[str, Answer]] = {}
    for row in known:
        assertion = _what_it_is_about(row, [each for each in everything if each not in answered])
        answered[assertion] = (row["statement"], _by_statement(row, assertion, year))
    for assertion in everything:
        if assertion not in answered:
            answered[assertion] = _by_parameter(known, assertion, year) or _by_register(
                assertion, sentence
            )
    for assertion in sorted(answered, key=lambda each: each.begin):
        subject, answer = answered[assertion]
        yield Claim(
            assertion.kind, assertion.words, assertion.value, assertion.unit, subject, date,
            answer.check, answer.found, answer.cite, kept,
        )  # fmt: skip


def parameter_links(claims: Sequence[Claim]) -> list[NewsLink]:
    """The parameters that claims are about, by number or by a known statement; each once."""
    by_statement = {
        row["statement"]: row["parameters"].split()
        for row in load_code_table(REGISTRY, "statement")
    }
    links: dict[str, NewsLink] = {}
    for claim in claims:
        named = [claim.subject] if ":" in claim.subject else by_statement.get(claim.subject, [])
        for name in named:
            links.setdefault(
                name,
                NewsLink(
                    "parameter", name, "text", 0, claim.sentence[: 2 * AROUND], "",
                    LinkStatus.SUGGESTED,
                ),
            )  # fmt: skip
    return sorted(links.values(), key=lambda link: link.target)


@dataclass(frozen=True)
class Answer:
    """What is known of one thing said."""

    check: Check
    found: str
    cite: str


def _is_said(row: Mapping[str, str], sentence: str) -> bool:
    plain = sentence.lower()
    return all(word in plain for word in row["words"].lower().split(" + "))


def _what_it_is_about(row: Mapping[str, str], assertions: list[Assertion]) -> Assertion:
    """The thing said that a known statement is about: the one its words name, of its kind."""
    kind = [each for each in assertions if each.kind == row["about"]]
    words = row["words"].split(" + ")
    named = [each for each in kind if any(word in each.words for word in words)]
    for each in named or kind:
        return each
    return Assertion("statement", row["statement"], "", "", 0)


def _by_statement(row: Mapping[str, str], assertion: Assertion, year: int) -> Answer:
    check, finding = Check(row["check"]), row["found"]
    facts = _measured(row["facts"])
    if facts:
        if assertion.number in [Decimal(each["value"]) for each in facts]:
            check = Check.MATCHES
        measured = "; ".join(
            f"{each['year']} {each['of']} {show(Decimal(each['value']), each['unit'])} "
            f"({each['cite']}; {each['status']})"
            for each in facts
        )
        finding = f"{finding}: {MEASURED[row['facts']][1]}: {measured}"
    values = [f"{name} {words}" for name, _, words, _ in _parameters(row, year)]
    return Answer(check, "; ".join([finding, *values]), f"{row['cite']} ({row['status']})")


def _measured(fact: str) -> list[dict[str, str]]:
    """The measurements of a share that stands in ``rules/book/measured_share.csv``, by year."""
    if fact not in MEASURED:
        return []
    column, _ = MEASURED[fact]
    rows = load_code_table("book", "measured_share")
    return [
        {**row, "of": OF_ALL if row["line_of_business"] == "all" else row["line_of_business"],
         "value": row[column], "unit": "ratio"}
        for row in rows
        if row[column]
    ]  # fmt: skip


def _parameters(row: Mapping[str, str], year: int) -> Iterator[tuple[str, object, str, str]]:
    """The parameters a statement names: name, value, value in words, citation."""
    for reference in row["parameters"].split():
        program, _, name = reference.partition(":")
        rules = load_rules(program)
        keys = dict.fromkeys(rules.keys_of(name), year)
        try:
            held = rules.get(name, **keys)
        except ParameterMissing:
            yield reference, None, f"is not known for {year}", ""
            continue
        words = f"is {show(held.value, held.unit)} in {year} ({held.status})"
        yield reference, held.value, words, held.cite


def _by_parameter(
    known: list[Mapping[str, str]], assertion: Assertion, year: int
) -> tuple[str, Answer] | None:
    """A number beside a known statement that is the value of one of its parameters."""
    for row in known:
        for name, value, words, cite in _parameters(row, year):
            if assertion.number is not None and assertion.number == value:
                return name, Answer(Check.MATCHES, f"{name} {words}", cite)
    return None


def _by_register(assertion: Assertion, sentence: str) -> tuple[str, Answer]:
    """A date, or a length of a period, held against the program its sentence names last before."""
    nothing = Answer(Check.UNKNOWN, NOTHING, "")
    named = [each for each in mentions(sentence) if each.kind == "program"]
    if not named:
        return "", nothing
    before = [each for each in named if each.begin < assertion.begin]
    entry = registered()[(before or named)[-1].target]
    if assertion.kind == "date":
        return entry.program, _date(entry, assertion, sentence) or nothing
    if assertion.kind == "duration":
        return entry.program, _length(entry, assertion, sentence) or nothing
    return entry.program, nothing


def _spans(entry: Registered) -> list[tuple[str, Span, str]]:
    """The periods of a program: what each is, its days, its citation."""
    own = ("performance", entry.span, f"{entry.facts['cite']} ({entry.begins_status})")
    return [own, *((e.kind, e.span, f"{e.cite} ({e.status})") for e in entry.events)]


def _date(entry: Registered, assertion: Assertion, sentence: str) -> Answer | None:
    """Whether something of the program begins, or ends, on the date said to be that."""
    day = first_day(assertion.value)
    words = sentence[: assertion.begin]
    begins, ends = _BEGINS.search(words), _ENDS.search(words)
    if not begins and not ends:
        return None
    for kind, span, cite in _spans(entry):
        if (begins and span.begins == day) or (ends and span.ends == day):
            return Answer(Check.MATCHES, f"{kind} of {entry.program}: {span}", cite)
    told = "; ".join(f"{kind} {span}" for kind, span, _ in _spans(entry))
    return Answer(Check.DIFFERS, f"{entry.program}: {told}", entry.facts["cite"])


def _length(entry: Registered, assertion: Assertion, sentence: str) -> Answer | None:
    """Whether a period that the sentence names is as long as it says."""
    for kind, span, cite in _spans(entry)[1:]:
        if kind in sentence and span.begins and span.ends and assertion.unit == "months":
            after = span.ends + dt.timedelta(days=1)
            months = (after.year - span.begins.year) * 12 + after.month - span.begins.month
            same = after.day == span.begins.day and months == assertion.number
            check = Check.MATCHES if same else Check.DIFFERS
            return Answer(check, f"{kind} of {entry.program}: {span}, {months} months", cite)
    return None
