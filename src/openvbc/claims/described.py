"""Birth date and sex of identifiers as CCLF8 and assignment reports have them, before they are
joined.

What a file says is kept beside the store (:mod:`openvbc.claims.kept_tables`): a delivery taken in
before is not looked through again for who is who.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.claims import csv_values
from openvbc.claims.alr_files import AssignmentReport, find_reports
from openvbc.claims.arrow_columns import pyarrow, text_column
from openvbc.claims.buckets import hash_of, hashes
from openvbc.claims.cells import text_matrix
from openvbc.claims.csv_table import CsvColumn, read_csv
from openvbc.claims.delivery import Member
from openvbc.claims.fixed_width import Block, Bytes, blocks, upper
from openvbc.claims.identity import Described
from openvbc.claims.kept_tables import KeptTable
from openvbc.claims.layout import layouts_of
from openvbc.claims.null_dates import NULL_DATES
from openvbc.claims.taken import Taken
from openvbc.engine.digests import file_digest

_SEXES = ("1", "2")
_SAID = ("name", "birth_date", "sex")
_FIELDS = ("BENE_MBI_ID", "BENE_DOB", "BENE_SEX_CD")
_OF_REPORTS = (
    CsvColumn("BENE_MBI_ID", csv_values.identifier, "identifier", ""),
    CsvColumn("BENE_BRTH_DT", csv_values.date, "birth date", "", False, False),
    CsvColumn("BENE_SEX_CD", csv_values.code(1), "sex", "", False, False),
)


def described(
    members: list[Member],
    wanted: Collection[str],
    reports: tuple[Path, ...] = (),
    taken: Taken | None = None,
) -> dict[str, Described]:
    """What the newest CCLF8 that says it says of each identifier wanted, else a report.

    Only rows of these identifiers are looked at in full; the hash narrows the search.
    """
    if not wanted:
        return {}
    people: dict[str, Described] = {}
    for member in sorted((m for m in members if m.file == "8"), key=lambda m: m.order):
        for name, birth, sex in _rows(_of_member(member, taken), wanted):
            before = people.get(name, Described())
            people[name] = Described(
                before.birth_date if birth in (*NULL_DATES, "") else birth,
                sex if sex in _SEXES else before.sex,
            )
    lacking = {name for name in wanted if not people.get(name, Described()).is_known}
    return people | _in_reports(reports, lacking, people, taken) if reports and lacking else people


def _in_reports(
    reports: tuple[Path, ...],
    lacking: Collection[str],
    known: dict[str, Described],
    taken: Taken | None,
) -> dict[str, Described]:
    """What assignment reports say of identifiers, where CCLF8 says nothing."""
    people: dict[str, Described] = {}
    for report in find_reports(reports):
        if report.table != "1":
            continue
        for name, birth, sex in _rows(_of_report(report, taken), lacking):
            before = known.get(name, Described())
            people[name] = Described(
                before.birth_date or birth, before.sex or (sex if sex in _SEXES else "")
            )
    return people


def _rows(said: KeptTable, wanted: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Name, birth date and sex of the rows of these names, in their order."""
    sought = np.array([hash_of(name) for name in wanted], dtype=np.uint64)
    [hashed] = said.columns(["hash"])
    rows = np.flatnonzero(np.isin(hashed.to_numpy(), sought))
    if len(rows):
        places = pyarrow().array(rows)
        columns = [column.take(places).to_pylist() for column in said.columns(_SAID)]
        for texts in zip(*columns, strict=True):
            name, birth, sex = ((text or "").strip(" ~") for text in texts)
            if name in wanted:
                yield name, birth, sex


def _of_member(member: Member, taken: Taken | None) -> KeptTable:
    if taken is None:
        return KeptTable(pyarrow().table(_read_member(member)))
    return taken.tables.table(taken.key_of(member), lambda: _read_member(member))


def _of_report(report: AssignmentReport, taken: Taken | None) -> KeptTable:
    if taken is None:
        return KeptTable(pyarrow().table(_read_report(report)))
    file = report.source
    key = taken.key(file_digest([file.container]), *file.inner, report.name)
    return taken.tables.table(key, lambda: _read_report(report))


def _read_member(member: Member) -> dict[str, Any]:
    parts: list[tuple[NDArray[np.uint64], Any, Any, Any]] = []
    with member.open() as stream:
        for block in blocks(stream, frozenset(layouts_of("8"))):
            if isinstance(block, Block):
                name, birth, sex = (_field(block, field) for field in _FIELDS)
                texts = (_texts(upper(name)), _texts(birth), _texts(sex))
                parts.append((hashes(upper(name)), *texts))
    pa = pyarrow()
    return {
        "hash": np.concatenate([np.empty(0, np.uint64), *(part[0] for part in parts)]),
        **{
            name: pa.chunked_array([part[n] for part in parts], pa.string())
            for n, name in enumerate(_SAID, 1)
        },
    }


def _field(block: Block, name: str) -> Bytes:
    at = layouts_of("8")[block.records.shape[1]].fields[name]
    return np.ascontiguousarray(block.records[:, at.start : at.end].T)


def _texts(columns: Bytes) -> Any:
    """Texts of a field; what is no plain character is not one that an identifier has."""
    plain = np.where((columns < 32) | (columns > 126), np.uint8(ord("?")), columns)
    return text_column(plain).cast(pyarrow().string())


def _read_report(report: AssignmentReport) -> dict[str, Any]:
    columns = read_csv(report.name, report.content(), _OF_REPORTS, "person").columns
    names, births, sexes = (list(columns[c.name]) for c in _OF_REPORTS)
    texts = ("" if birth is None else birth.isoformat() for birth in births)
    pa = pyarrow()
    return {
        "hash": hashes(text_matrix(names)),
        "name": pa.array(names, pa.string()),
        "birth_date": pa.array(texts, pa.string()),
        "sex": pa.array([sex or "" for sex in sexes], pa.string()),
    }
