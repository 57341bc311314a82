"""The hand-worked episode cases: every case is a person of one store, run at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from episode_store import Store, day
from openvbc.rules.load import load_rules
from openvbc.steps.episodes.medicare import MedicareModel, read_lists, read_numbers
from openvbc.steps.episodes.terms import Given, Terms
from own_yaml import texts_of_yaml

FOLDER = Path(__file__).parent / "cases"
BPCI_ADVANCED = MedicareModel(
    "bpci-advanced", "model_year",
    ("post_anchor_days", "monitoring_days", "lower_percentile", "upper_percentile"), True,
)  # fmt: skip
WEIGHTS = [
    (2025, "189", "04", 35), (2025, "853", "18", 62), (2025, "190", "04", 90),
    (2025, "776", "14", 26), (2025, "690", "25", 40), (2025, "291", "05", 20),
    (2025, "871", "18", 38),
]  # fmt: skip
"""Fiscal year, MS-DRG, category, geometric mean stay in tenths; invented."""


@dataclass(frozen=True)
class Case:
    """A case and the person it stands for in the store."""

    file: str
    person: str
    said: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.file}: {self.said['case']}"


def cases(*files: str) -> list[Case]:
    """The cases of the files named, or of all."""
    case_list = []
    for path in sorted(FOLDER.glob("*.yaml")):
        if files and path.stem not in files:
            continue
        written = texts_of_yaml(path)
        for number, said in enumerate(written["cases"], start=1):
            case_list.append(Case(path.stem, f"{path.stem[:2].upper()}{number:02d}", said))
    return case_list


def store_of(every: list[Case]) -> tuple[Store, list[tuple[Any, ...]]]:
    """The store of the cases' people, and their spans."""
    store, spans = Store(), []
    for case in every:
        about = dict(case.said.get("person", {}))
        covered = about.pop("covered", "true") == "true"
        store.person(case.person, covered=covered, **about)
        for text in case.said["claims"]:
            store.claim(case.person, text)
        for text in case.said.get("spans", ()):
            kind, days = text.split()
            first, last = (day(part) for part in days.split(".."))
            spans.append((case.person, kind, first, last))
    return store, spans


def bpci_terms(
    store: Store, spans: list[tuple[Any, ...]], basis: str = "PAID", weights=WEIGHTS
) -> Terms:
    """BPCI Advanced, model year 8, with the tables of the cases."""
    numbers, doubts = read_numbers(BPCI_ADVANCED, load_rules("bpci_advanced"), 8)
    given = Given(
        claim_addition=store.addition(),
        drg_remap=[("246", 2025, "321")],
        drg_weight=weights,
        person_span=spans,
        facility_span=[("010077", "DEMONSTRATION", day("2019-01-01"), day("2025-12-31"))],
        outpatient_rank=[("99999", 2025, 1), ("92928", 2025, 2), ("88888", 2025, 2)],
        global_surgery=[("27130", 2025)],
        update_factor=[
            ("SKILLED_NURSING", day("2025-02-01"), day("2025-02-28"), Decimal("1.05"))
        ],
    )  # fmt: skip
    return Terms(
        numbers, read_lists(BPCI_ADVANCED, 8, {}), basis, dt.date(2025, 1, 1),
        dt.date(2025, 12, 31), dt.date(2026, 12, 31), given, doubts,
    )  # fmt: skip
