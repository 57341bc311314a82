from decimal import Decimal

import numpy as np

from openvbc.rules.load import load_rules
from openvbc.worksheets.kernel.arithmetic import maximum, minimum, where
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet


@line(unit="USD", cite="42 CFR 425.605(c)")
def gross(benchmark, expenditures):
    """Benchmark less expenditures."""
    return benchmark - expenditures


@line(unit="USD", cite="42 CFR 425.605(c)")
def paid(gross, sequestration_rate):
    """Gross savings, never below zero, less sequestration."""
    return maximum(gross, 0) * (1 - sequestration_rate)


SHEET = Worksheet(
    "smoke",
    "Smoke",
    inputs=[
        Input("benchmark", "USD", "Benchmark"),
        Input("expenditures", "USD", "Expenditures"),
        Input("performance_year", "year", "Performance year"),
    ],
    parameters=["sequestration_rate"],
    lines=[gross, paid],
)


def test_decimal_and_float_agree_and_refusals_are_kept():
    rules = load_rules("mssp")
    given = {
        "benchmark": ["100", "50", None, "10"],
        "expenditures": ["90", "60", "1", "1"],
        "performance_year": [2024, 2020, 2024, 1999],
    }
    exact = SHEET.evaluate(given, rules)
    assert exact.value("paid", 0) == Decimal("9.80")
    assert exact.value("paid", 1) == 0
    assert exact.value("paid", 2) is None
    assert list(exact.refused) == [3]
    loose = SHEET.evaluate(given, rules, numbers="float")
    assert abs(loose.value("paid", 0) - 9.8) < 1e-9
    trace = exact.trace("paid", 0)
    assert [n.name for n in trace.walk()] == [
        "paid",
        "gross",
        "benchmark",
        "expenditures",
        "sequestration_rate",
    ]
    many = SHEET.evaluate(
        {
            "benchmark": np.full(1000, 100.0),
            "expenditures": np.arange(1000.0),
            "performance_year": 2024,
        },
        rules,
        numbers="float",
    )
    assert many.column("paid").shape == (1000,)


def test_minimum_passes_missing_through():
    x = np.array([Decimal(1), Decimal("NaN")], dtype=object)
    y = np.array([Decimal("NaN"), Decimal(2)], dtype=object)
    from decimal import localcontext

    from openvbc.worksheets.kernel.worksheet import EXACT

    with localcontext(EXACT):
        assert all(v.is_nan() for v in minimum(x, y))
        assert list(where(np.array([True, False]), x, 0)) == [Decimal(1), Decimal(0)]
