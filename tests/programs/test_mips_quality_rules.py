"""MIPS quality from submissions, each rule of 414.1380(b)(1), .1365 and .1367 by hand.

Benchmarks begin at 10, 20 ... 90: a rate of 55 is 6.5 points, 95 is 10.
"""

import json
from decimal import Decimal

import pytest

from openvbc.programs.mips.submissions.inventory import Measure
from openvbc.programs.mips.submissions.measure_rows import read_measures
from programs.mips_submitted import NPI, quality_row, settled

PROCESS, OUTCOME = ("process", False, "registry"), ("outcome", True, "registry")
SIX = {**dict.fromkeys("ABCDE", PROCESS), "F": OUTCOME}
ROWS = "".join(quality_row(name) for name in SIX)
OTHER = "1003000126"
WEB = ("process", False, "cmsWebInterface")


def category(settlement, pathway="traditional"):
    return settlement.details[f"quality_{pathway}"].evaluation


def value(settlement, line, pathway="traditional", row=0):
    return category(settlement, pathway).value(line, row)


def test_the_web_interface_is_scored_by_all_of_its_measures(tmp_path):
    """414.1335(a)(2), 414.1380(b)(1)(i)(A)(2), (B)(2): ten measures in the set.

    Six complete at 6.5, one incomplete earns 0, one without a benchmark and one with 19 cases are
    left out of both, one is not reported and earns 0: 39 of (10 - 2) x 10.
    """
    measures = dict.fromkeys((f"W{n}" for n in range(10)), WEB)
    rows = "".join(quality_row(f"W{n}", "cmsWebInterface") for n in range(6))
    rows += quality_row("W6", "cmsWebInterface", share="0.5")
    rows += quality_row("W7", "cmsWebInterface") + quality_row("W8", "cmsWebInterface", cases=19)
    settlement = settled(tmp_path, 2019, rows, measures, unscored=("W7",))
    assert value(settlement, "achievement_points") == 39
    assert value(settlement, "available_points") == 80


def test_what_is_reported_beside_the_web_interface_is_set_aside(tmp_path):
    measures = {"W0": WEB, "A": PROCESS}
    settlement = settled(
        tmp_path, 2019, quality_row("W0", "cmsWebInterface") + quality_row("A"), measures
    )
    assert [each.reason for each in settlement.set_aside] == [
        "a measure beside the CMS Web Interface"
    ]
    assert value(settlement, "available_points") == 10


@pytest.mark.parametrize(("year", "bonus"), [(2018, 2), (2019, 0)])
def test_measures_of_the_web_interface_earn_the_bonus_to_2018(tmp_path, year, bonus):
    """414.1380(b)(1)(v)(A): two outcomes, one of them required: 2 points, a tenth of 20."""
    measures = dict.fromkeys(("W0", "W1"), ("outcome", True, "cmsWebInterface"))
    rows = "".join(quality_row(name, "cmsWebInterface") for name in measures)
    settlement = settled(tmp_path, year, rows, measures)
    assert value(settlement, "measure_bonus_points") == bonus


def test_a_measure_by_two_collection_types_has_its_bonus_once(tmp_path):
    """414.1380(b)(1)(v)(A)(1)(iii), (B)(1)(ii): F is required; G by both: 2, and 1 end to end."""
    both = ("outcome", True, "registry|electronicHealthRecord")
    rows = ROWS + quality_row("G", end_to_end="yes")
    rows += quality_row("G", "electronicHealthRecord", end_to_end="yes")
    settlement = settled(tmp_path, 2019, rows, {**SIX, "G": both})
    assert value(settlement, "measure_bonus_points") == 3


def test_improvement_needs_complete_data(tmp_path):
    """414.1380(b)(1)(vi)(C)(5), (F): 39/60 = 0.65 over 0.5 is 0.1 x 0.15/0.5 = 0.03."""
    people = f"npi,prior_achievement\n{NPI},0.5\n"
    settlement = settled(tmp_path, 2024, ROWS, SIX, people=people)
    assert value(settlement, "quality_improvement") == Decimal("0.03")
    # A of a small practice is incomplete and earns 3: (32.5 + 3)/60 over 0.5 would be 0.018...
    rows = ROWS.replace(quality_row("A"), quality_row("A", share="0.74"))
    people = f"npi,prior_achievement,small_practice\n{NPI},0.5,yes\n"
    settlement = settled(tmp_path, 2024, rows, SIX, people=people)
    assert value(settlement, "achievement_points") == Decimal("35.5")
    assert value(settlement, "quality_improvement") == 0


