"""How much of a gap lies within providers, and how much in who is treated where.

A stratum's rate is the mean of its providers' rates, weighted by where its people are. So its gap
to the reference has two parts: other rates at the same provider, and other providers. Each part is
weighed by the mean of both strata, which leaves nothing over (Kitagawa, "Components of a difference
between two rates", Journal of the American Statistical Association 50 (1955), 1168-1194)::

    within  = sum over providers of (share a + share b) / 2 x (rate a - rate b)
    between = sum over providers of (rate a + rate b) / 2 x (share a - share b)

Where a provider has nobody of one stratum no rates can be compared: its part is all between.
Arithmetic is exact; nothing is rounded here. It says nothing of causes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.quoting import literal
from openvbc.errors import InputError, Place
from openvbc.programs.listing import Field, Listing
from openvbc.programs.social_need.strata import Division

_FIELDS = (
    Field("Measure", role="who"),
    Field("Divided by"),
    Field("Stratum"),
    Field("Reference"),
    Field("Gap", "factor"),
    Field("Within", "factor"),
    Field("Between", "factor"),
    Field("Gap, amount", "USD per person"),
    Field("Within, amount", "USD per person"),
    Field("Between, amount", "USD per person"),
    Field("Providers", "count"),
    Field("of these with people of both", "count"),
    Field("People without a provider", "count"),
)
_CELLS = """
with provided as (
  select person_id, min(stratum) as provider
  from person_stratum
  where division = {provider}
  group by person_id
  having count(distinct stratum) = 1
)
select r.measure, s.division, s.stratum, v.provider,
  count(distinct r.person_id) as people,
  cast(sum(r.numerator) as bigint) as numerator,
  cast(sum(r.denominator) as bigint) as denominator,
  sum(r.amount) as amount
from person_result r
join person_stratum s on s.person_id = r.person_id and s.division <> {provider}
left join provided v on v.person_id = r.person_id
group by r.measure, s.division, s.stratum, v.provider
order by r.measure, s.division, s.stratum, v.provider
"""
Cells = dict[str, tuple[Fraction, int]]
"""Of each provider: the sum of a stratum's results, and what it is divided by."""


@dataclass(frozen=True)
class GapParts:
    """A gap to the reference, over the people of both strata whose provider is known."""

    measure: str
    division: str
    stratum: str
    reference: str
    within: Fraction
    between: Fraction
    providers: int
    shared_providers: int
    """Those with people of both strata."""
    left_out: int
    """People of both strata without a known provider."""
    is_amount: bool

    @property
    def gap(self) -> Fraction:
        """Rate, or mean amount, of the stratum less that of the reference."""
        return self.within + self.between


def gaps_of_store(engine: Engine, provider: str, divisions: Sequence[Division]) -> Listing:
    """Part every gap by a division of people that stands for providers.

    Args:
        engine: holds `person_result` and `person_stratum`.
        provider: the division, for example ``practice``, of stratum.csv or of the claims.
        divisions: what the strata were compared as.

    Raises:
        InputError: nobody has a value of that division.
    """
    if provider not in {each.division for each in divisions}:
        raise InputError(
            "nobody has a value of the division that stands for providers",
            place=Place(column="--within", value=provider),
            rule="a division of stratum.csv, for example practice, with a row a person",
            action="name a division that stands in stratum.csv",
            code="VBC-1132",
        )
    rows = engine.rows(_CELLS.format(provider=literal(provider)))
    return gap_listing(gap_parts(rows, divisions), provider)


def gap_parts(rows: Iterable[Mapping[str, Any]], divisions: Sequence[Division]) -> list[GapParts]:
    """Part the gap of every stratum of every division.

    Args:
        rows: measure, division, stratum, provider (null: not known), people,
            numerator, denominator, amount.
        divisions: what the strata were compared as; they name each reference.

    Returns:
        One a measure, division and stratum other than the reference; none where a stratum or its
        reference has nobody with a known provider.
    """
    known: dict[tuple[str, str, str], Cells] = {}
    without: dict[tuple[str, str, str], int] = {}
    amounts = set()
    for row in rows:
        key = (row["measure"], row["division"], row["stratum"])
        if row["provider"] is None:
            without[key] = without.get(key, 0) + int(row["people"])
            continue
        is_amount = row["amount"] is not None
        base = int(row["people"] if is_amount else row["denominator"] or 0)
        if is_amount:
            amounts.add(row["measure"])
        if base:
            result = Fraction(row["amount"] if is_amount else row["numerator"] or 0)
            known.setdefault(key, {})[row["provider"]] = (result, base)
    parts = []
    for each in divisions:
        name = next((c.stratum.stratum for c in each.strata if c.is_reference), None)
        if name is None:
            continue
        for compared in each.strata:
            key = (each.measure, each.division, compared.stratum.stratum)
            base_key = (each.measure, each.division, name)
            if compared.is_reference or key not in known or base_key not in known:
                continue
            one, other = known[key], known[base_key]
            within, between = _parts(one, other)
            parts.append(
                GapParts(
                    *key, name, within, between, len(one.keys() | other.keys()),
                    len(one.keys() & other.keys()),
                    without.get(key, 0) + without.get(base_key, 0), each.measure in amounts,
                )
            )  # fmt: skip
    return parts


def _parts(one: Cells, other: Cells) -> tuple[Fraction, Fraction]:
    """Within and between; their sum is the rate of `one` less that of `other`."""
    within = between = Fraction(0)
    whole, whole_other = sum(n for _, n in one.values()), sum(n for _, n in other.values())
    nobody = (Fraction(0), 0)
    for provider in one.keys() | other.keys():
        (result, base), (result_other, base_other) = (
            one.get(provider, nobody), other.get(provider, nobody),
        )  # fmt: skip
        share, share_other = Fraction(base, whole), Fraction(base_other, whole_other)
        rate = result / base if base else result_other / base_other
        rate_other = result_other / base_other if base_other else rate
        within += (share + share_other) / 2 * (rate - rate_other)
        between += (rate + rate_other) / 2 * (share - share_other)
    return within, between


def gap_listing(parts: Sequence[GapParts], provider: str) -> Listing:
    """The parts as a list for the house: they follow from few people a provider."""
    return Listing(
        "gap_parts",
        "Gaps within and between",
        _FIELDS,
        [_row(each) for each in parts],
        f"Provider: {provider}. Within: other results at the same provider. Between: other "
        "providers. Both add up to the gap of the people whose provider is known. A provider with "
        "people of one stratum only is all between. It says nothing of causes.",
        "people",
    )


def _row(each: GapParts) -> list[Any]:
    figures = [_six(value) for value in (each.gap, each.within, each.between)]
    none: list[Any] = [None] * 3
    return [
        each.measure, each.division, each.stratum, each.reference,
        *([*none, *figures] if each.is_amount else [*figures, *none]),
        each.providers, each.shared_providers, each.left_out,
    ]  # fmt: skip


def _six(value: Fraction) -> Decimal:
    return round(Decimal(value.numerator) / value.denominator, 6)
