"""The three kinds of table of a program over episodes, read and put together.

*Accounts* (a hospital, initiator or practice and its period), *episodes* of the accounts, and
*prices* that episodes share. Episodes in = episodes to settle + episodes dropped or set aside, each
with its reason; prices of another period than the episodes are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from openvbc.errors import InputError, SetAside
from openvbc.programs.published.episode_silence import notes_of_lacking
from openvbc.programs.published.kept_rows import without_duplicates
from openvbc.programs.published.layout import Column
from openvbc.programs.published.totals_form import (
    IDENTIFIER,
    TotalsForm,
    TotalsRow,
    rows_of_forms,
)

EPISODE, DROPPED = "episode", "dropped"
EPISODE_COLUMNS = (
    Column(EPISODE, "episode(?: id| number)?", "text", True, "episode"),
    Column(DROPPED, "dropped(?: because)?|cancelled(?: because)?|reason dropped", "text"),
)
"""What every table of episodes has: which episode (or group of them), and why one is dropped."""
Episode = tuple[TotalsRow, TotalsRow]
"""An episode's row and that of its account."""


@dataclass(frozen=True)
class EpisodesRead:
    """What the files held."""

    accounts: list[TotalsRow]
    episodes: list[Episode]
    set_aside: list[SetAside]
    rows_in: int
    """Rows of accounts and episodes; a price is no row that is settled."""
    more: Mapping[str, Sequence[TotalsRow]]
    """Rows of further tables, by the kind of their form."""
    lacking: list[str]
    """What is said of values that no row gives."""


@dataclass(frozen=True)
class EpisodeTables:
    """The forms of a program's tables, and what puts them together."""

    accounts: TotalsForm
    episodes: TotalsForm
    keys: tuple[str, ...]
    """Inputs that tell, with the identifier, whose account a row is of."""
    prices: TotalsForm | None = None
    price_keys: tuple[str, ...] = ()
    """Columns that tell which price an episode has, besides those of its account."""
    implied_accounts: bool = False
    """Whether an account needs no row of its own."""
    more: tuple[TotalsForm, ...] = ()
    """Further tables of the program's own."""
    price_periods: tuple[str, ...] | None = None
    """Those of `keys` that prices have; all where it is not said."""
    price_period_of: Mapping[str, str] = field(default_factory=dict)
    """Of such a key, the column in which an episode says another period's price to be its own."""

    def read(
        self,
        files: Sequence[Path],
        program: str,
        understood: Callable[[TotalsRow], TotalsRow],
    ) -> EpisodesRead:
        """Every row of the files, `understood` adding what a row does not say itself."""
        priced_form = [self.prices] if self.prices else []
        forms = [self.accounts, self.episodes, *priced_form, *self.more]
        rows: dict[str, list[TotalsRow]] = {form.kind: [] for form in forms}
        set_aside: list[SetAside] = []
        for form, row in rows_of_forms(files, forms, program, set_aside):
            rows[form.kind].append(understood(row))
        priced = rows[self.prices.kind] if self.prices else []
        more = {form.kind: rows.pop(form.kind) for form in self.more}
        rows_in = sum(map(len, rows.values())) - len(priced) + len(set_aside)
        accounts = without_duplicates(
            rows[self.accounts.kind], self.key_of, lambda row: row.printed_at(IDENTIFIER),
            "an account that stands before", set_aside,
        )  # fmt: skip
        if self.implied_accounts:
            told = {self.key_of(account) for account in accounts}
            for row in rows[self.episodes.kind]:
                if self.key_of(row) not in told and not row.values.get(DROPPED):
                    told.add(self.key_of(row))
                    accounts.append(replace(row, values={}))
        episodes = self._of_accounts(rows[self.episodes.kind], accounts, set_aside)
        if priced:
            episodes = self._priced(episodes, priced, set_aside)
        lacking = notes_of_lacking(
            [
                ([self.accounts], rows[self.accounts.kind]),
                ([self.episodes, *priced_form], [*rows[self.episodes.kind], *priced]),
            ]
        )
        return EpisodesRead(accounts, episodes, set_aside, rows_in, more, lacking)

    def key_of(self, row: TotalsRow) -> tuple[Any, ...]:
        """Whose account the row is of."""
        said = (row.values.get(key) for key in self.keys)
        return (
            row.identifier.lower(),
            *(v.lower() if isinstance(v, str) else v for v in said),
        )

    def _of_accounts(
        self,
        rows: Sequence[TotalsRow],
        accounts: Sequence[TotalsRow],
        set_aside: list[SetAside],
    ) -> list[Episode]:
        """Episodes that are settled, each with its account."""
        rows = without_duplicates(
            rows, lambda row: (*self.key_of(row), row.values[EPISODE]),
            lambda row: row.column_of(EPISODE), "an episode that stands before", set_aside,
        )  # fmt: skip
        known = {self.key_of(account): account for account in accounts}
        episodes = []
        for row in rows:
            account = known.get(self.key_of(row))
            if reason := row.values.get(DROPPED):
                place = row.column_of(DROPPED)
                set_aside.append(SetAside(f"dropped: {reason}", place, by_rule=True))
            elif account is None:
                place = row.printed_at(IDENTIFIER)
                set_aside.append(SetAside("an episode without a row of its account", place))
            else:
                episodes.append((row, account))
        return episodes

    def _priced(
        self,
        episodes: Sequence[Episode],
        prices: Sequence[TotalsRow],
        set_aside: list[SetAside],
    ) -> list[Episode]:
        """Episodes with what their price says, where they do not say it themselves."""
        known: dict[tuple[Any, ...], TotalsRow] = {}
        for price in without_duplicates(
            prices, self._price_key, lambda row: row.place, "a price that stands before", set_aside
        ):
            known[self._price_key(price)] = price
        periods = {self._period(price) for price in prices}
        asked = {self._period(row) for row, _ in episodes}
        if asked and not asked & periods:
            raise InputError(
                "the prices are of another period than the episodes",
                place=prices[0].place,
                rule=f"prices: {_words(periods)}; episodes: {_words(asked)}",
                action="give the price file of the period that is settled",
                code="VBC-1999",
            )
        priced_episodes = []
        for row, account in episodes:
            price_row = known.get(self._price_key(row))
            if price_row is None:
                cell = [str(row.values.get(key, "")) for key in self.price_keys]
                words = ", ".join([*cell, *map(str, self._period(row))])
                place = row.column_of(self.price_keys[-1])
                set_aside.append(SetAside("no price for the episode", place, words))
                continue
            values = {**price_row.values, **{k: v for k, v in row.values.items() if v is not None}}
            priced_episodes.append((replace(row, values=values), account))
        return priced_episodes

    def _price_key(self, row: TotalsRow) -> tuple[Any, ...]:
        cells = (str(row.values.get(key) or "").lower() for key in self.price_keys)
        return (row.identifier.lower(), *self._period(row), *cells)

    def _period(self, row: TotalsRow) -> tuple[Any, ...]:
        keys = self.keys if self.price_periods is None else self.price_periods
        own = {key: row.values.get(name) for key, name in self.price_period_of.items()}
        return tuple(own.get(key) or row.values.get(key) for key in keys)


def _words(periods: set[tuple[Any, ...]]) -> str:
    return "; ".join(sorted(" ".join(map(str, each)) for each in periods))
