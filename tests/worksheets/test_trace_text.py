"""How the value of a node of an explanation is written."""

from decimal import Decimal

import pytest

from openvbc.worksheets.kernel.evaluation import Trace
from openvbc.worksheets.kernel.trace_text import value_text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("0.0250"), "2.50% (0.025)"),
        (Decimal(1) / 3, "33.33% (0.333333333)"),
        (0, "0.00% (0)"),
        (1, "100.00% (1)"),
        (0.1 + 0.2, "30.00% (0.3)"),
        (None, "–"),
    ],
)
def test_a_ratio_is_written_as_a_percent_and_to_nine_decimals(value, written):
    """A parameter may be a whole number, a simulation's value a binary fraction."""
    assert value_text(Trace("rate", "parameter", "Rate", value, "ratio")) == written
