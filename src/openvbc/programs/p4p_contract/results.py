"""A payer's own pay-for-performance contract, settled for every provider of a results file.

``vbc settle --program p4p-contract CONTRACT.yaml RESULTS.csv``. The results have a row a provider
and measure: ``provider, members, measure``, then ``numerator, denominator`` or ``denominator,
rate``, and ``baseline_rate`` where improvement is paid.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from pathlib import Path

from openvbc.errors import EmptyResult, InputError, Place, SetAside
from openvbc.programs.p4p_contract.terms import Measure, Terms, read_terms
from openvbc.programs.published.facility_files import read_option
from openvbc.programs.published.published_cell import plain
from openvbc.programs.published.published_file import Column, Layout, PublishedTable, read_tables
from openvbc.programs.published.standing_among import shares_worse
from openvbc.programs.settlement import Contract, Presentation, Settlement, Sheet, Verification
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.worksheet import EXACT
from openvbc.worksheets.performance.p4p_contract import MEASURE, PROVIDER

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
PRESENTATION = Presentation(
    headline=("members", "score", "payout_share", "most_payable", "payment"),
    result="payment",
    totals=("members", "most_payable", "payment"),
    distribution="score",
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


class P4pContract:
    """The program as the commands know it."""

    name = "p4p-contract"
    title = "Pay-for-performance contract"

    def settle(
        self,
        files: Sequence[Path],
        overlays: Sequence[Path] = (),
        options: Mapping[str, str] | None = None,
    ) -> Settlement:
        """Read one contract (YAML) and its results (CSV or Excel); settle every provider."""
        read_option(options or {}, ())
        if overlays:
            raise InputError("the terms are in the contract; there is nothing to overlay")
        contracts = [path for path in files if path.suffix.lower() in {".yaml", ".yml"}]
        if len(contracts) != 1 or len(files) < 2:
            raise InputError(
                "one contract (YAML) and its results (CSV) are needed",
                action="vbc settle --program p4p-contract CONTRACT.yaml RESULTS.csv",
            )
        if not contracts[0].is_file():
            raise InputError("there is no such file", place=Place(str(contracts[0])))
        terms = read_terms(contracts[0])
        set_aside: list[SetAside] = []
        providers: dict[str, Provider] = {}
        used = 0
        for path in files:
            if path != contracts[0]:
                for table in read_tables(path, (LAYOUT,), self.name):
                    used += _read(table, terms, providers, set_aside)
        if not providers:
            raise EmptyResult("no provider could be settled", action="see the rows set aside")
        digest = hashlib.sha256(contracts[0].read_bytes()).hexdigest()
        rules = RuleSet(self.name, {}, {}, digest)
        main, measures = _settle(list(providers.values()), terms, rules)
        return Settlement(
            program=self.name,
            title=f"{terms.title}, {terms.contract_year}",
            main=main,
            presentation=PRESENTATION,
            rows_in=used + len(set_aside),
            set_aside=set_aside,
            details={"measures": measures},
            sources=tuple(files),
        )

    def verify(self, settlement: Settlement) -> Verification:
        """A contract's results print no outcome to hold it against."""
        return Verification(settlement, [])


PROGRAM = P4pContract()


def _read(
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


def _settle(providers: Sequence[Provider], terms: Terms, rules: RuleSet) -> tuple[Sheet, Sheet]:
    rows = [
        (owner, measure, provider.results[measure.measure])
        for owner, provider in enumerate(providers)
        for measure in terms.measures
        if measure.measure in provider.results
    ]
    attainment = terms.points.attainment.table()
    improvement = terms.points.improvement
    results = [result for _, _, result in rows]
    measures = [measure for _, measure, _ in rows]
    given = {
        "measure": [measure.measure for measure in measures],
        "numerator": [result.numerator for result in results],
        "denominator": [result.denominator for result in results],
        "reported_rate": [result.rate for result in results],
        "baseline_rate": [result.baseline for result in results],
        "minimum_denominator": [measure.minimum_denominator for measure in measures],
        "lower_is_better": [measure.lower_is_better for measure in measures],
        "improvement_counts": [measure.improvement for measure in measures],
        "threshold": [measure.threshold for measure in measures],
        "benchmark": [measure.benchmark for measure in measures],
        "achievement_scale": [attainment],
        "improvement_scale": [attainment if improvement is None else improvement.table()],
        "scored_by": ["tiers" if measure.tiers else "points" for measure in measures],
        "measure_tiers": _tier_tables(measures),
        "points_possible": [_most_points(measure, terms) for measure in measures],
        "weight": [measure.weight for measure in measures],
        "gate": [measure.gate for measure in measures],
    }
    rates = MEASURE.evaluate(given, rules).column("performance")
    given["share_of_providers_worse"] = shares_worse(
        [measure.measure for measure in measures],
        list(rates),
        {measure.measure: measure.lower_is_better for measure in measures},
    )
    evaluation = MEASURE.evaluate(given, rules)
    items = [measure.label or measure.measure for measure in measures]
    detail = Detail.of(evaluation, [owner for owner, _, _ in rows], items, len(providers))
    payout = Table({"from": tier.from_, "share": tier.share} for tier in terms.payment.tiers)
    totals = {
        "sum_of_weighted_points": "weighted_points",
        "sum_of_weighted_possible": "weighted_possible",
        "gates_failed": "gate_failed",
    }
    provided = {
        "contract_year": terms.contract_year,
        "members": [provider.members for provider in providers],
        **{name: detail.total(line) for name, line in totals.items()},
        "measures_counted": detail.present("points"),
        "minimum_members": terms.minimum_members,
        "minimum_measures": terms.minimum_measures,
        "payout_tiers": [payout],
        "payment_kind": [terms.payment.kind],
        "pool": terms.payment.pool,
        "bonus_per_member": terms.payment.bonus_per_member,
        "all_members": sum((provider.members for provider in providers), Decimal(0)),
        "unearned_is_shared": terms.payment.unearned == "shared",
    }
    shares = PROVIDER.evaluate(provided, rules).column("payout_share")
    with localcontext(EXACT):
        by_payout = sum(
            (p.members * share for p, share in zip(providers, shares, strict=True)), Decimal(0)
        )
    main = PROVIDER.evaluate({**provided, "all_members_by_payout": by_payout}, rules)
    for name, line in totals.items():
        detail.link(main, name, line)
    named = [Contract(p.identifier, terms.contract_year, "", p.name) for p in providers]
    owners = [named[owner] for owner in detail.owner]
    return Sheet(named, main), Sheet(owners, evaluation, items)


def _tier_tables(measures: Sequence[Measure]) -> list[Table]:
    """The tiers of each measure; one table object a measure, so that each is read once."""
    tables = {
        measure.measure: Table(
            {"from": tier.from_, "points": tier.points} for tier in measure.tiers
        )
        for measure in measures
    }
    return [tables[measure.measure] for measure in measures]


def _most_points(measure: Measure, terms: Terms) -> Decimal:
    if measure.tiers:
        return max(tier.points for tier in measure.tiers)
    return terms.points.attainment.at_benchmark
