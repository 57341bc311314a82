"""The years of an ACO REACH entity for drivers: its benchmark against what care cost, by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from openvbc.programs.drivers.account import Account, account_of
from openvbc.programs.drivers.accounts import not_settled
from openvbc.programs.drivers.covered import Basis, care_by_kind, same_dollars
from openvbc.programs.drivers.yardstick import Words
from openvbc.programs.reach.needs import category_in_words
from openvbc.programs.run_folder import MAIN
from openvbc.programs.stored_run import StoredRun
from openvbc.run import Run
from openvbc.steps.alignment import ENTITLEMENTS, PERFORMANCE_YEAR
from openvbc.worksheets.capitation.reach_from_claims import REACH_CATEGORY_BENCHMARK

WORDS = Words(
    group="Category", groups="Categories",
    per="a person-year", target="Settlement benchmark", spent="Cost of care",
    result="Gross savings", beside="Completion and stop-loss",
)  # fmt: skip
ALIGNMENTS = ("CLAIMS", "VOLUNTARY")
SMALL = {
    "alignment_period": {"period": "string", "known_by": "date"},
    "alignment_month": {"period": "string", "month_number": "int", "first_day": "date"},
}
MONTHS = (
    "select m.person_id, m.period, m.alignment || ' ' || coalesce(m.entitlement, '') as of_group, "
    "t.first_day, date_add(add_months(t.first_day, 1), -1) as last_day, p.known_by "
    "from aligned_month m join alignment_month t on t.period = m.period "
    "and t.month_number = m.month_number join alignment_period p on p.period = m.period"
)
BASIS = Basis(
    counts_known_types=True, takes_add_ons_off=True, adds_reductions=True, counts_non_claims=True
)
NAMES = {f"{a} {e}": category_in_words(a, e) for a in ALIGNMENTS for e in ENTITLEMENTS}
"""Category as the query has it to what the settlement's sheet calls it."""


def accounts(run: Run) -> Sequence[Account]:
    """The base years that the run measured, and the performance year, last.

    Raises:
        EmptyResult: it is not settled, or its claims are not there any more.
    """
    if not run.is_settled:
        raise not_settled("the performance year is not settled")
    care = care_by_kind(run, ["aligned_month"], SMALL, MONTHS, BASIS)
    totals = run.table("alignment_total").rows()
    same_dollars(care, sum((Decimal(row["amount"]) for row in totals), Decimal(0)))
    given, result = _settled(run)
    names = [name for name in run.period_names if any(r["period"] == name for r in totals)]
    year_accounts = []
    for period in sorted(names, key=lambda name: (name == PERFORMANCE_YEAR, name)):
        months = Counter[str]()
        for row in totals:
            if row["period"] == period:
                months[NAMES[f"{row['alignment']} {row['entitlement']}"]] += int(row["months"])
        rows = [
            {**row, "of_group": NAMES[row["of_group"]]} for row in care if row["period"] == period
        ]
        is_settled = period == PERFORMANCE_YEAR
        name = run.period_names[period]
        year_accounts.append(
            account_of(
                name[:1].lower() + name[1:], WORDS, rows, months,
                given if is_settled else {}, result if is_settled else None,
            )
        )  # fmt: skip
    return year_accounts


def _settled(run: Run) -> tuple[dict[str, Fraction], Decimal]:
    """The settlement benchmark by category, in proportion to the categories' own, and the result.

    What is added and taken after the categories (equity, discount, withhold) is of no category.
    """
    stored = StoredRun(run.folder)
    (row, *_) = stored.rows(MAIN, None, None)
    whole = Fraction(row.values["settlement_benchmark"])
    own = {
        str(each.values["item"]): Fraction(each.values["category_benchmark"])
        for each in stored.rows(f"detail_{REACH_CATEGORY_BENCHMARK.name}", None, None)
    }
    together = sum(own.values(), Fraction(0))
    given = {name: whole * part / together for name, part in own.items()} if together else {}
    return given, row.values["gross_savings"]
