"""Qualifying participants in Advanced APMs: every entity or clinician of a user's list."""

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
from openvbc.rules.load import load_rules
from openvbc.worksheets.performance.mips.advanced_apm import QP_STATUS

NUMBERS = tuple(each for each in QP_STATUS.inputs.values() if each.name != "performance_year")
SNAPSHOTS = ("march", "june", "august")
"""31 March, 30 June and 31 August, 42 CFR 414.1425(b): each counts from the first of January."""
COLUMNS = (
    optional("snapshot", read.one_of(*SNAPSHOTS), "which snapshot the figures are of", "march"),
    *(
        optional(each.name, not_negative(read.money) if each.unit == "USD" else whole, each.label)
        for each in NUMBERS
    ),
)
STATES = ("QP", "partial QP", "no QP")
"""From the best: the best of any snapshot is the year's."""
PAIRS = (
    ("payments_attributed", "payments_eligible"),
    ("patients_attributed", "patients_eligible"),
    ("all_payer_payments_attributed", "all_payer_payments_eligible"),
    ("all_payer_patients_attributed", "all_payer_patients_eligible"),
)
PRESENTATION = Presentation(
    headline=("payment_share", "patient_share", "incentive_payment", "conversion_factor_gain"),
    result="incentive_payment",
    totals=("incentive_payment", "conversion_factor_gain"),
)
NOTES = (
    "Who is a QP at any snapshot (31 March, 30 June, 31 August) is one for the year; the first with"
    " the best status is shown, and all of them in the sheet 'snapshots'.",
    "The incentive is of the covered professional services given; empty where none are. What the"
    " higher conversion factor is worth is told for the same services in the payment year.",
)


def settle_advanced_apms(path: Path, year: int, overlays: Sequence[Path] = ()) -> Settlement:
    """Judge every row of a list for a QP performance year.

    Raises:
        InputError: the list cannot be read. ParameterMissing: a rule of the year is not known.
        EmptyResult: no row can be judged.
    """
    rules = load_rules("mips", tuple(overlays))
    check_year(rules, ("qp_payment_threshold", "apm_incentive"), year, "performance_year")
    rows, aside = read_list(path, COLUMNS, "Advanced APM entities", "snapshot")
    kept = without_unusable(rows, _unusable, aside)
    if not kept:
        reasons = reasons_of(aside)
        raise EmptyResult(
            "no entity or clinician of the list could be judged",
            place=aside[0].place if aside else None,
            rule=reasons,
            action="give npi, tin or entity, and payments or patients, attributed and eligible",
            code="VBC-703",
        )
    given = {each.name: [row.values[each.name] for row in kept] for each in NUMBERS}
    evaluation = QP_STATUS.evaluate({"performance_year": year, **given}, rules)
    contracts = []
    for number, row in enumerate(kept):
        partial = "partial QP" if evaluation.value("is_partial_qp", number) else "no QP"
        status = "QP" if evaluation.value("is_qp", number) else partial
        snapshot = row.values["snapshot"] or ""
        contracts.append(ContractYear(row.identifier, year, status, snapshot))
    best = _best(contracts)
    every = {"snapshots": Sheet(contracts, evaluation, [each.name or "-" for each in contracts])}
    return Settlement(
        "mips", f"Advanced APMs: qualifying participants, performance year {year}",
        Sheet([contracts[n] for n in best], evaluation.at(best)), PRESENTATION,
        len(kept) + len(aside), aside, details=every if len(best) < len(kept) else {},
        sources=(path,), notes=NOTES,
    )  # fmt: skip


def _best(contracts: Sequence[ContractYear]) -> list[int]:
    """For each entity the first snapshot with its best status, in the list's order."""
    rank = {name: place for place, name in enumerate(("", *SNAPSHOTS))}
    best_rows: dict[str, int] = {}
    for number, each in enumerate(contracts):
        held = best_rows.setdefault(each.identifier, number)
        one, other = (
            (STATES.index(contracts[n].group), rank[contracts[n].name]) for n in (number, held)
        )
        if one < other:
            best_rows[each.identifier] = number
    return list(best_rows.values())


def _unusable(row: ListRow) -> SetAside | None:
    for part, whole_of in PAIRS:
        attributed, eligible = row.values[part], row.values[whole_of]
        if (attributed is None) != (eligible is None):
            return SetAside("a share lacks a part", row.place, f"{part} and {whole_of} go together")
        if attributed is not None and attributed > eligible:
            return SetAside("more attributed than eligible", row.place, f"{part} over {whole_of}")
    if all(row.values[part] is None for part, _ in PAIRS[:2]):
        return SetAside("neither payments nor patients of Medicare are given", row.place)
    return None
