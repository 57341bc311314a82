"""Drivers by people: practices, clinicians, cohorts, joiners and stayers, high-cost people.

Each person's share of the benchmark is that of their enrollment type, a month, times their risk
score over the mean score of the type (1 without a score). So the shares add up to the benchmark,
and what a group contributes is its shares less its spending.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.quoting import literal
from openvbc.engine.table import SmallTable
from openvbc.programs.drivers.yardstick import Yardstick

Row = Mapping[str, Any]
CONFIDENT = 1.96
"""Standard errors on either side of a 95% interval."""
SCORED = "cast(risk_score as decimal(24, 14)) * person_months"
"""A person's score, a month."""
SHARE = (
    "cast(s.a_month as double) * a.person_months "
    "* coalesce(cast(a.risk_score as double) / cast(s.mean_score as double), 1)"
)
"""A person's share of the benchmark, of `assigned_person a` and the `share s` of the type."""
SPENT = "cast(a.truncated_amount_times_12 as double) / 12"
"""What a person spent, as it counts."""
PRACTICE = "select person_id, practice as of_group from attributed_practice where period = {main}"
CLINICIAN = (
    "select person_id, practice || ' ' || clinician as of_group from attributed_practice "
    "where period = {main}"
)
COHORT = (
    "select q.person_id, min(o.place) || ' ' || min_by(q.period, o.place) as of_group "
    "from population q join period_order o on o.period = q.period "
    "where q.population = 'ASSIGNED' group by q.person_id"
)
STANDING = (
    "select q.person_id, case when b.person_id is null then 'JOINED' else 'STAYED' end as of_group "
    "from population q left join population b on b.person_id = q.person_id "
    "and b.population = 'ASSIGNED' and b.period = {base} "
    "where q.population = 'ASSIGNED' and q.period = {main}"
)


@dataclass(frozen=True)
class Group:
    """People of the year together."""

    name: str
    people: int
    person_years: Fraction
    mean_score: Fraction | None
    """Over the months with a score; None without any."""
    benchmark: Fraction
    """Their shares of the benchmark (USD)."""
    spent: Fraction
    """What counts of their spending (USD)."""
    ratio_error: float | None
    """Standard error of spent over benchmark, from how it varies over people; None for one."""

    @property
    def contribution(self) -> Fraction:
        """What they contribute to savings (USD)."""
        return self.benchmark - self.spent

    def risk_adjusted(self, per_capita: Fraction) -> tuple[float, float | None, float | None]:
        """Spending a person-year as if they were average, with its 95% interval.

        A statistic, not a settled amount: it is spent over benchmark, times `per_capita`, the
        organisation's benchmark a person-year.
        """
        if not self.benchmark:
            return 0.0, None, None
        at = float(self.spent / self.benchmark * per_capita)
        if self.ratio_error is None:
            return at, None, None
        wide = CONFIDENT * self.ratio_error * float(per_capita)
        return at, max(0.0, at - wide), at + wide


def mean_scores(engine: Engine, yardstick: Yardstick) -> dict[str, Fraction]:
    """The mean risk score of each enrollment type.

    The engine is given the same as the table `share`, with the benchmark of a month, and the order
    of the years as `period_order`.
    """
    rows = engine.rows(
        "select enrollment_type, "
        "sum(case when risk_score is not null then person_months else 0 end) as scored, "
        f"coalesce(sum({SCORED}), 0) as score_months "
        f"from assigned_person where period = {literal(yardstick.main)} group by enrollment_type"
    )
    means, shares = {}, []
    for row in rows:
        per_capita = yardstick.per_capita.get(row["enrollment_type"], Fraction(0))
        score_months = Fraction(row["score_months"])
        mean = score_months / int(row["scored"]) if score_months else Fraction(1)
        means[row["enrollment_type"]] = mean
        shares.append((row["enrollment_type"], _text(per_capita / 12), _text(mean)))
    number = "decimal(38,18)"
    columns = {"enrollment_type": "string", "a_month": number, "mean_score": number}
    engine.register_small(SmallTable("share", columns, shares))
    order = [(period, place) for place, period in enumerate(yardstick.names)]
    engine.register_small(SmallTable("period_order", {"period": "string", "place": "int"}, order))
    return means


