"""The results of a payer's pay-for-performance contract, a row a provider and measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from openvbc.errors import InputError, SetAside
from openvbc.programs.p4p_contract.terms import Measure, Terms
from openvbc.programs.published.layout import Column, Layout
from openvbc.programs.published.published_cell import TOTAL_LABEL, plain
from openvbc.programs.published.published_file import PublishedTable

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
    """As its first row says."""
    results: dict[str, Result] = field(default_factory=dict)
    doubts: list[SetAside] = field(default_factory=list)
    """Rows of the provider that were set aside and could move its payment."""
    other_members: Decimal = Decimal(0)
    """The highest number of members of rows that were set aside."""

    @property
    def most_members(self) -> Decimal:
        """The highest number of members any of its rows gives."""
        return max(self.members, self.other_members)


@dataclass
class Results:
    """What the files give: providers, rows used, and doubts that are nobody's in particular."""

    providers: dict[str, Provider] = field(default_factory=dict)
    used: int = 0
    doubts: list[SetAside] = field(default_factory=list)
    """Rows set aside of which it cannot be told whose they are, or how many members they count."""


def read_results(
    table: PublishedTable, terms: Terms, results: Results, set_aside: list[SetAside]
) -> None:
    """Results by provider. A row set aside leaves its provider in doubt."""
    for aside in table.set_aside:
        set_aside.append(aside)
        results.doubts.append(aside)
    named = {plain(measure.measure): measure for measure in terms.measures}
    for row in range(table.count):
        identifier = table.text(row, "provider")
        measure = named.get(plain(table.text(row, "measure")))
        members: Decimal | None = None
        try:
            members = table.number(row, "members")
            result = Result(
                table.number(row, "numerator"),
                table.number(row, "denominator"),
                table.number(row, "rate"),
                table.number(row, "baseline"),
            )
        except InputError as error:
            _doubt(results, table, row, members, SetAside(error.what, error.place), set_aside)
            continue
        problem = _problem(identifier, measure, members, result, results.providers)
        if problem:
            reason, column, detail = problem
            aside = SetAside(reason, table.place(row, column), detail)
            _doubt(results, table, row, members, aside, set_aside)
            continue
        assert measure is not None
        assert members is not None
        provider = results.providers.setdefault(
            identifier, Provider(identifier, table.text(row, "name"), members)
        )
        provider.results[measure.measure] = result
        results.used += 1


def _doubt(
    results: Results,
    table: PublishedTable,
    row: int,
    members: Decimal | None,
    aside: SetAside,
    set_aside: list[SetAside],
) -> None:
    """Set a row aside; its provider, if it names one with members, is in doubt, else everyone."""
    set_aside.append(aside)
    identifier = table.text(row, "provider")
    known = results.providers.get(identifier)
    counted = members is not None and members >= 0
    if not identifier or (known is None and not counted):
        results.doubts.append(aside)
        return
    if known is None:
        assert members is not None
        known = Provider(identifier, table.text(row, "name"), members)
        results.providers[identifier] = known
    if counted and members is not None:
        known.other_members = max(known.other_members, members)
    known.doubts.append(aside)


def _problem(
    identifier: str,
    measure: Measure | None,
    members: Decimal | None,
    result: Result,
    providers: Mapping[str, Provider],
) -> tuple[str, str, str] | None:
    """Why a row cannot be used, the column that shows it, and what was expected."""
    if not identifier:
        return "no provider", "provider", ""
    if TOTAL_LABEL.fullmatch(identifier):
        return "a total line, not a provider", "provider", ""
    if measure is None:
        return "measure is not in the contract", "measure", ""
    if members is None or members < 0:
        return "members missing or negative", "members", ""
    known = providers.get(identifier)
    if known is not None and known.members != members:
        return "provider has two numbers of members", "members", ""
    if known is not None and measure.measure in known.results:
        return "provider and measure appear twice", "measure", ""
    if result.denominator is None or result.denominator < 0:
        return "denominator missing or negative", "denominator", ""
    if result.numerator is None and result.rate is None and result.denominator > 0:
        return "neither numerator nor rate", "numerator", ""
    if result.numerator is not None and not 0 <= result.numerator <= result.denominator:
        return "numerator below zero or above the denominator", "numerator", ""
    around = measure.range()
    for column, rate in (("rate", result.rate), ("baseline", result.baseline)):
        if rate is not None and not around.least <= rate <= around.most:
            return (
                "rate cannot be meant", column,
                f"the contract's targets are rates of {around.least} to {around.most}",
            )  # fmt: skip
    return None
