"""What moves a bundle contract: discount, readmissions, skilled nursing, choice of categories."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import InputError
from openvbc.programs.bundles.episode_moves import EpisodeMove
from openvbc.programs.bundles.simulation import sum_of_moves
from openvbc.programs.registry import program
from openvbc.programs.simulation import Choices, Range, Scenarios, WhichRow

# Settled 900 of 1,000 limited; of 1,200 before limits, 400 are a readmission and 100 nursing.
EPISODE = EpisodeMove(
    "E", 900.0, [2000.0], [2040.0], "A", 400.0, 100.0, updated=1200.0, limited=1000.0, lower=500.0,
    upper=1000.0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        # without change it stays at the upper limit
        ({"readmissions": 1.0}, 0.0),
        # 1,200 - 200 = 1,000: still the limit
        ({"readmissions": 0.5}, 0.0),
        # 1,200 - 400 = 800: 200 below the limited 1,000, nine tenths of which are settled
        ({"readmissions": 0.0}, -180.0),
        # 1,200 - 400 - 100 = 700
        ({"readmissions": 0.0, "skilled_nursing_days": 0.0}, -270.0),
        ({"skilled_nursing_days": 3.0}, 0.0),
    ],
)
def test_an_episode_moves_within_the_limits_of_its_cell(factors, expected):
    drawn = {name: np.array([value]) for name, value in factors.items()}
    assert sum_of_moves([EPISODE], drawn)[0] == pytest.approx(expected)


def test_the_lower_limit_holds():
    low = replace(EPISODE, lower=950.0)
    assert sum_of_moves([low], {"readmissions": np.array([0.0])})[0] == pytest.approx(-45.0)


@pytest.fixture(scope="module")
def settled(tmp_path_factory):
    """Practices of EOM with two episodes, in cents that are worked by hand."""
    folder = tmp_path_factory.mktemp("eom")
    sample = program("eom").claims_program()
    sample.generate(folder, 3, 1)
    (folder / "a.csv").write_text(
        "practice,period_start,risk_arrangement,aggregate_quality_score\nP1,2023-07-01,RA1,0.8\n"
    )
    (folder / "e.csv").write_text(
        "practice,period_start,episode,benchmark_price,spending\n"
        "P1,2023-07-01,E1,60000,57000\nP1,2023-07-01,E2,40000,37500\n"
    )
    told = CliRunner().invoke(
        app,
        [
            "settle", "--program", "eom", str(folder / "a.csv"), str(folder / "e.csv"),
            "--overlay", str(folder / "percentages.yaml"), "--output", str(folder / "run"),
        ],
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    return folder / "run"


def simulated(folder, **ranges):
    scenarios = Scenarios(3, 1, **{n: Range(v, v) for n, v in ranges.items()})
    simulation = program("eom").simulated().run(folder, WhichRow(), scenarios, Choices())
    return simulation.outcomes[0].amounts


@pytest.mark.parametrize(
    ("discount", "expected"),
    [
        # benchmark 100,000, spending 94,500; discount 3%: 97,000 - 94,500 = 2,500
        (0.03, 2500),
        # 10%: the target is 90,000, nothing is gained; below 98% of the benchmark nothing is owed
        (0.10, 0),
        # none: 5,500, at most 5% of the benchmark
        (0.0, 5000),
    ],
)
def test_the_discount_of_an_account_is_moved(settled, discount, expected):
    assert simulated(settled, discount=discount) == pytest.approx([expected] * 3)


def test_totals_without_claims_tell_of_no_readmission(settled):
    with pytest.raises(InputError, match="changes nothing"):
        simulated(settled, readmissions=0.9)


def test_other_programs_refuse_what_is_of_bundles(tmp_path):
    from openvbc.programs.simulation import check

    for name in ("discount", "readmissions", "skilled_nursing_days"):
        with pytest.raises(InputError, match=name.replace("_", " ")):
            check(Scenarios(1, 1, **{name: Range(0.5, 0.5)}))


def test_a_bundles_targets_move_by_their_discount():
    """Target 2,000 of 2,040 before a discount of 1.96%: at 5% it is 1,938."""
    from openvbc.programs.bpci_advanced.results import SIMULATION

    values = {"total_target": Decimal(2000), "total_spending": Decimal(900)}
    drawn = {"total_target": np.full(2, 2000.0), "total_spending": np.full(2, 900.0)}
    SIMULATION._move(drawn, values, [EPISODE], {"discount": np.array([0.05, 0.0])})
    assert drawn["total_target"] == pytest.approx([1938.0, 2040.0])
    assert drawn["total_spending"] == pytest.approx([900.0, 900.0])
