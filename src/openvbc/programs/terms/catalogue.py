"""The catalogue of terms: which there are, in which unit, within which range they can be meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from openvbc.rules.exact_yaml import read_yaml
from openvbc.rules.parameter import Table, Value
from openvbc.shipped import shipped_text


@dataclass(frozen=True)
class Term:
    """One term a contract may agree on."""

    name: str
    label: str
    unit: str
    choices: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    columns: tuple[str, ...] = ()
    """Of a table: its columns; the first is a rising bound. A column `to` closes the bands: each
    begins where the one before ends, and the last has no end."""
    needed: bool = False
    """Whether a contract must say it, if only that there is none."""
    keyed: bool = False
    """Of a table: its first column is a name, each once, and not a bound."""
    cells: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    """Of a table: the closed range of each column; a ratio of 0 to 1 where it has none."""

    def wrong(self, value: Any) -> str:
        """What is wrong with an agreed value; empty where nothing is."""
        if value is None:
            return "" if not self.choices else f"say one of: {', '.join(self.choices)}"
        if self.choices:
            ok = value in self.choices
            return "" if ok else f"{value!r} is none of: {', '.join(self.choices)}"
        if self.unit == "flag":
            return "" if isinstance(value, bool) else f"{value!r} is neither true nor false"
        if self.unit == "table":
            return self._wrong_table(value)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return f"{value!r} is not a number"
        if not Decimal(value).is_finite():
            return f"{value} is not a number"
        if self.least is None or self.most is None or self.least <= value <= self.most:
            return ""
        hint = "; a ratio is written 0.52, not 52" if self.unit == "ratio" else ""
        return f"{value} lies outside {self.least} to {self.most}{hint}"

    def _wrong_table(self, value: Any) -> str:
        if not isinstance(value, list) or not value:
            return "a table is a list of rows"
        for row in value:
            if not isinstance(row, Mapping) or set(row) != set(self.columns):
                return f"each row has the columns {', '.join(self.columns)}"
        if self.keyed:
            return self._wrong_names(value)
        for row in value:
            cells = {name: c for name, c in row.items() if name != "to" or c is not None}
            if any(isinstance(c, bool) or not isinstance(c, int | Decimal) for c in cells.values()):
                return "each cell is a number"
            if wrong := self._wrong_cells(cells):
                return wrong
        bounds = [row[self.columns[0]] for row in value]
        if bounds != sorted(set(bounds)):
            return f"the rows rise by '{self.columns[0]}', each bound once"
        return _wrong_bands(value) if "to" in self.columns else ""

    def _wrong_cells(self, cells: Mapping[str, Any]) -> str:
        for name, cell in cells.items():
            if name in self.cells:
                low, high = self.cells[name]
                if not low <= cell <= high:
                    return f"{name} {cell} lies outside {low} to {high}"
            elif not 0 <= cell <= 1:
                return "each cell is a ratio of 0 to 1"
        return ""

    def _wrong_names(self, value: list[Mapping[str, Any]]) -> str:
        key, amount = self.columns
        names = [str(row[key]) for row in value]
        if len(set(names)) < len(names):
            return f"each {key} stands once"
        amounts = [row[amount] for row in value]
        single = Term(amount, amount, "USD", least=self.least, most=self.most)
        wrong = next(filter(None, (single.wrong(each) for each in amounts)), "")
        return wrong or (f"{amount} is missing" if None in amounts else "")

    def value(self, agreed: Any) -> Value:
        """The agreed value as worksheets look it up."""
        if isinstance(agreed, list):
            return Table(dict(row) for row in agreed)
        term_value: Value = agreed
        return term_value


def _wrong_bands(bands: Sequence[Mapping[str, Any]]) -> str:
    """Bands that overlap, leave a gap, do not begin at zero or do not go on."""
    ends = [0, *(band["to"] for band in bands)]
    for band, end in zip(bands, ends, strict=False):
        if end is None or band["from"] != end:
            word = "begin where the one before ends" if end is not None else "follow the open one"
            return f"the band from {band['from']} does not {word}: bands overlap or leave a gap"
    return "" if ends[-1] is None else "the last band has no end: write to: null"


PAYER_CONTRACT = "payer-contract"


@cache
def catalogue(program: str = PAYER_CONTRACT) -> Mapping[str, Term]:
    """Every term that a contract of the program may have, by name, in reading order."""
    text = shipped_text("programs/terms/catalogue.yaml")
    terms_by_name: dict[str, Term] = {}
    for name, body in read_yaml(text, "terms/catalogue.yaml", shipped=True).items():
        if program not in body.get("of", (PAYER_CONTRACT,)):
            continue
        least, most = body.get("least"), body.get("most")
        terms_by_name[name] = Term(
            name=name,
            label=body["label"],
            unit=body["unit"],
            choices=tuple(body.get("choices", ())),
            least=None if least is None else Decimal(least),
            most=None if most is None else Decimal(most),
            columns=tuple(body.get("columns", ())),
            needed=program in body.get("needed", ()),
            keyed=bool(body.get("keyed", False)),
            cells={
                name: (Decimal(ends[0]), Decimal(ends[1]))
                for name, ends in body.get("cells", {}).items()
            },
        )
    return terms_by_name
