"""What the published results of ACO REACH say of the order in which a benchmark is reduced.

Final over unadjusted benchmark is one trend factor times what discount and withholds leave. CMS
does not print the factor; it must be the same for Global entities, which have a discount, and
Professional ones, which have none. Only added deductions give that.
"""

from decimal import Decimal
from functools import cache
from statistics import median

from openvbc.programs.reach.results import PROGRAM
from oracles.published import published

ENTITIES = 132
LARGEST_DISTANCE = Decimal("0.0004")
"""From the year's one factor: the mix of the two entitlement categories moves an entity so far."""


@cache
def verified():
    (path,) = published("aco_results/gpdc_reach_py2021_py2023.csv")
    return PROGRAM.verify(PROGRAM.settle([path]))


def rows_of(year):
    settlement = verified().settlement
    return [(n, row) for n, row in enumerate(settlement.printed) if row.year == year]


def mean(values):
    return sum(values) / len(values)


def farthest(values):
    middle = median(values)
    return max(abs(value - middle) for value in values)


def test_added_deductions_give_one_trend_factor_for_both_arrangements():
    evaluation = verified().settlement.main.evaluation
    by_arrangement = {"GLOBAL": [], "PROFESSIONAL": []}
    for number, row in rows_of(2023):
        by_arrangement[row.risk_arrangement].append(
            evaluation.value("implied_trend_factor", number)
        )
    everyone = [*by_arrangement["GLOBAL"], *by_arrangement["PROFESSIONAL"]]
    assert len(everyone) == ENTITIES
    assert farthest(everyone) <= LARGEST_DISTANCE
    difference = mean(by_arrangement["GLOBAL"]) - mean(by_arrangement["PROFESSIONAL"])
    assert abs(difference) <= Decimal("0.00001")


def test_multiplied_deductions_do_not():
    """One less each, multiplied: entities stray farther than the mix of categories makes them."""
    evaluation = verified().settlement.main.evaluation
    factors = []
    for number, row in rows_of(2023):
        kept = (
            (1 - evaluation.value("discount", number))
            * (1 - Decimal("0.02") * (1 - row.numbers["quality_score"]))
            * (1 - row.numbers["retention_withhold"])
        )
        printed = row.numbers["final_benchmark"] / row.numbers["unadjusted_benchmark"]
        factors.append(printed / kept)
    assert len(factors) == ENTITIES
    assert farthest(factors) > LARGEST_DISTANCE


def test_equity_amounts_are_months_at_two_rates_for_every_entity():
    evaluation = verified().settlement.main.evaluation
    rows = rows_of(2023)
    exact = [
        row.entity_id
        for number, row in rows
        if evaluation.value("equity_amount_added", number) == row.numbers["equity_adjustment_up"]
        and evaluation.value("equity_amount_taken", number) == row.numbers["equity_adjustment_down"]
    ]
    assert len(exact) == len(rows) == ENTITIES


def test_gross_savings_follow_the_printed_net_cost():
    """Benchmark with equity less printed net cost, within what printing one decimal leaves."""
    evaluation = verified().settlement.main.evaluation
    for number, row in enumerate(verified().settlement.printed):
        difference = evaluation.value("gross_savings", number) - row.numbers["gross_savings"]
        assert abs(difference) <= Decimal("0.60"), row.entity_id
