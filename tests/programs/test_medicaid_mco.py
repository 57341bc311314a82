"""A Medicaid plan's contract through the program: every paragraph judged, by its own date."""

import datetime as dt

import pytest

from openvbc.errors import ContractError
from openvbc.programs.registry import program

BASE = """\
program: medicaid-mco
plan: MP-1
state: OH
rating_period: {{start: {start}, end: {end}}}
capitation: 100000000
loss_ratio: {{enrollment_size: 400000, incurred_claims: 82000000, premium: 100000000,
  minimum_loss_ratio: 0.85}}
"""


@pytest.fixture
def settle(tmp_path):
    def run(more="", start=dt.date(2026, 7, 1), base=BASE):
        path = tmp_path / "plan.yaml"
        end = start.replace(year=start.year + 1) - dt.timedelta(days=1)
        path.write_text(base.format(start=start, end=end) + more, "utf-8")
        return program("medicaid-mco").published_program().settle([path])

    return run


def verdicts(settlement, of):
    sheet = settlement.details["checks"]
    pairs = zip(sheet.items, sheet.evaluation.column("verdict"), strict=True)
    return {
        (item.split()[-2], item.split()[-1]): verdict
        for item, verdict in pairs
        if item.startswith(of)
    }


def test_the_loss_ratio_and_its_check(settle):
    settlement = settle()
    assert settlement.main.evaluation.value("remittance") == 3_000_000
    assert verdicts(settlement, "MP-1")[("M11", "loss_ratio_meets_minimum")] == "fail"
    assert verdicts(settlement, "MP-1")[("M14", "encounter_data_complete")] == "not answered"
    met = settle(base=BASE.replace("82000000", "85000000"))
    assert verdicts(met, "MP-1")[("M11", "loss_ratio_meets_minimum")] == "pass"


def test_a_minimum_below_85_percent_is_not_allowed(settle):
    settlement = settle(base=BASE.replace("0.85", "0.84"))
    assert verdicts(settlement, "MP-1")[("M11", "minimum_is_allowed")] == "fail"


@pytest.mark.parametrize(("paid", "verdict"), [(500000, "pass"), (500001, "fail")])
def test_the_limit_of_incentives(settle, paid, verdict):
    settlement = settle(
        f"""\
arrangements:
  - {{name: A, type: incentive, capitation: 10000000, incentive_payments: {paid},
     answers: {{renewed_automatically: false, fixed_period: false}}}}
"""
    )
    judged = verdicts(settlement, "A:")
    assert judged[("M02", "incentive_within_limit")] == verdict
    assert judged[("M03", "renewed_automatically")] == "pass"
    assert judged[("M03", "fixed_period")] == "fail"
    assert judged[("M03", "conditioned_on_transfers")] == "not answered"


DIRECTED = """\
arrangements:
  - name: D
    type: state directed payment
    kind: {kind}
    conditioned_on_performance: true
    service_class: inpatient
    total_payment_rate: 100
    average_commercial_rate: 99.99
    commercial_rate_data_end: 2023-07-01
    attribution_data_end: 2023-06-30
    approved_periods: 2
    measurement: {{start: 2025-07-01, end: 2026-06-30}}
    payment_start: 2026-07-01
    documents_complete: 2026-07-01
    in_contract: 2026-10-29
    answers: {{separate_payment_term: true, recoups_unspent: true}}
"""


def test_a_state_directed_payment_by_its_dates(settle):
    value_based = verdicts(settle(DIRECTED.format(kind="population-based")), "D:")
    assert value_based[("M08", "within_commercial_rate")] == "fail"
    assert value_based[("M08", "commercial_rate_recent")] == "pass"
    assert value_based[("M07a", "attribution_data_recent")] == "fail"
    assert value_based[("M06", "approved_periods_allowed")] == "pass"
    assert value_based[("M07", "measured_too_long_ago")] == "pass"
    assert value_based[("M07", "measured_longer_than_period")] == "pass"
    assert value_based[("M07b", "recoups_unspent")] == "not in force"
    assert value_based[("M07a", "replaces_negotiated_rate")] == "not in force"
    fees = verdicts(settle(DIRECTED.format(kind="uniform increase")), "D:")
    assert fees[("M06", "approved_periods_allowed")] == "fail"
    assert ("M07a", "attribution_data_recent") not in fees


