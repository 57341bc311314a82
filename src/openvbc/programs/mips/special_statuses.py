"""Special statuses of clinicians and groups in each segment of the determination period.

From claims: small practice, hospital-based, ambulatory-surgical-center-based and, where the list of
services says which are patient-facing, non-patient-facing. From the user's list of practices:
rural, and in a geographic health professional shortage area. A group has a status by the share of
its clinicians who have it. 42 CFR 414.1305.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import optional
from openvbc.errors import SetAside
from openvbc.programs.listing import Field, Listing
from openvbc.programs.mips.own_list import read_list
from openvbc.rules.load import RuleSet

HOSPITAL, SURGICAL = "hospital-based", "ASC-based"
NOT_FACING, RURAL, SHORTAGE = "non-patient-facing", "rural", "HPSA"
PLACES = {HOSPITAL: "hospital_services", SURGICAL: "surgical_services"}
PRACTICES = (
    optional("rural", read.flag, "the practice is in a rural area", "yes"),
    optional("hpsa", read.flag, "the practice is in a geographic shortage area", "no"),
)
"""Columns of the list of practices beside npi and tin; a row without an npi is of everybody."""
Row = Mapping[str, Any]
Practices = Mapping[tuple[str, str], Mapping[str, Any]]
"""By taxpayer number and NPI, the NPI empty for the whole number."""


def read_practices(path: Path | None) -> tuple[Practices, list[SetAside]]:
    """Where each practice is, and rows that could not be used; nothing without a list."""
    if path is None:
        return {}, []
    rows, aside = read_list(path, PRACTICES, "practices")
    practice_rows = {}
    for row in rows:
        if row.values["tin"]:
            practice_rows[row.values["tin"], row.values["npi"] or ""] = row.values
        else:
            aside.append(SetAside("a practice without a taxpayer number", row.place))
    return practice_rows, aside


def special_statuses(
    rules: RuleSet, year: int, rows: Sequence[Row], knows_facing: bool, practices: Practices
) -> Listing:
    """The statuses of each clinician and taxpayer number, a row a segment.

    Args:
        rules: of MIPS.
        year: performance year.
        rows: the volumes of clinicians and taxpayer numbers by segment.
        knows_facing: whether the list of services says which are patient-facing.
        practices: where practices are.
    """
    share = Decimal(str(rules.get("place_based_share", performance_year=year).value))
    most = int(str(rules.get("small_practice_clinicians", performance_year=year).value))
    few = int(str(rules.get("patient_facing_encounters_limit", performance_year=year).value))
    tests: dict[str, Callable[[Row], bool | None]] = {
        HOSPITAL: lambda row: _share(row, PLACES[HOSPITAL]) >= share,
        SURGICAL: lambda row: _share(row, PLACES[SURGICAL]) >= share,
        NOT_FACING: lambda row: row["encounters"] <= few if knows_facing else None,
        RURAL: lambda row: _listed(practices, row, "rural"),
        SHORTAGE: lambda row: _listed(practices, row, "hpsa"),
    }
    members: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["npi"]:
            members.setdefault((row["tin"], row["segment"]), []).append(row)
    body = []
    for row in rows:
        group = not row["npi"]
        own = members.get((row["tin"], row["segment"]), [])
        has = [
            _of_group(rules, year, name, [test(each) for each in own]) if group else test(row)
            for name, test in tests.items()
        ]
        small = row["clinicians"] <= most if group else None
        shares = [_share(row, column) for column in PLACES.values()]
        encounters = row["encounters"] if knows_facing else None
        body.append(
            [row["tin"], row["npi"], row["segment"], row["clinicians"], small, *shares, encounters,
             *has]
        )  # fmt: skip
    lead = _lead(knows_facing, practices)
    return Listing("special_statuses", f"Special statuses {year}", _FIELDS, body, lead, "safe")


_FIELDS = (
    Field("Taxpayer number", role="who"), Field("NPI", role="who"), Field("Segment"),
    Field("Clinicians", "count"), Field("Small practice"),
    Field("Share in a hospital's places", "ratio", "evidence"),
    Field("Share in a surgical center", "ratio", "evidence"),
    Field("Patient-facing encounters", "count", "evidence"),
    Field("Hospital-based"), Field("ASC-based"), Field("Non-patient-facing"), Field("Rural"),
    Field("HPSA"),
)  # fmt: skip


def _of_group(rules: RuleSet, year: int, status: str, flags: Sequence[bool | None]) -> bool | None:
    """Whether enough of a group's clinicians have a status; None where that is not known."""
    if not flags or None in flags:
        return None
    of = {"performance_year": year, "special_status": status}
    limit = Decimal(str(rules.get("group_status_share", **of).value))
    share = Decimal(sum(map(bool, flags))) / len(flags)
    exceeds = bool(rules.get("group_status_must_exceed_share", **of).value)
    return share > limit if exceeds else share >= limit


def _share(row: Row, column: str) -> Decimal:
    return Decimal(row[column]) / Decimal(row["services"])


def _listed(practices: Practices, row: Row, column: str) -> bool | None:
    known = practices.get((row["tin"], row["npi"])) or practices.get((row["tin"], ""))
    value = None if known is None else known[column]
    return None if value is None else bool(value)


def _lead(knows_facing: bool, practices: Practices) -> str:
    """What the statuses rest on, and what is not judged."""
    said = ["By the claims of this store; a status in either segment is one for the year."]
    if knows_facing:
        said.append("A line of a patient-facing service is taken as an encounter.")
    else:
        said.append("Non-patient-facing needs a column patient_facing in the list of services.")
    if not practices:
        said.append("Rural and HPSA need the list of practices.")
    said.append("Facility-based status is not judged.")
    return " ".join(said)