def test_a_small_practice_has_its_bonus_for_what_it_submitted_itself(tmp_path):
    """414.1380(b)(1)(v)(C): 6.5 of 10 from claims alone; the six points need a submission."""
    measures = {"492": ("outcome", True, "administrativeClaims")}
    rows = quality_row("492", "administrativeClaims")
    people = f"npi,small_practice,measures_applicable\n{NPI},yes,1\n"
    settlement = settled(tmp_path, 2024, rows, measures, people=people)
    # 6.5 of 10, and one measure of choice that was not reported
    assert value(settlement, "achievement_with_bonus") == Decimal("0.325")


def test_a_measure_from_claims_has_its_own_case_minimum(tmp_path):
    """479 is scored from 200 cases, another from 20; without them neither earned nor available."""
    measures = {**SIX, "479": ("outcome", True, "administrativeClaims")}
    for cases, available in ((199, 60), (200, 70)):
        rows = ROWS + quality_row("479", "administrativeClaims", cases=cases)
        assert value(settled(tmp_path, 2024, rows, measures), "available_points") == available


def test_a_rate_from_claims_in_percent_where_the_benchmark_is_a_share(tmp_path):
    shares = [0.19, 0.18, 0.17, 0.16, 0.15, 0.14, 0.13, 0.12, 0.11]
    measures = {**SIX, "479": ("outcome", True, "administrativeClaims")}
    for rate, reasons in ((15.5, ["a rate in another unit than its benchmark"]), (0.155, [])):
        rows = ROWS + quality_row("479", "administrativeClaims", rate=rate, cases=300)
        settlement = settled(tmp_path, 2024, rows, measures, boundaries={"479": shares})
        assert [each.reason for each in settlement.set_aside] == reasons
    # from the worst 0.19: deciles begin at 0.18 (3), 0.17, 0.16 (5), so 0.155 is half-way in 5
    assert value(settlement, "achievement_points") == 39 + Decimal("5.5")


def test_no_limit_of_topped_out_measures_in_the_app(tmp_path):
    """414.1367(c)(1)(ii): 236 at 95 is 10 points there, 7 in traditional MIPS."""
    measures = {"236": PROCESS}
    people = f"npi,pathway\n{NPI},APP\n"
    row = quality_row("236", rate=95)
    settlement = settled(tmp_path, 2024, row, measures, people=people, topped_out=("236",))
    assert value(settlement, "achievement_points", "app") == 10
    settlement = settled(tmp_path, 2024, row, measures, topped_out=("236",))
    assert (
        settlement.details["quality_measures_traditional"].evaluation.value("measure_points") == 7
    )


def test_the_listed_topped_out_measures_of_2018(tmp_path):
    """414.1380(b)(1)(iv)(A): of the list and topped out, 7 of 10; another topped out keeps 10."""
    measures = dict.fromkeys(("021", "999", "052"), PROCESS)
    rows = "".join(quality_row(name, rate=95) for name in measures)
    settlement = settled(tmp_path, 2018, rows, measures, topped_out=("021", "999"))
    points = settlement.details["quality_measures_traditional"].evaluation
    assert [points.value("measure_points", n) for n in range(3)] == [7, 10, 10]


MVP = {"mvpId": "M1", "qualityMeasureIds": list("ABCF"),
       "foundationQualityMeasureIds": ["479", "484"],
       "administrativeClaimsMeasureIds": ["492"]}  # fmt: skip
CLAIMS = dict.fromkeys(("479", "484", "492"), ("outcome", True, "administrativeClaims"))


