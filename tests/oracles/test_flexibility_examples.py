"""Worked examples of flexibilities kept outside the package, with each in the rules and without."""

import os
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.policy.flexibilities import overlay_without
from openvbc.programs.registry import program
from openvbc.rules.load import load_rules
from openvbc.worksheets.bundles.bpci_advanced_price import BPCI_ADVANCED_PRICE
from openvbc.worksheets.bundles.cjr_episode import CJR_EPISODE
from openvbc.worksheets.capitation.next_generation import NEXT_GENERATION
from own_yaml import exact_yaml

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared"))
FILE = SHARED / "spec/params/examples/flexibilities.yaml"
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="the worked examples are not here")
EXAMPLES = exact_yaml(FILE) if FILE.is_file() else {}


def without(name, folder):
    overlay = folder / "without.yaml"
    overlay.write_text(overlay_without([name]), encoding="utf-8")
    return overlay


def next_generation(rules, benchmark, gross, months=0):
    return NEXT_GENERATION.evaluate(
        {
            "performance_year": 2020,
            "risk_arrangement": "B",
            "benchmark_given": benchmark,
            "claim_payments": benchmark - gross,
            "savings_cap": Decimal("0.15"),
            "emergency_share": Decimal(months) / 12,
        },
        rules,
    )


def test_losses_by_months_of_the_emergency(tmp_path):
    case = EXAMPLES["ngaco_loss_scaling"]
    given = (100_000_000, case["shared_loss"], case["emergency_months"])
    evaluation = next_generation(load_rules("next-generation"), *given)
    bare = load_rules("next-generation", [without("F-NGACO-1", tmp_path)])
    assert evaluation.value("shared_savings_after_sequestration") == case["expect"]
    assert (
        next_generation(bare, *given).value("shared_savings_after_sequestration")
        == case["shared_loss"]
    )


def test_gross_savings_below_the_limit(tmp_path):
    case = EXAMPLES["ngaco_gross_cap"]
    rules = load_rules("next-generation")
    assert rules.get("gross_savings_limit", performance_year=2020).value == case["cap"]
    given = (case["benchmark"], case["gross_savings"])
    assert next_generation(rules, *given).value("capped_savings") == case["expect"]
    bare = load_rules("next-generation", [without("F-NGACO-2", tmp_path)])
    assert next_generation(bare, *given).value("capped_savings") == case["gross_savings"]


def cjr_spending(case, folder, overlays=()):
    """Spending that counts: whether the rule covers the episode as the program tells it by its day,
    and the worksheet at the case's own target.
    """
    hospitals, episodes = folder / "hospitals.csv", folder / "episodes.csv"
    hospitals.write_text(
        "hospital,py,rural,complications percentile,hcahps percentile,pro submitted\n"
        "010001,5.1,no,20,40,N\n",
        encoding="utf-8",
    )
    episodes.write_text(
        "hospital,py,episode,regional mean,spending,anchor start,covid 19\n"
        f"010001,5.1,1,{case['target']},{case['actual']},{case['anchor_admit']},no\n",
        encoding="utf-8",
    )
    settled = program("cjr").published_program().settle([hospitals, episodes], overlays, {})
    covered = bool(settled.details["episodes"].evaluation.value("spending_capped_at_target", 0))
    evaluation = CJR_EPISODE.evaluate(
        {
            "performance_year": 2020,
            "given_target_before_discount": case["target"],
            "effective_discount": 0,
            "spending": case["actual"],
            "spending_capped_at_target": covered,
        },
        load_rules("cjr"),
    )
    return evaluation.value("settled_spending")


@pytest.mark.parametrize("name", ["cjr_cap", "cjr_cap_outside"])
def test_spending_of_an_episode_is_at_most_its_target(name, tmp_path):
    case = EXAMPLES[name]
    assert cjr_spending(case, tmp_path) == case["expect_actual_used"]
    assert cjr_spending(case, tmp_path, [without("F-CJR-1", tmp_path)]) == case["actual"]


@pytest.mark.parametrize("name", ["bpcia_covid", "bpcia_covid_my6"])
def test_episodes_with_covid_19(name):
    case = EXAMPLES[name]
    evaluation = BPCI_ADVANCED_PRICE.evaluate(
        {
            "model_year": case["my"],
            "episode_type": "medical",
            "given_target_price": 20_000,
            "spending": 15_000,
            "covid_19_diagnosis": case["covid_dx_in_episode"],
        },
        load_rules("bpci-advanced"),
    )
    is_out = bool(evaluation.value("is_taken_out"))
    is_marked = bool(evaluation.value("is_marked_for_covid_19"))
    answer = {(True, False): "excluded", (False, True): "included_with_covid_flag"}
    assert answer[is_out, is_marked] == case["expect"]


def test_compare_shows_what_a_flexibility_was_worth(tmp_path):
    totals = tmp_path / "totals.csv"
    totals.write_text(
        "aco,performance_year,risk_arrangement,benchmark_given,claim_payments,savings_cap\n"
        "V100,2020,B,100000000,92000000,0.10\n",
        encoding="utf-8",
    )
    run = CliRunner().invoke
    settle = ["settle", "--program", "next-generation", str(totals), "--no-reports", "--output"]
    overlay = ["--overlay", str(without("F-NGACO-2", tmp_path))]
    assert run(app, [*settle, str(tmp_path / "with")]).exit_code == 0
    assert run(app, [*settle, str(tmp_path / "bare"), *overlay]).exit_code == 0
    shown = run(
        app, ["compare", str(tmp_path / "bare"), str(tmp_path / "with")], env={"COLUMNS": "120"}
    )
    assert shown.exit_code == 0, shown.output
    # 5% of 100,000,000 less 2% of sequestration, and 8,000,000 less 2%
    assert "4,900,000" in shown.output
    assert "7,840,000" in shown.output
    assert "gross_savings_limit" in shown.output
