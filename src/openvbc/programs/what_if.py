"""What a settled contract would come to, were some of its inputs other than they were.

The worksheets that settled it are evaluated again, exactly, with the parameters they were settled
by. A sheet that another adds up is evaluated first, and what it feeds moves with it::

    question = WhatIf(StoredRun(folder), levers)
    question.answer({"spending": Decimal("0.98")})["net_payment"]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openvbc.errors import InputError, Place
from openvbc.programs.drill_down import Lever
from openvbc.programs.registry import program
from openvbc.programs.run_folder import MAIN
from openvbc.programs.stored_run import StoredRow, StoredRun
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.line import NOT_NUMBERS
from openvbc.worksheets.kernel.worksheet import KEY_UNITS, Worksheet

Moved = Mapping[tuple[str, str], tuple[Lever, Decimal]]
"""Worksheet and input to the lever that moves it and how far."""


@dataclass(frozen=True)
class Standing:
    """A lever where it stands now."""

    lever: Lever
    settled: Decimal
    """One for a factor; the settled value otherwise."""


class WhatIf:
    """Questions about one settled row of a run."""

    def __init__(self, stored: StoredRun, levers: Sequence[Lever] = (), row: int = 0) -> None:
        self._stored = stored
        self._row = row
        self._rows: dict[str, list[StoredRow]] = {}
        self._sheets: dict[str, Worksheet] = {}
        self._rules: dict[tuple[str, int], RuleSet] = {}
        names = {sheet["name"]: folder for folder, sheet in stored.sheets.items()}
        self._folder_of = names
        self.levers = self._usable(levers or self._plain_levers())

    def settled(self) -> Mapping[str, Any]:
        """The values of the row as settled."""
        return self._stored_row(MAIN, self._row).values

    def where(self) -> list[Standing]:
        """Every lever, and where it stands as settled."""
        return [Standing(lever, self._now(lever)) for lever in self.levers]

    def answer(self, asked: Mapping[str, Decimal]) -> Mapping[str, Any]:
        """Every line of the main sheet with levers moved; what was settled where none is.

        Raises:
            InputError: a lever does not exist or is moved too far, or a sheet cannot be computed.
        """
        levers = {lever.name: lever for lever in self.levers}
        moved: dict[tuple[str, str], tuple[Lever, Decimal]] = {}
        for name, value in asked.items():
            if name not in levers or not levers[name].low <= value <= levers[name].high:
                raise InputError(
                    "this cannot be moved so far",
                    place=Place(column=name, value=str(value)),
                    action="move it between the ends of its slider",
                    code="VBC-19001",
                )
            if value != self._now(levers[name]):
                for each in levers[name].inputs:
                    moved[each] = (levers[name], value)
        if not moved:
            return self.settled()
        touched = self._touched({sheet for sheet, _ in moved})
        return self._computed(MAIN, self._row, moved, touched)

    def _touched(self, worksheets: set[str]) -> set[str]:
        """The stored sheets that move: those with a lever, and those that add them up."""
        sheets = {self._folder_of[name] for name in worksheets if name in self._folder_of}
        grew = True
        while grew:
            above = {
                sheet
                for sheet, links in self._stored.links.items()
                if any(link["sheet"] in sheets for link in links.values())
            }
            grew = not above <= sheets
            sheets |= above
        return sheets

    def _computed(self, sheet: str, row: int, moved: Moved, touched: set[str]) -> Mapping[str, Any]:
        stored = self._stored_row(sheet, row)
        if sheet not in touched:
            return stored.values
        worksheet = self._worksheet(sheet)
        given = {name: stored.values.get(name) for name in worksheet.inputs}
        for name, link in self._stored.links.get(sheet, {}).items():
            if link["sheet"] in touched and name in given:
                given[name] = self._linked(given[name], link, row, moved, touched)
        for name, value in given.items():
            if (worksheet.name, name) in moved and value is not None:
                lever, by = moved[worksheet.name, name]
                given[name] = value * by if lever.kind == "factor" else by
        evaluation = worksheet.evaluate(given, self._rules_of(sheet, row))
        if evaluation.refused:
            raise evaluation.refused[0]
        return {
            **stored.values,
            **given,
            **{name: evaluation.value(name) for name in worksheet.lines},
        }

    def _linked(
        self, now: Any, link: Mapping[str, Any], row: int, moved: Moved, touched: set[str]
    ) -> Any:
        """An input that adds up rows of another sheet: what it was, and what they changed by."""
        sheet, line = link["sheet"], link["line"]
        for number in link["rows"][row]:
            before = self._stored_row(sheet, number).values[line]
            after = self._computed(sheet, number, moved, touched)[line]
            if isinstance(after, bool) or not isinstance(before, Decimal):
                now = after
            elif after is None or now is None:
                return None
            else:
                now += after - before
        return now

    def _stored_row(self, sheet: str, number: int) -> StoredRow:
        if sheet not in self._rows:
            self._rows[sheet] = self._stored.rows(sheet, None, None)
        return self._rows[sheet][number]

    def _rules_of(self, sheet: str, row: int) -> RuleSet:
        key = (sheet, row)
        if key not in self._rules:
            self._rules[key] = self._stored.rules_in_force(self._stored_row(sheet, row))
        return self._rules[key]

    def _worksheet(self, sheet: str) -> Worksheet:
        """The worksheet a stored sheet was computed by, with the lines that were given."""
        if sheet not in self._sheets:
            kept = self._stored.sheets[sheet]
            declared = program(str(self._stored.worksheets["program"])).all_worksheets()
            definition = next((each for each in declared if each.name == kept["name"]), None)
            lines = [line["name"] for line in kept["lines"]]
            if definition is None or not set(lines) <= set(definition.lines):
                raise InputError(
                    "this result was settled by a worksheet that this version does not have",
                    place=Place(str(self._stored.folder), value=kept["name"]),
                    action="run again with this version, then ask",
                    code="VBC-19002",
                )
            given = {i["name"]: i["cite"] for i in kept["inputs"] if i["name"] in definition.lines}
            self._sheets[sheet] = definition.taking(given, lines) if given else definition
        return self._sheets[sheet]

    def _usable(self, levers: Sequence[Lever]) -> list[Lever]:
        """The levers some input of which this run has a value of."""
        return [lever for lever in levers if any(self._value(each) for each in lever.inputs)]

    def _value(self, which: tuple[str, str]) -> Any:
        worksheet, name = which
        folder = self._folder_of.get(worksheet)
        if folder is None:
            return None
        return self._stored_row(folder, self._row if folder == MAIN else 0).values.get(name)

    def _now(self, lever: Lever) -> Decimal:
        if lever.kind == "factor":
            return Decimal(1)
        known = (self._value(each) for each in lever.inputs)
        return next(Decimal(value) for value in known if value is not None)

    def _plain_levers(self) -> list[Lever]:
        """A lever for every number the main sheet was given, where the program names none."""
        sheet = self._stored.sheets[MAIN]
        settled = self.settled()
        levers = []
        for item in sheet["inputs"]:
            name, unit, value = item["name"], item["unit"], settled.get(item["name"])
            if unit in KEY_UNITS or unit in NOT_NUMBERS or not isinstance(value, Decimal):
                continue
            share = unit == "ratio" and 0 <= value <= 1
            low, high = (Decimal(0), Decimal(1)) if share else (Decimal("0.8"), Decimal("1.2"))
            kind = "value" if share else "factor"
            levers.append(
                Lever(
                    name, item["label"], [(sheet["name"], name)], low, high, Decimal("0.005"),
                    "value" if kind == "value" else "factor",
                )
            )  # fmt: skip
        return levers
