"""From rates to the quality score, and from there into a Shared Savings contract."""

import json
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import ContractError, InputError
from openvbc.programs.mips.benchmarks import read_benchmarks
from openvbc.programs.mssp.contract import read_contract
from openvbc.programs.mssp.pathway_set import ReportedRate, ReportedYear
from openvbc.programs.mssp.quality_score import score_acos
from openvbc.programs.mssp.reported_rates import typed_rates
from openvbc.programs.mssp.scored_run import with_quality_score
from openvbc.rules.load import load_rules

TENTHS = {"1": 1, **{str(n): n for n in range(10, 100, 10)}, "99": 99}


def benchmark(measure, kind="electronicHealthRecord", inverse=False):
    return {
        "measureId": measure, "submissionMethod": kind, "performanceYear": 2025,
        "isInverse": inverse, "percentiles": TENTHS,
    }  # fmt: skip


RATES = """measure,collection_type,rate,cases,data_completeness
236,electronicHealthRecord,75,400,0.9
001,electronicHealthRecord,25,400,0.9
112,electronicHealthRecord,65,400,0.7
134,electronicHealthRecord,95,19,0.9
CAHPS_1,certifiedSurveyVendor,55,,
CAHPS_2,certifiedSurveyVendor,85,,
479,administrativeClaims,35,,
"""


@pytest.fixture
def scored(tmp_path):
    return score(tmp_path)


def score(tmp_path, rates=RATES, more=()):
    (tmp_path / "rates.csv").write_text(rates)
    known = [*more,
        benchmark("236"), benchmark("001", inverse=True), benchmark("112"), benchmark("134"),
        benchmark("CAHPS_1", "certifiedSurveyVendor"),
        benchmark("CAHPS_2", "certifiedSurveyVendor"),
        benchmark("479", "administrativeClaims", inverse=True),
    ]  # fmt: skip
    (tmp_path / "benchmarks.json").write_text(json.dumps(known))
    done = CliRunner().invoke(
        app,
        ["quality-score", str(tmp_path / "benchmarks.json"), "--year", "2025", "--aco", "A1234",
         "--rates", str(tmp_path / "rates.csv"), "--output", str(tmp_path / "run")],
    )  # fmt: skip
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return tmp_path / "run"


CONTRACT = {
    "aco_id": "A1234", "performance_year": 2025, "agreement_start": "2024-01-01",
    "agreement_number": 1, "track": "BASIC_E", "assignment_method": "prospective",
    "minimum_savings_rate_election": "0.01", "revenue_category": "low",
    "participants": ["123456789"],
}  # fmt: skip


def test_the_score_is_worked_by_hand_and_enters_a_contract(scored):
    # 236: 75 between 70 (decile 8) and 80: 8.5. 001, lower is better: 25 between 30 (decile 8) and
    # 20: 8.5. 112: data not complete, 0. 134: too few cases, not scored. Survey: the mean of 6.5
    # (55 between 50 and 60) and 9.5 is 8. 479: 35 between 40 (decile 7) and 30: 7.5.
    # 8.5 + 8.5 + 0 + 8 + 7.5 = 32.5 of 50 = 0.65; two electronic measures pass: 2 / 50 = 0.04
    contract, said = with_quality_score(read_contract(CONTRACT), scored)
    assert contract.quality.score == Decimal("0.69")
    assert said == "Quality score 69.00%, computed by the run run."


def without(text):
    return "".join(f"{row}\n" for row in RATES.splitlines() if text not in row)


def test_a_survey_that_is_not_reported_has_no_points(tmp_path):
    # as above without the survey: 8.5 + 8.5 + 0 + 0 + 7.5 = 24.5 of 50 = 0.49; and 2 / 50
    run = score(tmp_path, without("CAHPS"))
    assert with_quality_score(read_contract(CONTRACT), run)[0].quality.score == Decimal("0.53")


def test_a_measure_that_cms_computes_from_claims_is_left_out_without_its_rate(tmp_path):
    # as above without 479: 8.5 + 8.5 + 0 + 8 = 25 of 40 = 0.625; and 2 / 40 = 0.05
    run = score(tmp_path, without("479"))
    assert with_quality_score(read_contract(CONTRACT), run)[0].quality.score == Decimal("0.675")
    notes = json.loads((run / "manifest.json").read_text())["notes"]
    assert "CMS computes 479 from claims: left out; a rate of it in the list counts." in notes


