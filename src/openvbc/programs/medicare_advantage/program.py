"""Medicare Advantage, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="medicare-advantage",
    title="Medicare Advantage",
    contract_model=ContractModel.CAPITATION,
    worksheets=("capitation.medicare_advantage", "capitation.plan_contract"),
    published="openvbc.programs.medicare_advantage.results:PROGRAM",
    claims="openvbc.programs.medicare_advantage.from_claims:CLAIMS",
    simulation="openvbc.programs.medicare_advantage.from_claims:SIMULATION",
)
