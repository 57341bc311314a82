"""Medicare Shared Savings Program, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="mssp",
    title="Medicare Shared Savings Program",
    contract_model=ContractModel.SHARED_SAVINGS,
    worksheets=(
        "shared_savings.mssp",
        "shared_savings.benchmark",
        "shared_savings.regional_expenditure",
    ),
    published="openvbc.programs.mssp.results:PROGRAM",
    simulation="openvbc.programs.mssp.simulation:SIMULATION",
    claims="openvbc.programs.mssp.from_claims:CLAIMS",
    told_by=(("abtotbnchmk", "abtotexp"), ("n ab", "sav rate")),
)
