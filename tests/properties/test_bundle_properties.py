"""What must hold of bundle settlements for any numbers: limits, signs, order, one cent more."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvbc.rules.load import load_rules
from openvbc.worksheets.bundles.bpci_advanced import BPCI_ADVANCED
from openvbc.worksheets.bundles.cjr import CJR
from openvbc.worksheets.bundles.ocm import OCM
from openvbc.worksheets.bundles.team import TEAM

TARGET = Decimal(1_000_000)
spendings = st.decimals("0", "3000000", places=2)
scores = st.decimals("0", "100", places=2)


def bpci(spending, score):
    return BPCI_ADVANCED, "bpci-advanced", {
        "model_year": 6, "episodes": 10, "total_target": TARGET, "total_spending": spending,
        "composite_quality_score": score,
    }  # fmt: skip


def team(spending, score):
    return TEAM, "team", {
        "performance_year": 2027, "track": 2, "hospital_type": "rural", "episodes": 10,
        "total_target": TARGET, "total_spending": spending, "composite_quality_score": score,
    }  # fmt: skip


def cjr(spending, score):
    return CJR, "cjr", {
        "performance_year": 2018, "lower_loss_limit": False, "episodes": 10,
        "quality_category": "good" if score >= 50 else "below acceptable",
        "total_target_for_gains": TARGET, "total_target_for_losses": TARGET + 10_000,
        "total_spending": spending,
    }  # fmt: skip


def ocm(spending, score):
    return OCM, "ocm", {
        "performance_period": "PP1", "risk_arrangement": "two-sided original", "episodes": 10,
        "total_trended_price": TARGET, "total_spending": spending, "novel_therapy_spending": 0,
        "aggregate_quality_score": score / 100,
    }  # fmt: skip


MODELS = {"bpci": (bpci, "0.20", "0.20"), "team": (team, "0.05", "0.05"),
          "cjr": (cjr, "0.10", "0.10"), "ocm": (ocm, "0.20", "0.20")}  # fmt: skip


def settled(model, spendings, score):
    sheet, rules, inputs = model(spendings, score)
    return list(sheet.evaluate(inputs, load_rules(rules)).column("reconciliation"))


@pytest.mark.parametrize("name", MODELS)
@settings(deadline=None, max_examples=30)
@given(spending=spendings, more=st.decimals("0", "500000", places=2), score=scores)
def test_spending_more_never_pays_more_and_limits_hold(name, spending, more, score):
    model, gain, loss = MODELS[name]
    before, after = settled(model, [spending, spending + more], score)
    assert after <= before
    base = TARGET + 10_000 if name == "cjr" else TARGET
    for each in (before, after):
        assert -Decimal(loss) * base <= each <= Decimal(gain) * TARGET


@pytest.mark.parametrize("name", MODELS)
@settings(deadline=None, max_examples=30)
@given(spending=spendings, low=scores, high=scores)
def test_better_quality_never_pays_less_and_never_turns_the_sign(name, spending, low, high):
    model, _, _ = MODELS[name]
    low, high = sorted((low, high))
    [worse], [better] = (settled(model, [spending], score) for score in (low, high))
    assert worse <= better
    assert worse * better >= 0
