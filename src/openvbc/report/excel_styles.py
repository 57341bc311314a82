"""The formats of a workbook: numbers by unit, inputs and parameters coloured."""

from __future__ import annotations

from typing import Any

_FORMATS = {
    "USD": "#,##0.00;[Red]-#,##0.00",
    "ratio": "0.00%",
    "percent": "0.00",
    "people": "#,##0",
    "person-years": "#,##0.00",
    "factor": "0.0000",
    "year": "0",
    "date": "yyyy-mm-dd",
    "count": "#,##0",
    "points": "#,##0.0",
}
_KINDS: dict[str, dict[str, Any]] = {
    "input": {"bg_color": "#fff8d6", "font_color": "#1f4e9e"},
    "parameter": {"bg_color": "#eef1f5"},
    "total": {"bold": True, "top": 1},
}


class Styles:
    """Formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.soft = book.add_format({"font_color": "#4b5563", "text_wrap": True, "valign": "top"})
        self.note = book.add_format({"font_color": "#4b5563"})
        self.link = book.add_format({"font_color": "#1f4e9e", "underline": 1})
        self.title = book.add_format({"bold": True, "font_size": 15})
        self.mark = book.add_format({"bold": True, "font_color": "#8a1c0a"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._units: dict[tuple[str, str], Any] = {}

    def unit(self, unit: str, kind: str = "line") -> Any:
        """The format of a number of a unit that is an input, a parameter, a line or a total."""
        key = (unit, kind)
        if key not in self._units:
            pattern = _FORMATS.get(unit, _FORMATS["USD"] if unit.startswith("USD") else "General")
            made = {"num_format": pattern, "valign": "top"} | _KINDS.get(kind, {})
            if unit == "date":
                made["align"] = "left"
            self._units[key] = self._book.add_format(made)
        return self._units[key]
