"""The risk sections name nobody, hide small counts in reports for others, and show the dollars."""

import re
from decimal import Decimal

import pytest

pytest.importorskip("vl_convert", reason="charts need the extra report")

from openvbc.programs.risk.exposure import Exposure
from openvbc.programs.risk.review import RiskReview
from openvbc.report.listings import listing_sections
from openvbc.report.page import Page, render
from openvbc.report.risk_page import risk_sections
from openvbc.report.run_counts import run_counts

TYPE = {"enrollment_type": "DISABLED"}
YEAR = {"calendar_year": 2024}
RATIO = "risk_adjustment_disabled"


def mean(people, score):
    return {**YEAR, **TYPE, "people": people, "person_months": 12 * people, "mean_score": score,
            "mean_demographic_score": score}  # fmt: skip


def scenario(name, benchmark, change, settlement, ratio):
    return {
        "scenario": name,
        "total_benchmark": Decimal(benchmark),
        "total_expenditures": Decimal(900),
        "savings_rate": Decimal("0.1"),
        "earned_savings_or_owed_losses": Decimal(settlement),
        RATIO: Decimal(ratio),
        "benchmark_change": Decimal(change),
        "settlement_change": Decimal(settlement),
    }


def review(people=9):
    """A review in which everything is about `people` people."""
    gap = {"person_id": "1EG4TE5MK73", "value": Decimal("0.7717")}
    return RiskReview(
        mean_scores=[mean(people, 1.2345)],
        raw_scores=[{**YEAR, "model": "V28", "segment": "CND", "people": people,
                     "mean_raw_score": 1.4142, "mean_payment_conditions": 2.71}],
        prevalence=[{**YEAR, "model": "V28", "hcc": 37, "label": "Diabetes", "people": people,
                     "share": 0.3141}],
        distribution=[{**YEAR, **TYPE, "from_score": Decimal("0.25"), "people": people}],
        caps=[{**TYPE, "risk_growth": Decimal("1.05"), "limit": Decimal("1.03"),
               "risk_adjustment": Decimal("1.03"), "cap_binds": True,
               "why": "above the limit"}],
        cohorts=[{**YEAR, "cohort": "diabetes", "people": people}],
        tiers=[{"person_id": f"1EG4TE5MK{n:02}", "tier": 1, "name": "lowest quarter"}
               for n in range(people)],
        exposure=Exposure(
            2024, "PY", [gap],
            [{"kind": "RECAPTURE", "state": "OPEN", "count": people}],
            [],
            [{"kind": "SUSPECT", "condition": "Heart failure", "gaps": people, "people": people,
              "mean_value": Decimal("0.7717"), "total_value": Decimal("6.9453")}],
            [], (),
        ),
        closing=[
            scenario("as it is", 100_000, 0, 0, "1.01"),
            scenario("all gaps closed", 103_000, 3_000, 1_500, "1.03"),
            scenario("as it is, no cap", 100_000, 0, 0, "1.01"),
            scenario("all gaps closed, no cap", 107_000, 7_000, 3_500, "1.07"),
        ],
        notes=["Scores are renormalized to the people loaded."],
    )  # fmt: skip


def sections(shared, people=9):
    risk_review = review(people)
    shown = run_counts(lambda name: [], ["BY3", "PY"], risk_review, (), (), shared)
    return risk_sections(risk_review, shown)


def page(shared, people=9):
    html = render(Page("Report", "", sections(shared, people)))
    return re.sub(r"<style.*?</style>|<script.*?</script>|<svg.*?</svg>", "", html, flags=re.S)


@pytest.mark.parametrize("shared", [True, False])
def test_nobody_is_named(shared):
    assert "1EG4TE5MK" not in render(Page("", "", sections(shared)))


def test_small_counts_and_means_over_them_are_hidden_for_others():
    figures = ("1.2345", "1.4142", "2.71", "31.41%", "0.7717", "6.9453")
    own, shared, many = page(False), page(True), page(True, people=11)
    for figure in figures:
        assert figure in own
        assert figure not in shared
        assert figure in many
    cells = re.findall(r"<td[^>]*>\s*(.*?)\s*</td>", shared, flags=re.S)
    assert not {"9", "108"} & set(cells)


def test_work_lists_are_about_people_and_complete():
    gaps, tiers = review().listings()
    assert (gaps.about, tiers.about) == ("people", "people")
    assert len(tiers.rows) == 9
    assert gaps.rows[0][0] == "1EG4TE5MK73"
    assert [field.role for field in gaps.fields].count("evidence") == 3
    html = render(Page("", "", listing_sections([gaps, tiers])))
    assert "1EG4TE5MK73" in html


def test_dollars_before_and_after_caps_stand_first():
    cards = sections(False)[1].blocks[0].cards
    assert [card.value for card in cards] == ["$7,000", "$3,000", "$3,500", "$1,500"]
    assert "lowers the benchmark of: Disabled" in page(False)


def test_two_counts_of_gaps_say_what_each_counts():
    """A first day, 2.13: two tables of one page counted open gaps differently without a word."""
    said = page(shared=False)
    assert "a diagnosis that two models know counts twice here" in said
    assert "A gap here is one diagnosis of a" in said
