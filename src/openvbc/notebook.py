"""How results show themselves in a notebook: small tables in plain HTML, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

_CELL = "padding:2px 10px;border-bottom:1px solid #ddd"


def html_table(
    title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], notes: Sequence[str] = ()
) -> str:
    """A table as HTML; every text is escaped, columns after the first stand to the right."""
    parts = [f"<div><strong>{escape(title)}</strong>", "<table style='border-collapse:collapse'>"]
    if heads:
        cells = [f"<th style='{_CELL};text-align:left'>{escape(head)}</th>" for head in heads]
        parts += ["<thead><tr>", *cells, "</tr></thead>"]
    parts.append("<tbody>")
    for row in rows:
        cells = [
            f"<td style='{_CELL};text-align:{'right' if at else 'left'}'>{escape(text)}</td>"
            for at, text in enumerate(row)
        ]
        parts += ["<tr>", *cells, "</tr>"]
    parts.append("</tbody></table>")
    parts += [f"<p style='color:#555'>{escape(note)}</p>" for note in notes]
    return "".join([*parts, "</div>"])
