"""Control totals of a claim store: what a run was computed from, to hold against the deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from openvbc.engine.base import Engine
from openvbc.engine.table import Table

MONEY = {
    "institutional_claim": {"paid": "paid_amount", "charged": "charge_amount"},
    "professional_line": {"allowed": "allowed_amount", "paid": "paid_amount"},
    "non_claims_payment": {"paid": "paid_amount"},
}
"""Tables with money, and their columns in the control totals."""


def control_totals(engine: Engine, sources: Sequence[Table]) -> dict[str, dict[str, int | Decimal]]:
    """Lines, people, allowed and paid of the store's money tables, in full."""
    totals: dict[str, dict[str, int | Decimal]] = {}
    for table in sources:
        if table.name in MONEY:
            engine.register(table.name, table.parts)
            sums = ", ".join(
                f"coalesce(cast(sum({column}) as decimal(38,2)), 0) as {name}"
                for name, column in MONEY[table.name].items()
            )
            totals[table.name] = engine.rows(
                "select count(*) as lines, count(distinct person_id) as people, "
                f"{sums} from {table.name}"
            )[0]
    return totals
