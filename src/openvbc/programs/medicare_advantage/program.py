"""Medicare Advantage, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="medicare-advantage",
    title="Medicare Advantage",
    contract_model=ContractModel.CAPITATION,
    worksheets=("capitation.medicare_advantage",),
    published="openvbc.programs.medicare_advantage.results:PROGRAM",
)
