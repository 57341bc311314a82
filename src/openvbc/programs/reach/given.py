"""A REACH contract and everything that is not claims, read and checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, cast

from pydantic import ValidationError

from openvbc.claims.months import end_of_month
from openvbc.errors import ContractError, ParameterMissing, Place
from openvbc.programs.reach.lists import (
    BaseYear,
    Key,
    read_base_years,
    read_lists,
    read_national,
    read_risk,
)
from openvbc.programs.reach.project import ReachContract, ReachInputs, ReachKnown, ReachProject
from openvbc.project_file import ProjectFile
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Parameter
from openvbc.steps.alignment import AlignmentLists, AlignmentPeriod, AlignmentTerm
from openvbc.validation import wrong_fields

NEEDED = ("participants", "alignment_codes", "alignment_specialties")
"""Inputs without which nobody is aligned."""


@dataclass(frozen=True)
class ReachGiven:
    """The contract with its rules, periods, lists and what CMS told the entity."""

    contract: ReachContract
    rules: RuleSet
    periods: Sequence[AlignmentPeriod]
    term: AlignmentTerm
    lists: AlignmentLists
    national: Mapping[tuple[int, str], Decimal]
    base_years: Mapping[tuple[int, Key], BaseYear]
    risk: Mapping[Key, Mapping[str, Any]]
    known: ReachKnown
    inputs: ReachInputs
    parameters: Sequence[Parameter]
    """What the steps used of the rules."""
    last_known: dt.date
    """The end of the run-out."""

    @property
    def main(self) -> AlignmentPeriod:
        """The performance year."""
        return next(period for period in self.periods if period.is_performance_year)

    @property
    def is_over(self) -> bool:
        """Whether the performance year lies before the day of knowledge."""
        return self.main.known_by > dt.date(self.contract.performance_year, 12, 31)

    @property
    def is_final(self) -> bool:
        """Whether the run-out is over."""
        return self.main.known_by >= self.last_known

    @property
    def is_without_risk(self) -> bool:
        """Whether the year is the implementation period, of which nothing is settled."""
        year = self.contract.performance_year
        return bool(self.rules.get("is_without_risk", performance_year=year).value)

    @property
    def equity_in_force(self) -> bool:
        """Whether the year has a health equity adjustment."""
        year = self.contract.performance_year
        return bool(self.rules.get("equity_adjustment_in_force", performance_year=year).value)

    def history_weight(self, alignment: str) -> Decimal:
        """The weight of the historical amount in the blend."""
        year = self.contract.performance_year
        if alignment == "VOLUNTARY":
            parameter = self.rules.get("voluntary_historical_weight", performance_year=year)
        else:
            parameter = self.rules.get(
                "historical_weight", performance_year=year, entity_type=self.contract.entity_type
            )
        return Decimal(str(parameter.value))

    def history_weighs(self, alignment: str) -> bool:
        """Whether history counts at all; not where the weight is not known either."""
        try:
            return self.history_weight(alignment) != 0
        except ParameterMissing:
            return False

    def years_of_history(self, alignment: str) -> tuple[int, int, int] | None:
        """The three base years; None where the contract has to name them and does not.

        The fixed ones are those of claims-aligned people of Standard entities alone.
        """
        contract = self.contract
        if alignment == "VOLUNTARY" and contract.voluntary_base_years is not None:
            return contract.voluntary_base_years
        if contract.entity_type == "STANDARD" and alignment == "VOLUNTARY":
            return None
        if contract.base_years is not None or contract.entity_type != "STANDARD":
            return contract.base_years
        first = int(str(self.rules.get("first_base_year").value))
        return first, first + 1, first + 2


def read_given(project: ProjectFile, rules: RuleSet, place: Place) -> ReachGiven:
    """Read and check the contract and the lists that a project names.

    Raises:
        OpenvbcError: one of them is missing, or says something that cannot be.
    """
    asked = cast("ReachProject", project)
    contract = _contract(asked, place)
    inputs, year = asked.inputs, contract.performance_year
    _refuse(contract, asked, rules, place)
    codes, specialties = inputs.alignment_codes, inputs.alignment_specialties
    assert codes is not None
    assert specialties is not None
    used = [
        rules.get(name, performance_year=year)
        for name in (
            "older_alignment_year", "recent_alignment_year", "least_primary_care_share",
            "stop_loss_is_against_prediction", "first_month", "run_out_months",
            "months_of_next_year",
        )
    ]  # fmt: skip
    value = {parameter.name: parameter.value for parameter in used}
    last = end_of_month(year + 1, int(str(value["run_out_months"])))
    known_by = min(last, asked.as_of) if asked.as_of else last
    periods = [_period("PY", year, int(str(value["first_month"])), contract, year, known_by)]
    if more := int(str(value["months_of_next_year"])):
        later = end_of_month(year + 1, more + int(str(value["run_out_months"])))
        periods.append(replace(
            periods[0], period=f"PY_{year + 1}", calendar_year=year + 1, first_month=1,
            last_month=more, continues="PY",
            known_by=min(later, asked.as_of) if asked.as_of else later,
        ))  # fmt: skip
    given = ReachGiven(
        contract,
        rules,
        periods,
        AlignmentTerm(
            contract.entity_id, year, int(str(value["older_alignment_year"])),
            int(str(value["recent_alignment_year"])),
            Decimal(str(value["least_primary_care_share"])),
            contract.entity_type == "HIGH_NEEDS",
            bool(value["stop_loss_is_against_prediction"]),
        ),
        read_lists(inputs, codes, specialties, year, contract.stop_loss),
        read_national(inputs.national_amounts),
        read_base_years(inputs.base_years),
        read_risk(inputs.entity_risk),
        asked.known,
        inputs,
        used,
        last,
    )  # fmt: skip
    return _with_base_periods(given)


def _with_base_periods(given: ReachGiven) -> ReachGiven:
    """Base years are measured only where they weigh and CMS's amount is not given."""
    contract, years = given.contract, given.years_of_history("CLAIMS")
    if years is None or not given.history_weighs("CLAIMS"):
        return given
    periods = []
    for number, year in enumerate(years, start=1):
        rows = [
            row for (of, (how, _)), row in given.base_years.items()
            if of == year and how == "CLAIMS"
        ]  # fmt: skip
        if not rows or any(row.amount is None for row in rows):
            last = end_of_month(year + 1, 3)
            periods.append(
                _period(f"BY{number}", year, 1, contract, contract.performance_year, last)
            )
    return replace(given, periods=[*periods, *given.periods])


