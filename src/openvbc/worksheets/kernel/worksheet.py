"""A worksheet: named lines in the order their inputs demand, evaluated over columns.

The same worksheet serves a settlement (exact ``Decimal``) and a simulation (``float64``)::

    evaluation = SHARED_SAVINGS.evaluate(inputs, rules)              # one row a contract
    evaluation.value("earned_shared_savings", row=0)                 # Decimal('3000000.00')
    evaluation.trace("earned_shared_savings", row=0)                 # the tree down to the inputs
    SHARED_SAVINGS.evaluate(scenarios, rules, numbers="float")       # a million rows, float64
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Context, Decimal, localcontext
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np

from openvbc.errors import ParameterMissing
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.arithmetic import MISSING, Column, objects
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.line import NOT_NUMBERS, Input, Line
from openvbc.worksheets.kernel.lookup import KeySets, Numbers, look_up

EXACT = Context(prec=50, traps=[])
"""Decimal arithmetic of worksheets: 50 digits; missing (NaN) passes through without raising."""


IDENTITY = frozenset({"row", "contract", "year", "group", "name", "item"})
"""Columns that say whose row it is where a sheet is kept; no input or line is called so."""


_LOOKED_AT, _FEW = 500, 8
"""Rows of a column that are looked at, and how many objects among them are not worth sharing."""

KEY_UNITS = frozenset({"year", "date", "text", "count", "flag"})
"""Units of inputs by which parameters are looked up; they are no burden to give."""


class Worksheet:
    """Inputs, parameters and lines, checked to be complete and free of circles when it is made.

    Args:
        name: identifies the worksheet, for example ``mssp_shared_savings``.
        title: what a reader sees.
        inputs: what it is given.
        parameters: names of the parameters it takes from a rule set. A parameter's keys (track,
            performance_year ...) must be inputs or lines here.
        lines: the computed values, in the order a reader should see them.
    """

    def __init__(
        self,
        name: str,
        title: str,
        inputs: Sequence[Input],
        parameters: Sequence[str],
        lines: Sequence[Line],
    ) -> None:
        self.name = name
        self.title = title
        self.inputs = {item.name: item for item in inputs}
        self.parameters = tuple(parameters)
        self.lines = {item.name: item for item in lines}
        names = [*self.inputs, *self.parameters, *self.lines]
        doubled = {n for n in names if names.count(n) > 1}
        if doubled or len(self.inputs) != len(inputs) or len(self.lines) != len(lines):
            raise ValueError(f"worksheet {name}: a name appears twice ({sorted(doubled)})")
        if taken := IDENTITY & set(names):
            raise ValueError(f"worksheet {name}: {sorted(taken)} name whose row it is")
        known = set(names)
        for item in lines:
            unknown = set(item.arguments) - known
            if unknown:
                raise ValueError(f"worksheet {name}: {item.name} needs unknown {sorted(unknown)}")
        used = {argument for item in lines for argument in item.arguments}
        unused = set(self.parameters) - used
        if unused:
            raise ValueError(f"worksheet {name}: no line reads parameter {sorted(unused)}")
        self._orders: dict[tuple[tuple[str, ...], ...], tuple[str, ...]] = {}
        """By the keys of the parameters, which rule sets of one program share."""

    def named(self, name: str) -> Line | Input:
        """The line or input of a name: its label, its unit."""
        return self.lines.get(name) or self.inputs[name]

    def taking(self, given: Mapping[str, str], results: Iterable[str]) -> Worksheet:
        """This worksheet with lines given instead of computed.

        Args:
            given: lines (or inputs) that are known, each with the source it is known from; a line
                becomes an input, with the source as its citation.
            results: the lines wanted; what only serves to compute a line that is given is left out,
                so that its inputs are not needed.

        Raises:
            ValueError: a name is neither a line nor an input.
        """
        unknown = set(given) - set(self.lines) - set(self.inputs)
        if unknown:
            raise ValueError(f"{self.name} has no line or input {sorted(unknown)}")
        wanted: set[str] = set()
        waiting = [name for name in results if name not in given]
        while waiting:
            name = waiting.pop()
            if name not in wanted:
                wanted.add(name)
                if name in self.lines and name not in given:
                    waiting.extend(self.lines[name].arguments)
        taken = [
            Input(line.name, line.unit, line.label, cite=given[line.name])
            for line in self.lines.values()
            if line.name in given
        ]
        kept = [
            replace(item, cite=given.get(item.name, item.cite))
            for item in self.inputs.values()
            if item.name in wanted or item.unit in KEY_UNITS
        ]
        lines = [
            line for line in self.lines.values() if line.name in wanted and line.name not in given
        ]
        parameters = [name for name in self.parameters if name in wanted]
        return Worksheet(self.name, self.title, [*kept, *taken], parameters, lines)

    def order(self, rules: RuleSet) -> tuple[str, ...]:
        """Parameters and lines in an order in which each can be computed."""
        keys = tuple(rules.keys_of(parameter) for parameter in self.parameters)
        if keys not in self._orders:
            self._orders[keys] = self._ordered(dict(zip(self.parameters, keys, strict=True)))
        return self._orders[keys]

    def _ordered(self, keys_of: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        graph = {item.name: set(item.arguments) for item in self.lines.values()}
        for parameter, keys in keys_of.items():
            unknown = set(keys) - set(self.inputs) - set(self.lines)
            if unknown:
                raise ValueError(f"{self.name}: parameter {parameter} is by unknown {unknown}")
            graph[parameter] = set(keys)
        try:
            ordered = TopologicalSorter(graph).static_order()
            return tuple(name for name in ordered if name not in self.inputs)
        except CycleError as error:
            raise ValueError(f"worksheet {self.name} goes in a circle: {error.args[1]}") from error

    def evaluate(
        self, inputs: Mapping[str, Any], rules: RuleSet, numbers: Numbers = "decimal"
    ) -> Evaluation:
        """Compute every line over the columns given (a single value stands for every row).

        A row whose parameter is not known is refused: its values are missing and the
        :class:`ParameterMissing` is kept in ``evaluation.refused``; the other rows are computed.
        """
        columns = {name: self._input_column(name, inputs, numbers) for name in self.inputs}
        count = max((len(column) for column in columns.values()), default=1)
        for name, column in columns.items():
            if len(column) not in (1, count):
                raise ValueError(f"input {name} has {len(column)} values, others {count}")
        looked_up: dict[str, Column] = {}
        refused: dict[int, ParameterMissing] = {}
        known = KeySets(columns)
        with localcontext(EXACT), np.errstate(all="ignore"):
            for name in self.order(rules):
                if name in self.lines:
                    item = self.lines[name]
                    result = item(**{a: columns[a] for a in item.arguments})
                    columns[name] = _alike_shared(np.atleast_1d(np.asarray(result)), item)
                else:
                    lookup = look_up(name, rules, count, refused, known)
                    looked_up[name] = lookup.parameters
                    columns[name] = lookup.values(numbers, rules.unit_of(name))
        return Evaluation(self, rules, columns, looked_up, refused, count)

    def _input_column(self, name: str, inputs: Mapping[str, Any], numbers: Numbers) -> Column:
        spec = self.inputs[name]
        if name not in inputs:
            if not spec.optional:
                raise ValueError(f"worksheet {self.name}: input {name} is missing")
            given: Any = [None]
        else:
            given = inputs[name]
        return _column(given, spec, numbers)


def _column(given: Any, spec: Input, numbers: Numbers) -> Column:
    if isinstance(given, np.ndarray) and given.dtype.kind == "f":
        if numbers == "float":
            return np.atleast_1d(given)
        raise TypeError(f"input {spec.name}: floats do not carry money; give Decimal or text")
    if isinstance(given, np.ndarray) and given.dtype == bool and spec.unit == "flag":
        return np.atleast_1d(given)
    values = list(given) if isinstance(given, list | tuple | np.ndarray) else [given]
    if spec.unit == "flag":
        if spec.missing is None and any(v is None for v in values):
            raise ValueError(f"input {spec.name}: a flag is missing and has no meaning then")
        return np.array([spec.missing if v is None else bool(v) for v in values], dtype=bool)
    if spec.unit in NOT_NUMBERS:
        return objects(values)
    if numbers == "float":
        return np.array([np.nan if v is None else float(v) for v in values], dtype=np.float64)
    if set(map(type, values)) == {Decimal}:
        return objects(values)
    whole = {v: Decimal(v) for v in values if type(v) is int}
    return objects([
        v if type(v) is Decimal
        else MISSING if v is None
        else whole[v] if type(v) is int
        else _exact(v, spec)
        for v in values
    ])  # fmt: skip


def _alike_shared(column: Column, line: Line) -> Column:
    """The column with one object for zeros, and for missing values, that are written alike.

    Most rows of many lines are one or the other, and a number takes a hundred bytes.
    """
    if column.dtype != object or len(column) == 1 or line.unit in NOT_NUMBERS:
        return column
    # A look at some rows tells whether there is anything to share.
    looked = column[:: max(1, len(column) // _LOOKED_AT)].tolist()
    if len({id(v) for v in looked if not v or v != v}) <= _FEW:
        return column
    known: dict[str, Decimal] = {}
    return objects([v if v and v == v else known.setdefault(str(v), v) for v in column.tolist()])


def _exact(value: Any, spec: Input) -> Decimal:
    if isinstance(value, float):
        raise TypeError(f"input {spec.name}: floats do not carry money; give Decimal or text")
    return value if isinstance(value, Decimal) else Decimal(value)
