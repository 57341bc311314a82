"""What an item of news says in numbers, dates, citations and codes, sentence by sentence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
                "eleven", "twelve")  # fmt: skip
_MONTH = "|".join(MONTHS)
_DAY = re.compile(rf"\b({_MONTH})\s+(\d{{1,2}}),\s+(\d{{4}})\b")
_DAY_OF_MONTH = re.compile(rf"\b({_MONTH})\s+(\d{{4}})\b")
_YEAR = re.compile(r"\b(?:by|in|since|the|before|after)\s+((?:19|20)\d\d)\b")
_QUALIFIED = r"(?:(less than|more than|fewer than|at least|at most|over|up to|about|nearly|" \
             r"approximately)\s+)?"  # fmt: skip
_SIZE = r"(?:\s+(million|billion|trillion))?"
_NUMBER = r"(\d[\d,]{0,15}(?:\.\d{1,6})?)"
_PERCENT = re.compile(rf"\b{_QUALIFIED}{_NUMBER}\s*(?:%|percent\b)")
_MONEY = re.compile(rf"{_QUALIFIED}\$\s?{_NUMBER}{_SIZE}\b")
_DURATION = re.compile(rf"\b({'|'.join(NUMBER_WORDS)}|\d{{1,3}})-(day|month|year)\b", re.I)
_CITATION = re.compile(
    r"\b\d{1,2}\s+(?:U\.S\.C\.|C\.F\.R\.)\s+(?:§|Part|part)\s*[\d.]+\d|\bPub\. L\. \d+-\d+"
)
_CODES = re.compile(r"\b(?:CPT|HCPCS)(?: codes?)?\s+((?:[A-Z]?\d{4,5}[A-Z]?(?:,\s+|\s+and\s+)?)+)")
_UNIT = r"([A-Za-z][\w-]*(?:\s+[A-Za-z][\w-]*){0,2})"
_COUNT = re.compile(rf"(?<![/.\w])(?<!Section ){_QUALIFIED}{_NUMBER}{_SIZE}\s+{_UNIT}")
_SENTENCE = re.compile(r"(?<=[.!?])[\"\u201d\u2019)]?\s+(?=[\"\u201c(]?[A-Z])")
_SHORTENED = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|Pub|No|Inc|Dr|eff|[A-Z])|[A-Z]\.[A-Z](?:\.[A-Z])?)\.$"
)
_SIZES = {"million": 10**6, "billion": 10**9, "trillion": 10**12}


@dataclass(frozen=True)
class Assertion:
    """One thing said with a value."""

    kind: str
    """``percent``, ``money``, ``count``, ``duration``, ``date``, ``citation`` or ``codes``; for a
    sentence that is known to the register, ``statement``."""
    words: str
    value: str
    unit: str
    begin: int
    """Letters before it in its sentence."""

    @property
    def number(self) -> Decimal | None:
        """Its value where it is a number."""
        try:
            return Decimal(self.value)
        except InvalidOperation:
            return None


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, each line for itself."""
    for line in text.split("\n"):
        kept = ""
        for part in _SENTENCE.split(line):
            kept = f"{kept} {part}".strip()
            if not _SHORTENED.search(kept[-12:]):
                yield kept
                kept = ""
        if kept:
            yield kept


def year_named(sentence: str) -> str:
    """The date a sentence gives its numbers: a day, a month or a year; empty where none."""
    for pattern in (_DAY, _DAY_OF_MONTH, _YEAR):
        if match := pattern.search(sentence):
            return _iso(match)
    return ""


def assertions_in(sentence: str) -> list[Assertion]:
    """Everything a sentence says with a value, in its order; no letter is read twice."""
    taken: list[tuple[int, int]] = []
    facts: list[Assertion] = []
    for kind, pattern in _KINDS:
        for match in pattern.finditer(sentence):
            span = match.span()
            if any(span[0] < end and begin < span[1] for begin, end in taken):
                continue
            value, unit = _value(kind, match)
            if value:
                taken.append(span)
                facts.append(Assertion(kind, " ".join(match.group().split()), value, unit, span[0]))
    return sorted(facts, key=lambda each: each.begin)


_KINDS = (
    ("codes", _CODES), ("citation", _CITATION), ("date", _DAY), ("date", _DAY_OF_MONTH),
    ("percent", _PERCENT), ("money", _MONEY), ("duration", _DURATION), ("count", _COUNT),
)  # fmt: skip
"""Kinds in the order in which they are looked for: what has the plainest form first."""


def _value(kind: str, match: re.Match[str]) -> tuple[str, str]:
    if kind == "date":
        return _iso(match), "date"
    if kind == "citation":
        return match.group(), "citation"
    if kind == "codes":
        return " ".join(re.findall(r"[A-Z]?\d{4,5}[A-Z]?", match.group(1))), "codes"
    if kind == "duration":
        number = match.group(1).lower()
        size = str(NUMBER_WORDS.index(number) + 1) if number in NUMBER_WORDS else number
        return size, f"{match.group(2).lower()}s"
    digits = match.group(2).replace(",", "")
    amount = Decimal(digits)
    if kind == "percent":
        return str(amount / 100), "ratio"
    amount *= _SIZES.get(match.group(3) or "", 1)
    written = f"{amount.normalize():f}"
    if kind == "money":
        return written, "USD"
    unit = re.sub(r"(?: (?:of|in|by|for|and|or|the|since|per|to|at|on|as))+$", "", match.group(4))
    return ("", "") if _is_year(digits) else (written, unit)


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and "1900" <= digits <= "2100"


def _iso(match: re.Match[str]) -> str:
    parts = match.groups()
    if len(parts) == 1:
        return str(parts[0])
    month, year = MONTHS.index(parts[0]) + 1, int(parts[-1])
    if len(parts) == 2:
        return f"{year:04d}-{month:02d}"
    try:
        return dt.date(year, month, int(parts[1])).isoformat()
    except ValueError:
        return ""