def _period(
    name: str, year: int, first_month: int, contract: ReachContract, performance_year: int,
    known_by: dt.date,
) -> AlignmentPeriod:  # fmt: skip
    """The alignment years of a measured year end as long before it as those of the contract."""
    back = performance_year - year
    last = _years_before(contract.alignment_ends, back)
    return AlignmentPeriod(
        name, year, first_month,
        _years_before(last, 2) + dt.timedelta(1),
        _years_before(last, 1) + dt.timedelta(1),
        last, _years_before(contract.alignment_known_by, back), known_by,
    )  # fmt: skip


def _years_before(day: dt.date, years: int) -> dt.date:
    """The same day of an earlier year; the last of February stays the last."""
    following = day + dt.timedelta(1)
    if following.day == 1:
        return following.replace(year=following.year - years) - dt.timedelta(1)
    return day.replace(year=day.year - years)


def _contract(asked: ReachProject, place: Place) -> ReachContract:
    try:
        return ReachContract.model_validate(asked.contract)
    except ValidationError as error:
        wrong = wrong_fields(error, "a field of a REACH contract", ReachContract.model_fields)
        raise ContractError(
            "the contract cannot be used: " + "; ".join(wrong),
            place=place,
            rule="docs/programs/reach.md says what each field may be",
            action="correct the project file",
            code="VBC-2920",
        ) from error


def _refuse(contract: ReachContract, asked: ReachProject, rules: RuleSet, place: Place) -> None:
    """What nobody can be aligned with, and what contradicts itself."""
    inputs = asked.inputs
    lacking = [name for name in NEEDED if getattr(inputs, name) is None]
    if contract.entity_type == "HIGH_NEEDS" and inputs.high_needs is None:
        lacking.append("high_needs")
    if lacking:
        raise ContractError(
            f"inputs.{', inputs.'.join(lacking)} missing",
            place=place,
            rule="alignment goes by the entity's providers and by lists that CMS gives an entity",
            action="give the files; 'vbc init DIR --program reach' names their columns",
            code="VBC-2921",
        )
    if inputs.voluntary_alignment is not None and inputs.designations is None:
        raise ContractError(
            "inputs.voluntary_alignment does not tell the day of a designation",
            place=place,
            rule="the last designation before the year, or before a quarter of it, counts",
            action="give inputs.designations: member_id, designated_on, tin, npi",
            code="VBC-2922",
        )
    year = contract.performance_year
    first = int(str(rules.get("first_month", performance_year=year).value))
    if contract.alignment_ends >= dt.date(year, first, 1):
        raise ContractError(
            "the alignment years do not end before the performance year begins",
            place=Place(place.file, place.line, "alignment_ends", str(contract.alignment_ends)),
            rule="claims-based alignment is prospective",
            action="write the last day of the recent alignment year",
            code="VBC-2923",
        )
    allowed = rules.get(
        "total_care_is_allowed", performance_year=year,
        risk_arrangement=contract.risk_arrangement,
    )  # fmt: skip
    if contract.payment_mechanism == "TCC" and not allowed.value:
        raise ContractError(
            "total care capitation of a Professional entity",
            place=Place(place.file, place.line, "payment_mechanism", "TCC"),
            rule="Professional entities have primary care capitation alone",
            action="write PCC, or correct the risk arrangement",
            code="VBC-2924",
        )
