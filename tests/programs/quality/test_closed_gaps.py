"""What one more closed gap is worth: each step of the way worked by hand."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import EmptyResult, InputError
from openvbc.programs.mssp.closed_gaps import worth_of_closed_gaps
from openvbc.programs.mssp.simulation import RESULT
from openvbc.programs.run_folder import write_run
from openvbc.programs.settlement import ContractYear, Presentation, Settlement, Sheet
from openvbc.programs.simulation import WhichRow
from openvbc.rules.load import load_rules
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS

WHICH = WhichRow(None, None, None)
CONTRACT = {
    "performance_year": 2025, "track": "ENHANCED", "agreement_start": dt.date(2024, 1, 1),
    "agreement_performance_year": 2, "performance_year_months": 12,
    "assigned_beneficiaries": 20_000, "minimum_savings_rate_election": Decimal("0.01"),
    "updated_benchmark_expenditures": Decimal(100_000_000),
    "performance_year_expenditures": Decimal(90_000_000), "quality_score": Decimal("0.76"),
}  # fmt: skip
"""10,000,000 saved; three quarters of it, less 2% sequestration, is 7,350,000 where the standard
of 2025 (0.767) is met."""
RATES = """measure,collection_type,rate,cases,data_completeness
236,electronicHealthRecord,25,400,0.9
001,electronicHealthRecord,25,400,0.9
112,electronicHealthRecord,65,400,0.9
134,electronicHealthRecord,95,19,0.9
CAHPS_1,certifiedSurveyVendor,70,,
479,administrativeClaims,35,,
"""
"""Flat tenths: 3.5 + 8.5 (001, inverse) + 7.5 + 8 (the survey) + 7.5 (479, inverse) = 35 of 50 =
0.70; 134 has too few cases. Three electronic measures pass the gates: 3 / 50. The score is 0.76."""
POOR_236, GOOD_236, BEST_236 = (f"236,electronicHealthRecord,{rate}" for rate in (25, 65, 85))
POOR_001 = "001,electronicHealthRecord,85"


def settlement(folder, aco="A1234", overlay=None, **changes):
    given = {name: [value] for name, value in {**CONTRACT, **changes}.items()}
    sheet = Sheet(
        [ContractYear(aco, 2025, "ENHANCED", "")],
        SHARED_SAVINGS.evaluate(given, load_rules("mssp", [overlay] if overlay else [])),
    )
    shown = Presentation(headline=(RESULT,), result=RESULT)
    write_run(Settlement("mssp", "test", sheet, shown, 1, ()), folder)
    return folder


def score(tmp_path, rates=RATES):
    (tmp_path / "rates.csv").write_text(rates)
    tenths = {str(n): n for n in (1, *range(10, 100, 10), 99)}
    known = [
        {"measureId": measure, "submissionMethod": kind, "performanceYear": 2025,
         "isInverse": measure in ("001", "479"), "percentiles": tenths}
        for measure, kind in (line.split(",")[:2] for line in rates.splitlines()[1:])
    ]  # fmt: skip
    (tmp_path / "benchmarks.json").write_text(json.dumps(known))
    done = CliRunner().invoke(
        app,
        ["quality-score", str(tmp_path / "benchmarks.json"), "--year", "2025", "--aco", "A1234",
         "--rates", str(tmp_path / "rates.csv"), "--output", str(tmp_path / "score")],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return tmp_path / "score"


def rows(tmp_path, rates=RATES, **changes):
    run = settlement(tmp_path / "run", **changes)
    worth = worth_of_closed_gaps(run, score(tmp_path, rates), WHICH)
    return {row[0][:3]: row for row in worth.rows}, worth


def test_below_the_standard_the_next_dollar_is_at_the_standard(tmp_path):
    # One gap of 400 is 0.25 of a percent, 0.025 points, 0.0005 of the score: 0.7605, no dollar.
    # 0.767 lacks 0.007 = 14 gaps (13: 0.7665); then the whole 7,350,000.
    found, listing = rows(tmp_path)
    assert set(found) == {"001", "112", "236"}
    for measure, gaps, points in (("236", 300, "3.5"), ("001", 100, "8.5"), ("112", 140, "7.5")):
        assert found[measure][2:] == [
            400, gaps, Decimal(points), Decimal("0.025"), Decimal("0.7605"), 0, 0, 14,
            Decimal("0.767"), 7_350_000,
        ]  # fmt: skip
    assert "the percentile of the quality standard is 76.70%" in listing.lead


def test_under_the_alternative_standard_every_gap_has_its_price(tmp_path):
    # 0.75 x 10,000,000 x 0.98 = 7,350,000 a point of one; 0.0005 of it is 3,675.
    # 112 with incomplete data has no points, whatever is closed: 27.5 of 50 and 2 / 50: 0.59.
    found, _ = rows(
        tmp_path, RATES.replace("65,400,0.9", "65,400,0.7"), alternative_standard_met=True,
        quality_score=Decimal("0.59"),
    )  # fmt: skip
    for measure in ("236", "001"):
        assert found[measure][6:10] == [
            Decimal("0.5905"), Decimal("0.75") * Decimal("0.5905"), 3_675, 1,
        ]  # fmt: skip
    assert found["112"][5:] == [
        0, Decimal("0.59"), Decimal("0.75") * Decimal("0.59"), 0, None, None, None,
    ]  # fmt: skip


def test_above_the_standard_no_gap_of_a_year_that_shares_all_is_worth_more(tmp_path):
    # 236 at 65 (7.5) makes it 39 of 50 and 0.06: 0.84, above 0.767, where the whole rate is shared
    found, listing = rows(tmp_path, RATES.replace(POOR_236, GOOD_236))
    assert all(row[8:] == [0, None, None, None] for row in found.values())
    assert "the settlement had the score 76.00%" in listing.lead
    assert "payment $7,350,000" in listing.lead.replace("payment 7", "payment $7")


def test_room_for_the_electronic_point_shrinks_as_points_grow(tmp_path):
    # 236 at 85 has 9.5 points: the adjustment fills them to ten, and what its points gain the
    # adjustment loses. 112 has room for its point, and gains.
    # 9.5 + 2.5 (001 at 85) + 7.5 + 8 + 7.5 = 35 of 50 = 0.70; (0.5 + 1 + 1) / 50 = 0.05
    rates = RATES.replace(POOR_236, BEST_236).replace("001,electronicHealthRecord,25", POOR_001)
    found, _ = rows(tmp_path, rates, alternative_standard_met=True)
    assert found["236"][5:7] == [Decimal("0.025"), Decimal("0.75")]
    assert found["236"][8:] == [0, None, None, None]
    assert found["112"][5:9] == [
        Decimal("0.025"), Decimal("0.7505"), Decimal("0.75") * Decimal("0.7505"), 3_675,
    ]  # fmt: skip


def test_the_survey_and_what_cms_computes_have_no_gaps(tmp_path):
    with_cases = RATES.replace("70,,", "70,400,").replace("35,,", "35,400,")
    found, _ = rows(tmp_path, with_cases)
    assert set(found) == {"001", "112", "236"}


def test_a_run_settled_by_other_rules_is_said(tmp_path):
    scored = score(tmp_path)
    run = settlement(tmp_path / "run", quality_score=Decimal("0.77"))
    assert "other rules" not in worth_of_closed_gaps(run, scored, WHICH).lead
    overlay = tmp_path / "half.yaml"
    overlay.write_text("""\
