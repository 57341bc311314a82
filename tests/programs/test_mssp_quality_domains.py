"""Quality by domains, 2012 to 2020: points, improvement, minimum, all by hand."""

from decimal import Decimal

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import EmptyResult, InputError
from openvbc.programs.mssp.quality_domains import score_domains

HEAD = "aco,domain,measure,percentile,reporting_only,reported,double_weight,improvement_points\n"
ROWS = """A1,experience,1,95,,,,
A1,experience,2,55,,,,
A1,safety,3,85,,,yes,
A1,safety,4,29.99,,,,1.5
A1,prevention,5,,yes,,,
A1,prevention,6,,yes,no,,
A1,at-risk,7,30,,,,9
"""


def scored(tmp_path, rows=ROWS, year=2016):
    path = tmp_path / "measures.csv"
    path.write_text(HEAD + rows)
    return score_domains(path, year)


def test_a_score_is_the_mean_of_four_domains(tmp_path):
    domain_scores = scored(tmp_path)
    by = {row[1]: row[2:] for row in domain_scores.listing.rows}
    # 2 + 1.4 of 4
    assert by["experience"][:4] == [Decimal("3.4"), 0, 4, Decimal("0.85")]
    # twice 1.85, and nothing below the 30th percentile: 3.7 and 1.5 of improvement, of 6
    assert by["safety"][:3] == [Decimal("3.70"), Decimal("1.5"), 6]
    # one paid for reporting, one not reported: 2 of 4
    assert by["prevention"][3] == Decimal("0.5")
    # 1.1, and improvement only up to the 2 that are possible
    assert by["at-risk"][:4] == [Decimal("1.1"), Decimal("0.9"), 2, 1]
    assert (
        domain_scores.scores["A1"]
        == (Decimal("0.85") + Decimal("5.2") / 6 + Decimal("0.5") + 1) / 4
    )
    assert domain_scores.forfeits == []


def test_before_2015_improvement_brings_nothing_and_later_four_points_at_most(tmp_path):
    assert {row[3] for row in scored(tmp_path, year=2014).listing.rows} == {0}
    many = "".join(f"A1,at-risk,{n},30,,,,{9 if n == 20 else ''}\n" for n in range(20, 26))
    domain_scores = scored(tmp_path, ROWS + many)
    assert {row[1]: row[3] for row in domain_scores.listing.rows}["at-risk"] == 4


def test_a_domain_that_misses_the_minimum_forfeits(tmp_path):
    domain_scores = scored(tmp_path, ROWS.replace("A1,at-risk,7,30", "A1,at-risk,7,29"))
    assert domain_scores.forfeits == ["A1"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A1,safety,4,50,,,,\n", "the same measure a second time"),
        ("A1,safety,9,101,,,,\n", "a percentile over 100"),
        ("A1,safety,9,,,,,\n", "neither a percentile nor paid for reporting"),
        ("A2,safety,9,50,,,,\n", "an ACO with 1 domains, where the year has 4"),
    ],
)
def test_what_cannot_be_scored_is_set_aside(tmp_path, row, reason):
    domain_scores = scored(tmp_path, ROWS + row)
    assert [each.reason for each in domain_scores.set_aside] == [reason]
    assert domain_scores.scores == scored(tmp_path).scores


def test_other_years_and_no_whole_aco_are_refused(tmp_path):
    with pytest.raises(InputError, match="2021"):
        scored(tmp_path, year=2021)
    with pytest.raises(EmptyResult):
        scored(tmp_path, "A1,safety,3,85,,,,\n")


def test_the_command_scores_by_domain(tmp_path):
    path = tmp_path / "measures.csv"
    path.write_text(HEAD + ROWS)
    result = CliRunner().invoke(
        app, ["quality-score", str(path), "--year", "2016", "--output", str(tmp_path / "out")]
    )
    assert result.exit_code == 0, result.output
    # (0.85 + 0.8667 + 0.5 + 1) / 4
    assert "A1 80.42%" in result.output
