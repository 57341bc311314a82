"""The rules of recapture and suspecting, as small tables."""

from __future__ import annotations

from collections.abc import Iterable

from openvbc.engine.table import SmallTable, Value
from openvbc.rules.load import load_code_table
from openvbc.steps.risk.tables import Scoring
from openvbc.steps.rule_table import RuleTable, code_table

LOOK_BACK = 2
"""Payment years before this one in which a chronic condition counts as known."""


def gap_tables(scorings: Iterable[Scoring], payment_year: int, period: str) -> list[RuleTable]:
    """The small tables of the exposure steps.

    Args:
        scorings: what the run scored; earlier years among them are looked back on.
        payment_year: the year whose gaps are asked for.
        period: the measured period of that year: its assigned people are looked at.
    """
    years = {scoring.payment_year for scoring in scorings}
    models = {scoring.model for scoring in scorings}
    earlier = [year for year in range(payment_year - LOOK_BACK, payment_year) if year in years]
    look_back = SmallTable(
        "exposure_year",
        {"period": "string", "payment_year": "int", "earlier_year": "int"},
        [(period, payment_year, year) for year in earlier],
    )
    chronic: list[tuple[Value, ...]] = [
        (row["model"], row["hcc"])
        for row in load_code_table("hcc", "condition")
        if row["is_chronic"] == "1" and row["model"] in models
    ]
    return [
        RuleTable(look_back, ()),
        RuleTable(SmallTable("chronic_condition", {"model": "string", "hcc": "int"}, chronic), ()),
        code_table(
            "hcc",
            "suspect_rule",
            "suspect_rule",
            {
                "rule": "string",
                "suggests": "string",
                "diagnosis_code": "string",
                "kinds_of_evidence": "int",
                "fewest_claims": "int",
            },
        ),
        RuleTable(_codes("suspect_code", ("rule", "evidence", "kind", "code")), ()),
        RuleTable(_codes("suspect_absent", ("rule", "code")), ()),
    ]


def _codes(name: str, columns: tuple[str, ...]) -> SmallTable:
    """Codes with their length: evidence matches by the beginning of a code."""
    rows: list[tuple[Value, ...]] = [
        (*(row[column] for column in columns), len(row["code"]))
        for row in load_code_table("hcc", name)
    ]
    return SmallTable(name, {**dict.fromkeys(columns, "string"), "code_length": "int"}, rows)