@pytest.mark.parametrize(
    ("start", "check", "verdict"),
    [
        (dt.date(2020, 12, 31), ("M06", "approved_periods_allowed"), "not in force"),
        (dt.date(2021, 1, 1), ("M06", "approved_periods_allowed"), "pass"),
        (dt.date(2024, 7, 8), ("M07b", "recoups_unspent"), "fail"),
        (dt.date(2024, 7, 9), ("M07b", "recoups_unspent"), "not in force"),
        (dt.date(2026, 7, 8), ("M07e", "documents_before_start"), "not in force"),
        (dt.date(2026, 7, 9), ("M07e", "documents_before_start"), "fail"),
        (dt.date(2027, 7, 8), ("M07f", "separate_payment_term"), "not in force"),
        (dt.date(2027, 7, 9), ("M07f", "separate_payment_term"), "fail"),
        (dt.date(2028, 7, 9), ("M07e", "in_contract_in_time"), "pass"),
    ],
)
def test_a_paragraph_holds_from_its_own_rating_period(settle, start, check, verdict):
    assert verdicts(settle(DIRECTED.format(kind="population-based"), start), "D:")[check] == verdict


def test_the_share_that_the_contract_asks_for(settle):
    settlement = settle(
        """\
value_based_threshold: {from_category: 3A, share: 0.50}
arrangements:
  - {name: F, type: provider payment, paid: 54}
  - {name: S, type: provider payment, paid: 46, shared_savings: true, linked_to_quality: true}
"""
    )
    assert verdicts(settlement, "MP-1")[("M15", "value_based_share_reached")] == "fail"


def test_the_claimed_amendment_is_a_notice_and_judges_nothing(settle):
    notes = settle().notes
    assert any("February 25 2026: unconfirmed" in note for note in notes)
    a_day_before, after = (
        verdicts(settle(DIRECTED.format(kind="population-based"), dt.date(2026, 2, day)), "D:")
        for day in (24, 26)
    )
    assert a_day_before == after


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("arrangements: [{name: W, type: withhold, capitation: 1}]", "withhold_share"),
        (
            "arrangements: [{name: W, type: withhold, capitation: 1, withhold_share: 0.01,"
            " achievable_share: 0.02, sound_amount: 1}]",
            "over withhold_share",
        ),
        ("answers: {encounter_data: true}", "no check asks encounter_data"),
        ("in_lieu: 3", "in_lieu is not a field"),
    ],
)
def test_what_a_contract_cannot_say_is_refused(settle, more, said):
    with pytest.raises(ContractError, match=said):
        settle(more)


def test_a_fact_that_moves_nothing_is_said(settle):
    """A quality link sorts payments to providers, not incentives, and of those only payments by
    population or with shared savings; an answer that no check of an
    incentive asks moves nothing; nor does one that the period is too early for (89 FR 41270: a
    payment term apart is barred from rating periods on or after 2027-07-09)."""
    settlement = settle(
        """\
answers: {encounter_data_complete: true}
arrangements:
  - {name: A, type: incentive, capitation: 10000000, incentive_payments: 500000,
     linked_to_quality: true, pass_through_paid: 3,
     answers: {renewed_automatically: false, recoups_unspent: true}}
  - {name: P, type: provider payment, paid: 1000, linked_to_quality: true}
  - name: D
    type: state directed payment
    kind: uniform increase
    service_class: inpatient
    total_payment_rate: 100
    average_commercial_rate: 100
    attribution_data_end: 2023-06-30
    answers: {separate_payment_term: true}
"""
    )
    begin = "Given, and of no effect in the rating period from 2026-07-01: "
    said = [note.removeprefix(begin) for note in settlement.notes if note.startswith(begin)]
    assert said == [
        "linked_to_quality of arrangement 'A' (MP-1).",
        "pass_through_paid of arrangement 'A' (MP-1).",
        "answers.recoups_unspent of arrangement 'A' (MP-1).",
        "linked_to_quality of arrangement 'P' (MP-1).",
        "attribution_data_end of arrangement 'D' (MP-1).",
        "answers.separate_payment_term of arrangement 'D' (MP-1).",
    ]
