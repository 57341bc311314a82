"""The settled episodes of an account, as far as a simulation moves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from openvbc.engine.reading import reading
from openvbc.errors import InputError, Place
from openvbc.programs.stored_run import StoredRow, StoredRun
from openvbc.run import Run
from openvbc.worksheets.kernel.arithmetic import Column

SHEET = "detail_episodes"
TABLES = ("episode", "episode_line", "episode_limit")


class TargetOfEpisodes(Protocol):
    """Which line is a target, and what its discount is called."""

    @property
    def line(self) -> str:
        """The line of an episode."""
        ...

    @property
    def discount(self) -> str:
        """An input or a parameter of its worksheet."""
        ...


@dataclass(frozen=True)
class EpisodeMove:
    """An episode with what moves it (USD; floats, for simulation only)."""

    name: str
    settled: float
    """Spending that is settled."""
    targets: Sequence[float | None]
    undiscounted: Sequence[float | None]
    category: str = ""
    readmissions: float = 0.0
    nursing: float = 0.0
    updated: float = 0.0
    """Spending before limits."""
    limited: float = 0.0
    lower: float = -np.inf
    upper: float = np.inf

    def settled_change(self, change: Column) -> Column:
        """What is settled more where spending before limits changes by `change`."""
        moved = np.clip(self.updated + change, self.lower, self.upper) - self.limited
        return moved * (self.settled / self.limited if self.limited else 1.0)


def read_episodes(
    folder: Path, row: StoredRow, targets: Sequence[TargetOfEpisodes], spent: str
) -> list[EpisodeMove]:
    """The settled episodes of an account.

    Raises:
        InputError: the run has no episodes, or was not made from claims.
    """
    stored = StoredRun(folder)
    if SHEET not in stored.sheets:
        raise InputError(
            "the run has no episodes: its accounts were settled from totals",
            place=Place(str(folder)),
            rule="discount, readmissions, skilled nursing and categories are moved by episode",
            action="settle a table of episodes, or run from claims",
            code="VBC-2141",
        )
    rows = [
        each
        for each in stored.rows(SHEET, str(row.values["contract"]), int(row.values["year"]))
        if each.values.get("group") == row.values.get("group")
    ]
    known = _of_claims(folder)
    return [_move(stored, each, targets, spent, known) for each in rows]


def _move(
    stored: StoredRun,
    row: StoredRow,
    targets: Sequence[TargetOfEpisodes],
    spent: str,
    known: Mapping[str, Mapping[str, Any]],
) -> EpisodeMove:
    name = str(row.values["item"])
    target_prices = [row.values.get(target.line) for target in targets]
    plain = [None if value is None else float(value) for value in target_prices]
    before = [
        None if value is None else value / (1 - _discount(stored, row, target.discount))
        for value, target in zip(plain, targets, strict=True)
    ]
    settled = float(row.values[spent])
    told = known.get(name)
    if told is None:
        return EpisodeMove(name, settled, plain, before)
    lower, upper = told["lower_limit"], told["upper_limit"]
    return EpisodeMove(
        name, settled, plain, before, str(told["category"]), float(told["readmissions"]),
        float(told["nursing"]), float(told["updated_amount"]), float(told["limited_amount"]),
        -np.inf if lower is None else float(lower), np.inf if upper is None else float(upper),
    )  # fmt: skip


def _discount(stored: StoredRun, row: StoredRow, name: str) -> float:
    if not name:
        return 0.0
    value = row.values.get(name)
    if value is None:
        number = row.values.get(f"parameter_{name}")
        value = None if number is None else stored.parameters[name][number]["value"]
    return 0.0 if value is None else float(value)


def _of_claims(folder: Path) -> dict[str, Mapping[str, Any]]:
    """By episode what the run's tables tell; nothing where it was not made from claims."""
    run = Run.open(folder)
    if not set(TABLES) <= set(run.tables):
        return {}
    with reading() as engine:
        run.register(engine, *TABLES)
        rows = engine.rows(
            "select e.episode_id, e.category, e.updated_amount, e.limited_amount, "
            "l.lower_limit, l.upper_limit, coalesce(s.readmissions, 0) as readmissions, "
            "coalesce(s.nursing, 0) as nursing from episode e "
            "left join episode_limit l on l.category = e.category "
            "and l.price_cell = e.price_cell and l.fiscal_year = e.fiscal_year "
            "left join (select person_id, episode_id, "
            "sum(case when setting = 'INPATIENT_ACUTE' then updated_amount end) as readmissions, "
            "sum(case when setting = 'SKILLED_NURSING' then updated_amount end) as nursing "
            "from episode_line where rule <> 'TRIGGER' and fate = 'POST_ANCHOR' "
            "group by person_id, episode_id) s "
            "on s.person_id = e.person_id and s.episode_id = e.episode_id "
            "where e.status = 'SETTLED'"
        )
    return {str(row["episode_id"]): row for row in rows}
