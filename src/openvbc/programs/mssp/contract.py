"""A Shared Savings Program contract: what the parties agreed, as validated data.

A contract says the program and performance year, when the agreement period began and which one it
is, the track and level, the minimum savings rate elected, the assignment method, the participants
and, for a settlement, the quality result and the participants' revenue. Which tracks exist in a
year and which rates may be elected comes from the rules; a wrong contract is refused with the
field, its value and what is allowed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from openvbc.errors import ContractError, ParameterMissing, Place
from openvbc.rules.load import RuleSet, load_rules
from openvbc.rules.parameter import rows
from openvbc.validation import name_of_field, wrong_fields

Ratio = Annotated[Decimal, Field(ge=0, le=1)]
Dollars = Annotated[Decimal, Field(ge=0)]
TaxpayerNumber = Annotated[str, Field(pattern=r"^\d{9}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QualityResult(_Strict):
    """The quality result of the performance year. Which fields count depends on the year."""

    score: Ratio | None = None
    """Quality score as a ratio: 0.7705 is 77.05 percent."""
    score_floor: Ratio | None = None
    """The score of the percentile: from 2021 under extreme and uncontrollable circumstances, from
    2025 where a required measure was reported and has no benchmark (42 CFR 425.512(a)(7), (c))."""
    pay_for_reporting: bool = False
    """To 2020: the first performance year of a first agreement, score counted as one."""
    minimum_attainment_met: bool = False
    """To 2020."""
    reporting_incentive_met: bool = False
    """From 2022: the eCQM and MIPS CQM reporting incentive."""
    first_year_standard_met: bool = False
    """From 2022: the standard of the first performance year of a first agreement."""
    alternative_standard_met: bool = False
    """From 2023."""


class ExtremeCircumstances(_Strict):
    """One extreme and uncontrollable event that touched the performance year."""

    months: Annotated[int, Field(ge=1, le=12)]
    """Months of the year in which the event lasted; a month touched counts whole."""
    share_of_beneficiaries: Ratio
    """Share of the assigned beneficiaries who live in the area affected."""


class SharedSavingsContract(_Strict):
    """One Shared Savings Program contract and performance year."""

    program: Literal["mssp"] = "mssp"
    aco_id: Annotated[str, Field(pattern=r"^A\d{4,5}$")]
    performance_year: Annotated[int, Field(ge=2012, le=2099)]
    agreement_start: dt.date
    agreement_number: Annotated[int, Field(ge=1)]
    track: Literal[
        "TRACK_1", "TRACK_1_PLUS", "TRACK_2", "TRACK_3",
        "BASIC_A", "BASIC_B", "BASIC_C", "BASIC_D", "BASIC_E", "ENHANCED",
    ]  # fmt: skip
    assignment_method: Literal["retrospective", "prospective"]
    track_2_years_before: Annotated[int, Field(ge=0, le=9)] | None = None
    """Performance years under Track 2 before this agreement period; needed of Track 2 alone."""
    minimum_savings_rate_election: Ratio | None = None
    """The rate a two-sided contract elected; None is the rate by number of beneficiaries."""
    revenue_category: Literal["low", "high"] | None = None
    participant_revenue: Annotated[Decimal, Field(ge=10_000)] | None = None
    """Medicare fee-for-service revenue of the participants, USD, for revenue-based loss limits."""
    performance_year_months: Literal[6, 12] = 12
    participation_months: Annotated[int, Field(ge=0, le=12)] | None = None
    """Months until the contract ended, where it ended before the performance year did."""
    extreme_circumstances: tuple[ExtremeCircumstances, ...] = ()
    """Events that reduce shared losses; months of the same people are not to overlap."""
    advance_investment_balance: Dollars | None = None
    """Advance investment payments not yet recouped."""
    prepaid_savings_balance: Dollars | None = None
    """Prepaid shared savings not yet recouped."""
    prior_agreement_savings: Dollars | None = None
    """Average per capita savings of the first agreement; second agreements of 2016 only."""
    prior_agreement_person_years: Annotated[Decimal, Field(gt=0)] | None = None
    """Average person-years of the first agreement; second agreements of 2016 only."""
    participants: tuple[TaxpayerNumber, ...] = ()
    """Taxpayer identification numbers of the ACO participants."""
    quality: QualityResult = QualityResult()

    @property
    def agreement_performance_year(self) -> int:
        """1 in the first performance year of the agreement period.

        The first performance year of agreements begun during 2012 ended with 2013.
        """
        first = max(self.agreement_start.year, 2013)
        return max(self.performance_year - first + 1, 1)

    @property
    def performance_year_in_track(self) -> int:
        """1 in the first performance year under the track; only Track 2 has years before."""
        return self.agreement_performance_year + (self.track_2_years_before or 0)

    @property
    def extreme_circumstances_fraction(self) -> Decimal | None:
        """Sum over events of months / 12 times share of beneficiaries, at most one."""
        if not self.extreme_circumstances:
            return None
        parts = (each.months * each.share_of_beneficiaries for each in self.extreme_circumstances)
        return min(sum(parts, Decimal(0)) / 12, Decimal(1))

    def settlement_inputs(self) -> dict[str, Any]:
        """The inputs of the settlement worksheet that the contract knows.

        Still needed: updated_benchmark_expenditures, performance_year_expenditures,
        assigned_beneficiaries; possible: guardrail_applied.
        """
        quality = self.quality
        return {
            "performance_year": self.performance_year,
            "track": self.track,
            "agreement_start": self.agreement_start,
            "agreement_performance_year": self.agreement_performance_year,
            "performance_year_in_track": self.performance_year_in_track,
            "performance_year_months": self.performance_year_months,
            "revenue_category": self.revenue_category,
            "minimum_savings_rate_election": self.minimum_savings_rate_election,
            "participant_revenue": self.participant_revenue,
            "extreme_circumstances_fraction": self.extreme_circumstances_fraction,
            "participation_months": self.participation_months,
            "advance_investment_balance": self.advance_investment_balance,
            "prepaid_savings_balance": self.prepaid_savings_balance,
            "quality_score": quality.score,
            "quality_score_floor": quality.score_floor,
            "pay_for_reporting": quality.pay_for_reporting,
            "minimum_attainment_met": quality.minimum_attainment_met,
            "reporting_incentive_met": quality.reporting_incentive_met,
            "first_year_standard_met": quality.first_year_standard_met,
            "alternative_standard_met": quality.alternative_standard_met,
        }


def read_contract(
    content: Mapping[str, Any], place: Place | None = None, rules: RuleSet | None = None
) -> SharedSavingsContract:
    """Validate a contract, against its form and against the rules.

    Raises:
        ContractError: VBC-201 a field is wrong (every wrong field is named); VBC-202 the year,
            track, agreement start and election do not go together under the rules.
    """
    where = place or Place()
    try:
        contract = SharedSavingsContract.model_validate(dict(content))
    except ValidationError as error:
        known = SharedSavingsContract.model_fields
        wrong = wrong_fields(error, "a field of a contract", known)
        first = error.errors()[0]
        value = None if first["type"] == "missing" else str(first["input"])
        raise ContractError(
            "the contract is not valid: " + "; ".join(wrong),
            place=Place(where.file, where.line, name_of_field(first), value),
            action="correct the fields named; each says what is allowed",
            code="VBC-201",
        ) from None
    for field, value, allowed in _against_rules(contract, rules or load_rules("mssp")):
        raise ContractError(
            f"the contract's {field} cannot be {value}",
            place=Place(where.file, where.line, field, value),
            rule=f"allowed: {allowed}",
            code="VBC-202",
        )
    return contract


def _against_rules(
    contract: SharedSavingsContract, rules: RuleSet
) -> Iterator[tuple[str, str, str]]:
    """Each contradiction: field, value, what is allowed."""
    year, track = contract.performance_year, contract.track
    start = contract.agreement_start
    try:
        risk_model = rules.get("risk_model", performance_year=year, track=track).value
    except ParameterMissing:
        years = [
            str(entry.applies["performance_year"])
            for entry in rules.history("risk_model")
            if entry.applies["track"].matches(track)
        ]
        yield "performance_year", str(year), f"for {track}: {'; '.join(years)}"
        return
    if start.year > year:
        yield "agreement_start", start.isoformat(), f"a date up to performance year {year}"
    if start.day != 1:
        yield "agreement_start", start.isoformat(), "the first day of a month"
    months = rules.get("performance_year_months", performance_year=year).value
    lengths = [int(str(row["months"])) for row in rows(months)]
    if contract.performance_year_months not in lengths:
        allowed = " or ".join(str(length) for length in lengths)
        yield "performance_year_months", str(contract.performance_year_months), allowed
    yield from _election(contract, rules, str(risk_model))
    yield from _history(contract)
    yield from _revenue(contract, rules)


def _history(contract: SharedSavingsContract) -> Iterator[tuple[str, str, str]]:
    """What came before the agreement period, where a limit or a recoupment depends on it."""
    before = contract.track_2_years_before
    if contract.track != "TRACK_2" and before:
        yield "track_2_years_before", str(before), "0 or nothing: the track is not Track 2"
    if contract.track == "TRACK_2" and contract.agreement_number > 1 and before is None:
        allowed = "0 or more: the loss limit counts years under Track 2 (42 CFR 425.606(g))"
        yield "track_2_years_before", "none", allowed
    if contract.prepaid_savings_balance and contract.advance_investment_balance:
        allowed = (
            "none: an ACO with a balance of advance investment payments is not eligible for "
            "prepaid shared savings (42 CFR 425.640(b)(4))"
        )
        yield "prepaid_savings_balance", str(contract.prepaid_savings_balance), allowed


def _revenue(contract: SharedSavingsContract, rules: RuleSet) -> Iterator[tuple[str, str, str]]:
    """Where low revenue matters to sharing below the minimum rate, the category must be said."""
    try:
        share = rules.get(
            "rate_share_below_minimum_savings_rate",
            performance_year=contract.performance_year,
            track=contract.track,
            agreement_start=contract.agreement_start,
        ).value
    except ParameterMissing:
        yield "agreement_start", contract.agreement_start.isoformat(), "from 2019-07-01"
        return
    if share is not None and contract.revenue_category is None:
        yield "revenue_category", "none", "low or high (42 CFR 425.605(h) depends on it)"


def _election(
    contract: SharedSavingsContract, rules: RuleSet, risk_model: str
) -> Iterator[tuple[str, str, str]]:
    try:
        choices = rules.get(
            "minimum_savings_rate_elections",
            track=contract.track,
            agreement_start=contract.agreement_start,
        ).value
    except ParameterMissing:
        starts = [
            str(entry.applies["agreement_start"])
            for entry in rules.history("minimum_savings_rate_elections")
            if entry.applies["track"].matches(contract.track) and "agreement_start" in entry.applies
        ]
        allowed = f"for {contract.track}: {'; '.join(starts)}"
        yield "agreement_start", contract.agreement_start.isoformat(), allowed
        return
    elected = contract.minimum_savings_rate_election
    rates = [row["rate"] for row in rows(choices)]
    if elected not in rates:
        words = ["none (the rate by size)" if rate is None else str(rate) for rate in rates]
        value = "none" if elected is None else str(elected)
        allowed = f"for {risk_model} {contract.track}: {', '.join(words)}"
        yield "minimum_savings_rate_election", value, allowed
