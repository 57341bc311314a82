"""The truth files: what every computation on the deliveries must find.

Written from the simulation, in exact numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np

from openvbc.synth.conditions import CONDITIONS, DIAGNOSES
from openvbc.synth.inputs import write_lines
from openvbc.synth.measure import BASES, Result, Totals
from openvbc.synth.published import ENROLLMENT_TYPES as TYPES
from openvbc.synth.settings import Settings
from openvbc.synth.simulate import Shard
from openvbc.synth.true_assignment import REASONS, STEPS
from openvbc.synth.true_benchmark import benchmark
from openvbc.synth.true_diagnoses import counted_diagnoses
from openvbc.synth.true_settlement import cents, settlement

_HEADERS = {
    "people": "person_id,opted_out,has_withheld_claims,first_trap",
    "assignment": "person_id,period,calendar_year,is_assigned,step,reason,tie_unresolved",
    "person_months": "person_id,period,enrollment_type,person_months,amount",
    "conditions": "person_id,calendar_year,condition,diagnosis_code,coded",
    "diagnoses": "person_id,calendar_year,diagnosis_code",
    "traps": "label,person_id,period,what_must_happen",
}


class TruthWriter:
    """The files that grow with each shard (people, assignment, months and money, conditions)."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.settings = folder, settings
        self._stack = ExitStack()
        self._files = {
            name: self._stack.enter_context(
                (folder / f"{name}.csv").open("w", encoding="ascii", newline="")
            )
            for name in _HEADERS
        }
        for name, header in _HEADERS.items():
            self._files[name].write(header + "\n")

    def add(self, shard: Shard, feed: dict[str, Result]) -> None:
        """Add a shard."""
        people = shard.people
        ids = people.person_id
        first_trap: dict[int, str] = {}
        for t in shard.traps:
            first_trap.setdefault(t.person, t.label)
            self._files["traps"].write(
                f'{t.label},{ids[t.person]},{t.period},"{t.what_must_happen}"\n'
            )
        present = np.flatnonzero(people.ever_covered)
        withheld = np.zeros(people.count, bool)
        withheld[shard.lines["person"][shard.lines["withheld"]]] = True
        self._files["people"].writelines(
            f"{ids[p]},{int(people.opted_out[p])},{int(withheld[p])},{first_trap.get(p, '')}\n"
            for p in present.tolist()
        )
        for period in self.settings.periods:
            result = feed[period.name]
            outcome = result.outcome
            step, reason, tied = (c[present].tolist() for c in outcome)
            self._files["assignment"].writelines(
                f"{ids[p]},{period.name},{period.year},{int(s > 0)},{STEPS[s]},{REASONS[r]},"
                f"{int(t)}\n"
                for p, s, r, t in zip(present.tolist(), step, reason, tied, strict=True)
            )
            months = result.months()
            who, kind = np.nonzero((months > 0) & outcome.assigned[:, None])
            self._files["person_months"].writelines(
                f"{ids[p]},{period.name},{TYPES[k - 1]},{months[p, k]},"
                f"{dollars(int(result.cents[p, k]))}\n"
                for p, k in zip(who.tolist(), kind.tolist(), strict=True)
                if k
            )
        self._files["conditions"].writelines(self._conditions(shard, ids))

    def _conditions(self, shard: Shard, ids: list[str]) -> Iterator[str]:
        years = self.settings.years
        placed = counted_diagnoses(shard, self.settings)
        pair, diagnosis = np.divmod(placed, len(DIAGNOSES))
        self._files["diagnoses"].writelines(
            f"{ids[p]},{years[y]},{DIAGNOSES[d]}\n"
            for p, y, d in zip(
                (pair // len(years)).tolist(), (pair % len(years)).tolist(), diagnosis.tolist(),
                strict=True,
            )
        )  # fmt: skip
        who, year, which = np.nonzero(shard.illness.coded)
        code = shard.illness.code[who, which]
        seen = np.isin((who * len(years) + year) * len(DIAGNOSES) + code, placed)
        for p, y, c, d, s in zip(
            who.tolist(), year.tolist(), which.tolist(), code.tolist(), seen.tolist(), strict=True
        ):
            yield f"{ids[p]},{years[y]},{CONDITIONS[c].name},{DIAGNOSES[d]},{int(s)}\n"

    def close(self) -> None:
        """Close the growing files."""
        self._stack.close()

    def totals(self, totals: dict[str, Totals], revenue: Decimal) -> None:
        """Write the files of sums, the benchmark and the settlement of both bases."""
        periods = [p.name for p in self.settings.periods]
        keys = [(p, k) for p in periods for k in TYPES]
        per_capita: list[str] = []
        risk: list[str] = []
        county: list[str] = []
        lines: list[str] = []
        settled: list[str] = []
        for basis in BASES:
            total = totals[basis]
            measured = total.measured()
            for period, kind in keys:
                key = period, kind
                months = total.months[key]
                per_capita.append(
                    f"{basis},{period},{kind},{total.persons[key]},{months},"
                    f"{ten(Fraction(months, 12))},"
                    f"{dollars(total.cents[key])},{total.truncated[key]},{ten(total.per_capita(key))}"
                )
                risk.append(
                    f"{basis},{period},{kind},{ten(measured.risk[key])},{ten(measured.demographic[key])}"
                )
            county.extend(
                f"{basis},{p},{c},{k},{m}" for (p, c, k), m in sorted(total.county.items())
            )
            basis_benchmark = benchmark(measured, total.factors, self.settings)
            lines.extend(
                f"{basis},{name},{kind},{ten(value)}" for name, kind, value in basis_benchmark.lines
            )
            settled.extend(
                f"{basis},{name},{value}"
                for name, value in settlement(measured, basis_benchmark, self.settings, revenue)
            )
        write_lines(
            self.folder / "per_capita.csv",
            "basis,period,enrollment_type,persons,person_months,person_years,amount,truncated_persons,per_capita",
            per_capita,
        )
        write_lines(
            self.folder / "risk.csv",
            "basis,period,enrollment_type,risk_score,demographic_score",
            risk,
        )
        write_lines(
            self.folder / "county_person_months.csv",
            "basis,period,county,enrollment_type,person_months",
            county,
        )
        write_lines(self.folder / "benchmark.csv", "basis,line,enrollment_type,value", lines)
        write_lines(self.folder / "settlement.csv", "basis,line,value", settled)


def dollars(amount: int) -> str:
    """Cents as dollars with two decimals."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def ten(value: Fraction) -> Decimal:
    """Ten decimals, half up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.0000000001"), ROUND_HALF_UP)


def revenue_of(totals: Totals) -> Decimal:
    """Participant revenue written into the contract: three tenths of what was spent in the year."""
    spent = sum(totals.cents["PY", k] for k in TYPES)
    return cents(Fraction(spent * 3, 1000))
