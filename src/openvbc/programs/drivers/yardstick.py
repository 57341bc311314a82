"""What a year of a run is held against: its benchmark, or the year before where it has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from openvbc.engine.base import Engine
from openvbc.engine.quoting import literal
from openvbc.enrollment_type import ENROLLMENT_TYPES, type_name
from openvbc.errors import EmptyResult
from openvbc.programs.run_folder import MAIN
from openvbc.programs.stored_run import StoredRun
from openvbc.run import Run


@dataclass(frozen=True)
class Words:
    """What a reader calls the parts of a program's result."""

    group: str = "Enrollment type"
    groups: str = "Enrollment types"
    units: str = "Person-years"
    """A group's months, a twelfth each; of episodes, twelve months stand for one."""
    unit: str = "person-years"
    per: str = "per capita"
    target: str = "Benchmark"
    spent: str = "Spending"
    result: str = "Benchmark less expenditures"
    beside: str = "Completion and cut-off of high spending"
    """What counts as spending and belongs to no kind of care."""

    @property
    def per_unit(self) -> str:
        """The unit of an amount a unit."""
        return f"USD {self.per}"


SHARED_SAVINGS = Words()


@dataclass(frozen=True)
class Yardstick:
    """The year, the earlier year, and USD a person-year expected of each enrollment type."""

    main: str
    base: str
    names: Mapping[str, str]
    """Every measured period with the name a reader sees."""
    per_capita: Mapping[str, Fraction]
    is_benchmark: bool
    """False: the earlier year's own spending stands in."""
    settled: Decimal | None = None
    """Benchmark less expenditures as settled, rounded there to the cent; None without."""
    words: Words = SHARED_SAVINGS

    def group_name(self, group: str) -> str:
        """A group as a reader calls it."""
        return type_name(group) if self.words is SHARED_SAVINGS else group

    @property
    def said(self) -> str:
        """The yardstick in words."""
        if self.words is not SHARED_SAVINGS:
            of_each = (
                ""
                if self.words.group == self.words.groups
                else (f" of each {self.words.group.lower()}")
            )
            return f"the {self.words.target.lower()}{of_each}"
        if self.is_benchmark:
            return "the updated benchmark of each enrollment type"
        return f"spending a person-year of {self.names[self.base]}, as there is no benchmark"


def yardstick_of(run: Run, engine: Engine) -> Yardstick:
    """The yardstick of a run; `engine` holds `assigned_person`.

    Raises:
        EmptyResult: the year is not over, or the run has no earlier year to look at.
    """
    names, main = run.period_names, run.main_period
    known = next(p for p in run.periods if p["period"] == main)
    before = [period for period in names if period != main]
    if not before:
        raise _nothing("the run measures one year only")
    if known["known_by"] <= known["year_end"]:
        raise _nothing("the year is not over in the data")
    base = before[-1]
    if run.is_settled:
        stored = StoredRun(run.folder)
        if not stored.worksheets.get("is_final", True):
            raise _nothing("the year is not over in the data")
        return Yardstick(main, base, names, _benchmark(stored), True, _settled(stored))
    rows = engine.rows(
        "select enrollment_type, sum(truncated_amount_times_12) as dollars, "
        f"sum(person_months) as months from assigned_person where period = {literal(base)} "
        "group by enrollment_type"
    )
    own = {r["enrollment_type"]: Fraction(r["dollars"]) / int(r["months"]) for r in rows}
    return Yardstick(main, base, names, own, False)


def _benchmark(stored: StoredRun) -> dict[str, Fraction]:
    """Updated benchmark per capita by enrollment type."""
    for name in stored.sheets:
        (row, *_) = stored.rows(name, None, None)
        per_capita = {
            line.removeprefix("updated_benchmark_").upper(): Fraction(value)
            for line, value in row.values.items()
            if line.startswith("updated_benchmark_") and isinstance(value, Decimal)
            and line.removeprefix("updated_benchmark_").upper() in ENROLLMENT_TYPES
        }  # fmt: skip
        if per_capita:
            return per_capita
    raise _nothing("the run has no benchmark by enrollment type")


def _settled(stored: StoredRun) -> Decimal | None:
    (row, *_) = stored.rows(MAIN, None, None)
    benchmark = row.values.get("updated_benchmark_expenditures")
    spent = row.values.get("performance_year_expenditures")
    return None if benchmark is None or spent is None else benchmark - spent


def _nothing(why: str) -> EmptyResult:
    return EmptyResult(
        f"no drivers can be told: {why}",
        rule="drivers hold a whole year against its benchmark and the year before",
        action="'vbc track' shows the months so far",
        code="VBC-9901",
    )
