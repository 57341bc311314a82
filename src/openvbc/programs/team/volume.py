"""Losses that a hospital of TEAM does not owe: those of categories in which it has few episodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from openvbc.programs.published.totals_form import TotalsRow
from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.bundles.team_volume import TEAM_VOLUME
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.worksheet import EXACT


@dataclass(frozen=True)
class TeamVolume:
    """The categories of all hospitals, evaluated; only of those that tell baseline episodes."""

    detail: Detail | None
    several: Mapping[int, str]
    """For a hospital whose episodes of one category tell several numbers: that category."""

    @classmethod
    def of(cls, episodes: Sequence[TotalsRow], priced: Detail | None, rules: RuleSet) -> TeamVolume:
        """What the priced episodes add up to by hospital and category.

        A number of baseline episodes that one episode of a category tells is that of the category.

        Args:
            episodes: the rows that were priced, in the order of `priced`.
            priced: their prices; None where accounts are settled from totals.
            rules: the rules in force.
        """
        rows: dict[tuple[int, str], list[int]] = {}
        told: dict[tuple[int, str], set[Decimal]] = {}
        for at, row in enumerate(episodes):
            key = (priced.owner[at] if priced else 0, str(row.values["episode_type"]))
            rows.setdefault(key, []).append(at)
            if (count := row.values.get("baseline_episodes")) is not None:
                told.setdefault(key, set()).add(count)
        twice = {owner: kind for (owner, kind), counts in told.items() if len(counts) > 1}
        known = [key for key in rows if key in told]
        if priced is None or not known:
            return cls(None, twice)
        prices = priced.evaluation
        low, target, spending = (
            prices.column(name) for name in ("is_low_volume", "settled_target", "settled_spending")
        )
        given: dict[str, list[Any]] = {name: [] for name in TEAM_VOLUME.inputs}
        with localcontext(EXACT):
            for key in known:
                given["is_low_volume"].append(any(bool(low[at]) for at in rows[key]))
                given["category_target"].append(sum(target[at] for at in rows[key]))
                given["category_spending"].append(sum(spending[at] for at in rows[key]))
        owner, items = [owner for owner, _ in known], [kind for _, kind in known]
        evaluation = TEAM_VOLUME.evaluate(given, rules)
        return cls(Detail.of(evaluation, owner, items, len(priced.rows)), twice)

    def losses(self, accounts: int) -> list[Decimal | None]:
        """What each hospital does not owe; None where no category tells its baseline episodes."""
        if self.detail is None:
            return [None] * accounts
        totals = self.detail.total("loss_at_low_volume")
        return [total if of else None for total, of in zip(totals, self.detail.rows, strict=True)]

    def twice(self, accounts: int) -> list[str | None]:
        """Of each hospital a category that tells several numbers of baseline episodes."""
        return [self.several.get(number) for number in range(accounts)]

    def sheets(self, who: Sequence[ContractYear], main: Evaluation) -> Mapping[str, Sheet]:
        """A row a category, linked with the losses left out."""
        if self.detail is None:
            return {}
        self.detail.link(main, "losses_at_low_volume", "loss_at_low_volume")
        owners = [who[owner] for owner in self.detail.owner]
        return {"categories": Sheet(owners, self.detail.evaluation, self.detail.items)}
