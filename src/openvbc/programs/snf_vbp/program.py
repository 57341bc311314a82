"""Skilled Nursing Facility Value-Based Purchasing, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="snf-vbp",
    title="Skilled Nursing Facility Value-Based Purchasing",
    contract_model=ContractModel.PAY_FOR_PERFORMANCE,
    worksheets=("performance.snf_vbp",),
    published="openvbc.programs.snf_vbp.results:PROGRAM",
    standing="openvbc.programs.snf_vbp.standing:STANDING",
    told_by=(
        ("snf vbp program ranking",),
        ("incentive payment multiplier",),
        ("snfrm achievement threshold",),
    ),
    takes_lists=("federal per diem",),
)
