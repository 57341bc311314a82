"""Results of a command as data: what :func:`openvbc.commands.terminal.terminal` is given to print.

With ``--json`` a command prints one document::

    {"command": "track", "openvbc": "0.1.0", "exit_status": 0, "output": [...], "errors": [...]}

Output is in the order printed: ``{"text": ...}``, ``{"table": title, "columns": [...], "rows":
[[...]]}`` or a tree, ``{"text": ..., "children": [...]}``. Cells are as printed; numbers in full
are in the files a command writes, and in ``--csv`` where it has it.
"""

from __future__ import annotations

import io
import json
from typing import Any

from openvbc._version import __version__

Data = dict[str, Any]


class Recorded:
    """What was printed instead of being shown."""

    def __init__(self) -> None:
        self.output: list[Data] = []
        self.errors: list[str] = []

    def add(self, thing: Any) -> None:
        """A result, of whatever kind."""
        self.output.append(as_data(thing))

    def document(self, command: str, code: int) -> str:
        """The whole as JSON."""
        told = {"command": command, "openvbc": __version__, "exit_status": code,
                "output": self.output, "errors": self.errors}  # fmt: skip
        return json.dumps(told, ensure_ascii=False, indent=1)


def as_data(thing: Any) -> Data:
    """A text, table or tree as plain data."""
    from rich.table import Table
    from rich.text import Text
    from rich.tree import Tree

    if isinstance(thing, str | Text):
        return {"text": str(thing)}
    if isinstance(thing, Tree):
        children = [as_data(child) for child in thing.children]
        return {**as_data(thing.label), "children": children}
    if isinstance(thing, Table):
        columns = [[_shown(cell) for cell in column.cells] for column in thing.columns]
        return {
            "table": _shown(thing.title or ""),
            "columns": [_shown(column.header) for column in thing.columns],
            "rows": [list(row) for row in zip(*columns, strict=True)],
        }
    return {"text": _shown(thing)}


def _shown(thing: Any) -> str:
    from rich.text import Text

    if isinstance(thing, str | Text):
        return str(thing)
    from openvbc.commands.terminal import plain_console

    text = io.StringIO()
    plain_console()(file=text, width=120).print(thing)
    return text.getvalue().rstrip()
