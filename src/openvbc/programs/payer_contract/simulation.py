"""What a payer's contract could pay or owe: spending, risk and quality drawn from ranges."""

from __future__ import annotations

from openvbc.programs.worksheet_simulation import WorksheetSimulation
from openvbc.worksheets.terms.payer_contract import PAYER_CONTRACT

SIMULATION = WorksheetSimulation(
    PAYER_CONTRACT, "settlement", ("spending",), ("risk_ratio",), "quality_score", label="as agreed"
)
