"""Payer's contract, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="payer-contract",
    title="Payer's own contract",
    contract_model=ContractModel.SHARED_SAVINGS,
    worksheets=("terms.payer_contract",),
    published="openvbc.programs.payer_contract.results:PROGRAM",
    simulation="openvbc.programs.payer_contract.simulation:SIMULATION",
    claims="openvbc.programs.payer_contract.from_claims:CLAIMS",
)
