"""Medicare Advantage and Part D Star Ratings, declared."""

from openvbc.programs.program import ContractModel, Program

PROGRAM = Program(
    name="stars",
    title="Medicare Advantage and Part D Star Ratings",
    contract_model=ContractModel.PAY_FOR_PERFORMANCE,
    worksheets=(
        "performance.stars",
        "performance.stars_rating",
        "performance.reward_thresholds",
    ),
    published="openvbc.programs.stars.results:PROGRAM",
    standing="openvbc.programs.stars.standing:STANDING",
    told_by=(("medicare report card",), ("contract id", "organization type")),
)
