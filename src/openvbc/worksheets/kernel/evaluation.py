"""A worksheet that has been computed: its columns, and the reason for each number."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from openvbc.errors import ParameterMissing
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Parameter, Status
from openvbc.worksheets.kernel.arithmetic import Column

if TYPE_CHECKING:
    from openvbc.worksheets.kernel.detail import Detail
    from openvbc.worksheets.kernel.worksheet import Worksheet


PRINTED, DERIVED = "printed", "derived from printed"
COMPUTED, NOT_GIVEN = "computed", "not given"
"""Where the value of an input comes from."""


@dataclass(frozen=True, repr=False)
class Trace:
    """One node of the tree that explains a number, down to the inputs.

    ``print(trace)`` shows the tree as ``vbc explain`` does; so does a notebook.
    """

    name: str
    kind: Literal["line", "parameter", "input"]
    label: str
    value: Any
    unit: str
    formula: str = ""
    cite: str = ""
    status: Status | None = None
    rounding: str = ""
    applies: str = ""
    """For a parameter: the keys under which its value is in force."""
    children: tuple[Trace, ...] = ()
    origin: str = ""
    """For an input: where its value comes from (printed, derived from printed, computed)."""
    beside: frozenset[str] = frozenset()
    """Names of children that did not decide this value."""

    def __repr__(self) -> str:
        return f"<Trace {self.name} = {self.value}, {len(list(self.walk())) - 1} below>"

    def __str__(self) -> str:
        from openvbc.worksheets.kernel.trace_text import tree_text

        return tree_text(self)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"

    def named_for(self, item: str, known: dict[str, Trace]) -> Trace:
        """The same tree as a part of another, its names told apart by `item`.

        `known` is what was named so already, by the name it had: a part of several trees of one
        row is made once.
        """
        if self.name not in known:
            known[self.name] = replace(
                self,
                name=f"{self.name}[{item}]",
                label=f"{self.label} ({item})",
                children=tuple(child.named_for(item, known) for child in self.children),
                beside=frozenset(f"{name}[{item}]" for name in self.beside),
            )
        return known[self.name]

    @property
    def deciding(self) -> tuple[Trace, ...]:
        """The children that decided this value."""
        return tuple(child for child in self.children if child.name not in self.beside)

    def walk(self, deciding: bool = False) -> Iterator[Trace]:
        """This node and all below it (or those that decided), each once, in reading order."""
        seen: set[str] = set()
        stack = [self]
        while stack:
            node = stack.pop()
            if node.name not in seen:
                seen.add(node.name)
                yield node
                stack.extend(reversed(node.deciding if deciding else node.children))


@dataclass(frozen=True)
class _Known:
    """The nodes of a tree that is being made: those of a row of a sheet are made once."""

    nodes: dict[tuple[int, int], dict[str, Trace]] = field(default_factory=dict)
    """By evaluation and row, then by name."""
    named: dict[tuple[int, int, str], dict[str, Trace]] = field(default_factory=dict)
    """The same told apart by an item, as parts of the sheet that adds them up."""


class Evaluation:
    """Every column of a computed worksheet; one row a contract (or a scenario)."""

    def __init__(
        self,
        worksheet: Worksheet,
        rules: RuleSet,
        columns: Mapping[str, Column],
        parameters: Mapping[str, Column],
        refused: Mapping[int, ParameterMissing],
        count: int,
    ) -> None:
        self.worksheet = worksheet
        self.rules = rules
        self.columns = columns
        self.parameters = parameters
        """For each parameter name, the :class:`Parameter` in force in each row."""
        self.refused = refused
        """Rows that could not be computed, each with the parameter that is not known."""
        self.count = count
        self.links: dict[str, tuple[Detail, str]] = {}
        """Inputs added up from a detail sheet: the sheet and the line of it that was added."""
        self.origins: dict[str, Sequence[str]] = {}
        """Where inputs come from, one word or phrase a row: printed, derived from printed ..."""

    def column(self, name: str) -> Column:
        """A column, one value a row."""
        return np.broadcast_to(self.columns[name], (self.count,))

    def value(self, name: str, row: int = 0) -> Any:
        """One value; None where it is missing."""
        return _none_if_missing(_cell(self.columns[name], row))

    def values(self, name: str) -> list[Any]:
        """The values of a column, one a row; None where missing."""
        cells: list[Any] = self.columns[name].tolist()
        if self.columns[name].dtype.kind in "Of":
            cells = [value if value == value else None for value in cells]
        return cells * self.count if len(cells) == 1 else cells

    def at(self, rows: Sequence[int]) -> Evaluation:
        """The same worksheet narrowed to some rows, in the order given."""
        indexes = np.asarray(rows, dtype=np.intp)

        def narrowed(column: Column) -> Column:
            return column if len(column) == 1 else column[indexes]

        chosen = Evaluation(
            self.worksheet,
            self.rules,
            {name: narrowed(column) for name, column in self.columns.items()},
            {name: narrowed(column) for name, column in self.parameters.items()},
            {new: self.refused[old] for new, old in enumerate(rows) if old in self.refused},
            len(rows),
        )
        chosen.origins = {name: [each[r] for r in rows] for name, each in self.origins.items()}
        return chosen

    def origin(self, name: str, row: int = 0) -> str:
        """Where an input's value comes from; empty where that is not told."""
        if name in self.links:
            return COMPUTED
        if self.value(name, row) is None:
            return NOT_GIVEN
        return self.origins[name][row] if name in self.origins else ""

    def parameter(self, name: str, row: int = 0) -> Parameter | None:
        """The parameter in force in a row."""
        row_parameter: Parameter | None = _cell(self.parameters[name], row)
        return row_parameter

    def trace(self, name: str, row: int = 0) -> Trace:
        """The tree of a number: lines with their formulas, parameters and inputs, to the leaves.

        What is used in several places is one node, so that the tree stays as small as the sheet.
        """
        return self._trace(name, row, _Known())

    def _trace(self, name: str, row: int, known: _Known) -> Trace:
        nodes = known.nodes.setdefault((id(self), row), {})
        if name not in nodes:
            nodes[name] = self._node(name, row, known)
        return nodes[name]

    def _node(self, name: str, row: int, known: _Known) -> Trace:
        from openvbc.worksheets.kernel.path import beside

        if name in self.worksheet.lines:
            line = self.worksheet.lines[name]
            children = tuple(self._trace(argument, row, known) for argument in line.arguments)
            return Trace(
                name, "line", line.label, self.value(name, row), line.unit,
                line.formula, line.cite, line.status, line.rounding, "", children,
                beside=beside(line, {child.name: child.value for child in children}),
            )  # fmt: skip
        if name in self.parameters:
            parameter = self.parameter(name, row)
            if parameter is None:
                return Trace(name, "parameter", name, None, "")
            return Trace(
                name, "parameter", parameter.label, parameter.value, parameter.unit,
                cite=parameter.cite, status=parameter.status, applies=parameter.applies_in_words(),
            )  # fmt: skip
        given = self.worksheet.inputs[name]
        below = tuple(self._detail_traces(name, row, known)) if name in self.links else ()
        return Trace(
            name, "input", given.label, self.value(name, row), given.unit,
            cite=given.cite, children=below, origin=self.origin(name, row),
        )  # fmt: skip

    def _detail_traces(self, name: str, row: int, known: _Known) -> Iterator[Trace]:
        detail, line = self.links[name]
        for below in detail.rows[row]:
            item = detail.items[below]
            named = known.named.setdefault((id(detail.evaluation), below, item), {})
            yield detail.evaluation._trace(line, below, known).named_for(item, named)


def _cell(column: Column, row: int) -> Any:
    return column[row if len(column) > 1 else 0]


def _none_if_missing(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Decimal | float) and value != value:
        return None
    return value
