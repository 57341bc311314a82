"""Small claims in text for care cases: the language of :mod:`episode_store`, with diagnoses.

``stay A 2024-03-01..2024-03-05 9000.00 dx=I5020+N183 admit=1`` has two diagnoses, the first
principal, and is an emergency admission; ``origin=5`` would be its point of origin.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from episode_store import FIELDS, INSTITUTIONAL, Store
from openvbc.engine.base import Engine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import Value
from openvbc.rules.load import load_rules
from openvbc.steps import care, claims, stays
from openvbc.steps.care.tables import tables
from test_tables import given_table

YEARS = range(2021, 2027)


class CareStore(Store):
    """Rows of the claim store; every person has an identifier named as they are."""

    def person(self, name: str, *, birth: str = "1950-01-01", death: object = None,
               sex: str = "female", years: Iterable[int] = YEARS) -> None:  # fmt: skip
        self.add("person", person_id=name, birth_date=birth, death_date=death, sex=sex)
        self.add("person_identifier", member_id=name, person_id=name)
        for year in years:
            self.add("coverage", person_id=name, calendar_year=year, part_a_mask="1-12",
                     part_b_mask="1-12", medicare_advantage_mask="", other_initiative_mask="",
                     dual_mask="")  # fmt: skip

    def claim(self, person: str, text: str) -> None:
        super().claim(person, text)
        kind, name, days, _, *rest = text.split()
        said = dict(word.split("=", 1) for word in rest)
        claim = f"{person}.{name.partition('/')[0]}"
        first, _, last = days.partition("..")
        whole = kind in INSTITUTIONAL
        if whole:
            row = next(r for r in self.rows["institutional_claim"] if r["claim_id"] == claim)
            codes = said.get("dx", "").split("+")
            row["primary_diagnosis_code"] = codes[0] or None
            if "admit" in said:
                row["admit_type_code"] = said["admit"]
            if "origin" in said:
                row["admit_source_code"] = said["origin"]
        for at, code in enumerate(filter(None, said.get("dx", "").split("+")), start=1):
            self.add(
                "diagnosis", claim_id=claim, person_id=person, position=at, diagnosis_code=code,
                claim_kind="institutional" if whole else "professional",
                code_version=said.get("version", "0"), claim_start_date=first,
                claim_end_date=last or first,
            )  # fmt: skip


assert "known" in FIELDS


def run(
    store: CareStore,
    as_of: str,
    engine: Engine,
    folder: Path,
    wanted: Sequence[str],
    given: Mapping[str, Sequence[Sequence[Value]]] | None = None,
    tier_rules: Sequence[Mapping[str, str]] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """The rows of the wanted tables as of a day."""
    small = dict(store.tables())
    made = tables(
        load_rules("care"), dt.date.fromisoformat(as_of), given=given, tier_rules=tier_rules
    )
    small |= {each.table.name: each.table for each in made}
    pipeline = Pipeline([*claims.steps(), *stays.steps(), *care.steps()]).needed_for(wanted)
    results = pipeline.run(engine, [], small.values(), folder)
    for name in wanted:
        engine.register(name, results[name].table.parts)
    return {name: engine.rows(f"select * from {name}") for name in wanted}


__all__ = ["CareStore", "given_table", "run"]