@pytest.mark.parametrize(
    ("year", "points", "reasons"),
    [
        # 2025: CMS takes the better of both, 10: 4 x 6.5 + 10 of 50
        (2025, 36, []),
        # 2024: the one that was chosen, the first given, 4.5: 4 x 6.5 + 4.5
        (2024, Decimal("30.5"), ["a second population health measure"]),
    ],
)
def test_one_population_health_measure_of_an_mvp(tmp_path, year, points, reasons):
    rows = "".join(quality_row(name) for name in "ABCF")
    rows += quality_row("479", "administrativeClaims", rate=35, cases=300)
    rows += quality_row("484", "administrativeClaims", rate=95)
    people = f"npi,pathway,mvp\n{NPI},MVP,M1\n"
    settlement = settled(tmp_path, year, rows, {**SIX, **CLAIMS}, people=people, mvps=[MVP])
    assert value(settlement, "achievement_points", "mvp") == points
    assert value(settlement, "available_points", "mvp") == 50
    assert [each.reason for each in settlement.set_aside] == reasons


def test_a_measure_from_claims_chosen_in_an_mvp_is_one_of_the_four(tmp_path):
    """414.1365(d)(3)(i)(B): with cases it is the fourth, 6.5; without it stays, with nothing."""
    people = f"npi,pathway,mvp,small_practice\n{NPI},MVP,M1,yes\n"
    for cases, points in ((100, 26), (19, Decimal("19.5"))):
        rows = "".join(quality_row(name) for name in "ABC")
        rows += quality_row("492", "administrativeClaims", cases=cases)
        settlement = settled(tmp_path, 2024, rows, {**SIX, **CLAIMS}, people=people, mvps=[MVP])
        assert value(settlement, "achievement_points", "mvp") == points
        assert value(settlement, "available_points", "mvp") == 40


def test_a_subgroup_has_the_measures_from_claims_of_its_group(tmp_path):
    """414.1365(d)(3)(i)(A)(1): the group's 484 at 95 is 10 points, not the subgroup's own 1.5."""
    rows = "".join(quality_row(name) for name in "ABCF")
    rows += quality_row("484", "administrativeClaims", rate=15)
    rows += quality_row("484", "administrativeClaims", rate=95, who=OTHER)
    people = f"npi,pathway,mvp,subgroup_of\n{NPI},MVP,M1,{OTHER}\n{OTHER},,,\n"
    settlement = settled(tmp_path, 2025, rows, {**SIX, **CLAIMS}, people=people, mvps=[MVP])
    assert value(settlement, "achievement_points", "mvp") == 36
    assert [e.reason for e in settlement.set_aside] == [
        "a measure from claims of a subgroup: its group's counts"
    ]


def test_the_survey_is_one_measure_with_the_mean_of_its_parts(tmp_path):
    """Parts at 55, 95 and one without a benchmark: (6.5 + 10)/2 = 8.25 of one measure.

    A to E at 6.5 and the survey, an outcome by its kind: 32.5 + 8.25 of 60.
    """
    part = ("patientEngagementExperience", True, "certifiedSurveyVendor")
    parts = dict.fromkeys(("CAHPS_1", "CAHPS_2", "CAHPS_5"), part)
    rows = "".join(quality_row(name) for name in "ABCDE")
    rows += quality_row("CAHPS_1", "certifiedSurveyVendor", rate=55)
    rows += quality_row("CAHPS_2", "certifiedSurveyVendor", rate=95)
    rows += quality_row("CAHPS_5", "certifiedSurveyVendor", rate=95)
    settlement = settled(tmp_path, 2024, rows, {**SIX, **parts}, unscored=("CAHPS_5",))
    assert value(settlement, "achievement_points") == Decimal("40.75")
    assert value(settlement, "available_points") == 60
    # the APM Performance Pathway holds the survey as 321: 8.25 of what is reported and required
    people = f"npi,pathway\n{NPI},APP\n"
    settlement = settled(
        tmp_path, 2024, rows, {**SIX, **parts, "321": part}, people=people, unscored=("CAHPS_5",)
    )
    assert value(settlement, "achievement_points", "app") == Decimal("8.25")
    assert value(settlement, "available_points", "app") == 10


@pytest.mark.parametrize(
    ("year", "submitted", "available"), [(2018, 5, 60), (2019, 5, 50), (2024, 5, 50), (2024, 6, 60)]
)
def test_a_survey_whose_sample_is_too_small_takes_ten_points(tmp_path, year, submitted, available):
    """414.1380(b)(1)(vii)(B): from 2019, of who submitted no more than five measures."""
    rows = "".join(quality_row(name) for name in "FABCDE"[:submitted])
    people = f"npi,survey_sample_too_small\n{NPI},yes\n"
    settlement = settled(tmp_path, year, rows, SIX, people=people)
    assert value(settlement, "available_points") == available


