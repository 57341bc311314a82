"""Capitation contract, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="capitation",
    title="Capitation contract",
    contract_model=ContractModel.CAPITATION,
    worksheets=("capitation.capitation", "capitation.stop_loss"),
    published="openvbc.programs.capitation.results:PROGRAM",
    claims="openvbc.programs.capitation.from_claims:CLAIMS",
    simulation="openvbc.programs.capitation.from_claims:SIMULATION",
)
