"""Settle OCM from practices, their episodes with the terms of the prediction, monthly services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any, ClassVar

from openvbc.errors import ParameterMissing, SetAside
from openvbc.programs.bundles.simulation import BundleSimulation, Target
from openvbc.programs.ocm.forms import SERVICES, TABLES, TOTALS, TOTALS_UNLESS_GIVEN
from openvbc.programs.ocm.monthly_services import MonthlyServices
from openvbc.programs.published.episode_tables import EPISODE, Episode
from openvbc.programs.published.episodes import EpisodeProgram
from openvbc.programs.published.settling import Reading, Settled
from openvbc.programs.published.totals_form import TotalsRow
from openvbc.programs.settlement import ContractYear, Presentation, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.bundles.ocm import OCM
from openvbc.worksheets.bundles.ocm_episode import OCM_EPISODE, OCM_TERM
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.worksheet import EXACT

INTERCEPT, HRR = "intercept", "hrr_relative_cost"
FIRST_YEAR = 2016
"""Performance period 1 began in July 2016; two periods begin in each later year."""


class Ocm(EpisodeProgram):
    """The program as the commands know it."""

    name = "ocm"
    title = "Oncology Care Model"
    rules_name = "ocm"
    unit = "practice"
    worksheet = OCM
    episode_worksheet = OCM_EPISODE
    tables = TABLES
    totals: ClassVar = TOTALS
    spending_and_target = ("total_spending", "total_trended_price")
    totals_unless_given: ClassVar = TOTALS_UNLESS_GIVEN
    group = "risk_arrangement"
    must_come_out = ("reconciliation",)
    must_come_out_of_episodes = ("trended_price", "settled_spending")
    notes = ("The scale of the HRR relative cost is CMS's own; a value given must be on it.",)
    presentation = Presentation(
        headline=(
            "episodes", "benchmark", "target", "total_spending", "target_less_spending",
            "reconciliation",
        ),
        result="reconciliation",
        totals=("episodes", "benchmark", "target", "total_spending", "reconciliation"),
        waterfall=(
            ("target", "total"), ("spending_deducted", "step"), ("target_less_spending", "total"),
            ("taken_by_rules", "step"), ("reconciliation", "total"),
        ),
        distribution="reconciliation",
    )  # fmt: skip

    def year_of(self, row: TotalsRow) -> int:
        """The calendar year in which the performance period begins."""
        return FIRST_YEAR + int(str(row.values["performance_period"]).removeprefix("PP")) // 2

    def period_of(self, row: TotalsRow) -> str:
        """The performance period."""
        return str(row.values["performance_period"])

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[TotalsRow]:
        """Episodes with the sum of their coefficients; monthly services by practice."""
        reading = super().read(files, rules, asked)
        priced: list[Episode] = []
        for row, account in reading.more["episodes"]:
            episode_row = _with_sum(row, rules)
            if isinstance(episode_row, SetAside):
                reading.set_aside.append(episode_row)
            else:
                priced.append((episode_row, account))
        services = MonthlyServices.of(reading.more[SERVICES.kind], priced, rules, self.tables)
        reading.set_aside += services.set_aside
        reading.rows_in = (reading.rows_in or 0) + services.rows_in
        reading.more = {"episodes": priced, "services": services}
        return reading

    def evaluate(self, reading: Reading[TotalsRow], rules: RuleSet) -> Settled[TotalsRow]:
        """Episodes and practices, with the monthly fees that are given back."""
        self._services: MonthlyServices = reading.more["services"]
        return super().evaluate(reading, rules)

    def told_of_accounts(
        self, accounts: Sequence[TotalsRow], rules: RuleSet
    ) -> Mapping[str, Sequence[Any]]:
        """Monthly fees to give back, of practices whose services are given."""
        return {"monthly_services_to_recover": self._services.to_recover(accounts)}

    def more_sheets(
        self, accounts: Sequence[TotalsRow], who: Sequence[ContractYear], main: Evaluation
    ) -> Mapping[str, Sheet]:
        """Monthly services, a row a service."""
        return self._services.sheets(accounts, who, main)

    def sheets_below(
        self, episodes: Sequence[TotalsRow], who: Sequence[ContractYear], episode_values: Evaluation
    ) -> Mapping[str, Sheet]:
        """Terms of the prediction, a row a term of an episode."""
        rows = [(n, *term) for n, row in enumerate(episodes) for term in _terms(row)]
        if not rows:
            return {}
        evaluation = OCM_TERM.evaluate(
            {
                "performance_period": [
                    episodes[n].values["performance_period"] for n, _, _ in rows
                ],
                "term": [term for _, term, _ in rows],
                "term_value": [value for _, _, value in rows],
            },
            episode_values.rules,
        )
        items = [f"{episodes[n].values[EPISODE]}, {term}" for n, term, _ in rows]
        detail = Detail.of(evaluation, [n for n, _, _ in rows], items, len(episodes))
        detail.link(episode_values, "sum_of_coefficients", "contribution")
        return {"terms": Sheet([who[n] for n, _, _ in rows], evaluation, items)}


PROGRAM = Ocm()
SIMULATION = BundleSimulation(
    OCM, "reconciliation", ("total_spending", "novel_therapy_spending"),
    ("total_trended_price",), "aggregate_quality_score",
    volume=("episodes", "total_trended_price", "total_spending", "novel_therapy_spending"),
    targets=(
        Target("total_trended_price", "trended_price", ""),
        Target("novel_therapy_spending", "novel_spending", ""),
    ),
)  # fmt: skip


def _terms(row: TotalsRow) -> list[tuple[str, Decimal]]:
    """The terms of an episode and their values; none where it gives the sum itself."""
    named = [term.strip() for term in str(row.values.get("terms") or "").split(";")]
    named = [term for term in named if term]
    if not named:
        return []
    others = (term for term in named if term != INTERCEPT)
    terms = [(INTERCEPT, Decimal(1)), *((term, Decimal(1)) for term in others)]
    if row.values.get(HRR) is not None:
        terms.append((HRR, row.values[HRR]))
    return terms


def _with_sum(row: TotalsRow, rules: RuleSet) -> TotalsRow | SetAside:
    terms = _terms(row)
    given = row.values.get("sum_of_coefficients")
    if terms and given is not None:
        place = row.printed_at("sum_of_coefficients")
        return SetAside("the prediction told twice", place, "terms, or the sum of coefficients")
    if not terms:
        if given is None:
            return SetAside("no prediction", row.place, "terms, or the sum of coefficients")
        return row
    named = [term for term, _ in terms]
    if twice := next((term for term in named if named.count(term) > 1), None):
        return SetAside("a term is given twice", row.printed_at("terms"), twice)
    with localcontext(EXACT):
        total = Decimal(0)
        for term, value in terms:
            keys = {"performance_period": row.values["performance_period"], "term": term}
            try:
                coefficient = rules.get("prediction_coefficient", **keys).value
            except ParameterMissing as missing:
                return SetAside(
                    "a term the prediction does not have", row.printed_at("terms"), missing.what
                )
            total += Decimal(str(coefficient)) * value
    return replace(row, values={**row.values, "sum_of_coefficients": total})
