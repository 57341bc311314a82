"""CCLF files 1 to 8, A and B: blocks of records become typed columns, or are set aside.

A record is set aside, with its line and reason, when its length fits no layout, a number is not a
number, a date does not exist, or what identifies it is missing. Amounts come unsigned: those of a
cancellation (adjustment type 1) are multiplied by -1 (CCLF Information Packet 40.0 section 5.3).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.arrow_columns import (
    constant_column,
    date_column,
    decimal_column,
    pyarrow,
    text_column,
)
from openvbc.claims.cclf_columns import (
    DENIAL_FIELDS,
    MAPS,
    PROFESSIONAL_DIAGNOSES,
    FileMap,
    Take,
)
from openvbc.claims.fixed_width import (
    BLANK,
    NO_DATE,
    Block,
    Bytes,
    Mask,
    dates,
    is_blank,
    not_plain,
    numbers,
)
from openvbc.claims.identity import Identities
from openvbc.claims.layout import Layout, denying_codes, known_codes, layouts_of

MONEY_LIMIT = 10**12
ENCOUNTER = "Medicare Advantage encounter (claim type 61)"
SAMPLES = 20


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


@dataclass(frozen=True)
class Decoded:
    """A block read: staged batches with the bucket bounds of their rows, and what was set aside."""

    batches: dict[str, tuple[Any, NDArray[np.int64]]]
    records: int
    set_aside: SetAsideRows
    guessed_load_dates: int = 0
    unknown_codes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Source:
    """Where a block comes from: file name, rank of its delivery, and the delivery's date."""

    name: str
    delivery: int
    date: dt.date | None


class _Rows:
    """The records of a block that are still in use, and the reasons of those that are not."""

    def __init__(self, block: Block, layout: Layout) -> None:
        self.records = block.records
        self.lines = block.lines
        self.layout = layout
        self.reason = np.zeros(len(block.lines), dtype=np.int16)
        self.reasons: list[str] = [""]
        self.adjustment: Bytes = np.full(len(block.lines), 48, dtype=np.uint8)

    def columns(self, name: str) -> Bytes:
        at = self.layout.fields[name]
        return np.ascontiguousarray(self.records[:, at.start : at.end].T)

    def fail(self, bad: Mask, reason: str) -> None:
        if bad.any():
            if reason not in self.reasons:
                self.reasons.append(reason)
            self.reason[bad & (self.reason == 0)] = self.reasons.index(reason)

    def set_aside(self) -> SetAsideRows:
        rows = SetAsideRows()
        if self.reason.any():
            for number, reason in enumerate(self.reasons[1:], start=1):
                chosen = self.lines[self.reason == number]
                if len(chosen):
                    rows.add(reason, chosen)
        return rows


def decode(file: str, block: Block, source: Source, who: Identities, buckets: int) -> Decoded:
    """Read one block of CCLF file `file` ("1" to "8", "A", "B")."""
    layout = layouts_of(file)[block.records.shape[1]]
    form = MAPS[file]
    rows = _Rows(block, layout)
    values = _values(rows, form)
    person = _identifier(rows)
    kind = rows.columns("CLM_TYPE_CD") if layout.has("CLM_TYPE_CD") else None
    if kind is not None:
        rows.fail((kind[0] == ord("6")) & (kind[1] == ord("1")), ENCOUNTER)
    sign = _sign(rows, form)
    set_aside = rows.set_aside()
    keep = np.flatnonzero(rows.reason == 0)
    current, hashed = who.replace(np.ascontiguousarray(person[:, keep]))
    bucket = (hashed % np.uint64(buckets)).astype(np.int64)
    order = np.argsort(bucket, kind="stable")
    bounds = np.searchsorted(bucket[order], np.arange(buckets + 1))
    keep = keep[order]
    current = np.ascontiguousarray(current[:, order])
    kept = _Kept(rows, keep, source, values, sign)
    columns = kept.columns(form, text_column(current))
    guessed = kept.guessed
    if form.table == "diagnosis":
        columns["claim_kind"] = constant_column("institutional", kept.count, pyarrow().string())
    batches = {form.table: (kept.batch(columns), bounds)}
    if file == "5":
        batches["diagnosis"] = _diagnoses(kept, columns, bounds)
    return Decoded(batches, len(block.lines), set_aside, guessed, kept.unknown)


def _values(rows: _Rows, form: FileMap) -> dict[str, tuple[NDArray[Any], Mask]]:
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
                    rows.fail(not_plain(rows.columns(name)), "characters that are not plain text")
            if take.required:
                rows.fail(is_blank(rows.columns(names[0])), take.required)
    if not plain:
        for name in _unnamed_fields(rows.layout, form):
            rows.fail(not_plain(rows.columns(name)), "characters that are not plain text")
    return values


