"""Birth date and sex of identifiers as CCLF8 and assignment reports have them, before they are
joined."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np

from openvbc.claims import csv_values
from openvbc.claims.alr_files import find_reports
from openvbc.claims.buckets import hash_of, hashes
from openvbc.claims.csv_table import CsvColumn, read_csv
from openvbc.claims.delivery import Member
from openvbc.claims.fixed_width import Block, blocks, upper
from openvbc.claims.identity import Described
from openvbc.claims.layout import layouts_of
from openvbc.claims.null_dates import NULL_DATES

_SEXES = ("1", "2")


def described(
    members: list[Member], wanted: Collection[str], reports: tuple[Path, ...] = ()
) -> dict[str, Described]:
    """What the newest CCLF8 that says it says of each identifier wanted, else a report.

    Only records of these identifiers are looked at in full; the hash narrows the search.
    """
    if not wanted:
        return {}
    sought = np.sort(np.array([hash_of(name) for name in wanted], dtype=np.uint64))
    found: dict[str, Described] = {}
    for member in sorted((m for m in members if m.file == "8"), key=lambda m: m.order):
        with member.open() as stream:
            for block in blocks(stream, frozenset(layouts_of("8"))):
                if isinstance(block, Block):
                    _read(block, sought, wanted, found)
    lacking = {name for name in wanted if not found.get(name, Described()).is_known}
    return found | _in_reports(reports, lacking, found) if reports and lacking else found


_OF_REPORTS = (
    CsvColumn("BENE_MBI_ID", csv_values.identifier, "identifier", ""),
    CsvColumn("BENE_BRTH_DT", csv_values.date, "birth date", "", False, False),
    CsvColumn("BENE_SEX_CD", csv_values.code(1), "sex", "", False, False),
)


def _in_reports(
    reports: tuple[Path, ...], lacking: Collection[str], known: Mapping[str, Described]
) -> dict[str, Described]:
    """What assignment reports say of identifiers, where CCLF8 says nothing."""
    found: dict[str, Described] = {}
    for report in find_reports(reports):
        if report.table != "1":
            continue
        columns = read_csv(report.name, report.content(), _OF_REPORTS, "person").columns
        for name, birth, sex in zip(*(columns[c.name] for c in _OF_REPORTS), strict=True):
            if name in lacking:
                before = known.get(name, Described())
                found[name] = Described(
                    before.birth_date or (birth.isoformat() if birth else ""),
                    before.sex or (sex if sex in _SEXES else ""),
                )
    return found


def _read(
    block: Block, sought: np.ndarray, wanted: Collection[str], found: dict[str, Described]
) -> None:
    fields = layouts_of("8")[block.records.shape[1]].fields
    at = fields["BENE_MBI_ID"]
    identifiers = upper(np.ascontiguousarray(block.records[:, at.start : at.end].T))
    hashed = hashes(identifiers)
    places = np.searchsorted(sought, hashed)
    places[places == len(sought)] = 0
    for row in np.flatnonzero(sought[places] == hashed):
        record = block.records[row].tobytes().decode("ascii", errors="replace")
        name, birth, sex = (
            record[fields[field].start : fields[field].end].strip(" ~")
            for field in ("BENE_MBI_ID", "BENE_DOB", "BENE_SEX_CD")
        )
        name = name.upper()
        if name in wanted:
            before = found.get(name, Described())
            found[name] = Described(
                before.birth_date if birth in (*NULL_DATES, "") else birth,
                sex if sex in _SEXES else before.sex,
            )
