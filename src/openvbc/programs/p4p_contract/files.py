"""The results of a payer's pay-for-performance contract, a row a provider and measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from openvbc.errors import InputError, SetAside
from openvbc.programs.p4p_contract.terms import Terms
from openvbc.programs.published.published_cell import plain
from openvbc.programs.published.published_file import Column, Layout, PublishedTable

LAYOUT = Layout(
    "results of a pay-for-performance contract",
    (
        Column("provider", "provider(?: id)?|tin|npi|group", "text", True, "provider"),
        Column("name", "(?:provider )?name", "text"),
        Column("members", "(?:attributed )?members", required=True, label="members"),
        Column("measure", "measure(?: id)?", "text", True, "measure"),
        Column("numerator", "numerator"),
        Column("denominator", "denominator", required=True, label="denominator"),
        Column("rate", "rate"),
        Column("baseline", "baseline(?: rate)?"),
    ),
)


@dataclass(frozen=True)
class Result:
    """A row of the results."""

    numerator: Decimal | None
    denominator: Decimal | None
    rate: Decimal | None
    baseline: Decimal | None


@dataclass
class Provider:
    """A provider's results by measure."""

    identifier: str
    name: str
    members: Decimal
    results: dict[str, Result] = field(default_factory=dict)


def read_results(
    table: PublishedTable,
    terms: Terms,
    providers: dict[str, Provider],
    set_aside: list[SetAside],
) -> int:
    """Results by provider; the number of rows used."""
    set_aside.extend(table.set_aside)
    named = {plain(measure.measure): measure.measure for measure in terms.measures}
    used = 0
    for row in range(len(table.rows)):
        identifier = table.text(row, "provider")
        measure = named.get(plain(table.text(row, "measure")))
        try:
            members = table.number(row, "members")
            result = Result(
                table.number(row, "numerator"),
                table.number(row, "denominator"),
                table.number(row, "rate"),
                table.number(row, "baseline"),
            )
        except InputError as error:
            set_aside.append(SetAside(error.what, error.place))
            continue
        problem = _problem(identifier, measure, members, result, providers)
        if problem:
            reason, column = problem
            set_aside.append(SetAside(reason, table.place(row, column)))
            continue
        assert measure is not None
        assert members is not None
        provider = providers.setdefault(
            identifier, Provider(identifier, table.text(row, "name"), members)
        )
        provider.results[measure] = result
        used += 1
    return used


def _problem(
    identifier: str,
    measure: str | None,
    members: Decimal | None,
    result: Result,
    providers: Mapping[str, Provider],
) -> tuple[str, str] | None:
    """Why a row cannot be used, and the column that shows it."""
    if not identifier:
        return "no provider", "provider"
    if measure is None:
        return "measure is not in the contract", "measure"
    if members is None or members < 0:
        return "members missing or negative", "members"
    known = providers.get(identifier)
    if known is not None and known.members != members:
        return "provider has two numbers of members", "members"
    if known is not None and measure in known.results:
        return "provider and measure stand twice", "measure"
    if result.denominator is None or result.denominator < 0:
        return "denominator missing or negative", "denominator"
    if result.numerator is None and result.rate is None and result.denominator > 0:
        return "neither numerator nor rate", "numerator"
    if result.numerator is not None and not 0 <= result.numerator <= result.denominator:
        return "numerator below zero or above the denominator", "numerator"
    return None
