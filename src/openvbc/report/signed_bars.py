"""Amounts up and down from zero, in the colours of a gain and of a loss."""

from __future__ import annotations

from collections.abc import Sequence

from openvbc.report import charts
from openvbc.report.page import Figure


def signed_bars(
    points: Sequence[tuple[str, charts.Number, str]], title: str, caption: str
) -> Figure:
    """Amounts above and below zero, each in the colour of a gain or a loss, in the order given.

    Each point is (label, amount, series); the series are told in the legend.
    """
    drawn = [{"x": label, "y": float(amount), "series": each} for label, amount, each in points]
    of_kind = {each: charts.LOSS if amount < 0 else charts.GAIN for _, amount, each in points}
    scale = {"domain": list(of_kind), "range": list(of_kind.values())}
    names = {"field": "x", "type": "nominal", "sort": [p[0] for p in points], "title": None}
    amounts = {"labelExpr": charts.SHORT_AMOUNTS, "tickCount": 6}
    return charts.draw(
        {
            "data": {"values": drawn},
            "padding": {"left": 40, "right": 10, "top": 5, "bottom": 5},
            "mark": "bar",
            "encoding": {
                "y": {**names, "axis": {"labelLimit": 320}},
                "x": {"field": "y", "type": "quantitative", "title": title, "axis": amounts},
                "color": {"field": "series", "type": "nominal", "title": None, "scale": scale},
            },
            "height": {"step": 26},
        },
        caption,
    )
