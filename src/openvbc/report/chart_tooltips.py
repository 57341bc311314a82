"""What a bar or a point of a picture is, told when a pointer rests on it: no script is needed."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from html import escape, unescape

from openvbc.format import show

_MARK = re.compile(
    r'<(?P<kind>path|rect|circle) aria-label="(?P<label>[^"]*)" role="graphics-symbol" '
    r'aria-roledescription="(?:bar|point)"[^<>]*/>'
)
_BETWEEN = re.compile(r"; (?=[^;:]+: )")
"""Between two fields; a semicolon in a value is followed by no name."""
_WHO = ("x", "series")
"""Fields whose value tells what is drawn and needs no name."""
_NOT_SAID = ("loss",)


def with_tooltips(svg: str) -> str:
    """The picture with a title in every bar and point, made of what a screen reader is told."""
    return _MARK.sub(_titled, svg)


def tooltip(label: str) -> str:
    """Words for ``USD: 1719.31969338; x: Outpatient; series: Benchmark year 3``.

    What is drawn comes first, then each number as reports show it; words of another form stay.
    """
    parts = [part.partition(": ")[::2] for part in _BETWEEN.split(label)]
    who = [value for name, value in parts if name in _WHO and value]
    if not who and not any(name in _NOT_SAID for name, _ in parts):
        return label
    numbers = [
        _amount(name, value) for name, value in parts if name not in _WHO and name not in _NOT_SAID
    ]
    return ": ".join(text for text in (", ".join(who), ", ".join(numbers)) if text)


def _amount(name: str, value: str) -> str:
    """A number with the name of what it counts; dollars have their sign."""
    is_money = name.startswith("USD")
    try:
        shown = show(Decimal(value), name if is_money else "")
    except InvalidOperation:
        shown = value
    return shown if is_money else f"{name} {shown}"


def _titled(mark: re.Match[str]) -> str:
    title = f"<title>{escape(tooltip(unescape(mark['label'])))}</title>"
    return mark[0].removesuffix("/>") + ">" + title + "</" + mark["kind"] + ">"