ELECTRONIC = "electronicHealthRecord"


def of_entity(row):
    return row.replace(f"{NPI},,", ",E1,")


def test_an_entity_has_a_point_for_each_electronic_measure(tmp_path):
    """414.1380(b)(1)(vii)(C), from 2025: one for each with its cases and complete data, to ten.

    A 10 and none, B 9.5 and 0.5, C 6.5 and 1; D with 19 cases, E incomplete, F by registry: none.
    (10 + 9.5 + 6.5 + 0 + 0 + 6.5 + 1.5)/60.
    """
    measures = {**dict.fromkeys("ABCDE", ("process", False, ELECTRONIC)), "F": OUTCOME}
    rows = quality_row("A", ELECTRONIC, rate=95) + quality_row("B", ELECTRONIC, rate=85)
    rows += quality_row("C", ELECTRONIC) + quality_row("D", ELECTRONIC, cases=19)
    rows += quality_row("E", ELECTRONIC, share="0.74") + quality_row("F")
    settlement = settled(tmp_path, 2025, of_entity(rows), measures)
    assert value(settlement, "complex_organization_adjustment") == Decimal("1.5")
    assert round(value(settlement, "achievement_with_bonus") * 60, 9) == 34
    for other, year in ((rows, 2025), (of_entity(rows), 2024)):  # a clinician; the year before
        without = settled(tmp_path, year, other, measures)
        assert round(value(without, "achievement_with_bonus") * 60, 9) == Decimal("32.5")


def test_an_electronic_measure_that_is_left_out_has_its_point(tmp_path):
    """414.1367(c)(1)(i) leaves it out of earned and available; (vii)(C) asks for no benchmark.

    001 6.5, 112 no benchmark, 236 6.5; 134 and 321 are not reported: (13 + 3)/40, of 4 at most.
    """
    names = ("001", "112", "134", "236")
    measures = dict.fromkeys(names, ("process", False, ELECTRONIC))
    rows = "".join(quality_row(name, ELECTRONIC) for name in names if name != "134")
    people = "entity,pathway\nE1,APP\n"
    settlement = settled(
        tmp_path, 2025, of_entity(rows), measures, people=people, unscored=("112",)
    )
    assert value(settlement, "available_points", "app") == 30
    assert value(settlement, "complex_organization_adjustment", "app") == 3
    assert round(value(settlement, "achievement_with_bonus", "app") * 30, 9) == 16


def test_a_subgroup_has_no_point_for_its_electronic_measures(tmp_path):
    """(vii)(C) names virtual groups and APM entities; a subgroup is identified as they are."""
    measures = {"A": ("process", False, ELECTRONIC)}
    rows = of_entity(quality_row("A", ELECTRONIC))
    people = "entity,tin,subgroup_of\nE1,,{}\n,123456789,\n"
    for group, points in (("", 1), ("123456789", 0)):
        settlement = settled(tmp_path, 2025, rows, measures, people=people.format(group))
        assert value(settlement, "complex_organization_adjustment") == points


@pytest.mark.parametrize(
    ("told", "of_one"),
    [
        ({"entityType": "virtualGroup"}, True),
        ({"entityType": "apm"}, True),
        ({"entityType": "subgroup"}, False),
        ({"entityType": "individual", "nationalProviderIdentifier": NPI}, False),
        ({}, True),
        ({"nationalProviderIdentifier": NPI}, False),
    ],
)
def test_a_submission_says_whether_it_is_of_an_entity(tmp_path, told, of_one):
    path = tmp_path / "submission.json"
    one = {"category": "quality", "submissionMethod": ELECTRONIC,
           "measurements": [{"measureId": "A", "value": {"performanceMet": 55,
                                                         "performanceNotMet": 45}}]}  # fmt: skip
    path.write_text(json.dumps({"entityId": "E1", **told, "measurementSets": [one]}), "utf-8")
    known = Measure("A", "quality", collection_types=frozenset({ELECTRONIC}))
    rows, aside = read_measures(path, {"A": known})
    assert ([row.of_entity for row in rows], aside) == ([of_one], [])
