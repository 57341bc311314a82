"""Pictures for reports: Vega-Lite drawn to inline SVG, offline. Amounts become floats only here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

from openvbc.errors import ExtraMissing
from openvbc.format import show, show_short
from openvbc.report.chart_tooltips import with_tooltips
from openvbc.report.page import Figure

INK, GAIN, LOSS, NEUTRAL = "#1f2a37", "#1b7f5c", "#b3412e", "#3b6ea8"
_WIDTH, _HEIGHT = 460, 280
"""Two pictures and their axes stand side by side on a page of 1,280."""
_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_CONFIG = {
    "background": None,
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": "#e5e7eb",
        "labelFontSize": 12,
        "titlePadding": 18,
    },
    "legend": {
        "labelFontSize": 12,
        "titleFontSize": 12,
        "orient": "top",
        "labelLimit": 400,
        "columnPadding": 24,
    },
    # Each at least 4.5 to 1 on white, and told apart in grey.
    "range": {"category": ["#2f5f98", "#a8431f", "#1b7f5c", "#6b4a94", "#7a5a00", "#4b5563"]},
}

Number = Decimal | float | int

SHORT_AMOUNTS = "replace(format(datum.value, '$,.3~s'), 'G', 'B')"
"""Short amounts on an axis: thousands k, millions M, billions B (not the G of physics)."""
WHOLE = "datum.value === floor(datum.value) ? format(datum.value, ',d') : ''"
"""Counts on an axis: a mark between two whole numbers has no label."""
FEW_VALUES = 15
"""So few different values (half stars) get a bar each; more are put into bins."""


def draw(spec: dict[str, Any], caption: str) -> Figure:
    """Turn a Vega-Lite specification into a figure."""
    full = {"$schema": _SCHEMA, "config": _CONFIG, "width": _WIDTH, "height": _HEIGHT, **spec}
    full = {key: value for key, value in full.items() if value is not None}
    svg = with_tooltips(_svg(json.dumps(full)))
    # A screen reader hears the picture by its caption.
    named = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(caption)}" ', 1)
    return Figure(named, caption)


@lru_cache(maxsize=64)
def _svg(spec: str) -> str:
    """The picture of a specification; one that is drawn again in the same process is kept."""
    try:
        import vl_convert
    except ImportError as error:
        raise ExtraMissing("report", "Drawing charts") from error
    return str(vl_convert.vegalite_to_svg(spec))


MANY_LABELS = 8
"""More labels than this along an axis are written aslant, so that none touches another."""


def waterfall(steps: Sequence[tuple[str, Number, str]], caption: str, unit: str = "USD") -> Figure:
    """From a first total through steps up and down to the last; each is (label, amount, kind).

    A ``total`` is drawn from zero, a ``step`` from where the one before it ended. What stands
    before the second total (benchmark and expenditures) dwarfs the rest: it gets a panel and a
    scale of its own, where every bar starts at zero and what is taken off has its sign and the
    colour of a loss. A total below zero is a loss and looks like one.
    """
    second = next((n for n, (_, _, kind) in enumerate(steps) if n and kind == "total"), 0)
    if second < 2:
        return draw(_waterfall_panel(_floating(steps, unit)), caption)
    ahead: list[tuple[str, Number, str]] = [
        (label, amount if amount >= 0 else -amount, "total") for label, amount, _ in steps[:second]
    ]
    sizes = _floating(ahead, unit)
    for bar, (_, amount, _) in zip(sizes, steps[:second], strict=True):
        if amount < 0:
            shown = Decimal(str(amount))
            bar |= {"color": LOSS, "shown": show_short(shown, unit)}
            bar["told"] = f"{bar['label']}: {show(shown, unit)}"
    panels = [
        _waterfall_panel(sizes),
        _waterfall_panel(_floating(steps[second:], unit)),
    ]
    return draw({"hconcat": panels, "width": None, "height": None}, caption)


def _floating(steps: Sequence[tuple[str, Number, str]], unit: str) -> list[dict[str, Any]]:
    drawn = []
    level = 0.0
    for order, (label, amount, kind) in enumerate(steps):
        start = 0.0 if kind == "total" else level
        level = start + float(amount)
        drawn.append(
            {
                "label": label,
                "order": order,
                "from": start,
                "to": level,
                "top": max(start, level),
                "color": LOSS if amount < 0 else NEUTRAL if kind == "total" else GAIN,
                "shown": show_short(Decimal(str(amount)), unit),
                "told": f"{label}: {show(Decimal(str(amount)), unit)}",
            }
        )
    return drawn


def _waterfall_panel(drawn: list[dict[str, Any]]) -> dict[str, Any]:
    scale = {"zero": True}
    x = {
        "field": "label",
        "type": "nominal",
        "sort": {"field": "order"},
        "title": None,
        "axis": {"labelAngle": 0, "labelLimit": 110, "labelExpr": "split(datum.label, ' ')"},
    }
    axis = {"labelExpr": SHORT_AMOUNTS, "tickCount": 5}
    y = {"type": "quantitative", "title": None, "scale": scale, "axis": axis}
    return {
        "width": 92 * len(drawn),
        "height": _HEIGHT,
        "data": {"values": drawn},
        "layer": [
            {
                "mark": {"type": "bar", "size": 46, "clip": True},
                "encoding": {
                    "x": x,
                    "y": {"field": "from", **y},
                    "y2": {"field": "to"},
                    "color": {"field": "color", "type": "nominal", "scale": None},
                    "description": {"field": "told"},
                },
            },
            {
                "mark": {"type": "text", "dy": -8, "fontSize": 12, "color": INK},
                "encoding": {"x": x, "y": {"field": "top", **y}, "text": {"field": "shown"}},
            },
        ],
    }


def distribution(
    values: Sequence[Number], title: str, caption: str, percent: bool, rows: str = "contracts"
) -> Figure:
    """How a value is spread over contracts, or what `rows` calls them.

    Below zero in one color, at or above in another.
    """
    numbers = [float(value) for value in values]
    small = max(map(abs, numbers), default=0) < 1000
    form = ".0%" if percent else ",.3~f" if small else ",.3~s"
    few = not percent and len(set(numbers)) <= FEW_VALUES
    axis = {"format": form, "labelAngle": 0, "labelFlush": False}
    bins = {"maxbins": 40 if len(numbers) > 100 else 20, "minstep": 0.01 if percent else 0}
    x: dict[str, Any] = {"field": "value", "title": title, "axis": axis}
    x |= {"type": "ordinal"} if few else {"bin": bins}
    return draw(
        {
            "data": {"values": [{"value": v, "loss": v < 0} for v in numbers]},
            "mark": {"type": "bar", "tooltip": False},
            "encoding": {
                "x": x,
                "y": {
                    "aggregate": "count",
                    "title": rows,
                    "axis": {"labelExpr": WHOLE},
                },
                "color": {
                    "field": "loss",
                    "type": "nominal",
                    "legend": None,
                    "scale": {"domain": [True, False], "range": [LOSS, GAIN]},
                },
            },
        },
        caption,
    )


def lines(
    points: Sequence[tuple[str, Number, str]], y_title: str, caption: str, dollars: bool = True
) -> Figure:
    """Values over time, a line a series; each point is (period, value, series)."""
    many = len({x for x, _, _ in points}) > MANY_LABELS
    labels = {"labelAngle": -45 if many else 0, "labelOverlap": False}
    return draw(
        {
            "padding": {"left": 5, "right": 30, "top": 5, "bottom": 5},
            "data": {"values": [{"x": x, "y": float(y), "series": s} for x, y, s in points]},
            "mark": {"type": "line", "point": True, "strokeWidth": 2.5},
            "encoding": {
                "x": {"field": "x", "type": "ordinal", "title": None, "axis": labels},
                "y": {
                    "field": "y",
                    "type": "quantitative",
                    "title": y_title,
                    "scale": {"zero": False},
                    "axis": {"format": "$,.0f" if dollars else ",.3~f"},
                },
                "color": {"field": "series", "type": "nominal", "title": None},
            },
        },
        caption,
    )


def bars(
    points: Sequence[tuple[str, Number, str]],
    y_title: str,
    caption: str,
    dollars: bool = True,
    stacked: bool = False,
) -> Figure:
    """Amounts by category; each point is (category, value, series), kept in the order given."""
    categories = list(dict.fromkeys(category for category, _, _ in points))
    series = list(dict.fromkeys(each for _, _, each in points))
    named = {"labelLimit": 320}
    encoding: dict[str, Any] = {
        "y": {"field": "x", "type": "nominal", "sort": categories, "title": None, "axis": named},
        "x": {
            "field": "y",
            "type": "quantitative",
            "title": y_title,
            "axis": {"labelExpr": SHORT_AMOUNTS} if dollars else {"format": ",.3~f"},
        },
        "color": {"field": "series", "type": "nominal", "title": None, "sort": series},
    }
    if not stacked:
        encoding["yOffset"] = {"field": "series", "sort": series}
    return draw(
        {
            "data": {"values": [{"x": x, "y": float(y), "series": s} for x, y, s in points]},
            # The reader's font may be wider than the one the picture is measured with.
            "padding": {"left": 40, "right": 10, "top": 5, "bottom": 5},
            "mark": "bar",
            "encoding": encoding,
            "height": {"step": 16 if not stacked else 26},
        },
        caption,
    )


def columns(
    points: Sequence[tuple[str, Number, str]], x_title: str, y_title: str, caption: str
) -> Figure:
    """Counts by band, stacked by series; each point is (band, count, series), kept in order."""
    bands = list(dict.fromkeys(band for band, _, _ in points))
    axis = {"labelAngle": 0, "labelOverlap": True}
    return draw(
        {
            "data": {"values": [{"x": x, "y": float(y), "series": s} for x, y, s in points]},
            "mark": "bar",
            "encoding": {
                "x": {
                    "field": "x",
                    "type": "nominal",
                    "sort": bands,
                    "title": x_title,
                    "axis": axis,
                },
                "y": {
                    "field": "y",
                    "type": "quantitative",
                    "title": y_title,
                    "axis": {"format": ",d"},
                },
                "color": {"field": "series", "type": "nominal", "title": None},
            },
        },
        caption,
    )
