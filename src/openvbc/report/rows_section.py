"""What a settlement read: rows in, settled, and set aside with the reason of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from openvbc.programs.settlement import Settlement
from openvbc.report.page import Block, Grid, Section


def rows_grid(settlement: Settlement, caption: str = "") -> Grid:
    """Rows in, set aside by reason, and settled."""
    reasons = Counter(item.reason for item in settlement.set_aside)
    settled = settlement.rows_in - len(settlement.set_aside)
    rows = [["Rows in", f"{settlement.rows_in:,}"]]
    rows += [[f"Set aside: {reason}", f"{count:,}"] for reason, count in reasons.most_common()]
    rows.append(["Rows settled", f"{settled:,}"])
    return Grid(["Step", "Rows"], rows, caption, frozenset({"Rows"}))


def rows_section(settlement: Settlement) -> Section:
    """Rows in = rows settled + rows set aside, with the reason of each."""
    blocks: list[Block] = [rows_grid(settlement)]
    if settlement.set_aside:
        listed = [[str(item.place), item.reason, item.detail] for item in settlement.set_aside]
        blocks.append(Grid(["Where", "Reason", "What was expected"], listed, searchable=True))
    sources: Sequence[str] = [path.name for path in settlement.sources]
    lead = f"Read from {', '.join(sources)}." if sources else ""
    return Section("Rows", blocks, lead)
