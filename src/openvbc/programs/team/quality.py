"""The composite quality score of hospitals of TEAM, from a table of their measures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from openvbc.errors import SetAside
from openvbc.programs.published.episode_tables import EpisodeTables
from openvbc.programs.published.totals_form import TotalsForm, TotalsRow
from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.bundles.team_quality import TEAM_QUALITY
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.worksheet import EXACT

MEASURES = TotalsForm(
    "quality measures of TEAM",
    tuple(each for name, each in TEAM_QUALITY.inputs.items() if name != "episodes_of_measures"),
    choices={
        "measure": (
            "hospital-wide readmission", "joint replacement outcomes", "patient safety composite",
            "falls with injury", "postoperative respiratory failure", "failure to rescue",
            "information transfer",
        )
    },
    bounds={"measure_score": (Decimal(0), Decimal(100))},
)  # fmt: skip


@dataclass(frozen=True)
class TeamQuality:
    """Measures of all hospitals, evaluated."""

    tables: EpisodeTables
    measures: Sequence[TotalsRow]
    evaluation: Evaluation | None

    @classmethod
    def of(
        cls,
        rows: Sequence[TotalsRow],
        rules: RuleSet,
        tables: EpisodeTables,
        set_aside: list[SetAside],
    ) -> TeamQuality:
        """Each measure of a hospital once; one that its year does not score is set aside."""
        seen: set[Any] = set()
        kept: list[TotalsRow] = []
        for row in rows:
            key = (*tables.key_of(row), row.values["measure"])
            keys = {name: row.values[name] for name in ("performance_year", "measure")}
            scored = any(entry.matches(keys) for entry in rules.history("measure_is_scored"))
            if key in seen or not scored:
                reason = "a measure that stands before" if key in seen else (
                    "a measure the year does not score"
                )  # fmt: skip
                set_aside.append(SetAside(reason, row.printed_at("measure")))
                continue
            seen.add(key)
            kept.append(row)
        if not kept:
            return cls(tables, [], None)
        counts: dict[Any, Decimal] = defaultdict(Decimal)
        for row in kept:
            counts[tables.key_of(row)] += row.values["measure_episodes"]
        given = {name: [row.values[name] for row in kept] for name in kept[0].values}
        given["episodes_of_measures"] = [counts[tables.key_of(row)] for row in kept]
        return cls(tables, kept, TEAM_QUALITY.evaluate(given, rules))

    def has(self, account: TotalsRow) -> bool:
        """Whether measures of the hospital are given."""
        key = self.tables.key_of(account)
        return any(self.tables.key_of(row) == key for row in self.measures)

    def scores(self, accounts: Sequence[TotalsRow]) -> list[Decimal | None]:
        """The score of each hospital; None where no measure is given."""
        detail = self._detail(accounts)
        if detail is None:
            return [None] * len(accounts)
        with localcontext(EXACT):
            totals = detail.total("weighted_score")
        return [total if rows else None for total, rows in zip(totals, detail.rows, strict=True)]

    def sheets(
        self, accounts: Sequence[TotalsRow], who: Sequence[ContractYear], main: Evaluation
    ) -> Mapping[str, Sheet]:
        """A row a measure, linked with the score."""
        detail = self._detail(accounts)
        if detail is None:
            return {}
        detail.link(main, "composite_quality_score", "weighted_score")
        owners = [who[owner] for owner in detail.owner]
        return {"quality": Sheet(owners, detail.evaluation, detail.items, about="safe")}

    def _detail(self, accounts: Sequence[TotalsRow]) -> Detail | None:
        number = {self.tables.key_of(account): n for n, account in enumerate(accounts)}
        if self.evaluation is None:
            return None
        if not all(self.tables.key_of(row) in number for row in self.measures):
            mine = [row for row in self.measures if self.tables.key_of(row) in number]
            again = TeamQuality.of(mine, self.evaluation.rules, self.tables, [])
            return again._detail(accounts) if mine else None
        owner = [number[self.tables.key_of(row)] for row in self.measures]
        items = [str(row.values["measure"]) for row in self.measures]
        return Detail.of(self.evaluation, owner, items, len(accounts))
