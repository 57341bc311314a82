"""Hospital Readmissions Reduction Program, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="hrrp",
    title="Hospital Readmissions Reduction Program",
    contract_model=ContractModel.PAY_FOR_PERFORMANCE,
    worksheets=("performance.hrrp", "performance.readmission_risk"),
    published="openvbc.programs.hrrp.results:PROGRAM",
    standing="openvbc.programs.hrrp.standing:STANDING",
    told_by=(
        ("peer group", "neutrality modifier"),
        ("excess readmission ratio",),
        ("readmissions adjustment factor",),
    ),
    takes_lists=("base operating drg payments",),
)
