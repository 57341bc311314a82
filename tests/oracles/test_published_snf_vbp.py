"""SNF VBP, fiscal year 2025: every facility of the published file."""

from openvbc.programs.snf_vbp.results import PROGRAM
from oracles.published import agreement, published


def test_every_score_but_one_tie_and_every_multiplier_agrees():
    settlement = PROGRAM.settle(
        published("p4p/snf_vbp/fy2025_snf_vbp_facility_performance_dev.csv")
    )
    verification = PROGRAM.verify(settlement)
    tally = agreement(verification)
    assert tally["achievement points"] == (7421, 7421)
    assert tally["incentive payment multiplier"] == (7421, 7421)
    ties = {d.contract.identifier for s in verification.scores for d in s.differences}
    # 43.703125 exactly, printed 43.70312.
    assert ties == {"675891"}
    assert all(d.explained for s in verification.scores for d in s.differences)
