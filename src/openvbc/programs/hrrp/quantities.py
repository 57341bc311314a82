"""What each column of the readmissions files measures, and which rows cannot be meant."""

from __future__ import annotations

from collections.abc import Mapping

from openvbc.errors import SetAside
from openvbc.programs.published.plausible import Plausible, check_columns
from openvbc.programs.published.published_file import PublishedTable
from openvbc.rules.load import RuleSet

SUPPLEMENTAL_QUANTITIES = {
    "factor": "payment_adjustment_factor", "dual_proportion": "share", "modifier": "modifier",
    "median": "excess_readmission_ratio", "ratio": "excess_readmission_ratio",
    "drg_ratio": "share", "discharges": "count", "peer_group": "peer_group",
}  # fmt: skip
HOSPITAL_QUANTITIES = {
    "ratio": "excess_readmission_ratio", "predicted": "rate_per_hundred",
    "expected": "rate_per_hundred", "discharges": "count", "readmissions": "count",
}  # fmt: skip


REPORT_QUANTITIES = {
    "dual_proportion": "share", "peer_group": "peer_group", "modifier": "modifier",
    "discharges": "count", "readmissions": "count",
    "predicted": "share", "expected": "share", "ratio": "excess_readmission_ratio",
    "median": "excess_readmission_ratio", "drg_ratio": "share",
}  # fmt: skip
"""Of a hospital's own report, which prints rates as shares; its factor is held against ours."""


def implausible_rows(
    table: PublishedTable, quantities: Mapping[str, str], rules: RuleSet
) -> dict[int, SetAside]:
    """Rows with a value that cannot be meant; a column in another unit is an error."""
    return check_columns(
        table,
        {
            (name, item): Plausible.of_rules(rules, "plausible", quantity=quantities[name])
            for name, item in table.where
            if name in quantities
        },
    )
