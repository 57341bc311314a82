"""Primary care capitation, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="primary-care",
    title="Primary care capitation",
    contract_model=ContractModel.CAPITATION,
    worksheets=("capitation.primary_care",),
    published="openvbc.programs.primary_care.results:PROGRAM",
    simulation="openvbc.programs.primary_care.results:SIMULATION",
)