def test_measures_and_ways_outside_the_set_of_the_year_do_not_count_and_are_named(tmp_path):
    # APP Plus 2025: 001 112 134 236 479 321. 113 (9.5 for 85) and 484 (9.5 for 15) would make it
    # (32.5 + 9.5 + 9.5) / 70. 236 through the Web Interface (95: 10 points) is no way of that set.
    rows = "113,electronicHealthRecord,85,400,0.9\n484,administrativeClaims,15,,\n"
    rows += "226,electronicHealthRecord,5,400,0.9\n236,cmsWebInterface,95,400,0.9\n"
    more = [
        benchmark("113"), benchmark("484", "administrativeClaims", inverse=True), benchmark("226"),
        benchmark("236", "cmsWebInterface"),
    ]  # fmt: skip
    run = score(tmp_path, RATES + rows, more)
    assert with_quality_score(read_contract(CONTRACT), run)[0].quality.score == Decimal("0.69")
    aside = (run / "set_aside.csv").read_text()
    assert all(each in aside for each in ("113 (electron", "484 (admin", "226 (elec", "236 (cmsW"))
    totals = json.loads((run / "manifest.json").read_text())["control_totals"]["rows"]
    assert totals == {"in": 5, "settled": 1, "set_aside": 4}


@pytest.mark.parametrize("way", ["236,medicareCQM", "236SSP,medicareCQM", "236SSP,registry"])
def test_a_medicare_cqm_is_scored_by_its_own_benchmark(tmp_path, way):
    # 75 between 70 (decile 8) and 80 of 236SSP: 8.5 as electronically; by 236 of the registry, with
    # deciles from 1 to 9, it would be 10. One electronic measure passes the gates, 001: 1 / 50.
    low = {"1": Decimal("0.1"), **{str(10 * n): n for n in range(1, 10)}, "99": 10}
    registry = {
        **benchmark("236", "registry"),
        "percentiles": {k: float(v) for k, v in low.items()},
    }
    rates = RATES.replace("236,electronicHealthRecord", way)
    run = score(tmp_path, rates, [benchmark("236SSP", "registry"), registry])
    assert with_quality_score(read_contract(CONTRACT), run)[0].quality.score == Decimal("0.67")


def test_a_measure_without_benchmark_or_cases_is_named(tmp_path):
    run = score(tmp_path, RATES.replace("236,electronicHealthRecord", "236,medicareCQM"))
    notes = json.loads((run / "manifest.json").read_text())["notes"]
    assert "Without a benchmark, not scored: 236 (medicareCQM)." in notes
    assert "With too few cases, not scored: 134 (electronicHealthRecord)." in notes


def test_a_typed_score_says_so_and_two_scores_are_refused(scored):
    typed = read_contract({**CONTRACT, "quality": {"score": "0.8"}})
    assert with_quality_score(typed, None) == (typed, "Quality score 80.00%, typed.")
    with pytest.raises(ContractError, match="as well"):
        with_quality_score(typed, scored)


def test_a_run_of_another_aco_has_no_score_to_give(scored):
    other = read_contract({**CONTRACT, "aco_id": "A9999"})
    with pytest.raises(InputError, match="no quality score of A9999"):
        with_quality_score(other, scored)


@pytest.mark.parametrize(
    "row", ["236,electronicHealthRecord,high,1,1", "236,by fax,75,1,1", ",registry,5,1,1"]
)
def test_a_rate_that_cannot_be_read_stops_the_score(tmp_path, row):
    path = tmp_path / "rates.csv"
    path.write_text(RATES + row + "\n")
    with pytest.raises(InputError, match="list of rates"):
        typed_rates(path, 2025, load_rules("mips"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("236,electronicHealthRecord,75", "236,electronicHealthRecord,180", "0 to 100 percent"),
        ("236,electronicHealthRecord,75", "236,electronicHealthRecord,-5", "0 to 100 percent"),
        ("236,electronicHealthRecord,75", "236,electronicHealthRecord,0.80", "looks like a share"),
        ("25,400,0.9", "25,400,90", "data completeness outside 0 to 1"),
        ("25,400,0.9", "25,400.5,0.9", "cases that are no whole number"),
        # the benchmark of 479 goes to 99 here: 991 is more than ten times that
        ("Claims,35", "Claims,991", "the benchmark of 479 goes to 99"),
        ("112,elec", "236,elec", "236 is given twice as electronicHealthRecord"),
        ("112,elec", "999,elec", "not known which measure 999 is"),
    ],
)
def test_a_rate_that_cannot_be_meant_stops_the_score(tmp_path, old, new, said):
    assert old in RATES
    with pytest.raises(InputError, match=said) as refused:
        score(tmp_path, RATES.replace(old, new))
    assert "rates.csv:" in str(refused.value)


