"""Write a settlement's HTML and Excel reports into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openvbc.programs.settlement import Settlement, Verification


def write_reports(
    settlement: Settlement, folder: Path, verification: Verification | None = None
) -> str:
    """Write ``settlement.html`` and ``settlement.xlsx``; what to say if a package is missing."""
    from openvbc.errors import ExtraMissing
    from openvbc.report.excel import write_excel
    from openvbc.report.html import write_html

    try:
        write_html(settlement, folder / "settlement.html", verification)
        write_excel(settlement, folder / "settlement.xlsx")
    except ExtraMissing as missing:
        return f"no report: {missing.what}; {missing.action}"
    return ""
