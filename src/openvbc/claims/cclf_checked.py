"""Records of a block checked value by value: which cannot be used, and why.

A record is set aside, with its line and reason, when a number is not a number, a date does not
exist, or what identifies it is missing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.amount_form import odd_amounts, whole_amounts
from openvbc.claims.cclf_columns import DENIAL_FIELDS, PROFESSIONAL_DIAGNOSES, FileMap, Take
from openvbc.claims.field_marks import Mark, Marks
from openvbc.claims.fixed_numbers import numbers
from openvbc.claims.fixed_width import (
    BLANK,
    NO_DATE,
    Block,
    Bytes,
    Mask,
    dates,
    is_blank,
    not_plain,
    upper,
)
from openvbc.claims.layout import Layout

MONEY_LIMIT = 10**12
"""Ten billion dollars in cents: more than an amount column holds."""
SAMPLES = 20
"""Lines kept of each reason, to look at."""


@dataclass
class SetAsideRows:
    """Records not used: how many by reason, and the first lines of each, to look at."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: dict[str, list[int]] = field(default_factory=dict)

    def add(self, reason: str, lines: NDArray[np.int64]) -> None:
        """Count records under a reason and keep the first lines."""
        self.counts[reason] += len(lines)
        kept = self.lines.setdefault(reason, [])
        kept += [int(line) for line in lines[: SAMPLES - len(kept)]]

    def merge(self, other: SetAsideRows) -> None:
        """Add the counts of another block."""
        self.counts += other.counts
        for reason, lines in other.lines.items():
            kept = self.lines.setdefault(reason, [])
            kept += lines[: SAMPLES - len(kept)]


class RecordFields:
    """Records of one layout, read field by field."""

    records: Bytes
    layout: Layout

    def field(self, name: str) -> Bytes:
        """Bytes of a field, one record a column."""
        return np.ascontiguousarray(self.view(name))

    def view(self, name: str) -> Bytes:
        """The same as they lie in the records, for what looks at few of them."""
        at = self.layout.fields[name]
        return self.records[:, at.start : at.end].T


class CheckedRecords(RecordFields):
    """The records of a block that are still in use, and the reasons of those that are not."""

    def __init__(self, block: Block, layout: Layout) -> None:
        self.records = block.records
        self.lines = block.lines
        self.layout = layout
        self.reason = np.zeros(len(block.lines), dtype=np.int16)
        self.reasons: list[str] = [""]
        self.adjustment: Bytes = np.full(len(block.lines), 48, dtype=np.uint8)
        self.marks: Marks = Counter()
        """What is noticed about fields of records that are used all the same."""

    def fail(self, bad: Mask, reason: str) -> None:
        """Give records a reason not to be used; the first reason stays."""
        if bad.any():
            if reason not in self.reasons:
                self.reasons.append(reason)
            self.reason[bad & (self.reason == 0)] = self.reasons.index(reason)

    def set_aside(self) -> SetAsideRows:
        """The records that have a reason, counted by it."""
        rows = SetAsideRows()
        if self.reason.any():
            for number, reason in enumerate(self.reasons[1:], start=1):
                chosen = self.lines[self.reason == number]
                if len(chosen):
                    rows.add(reason, chosen)
        return rows


def checked_values(rows: CheckedRecords, form: FileMap) -> dict[str, tuple[NDArray[Any], Mask]]:
    """Dates and numbers of the block, checked; text is checked for plain characters."""
    values: dict[str, tuple[NDArray[Any], Mask]] = {}
    plain = int(rows.records.max()) <= 126 and int(rows.records.min()) >= BLANK
    for take in form.columns:
        names = [name for name in take.fields if rows.layout.has(name)]
        if not names:
            continue
        if take.kind == "date":
            values[take.column] = _dates(rows, take, names)
        elif take.kind in ("money", "quantity", "whole"):
            values[take.column] = _numbers(rows, take, names[0])
        else:
            if not plain:
                for name in names:
                    rows.fail(not_plain(rows.field(name)), "characters that are not plain text")
            if take.required:
                rows.fail(is_blank(rows.view(names[0])), take.required)
    if not plain:
        for name in _unnamed_fields(rows.layout, form):
            rows.fail(not_plain(rows.field(name)), "characters that are not plain text")
    return values


def _dates(rows: CheckedRecords, take: Take, names: list[str]) -> tuple[NDArray[Any], Mask]:
    days, wrong = dates(rows.field(names[0]))
    rows.fail(wrong, "a date that does not exist")
    for name in names[1:]:
        if (days == NO_DATE).any():
            other, wrong = dates(rows.field(name))
            rows.fail(wrong, "a date that does not exist")
            days = np.where(days == NO_DATE, other, days)
    if take.required:
        rows.fail(days == NO_DATE, take.required)
    return days, days == NO_DATE


def _numbers(rows: CheckedRecords, take: Take, name: str) -> tuple[NDArray[Any], Mask]:
    scale = {"money": 2, "quantity": 4, "whole": 0}[take.kind]
    field = rows.field(name)
    figures, blank, bad = numbers(field, scale)
    words = "an amount" if take.kind == "money" else "a number"
    rows.fail(bad, f"text where {words} belongs")
    if take.kind == "money":
        whole, pointed = whole_amounts(field)
        rows.marks[Mark.ODD_AMOUNT, name] += int(odd_amounts(field).sum())
        rows.marks[Mark.WHOLE_AMOUNT, name] += whole
        rows.marks[Mark.POINTED_AMOUNT, name] += pointed
        rows.fail(np.abs(figures) >= MONEY_LIMIT, "an amount of ten billion dollars or more")
    if take.required:
        rows.fail(blank & ~bad, take.required)
    return figures, blank


def identifiers(rows: CheckedRecords) -> Bytes:
    """The Medicare beneficiary identifier, or where it is blank the number that preceded it."""
    person = rows.field("BENE_MBI_ID")
    blank = is_blank(person)
    if blank.any():
        older = rows.field("BENE_HIC_NUM")
        person = np.where(blank, older, person)
        rows.fail(is_blank(person), "no beneficiary identifier")
    rows.fail(not_plain(person), "characters that are not plain text")
    return upper(person)


def signs(rows: CheckedRecords, form: FileMap) -> NDArray[np.int64]:
    """-1 for cancellations of claims, else 1; the type may be padded with a blank or zero."""
    sign = np.ones(len(rows.lines), dtype=np.int64)
    stated = any("CLM_ADJSMT_TYPE_CD" in take.fields for take in form.columns)
    if form.adjusted or stated:
        code = rows.field("CLM_ADJSMT_TYPE_CD")
        digit = np.where(
            (code[0] == BLANK) | ((code[0] == 48) & (code[1] != BLANK)), code[1], code[0]
        )
        other = np.where(digit == code[0], code[1], code[0])
        known = (digit >= 48) & (digit <= 50) & ((other == BLANK) | (other == 48))
        if stated:  # of a fill, which is no debit or credit; it may be blank
            known |= is_blank(code)
        rows.fail(~known, "adjustment type that is not 0, 1 or 2")
        if form.adjusted:
            sign[digit == 49] = -1
            rows.adjustment = digit
    return sign


def _unnamed_fields(layout: Layout, form: FileMap) -> list[str]:
    """Fields that are read but are no column of their own: chain keys, denials, diagnoses."""
    names = [name for names in form.chain for name in names.split("|")]
    names += DENIAL_FIELDS.get(form.denial, ())
    if form.table == "professional_line":
        names += (*PROFESSIONAL_DIAGNOSES, "DGNS_PRCDR_ICD_IND")
    return [name for name in names if layout.has(name)]
