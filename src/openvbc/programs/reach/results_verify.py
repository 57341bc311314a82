"""Hold a Direct Contracting or ACO REACH settlement against what CMS printed, line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from openvbc.programs.reach.results_file import ReachRow
from openvbc.programs.settlement import Difference, LineScore

if TYPE_CHECKING:
    from openvbc.programs.reach.results import ReachSettlement

DOLLAR = Decimal(1)
EXACT = Decimal("0.01")
"""For products of whole numbers, to the cent."""
SAME_WITHIN = Decimal("0.01")
"""How near the trend factor that a benchmark implies must be to the median of its year."""

FORFEITED = "printed as zero although savings were shared: forfeited, for a reason not published"
UNPRINTED = "the trend factor differs by entitlement category, and the mix is not printed"


def scores(settlement: ReachSettlement) -> Sequence[LineScore]:
    """One score for each line that the files print; lines that no file prints are left out."""
    found = [
        _dollars(settlement, "total_cost_of_care", "Capitation plus claims is total cost of care"),
        _stop_loss(settlement),
        _dollars(settlement, "gross_savings", "Gross savings"),
        _rates(settlement),
        _dollars(settlement, "shared_savings", "Shared savings after the risk corridors"),
        _dollars(
            settlement,
            "shared_savings_after_sequestration",
            "Shared savings after sequestration",
            _forfeited,
        ),
        _equity(settlement, "added", "up"),
        _equity(settlement, "taken", "down"),
        _discount(settlement),
        _consistency(settlement),
    ]
    return [score for score in found if score.rows]


def _no_reason(row: ReachRow) -> str:
    return ""


def _forfeited(row: ReachRow) -> str:
    shared = row.numbers["shared_savings"]
    is_zero = row.numbers["shared_savings_after_sequestration"] == 0
    return FORFEITED if is_zero and shared is not None and shared > 0 else ""


def _compare(
    settlement: ReachSettlement,
    line: str,
    label: str,
    tolerance: str,
    pair: Callable[[int, ReachRow], tuple[Decimal | None, Decimal | None, Decimal]],
    reason: Callable[[ReachRow], str] = _no_reason,
) -> LineScore:
    """`pair` gives computed, printed (None: not printed) and what they may differ by."""
    rows = 0
    differences = []
    for number, row in enumerate(settlement.printed):
        computed, printed, allowed = pair(number, row)
        if printed is None:
            continue
        rows += 1
        if computed is None or abs(computed - printed) > allowed:
            why = reason(row)
            contract = settlement.main.contracts[number]
            differences.append(Difference(contract, line, computed, printed, why, bool(why)))
    return LineScore(line, label, rows, rows - len(differences), tolerance, differences)


def _dollars(
    settlement: ReachSettlement,
    line: str,
    label: str,
    reason: Callable[[ReachRow], str] = _no_reason,
) -> LineScore:
    evaluation = settlement.main.evaluation

    def pair(number: int, row: ReachRow) -> tuple[Decimal | None, Decimal | None, Decimal]:
        return evaluation.value(line, number), row.numbers[line], DOLLAR

    return _compare(settlement, line, label, "$1", pair, reason)


def _equity(settlement: ReachSettlement, part: str, column: str) -> LineScore:
    """An equity amount by months, in the rows that print amount and months."""
    evaluation, line = settlement.main.evaluation, f"equity_amount_{part}"

    def pair(number: int, row: ReachRow) -> tuple[Decimal | None, Decimal | None, Decimal]:
        computed = evaluation.value(line, number)
        printed = row.numbers[f"equity_adjustment_{column}"]
        return computed, None if computed is None else printed, EXACT

    return _compare(settlement, line, f"Health equity amount {part}, by months", "1 cent", pair)


def _stop_loss(settlement: ReachSettlement) -> LineScore:
    def pair(number: int, row: ReachRow) -> tuple[Decimal | None, Decimal | None, Decimal]:
        printed = row.numbers["net_cost_of_care"] if row.has_stop_loss is False else None
        return row.numbers["total_cost_of_care"], printed, DOLLAR

    label = "Net cost is total cost without stop-loss"
    return _compare(settlement, "net_cost_of_care", label, "$1", pair)


def _rates(settlement: ReachSettlement) -> LineScore:
    """Printed as a ratio in some files and in percent in others: either may agree."""
    evaluation = settlement.main.evaluation

    def pair(number: int, row: ReachRow) -> tuple[Decimal | None, Decimal | None, Decimal]:
        rate, printed = evaluation.value("savings_rate", number), row.numbers["savings_rate"]
        if rate is None or printed is None:
            return rate, printed, Decimal(0)
        in_percent = abs(rate * 100 - printed) < abs(rate - printed)
        unit = Decimal(1).scaleb(int(printed.as_tuple().exponent))
        return (rate * 100 if in_percent else rate), printed, unit

    label, tolerance = "Savings rate", "one unit of the last place printed"
    return _compare(settlement, "savings_rate", label, tolerance, pair)


def _discount(settlement: ReachSettlement) -> LineScore:
    evaluation = settlement.main.evaluation

    def pair(number: int, row: ReachRow) -> tuple[Decimal | None, Decimal | None, Decimal]:
        return evaluation.value("discount", number), row.numbers["discount"], Decimal(0)

    return _compare(settlement, "discount", "Discount", "equal", pair)


def _consistency(settlement: ReachSettlement) -> LineScore:
    """The trend factor that discount and withholds leave is nearly the same all over a year."""
    evaluation = settlement.main.evaluation
    left: dict[int, list[Decimal]] = defaultdict(list)
    for number, row in enumerate(settlement.printed):
        value = evaluation.value("implied_trend_factor", number)
        if value is not None:
            left[row.year].append(value)
    middle = {year: median(values) for year, values in left.items()}

    def pair(number: int, row: ReachRow) -> tuple[Decimal | None, Decimal | None, Decimal]:
        value = evaluation.value("implied_trend_factor", number)
        return value, None if value is None else middle[row.year], SAME_WITHIN

    return _compare(
        settlement,
        "implied_trend_factor",
        "Trend factor that discount and withholds leave (consistency, not proof)",
        f"{SAME_WITHIN} of the year's median",
        pair,
        lambda row: UNPRINTED,
    )
