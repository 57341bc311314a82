"""Hospital global budget, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="global-budget",
    title="Hospital global budget",
    contract_model=ContractModel.CAPITATION,
    worksheets=("capitation.global_budget",),
    published="openvbc.programs.global_budget.results:PROGRAM",
    simulation="openvbc.programs.global_budget.results:SIMULATION",
)
