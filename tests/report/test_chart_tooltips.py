"""A pointer on a bar or a point is told what it is, in words and as reports show numbers."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from openvbc.report import charts
from openvbc.report.chart_tooltips import tooltip


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("USD per person-year: 1719.31969338; x: Outpatient; series: Benchmark year 3",
         "Outpatient, Benchmark year 3: $1,719.32"),
        ("USD: -1000000; x: A; B; series: lost", "A; B, lost: −$1,000,000"),
        ("Savings rate: 9% – 10%; contracts: 12; loss: false",
         "Savings rate 9% – 10%, contracts 12"),
        ("episodes: 21; x: Stroke; series: dropped", "Stroke, dropped: episodes 21"),
        ("Targets; all: $2,988,861", "Targets; all: $2,988,861"),
    ],
)  # fmt: skip
def test_words_of_a_mark(label, told):
    assert tooltip(label) == told


def titles(figure):
    root = ElementTree.fromstring(figure.svg)  # still well formed
    return [each.text for each in root.iter("{http://www.w3.org/2000/svg}title")]


def test_every_bar_of_a_waterfall_says_its_exact_dollars():
    steps = [
        ("Targets", Decimal("2988860.5"), "total"), ("Spending", Decimal(-3099684), "step"),
        ("Total", Decimal(-110824), "total"), ("Quality & <more>", Decimal(8866), "step"),
    ]  # fmt: skip
    figure = charts.waterfall(steps, "From benchmark to payment.")
    assert titles(figure) == [
        "Targets: $2,988,861", "Spending: −$3,099,684", "Total: −$110,824",
        "Quality & <more>: $8,866",
    ]  # fmt: skip
    assert "color: #" not in figure.svg


def test_points_of_a_line_are_told_and_the_line_is_not():
    figure = charts.lines(
        [("BY1", Decimal(8218), "Aged"), ("BY2", Decimal(8500), "Aged")], "USD per capita", "c"
    )
    assert titles(figure) == ["BY1, Aged: $8,218", "BY2, Aged: $8,500"]
    assert len(re.findall("<title>", figure.svg)) == 2
