"""Merit-based Incentive Payment System, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="mips",
    title="Merit-based Incentive Payment System",
    contract_model=ContractModel.PAY_FOR_PERFORMANCE,
    worksheets=(
        "performance.mips.final_score",
        "performance.mips.eligibility",
        "performance.mips.advanced_apm",
        "performance.mips.quality",
        "performance.mips.other_categories",
        "performance.mips.cost",
    ),
    published="openvbc.programs.mips.results:PROGRAM",
    simulation="openvbc.programs.mips.simulation:SIMULATION",
    told_by=(("final mips score",),),
)
