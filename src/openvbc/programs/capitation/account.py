"""A capitation contract's year for drivers: revenue against expense at risk by kind of care."""

from __future__ import annotations

from fractions import Fraction

from openvbc.engine.reading import reading
from openvbc.programs.capitation.at_risk import AT_RISK, register_lines
from openvbc.programs.drivers.account import EVERYBODY, Account, account_of
from openvbc.programs.drivers.accounts import not_settled
from openvbc.programs.drivers.yardstick import Words
from openvbc.programs.run_folder import MAIN
from openvbc.programs.stored_run import StoredRun
from openvbc.run import Run

WORDS = Words(
    group="Members", groups="Members", units="Member-years",
    unit="person-years", per="a member and year",
    target="Revenue for care", spent="Expense", result="Surplus",
    beside="Sub-capitation, claims not yet known, stop-loss and premiums",
)  # fmt: skip
EXPENSE = (
    f"with line as ({AT_RISK}), "
    "kind as (select service, count(distinct person_id) as people from line "
    "where at_risk <> 0 group by service) "
    "select 'All members' as of_group, l.service as service_category, "
    "coalesce(l.code, '') as item, k.people, "
    "cast(sum(case when l.expense > 0 then 1 else -1 end) as bigint) as quantity, "
    "cast(sum(l.at_risk) as decimal(24, 8)) as amount "
    "from line l join kind k on k.service = l.service where l.at_risk <> 0 "
    "group by l.service, coalesce(l.code, ''), k.people order by all"
)
"""Lines at risk by service of the division; one that takes back counts less than nothing."""


def account(run: Run) -> Account:
    """The settled year of a run.

    Raises:
        EmptyResult: it is not settled.
    """
    if not run.is_settled:
        raise not_settled("the contract is not settled")
    (row, *_) = StoredRun(run.folder).rows(MAIN, None, None)
    values = row.values
    with reading() as engine:
        register_lines(engine, run)
        care = engine.rows(EXPENSE)
    given = Fraction(values["revenue"]) + Fraction(values["kept_for_target"])
    return account_of(
        f"contract year {values['year']}",
        WORDS,
        care,
        {EVERYBODY: int(values["member_months"])},
        {EVERYBODY: given},
        values["surplus"],
    )
