"""Print an explanation: headings, sentences and small tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console
    from rich.table import Table

    from openvbc.programs.explanation import Explanation, SmallGrid


def print_explanation(console: Console, explanation: Explanation) -> None:
    """Print every part in reading order."""
    from rich.text import Text

    from openvbc.programs.explanation import Heading, Sentence

    for part in explanation.parts:
        if isinstance(part, Heading):
            line = Text(part.name, style="bold")
            console.print()
            console.print(line.append(f": {part.text}" if part.text else "", style="not bold"))
        elif isinstance(part, Sentence):
            console.print(part.text, markup=False, highlight=False)
        else:
            console.print(_grid(part))


def say_written(explained: Explanation, title: str, path: Path) -> None:
    """Write an explanation into a file of its own and say so."""
    from openvbc.commands.terminal import say
    from openvbc.report.explanation_file import write_explanation

    say(f"written to {write_explanation(explained, title, path)}; it is private: small counts")


def sentences_of(explanation: Explanation) -> list[str]:
    """What an explanation says in words, in order."""
    from openvbc.programs.explanation import Sentence

    return [part.text for part in explanation.parts if isinstance(part, Sentence)]


def _grid(part: SmallGrid) -> Table:
    from rich import box
    from rich.table import Table

    from openvbc.programs.explanation import shown_cell

    grid = Table(title=part.title, box=box.SIMPLE, padding=(0, 1), pad_edge=False)
    for field in part.fields:
        is_text = field.unit in ("text", "date", "flag")
        # An identifier or a figure cut short would be another one: what is too wide is folded.
        grid.add_column(
            field.heading,
            justify="left" if is_text else "right",
            no_wrap=field.whole,
            overflow="fold",
        )
    for number, row in enumerate(part.rows):
        cells = [shown_cell(value, f.unit) for value, f in zip(row, part.fields, strict=True)]
        is_last = part.has_total and number == len(part.rows) - 1
        grid.add_row(*cells, style="bold" if is_last else "")
    return grid
