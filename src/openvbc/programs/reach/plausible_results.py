"""Results whose cost and benchmark cannot be of one unit: refused, a single row set aside."""

from __future__ import annotations

from collections.abc import Sequence

from openvbc.errors import InputError, SetAside
from openvbc.programs.published.plausible import Plausible
from openvbc.programs.reach.files import ReachRow
from openvbc.rules.load import RuleSet


def without_implausible(
    rows: Sequence[ReachRow], rules: RuleSet, set_aside: list[SetAside]
) -> list[ReachRow]:
    """The rows whose net cost of care stands in a believable relation to the benchmark.

    Raises:
        InputError: most rows are outside; then one of the two columns is in another unit.
    """
    believed = Plausible.of_rules(rules, "plausible", quantity="cost_of_benchmark")
    outside = [row for row in rows if not _is_believed(row, believed)]
    if not outside:
        return list(rows)
    expected = f"net cost of care over benchmark: expected {believed}"
    if 2 * len(outside) > len(rows):
        raise InputError(
            f"{len(outside)} of {len(rows)} rows have a cost of care that cannot be meant beside"
            " the benchmark: one of the two seems to be in another unit",
            place=outside[0].printed_at("net_cost_of_care"),
            rule=expected,
            action="give the file as CMS publishes it, in the unit CMS uses",
            code="VBC-1134",
        )
    set_aside.extend(
        SetAside("value cannot be meant", row.printed_at("net_cost_of_care"), expected)
        for row in outside
    )
    doubted = {id(row) for row in outside}
    return [row for row in rows if id(row) not in doubted]


def _is_believed(row: ReachRow, believed: Plausible) -> bool:
    cost, benchmark = row.numbers["net_cost_of_care"], row.numbers["final_benchmark"]
    return not benchmark or cost is None or believed.holds(cost / benchmark)
