"""The checks of a contract: which apply, what answers them, and from when they are in force.

Each check is a row of ``rules/medicaid_mco/checklist.csv`` and asks one thing by name. An answer
stands in the contract, or follows from its dates and amounts; the computed one wins, since the
contract cannot say otherwise than its own numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openvbc.errors import ParameterMissing
from openvbc.programs.medicaid_mco.contract import Arrangement, PlanContract
from openvbc.rules.load import RuleSet, load_code_table

VALUE_BASED = ("value-based purchasing", "population-based", "condition-based")
LONG_APPROVAL = (*VALUE_BASED, "delivery system reform")
NO_APPROVAL = (
    "minimum fee schedule at State plan rates",
    "minimum fee schedule at Medicare rates",
)


@dataclass(frozen=True)
class Check:
    """One check of one arrangement (or of the plan), with its answer."""

    of: str
    rule: Mapping[str, str]
    in_force: bool
    answer: str


def checks_of(
    contract: PlanContract, rules: RuleSet, computed: Mapping[str, Mapping[str, bool | None]]
) -> Iterator[Check]:
    """Every check that applies to the plan and to each arrangement.

    `computed` are answers of the worksheets, by arrangement; the plan's are under an empty name.
    """
    start = contract.rating_period.start
    plan = {**_plan_answers(contract, rules), **computed.get("", {})}
    tokens = _plan_tokens(contract, rules)
    yield from _checks(contract.name or contract.plan, tokens, {**contract.answers, **plan}, start)
    for each in contract.arrangements:
        answers = {**_answers(each, contract, rules), **computed.get(each.name, {})}
        known = {name: value for name, value in answers.items() if value is not None}
        yield from _checks(
            each.name, _tokens(each, contract, rules), {**each.answers, **known}, start
        )


def _checks(
    of: str, tokens: set[str], answers: Mapping[str, bool | None], start: dt.date
) -> Iterator[Check]:
    for rule in load_code_table("medicaid_mco", "checklist"):
        if tokens.isdisjoint(rule["applies_to"].split(";")):
            continue
        low, high = (_date(rule[name]) for name in ("in_force_from", "in_force_to"))
        in_force = (low is None or start >= low) and (high is None or start <= high)
        answer = answers.get(rule["answer"])
        yield Check(of, rule, in_force, "not answered" if answer is None else _word(answer))


def _word(answer: bool) -> str:
    return "yes" if answer else "no"


def _date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _plan_tokens(contract: PlanContract, rules: RuleSet) -> set[str]:
    tokens = {"plan"}
    if contract.value_based_threshold is not None:
        tokens.add("plan/threshold")
    share = _in_lieu_share(contract)
    above = known(rules, "in_lieu_documents_above", contract)
    if share is not None and above is not None and share > above:
        tokens.add("plan/in lieu above")
    return tokens


def _tokens(each: Arrangement, contract: PlanContract, rules: RuleSet) -> set[str]:
    tokens: set[str] = {each.type} if each.type == "provider payment" else {"any", each.type}
    if each.type == "pass-through":
        tokens.add(f"pass-through/{each.pass_through_class}")
    if each.type == "physician incentive":
        above = known(rules, "substantial_risk_above", contract)
        if each.share_at_risk is None or (above is not None and each.share_at_risk > above):
            tokens.add("physician incentive/substantial risk")
    if each.type == "state directed payment":
        name = "state directed payment/"
        if each.kind in VALUE_BASED:
            tokens.add(f"{name}value-based")
        if each.kind in ("population-based", "condition-based"):
            tokens.add(f"{name}population")
        if each.kind not in LONG_APPROVAL:
            tokens.add(f"{name}fee schedule")
        if each.kind not in NO_APPROVAL:
            tokens.add(f"{name}approval needed")
        if each.conditioned_on_performance:
            tokens.add(f"{name}performance")
        if each.service_class != "other":
            tokens.add(f"{name}rate limit")
        above = known(rules, "report_above", contract)
        if above is not None and (each.amount is None or each.amount > above * contract.capitation):
            tokens.add(f"{name}large")
    return tokens


def _answers(
    each: Arrangement, contract: PlanContract, rules: RuleSet
) -> Mapping[str, bool | None]:
    """What follows from an arrangement's own dates and amounts; None where they do not say."""

    def limit(name: str) -> Any:
        return known(rules, name, contract)

    period, start, measured = contract.rating_period, each.payment_start, each.measurement
    long = each.kind in LONG_APPROVAL
    approval = limit(
        "most_periods_approved_value_based" if long else "most_periods_approved_fee_schedule"
    )
    old, data = limit("years_before_measurement"), limit("most_years_of_data")
    return {
        "approved_periods_allowed": _at_most(each.approved_periods, approval),
        "measured_too_long_ago": None
        if measured is None or old is None
        else measured.start < years_before(period.start, old),
        "measured_longer_than_period": None if measured is None else measured.days > period.days,
        "attribution_data_recent": _recent(each.attribution_data_end, period.start, data),
        "commercial_rate_recent": _recent(each.commercial_rate_data_end, period.start, data),
        "within_commercial_rate": _at_most(each.total_payment_rate, each.average_commercial_rate),
        "documents_before_start": None
        if each.documents_complete is None or start is None
        else each.documents_complete < start,
        "in_contract_in_time": _at_most(_days(start, each.in_contract), limit("days_to_contract")),
        "within_three_years": _at_most(each.years_since_transition, limit("transition_years")),
    }


def _at_most(amount: Any, most: Any) -> bool | None:
    return None if amount is None or most is None else bool(amount <= most)


def _days(first: dt.date | None, last: dt.date | None) -> int | None:
    return None if first is None or last is None else (last - first).days


def _plan_answers(contract: PlanContract, rules: RuleSet) -> dict[str, bool | None]:
    share, limit = _in_lieu_share(contract), known(rules, "in_lieu_limit", contract)
    least = known(rules, "least_minimum_loss_ratio", contract)
    minimum = contract.loss_ratio.minimum_loss_ratio
    return {
        "in_lieu_within_limit": contract.answers.get("in_lieu_within_limit")
        if share is None
        else limit is None or share <= limit,
        "minimum_is_allowed": True if minimum is None or least is None else minimum >= least,
    }


def _in_lieu_share(contract: PlanContract) -> Decimal | None:
    services = contract.in_lieu_services
    return None if services is None else services / contract.capitation


def _recent(end: dt.date | None, start: dt.date, years: Any) -> bool | None:
    return None if end is None or years is None else end >= years_before(start, years)


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day so many years before; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def known(rules: RuleSet, name: str, contract: PlanContract) -> Any:
    """A limit by the start of the rating period; None before there was one."""
    try:
        return rules.get(name, rating_period_start=contract.rating_period.start).value
    except ParameterMissing:
        return None
