"""Transforming Episode Accountability Model, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="team",
    title="Transforming Episode Accountability Model",
    contract_model=ContractModel.BUNDLED_PAYMENTS,
    worksheets=("bundles.team", "bundles.team_price", "bundles.team_quality"),
    published="openvbc.programs.team.results:PROGRAM",
    claims="openvbc.programs.bundles.models:TEAM",
    simulation="openvbc.programs.team.simulation:SIMULATION",
)