def groups_of(
    engine: Engine, yardstick: Yardstick, means: Mapping[str, Fraction], people: str
) -> list[Group]:
    """The groups that a query over people names, the largest loss first; exact but the error."""
    named = people.format(main=literal(yardstick.main), base=literal(yardstick.base))
    parts = engine.rows(
        f"with named as ({named}) "
        "select n.of_group, a.enrollment_type, sum(a.person_months) as months, "
        "sum(case when a.risk_score is null then a.person_months else 0 end) as without_score, "
        f"coalesce(sum({SCORED}), 0) as score_months, "
        "sum(a.truncated_amount_times_12) as times_12 "
        "from assigned_person a join named n on n.person_id = a.person_id "
        f"where a.period = {literal(yardstick.main)} group by n.of_group, a.enrollment_type"
    )
    sums: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * 5)
    for row in parts:
        per_capita = yardstick.per_capita.get(row["enrollment_type"], Fraction(0))
        scored = Fraction(row["score_months"])
        weight = scored / means[row["enrollment_type"]] + int(row["without_score"])
        known = int(row["months"]) - int(row["without_score"])
        added = [
            Fraction(row["months"]), Fraction(known), scored, per_capita / 12 * weight,
            Fraction(row["times_12"]) / 12,
        ]  # fmt: skip
        sums[row["of_group"]] = [a + b for a, b in zip(sums[row["of_group"]], added, strict=True)]
    spread = {row["of_group"]: row for row in engine.rows(_spread(named, yardstick))}
    groups = [
        Group(
            name, int(spread[name]["people"]), months / 12, scored / known if known else None,
            benchmark, spent, _error(spread[name], benchmark, spent),
        )
        for name, (months, known, scored, benchmark, spent) in sums.items()
    ]  # fmt: skip
    return sorted(groups, key=lambda group: (group.contribution, group.name))


def _spread(named: str, yardstick: Yardstick) -> str:
    """People of each group, and sums over them of squares: what an interval is computed from."""
    return (
        f"with named as ({named}), one as (select n.of_group, a.person_id, "
        f"sum({SPENT}) as y, sum({SHARE}) as x "
        "from assigned_person a join named n on n.person_id = a.person_id "
        "join share s on s.enrollment_type = a.enrollment_type "
        f"where a.period = {literal(yardstick.main)} group by n.of_group, a.person_id) "
        "select of_group, count(*) as people, sum(y * y) as yy, sum(x * y) as xy, "
        "sum(x * x) as xx from one group by of_group"
    )


def _error(row: Row, benchmark: Fraction, spent: Fraction) -> float | None:
    """Standard error of a ratio of sums over people (linearised, sample variance)."""
    people = int(row["people"])
    if people < 2 or not benchmark:
        return None
    ratio = float(spent / benchmark)
    squares = row["yy"] - 2 * ratio * row["xy"] + ratio * ratio * row["xx"]
    return sqrt(max(0.0, squares) * people / (people - 1)) / float(benchmark)


def beyond_their_share(engine: Engine, yardstick: Yardstick, at_most: int) -> Sequence[Row]:
    """The people who cost most beyond their share, the most first: a row an enrollment type."""
    return engine.rows(
        f"with far as (select a.person_id, sum({SPENT} - {SHARE}) as beyond "
        "from assigned_person a join share s on s.enrollment_type = a.enrollment_type "
        f"where a.period = {literal(yardstick.main)} group by a.person_id "
        f"order by beyond desc, a.person_id limit {at_most}) "
        "select a.person_id, a.enrollment_type, a.person_months as months, a.risk_score, "
        "a.completed_amount as paid, a.truncated_amount_times_12 as times_12, "
        "p.practice, p.clinician from far f join assigned_person a on a.person_id = f.person_id "
        "left join attributed_practice p on p.person_id = a.person_id and p.period = a.period "
        f"where a.period = {literal(yardstick.main)} "
        "order by f.beyond desc, a.person_id, a.person_months desc, a.enrollment_type"
    )


def share_of(yardstick: Yardstick, means: Mapping[str, Fraction], row: Row) -> Fraction:
    """The share of the benchmark of a person's months in one enrollment type (USD)."""
    kind, score = row["enrollment_type"], row["risk_score"]
    weight = Fraction(1) if score is None else Fraction(score) / means[kind]
    return yardstick.per_capita.get(kind, Fraction(0)) / 12 * int(row["months"]) * weight


def left(engine: Engine, yardstick: Yardstick) -> Sequence[Row]:
    """People of the earlier year who are not of this one: by enrollment type, as they were then."""
    return engine.rows(
        "select a.enrollment_type, count(distinct a.person_id) as people, "
        "sum(a.person_months) as months, sum(a.truncated_amount_times_12) as times_12 "
        "from assigned_person a left join population q on q.person_id = a.person_id "
        f"and q.population = 'ASSIGNED' and q.period = {literal(yardstick.main)} "
        f"where a.period = {literal(yardstick.base)} and q.person_id is null "
        "group by a.enrollment_type"
    )


def _text(value: Fraction) -> str:
    """A number to 18 places, as a small table takes it."""
    return f"{Decimal(value.numerator) / Decimal(value.denominator):.18f}"
