"""The small tables of national correct coding edits: the user's edits, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping

from openvbc.rules.load import load_code_table
from openvbc.steps.care_billing import PROGRAM
from openvbc.steps.rule_table import RuleTable, code_table, rule_table

_DATES = {"first_date": "date", "last_date": "date"}
CODING: Mapping[str, Mapping[str, str]] = {
    "coding_pair": {
        "column_1": "string", "column_2": "string", **_DATES, "modifier_indicator": "string",
    },
    "coding_limit": {
        "code": "string", "most_units": "bigint", "adjudication": "string", **_DATES,
    },
}  # fmt: skip
"""Columns of the edits that the user loads, by table."""


def coding_tables() -> list[RuleTable]:
    """Which modifiers lift a pair, what an indicator and an adjudication mean."""
    indicator = {"modifier_indicator": "string", "may_be_modified": "boolean"}
    adjudication = {"adjudication": "string", "by_line": "boolean", "verdict": "string"}
    return [
        code_table(PROGRAM, "coding_modifier", "coding_modifier", {"modifier": "string"}),
        rule_table(
            "coding_indicator",
            indicator,
            [
                (row["modifier_indicator"], row["may_be_modified"] == "yes")
                for row in load_code_table(PROGRAM, "coding_indicator")
            ],
        ),
        rule_table(
            "coding_adjudication",
            adjudication,
            [
                (row["adjudication"], row["by_line"] == "yes", row["verdict"])
                for row in load_code_table(PROGRAM, "coding_adjudication")
            ],
        ),
    ]
