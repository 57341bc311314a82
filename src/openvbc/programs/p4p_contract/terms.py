"""The terms of a payer's pay-for-performance contract, as validated data.

One YAML file: what is measured, against which targets, what closes the payment, what is paid. Every
term is the parties' own; none has a default that moves money.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from openvbc.errors import ContractError, Place, RuleError
from openvbc.rules.exact_yaml import read_yaml, text_of_yaml
from openvbc.rules.parameter import Table
from openvbc.validation import wrong_fields

Ratio = Annotated[Decimal, Field(ge=0, le=1)]
Positive = Annotated[Decimal, Field(gt=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Scale(_Strict):
    """Points along a straight line: multiplier x share of the way + offset, rounded half up."""

    at_benchmark: Positive
    multiplier: Decimal
    offset: Decimal
    decimals: Annotated[int, Field(ge=0, le=10)]
    least: Decimal | None = None
    most: Decimal | None = None

    def table(self) -> Table:
        """As the points kernel reads it."""
        return Table((self.model_dump(),))


class Points(_Strict):
    """How points are given between threshold or baseline and benchmark."""

    attainment: Scale
    improvement: Scale | None = None


class Tier(_Strict):
    """Points from a bound on."""

    from_: Annotated[Decimal, Field(alias="from")]
    points: Annotated[Decimal, Field(ge=0)]


class Plausible(_Strict):
    """The closed range outside which a rate of a measure cannot be meant."""

    least: Decimal
    most: Decimal

    @model_validator(mode="after")
    def _ordered(self) -> Plausible:
        if self.least >= self.most:
            raise ValueError("least must be below most")
        return self


class Measure(_Strict):
    """A measure: its targets or its tiers, its weight, and whether it is a gate."""

    measure: Annotated[str, Field(min_length=1)]
    label: str = ""
    weight: Positive
    minimum_denominator: Annotated[int, Field(ge=1)]
    lower_is_better: bool = False
    threshold: Decimal | None = None
    benchmark: Decimal | None = None
    improvement: bool = False
    tiers: tuple[Tier, ...] = ()
    gate: Decimal | None = None
    plausible: Plausible | None = None

    def targets(self) -> list[Decimal]:
        """Every rate the contract names for the measure."""
        named = [self.threshold, self.benchmark, self.gate, *(tier.from_ for tier in self.tiers)]
        return [target for target in named if target is not None]

    def range(self) -> Plausible:
        """The range of rates that can be meant: as agreed, else 0 to 1, which holds all targets."""
        return self.plausible or Plausible(least=Decimal(0), most=Decimal(1))

    @model_validator(mode="after")
    def _targets_can_be_meant(self) -> Measure:
        around = self.range()
        if outside := [t for t in self.targets() if not around.least <= t <= around.most]:
            said = "say plausible: {least, most} for rates that are not ratios of 0 to 1"
            raise ValueError(
                f"the target {outside[0]} lies outside {around.least} to {around.most}; {said}"
            )
        return self

    @model_validator(mode="after")
    def _one_way_of_scoring(self) -> Measure:
        targets = (self.threshold, self.benchmark)
        if bool(self.tiers) == any(target is not None for target in targets):
            raise ValueError("give either tiers, or threshold and benchmark")
        if not self.tiers and None in targets:
            raise ValueError("threshold and benchmark go together")
        if self.tiers and self.improvement:
            raise ValueError("improvement needs threshold and benchmark")
        if self.threshold is not None and self.benchmark is not None:
            better = self.benchmark < self.threshold if self.lower_is_better else (
                self.benchmark > self.threshold
            )  # fmt: skip
            if not better:
                raise ValueError("the benchmark must be better than the threshold")
        return self


class PayoutTier(_Strict):
    """The share paid from a score on."""

    from_: Annotated[Ratio, Field(alias="from")]
    share: Ratio


class Payment(_Strict):
    """What is paid: a pool split by members, or a bonus for each member."""

    kind: Literal["pool", "per_member"]
    pool: Positive | None = None
    bonus_per_member: Positive | None = None
    unearned: Literal["kept", "shared"] | None = None
    """What becomes of the part of a pool that is not earned; a pool needs it."""
    payout: Literal["in_proportion", "tiers"]
    tiers: tuple[PayoutTier, ...] = ()

    @model_validator(mode="after")
    def _goes_together(self) -> Payment:
        if self.kind == "pool" and (self.pool is None or self.bonus_per_member is not None):
            raise ValueError("kind pool needs pool, and no bonus_per_member")
        if self.kind == "per_member" and (self.bonus_per_member is None or self.pool is not None):
            raise ValueError("kind per_member needs bonus_per_member, and no pool")
        if self.kind == "pool" and self.unearned is None:
            raise ValueError("unearned is missing: a pool is kept or shared")
        if self.kind == "per_member" and self.unearned == "shared":
            raise ValueError("only the unearned part of a pool can be shared")
        if (self.payout == "tiers") != bool(self.tiers):
            raise ValueError("payout tiers needs tiers; payout in_proportion has none")
        return self


class Terms(_Strict):
    """The contract."""

    program: Literal["p4p-contract"]
    title: str
    contract_year: Annotated[int, Field(ge=2000, le=2099)]
    points: Points
    measures: Annotated[tuple[Measure, ...], Field(min_length=1)]
    minimum_members: Annotated[int, Field(ge=0)]
    minimum_measures: Annotated[int, Field(ge=1)]
    payment: Payment

    @model_validator(mode="after")
    def _measures_once(self) -> Terms:
        names = [measure.measure for measure in self.measures]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"a measure appears twice: {', '.join(doubled)}")
        if any(measure.improvement for measure in self.measures) and not self.points.improvement:
            raise ValueError("points.improvement is missing, and a measure pays for improvement")
        return self


def read_terms(path: Path) -> Terms:
    """Read and validate a contract file; every wrong field is named."""
    try:
        content = read_yaml(text_of_yaml(path), path.name)
    except RuleError as error:
        raise ContractError(
            f"the contract cannot be read: {error.what}", place=error.place, code="VBC-2004"
        ) from error
    if not isinstance(content, Mapping):
        raise ContractError(
            "a contract is a mapping of terms", place=Place(path.name), code="VBC-2005"
        )
    try:
        return Terms.model_validate(content)
    except ValidationError as error:
        wrong = "; ".join(wrong_fields(error, "a term of a contract"))
        raise ContractError(
            f"the contract is not valid: {wrong}",
            place=Place(path.name),
            action="correct the fields named",
            code="VBC-201",
        ) from None
