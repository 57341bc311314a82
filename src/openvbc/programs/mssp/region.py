"""The ACO's region, worked county by county, for its benchmark."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from openvbc.errors import Place, SetAside
from openvbc.programs.mssp.period_and_type import Row, ending_of, number_of
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.worksheet import EXACT
from openvbc.worksheets.shared_savings.regional_expenditure import REGIONAL_EXPENDITURE

SUMS = {
    "regional_expenditure": "part_of_regional_expenditure",
    "national_weight": "part_of_national_weight",
    "regional_risk_score": "part_of_regional_risk_score",
    "regional_demographic_score": "part_of_regional_demographic_score",
}
"""Input of the benchmark to the county line that it adds up."""


@dataclass(frozen=True)
class Region:
    """Regional amounts by period and enrollment type, and the counties behind them."""

    amounts: Mapping[str, Decimal]
    """``regional_expenditure_performance_year_esrd`` ... and ``national_weight_...``."""
    counties: Evaluation | None
    """One row a period, county and enrollment type; None without any county factor."""
    named: Sequence[str]
    """What each row is, for example ``BY1 01001 ESRD``."""
    endings: Sequence[str]
    """Period and type of each row as names end: ``benchmark_year_1_esrd``."""
    set_aside: Sequence[SetAside]
    """Assigned person-years of counties without a factor."""

    def link(self, benchmark: Evaluation) -> None:
        """Let regional inputs of a benchmark be explained down into their counties."""
        if self.counties is None:
            return
        rows: dict[str, list[int]] = defaultdict(list)
        for index, ending in enumerate(self.endings):
            rows[ending].append(index)
        owner = [0] * len(self.named)
        for ending, indices in rows.items():
            detail = Detail(self.counties, owner, self.named, [indices])
            for name, line in SUMS.items():
                if f"{name}_{ending}" in benchmark.worksheet.inputs:
                    benchmark.links[f"{name}_{ending}"] = (detail, line)


def region_of(
    assigned: Sequence[Row],
    factors: Sequence[Row],
    calendar_year: Callable[[str], int],
    rules: RuleSet,
) -> Region:
    """The region of an ACO.

    Args:
        assigned: period, county, enrollment_type, person_years of assigned people.
        factors: calendar_year, county, enrollment_type, per_capita, risk_score, person_years of
            assignable people, and demographic_score where it is known.
        calendar_year: the calendar year of a period.
        rules: the program's rules.
    """
    known = {
        (int(row["calendar_year"]), str(row["county"]), str(row["enrollment_type"])): row
        for row in factors
    }
    used: list[tuple[Row, Row]] = []
    endings: list[str] = []
    set_aside: list[SetAside] = []
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in assigned:
        year = calendar_year(str(row["period"]))
        factor = known.get((year, str(row["county"]), str(row["enrollment_type"])))
        if factor is None:
            detail = f"{row['person_years']} {row['enrollment_type']} person-years of {year}"
            place = Place("county factors", None, "county", str(row["county"]))
            set_aside.append(SetAside("county without a factor", place, detail))
            continue
        used.append((row, factor))
        endings.append(ending_of(row, "county_person_years"))
        totals[endings[-1]] += number_of(row, "person_years", "county_person_years")
    if not used:
        return Region({}, None, (), (), set_aside)
    evaluation = REGIONAL_EXPENDITURE.evaluate(
        {
            "county_expenditure": [number_of(f, "per_capita", "county") for _, f in used],
            "county_risk_score": [number_of(f, "risk_score", "county") for _, f in used],
            "county_demographic_score": [
                None
                if f.get("demographic_score") is None
                else number_of(f, "demographic_score", "county")
                for _, f in used
            ],
            "assignable_person_years": [number_of(f, "person_years", "county") for _, f in used],
            "assigned_person_years": [
                number_of(row, "person_years", "county_person_years") for row, _ in used
            ],
            "assigned_person_years_of_region": [totals[ending] for ending in endings],
        },
        rules,
    )
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    with localcontext(EXACT):
        for index, ending in enumerate(endings):
            for name, line in SUMS.items():
                amounts[f"{name}_{ending}"] += evaluation.columns[line][index]
    named = [f"{row['period']} {row['county']} {row['enrollment_type']}" for row, _ in used]
    return Region(dict(amounts), evaluation, named, endings, set_aside)
