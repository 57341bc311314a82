"""Read a run's folder back, as far as explaining a number needs it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.engine.manifest import Manifest, check_file
from openvbc.engine.quoting import identifier, literal
from openvbc.engine.reading import reading
from openvbc.errors import EmptyResult, InputError, Place
from openvbc.programs.run_folder import MAIN
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Parameter, Status, Table
from openvbc.worksheets.kernel.evaluation import Trace
from openvbc.worksheets.kernel.path import deciding, tree_of


@dataclass(frozen=True)
class StoredRow:
    """One contract's row of one stored sheet."""

    sheet: str
    values: Mapping[str, Any]


class StoredRun:
    """The folder of a finished run: its worksheets, parameters and values."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._manifest = Manifest.read(folder)
        self.worksheets = self._json("worksheets.json")
        self.parameters = self._json("parameters.json")
        self.links = self._json("links.json")
        self._checked: set[str] = set()
        self._known: dict[tuple[str, int, str], Trace] = {}
        self._known_by_item: dict[tuple[str, int, str], dict[str, Trace]] = {}

    @property
    def result(self) -> str:
        """The line that is settled."""
        return str(self.worksheets["result"])

    @property
    def sheets(self) -> Mapping[str, Any]:
        """Sheet name to what its worksheet is, the main sheet first."""
        worksheets_by_sheet: Mapping[str, Any] = self.worksheets["sheets"]
        return worksheets_by_sheet

    def _json(self, name: str) -> Any:
        path = self.folder / name
        if not path.is_file() and name not in self._manifest.outputs:
            lacking = "; ".join(self._manifest.lacking)
            raise EmptyResult(
                "this run could not be settled; there is no number to explain",
                place=Place(str(self.folder)),
                rule=lacking or None,
                action="supply what is lacking and run again; 'vbc explain RUN person ID' and "
                "'vbc track RUN' read what was measured",
                code="VBC-601",
            )
        check_file(self.folder, self._manifest, name)
        return json.loads(path.read_text(encoding="utf-8"))

    def line_named(self, words: str) -> tuple[str, str]:
        """Sheet and name of the line, parameter or input meant; the start of a name is enough."""
        starts: list[tuple[str, str]] = []
        for sheet, worksheet in self.sheets.items():
            names = [item["name"] for item in (*worksheet["lines"], *worksheet["inputs"])]
            if words in names:
                return sheet, words
            starts += [(sheet, name) for name in names if name.startswith(words)]
        for wanted in starts:
            if len(starts) == 1 or wanted[1] == self.result:
                return wanted
        known = ", ".join(name for _, name in starts) or ", ".join(
            item["name"] for item in self.sheets[MAIN]["lines"]
        )
        raise InputError(
            f"no single line of the worksheet is named {words}",
            place=Place(str(self.folder)),
            action=f"name one of: {known}",
            code="VBC-121",
        )

    def rows(self, sheet: str, contract: str | None, year: int | None) -> list[StoredRow]:
        """Rows of a sheet for a contract; without a contract, the only one there is."""
        conditions = ["true"]
        if contract is not None:
            conditions.append(f"lower(contract) = lower({literal(contract.strip())})")
        if year is not None:
            conditions.append(f"year = {year}")
        contract_rows = self._select(sheet, " and ".join(conditions))
        if not contract_rows:
            raise InputError(
                "the run holds no such contract",
                place=Place(str(self.folder), column="contract", value=contract),
                action="see settlement.parquet and set_aside.csv in the run's folder",
                code="VBC-122",
            )
        return contract_rows

    def _select(self, sheet: str, condition: str) -> list[StoredRow]:
        if sheet not in self._checked:
            check_file(self.folder, self._manifest, f"{sheet}.parquet")
            self._checked.add(sheet)
        with reading() as engine:
            engine.register(sheet, self.folder / f"{sheet}.parquet")
            rows = engine.rows(
                f'select * from {identifier(sheet)} where {condition} order by "row"'
            )
        return [StoredRow(sheet, values) for values in rows]

    def explained(
        self,
        words: str | None = None,
        contract: str | None = None,
        year: int | None = None,
        item: str | None = None,
    ) -> tuple[Trace, str]:
        """The tree of one number, and whose it is.

        Args:
            words: the line's name, or its start; the line that is settled if not given.
            contract, year, item: which row, where there are several.

        Raises:
            InputError: no line, or not exactly one row, is meant.
        """
        sheet, name = self.line_named(words or self.result)
        rows = self.rows(sheet, contract, year)
        if item is not None:
            wanted = item.lower()
            rows = [row for row in rows if str(row.values.get("item", "")).lower() == wanted]
        if len(rows) != 1:
            raise InputError(
                f"which of {len(rows):,} rows is meant is not said" if rows else "no such row",
                place=Place(str(self.folder)),
                rule=f"there are: {describe(rows)}" if rows else None,
                action="say which: --contract, --year, --item",
                code="VBC-123",
            )
        values = rows[0].values
        parts = (values.get(key) for key in ("contract", "year", "group", "name", "item"))
        return self.trace(rows[0], name), " · ".join(str(part) for part in parts if part)

    def trace(self, row: StoredRow, name: str) -> Trace:
        """The tree of a number: lines, parameters and inputs, to the leaves."""
        key = (row.sheet, row.values["row"], name)
        if key not in self._known:
            self._known[key] = self._trace(row, name)
        return self._known[key]

    def _trace(self, row: StoredRow, name: str) -> Trace:
        worksheet, values = self.sheets[row.sheet], row.values
        lines = {item["name"]: item for item in worksheet["lines"]}
        inputs = {item["name"]: item for item in worksheet["inputs"]}
        if line := lines.get(name):
            children = tuple(self.trace(row, argument) for argument in line["arguments"])
            beside = _beside(line, {child.name: child.value for child in children})
            return Trace(
                name, "line", line["label"], values[name], line["unit"], line["formula"],
                line["cite"], Status(line["status"]), line["rounding"], "", children,
                beside=beside,
            )  # fmt: skip
        if given := inputs.get(name):
            return Trace(
                name, "input", given["label"], values.get(name), given["unit"],
                cite=given["cite"], children=self._below(row, name),
                origin=_origin(given, row.values["row"]),
            )  # fmt: skip
        number = values.get(f"parameter_{name}")
        if number is None:
            return Trace(name, "parameter", name, None, "")
        parameter = self.parameters[name][number]
        return Trace(
            name, "parameter", parameter["label"], _value(parameter["value"]), parameter["unit"],
            cite=parameter["cite"], status=Status(parameter["status"]),
            applies=parameter["applies"],
        )  # fmt: skip

    def rules_in_force(self, row: StoredRow) -> RuleSet:
        """The parameters a row was settled by, each with its one value, as rules."""
        entries: dict[str, list[Parameter]] = {}
        for name in self.sheets[row.sheet]["parameters"]:
            number = row.values.get(f"parameter_{name}")
            kept = None if number is None else self.parameters[name][number]
            value = None if kept is None else kept["value"]
            entries[name] = [
                Parameter(
                    name=name,
                    label=kept["label"] if kept else name,
                    unit=kept["unit"] if kept else "",
                    value=(
                        Table({c: _value(v) for c, v in line.items()} for line in value)
                        if isinstance(value, list)
                        else _value(value)
                    ),
                    applies={},
                    cite=kept["cite"] if kept else "",
                    status=Status(kept["status"]) if kept else Status.UNVERIFIED,
                )
            ]
        program = str(self.worksheets["program"])
        return RuleSet(program, entries, dict.fromkeys(entries, ()), "")

    def _below(self, row: StoredRow, name: str) -> tuple[Trace, ...]:
        """The rows of another sheet that an input adds up."""
        link = self.links.get(row.sheet, {}).get(name)
        numbers = link["rows"][row.values["row"]] if link else []
        if not numbers:
            return ()
        wanted = ", ".join(str(number) for number in numbers)
        below = self._select(link["sheet"], f'"row" in ({wanted})')
        return tuple(self._named(each, link["line"]) for each in below)

    def _named(self, row: StoredRow, line: str) -> Trace:
        item = str(row.values["item"])
        known = self._known_by_item.setdefault((row.sheet, row.values["row"], item), {})
        return self.trace(row, line).named_for(item, known)


def _beside(line: Mapping[str, Any], values: Mapping[str, Any]) -> frozenset[str]:
    """Arguments of a stored line that did not decide its value."""
    if line.get("tree") is None:
        return frozenset()
    return frozenset(line["arguments"]) - deciding(tree_of(line["tree"]), values)


def _origin(given: Mapping[str, Any], row: int) -> str:
    """Where an input's value comes from; empty in runs that do not tell."""
    told = given.get("origin") or {"usual": "", "rows": {}}
    return str(told["rows"].get(str(row), told["usual"]))


def _value(stored: Any) -> Any:
    """A parameter's value as it was: JSON keeps exact decimals as text."""
    if isinstance(stored, bool) or not isinstance(stored, str | int):
        return stored
    try:
        return Decimal(stored)
    except ArithmeticError:
        return stored


def describe(rows: Sequence[StoredRow]) -> str:
    """The rows as a choice for a message: year, group and item."""
    words = []
    for row in rows[:8]:
        parts = (row.values.get(name) for name in ("contract", "year", "group", "item"))
        words.append(" ".join(str(part) for part in parts if part not in (None, "")))
    return "; ".join(words)
