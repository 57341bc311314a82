"""Pictures of a quality run: populations as a funnel, practices with intervals, rates over runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openvbc.report.charts import INK, NEUTRAL, draw
from openvbc.report.page import Figure

_LINE, _STEP = 420, 26
_ROOM = {"left": 40, "right": 40, "top": 5, "bottom": 5}
"""Around a picture whose labels are measured by another font than they are drawn with."""


def funnel(steps: Sequence[tuple[str, int]], caption: str) -> Figure:
    """People who are left after each step, as bars one below the other."""
    values = [
        {"step": label, "people": people, "order": n} for n, (label, people) in enumerate(steps)
    ]
    y = {
        "field": "step",
        "type": "nominal",
        "sort": {"field": "order"},
        "title": None,
        "axis": {"labelLimit": 220},
    }
    x = {"field": "people", "type": "quantitative", "title": "people", "axis": {"tickCount": 5}}
    text = {
        "mark": {"type": "text", "align": "left", "dx": 6, "color": INK, "fontSize": 12},
        "encoding": {"y": y, "x": x, "text": {"field": "people", "format": ","}},
    }
    bar = {"mark": {"type": "bar", "color": NEUTRAL, "size": 18}, "encoding": {"y": y, "x": x}}
    return draw(
        {
            "data": {"values": values},
            "height": _STEP * len(values) + 20,
            "width": _LINE,
            "padding": _ROOM,
            "layer": [bar, text],
        },
        caption,
    )


def practices(
    rows: Sequence[tuple[str, float, float, float]], everybody: float, caption: str
) -> Figure:
    """Each practice's rate with its interval (name, rate, low, high), and everybody's as a line."""
    values = [
        {"practice": name, "rate": rate, "low": low, "high": high} for name, rate, low, high in rows
    ]
    y = {
        "field": "practice",
        "type": "nominal",
        "sort": {"field": "rate", "order": "descending"},
        "title": None,
    }
    x: dict[str, Any] = {"type": "quantitative", "axis": {"format": ".0%"}, "title": "rate"}
    x |= {"scale": {"domain": [0, 1]}}
    layers = [
        {
            "data": {"values": [{"rate": everybody}]},
            "mark": {"type": "rule", "strokeDash": [5, 4], "color": INK},
            "encoding": {"x": {"field": "rate", **x}},
        },
        {
            "data": {"values": values},
            "mark": {"type": "rule", "strokeWidth": 2, "color": NEUTRAL},
            "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}},
        },
        {
            "data": {"values": values},
            "mark": {"type": "point", "filled": True, "size": 70, "color": NEUTRAL, "opacity": 1},
            "encoding": {"y": y, "x": {"field": "rate", **x}},
        },
    ]
    return draw(
        {"layer": layers, "height": _STEP * len(values) + 20, "width": _LINE, "padding": _ROOM},
        caption,
    )


def run_chart(points: Sequence[tuple[str, str, float]], caption: str) -> Figure:
    """Rates run after run (run, measure, rate), in the order given."""
    values = [
        {"run": run, "measure": measure, "rate": rate, "order": n}
        for n, (run, measure, rate) in enumerate(points)
    ]
    encoding = {
        "x": {
            "field": "run",
            "type": "nominal",
            "sort": {"field": "order"},
            "title": None,
            "axis": {"labelAngle": 0, "labelLimit": 140},
        },
        "y": {
            "field": "rate",
            "type": "quantitative",
            "title": "rate",
            "axis": {"format": ".0%"},
            "scale": {"domain": [0, 1]},
        },
        "color": {"field": "measure", "type": "nominal", "title": "Measure"},
    }
    mark = {"type": "line", "point": {"size": 60, "filled": True}}
    return draw({"data": {"values": values}, "mark": mark, "encoding": encoding}, caption)