def _dates(rows: _Rows, take: Take, names: list[str]) -> tuple[NDArray[Any], Mask]:
    days, wrong = dates(rows.columns(names[0]))
    rows.fail(wrong, "a date that does not exist")
    for name in names[1:]:
        if (days == NO_DATE).any():
            other, wrong = dates(rows.columns(name))
            rows.fail(wrong, "a date that does not exist")
            days = np.where(days == NO_DATE, other, days)
    if take.required:
        rows.fail(days == NO_DATE, take.required)
    return days, days == NO_DATE


def _numbers(rows: _Rows, take: Take, name: str) -> tuple[NDArray[Any], Mask]:
    scale = {"money": 2, "quantity": 4, "whole": 0}[take.kind]
    found, blank, bad = numbers(rows.columns(name), scale)
    words = "an amount" if take.kind == "money" else "a number"
    rows.fail(bad, f"text where {words} belongs")
    if take.kind == "money":
        rows.fail(np.abs(found) >= MONEY_LIMIT, "an amount of ten billion dollars or more")
    if take.required:
        rows.fail(blank & ~bad, take.required)
    return found, blank


def _identifier(rows: _Rows) -> Bytes:
    """The Medicare beneficiary identifier, or where it is blank the number that preceded it."""
    person = rows.columns("BENE_MBI_ID")
    blank = is_blank(person)
    if blank.any():
        older = rows.columns("BENE_HIC_NUM")
        person = np.where(blank, older, person)
        rows.fail(is_blank(person), "no beneficiary identifier")
    rows.fail(not_plain(person), "characters that are not plain text")
    return person


def _sign(rows: _Rows, form: FileMap) -> NDArray[np.int64]:
    sign = np.ones(len(rows.lines), dtype=np.int64)
    if form.adjusted:
        code = rows.columns("CLM_ADJSMT_TYPE_CD")
        digit = np.where(
            (code[0] == BLANK) | ((code[0] == 48) & (code[1] != BLANK)), code[1], code[0]
        )
        other = np.where(digit == code[0], code[1], code[0])
        known = (digit >= 48) & (digit <= 50) & ((other == BLANK) | (other == 48))
        rows.fail(~known, "adjustment type that is not 0, 1 or 2")
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


class _Kept:
    """The rows in use, in bucket order, as columns."""

    def __init__(
        self,
        rows: _Rows,
        keep: NDArray[np.int64],
        source: Source,
        values: dict[str, tuple[NDArray[Any], Mask]],
        sign: NDArray[np.int64],
    ) -> None:
        self.rows, self.keep, self.source = rows, keep, source
        whole = len(keep) == len(rows.records) and bool((np.diff(keep) == 1).all())
        self.records = rows.records if whole else rows.records[keep]
        self.values, self.sign = values, sign[keep]
        self.count = len(keep)
        self.guessed = 0
        self.unknown: Counter[str] = Counter()

    def field(self, name: str) -> Bytes:
        at = self.rows.layout.fields[name]
        return np.ascontiguousarray(self.records[:, at.start : at.end].T)

    def columns(self, form: FileMap, person: Any) -> dict[str, Any]:
        pa = pyarrow()
        columns: dict[str, Any] = {}
        for take in form.columns:
            columns[take.column] = self._column(take)
        columns["person_id"] = person
        if form.adjusted:
            columns["adjustment_type"] = text_column(self.rows.adjustment[self.keep][None, :])
            columns["sign"] = pa.array(self.sign.astype(np.int32))
        if form.chain:
            columns["natural_key"] = text_column(self._chain(form))
        if form.denial:
            columns["is_denied"] = pa.array(self._denied(form))
        columns["source_file"] = constant_column(self.source.name, self.count, pa.string())
        columns["source_line"] = pa.array(self.rows.lines[self.keep])
        columns["delivery"] = constant_column(self.source.delivery, self.count, pa.int32())
        return columns

    def batch(self, columns: dict[str, Any]) -> Any:
        return pyarrow().RecordBatch.from_pydict(columns)

    def _column(self, take: Take) -> Any:
        pa = pyarrow()
        names = [name for name in take.fields if self.rows.layout.has(name)]
        if not names:
            kinds = {
                "date": pa.date32(), "money": pa.decimal128(12, 2),
                "quantity": pa.decimal128(18, 4), "whole": pa.int64(),
            }  # fmt: skip
            return pa.nulls(self.count, kinds.get(take.kind, pa.string()))
        if take.kind == "text":
            return text_column(self.field(names[0]))
        if take.kind == "joined":
            return text_column(np.concatenate([self.field(name) for name in names]))
        found, null = self.values[take.column]
        found, null = found[self.keep], null[self.keep]
        if take.kind == "date":
            return date_column(self._load_date(take, found))
        if take.kind == "whole":
            return pa.array(found, mask=null if null.any() else None)
        if take.kind == "quantity":
            return decimal_column(found, 4, 18, null)
        return decimal_column(found * self.sign if take.signed else found, 2, 12, null)

    def _load_date(self, take: Take, days: NDArray[np.int32]) -> NDArray[np.int32]:
        """A record without a load date was known, at the latest, on the date of its delivery."""
        if take.column == "load_date" and self.source.date is not None:
            missing = days == NO_DATE
            self.guessed = int(missing.sum())
            epoch = (self.source.date - dt.date(1970, 1, 1)).days
            return np.where(missing, np.int32(epoch), days).astype(np.int32)
        return days

    def _chain(self, form: FileMap) -> Bytes:
        parts: list[Bytes] = []
        for choice in form.chain:
            names = [name for name in choice.split("|") if self.rows.layout.has(name)]
            part = self.field(names[0])
            for name in names[1:]:
                blank = is_blank(part)
                if blank.any():
                    other = self.field(name)
                    padded = np.full_like(part, BLANK)
                    padded[: len(other)] = other
                    part = np.where(blank, padded, part)
            parts.append(part)
        if len(parts) > 1:
            bar = np.full((1, self.count), ord("|"), dtype=np.uint8)
            parts = [piece for part in parts for piece in (part, bar)][:-1]
            return np.concatenate(parts)
        claim = self.field("CUR_CLM_UNIQ_ID")
        blank = is_blank(parts[0])
        if blank.any():
            padded = np.full_like(parts[0], BLANK)
            padded[: len(claim)] = claim
            return np.where(blank, padded, parts[0])
        return parts[0]

    def _denied(self, form: FileMap) -> NDArray[np.bool_]:
        if form.denial == "claim":
            return ~is_blank(self.field(DENIAL_FIELDS["claim"][0]))
        denied = np.zeros(self.count, dtype=np.bool_)
        for name in DENIAL_FIELDS["line"]:
            code = self.field(name)
            denied |= _one_of(code, denying_codes(name))
            known = is_blank(code) | _one_of(code, known_codes(name))
            if not known.all():
                for value in text_column(code[:, ~known]).to_pylist():
                    self.unknown[f"{name} {value}"] += 1
        return denied


