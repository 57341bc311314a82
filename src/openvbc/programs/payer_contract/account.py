"""A payer's contract year for drivers: the benchmark against spending by kind of care."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from openvbc.programs.drivers.account import EVERYBODY, Account, account_of
from openvbc.programs.drivers.accounts import not_settled
from openvbc.programs.drivers.covered import Basis, care_by_kind, same_dollars
from openvbc.programs.drivers.yardstick import Words
from openvbc.programs.run_folder import MAIN
from openvbc.programs.stored_run import StoredRun
from openvbc.run import Run

WORDS = Words(
    group="Members", groups="Members", units="Member-years",
    unit="person-years", per="a member and year",
    target="Benchmark", result="Savings or losses before sharing",
    beside="Stop-loss and fees",
)  # fmt: skip
SMALL = {
    "contract_month": {"first_day": "date", "last_day": "date", "bit": "int"},
    "contract_year": {"known_by": "date"},
}
MONTHS = (
    "select m.person_id, 'CONTRACT_YEAR' as period, 'All members' as of_group, t.first_day, "
    "t.last_day, y.known_by from member_month m join contract_month t "
    "on (m.month_mask & t.bit) <> 0 cross join contract_year y"
)


def account(run: Run) -> Account:
    """The settled year of a run.

    Raises:
        EmptyResult: it is not settled, or its claims are not there any more.
    """
    if not run.is_settled:
        raise not_settled("the contract is not settled")
    (row, *_) = StoredRun(run.folder).rows(MAIN, None, None)
    values = row.values
    care = care_by_kind(run, ["member_month"], SMALL, MONTHS, Basis())
    same_dollars(care, Decimal(run.table("contract_total").rows()[0]["spending"]))
    return account_of(
        f"contract year {values['year']}",
        WORDS,
        care,
        {EVERYBODY: int(values["member_months"])},
        {EVERYBODY: Fraction(values["benchmark"])},
        values["gross_savings_or_losses"],
    )
