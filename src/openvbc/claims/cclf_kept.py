"""The records in use, in the order of their cells, as columns of the staged tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.arrow_columns import (
    constant_column,
    date_column,
    decimal_column,
    full_text_column,
    pyarrow,
    text_column,
)
from openvbc.claims.cclf_checked import CheckedRecords, RecordFields
from openvbc.claims.cclf_columns import DENIAL_FIELDS, PROFESSIONAL_DIAGNOSES, FileMap, Take
from openvbc.claims.field_marks import Mark
from openvbc.claims.fixed_width import BLANK, FILLER, NO_DATE, Bytes, Mask, is_blank
from openvbc.claims.layout import denying_codes, known_codes
from openvbc.claims.people_codes import CONSEQUENCES, not_understood


@dataclass(frozen=True)
class Source:
    """Where a block comes from: file name, rank of its delivery, and the delivery's date."""

    name: str
    delivery: int
    date: dt.date | None


class KeptRecords(RecordFields):
    """The rows in use, in the order of their cells, as columns."""

    def __init__(
        self,
        rows: CheckedRecords,
        keep: NDArray[np.int64],
        source: Source,
        values: dict[str, tuple[NDArray[Any], Mask]],
        sign: NDArray[np.int64],
    ) -> None:
        self.rows, self.keep, self.source = rows, keep, source
        self.layout = rows.layout
        whole = len(keep) == len(rows.records) and bool((np.diff(keep) == 1).all())
        self.records = rows.records if whole else rows.records[keep]
        self.values, self.sign = values, sign[keep]
        self.count = len(keep)
        self.guessed = 0

    def filled(self, name: str) -> int:
        """Records that fill a field."""
        return int(self.count - is_blank(self.view(name)).sum())

    def columns(self, form: FileMap, person: Any) -> dict[str, Any]:
        """Every column of the staged table."""
        pa = pyarrow()
        columns: dict[str, Any] = {}
        for take in form.columns:
            columns[take.column] = self._column(take)
        columns["person_id"] = person
        if form.adjusted:
            columns["adjustment_type"] = text_column(self.rows.adjustment[self.keep][None, :])
            columns["sign"] = pa.array(self.sign.astype(np.int32))
        if form.chain:
            key = text_column(self.chain(form))
            if form.chain_of:
                import pyarrow.compute as pc

                key = pc.binary_join_element_wise(form.chain_of, key, "|")
            columns["natural_key"] = key
        if form.denial:
            columns["is_denied"] = pa.array(self._denied(form))
        columns["source_file"] = constant_column(self.source.name, self.count, pa.string())
        columns["source_line"] = pa.array(self.rows.lines[self.keep])
        columns["delivery"] = constant_column(self.source.delivery, self.count, pa.int32())
        return columns

    def batch(self, columns: dict[str, Any]) -> Any:
        """Columns as one batch."""
        return pyarrow().RecordBatch.from_pydict(columns)

    def _column(self, take: Take) -> Any:
        pa = pyarrow()
        names = [name for name in take.fields if self.layout.has(name)]
        if not names:
            kinds = {
                "date": pa.date32(), "money": pa.decimal128(12, 2),
                "quantity": pa.decimal128(18, 4), "whole": pa.int64(),
            }  # fmt: skip
            return pa.nulls(self.count, kinds.get(take.kind, pa.string()))
        if take.kind == "text":
            if names[0] not in CONSEQUENCES:
                full = full_text_column(self.view(names[0]).T)
                if full is not None:
                    return full
            columns = self.field(names[0])
            self.look_for_shift(names[0], columns)
            self._look_for_codes(names[0], columns)
            return text_column(columns)
        if take.kind == "joined":
            parts = [self.field(name) for name in names]
            for name, part in zip(names, parts, strict=True):
                self._look_for_codes(name, part)
            joined = np.concatenate(parts)
            for part in parts[: take.needed]:
                if (blank := is_blank(part)).any():  # what follows would stand in its place
                    joined = np.where(blank, np.uint8(BLANK), joined)
            return text_column(joined)
        values, null = self.values[take.column]
        values, null = values[self.keep], null[self.keep]
        if take.kind == "date":
            return date_column(self._load_date(take, values))
        if take.kind == "whole":
            return pa.array(values, mask=null if null.any() else None)
        if take.kind == "quantity":
            return decimal_column(values, 4, 18, null)
        return decimal_column(values * self.sign if take.signed else values, 2, 12, null)

    def _look_for_codes(self, name: str, columns: Bytes) -> None:
        if name in CONSEQUENCES and (count := not_understood(name, columns)):
            self.rows.marks[Mark.STRANGE_CODE, name] += count

    def look_for_shift(self, name: str, columns: Bytes) -> None:
        """Count the values that begin with a blank."""
        if len(columns) > 1:
            first = columns[0] == BLANK
            if first.any():
                count = int((first & ~is_blank(columns)).sum())
                if count:
                    self.rows.marks[Mark.INDENTED, name] += count

    def _load_date(self, take: Take, days: NDArray[np.int32]) -> NDArray[np.int32]:
        """A record without a load date was known, at the latest, on the date of its delivery."""
        if take.column == "load_date" and self.source.date is not None:
            missing = days == NO_DATE
            self.guessed = int(missing.sum())
            epoch = (self.source.date - dt.date(1970, 1, 1)).days
            self.rows.marks[Mark.LOADED_LATER, take.fields[0]] += int((days > epoch).sum())
            return np.where(missing, np.int32(epoch), days).astype(np.int32)
        return days

    def chain(self, form: FileMap) -> Bytes:
        """Bytes of the natural key that joins a debit/credit chain, one record a column."""
        parts: list[Bytes] = []
        for choice in form.chain:
            names = [name for name in choice.split("|") if self.layout.has(name)]
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
            return ~is_blank(self.view(DENIAL_FIELDS["claim"][0]))
        denied = np.zeros(self.count, dtype=np.bool_)
        for name in DENIAL_FIELDS["line"]:
            code = self.field(name)
            denied |= _one_of(code, denying_codes(name))
            known = is_blank(code) | _one_of(code, known_codes(name))
            if not known.all():
                for value in text_column(code[:, ~known]).to_pylist():
                    self.rows.marks[Mark.UNKNOWN_CODE, f"{name} {value}"] += 1
        return denied


