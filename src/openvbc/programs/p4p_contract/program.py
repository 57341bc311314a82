"""Pay-for-performance contract, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="p4p-contract",
    title="Pay-for-performance contract",
    contract_model=ContractModel.PAY_FOR_PERFORMANCE,
    worksheets=("performance.p4p_contract",),
    published="openvbc.programs.p4p_contract.results:PROGRAM",
    claims="openvbc.programs.p4p_contract.from_claims:CLAIMS",
    standing="openvbc.programs.p4p_contract.standing:STANDING",
)
