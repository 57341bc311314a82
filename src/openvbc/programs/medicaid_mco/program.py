"""Medicaid managed care, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="medicaid-mco",
    title="Medicaid managed care",
    contract_model=ContractModel.CAPITATION,
    worksheets=("capitation.medicaid_mco", "capitation.loss_ratio"),
    published="openvbc.programs.medicaid_mco.results:PROGRAM",
    simulation="openvbc.programs.medicaid_mco.results:SIMULATION",
)
