"""Hospital-Acquired Condition Reduction Program, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="hac",
    title="Hospital-Acquired Condition Reduction Program",
    contract_model=ContractModel.PAY_FOR_PERFORMANCE,
    worksheets=("performance.hac",),
    published="openvbc.programs.hac.results:PROGRAM",
    standing="openvbc.programs.hac.standing:STANDING",
    told_by=(("total hac score",),),
    takes_lists=("inpatient payments",),
)
