"""One bundle settled by its price form: thresholds, a budget or price list, or paid in advance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any, ClassVar

from openvbc.errors import SetAside
from openvbc.programs.episodes.forms import METRICS, TABLES
from openvbc.programs.published.episode_tables import Episode
from openvbc.programs.published.episodes import EpisodeProgram
from openvbc.programs.published.settling import Reading
from openvbc.programs.published.totals_form import TotalsRow
from openvbc.programs.settlement import ContractYear, Presentation
from openvbc.programs.terms.agreed import Agreed
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import rows as table_rows
from openvbc.worksheets.bundles.episodes import (
    EPISODE_BUDGET,
    EPISODE_COST,
    EPISODE_THRESHOLDS,
    PROSPECTIVE_BUNDLE,
)
from openvbc.worksheets.kernel.worksheet import EXACT


class Bundle(EpisodeProgram):
    """What the price forms share: a program of one contract."""

    name = "episodes"
    title = "Payer's own bundle"
    rules_name = "episodes"
    unit = "provider"
    episode_worksheet = EPISODE_COST
    tables = TABLES
    must_come_out_of_episodes: ClassVar[Sequence[str]] = ("settled_cost",)
    needs_quality: ClassVar[bool] = True

    def __init__(self, agreed: Agreed) -> None:
        self.agreed = agreed

    def rules(self, files: Sequence[Path], overlays: Sequence[Path]) -> RuleSet:
        """The terms of the contract, and nothing else."""
        return self.agreed.rules

    def year_of(self, row: TotalsRow) -> int:
        """The contract's year."""
        return self.agreed.year

    def _who(self, row: TotalsRow) -> ContractYear:
        return ContractYear(row.identifier, self.agreed.year, self.agreed.contract, row.name)

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[TotalsRow]:
        """Episodes with their prices and the mean of expected cost; quality by provider."""
        reading = super().read(files, rules, asked)
        self._metrics, rows_in = self._read_metrics(reading)
        reading.rows_in = (reading.rows_in or 0) + rows_in
        reading.more = {"episodes": self._priced(reading)}
        reading.title = f"{self.agreed.title}, {self.agreed.year}"
        silent = ", ".join(term.label[0].lower() + term.label[1:] for term in self.agreed.silent_on)
        by = f"Settled by the terms of {self.agreed.agreement}"
        said = f"{by}; no law of another program is in force."
        clauses = [f"The contract has no clause on: {silent}."] if silent else []
        reading.notes = [said, *clauses, *reading.notes]
        return reading

    def _priced(self, reading: Reading[TotalsRow]) -> list[Episode]:
        prices = self.agreed.value("price_list")
        known = {str(row["tier"]).lower(): row["price"] for row in table_rows(prices)}
        episodes: list[Episode] = reading.more["episodes"]
        expected = [row.values.get("expected_cost") for row, _ in episodes]
        told = [value for value in expected if value is not None]
        with localcontext(EXACT):
            mean = sum(told, Decimal(0)) / len(told) if told else None
        priced_episodes: list[Episode] = []
        for row, account in episodes:
            tier = str(row.values.get("tier") or "").lower()
            if known and tier not in known:
                detail = f"tiers of the contract: {', '.join(known)}"
                reading.set_aside.append(SetAside("no price for the tier", row.place, detail))
                continue
            more = {"mean_expected_cost": mean, "given_price": known.get(tier)}
            priced_episodes.append((replace(row, values={**row.values, **more}), account))
        return priced_episodes

    def _read_metrics(self, reading: Reading[TotalsRow]) -> tuple[dict[str, dict[str, Any]], int]:
        rates: dict[str, dict[str, Any]] = {}
        rows = reading.more[METRICS.kind]
        for row in rows:
            mine = rates.setdefault(row.identifier.lower(), {})
            metric = row.values["metric"].lower()
            if metric in mine:
                place = row.printed_at("metric")
                reading.set_aside.append(SetAside("a metric that stands before", place))
            else:
                mine[metric] = row.values["rate"]
        return rates, len(rows)

    def _gates(self) -> dict[str, Any]:
        gates = table_rows(self.agreed.value("quality_gates"))
        return {str(row["metric"]).lower(): row["at_least"] for row in gates}

    def passed_down(
        self, accounts: Sequence[TotalsRow], rules: RuleSet
    ) -> Mapping[str, Sequence[Any]]:
        """The contract's year."""
        return {"contract_year": [self.agreed.year] * len(accounts)}

    def told_of_accounts(
        self, accounts: Sequence[TotalsRow], rules: RuleSet
    ) -> Mapping[str, Sequence[Any]]:
        """The contract's year, and how many quality gates each provider fails."""
        gates = self._gates()
        failed = []
        for account in accounts:
            mine = self._metrics.get(account.identifier.lower(), {})
            failed.append(sum(mine[each] < least for each, least in gates.items() if each in mine))
        return {
            "contract_year": [self.agreed.year] * len(accounts),
            "quality_gates_failed": failed,
        }

    def wrong_account(self, row: TotalsRow, values: Mapping[str, Any]) -> SetAside | None:
        """Beside totals: quality that a term of the contract needs and nobody gave."""
        if wrong := super().wrong_account(row, values):
            return wrong
        if not self.needs_quality:
            return None
        mine = self._metrics.get(row.identifier.lower(), {})
        if lacking := [metric for metric in self._gates() if metric not in mine]:
            return SetAside(
                "no value of a quality gate", row.place, f"the contract needs {', '.join(lacking)}"
            )
        scored = self.agreed.value("quality_gate") is not None or self.agreed.value("quality_tiers")
        if scored and values.get("quality_score") is None:
            return SetAside("no quality score", row.place, "a term of the contract needs it")
        return None


