"""Readmissions program, fiscal year 2025: every hospital of the published file."""

import csv
from decimal import Decimal

import pytest

from openvbc.programs.hrrp.results import PROGRAM
from oracles.published import agreement, published

SUPPLEMENTAL = "p4p/hrrp/hrrp_supplemental_fy2025_dev.csv"
HOSPITAL = "p4p/hrrp/hrrp_hospital_fy2025.csv"


@pytest.fixture(scope="module")
def verification():
    return PROGRAM.verify(PROGRAM.settle(published(SUPPLEMENTAL, HOSPITAL)))


def test_every_factor_agrees(verification):
    tally = agreement(verification)
    for label in (
        "payment adjustment factor",
        "factor inside the interval of rounding",
        "factor where rounding leaves one answer",
        "payment reduction percentage",
    ):
        agree, rows = tally[label]
        assert agree == rows > 1700, label


def test_every_peer_median_agrees(verification):
    assert agreement(verification)["peer group medians"] == (30, 30)


def test_penalty_indicators_differ_only_in_ties(verification):
    score = next(s for s in verification.scores if s.label == "penalty indicators")
    assert score.rows > 12_000
    assert len(score.differences) == score.explained <= 4


def test_five_peer_groups_of_equal_size(verification):
    groups = [contract.group for contract in verification.settlement.main.contracts]
    sizes = {group: groups.count(group) for group in set(groups)}
    assert max(sizes.values()) - min(sizes.values()) <= 1
    assert len(sizes) == 5


def test_every_hospital_is_settled_or_set_aside(verification):
    settlement = verification.settlement
    assert settlement.rows_in == len(settlement.main.contracts) + len(settlement.set_aside)
    assert {x.reason for x in settlement.set_aside} == {"hospital is not in the supplemental file"}


def test_the_trace_goes_from_the_factor_to_the_published_ratio(verification):
    main = verification.settlement.main
    names = {node.name for node in main.evaluation.trace("payment_adjustment_factor", 0).walk()}
    assert {"excess_readmission_ratio[HF]", "drg_payment_ratio[AMI]"} <= names


@pytest.mark.slow
def test_the_supplemental_file_alone_is_within_the_last_decimal():
    scores = PROGRAM.verify(PROGRAM.settle(published(SUPPLEMENTAL))).scores
    for score in scores[:3]:
        assert score.agree == score.rows > 1000


def test_predicted_rates_follow_the_spread_estimated_from_the_file(verification):
    """One readmission fewer rests on predicted = expected + shrinkage x (observed - expected).

    Recomputed that way, the published predicted rates must come out: within 2 in 1,000 discharges
    for 99 of 100 hospitals and conditions whose readmissions are published.
    """
    details = verification.settlement.details
    one_fewer = details["one_readmission_fewer"].evaluation
    conditions = details["conditions"].evaluation
    close = rows = 0
    for row in range(conditions.count):
        readmissions = conditions.value("readmissions", row)
        shrinkage = one_fewer.value("shrinkage", row)
        if readmissions is None or shrinkage is None:
            continue
        expected = conditions.value("expected_rate", row)
        observed = readmissions / conditions.value("eligible_discharges", row)
        predicted = expected + shrinkage * (observed - expected)
        rows += 1
        close += abs(predicted - conditions.value("predicted_rate", row)) < Decimal("0.002")
    assert rows > 5000
    assert close / rows > 0.99


@pytest.mark.slow
def test_part_of_the_hospitals_without_their_groups_gives_the_same_factors(verification, tmp_path):
    """Every third hospital, peer group blank: medians and groups are then taken as printed."""
    (path,) = published(SUPPLEMENTAL)
    head, *rows = list(csv.reader(path.open(encoding="utf-8")))
    group = head.index("Peer group assignment")
    part = [[*row[:group], "", *row[group + 1 :]] for row in rows[::3]]
    with (tmp_path / "fy2025.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *part])
    tally = agreement(PROGRAM.verify(PROGRAM.settle([tmp_path / "fy2025.csv"])))
    for label in ("payment adjustment factor", "factor inside the interval of rounding"):
        agree, compared = tally[label]
        assert agree == compared > 600
    settled = PROGRAM.settle([tmp_path / "fy2025.csv"]).main.contracts
    whole = {c.identifier: c.group for c in verification.settlement.main.contracts}
    assert all(whole[c.identifier] == c.group for c in settled)
