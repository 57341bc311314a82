"""Next Generation ACO, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="next-generation",
    title="Next Generation ACO",
    contract_model=ContractModel.CAPITATION,
    worksheets=("capitation.next_generation",),
    published="openvbc.programs.next_generation.results:PROGRAM",
    simulation="openvbc.programs.next_generation.results:SIMULATION",
)
