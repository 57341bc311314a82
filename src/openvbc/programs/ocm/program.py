"""Oncology Care Model, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="ocm",
    title="Oncology Care Model",
    contract_model=ContractModel.BUNDLED_PAYMENTS,
    worksheets=("bundles.ocm", "bundles.ocm_episode"),
    claims="openvbc.programs.ocm.from_claims:CLAIMS",
    published="openvbc.programs.ocm.results:PROGRAM",
    simulation="openvbc.programs.ocm.results:SIMULATION",
)
