"""Enhancing Oncology Model, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="eom",
    title="Enhancing Oncology Model",
    contract_model=ContractModel.BUNDLED_PAYMENTS,
    worksheets=("bundles.eom",),
    claims="openvbc.programs.eom.from_claims:CLAIMS",
    published="openvbc.programs.eom.results:PROGRAM",
    simulation="openvbc.programs.eom.results:SIMULATION",
)