def _one_of(columns: Bytes, codes: frozenset[str]) -> NDArray[np.bool_]:
    found = np.zeros(columns.shape[1], dtype=np.bool_)
    for code in codes:
        padded = code.ljust(len(columns)).encode()
        match = np.ones(columns.shape[1], dtype=np.bool_)
        for position, byte in enumerate(padded):
            match &= columns[position] == byte
        found |= match
    return found


def _diagnoses(
    kept: _Kept, columns: dict[str, Any], bounds: NDArray[np.int64]
) -> tuple[Any, NDArray[np.int64]]:
    """Header diagnoses of Part B claims: from the first line of each claim and any that differs."""
    pa = pyarrow()
    first = kept.rows.layout.fields["CLM_DGNS_1_CD"].start
    last = kept.rows.layout.fields["CLM_DGNS_12_CD"].end
    claim = kept.rows.layout.fields["CUR_CLM_UNIQ_ID"]
    records = kept.records
    new = np.ones(kept.count, dtype=np.bool_)
    if kept.count > 1:
        differs = (
            records[1:, claim.start : claim.end] != records[:-1, claim.start : claim.end]
        ).any(1)
        new[1:] = differs | (records[1:, first:last] != records[:-1, first:last]).any(1)
    chosen: list[NDArray[np.int64]] = []
    texts: list[Any] = []
    positions: list[NDArray[np.int64]] = []
    for position, name in enumerate(PROFESSIONAL_DIAGNOSES, start=1):
        at = kept.rows.layout.fields[name]
        here = np.flatnonzero(new & (records[:, at.start] != BLANK) & (records[:, at.start] != 126))
        if len(here):
            chosen.append(here)
            field = np.ascontiguousarray(records[here, at.start : at.end].T)
            texts.append(text_column(field))
            positions.append(np.full(len(here), position, dtype=np.int64))
    index = np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)
    order = np.argsort(index, kind="stable")
    taken = pa.array(index[order])
    names = (
        "claim_id", "person_id", "claim_type_code", "claim_start_date", "claim_end_date",
        "source_file", "source_line", "delivery",
    )  # fmt: skip
    found = {name: columns[name].take(taken) for name in names}
    codes = pa.concat_arrays(texts) if texts else pa.array([], pa.string())
    place = np.concatenate(positions) if positions else np.zeros(0, dtype=np.int64)
    found["diagnosis_code"] = codes.take(pa.array(order))
    found["position"] = pa.array(place[order])
    version = text_column(kept.field("DGNS_PRCDR_ICD_IND"))
    found["code_version"] = version.take(taken)
    found["claim_kind"] = constant_column("professional", len(order), pa.string())
    cuts = np.searchsorted(index[order], bounds)
    return pa.RecordBatch.from_pydict(found), cuts