def test_a_measure_by_its_cms_number_is_that_measure_and_edges_of_units_are_in(tmp_path):
    # 236 as CMS165v13 scores as before; 112 at 0%, 134 at 100% count nothing more than before:
    # data not complete, too few cases. 479 at 990 is the worst, the floor of 1 point: 7.5 - 1 less.
    rates = RATES.replace("236,", "CMS165v13,").replace("65,400,0.7", "0,400,0.7")
    rates = rates.replace("95,19,0.9", "100,19,1").replace("Claims,35", "Claims,990")
    run = score(tmp_path, rates)
    # 32.5 - 6.5 = 26 of 50 = 0.52; and 2 / 50
    assert with_quality_score(read_contract(CONTRACT), run)[0].quality.score == Decimal("0.56")


def test_completeness_that_nobody_states_is_said(tmp_path):
    run = score(tmp_path, RATES.replace("25,400,0.9", "25,400,"))
    notes = " ".join(json.loads((run / "manifest.json").read_text())["notes"])
    assert "is not said, taken as enough: 001 (electronicHealthRecord);" in notes
    run = score(tmp_path, RATES)
    notes = " ".join(json.loads((run / "manifest.json").read_text())["notes"])
    assert "taken as enough" not in notes


ELECTRONIC = "electronicHealthRecord"
DOUBLED = """baseline: mips
complex_organization_points:
  label: x
  unit: points
  by: [performance_year]
  values:
    - {for: {performance_year: 2025}, value: 2, cite: a test, status: unverified}
"""


def electronic_points(tmp_path, rates, overlay=""):
    path = tmp_path / "benchmarks.json"
    path.write_text(json.dumps([
        benchmark("236"), benchmark("236", "registry"), benchmark("001"), benchmark("134"),
    ]))  # fmt: skip
    overlays = []
    if overlay:
        overlays = [tmp_path / "overlay.yaml"]
        overlays[0].write_text(overlay)
    given = [ReportedRate(name, kind, Decimal(rate)) for name, kind, rate in rates]
    known, _ = read_benchmarks(path, 2025)
    rules = load_rules("mips", tuple(overlays))
    sheet = score_acos([ReportedYear("A1234", given)], known, 2025, rules).main.evaluation
    return sheet.value("complex_organization_adjustment", 0) * sheet.value("available_points", 0)


def test_points_of_electronic_measures_are_those_of_the_rule(tmp_path):
    # 236 earns 9.5 (85) and has room for 0.5; 001 earns 8.5 (75): 1.5; 134 earns 5.5 (45): 4.5.
    # A point each: 0.5 + 1 + 1 = 2.5. Two each: 0.5 + 1.5 + 2 = 4. The limit, a tenth of 30: 3.
    rates = [("236", ELECTRONIC, 85), ("001", ELECTRONIC, 75), ("134", ELECTRONIC, 45)]
    assert round(electronic_points(tmp_path, rates), 9) == Decimal("2.5")
    assert round(electronic_points(tmp_path, rates, DOUBLED), 9) == 3
    # Of the first two alone 0.5 + 1.5 = 2 = the limit of 20; of 236 alone 0.5, below its 1.
    assert round(electronic_points(tmp_path, rates[:2], DOUBLED), 9) == 2
    assert round(electronic_points(tmp_path, rates[:1], DOUBLED), 9) == Decimal("0.5")


def test_the_room_is_that_of_the_electronic_way_whichever_counts(tmp_path):
    # The registry's 10 (95) counts; electronically 236 earned 9.5 (85), which leaves room for 0.5.
    rates = [("236", "registry", 95), ("236", ELECTRONIC, 85)]
    assert round(electronic_points(tmp_path, rates), 9) == Decimal("0.5")
    # No benchmark, nothing earned: the whole point, here held to a tenth of the 10 available.
    rates = [("236", "registry", 95), ("112", ELECTRONIC, 85)]
    assert round(electronic_points(tmp_path, rates), 9) == 1
