"""Monthly enhanced oncology services of OCM: which stand, and what is given back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openvbc.errors import SetAside
from openvbc.programs.published.episode_tables import EPISODE, Episode, EpisodeTables
from openvbc.programs.published.kept_rows import without_duplicates
from openvbc.programs.published.totals_form import TotalsRow
from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.bundles.ocm_episode import OCM_MONTHLY_SERVICE
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation


@dataclass(frozen=True)
class MonthlyServices:
    """The services of all practices, evaluated."""

    tables: EpisodeTables
    services: Sequence[TotalsRow]
    evaluation: Evaluation | None
    set_aside: Sequence[SetAside]
    rows_in: int

    @classmethod
    def of(
        cls,
        rows: Sequence[TotalsRow],
        episodes: Sequence[Episode],
        rules: RuleSet,
        tables: EpisodeTables,
    ) -> MonthlyServices:
        """Services in the order of their dates, each with the days it lies outside its episode."""
        known = {(*tables.key_of(row), row.values[EPISODE]): row for row, _ in episodes}
        aside: list[SetAside] = []
        kept: list[tuple[TotalsRow, int]] = []
        once = without_duplicates(
            rows,
            lambda row: (*tables.key_of(row), row.values[EPISODE], row.values["service_date"]),
            lambda row: row.column_of(EPISODE), "a monthly service that stands before", aside,
        )  # fmt: skip
        for row in sorted(once, key=lambda row: (row.values["service_date"], row.number)):
            episode = known.get((*tables.key_of(row), row.values[EPISODE]))
            if episode is None:
                place = row.column_of(EPISODE)
                aside.append(SetAside("a monthly service of no episode that is settled", place))
                continue
            start, end = episode.values.get("episode_start"), episode.values.get("episode_end")
            if start is None or end is None:
                need = "episode start and episode end are needed where monthly services are given"
                aside.append(SetAside("no dates of the episode", row.column_of(EPISODE), need))
                continue
            kept.append((row, _days_outside(row.values["service_date"], start, end)))
        window = rules.get("monthly_service_window_days").value
        seen: dict[Any, int] = defaultdict(int)
        order = []
        for row, days in kept:
            key = (*tables.key_of(row), row.values[EPISODE])
            seen[key] += days <= window  # type: ignore[operator]
            order.append(seen[key])
        evaluation = None
        if kept:
            given = {"days_outside_episode": [d for _, d in kept], "order_in_window": order}
            evaluation = OCM_MONTHLY_SERVICE.evaluate(given, rules)
        return cls(tables, [row for row, _ in kept], evaluation, aside, len(rows))

    def to_recover(self, accounts: Sequence[TotalsRow]) -> list[Decimal | None]:
        """What each practice gives back; nothing is said of one without services."""
        totals: dict[Any, Decimal] = defaultdict(Decimal)
        for number, row in enumerate(self.services):
            assert self.evaluation is not None
            totals[self.tables.key_of(row)] += self.evaluation.value("fee_to_recover", number)
        return [totals.get(self.tables.key_of(account)) for account in accounts]

    def sheets(
        self, accounts: Sequence[TotalsRow], who: Sequence[ContractYear], main: Evaluation
    ) -> Mapping[str, Sheet]:
        """A row a service, linked with the practice's."""
        if self.evaluation is None:
            return {}
        number = {self.tables.key_of(account): n for n, account in enumerate(accounts)}
        mine = [self.tables.key_of(row) in number for row in self.services]
        if not all(mine):  # an account that was set aside takes its services along
            return {}
        owner = [number[self.tables.key_of(row)] for row in self.services]
        items = [
            f"{row.values[EPISODE]}, {row.values['service_date']}, {n}"
            for n, row in enumerate(self.services, 1)
        ]
        detail = Detail.of(self.evaluation, owner, items, len(accounts))
        detail.link(main, "monthly_services_to_recover", "fee_to_recover")
        return {"monthly_services": Sheet([who[n] for n in owner], self.evaluation, items)}


def _days_outside(day: dt.date, start: dt.date, end: dt.date) -> int:
    return max((start - day).days, (day - end).days, 0)
