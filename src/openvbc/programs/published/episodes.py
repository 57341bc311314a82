"""Programs whose accounts are settled from rows of episodes: what is the same for all of them.

An account (a hospital, an initiator, a practice, and its period) has episodes, or its totals stand
in its own row (:mod:`openvbc.programs.published.episode_tables`). Its episodes are evaluated first;
what they add up to is settled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from openvbc.errors import SetAside
from openvbc.programs.published.compared_line import ComparedLine, Kind, column_of
from openvbc.programs.published.episode_silence import in_another_unit
from openvbc.programs.published.episode_tables import EPISODE, Episode, EpisodeTables
from openvbc.programs.published.idle_columns import notes_of_idle_columns, results_of
from openvbc.programs.published.kept_rows import evaluate_kept
from openvbc.programs.published.layout import Column
from openvbc.programs.published.settling import FileProgram, FileSettlement, Reading, Settled
from openvbc.programs.published.totals_form import TotalsRow
from openvbc.programs.published.totals_form import incomplete as missing
from openvbc.programs.settlement import ContractYear, Settlement, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.worksheet import Worksheet


@dataclass(frozen=True)
class Printed:
    """A column of outcomes that a table of accounts may print, held against a line."""

    line: str
    pattern: str
    kind: Kind
    label: str

    @property
    def column(self) -> Column:
        """Its column in the form of accounts."""
        text = self.kind in {Kind.CODE, Kind.FLAG}
        return Column(f"printed_{self.line}", self.pattern, "text" if text else "number")


class EpisodeProgram(FileProgram[TotalsRow]):
    """A program over accounts and their episodes; forms and worksheets say all that differs."""

    worksheet: ClassVar[Worksheet]
    episode_worksheet: ClassVar[Worksheet]
    tables: ClassVar[EpisodeTables]
    totals: ClassVar[Mapping[str, str]]
    """Inputs of the account that are sums of a line of its episodes."""
    totals_unless_given: ClassVar[Mapping[str, str]] = {}
    """The same, where the account's row does not say them itself."""
    spending_and_target: ClassVar[tuple[str, str]] = ("total_spending", "total_target")
    """Inputs of the account that are of one unit and size."""
    group: ClassVar[str] = ""
    must_come_out: ClassVar[Sequence[str]] = ()
    must_come_out_of_episodes: ClassVar[Sequence[str]] = ()
    printed: ClassVar[Sequence[Printed]] = ()
    options: ClassVar[tuple[str, ...]] = ()
    unit = "account"

    def year_of(self, row: TotalsRow) -> int:
        """The year an account is listed under."""
        return int(row.values[self.tables.keys[0]])

    def period_of(self, row: TotalsRow) -> str:
        """The period, where an account has several in a year."""
        return ""

    def passed_down(
        self, accounts: Sequence[TotalsRow], rules: RuleSet
    ) -> Mapping[str, Sequence[Any]]:
        """Inputs of episodes that follow from their account, a value each account."""
        return {
            key: [row.values.get(key) for row in accounts]
            for key in self.tables.keys
            if key in self.episode_worksheet.inputs
        }

    def told_of_accounts(
        self, accounts: Sequence[TotalsRow], rules: RuleSet
    ) -> Mapping[str, Sequence[Any]]:
        """Inputs of accounts that their rows do not print, a value each account."""
        return {}

    def told_of_episodes(
        self,
        accounts: Sequence[TotalsRow],
        episodes: Sequence[TotalsRow],
        detail: Detail | None,
        rules: RuleSet,
    ) -> Mapping[str, Sequence[Any]]:
        """Inputs of accounts that are more than a sum of a line of their episodes."""
        return {}

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[TotalsRow]:
        """Accounts, and the episodes of each."""
        content = self.tables.read(files, self.name, lambda row: self.understood(row, asked))
        return Reading(
            content.accounts, content.set_aside, rows_in=content.rows_in, notes=content.lacking,
            title=f"{self.title}: settlement", more={"episodes": content.episodes, **content.more},
        )  # fmt: skip

    def understood(self, row: TotalsRow, asked: Mapping[str, str]) -> TotalsRow:
        """A row with what it does not say itself."""
        return row

    def evaluate(self, reading: Reading[TotalsRow], rules: RuleSet) -> Settled[TotalsRow]:
        """Episodes, then accounts; an account that cannot be settled takes its episodes along."""
        accounts = list(reading.rows)
        episodes: list[Episode] = list(reading.more["episodes"])
        while True:
            detail, kept = self._episodes(accounts, episodes, rules, reading.set_aside)
            priced = [row for row, _ in kept]
            told = {
                **self.told_of_accounts(accounts, rules),
                **self.told_of_episodes(accounts, priced, detail, rules),
            }
            given = self._given(accounts, detail, told)
            settled, main = self._accounts(accounts, given, rules, reading.set_aside)
            if len(settled) == len(accounts):
                break
            gone = {id(row) for row in accounts} - {id(row) for row in settled}
            accounts = settled
            lost = [row for row, account in kept if id(account) in gone]
            reading.set_aside += [
                SetAside("its account is set aside", row.column_of(EPISODE)) for row in lost
            ]
            episodes = [pair for pair in kept if id(pair[1]) not in gone]
        who = [self._who(row) for row in accounts]
        periods = [self.period_of(row) for row in accounts]
        details: dict[str, Sheet] = {}
        if detail is not None:
            for name, line in self.totals.items():
                detail.link(main, name, line)
            for name, line in self.totals_unless_given.items():
                if all(row.values.get(name) is None for row in accounts):
                    detail.link(main, name, line)
            owners = [who[owner] for owner in detail.owner]
            details["episodes"] = Sheet(owners, detail.evaluation, detail.items)
            details |= self.sheets_below([row for row, _ in kept], owners, detail.evaluation)
        sheet = Sheet(who, main, periods if any(periods) else None, about="small counts")
        more = self.more_sheets(accounts, who, main)
        return Settled(accounts, sheet, {**more, **details})

    def idle(self, settled: Settled[TotalsRow]) -> list[str]:
        """Columns of accounts that move nothing of an account that gives them."""
        given = [row.values for row in settled.rows]
        beside = list(self.episode_worksheet.inputs)
        return notes_of_idle_columns(settled.main, given, results_of(self.presentation), beside)

    def more_sheets(
        self, accounts: Sequence[TotalsRow], who: Sequence[ContractYear], main: Evaluation
    ) -> Mapping[str, Sheet]:
        """Further detail sheets, linked with the main one."""
        return {}

    def sheets_below(
        self, episodes: Sequence[TotalsRow], who: Sequence[ContractYear], episode_values: Evaluation
    ) -> Mapping[str, Sheet]:
        """Detail sheets of the episodes themselves, linked with theirs."""
        return {}

    def _who(self, row: TotalsRow) -> ContractYear:
        group = str(row.values.get(self.group) or "")
        return ContractYear(row.identifier, self.year_of(row), group, row.name)

    def _episodes(
        self,
        accounts: Sequence[TotalsRow],
        episodes: Sequence[Episode],
        rules: RuleSet,
        set_aside: list[SetAside],
    ) -> tuple[Detail | None, list[Episode]]:
        if not episodes:
            return None, []
        number = {id(account): n for n, account in enumerate(accounts)}
        account_of = {id(row): account for row, account in episodes}
        passed = self.passed_down(accounts, rules)

        def columns(kept: Sequence[TotalsRow]) -> dict[str, Any]:
            inputs = self.episode_worksheet.inputs
            by_input = {n: [row.values.get(n) for row in kept] for n in inputs if n not in passed}
            for name, values in passed.items():
                by_input[name] = [values[number[id(account_of[id(row)])]] for row in kept]
            return by_input

        def incomplete(row: TotalsRow, evaluation: Evaluation, at: int) -> SetAside | None:
            return missing(self.must_come_out_of_episodes, row, evaluation, at)

        rows, evaluation = evaluate_kept(
            self.episode_worksheet, [row for row, _ in episodes], columns, rules, set_aside,
            incomplete,
        )  # fmt: skip
        kept = [(row, account_of[id(row)]) for row in rows]
        owner = [number[id(account)] for _, account in kept]
        items = [str(row.values[EPISODE]) for row in rows]
        return Detail.of(evaluation, owner, items, len(accounts)), kept

    def _given(
        self,
        accounts: Sequence[TotalsRow],
        detail: Detail | None,
        told: Mapping[str, Sequence[Any]],
    ) -> list[dict[str, Any]]:
        """What each account is settled from: its row, and what its episodes add up to."""
        sums = {name: detail.total(line) for name, line in self.totals.items()} if detail else {}
        more = self.totals_unless_given.items() if detail else ()
        unless = {name: detail.total(line) for name, line in more} if detail else {}
        given: list[dict[str, Any]] = []
        for number, row in enumerate(accounts):
            values = {**row.values, **{name: column[number] for name, column in told.items()}}
            if detail is not None and detail.rows[number]:
                values |= {name: amounts[number] for name, amounts in sums.items()}
                for name, amounts in unless.items():
                    if values.get(name) is None:
                        values[name] = amounts[number]
                values["from_episodes"] = True
            given.append(values)
        return given

    def _accounts(
        self,
        accounts: Sequence[TotalsRow],
        given: Sequence[Mapping[str, Any]],
        rules: RuleSet,
        set_aside: list[SetAside],
    ) -> tuple[list[TotalsRow], Evaluation]:
        number = {id(row): n for n, row in enumerate(accounts)}
        kept = []
        for row, values in zip(accounts, given, strict=True):
            if aside := self.wrong_account(row, values):
                set_aside.append(aside)
            else:
                kept.append(row)

        def columns(rows: Sequence[TotalsRow]) -> dict[str, Any]:
            values = [given[number[id(row)]] for row in rows]
            return {n: [each.get(n) for each in values] for n in self.worksheet.inputs}

        def incomplete(row: TotalsRow, evaluation: Evaluation, at: int) -> SetAside | None:
            return missing(self.must_come_out, row, evaluation, at)

        return evaluate_kept(self.worksheet, kept, columns, rules, set_aside, incomplete)

    def wrong_account(self, row: TotalsRow, values: Mapping[str, Any]) -> SetAside | None:
        """Why an account cannot be settled: no totals at all, or totals told twice."""
        told = [name for name in self.totals if row.values.get(name) is not None]
        if values.get("from_episodes") and told:
            return SetAside(
                "totals told twice", row.printed_at(told[0]),
                "the account has episodes and a total of its own; leave one out",
            )  # fmt: skip
        lacking = [
            n
            for n in self.totals
            if values.get(n) is None and not self.worksheet.inputs[n].optional
        ]
        if lacking:
            label = self.worksheet.inputs[lacking[0]].label.lower()
            return SetAside("neither episodes nor totals", row.place, f"no {label}")
        return in_another_unit(self.worksheet, self.spending_and_target, row, values)

    def lines(self, settlement: FileSettlement[TotalsRow]) -> Sequence[ComparedLine]:
        """What the accounts' rows print of outcomes, held against the lines."""
        return [self._compared(each, settlement) for each in self.printed]

    def _compared(self, each: Printed, settlement: FileSettlement[TotalsRow]) -> ComparedLine:
        rows, column = settlement.printed, each.column
        sheet = _sheet_of(each.line, settlement)

        def published(row: int) -> Any:
            table, number = rows[row].table, rows[row].number
            if not table.has(column.name):
                return None
            if column.kind == "number":
                return table.number(number, column.name)
            text = table.text(number, column.name).lower().replace("_", " ")
            return {"": None, "yes": True, "no": False}.get(text, text)

        return ComparedLine(
            each.line, each.label, each.kind, sheet, column_of(sheet, each.line), published,
            lambda row: rows[row].printed_at(column.name), each.label,
            decimals=lambda row: rows[row].table.decimals(column.name),
        )  # fmt: skip


def _sheet_of(line: str, settlement: Settlement) -> Sheet:
    """The sheet of accounts that has the line: the main one, or one beside it (quality)."""
    accounts = len(settlement.main.contracts)
    beside = (s for s in settlement.details.values() if len(s.contracts) == accounts)
    sheets = (s for s in (settlement.main, *beside) if line in s.evaluation.worksheet.lines)
    return next(sheets)