class ThresholdBundle(Bundle):
    """Acceptable and commendable cost."""

    worksheet = EPISODE_THRESHOLDS
    totals: ClassVar[Mapping[str, str]] = {
        "episodes": "episodes_counted", "total_cost": "settled_cost",
    }  # fmt: skip
    must_come_out = ("settlement",)
    presentation = Presentation(
        headline=("episodes", "mean_cost", "position", "shared_gain", "shared_loss", "settlement"),
        result="settlement",
        totals=("episodes", "shared_gain", "shared_loss", "settlement"),
        distribution="mean_cost",
    )


class BudgetBundle(Bundle):
    """A price list, a budget, or typical cost with an allowance."""

    worksheet = EPISODE_BUDGET
    totals: ClassVar[Mapping[str, str]] = {
        "episodes": "episodes_counted", "total_cost": "settled_cost",
        "total_price": "agreed_price",
    }  # fmt: skip
    must_come_out = ("budget_settlement",)
    must_come_out_of_episodes = ("settled_cost", "agreed_price")
    presentation = Presentation(
        headline=(
            "episodes", "benchmark", "settled_spending", "savings_rate", "gross_savings_or_losses",
            "budget_settlement",
        ),
        result="budget_settlement",
        totals=("episodes", "benchmark", "settled_spending", "budget_settlement"),
        distribution="savings_rate",
    )  # fmt: skip


class ProspectiveBundle(Bundle):
    """Paid once, claims inside not paid."""

    worksheet = PROSPECTIVE_BUNDLE
    needs_quality = False
    totals: ClassVar[Mapping[str, str]] = BudgetBundle.totals
    must_come_out = ("bundle_payment",)
    must_come_out_of_episodes = ("settled_cost", "agreed_price")
    presentation = Presentation(
        headline=("episodes", "total_cost", "margin", "margin_per_episode", "bundle_payment"),
        result="bundle_payment",
        totals=("episodes", "total_cost", "margin", "bundle_payment"),
        distribution="margin_per_episode",
    )


BY_FORM: Mapping[str, type[Bundle]] = {
    "threshold": ThresholdBundle,
    "fixed price": BudgetBundle,
    "retrospective budget": BudgetBundle,
    "typical and avoidable": BudgetBundle,
    "prospective payment": ProspectiveBundle,
}
