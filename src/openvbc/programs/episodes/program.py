"""Payer's own bundle, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="episodes",
    title="Payer's own bundle",
    contract_model=ContractModel.BUNDLED_PAYMENTS,
    worksheets=("bundles.episodes",),
    published="openvbc.programs.episodes.results:PROGRAM",
    claims="openvbc.programs.bundles.own:OWN",
    simulation="openvbc.programs.episodes.results:SIMULATION",
)
