"""Bundled Payments for Care Improvement Advanced, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="bpci-advanced",
    title="Bundled Payments for Care Improvement Advanced",
    contract_model=ContractModel.BUNDLED_PAYMENTS,
    worksheets=("bundles.bpci_advanced", "bundles.bpci_advanced_price"),
    published="openvbc.programs.bpci_advanced.results:PROGRAM",
    claims="openvbc.programs.bundles.models:BPCI_ADVANCED",
    simulation="openvbc.programs.bpci_advanced.results:SIMULATION",
)
