"""Kidney care models, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="kidney-care",
    title="Kidney care models",
    contract_model=ContractModel.CAPITATION,
    worksheets=("capitation.kidney_care",),
    published="openvbc.programs.kidney_care.results:PROGRAM",
    simulation="openvbc.programs.kidney_care.results:SIMULATION",
)
