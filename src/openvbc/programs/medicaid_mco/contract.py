"""A Medicaid managed care contract as a file: the plan, its loss ratio, its arrangements.

What the checks ask is answered by name below ``answers``; what follows from dates and amounts is
computed. A field that is not known is an error.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from openvbc.errors import ContractError, Place, RuleError
from openvbc.rules.exact_yaml import read_yaml, text_of_yaml
from openvbc.rules.load import load_code_table
from openvbc.validation import wrong_fields

Amount = Annotated[Decimal, Field(ge=0)]
Ratio = Annotated[Decimal, Field(ge=0, le=1)]
KINDS = Literal[
    "value-based purchasing", "delivery system reform", "population-based", "condition-based",
    "minimum fee schedule at State plan rates", "minimum fee schedule at Medicare rates",
    "other minimum fee schedule", "uniform increase", "maximum fee schedule",
]  # fmt: skip
TYPES = Literal[
    "incentive", "withhold", "risk sharing", "state directed payment", "pass-through",
    "provider payment", "provider incentive", "physician incentive",
]  # fmt: skip
NEEDED: Mapping[str, tuple[str, ...]] = {
    "incentive": ("capitation", "incentive_payments"),
    "withhold": ("capitation", "withhold_share", "achievable_share", "sound_amount"),
    "state directed payment": ("kind",),
    "pass-through": ("pass_through_class",),
    "provider payment": ("paid",),
}
"""Fields without which an arrangement of a type cannot be judged."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Period(_Strict):
    """A closed span of days."""

    start: dt.date
    end: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.end < self.start:
            raise ValueError("a period ends before it begins")
        return self

    @property
    def days(self) -> int:
        """Its days, both ends included."""
        return (self.end - self.start).days + 1


class LossRatio(_Strict):
    """What the loss ratio is computed from."""

    market: Literal["medicaid", "commercial", "medicare advantage"] = "medicaid"
    enrollment_size: Amount
    incurred_claims: Amount
    quality_improvement: Amount | None = None
    fraud_prevention: Amount | None = None
    premium: Annotated[Decimal, Field(gt=0)]
    taxes_and_fees: Amount | None = None
    minimum_loss_ratio: Ratio | None = None
    deductible_factor: Annotated[Decimal, Field(gt=0)] | None = None
    exempt_first_year: bool = False


class Arrangement(_Strict):
    """One arrangement, with what its type needs."""

    name: Annotated[str, Field(min_length=1)]
    type: TYPES
    kind: KINDS | None = None
    conditioned_on_performance: bool = False
    answers: dict[str, bool] = {}
    capitation: Annotated[Decimal, Field(gt=0)] | None = None
    incentive_payments: Amount | None = None
    withhold_share: Ratio | None = None
    achievable_share: Ratio | None = None
    sound_amount: Amount | None = None
    pass_through_class: (
        Literal["hospital", "physician", "nursing facility", "transition"] | None
    ) = None
    base_amount_given: Amount | None = None
    medicare_equivalent_managed_care: Amount | None = None
    paid_managed_care: Amount | None = None
    medicare_equivalent_moving: Amount | None = None
    paid_moving: Amount | None = None
    amount_identified: Amount | None = None
    supplemental_payments: Amount | None = None
    transitioned_payments: Amount | None = None
    all_payments: Annotated[Decimal, Field(gt=0)] | None = None
    pass_through_paid: Amount | None = None
    years_since_transition: Amount | None = None
    service_class: (
        Literal["inpatient", "outpatient", "nursing facility", "academic practitioner", "other"]
        | None
    ) = None
    total_payment_rate: Amount | None = None
    average_commercial_rate: Amount | None = None
    commercial_rate_data_end: dt.date | None = None
    attribution_data_end: dt.date | None = None
    measurement: Period | None = None
    payment_start: dt.date | None = None
    documents_complete: dt.date | None = None
    in_contract: dt.date | None = None
    approved_periods: Annotated[int, Field(ge=0)] | None = None
    amount: Amount | None = None
    share_at_risk: Ratio | None = None
    paid: Amount | None = None
    linked_to_quality: bool = False
    prospective_payment: bool = False
    comprehensive: bool = False
    integrated: bool = False
    shared_savings: bool = False
    downside_risk: bool = False
    performance_bonus: bool = False
    pays_reporting: bool = False
    pays_infrastructure: bool = False

    @model_validator(mode="after")
    def _complete(self) -> Arrangement:
        lacking = [n for n in NEEDED.get(self.type, ()) if getattr(self, n) is None]
        if lacking:
            raise ValueError(f"{', '.join(lacking)} missing in {self.name!r} ({self.type})")
        over = (self.achievable_share or 0) > (self.withhold_share or 0)
        if self.type == "withhold" and over:
            raise ValueError(f"achievable_share is over withhold_share in {self.name!r}")
        if stray := sorted(set(self.answers) - questions()):
            raise ValueError(f"no check asks {', '.join(stray)} ({self.name!r})")
        return self


class Threshold(_Strict):
    """The share of payments to providers that the State's contract asks for."""

    from_category: Literal["2C", "3A"]
    share: Ratio


class PlanContract(_Strict):
    """The contract of a plan for a rating period."""

    program: Literal["medicaid-mco"]
    plan: Annotated[str, Field(min_length=1)]
    state: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    name: str = ""
    rating_period: Period
    capitation: Annotated[Decimal, Field(gt=0)]
    loss_ratio: LossRatio
    in_lieu_services: Amount | None = None
    value_based_threshold: Threshold | None = None
    answers: dict[str, bool] = {}
    arrangements: tuple[Arrangement, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> PlanContract:
        names = [each.name for each in self.arrangements]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"an arrangement appears twice: {', '.join(doubled)}")
        if stray := sorted(set(self.answers) - questions()):
            raise ValueError(f"no check asks {', '.join(stray)}")
        return self


@cache
def questions() -> set[str]:
    """The names of what the checks ask."""
    return {row["answer"] for row in load_code_table("medicaid_mco", "checklist")} - {""}


def read_contract(path: Path) -> PlanContract:
    """Read and check the file of a contract; every wrong field is named.

    Raises:
        ContractError: the file cannot be read, or says something that cannot be.
    """
    if not path.is_file():
        raise ContractError("there is no such file", place=Place(str(path)), code="VBC-2901")
    try:
        content = read_yaml(text_of_yaml(path), path.name)
    except RuleError as error:
        raise ContractError(
            f"the plan's contract cannot be read: {error.what}", place=error.place,
            code="VBC-2902",
        ) from error  # fmt: skip
    try:
        return PlanContract.model_validate(content)
    except ValidationError as error:
        raise ContractError(
            f"the plan's contract is not valid: "
            f"{'; '.join(wrong_fields(error, 'a field of a contract'))}",
            place=Place(path.name),
            action="correct the fields named; docs/programs/medicaid-mco.md lists them",
            code="VBC-2903",
        ) from None
