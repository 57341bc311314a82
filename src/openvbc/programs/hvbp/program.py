"""Hospital Value-Based Purchasing, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="hvbp",
    title="Hospital Value-Based Purchasing",
    contract_model=ContractModel.PAY_FOR_PERFORMANCE,
    worksheets=("performance.hvbp", "performance.hvbp_exchange"),
    published="openvbc.programs.hvbp.results:PROGRAM",
    standing="openvbc.programs.hvbp.standing:STANDING",
    told_by=(("total performance score",), ("achievement threshold", "performance rate")),
    takes_lists=("base operating drg payments",),
)