baseline: mssp
title: half of the savings
maximum_sharing_rate:
  label: half
  unit: ratio
  by: [performance_year, track]
  values:
    - for: {performance_year: 2019.., track: ENHANCED}
      value: 0.50
      cite: a test
      status: unverified
""")
    run = settlement(tmp_path / "other", overlay=overlay, quality_score=Decimal("0.77"))
    assert "settled by other rules" in worth_of_closed_gaps(run, scored, WHICH).lead


@pytest.mark.parametrize("other", [["--volume", "0.9..1.1"], ["--no-elections"]])
def test_nothing_else_is_asked_beside_closed_gaps(tmp_path, other):
    run, scored = settlement(tmp_path / "run"), score(tmp_path)
    asked = ["simulate", str(run), "--quality-score-run", str(scored), *other]
    with pytest.raises(InputError, match="stands with no range"):
        CliRunner().invoke(app, asked, catch_exceptions=False)


def test_the_command_tells_and_writes_it_and_other_runs_are_refused(tmp_path):
    run, scored = settlement(tmp_path / "run"), score(tmp_path)
    asked = ["simulate", str(run), "--quality-score-run", str(scored)]
    done = CliRunner().invoke(app, [*asked, "--output", str(tmp_path / "gaps.csv")])
    assert done.exit_code == 0, done.output
    assert "236 (electronicHealthRecord)" in (tmp_path / "gaps.csv").read_text()
    other = settlement(tmp_path / "other", aco="A9999")
    with pytest.raises(InputError, match="no such contract"):
        worth_of_closed_gaps(other, scored, WHICH)
    with pytest.raises(InputError, match="is no quality score"):
        worth_of_closed_gaps(run, run, WHICH)
    (tmp_path / "b").mkdir()
    bare = score(tmp_path / "b", RATES.replace(",400,", ",,").replace(",19,", ",,"))
    with pytest.raises(EmptyResult, match="how many cases"):
        worth_of_closed_gaps(run, bare, WHICH)
