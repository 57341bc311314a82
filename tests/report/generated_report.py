"""Reports of invented people, without a run: the small tables a report is made of, by addition.

Nothing of the program counts here. People, their types, months, services and dollars are drawn; the
tables are what they add up to, with groups of a handful of people in most of them.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.programs.report_sections import ReportSection
from openvbc.report.run_counts import run_counts
from openvbc.report.run_page import RunReport, write_run_html

PERIODS = {"BY2": "Benchmark year 2", "BY3": "Benchmark year 3", "PY": "Performance year"}
TYPES = ("AGED_NON_DUAL", "AGED_DUAL", "DISABLED", "ESRD")
OUTCOMES = (
    (True, "STEP_1", None), (True, "STEP_2", None), (True, "VOLUNTARY", None),
    (False, None, "NO_PRIMARY_CARE_SERVICE"), (False, None, "OTHER_ORGANIZATION"),
    (False, None, "MEDICARE_ADVANTAGE"),
)  # fmt: skip
MEASURES = ("INPATIENT", "INPATIENT_ADMITTED", "EMERGENCY_VISIT", "EMERGENCY_VISIT_ADMITTED",
            "COMPUTED_TOMOGRAPHY", "PRIMARY_CARE_VISIT")  # fmt: skip
CATEGORIES = ("INPATIENT", "OUTPATIENT", "PHYSICIAN", "HOSPICE", "AMBULANCE", "SKILLED_NURSING")

Rows = Sequence[Mapping[str, Any]]


class Generated:
    """The tables of one invented organisation."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self._invent()
        while self._totals_meet():
            self._invent()
        self.files = self._files()

    def _invent(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.people = self.draw.choice([30, 60, 120, 250])
        weights = [self.draw.choice([1, 2, 10, 40, 100]) for _ in OUTCOMES]
        weights[0] += 100
        kinds = [100, *(self.draw.choice([1, 3, 8, 30]) for _ in TYPES[1:])]
        changes = self.draw.choice([0, 0, 0.02, 0.2])
        rates = {m: self.draw.choice([0.01, 0.05, 0.3, 1.5]) for m in MEASURES}
        users = {c: self.draw.choice([0.01, 0.05, 0.3, 0.9]) for c in CATEGORIES}
        whole_years = self.draw.random() < 0.3
        for period in PERIODS:
            self._period(period, weights, kinds, changes, rates, users, whole_years)

    def _totals_meet(self) -> bool:
        """A year's types add up to another year's people: the attacker would take it for a sum."""
        assigned = Counter(r["period"] for r in self.tables["assignment"] if r["is_assigned"])
        of_types: Counter[str] = Counter()
        for row in self.tables["per_capita_expenditure"]:
            of_types[row["period"]] += row["persons"]
        return any(
            total != assigned[period] and total in assigned.values()
            for period, total in of_types.items()
        )

    def _period(
        self, period: str, weights: list[int], kinds: list[int], changes: float,
        rates: dict[str, float], users: dict[str, float], whole_years: bool,
    ) -> None:  # fmt: skip
        draw = self.draw
        persons: Counter[str] = Counter()
        months: Counter[tuple[str, int]] = Counter()
        spent: dict[str, Decimal] = defaultdict(Decimal)
        truncated: Counter[str] = Counter()
        events: Counter[tuple[str, str]] = Counter()
        dollars: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        of_category: Counter[tuple[str, str]] = Counter()
        for person in range(self.people):
            if draw.random() < 0.1:
                continue
            assigned, step, reason = draw.choices(OUTCOMES, weights)[0]
            self.tables["assignment"].append(
                {"person_id": person, "period": period, "is_assigned": assigned, "step": step,
                 "reason": reason}
            )  # fmt: skip
            if not assigned:
                continue
            kind = draw.choices(TYPES, kinds)[0]
            last = 12 if whole_years else draw.choice([12, 12, 12, 7, 3])
            turn = draw.randint(2, 12) if draw.random() < changes else 13
            other = draw.choice(TYPES)
            held = [kind if month < turn else other for month in range(1, last + 1)]
            for each in set(held):
                persons[each] += 1
                truncated[each] += draw.random() < 0.04
            for month, each in enumerate(held, start=1):
                months[each, month] += 1
            for measure in MEASURES:
                number = sum(draw.random() < rates[measure] / 4 for _ in range(4))
                if not measure.endswith("_ADMITTED") or draw.random() < 0.5:
                    events[kind, measure] += number
            for category in CATEGORIES:
                if draw.random() < users[category]:
                    amount = Decimal(draw.randint(1_000, 900_000)) / 100
                    dollars[kind, category] += amount
                    of_category[kind, category] += 1
                    spent[kind] += amount
        self._tabled(period, persons, months, spent, truncated)
        for (kind, measure), number in events.items():
            self.tables["utilization"].append(
                {"population": "ASSIGNED", "period": period, "enrollment_type": kind,
                 "measure": measure, "events": number, "days": 0, "amount": Decimal(0)}
            )  # fmt: skip
        for (kind, category), amount in dollars.items():
            self.tables["category_expenditure"].append(
                {"population": "ASSIGNED", "period": period, "enrollment_type": kind,
                 "service_category": category, "amount": amount,
                 "persons": of_category[kind, category]}
            )  # fmt: skip

    def _tabled(
        self, period: str, persons: Counter[str], months: Counter[tuple[str, int]],
        spent: dict[str, Decimal], truncated: Counter[str],
    ) -> None:  # fmt: skip
        for kind, number in persons.items():
            self.tables["per_capita_expenditure"].append(
                {"population": "ASSIGNED", "period": period, "enrollment_type": kind,
                 "persons": number,
                 "person_months": sum(n for (each, _), n in months.items() if each == kind),
                 "amount": spent[kind], "completed_amount": spent[kind],
                 "truncated_amount_times_12": spent[kind] * 12,
                 "truncated_persons": truncated[kind], "truncation_threshold": Decimal("987654.32")}
            )  # fmt: skip
        for (kind, month), number in months.items():
            self.tables["monthly_person_months"].append(
                {"period": period, "month": month, "enrollment_type": kind,
                 "person_months": number}
            )  # fmt: skip

    def _files(self) -> tuple[list[Any], list[Any]]:
        """Waterfall and gaps; some lists have a row a person assigned, some a handful of rows."""
        assigned = {r["person_id"] for r in self.tables["assignment"]
                    if r["is_assigned"] and r["period"] == "PY"}  # fmt: skip
        odd = self.draw.randint(1, 14)
        number = self.draw.choice([len(assigned), len(assigned) + odd])
        waterfall = [
            ("claims", 5000 + odd, 5000, {"a date that does not exist": odd}),
            ("list of people", number, len(assigned), {}),
            ("short list", odd, odd, {}),
        ]
        return waterfall, [("people who opted out", f"{odd} of them", odd)]

    def write(self, folder: Path, *, shared: bool) -> str:
        """The page as printed, for sharing or not."""
        waterfall, gaps = self.files
        counts = run_counts(self.table, list(PERIODS), None, waterfall, gaps, shared)
        report = RunReport(
            title="Invented", subtitle="", settlement=None, table=self.table, waterfall=waterfall,
            gaps=gaps, shown=counts, periods=PERIODS, main_period="PY",
            sections=list(ReportSection), lacking=["a settlement"],
        )  # fmt: skip
        return write_run_html(report, folder / f"{shared}.html").read_text("utf-8")

    def table(self, name: str) -> Rows:
        """A table of the report by name; empty where there is none."""
        return self.tables[name]
