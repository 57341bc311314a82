"""A payer's own pay-for-performance contract, settled for every provider of a results file.

``vbc settle --program p4p-contract CONTRACT.yaml RESULTS.csv``. The results have a row a provider
and measure: ``provider, members, measure``, then ``numerator, denominator`` or ``denominator,
rate``, and ``baseline_rate`` where improvement is paid.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

from openvbc.errors import InputError, SetAside
from openvbc.input_file import content_of
from openvbc.programs.p4p_contract.files import LAYOUT, Provider, Results, read_results
from openvbc.programs.p4p_contract.terms import Measure, Terms, read_terms
from openvbc.programs.published.contract_file import contract_beside
from openvbc.programs.published.published_file import read_tables
from openvbc.programs.published.settling import FileProgram, Reading, Settled
from openvbc.programs.published.standing_among import shares_worse
from openvbc.programs.settlement import ContractYear, Presentation, Sheet
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.worksheet import EXACT
from openvbc.worksheets.performance.apportionment import cents_that_add_up
from openvbc.worksheets.performance.p4p_contract import MEASURE, PROVIDER

PRESENTATION = Presentation(
    headline=("members", "score", "payout_share", "most_payable", "held_back", "payment"),
    result="payment",
    totals=("members", "most_payable", "held_back", "payment"),
    distribution="score",
)


class P4pContract(FileProgram[Provider]):
    """The program as the commands know it."""

    name = "p4p-contract"
    title = "Pay-for-performance contract"
    rules_name = "p4p-contract"
    presentation = PRESENTATION
    options = ()
    unit = "provider"

    def rules(self, files: Sequence[Path], overlays: Sequence[Path]) -> RuleSet:
        """No rules but the contract's own terms, which the digest is of."""
        if overlays:
            raise InputError(
                "the terms are in the contract; there is nothing to overlay", code="VBC-1041"
            )
        digest = hashlib.sha256(
            content_of(contract_beside(files, self.name, "results"))
        ).hexdigest()
        return RuleSet(self.name, {}, {}, digest)

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[Provider]:
        """One contract (YAML) and its results (CSV or Excel)."""
        contract = contract_beside(files, self.name, "results")
        terms = read_terms(contract)
        set_aside: list[SetAside] = []
        read_rows = Results()
        for path in files:
            if path != contract:
                for table in read_tables(path, (LAYOUT,), self.name):
                    read_results(table, terms, read_rows, set_aside)
        providers = list(read_rows.providers.values()) if read_rows.used else []
        return Reading(
            providers, set_aside, terms.contract_year, notes=_notes(read_rows),
            title=f"{terms.title}, {terms.contract_year}", rows_in=read_rows.used + len(set_aside),
            more={"terms": terms, "everyone_in_doubt": bool(read_rows.doubts)},
        )  # fmt: skip

    def evaluate(self, reading: Reading[Provider], rules: RuleSet) -> Settled[Provider]:
        """Measures, then providers."""
        terms, everyone = reading.more["terms"], reading.more["everyone_in_doubt"]
        main, measures = settle_providers(reading.rows, terms, rules, everyone)
        return Settled(reading.rows, main, {"measures": measures})


PROGRAM = P4pContract()


def _notes(results: Results) -> list[str]:
    """Who is in doubt, and that the money is held back."""
    if results.doubts:
        return [
            "Rows were set aside of which it cannot be told whose they are or how many members they"
            " count: no provider is paid until they are settled."
        ]
    doubted = [provider.identifier for provider in results.providers.values() if provider.doubts]
    if not doubted:
        return []
    return [
        f"Held back: what {', '.join(doubted)} could get at most, because rows of"
        f" {'it' if len(doubted) == 1 else 'them'} were set aside. It is paid to nobody else."
    ]


def settle_providers(
    providers: Sequence[Provider], terms: Terms, rules: RuleSet, everyone_in_doubt: bool = False
) -> tuple[Sheet, Sheet]:
    """The providers of a contract by their results, and the sheet of their measures."""
    detail = _measures(providers, terms, rules)
    totals = {
        "sum_of_weighted_points": "weighted_points",
        "sum_of_weighted_possible": "weighted_possible",
        "gates_failed": "gate_failed",
    }
    provided = {
        "contract_year": terms.contract_year,
        "members": [provider.most_members for provider in providers],
        **{name: detail.total(line) for name, line in totals.items()},
        "measures_counted": detail.present("points"),
        "minimum_members": terms.minimum_members,
        "minimum_measures": terms.minimum_measures,
        "payout_tiers": [
            Table({"from": tier.from_, "share": tier.share} for tier in terms.payment.tiers)
        ],
        "payment_kind": [terms.payment.kind],
        "pool": terms.payment.pool,
        "bonus_per_member": terms.payment.bonus_per_member,
        "all_members": sum((provider.most_members for provider in providers), Decimal(0)),
        "unearned_is_shared": terms.payment.unearned == "shared",
        "in_doubt": [everyone_in_doubt or bool(provider.doubts) for provider in providers],
        "cents_of_pool": Decimal(0),
        "cents_of_shared_pool": Decimal(0),
    }
    main = PROVIDER.evaluate({**provided, **_split(providers, provided, terms, rules)}, rules)
    for name, line in totals.items():
        detail.link(main, name, line)
    named = [ContractYear(p.identifier, terms.contract_year, "", p.name) for p in providers]
    owners = [named[owner] for owner in detail.owner]
    return Sheet(named, main), Sheet(owners, detail.evaluation, detail.items)


def _measures(providers: Sequence[Provider], terms: Terms, rules: RuleSet) -> Detail:
    """Every provider's measures, scored."""
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
    items = [measure.label or measure.measure for measure in measures]
    evaluation = MEASURE.evaluate(given, rules)
    return Detail.of(evaluation, [owner for owner, _, _ in rows], items, len(providers))


def _split(
    providers: Sequence[Provider], provided: Mapping[str, Any], terms: Terms, rules: RuleSet
) -> dict[str, Any]:
    """What the split of a pool needs of all providers: members by payout, and the odd cents."""
    shares = PROVIDER.evaluate(provided, rules).column("payout_share_counted")
    members = [provider.most_members for provider in providers]
    names = [provider.identifier for provider in providers]
    with localcontext(EXACT):
        by_payout = [count * share for count, share in zip(members, shares, strict=True)]
    pool = terms.payment.pool or Decimal(0)
    return {
        "all_members_by_payout": sum(by_payout, Decimal(0)),
        "cents_of_pool": cents_that_add_up(pool, members, names),
        "cents_of_shared_pool": cents_that_add_up(pool, by_payout, names),
    }


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
