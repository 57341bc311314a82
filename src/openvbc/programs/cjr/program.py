"""Comprehensive Care for Joint Replacement, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="cjr",
    title="Comprehensive Care for Joint Replacement",
    contract_model=ContractModel.BUNDLED_PAYMENTS,
    worksheets=("bundles.cjr", "bundles.cjr_quality", "bundles.cjr_episode"),
    published="openvbc.programs.cjr.results:PROGRAM",
    claims="openvbc.programs.bundles.models:CJR",
    simulation="openvbc.programs.cjr.results:SIMULATION",
    told_by=(("comp hip knee", "hcahps hlmr"),),
)
