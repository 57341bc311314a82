"""From a raw score to a payment score: normalize, adjust for coding, blend models."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from openvbc.errors import ParameterMissing
from openvbc.rules.load import RuleSet, load_rules
from openvbc.rules.parameter import Parameter

THOUSANDTH = Decimal("0.001")
PARTS = {"DI": "dialysis", "DNE": "dialysis", "TRANSPLANT": "dialysis"}


@dataclass(frozen=True)
class Normalization:
    """The parameters that turn raw scores of a model and year into payment scores."""

    model: str
    payment_year: int
    factors: dict[str, Parameter]
    """By part: ``all``, or ``dialysis`` and ``functioning graft`` for the ESRD models."""
    coding: Parameter | None

    def normalized(self, raw: Decimal, segment: str) -> Decimal:
        """Raw score over the factor, rounded half up to three decimals."""
        return (raw / self.factor(segment)).quantize(THOUSANDTH, ROUND_HALF_UP)

    def paid(self, normalized: Decimal) -> Decimal:
        """The normalized score less the coding adjustment, rounded half up to three decimals."""
        if self.coding is None:
            return normalized
        return (normalized * (1 - _number(self.coding))).quantize(THOUSANDTH, ROUND_HALF_UP)

    def factor(self, segment: str) -> Decimal:
        """The factor of a segment's part of the model."""
        part = "all" if "all" in self.factors else PARTS.get(segment, "functioning graft")
        return _number(self.factors[part])


def _number(parameter: Parameter) -> Decimal:
    value = parameter.value
    assert isinstance(value, Decimal | int)
    return Decimal(value)


def normalization(
    model: str, payment_year: int, *, coding_adjustment: bool, rules: RuleSet | None = None
) -> Normalization:
    """The parameters of a model and year.

    Raises:
        ParameterMissing: a factor is not known. Raw scores need none.
    """
    rules = rules or load_rules("hcc")
    parts = ("dialysis", "functioning graft") if model.startswith("ESRD") else ("all",)
    try:
        factors = {
            part: rules.get(
                "normalization_factor", model=model, part=part, payment_year=payment_year
            )
            for part in parts
        }
    except ParameterMissing as error:
        raise ParameterMissing(
            f"no payment score: {error.what}",
            rule=error.rule,
            action="ask for raw scores (--raw), or add the factor with its citation in an overlay",
            code="VBC-3001",
        ) from error
    coding = (
        rules.get("coding_adjustment", payment_year=payment_year) if coding_adjustment else None
    )
    return Normalization(model, payment_year, factors, coding)


def blended(scores: dict[str, Decimal], payment_year: int, rules: RuleSet | None = None) -> Decimal:
    """Payment scores of several models weighed for the year, rounded half up to three decimals.

    Raises:
        ParameterMissing: a weight is not known, or the weights of the models given are not 1.
    """
    rules = rules or load_rules("hcc")
    weights = {
        m: _number(rules.get("model_weight", payment_year=payment_year, model=m)) for m in scores
    }
    if sum(weights.values()) != 1:
        raise ParameterMissing(
            f"the weights of {', '.join(weights)} in {payment_year} do not add up to 1",
            action="give the score of every model blended in that year",
            code="VBC-3002",
        )
    total = sum((weights[m] * score for m, score in scores.items()), Decimal(0))
    return total.quantize(THOUSANDTH, ROUND_HALF_UP)
