"""Hold a Direct Contracting or ACO REACH settlement against what CMS printed, line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from statistics import median
from typing import Any

from openvbc.errors import Place
from openvbc.programs.published.compared_line import ComparedLine, Kind, column_of
from openvbc.programs.published.settling import FileSettlement
from openvbc.programs.reach.files import ReachRow

CENT = Decimal("0.01")
"""For products of whole numbers."""
SAME_WITHIN = Decimal("0.01")
"""How near the trend factor that a benchmark implies must be to the median of its year."""
MOST_UNPRINTED = Decimal("0.04")
"""How far the risk score caps, whose factor the files print for no entity of 2021, moved the one
entity that is apart by more than :data:`SAME_WITHIN`; what lies beyond has no reason."""

FORFEITED = "printed as zero although savings were shared: forfeited, for a reason not published"
UNPRINTED = "of a year whose risk score caps are not printed, and within what they moved others"


Years = tuple[str | None, int]
"""A file and a year in it: what is printed in one way."""


def compared_lines(settlement: FileSettlement[ReachRow]) -> Sequence[ComparedLine]:
    """The lines that results files print; all of them in every file's verification."""
    rows, main = settlement.printed, settlement.main

    def printed(name: str) -> Callable[[int], Any]:
        return lambda row: rows[row].numbers[name]

    def place(name: str) -> Callable[[int], Place]:
        return lambda row: rows[row].printed_at(name)

    def dollars(line: str, label: str, **more: Any) -> ComparedLine:
        return ComparedLine(
            line, label, Kind.MONEY, main, column_of(main, line), printed(line), place(line), line,
            **more,
        )  # fmt: skip

    return [
        dollars("total_cost_of_care", "Capitation plus claims is total cost of care"),
        ComparedLine(
            "net_cost_of_care", "Net cost is total cost without stop-loss", Kind.MONEY, main,
            printed("total_cost_of_care"), printed("net_cost_of_care"), place("net_cost_of_care"),
            "TOT_COST_CARE_NET", applies=lambda row: rows[row].has_stop_loss is False,
        ),
        dollars("gross_savings", "Gross savings"),
        _savings_rate(settlement),
        dollars("shared_savings", "Shared savings after the risk corridors"),
        dollars(
            "shared_savings_after_sequestration", "Shared savings after sequestration",
            reason=partial(_forfeited, rows),
        ),
        _equity(settlement, "added", "up"),
        _equity(settlement, "taken", "down"),
        ComparedLine(
            "discount", "Discount", Kind.RATE, main, column_of(main, "discount"),
            printed("discount"), place("discount"), "DISCOUNT", halves=0,
        ),
        _consistency(settlement),
    ]  # fmt: skip


def _forfeited(rows: Sequence[ReachRow], row: int, computed: Any, published: Any) -> str:
    """Shared savings are printed and agree, and nothing of them is paid."""
    shared = rows[row].numbers["shared_savings"]
    return FORFEITED if published == 0 and shared is not None and shared > 0 else ""


def _savings_rate(settlement: FileSettlement[ReachRow]) -> ComparedLine:
    """Printed as a ratio or in percent, one of them for each year of a file."""
    rows, main = settlement.printed, settlement.main
    rate = column_of(main, "savings_rate")
    votes: dict[Years, int] = defaultdict(int)
    for row, each in enumerate(rows):
        computed, published = rate(row), each.numbers["savings_rate"]
        if computed and published:
            nearer = abs(computed * 100 - published) < abs(computed - published)
            votes[_year_of_file(each)] += 1 if nearer else -1
    in_percent = {years for years, vote in votes.items() if vote > 0}
    last: dict[Years, int] = defaultdict(int)
    for each in rows:
        if (published := each.numbers["savings_rate"]) is not None:
            key = _year_of_file(each)
            last[key] = max(last[key], -int(published.as_tuple().exponent))

    def computed_as_printed(row: int) -> Any:
        ratio = rate(row)
        return ratio if _year_of_file(rows[row]) not in in_percent or ratio is None else ratio * 100

    return ComparedLine(
        "savings_rate", "Savings rate", Kind.RATE, main, computed_as_printed,
        lambda row: rows[row].numbers["savings_rate"],
        lambda row: rows[row].printed_at("savings_rate"), "SAV_RATE",
        decimals=lambda row: last[_year_of_file(rows[row])], halves=2,
    )  # fmt: skip


def _year_of_file(row: ReachRow) -> Years:
    return row.place.file, row.year


def _equity(settlement: FileSettlement[ReachRow], part: str, column: str) -> ComparedLine:
    """An equity amount by months, in the rows that print amount and months."""
    rows, main = settlement.printed, settlement.main
    computed = column_of(main, f"equity_amount_{part}")
    name = f"equity_adjustment_{column}"
    return ComparedLine(
        f"equity_amount_{part}", f"Health equity amount {part}, by months", Kind.RATE, main,
        computed, lambda row: rows[row].numbers[name], lambda row: rows[row].printed_at(name),
        f"HEBA_{column.upper()}_AMT", applies=lambda row: computed(row) is not None, halves=0,
        slack=lambda row: CENT, tolerance="1 cent",
    )  # fmt: skip


def _consistency(settlement: FileSettlement[ReachRow]) -> ComparedLine:
    """The trend factor that discount and withholds leave is nearly the same all over a year."""
    rows, main = settlement.printed, settlement.main
    value = column_of(main, "implied_trend_factor")
    left: dict[int, list[Decimal]] = defaultdict(list)
    for number, row in enumerate(rows):
        if (trend_factor := value(number)) is not None:
            left[row.year].append(trend_factor)
    middle = {year: median(values) for year, values in left.items()}

    def of_the_year(row: int) -> Any:
        return None if value(row) is None else middle[rows[row].year]

    def reason(row: int, computed: Any, published: Any) -> str:
        near = abs(computed - published) <= MOST_UNPRINTED
        return UNPRINTED if near and rows[row].numbers["risk_cap_factor"] is None else ""

    return ComparedLine(
        "implied_trend_factor",
        "Trend factor that discount and withholds leave (consistency, not proof)", Kind.RATE, main,
        value, of_the_year, lambda row: rows[row].printed_at("unadjusted_benchmark"),
        "UNADJ_BENCHMARK", halves=0, slack=lambda row: SAME_WITHIN,
        tolerance=f"{SAME_WITHIN} of the year's median", reason=reason,
    )  # fmt: skip
