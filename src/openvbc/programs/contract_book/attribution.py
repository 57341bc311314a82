"""Who is in a contract by the care they used: the passes that its terms ask for, as tables.

Plurality: the provider with most of a person's primary care. Majority: the same, if it has the
share agreed. Hierarchy: first primary care specialties, then any, over the months agreed, then both
again over twice as many. Fallback: the hierarchy, and last whatever service over twice the months.
Contracts that ask for the same share one method, measured once. Primary
care services and specialties are those of ``rules/mssp`` in force in the contract year; codes that
count only under a condition are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openvbc.programs.terms.agreed import Agreed
from openvbc.steps.rule_table import rows_in_force

BY_CARE = ("plurality", "majority", "hierarchy", "fallback")
ANY_SERVICE_IN = "fallback"
"""The population whose last pass counts whatever service, as Tuva publishes its five passes."""
_PRIMARY_CARE = frozenset({"PRIMARY_CARE", "PRACTITIONER"})


@dataclass(frozen=True)
class Method:
    """How care decides, as contracts agree on it; equal ones are measured once."""

    population: str
    measure: str
    months: int
    is_prospective: bool
    least_share: Decimal | None
    year: int

    def passes(self) -> list[tuple[int, bool, bool]]:
        """Months, whether only primary care specialties count, whether whatever service does."""
        if self.population in ("plurality", "majority"):
            return [(self.months, False, False)]
        rounds = [(months, only, False) for months in (self.months, 2 * self.months)
                 for only in (True, False)]  # fmt: skip
        return [*rounds, (2 * self.months, False, True)][: 5 if self.counts_any_service else 4]

    @property
    def counts_any_service(self) -> bool:
        """Whether a last pass counts whatever service."""
        return self.population == ANY_SERVICE_IN

    def window(self, months: int) -> tuple[dt.date, dt.date]:
        """First and last day of the months that end before the contract year, or with it."""
        last = dt.date(self.year - 1 if self.is_prospective else self.year, 12, 31)
        index = last.year * 12 + 12 - months
        return dt.date(index // 12, index % 12 + 1, 1), last


def method_of(agreed: Agreed) -> Method | None:
    """The method of a contract; None where a list says who is in it."""
    population = agreed.value("population")
    if population not in BY_CARE:
        return None
    return Method(
        str(population),
        "visits" if agreed.value("attribution_measure") == "visits" else "charges",
        int(agreed.value("attribution_months")),
        bool(agreed.value("attribution_is_prospective")),
        agreed.value("majority_share") if population == "majority" else None,
        agreed.year,
    )


def attribution_tables(
    methods: Mapping[int, Method], periods: Mapping[int, tuple[dt.date, dt.date]]
) -> dict[str, Sequence[tuple[Any, ...]]]:
    """Rows of the tables of attribution, by contract number."""
    numbers: dict[Method, int] = {}
    for method in methods.values():
        numbers.setdefault(method, len(numbers) + 1)
    passes, services, specialties = [], [], []
    for method, number in numbers.items():
        codes = _codes(method.year)
        primary = _primary_care(method.year)
        for place, (months, only, any_service) in enumerate(method.passes(), start=1):
            measure, share, window = method.measure, method.least_share, method.window(months)
            passes.append((number, place, measure, share, *window, only, any_service))
            services += [(number, place, code) for code in codes if not any_service]
            specialties += [(number, place, code) for code in primary if only]
    of_contract = [(n, numbers[method], *periods[n]) for n, method in methods.items()]
    return {
        "attribution_pass": passes,
        "pass_service": services,
        "pass_specialty": specialties,
        "contract_method": of_contract,
    }


def _codes(year: int) -> list[str]:
    rows = rows_in_force("mssp", "primary_care_codes", year)
    return sorted({row["hcpcs_code"] for row in rows if not row["condition"]})


def _primary_care(year: int) -> list[str]:
    rows = rows_in_force("mssp", "provider_specialties", year)
    return sorted({row["specialty_code"] for row in rows if row["role"] in _PRIMARY_CARE})
