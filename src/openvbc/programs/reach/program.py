"""ACO REACH and Direct Contracting, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="reach",
    title="ACO REACH and Direct Contracting",
    contract_model=ContractModel.CAPITATION,
    worksheets=(
        "capitation.risk_corridors",
        "capitation.reach",
        "capitation.reach_risk_score",
        "capitation.reach_payments",
        "capitation.reach_from_claims",
    ),
    published="openvbc.programs.reach.results:PROGRAM",
    claims="openvbc.programs.reach.from_claims:CLAIMS",
    simulation="openvbc.programs.reach.simulation:SIMULATION",
)
