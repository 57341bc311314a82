"""Settle TEAM from hospitals, their episodes and the prices of CMS's yearly file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from openvbc.errors import SetAside
from openvbc.programs.published.episode_tables import EPISODE_COLUMNS, EpisodeTables
from openvbc.programs.published.episodes import EpisodeProgram
from openvbc.programs.published.layout import Column
from openvbc.programs.published.settling import Reading
from openvbc.programs.published.totals_form import ANY, TotalsForm, TotalsRow
from openvbc.programs.settlement import ContractYear, Presentation, Sheet
from openvbc.programs.team.quality import MEASURES, TeamQuality
from openvbc.programs.team.volume import TeamVolume
from openvbc.rules.load import RuleSet
from openvbc.worksheets.bundles.team import TEAM
from openvbc.worksheets.bundles.team_price import TEAM_PRICE
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation

TOTALS = {
    "episodes": "episodes_counted",
    "total_target": "settled_target",
    "total_spending": "settled_spending",
}
HOSPITAL_TYPES = (
    "none", "Medicare-dependent", "rural", "safety net", "sole community",
    "essential access community",
)  # fmt: skip
EPISODE_TYPES = (
    "lower extremity joint replacement", "surgical hip or femur fracture treatment",
    "spinal fusion", "coronary artery bypass graft", "major bowel procedure",
)  # fmt: skip
LOSSES, TOLD_TWICE = "losses_at_low_volume", "low_volume_told_twice"
FACTOR = (Decimal("0.1"), Decimal(10))
FACTORS = dict.fromkeys(
    (
        "prospective_trend", "prospective_normalization", "final_normalization",
        "retrospective_trend_change", "person_multiplier", "hospital_multiplier",
    ),
    FACTOR,
)  # fmt: skip
ACCOUNTS = TotalsForm(
    "hospitals of TEAM",
    tuple(TEAM.inputs.values()),
    choices={"hospital_type": HOSPITAL_TYPES},
    bounds={
        "track": (Decimal(1), Decimal(3)),
        "composite_quality_score": (Decimal(0), Decimal(100)),
        "settled_before": ANY,
    },
    above_zero={"composite_quality_score": Decimal(1)},
    may_lack=frozenset({*TOTALS, "composite_quality_score"}),
)
_CELL = Column("price_cell", "(?:price )?cell|ms drg or hcpcs|ms drg", "text")
EPISODES = TotalsForm(
    "episodes of TEAM",
    tuple(TEAM_PRICE.inputs.values()),
    choices={"episode_type": EPISODE_TYPES},
    bounds=FACTORS,
    beside=(*EPISODE_COLUMNS, _CELL),
)
PRICES = TotalsForm(
    "prices of TEAM",
    tuple(
        each
        for name, each in TEAM_PRICE.inputs.items()
        if name not in {"episode_type", "person_multiplier", "episodes", "spending"}
    ),
    bounds=FACTORS,
    beside=(Column("price_cell", _CELL.pattern, "text", True, "price cell"),),
)


class Team(EpisodeProgram):
    """The program as the commands know it."""

    name = "team"
    title = "Transforming Episode Accountability Model"
    rules_name = "team"
    unit = "hospital"
    worksheet = TEAM
    episode_worksheet = TEAM_PRICE
    tables = EpisodeTables(
        ACCOUNTS, EPISODES, ("performance_year",), PRICES, ("price_cell",), more=(MEASURES,)
    )
    totals: ClassVar = TOTALS
    group = "track_name"
    must_come_out = ("limited_amount", "reconciliation")
    must_come_out_of_episodes = ("settled_target", "settled_spending")
    notes = (
        "CMS's yearly file of target prices is the only source of prices, trends, normalisation and"
        " factors; what is settled here is settled with those given.",
    )
    presentation = Presentation(
        headline=(
            "episodes", "total_target", "total_spending", "raw_amount", "after_quality",
            "reconciliation",
        ),
        result="reconciliation",
        totals=("episodes", "total_target", "total_spending", "raw_amount", "reconciliation"),
        waterfall=(
            ("total_target", "total"), ("spending_deducted", "step"),
            ("losses_left_out", "step"), ("raw_amount", "total"),
            ("quality_adjustment", "step"), ("limited_away", "step"), ("charge_deducted", "step"),
            ("reconciliation", "total"),
        ),
        distribution="reconciliation",
    )  # fmt: skip

    def understood(self, row: TotalsRow, asked: Mapping[str, str]) -> TotalsRow:
        """The track by name, for reports."""
        if row.values.get("track") is None:
            return row
        return replace(row, values={**row.values, "track_name": f"Track {row.values['track']}"})

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[TotalsRow]:
        """Accounts and episodes, and the measures of quality where they are given."""
        reading = super().read(files, rules, asked)
        measures = reading.more[MEASURES.kind]
        hospitals = {self.tables.key_of(account) for account in reading.rows}
        known = [row for row in measures if self.tables.key_of(row) in hospitals]
        reading.set_aside += [
            SetAside("a measure without a row of its hospital", row.printed_at("measure"))
            for row in measures
            if self.tables.key_of(row) not in hospitals
        ]
        self._quality = TeamQuality.of(known, rules, self.tables, reading.set_aside)
        reading.rows_in = (reading.rows_in or 0) + len(measures)
        return reading

    def told_of_accounts(
        self, accounts: Sequence[TotalsRow], rules: RuleSet
    ) -> Mapping[str, Sequence[Any]]:
        """The composite quality score: that of the row, else what its measures come to."""
        computed = self._quality.scores(accounts)
        given = [row.values.get("composite_quality_score") for row in accounts]
        return {
            "composite_quality_score": [
                own if score is None else score for own, score in zip(given, computed, strict=True)
            ]
        }

    def told_of_episodes(
        self,
        accounts: Sequence[TotalsRow],
        episodes: Sequence[TotalsRow],
        detail: Detail | None,
        rules: RuleSet,
    ) -> Mapping[str, Sequence[Any]]:
        """Losses at low volume: by the episodes, else what the hospital's row says."""
        self._volume = TeamVolume.of(episodes, detail, rules)
        totals = self._volume.losses(len(accounts))
        own = [row.values.get(LOSSES) for row in accounts]
        twice = [
            kind or ("a loss of its own" if said is not None and loss is not None else None)
            for kind, said, loss in zip(self._volume.twice(len(accounts)), own, totals, strict=True)
        ]
        losses = [said if loss is None else loss for said, loss in zip(own, totals, strict=True)]
        return {LOSSES: losses, TOLD_TWICE: twice}

    def more_sheets(
        self, accounts: Sequence[TotalsRow], who: Sequence[ContractYear], main: Evaluation
    ) -> Mapping[str, Sheet]:
        """Measures of quality, a row a measure; categories that tell their volume."""
        return {**self._quality.sheets(accounts, who, main), **self._volume.sheets(who, main)}

    def wrong_account(self, row: TotalsRow, values: Mapping[str, Any]) -> SetAside | None:
        """Beside totals: a track that is not open to the hospital."""
        if wrong := super().wrong_account(row, values):
            return wrong
        score = values.get("composite_quality_score")
        if score is None:
            return SetAside("no composite quality score", row.place, "the score, or its measures")
        if 0 < score <= ACCOUNTS.above_zero["composite_quality_score"]:
            said = "the measures come to a score of one or less: write them from 0 to 100"
            return SetAside("outside what can be meant", row.place, said)
        if row.values.get("composite_quality_score") is not None and self._quality.has(row):
            return SetAside("quality told twice", row.place, "the score, or its measures")
        if twice := values.get(TOLD_TWICE):
            said = f"one number of baseline episodes a category, no total beside: {twice}"
            return SetAside("low volume told twice", row.place, said)
        keys = {name: values.get(name) for name in ("performance_year", "track", "hospital_type")}
        rules = self.rules((), ())
        known = rules.history("track_is_open")
        if any(entry.matches(keys) and entry.value is False for entry in known):
            said = (
                f"track {keys['track']} of {keys['performance_year']} is not open to a hospital of"
                f" the type {keys['hospital_type']}"
            )
            return SetAside("a track that is not open to the hospital", row.place, said)
        return None


PROGRAM = Team()
