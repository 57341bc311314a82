"""The tree of a number as text, line by line, as ``vbc explain`` prints it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from openvbc.format import show

if TYPE_CHECKING:
    from openvbc.worksheets.kernel.evaluation import Trace

FITTING = 250
"""Lines of a tree that a reader still looks through."""


def value_text(node: Trace) -> str:
    """The value as shown; a ratio also to nine decimals, a table by its rows."""
    if isinstance(node.value, list | tuple):
        return f"{len(node.value)} rows"
    shown = show(node.value, node.unit)
    if node.unit == "ratio" and node.value is not None and not isinstance(node.value, str):
        exact = Decimal(str(round(node.value, 9))).normalize()
        return f"{shown} ({exact:f})"
    return shown


def about(node: Trace) -> str:
    """What the node is, where it applies, its citation, status and rounding, in one line."""
    parts = [
        node.origin or node.kind,
        node.applies,
        node.cite,
        str(node.status or ""),
        node.rounding,
    ]
    return " · ".join(part for part in parts if part)


def depth_that_fits(trace: Trace) -> int:
    """The greatest depth at which the tree has no more lines than fit."""
    seen, level, shown, depth = {trace.name}, [trace], 1, 0
    while level and shown <= FITTING:
        below = [child for node in level for child in node.deciding]
        shown += len(below)
        level = [child for child in below if child.name not in seen]
        seen.update(child.name for child in level)
        depth += 1
    return max(depth - 1, 1) if level else depth


def tree_text(trace: Trace, depth: int | None = None) -> str:
    """The tree, each number in full only where it first stands."""
    return "\n".join(_lines(trace, "", depth or depth_that_fits(trace), {trace.name}))


def _lines(node: Trace, margin: str, depth: int, seen: set[str]) -> Iterator[str]:
    yield f"{margin}{node.label} {node.name} = {value_text(node)}"
    for text in (node.formula, about(node)):
        if text:
            yield f"{margin}  {text}"
    if depth == 0 and node.children:
        below = len({each.name for each in node.walk(deciding=True)}) - 1
        yield f"{margin}  {below:,} more below"
        return
    for child in node.deciding:
        if child.name in seen:
            yield f"{margin}    {child.label} {child.name} = {value_text(child)} (see above)"
        else:
            seen.add(child.name)
            yield from _lines(child, margin + "    ", depth - 1, seen)
    if node.beside:
        folded = ", ".join(sorted(node.beside))
        yield f"{margin}    did not decide here: {folded}"
