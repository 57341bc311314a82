"""Star Ratings 2026 without the answers: who is rated follows from the fewest measures."""

import pytest

from openvbc.programs.stars.results import PROGRAM
from oracles.published import published


def _settle(*names):
    return PROGRAM.settle(published(*(f"p4p/stars/2026_{name}.csv" for name in names)))


pytestmark = pytest.mark.slow  # the ratings themselves are settled by test_published_stars


@pytest.fixture(scope="module")
def full():
    return _settle("summary_ratings_dev", "cai", "measure_stars")


def _ratings(settlement, name):
    evaluation = settlement.main.evaluation
    return {
        contract.identifier: evaluation.value(f"{name}_rating", row)
        for row, contract in enumerate(settlement.main.contracts)
    }


def _said_by_cms(settlement, name):
    """Whether CMS rates the contract, where its table says so either way."""
    evaluation = settlement.main.evaluation
    return {
        contract.identifier: status == "rated"
        for row, contract in enumerate(settlement.main.contracts)
        if (status := evaluation.value(f"{name}_status", row)) in {"rated", "not rated"}
    }


def test_without_the_summary_nobody_is_rated_whom_cms_does_not_rate(full):
    """The five that lack a rating are contracts of institutional special needs plans only."""
    settlement = _settle("cai", "measure_stars")
    extra, lacking = {}, {}
    for name in ("part_c", "part_d", "overall"):
        ours = _ratings(settlement, name)
        said = _said_by_cms(full, name)
        extra[name] = sum(ours[c] is not None for c, rated in said.items() if not rated)
        lacking[name] = sum(ours[c] is None for c, rated in said.items() if rated)
    assert extra == {"part_c": 0, "part_d": 0, "overall": 0}
    assert lacking == {"part_c": 5, "part_d": 0, "overall": 5}
    assert "no contract is held harmless" in " ".join(settlement.notes)


def test_from_measure_data_no_rating_is_called_final():
    settlement = _settle("cai", "measure_data", "part_c_cut_points", "part_d_cut_points")
    assert settlement.title.endswith("estimate from measure data")
    words = "Not final: the improvement measures C30, D04 (weight 5)"
    assert any(note.startswith(words) for note in settlement.notes)
