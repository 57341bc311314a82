"""A fact of a contract that is given counts, or it is said that it does not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import openvbc
from openvbc.programs.mips.category_scores import settle_category_scores
from openvbc.programs.mssp.contract import read_contract
from openvbc.programs.mssp.idle_facts import FACTS, idle_facts
from openvbc.programs.reach import idle_facts as of_reach
from openvbc.programs.reach.from_claims import CLAIMS
from openvbc.programs.reach.given import ReachGiven
from openvbc.rules.load import load_rules
from openvbc.worksheets.kernel.arithmetic import Column, otherwise, where
from openvbc.worksheets.kernel.idle_input import idle_inputs
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

RULES = load_rules("mssp")
BASIC_E: dict[str, Any] = {
    "aco_id": "A1234",
    "performance_year": 2024,
    "agreement_start": "2024-01-01",
    "agreement_number": 1,
    "track": "BASIC_E",
    "assignment_method": "prospective",
    "revenue_category": "low",
    "participant_revenue": 20_000_000,
    "quality": {"score": "0.30", "alternative_standard_met": True},
}
EVENT = {"extreme_circumstances": [{"months": 2, "share_of_beneficiaries": "0.3"}]}
HISTORY = {"prior_agreement_savings": 100, "prior_agreement_person_years": 9000}
SECOND_OF_2016 = {
    "performance_year": 2016,
    "agreement_start": "2016-01-01",
    "agreement_number": 2,
    "track": "TRACK_1",
    "participant_revenue": None,
    "quality": {"score": "0.9", "minimum_attainment_met": True},
}


def idle(**changes: Any) -> set[str]:
    """What is said to have no effect of a contract with the changes."""
    said = idle_facts(read_contract(BASIC_E | changes), RULES)
    assert len(said) < 2
    return set(said[0].removesuffix(".").split(": ")[1].split(", ")) if said else set()


def test_a_contract_whose_every_fact_counts_is_told_nothing() -> None:
    assert idle() == set()
    assert idle(**EVENT) == set()
    assert idle(participation_months=6, prepaid_savings_balance=1000) == set()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        # pay-for-reporting and minimum attainment ended with the standard of 2021
        ({"quality": {"score": "0.85", "pay_for_reporting": True}}, {"quality.pay_for_reporting"}),
        # a one-sided level owes nothing that an event or a revenue limit could reduce
        ({"track": "BASIC_A", **EVENT}, {"participant_revenue", "extreme_circumstances"}),
        # 42 CFR 425.603: what the first agreement saved counts in second agreements of 2016 alone
        (HISTORY, set(HISTORY)),
        ({**SECOND_OF_2016, **HISTORY}, set()),
        # the standard of a first year alone gives the highest rate: the alternative, and a score
        # that would be asked under it, are not read
        (
            {"quality": {"score": "0.3", "alternative_standard_met": True,
                         "first_year_standard_met": True}},
            {"quality.alternative_standard_met", "quality.score"},
        ),
        # a run takes its participants from the list among the inputs
        ({"participants": ["123456789"]}, {"participants"}),
    ],
)  # fmt: skip
def test_a_fact_of_another_year_or_track_is_said(changes: dict[str, Any], said: set[str]) -> None:
    assert idle(**changes) == {f"contract.{name}" for name in said}


def test_every_fact_that_may_be_left_out_is_asked() -> None:
    """A new input of the settlement that a contract may state is among the facts."""
    asked = {name for name, _ in FACTS.values()}
    decided = {"performance_year", "track", "agreement_start", "agreement_performance_year",
               "performance_year_months", "minimum_savings_rate_election",
               "revenue_category"}  # fmt: skip
    assert set(read_contract(BASIC_E).settlement_inputs()) == asked | decided


@line(unit="USD", cite="invented")
def invented_payment(spent: Column, limit: Column) -> Column:
    """At most the limit."""
    return where(spent > otherwise(limit, 10**9), limit, spent)


@line(unit="USD", cite="invented")
def invented_remark(remark: Column) -> Column:
    """Leads nowhere."""
    return otherwise(remark, 0)


def test_a_fact_is_tried_over_scenarios_and_by_what_it_leads_to() -> None:
    sheet = Worksheet(
        "invented",
        "Invented",
        inputs=[
            Input("spent", "USD", "Spent"),
            Input("limit", "USD", "Limit", optional=True),
            Input("remark", "USD", "Remark", optional=True),
        ],
        parameters=[],
        lines=[invented_payment, invented_remark],
    )
    given = {"spent": Decimal(1), "limit": Decimal(50), "remark": Decimal(3)}
    neutral = dict.fromkeys(("limit", "remark"))
    result = ("invented_payment",)
    assert idle_inputs(sheet, RULES, given, neutral, {"spent": [1, 60]}, result) == ["remark"]
    assert idle_inputs(sheet, RULES, given, neutral, {"spent": [1, 40]}, result) == [
        "limit",
        "remark",
    ]


@pytest.fixture(scope="module")
def reach(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reach") / "sample"
    CLAIMS.generate(folder, 20, 3)
    return folder


def test_a_list_that_a_reach_contract_does_not_ask_for_is_said(reach: Path) -> None:
    text = (reach / "openvbc.yaml").read_text()
    assert idle_lists(reach / "openvbc.yaml") == []
    assert "stop_loss: true" in text
    changed = reach / "changed.yaml"
    changed.write_text(text.replace("stop_loss: true", "stop_loss: false"))
    assert "inputs.stop_loss_bands" in idle_lists(changed)


def idle_lists(project: Path) -> list[str]:
    given = openvbc.Project(project).given
    assert isinstance(given, ReachGiven)
    return list(of_reach.idle_lists(given))


LISTS = [
    # a benchmark that is given is not reckoned from a baseline
    (
        "next-generation", {},
        "identifier,performance year,risk arrangement,savings cap,benchmark given,trend,"
        "claim payments\nV1,2018,B,0.1,1000000,1.03,900000\n",
        ["trend"],
    ),
    # limits of a one-sided arrangement are shares of the benchmark, not of revenue
    (
        "ocm", {},
        "practice,performance period,risk arrangement,episodes,total trended price,total spending,"
        "novel therapy spending,aggregate quality score,practice revenue\n"
        "P1,PP1,one-sided,1,60000,50000,0,0.8,5000000\n",
        ["practice_revenue"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options", "text", "said"), LISTS)
def test_a_column_of_a_list_that_moves_nothing_is_said(
    name: str, options: dict[str, str], text: str, said: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text)
    settled = openvbc.settle(path, program=name, **options)
    assert of_no_effect(settled.notes) == said


@pytest.mark.parametrize(("pathway", "said"), [("APP", ["cost_score"]), ("MVP", [])])
def test_a_category_without_weight_in_its_pathway_is_said(
    pathway: str, said: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(
        "npi,pathway,quality_score,cost_score,promoting_interoperability_score,"
        f"improvement_activities_score\n1234567893,{pathway},0.5,0.5,0.5,0.5\n"
    )
    assert of_no_effect(settle_category_scores(path, 2024).notes) == said


def of_no_effect(notes: Any) -> list[str]:
    begin = "Given, and of no effect, whatever the other numbers: "
    return [each.removeprefix(begin).split(" (")[0] for each in notes if each.startswith(begin)]


NEXT = (
    "identifier,performance year,risk arrangement,savings cap,benchmark given,trend,claim payments"
)


def test_a_column_that_moves_nothing_far_down_a_long_list_is_said(tmp_path: Path) -> None:
    """A given benchmark is not trended: the one row of 400 that gives a trend is the last."""
    path = tmp_path / "list.csv"
    rows = [f"V{n},2018,B,0.1,1000000,,{900_000 + n}" for n in range(399)]
    path.write_text("\n".join([NEXT, *rows, "V999,2018,B,0.1,1000000,1.03,900000\n"]))
    (note,) = openvbc.settle(path, program="next-generation").notes[-1:]
    assert note.endswith("of no effect, whatever the other numbers: trend (V999 2018).")


def test_rows_of_one_kind_are_named_together(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    rows = [f"V{n},2018,B,0.1,1000000,1.03,{900_000 + n}" for n in range(30)]
    path.write_text("\n".join([NEXT, *rows, ""]))
    (note,) = openvbc.settle(path, program="next-generation").notes[-1:]
    assert note.endswith("trend (V0 2018, V1 2018, V2 2018, V3 2018, V4 2018 and 25 more).")