def _one_of(columns: Bytes, codes: frozenset[str]) -> NDArray[np.bool_]:
    mask = np.zeros(columns.shape[1], dtype=np.bool_)
    for code in codes:
        padded = code.ljust(len(columns)).encode()
        match = np.ones(columns.shape[1], dtype=np.bool_)
        for position, byte in enumerate(padded):
            match &= columns[position] == byte
        mask |= match
    return mask


def _differs(columns: Bytes) -> Mask:
    """Whether each record but the first holds other bytes than the one before it."""
    changes: Mask = (columns[:, 1:] != columns[:, :-1]).any(axis=0)
    return changes


def header_diagnoses(
    kept: KeptRecords, columns: dict[str, Any], cells: NDArray[np.int64]
) -> tuple[Any, NDArray[np.int64]]:
    """Header diagnoses of Part B claims: from the first line of each claim and any that differs."""
    pa = pyarrow()
    fields = kept.layout.fields
    first, last = fields["CLM_DGNS_1_CD"].start, fields["CLM_DGNS_12_CD"].end
    block = np.ascontiguousarray(kept.records[:, first:last].T)
    new = np.ones(kept.count, dtype=np.bool_)
    new[1:] = _differs(kept.field("CUR_CLM_UNIQ_ID")) | _differs(block)
    chosen: list[NDArray[np.int64]] = []
    texts: list[Any] = []
    positions: list[NDArray[np.int64]] = []
    for position, name in enumerate(PROFESSIONAL_DIAGNOSES, start=1):
        code = block[fields[name].start - first : fields[name].end - first]
        kept.look_for_shift(name, code)
        here = np.flatnonzero(new & (code[0] != BLANK) & (code[0] != FILLER))
        if len(here):
            chosen.append(here)
            texts.append(text_column(code[:, here]))
            positions.append(np.full(len(here), position, dtype=np.int64))
    index = np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)
    order = np.argsort(index, kind="stable")
    taken = pa.array(index[order])
    names = (
        "claim_id", "person_id", "claim_type_code", "claim_start_date", "claim_end_date",
        "source_file", "source_line", "delivery", "claim_group",
    )  # fmt: skip
    diagnoses = {name: columns[name].take(taken) for name in names}
    written = pa.concat_arrays(texts) if texts else pa.array([], pa.string())
    place = np.concatenate(positions) if positions else np.zeros(0, dtype=np.int64)
    diagnoses["diagnosis_code"] = written.take(pa.array(order))
    diagnoses["position"] = pa.array(place[order])
    version = text_column(kept.field("DGNS_PRCDR_ICD_IND"))
    diagnoses["code_version"] = version.take(taken)
    diagnoses["claim_kind"] = constant_column("professional", len(order), pa.string())
    return pa.RecordBatch.from_pydict(diagnoses), cells[index[order]]
