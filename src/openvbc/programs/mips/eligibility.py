"""Who must report to MIPS: every clinician or group of a user's list, and what decides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import optional
from openvbc.errors import EmptyResult, SetAside
from openvbc.programs.mips.own_list import (
    ListRow,
    not_negative,
    read_list,
    reasons_of,
    whole,
    without_unusable,
)
from openvbc.programs.published.facility_files import check_year
from openvbc.programs.settlement import ContractYear, Presentation, Settlement, Sheet
from openvbc.rules.load import RuleSet, load_rules
from openvbc.rules.parameter import rows as table_rows
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.performance.mips.eligibility import MIPS_ELIGIBILITY, SEGMENT_INPUTS

FLAGS = ("newly_enrolled", "qp", "partial_qp", "elects_mips")
COLUMNS = (
    optional("clinician_type", read.word, "type as 42 CFR 414.1305 names it", "physician"),
    *(
        optional(
            each.name,
            not_negative(read.money) if each.unit == "USD" else whole,
            each.label,
        )
        for each in SEGMENT_INPUTS
    ),
    *(optional(name, read.flag, name.replace("_", " ")) for name in FLAGS),
)
PRESENTATION = Presentation(
    headline=("must_report", "may_opt_in", "tests_exceeded"), result="tests_exceeded"
)
NOTES = (
    "A group is judged by the totals of its taxpayer number, on a row without an NPI.",
    "Special statuses and whether an entity's election is open are not judged here.",
)


def settle_eligibility(path: Path, year: int, overlays: Sequence[Path] = ()) -> Settlement:
    """Judge every row of a list for a performance year.

    Raises:
        InputError: the list cannot be read. ParameterMissing: a rule of the year is not known.
        EmptyResult: no row can be judged.
    """
    rules = load_rules("mips", tuple(overlays))
    check_year(rules, ("eligible_clinician_types", "low_volume_charges_limit"), year,
               "performance_year")  # fmt: skip
    rows, aside = read_list(path, COLUMNS, "clinicians")
    known, eligible = _types(rules, year)
    services_count = rules.get("low_volume_services_limit", performance_year=year).value is not None
    needed = ("charges", "patients", *(("services",) if services_count else ()))
    kept = without_unusable(rows, lambda row: _unusable(row, known, needed), aside)
    if not kept:
        reasons = reasons_of(aside)
        raise EmptyResult(
            "no clinician or group of the list could be judged",
            place=aside[0].place if aside else None,
            rule=reasons,
            action="give npi, tin or entity, and charges, patients and services by segment",
            code="VBC-702",
        )
    evaluation = MIPS_ELIGIBILITY.evaluate(_inputs(kept, year, eligible), rules)
    contracts = [
        ContractYear(row.identifier, year, outcome(evaluation, number))
        for number, row in enumerate(kept)
    ]
    return Settlement(
        "mips", f"MIPS eligibility, performance year {year}", Sheet(contracts, evaluation),
        PRESENTATION, len(kept) + len(aside), aside, sources=(path,), notes=NOTES,
    )  # fmt: skip


def _types(rules: RuleSet, year: int) -> tuple[set[str], set[str]]:
    """The types that are eligible in any year, and those of the year."""
    history = rules.history("eligible_clinician_types")
    every = {str(row["type"]) for entry in history for row in table_rows(entry.value)}
    now = rules.get("eligible_clinician_types", performance_year=year).value
    return every, {str(row["type"]) for row in table_rows(now)}


def _unusable(row: ListRow, known: set[str], needed: Sequence[str]) -> SetAside | None:
    """What is wrong with a row: its type, or a segment without all that the year's tests need."""
    kind = row.values["clinician_type"]
    if kind is not None and kind.lower() not in known and kind.lower() != "other":
        words = ", ".join(sorted(known))
        return SetAside("clinician type is not known", row.place, f"one of {words}, or other")
    given = 0
    for segment in ("first", "second"):
        values = [row.values[f"{name}_{segment}"] for name in needed]
        present = [value for value in values if value is not None]
        if present and len(present) < len(values):
            detail = f"needed together: {', '.join(needed)}"
            return SetAside(f"the {segment} segment lacks a test", row.place, detail)
        given += bool(present)
    if not given:
        return SetAside("neither segment is given", row.place)
    return None


def _inputs(rows: Sequence[ListRow], year: int, types: set[str]) -> dict[str, object]:
    given: dict[str, object] = {
        each.name: [row.values[each.name] for row in rows] for each in SEGMENT_INPUTS
    }

    def flags(name: str) -> list[bool]:
        return [bool(row.values[name]) for row in rows]

    kinds = [row.values["clinician_type"] for row in rows]
    partial = zip(flags("partial_qp"), flags("elects_mips"), strict=True)
    unelected = [is_partial and not elects for is_partial, elects in partial]
    return {
        **given,
        "performance_year": year,
        "eligible_type": [kind is None or kind.lower() in types for kind in kinds],
        "newly_enrolled": flags("newly_enrolled"),
        "qp": flags("qp"),
        "partial_qp_without_election": unelected,
    }


REASONS = (
    ("eligible_type", False, "no eligible type"),
    ("newly_enrolled", True, "newly enrolled"),
    ("qp", True, "QP"),
    ("partial_qp_without_election", True, "partial QP"),
)


def outcome(evaluation: Evaluation, row: int) -> str:
    """What holds for a row, in words, with what decides."""
    for name, excludes, word in REASONS:
        if bool(evaluation.value(name, row)) is excludes:
            return f"excluded: {word}"
    if evaluation.value("must_report", row):
        return "must report"
    if evaluation.value("may_opt_in", row):
        return "excluded by low volume, may opt in"
    return "excluded by low volume"
