"""Every flexibility the rules hold moves what it says it moves: amounts with it and without."""

import datetime as dt
from decimal import Decimal

import pytest

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.policy.flexibilities import flexibilities, overlay_without
from openvbc.programs.mssp.contract import read_contract
from openvbc.rules.load import load_rules
from openvbc.steps import expenditure
from openvbc.worksheets.bundles.bpci_advanced import BPCI_ADVANCED
from openvbc.worksheets.bundles.bpci_advanced_price import BPCI_ADVANCED_PRICE
from openvbc.worksheets.performance.hrrp import CONDITION
from openvbc.worksheets.performance.mips.other_categories import COMPLEX_PATIENTS
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS

BUNDLE = {"episode_type": "medical", "given_target_price": 20_000, "spending": 15_000,
          "covid_19_diagnosis": True}  # fmt: skip
GROUP = {"episodes": 50, "total_target": 1_000_000, "total_spending": 900_000,
         "composite_quality_score": 60, "model_year": 3, "left_risk": True}  # fmt: skip
TRACK_1_PLUS = {
    "aco_id": "A1234", "performance_year": 2020, "agreement_start": "2018-01-01",
    "agreement_number": 1, "track": "TRACK_1_PLUS", "assignment_method": "prospective",
    "minimum_savings_rate_election": "0.01", "revenue_category": "low",
    "participant_revenue": "100000000",
    "quality": {"score": "0.90", "minimum_attainment_met": True},
    "extreme_circumstances": [{"months": 6, "share_of_beneficiaries": "1"}],
}  # fmt: skip
AFFECTED = {
    "aco_id": "A1234", "performance_year": 2024, "agreement_start": "2024-01-01",
    "agreement_number": 1, "track": "ENHANCED", "assignment_method": "prospective",
    "minimum_savings_rate_election": "0.01", "quality": {"score": "0.60", "score_floor": "0.7705"},
}  # fmt: skip


def mssp(contract, spent):
    return read_contract(contract).settlement_inputs() | {
        "updated_benchmark_expenditures": "100000000",
        "performance_year_expenditures": spent,
        "assigned_beneficiaries": 9000,
    }


CASES = {
    # 20,000 of an episode with COVID-19: left out in model year 3; 20,000 stays without.
    "F-BPCIA-2": (BPCI_ADVANCED_PRICE, BUNDLE | {"model_year": 3}, "settled_target", 0, 20_000),
    # Marked and in from model year 6; left out, as before, without.
    "F-BPCIA-3": (BPCI_ADVANCED_PRICE, BUNDLE | {"model_year": 6}, "settled_target", 20_000, 0),
    # 100,000 x (0.90 + 0.10 x 0.60) = 96,000, of which who left risk keeps nothing.
    "F-BPCIA-1": (BPCI_ADVANCED, GROUP, "reconciliation", 0, 96_000),
    # (1.4 + 5 x 0.2) x 2.
    "F-MIPS-5": (COMPLEX_PATIENTS, {"performance_year": 2021, "risk_score": "1.4",
                 "dual_ratio": "0.2"}, "complex_patient_bonus", Decimal("4.8"),
                 Decimal("2.4")),
    # 0.025 x (1.08 - 1.00) = 0.002 of a condition that is not in the program of 2023.
    "F-HRRP-2": (CONDITION, {"fiscal_year": 2023, "condition": "PN", "eligible_discharges": 100,
                 "excess_readmission_ratio": "1.08", "peer_group_median": "1.00",
                 "drg_payment_ratio": "0.025", "neutrality_modifier": "1"}, "contribution", 0,
                 Decimal("0.002")),
    # 5,000,000 lost x 30% = 1,500,000; half of it for six months.
    "F-T1P-1": (SHARED_SAVINGS, mssp(TRACK_1_PLUS, "105000000"), "shared_losses_owed", 750_000,
                1_500_000),
    # 6,000,000 saved x 75% less 2% = 4,410,000: at the percentile; below it nothing is shared.
    "F-MSSPQ-2": (SHARED_SAVINGS, mssp(AFFECTED, "94000000"), "earned_shared_savings", 4_410_000,
                  0),
    # The percentile of 2022 is 70.63%.
    "F-MSSPQ-1": (SHARED_SAVINGS, mssp(AFFECTED | {"performance_year": 2022, "agreement_start":
                  "2022-01-01", "quality": {"score": "0.60", "score_floor": "0.7063"}}, "94000000"),
                  "earned_shared_savings", 4_410_000, 0),
    # 5,000,000 saved in 2020 x 75% and no sequestration; less 2%: 3,675,000.
    "F-SEQ-1": (SHARED_SAVINGS, mssp(AFFECTED | {"performance_year": 2020, "agreement_start":
                "2020-01-01", "quality": {"score": "1", "minimum_attainment_met": True}},
                "95000000"), "earned_shared_savings", 3_750_000, 3_675_000),
}  # fmt: skip
ELSEWHERE = {
    "F-NGACO-1", "F-NGACO-2", "F-CJR-1",  # tests/oracles/test_flexibility_examples.py
    "F-DC-1",  # first month of REACH: test_register.py
    "F-MSSP-1",  # below
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_settlement_with_a_flexibility_and_without(name, tmp_path):
    worksheet, given, line, with_it, without = CASES[name]
    program = next(each.rules for each in flexibilities() if each.name == name)
    overlay = tmp_path / "without.yaml"
    overlay.write_text(overlay_without([name]), encoding="utf-8")
    for overlays, amount in (((), with_it), ([overlay], without)):
        rules = load_rules(program, overlays)
        if program == "mssp":
            rules = rules.what_if("maximum_sharing_rate", Decimal("0.75"), "the cases' own")
        assert worksheet.evaluate(given, rules).value(line) == amount


def test_every_flexibility_the_rules_hold_is_tried():
    assert {each.name for each in flexibilities() if each.rules} == {*CASES, *ELSEWHERE}


@pytest.mark.parametrize(("leave", "mask"), [(True, 0b1110), (False, None)])
def test_months_of_covid_19_stay_where_the_episodes_do_not_leave(leave, mask):
    """In hospital from 10 February to 5 March 2021: February, March and April leave."""
    day = dt.date
    stay = ("2021-12-31", "A", "K1", "INPATIENT", day(2021, 2, 10), day(2021, 3, 5), True, "H", 1)
    with DuckDBEngine(threads=1) as engine:
        engine.register_rows(
            "stay",
            {"known_by": "date", "person_id": "string", "stay_id": "string", "setting": "string",
             "admission_date": "date", "discharge_date": "date", "is_discharged": "boolean",
             "place": "string", "stay_number": "int"},
            [stay],
        )  # fmt: skip
        engine.register_rows(
            "stay_bill",
            {"known_by": "date", "person_id": "string", "claim_id": "string", "setting": "string",
             "place": "string", "stay_number": "int", "is_last": "boolean"},
            [("2021-12-31", "A", "K1", "INPATIENT", "H", 1, True)],
        )  # fmt: skip
        claim = {"person_id": "string", "claim_id": "string"}
        engine.register_rows("institutional_claim", claim | {"primary_diagnosis_code": "string"},
                             [("A", "K1", "U071")])  # fmt: skip
        engine.register_rows("diagnosis", claim | {"diagnosis_code": "string"}, [])
        engine.register_rows("period", {"period": "string", "calendar_year": "int",
                             "known_by": "date"}, [("PY", 2021, "2021-12-31")])  # fmt: skip
        engine.register_rows(
            "covid_diagnosis",
            {"diagnosis_code": "string", "first_discharge_date": "date",
             "last_discharge_date": "date"},
            [("U071", "2020-04-01", None)],
        )  # fmt: skip
        engine.register_rows(
            "expenditure_rule",
            {"covid_19_emergency_first_day": "date", "covid_19_emergency_last_day": "date",
             "covid_19_episodes_leave": "boolean"},
            [("2020-01-27", "2023-05-11", leave)],
        )  # fmt: skip
        step = next(each for each in expenditure.steps() if each.name == "covid_episode")
        episodes = engine.rows(step.sql)
    assert [row["month_mask"] for row in episodes] == ([mask] if mask else [])


def test_two_flexibilities_of_one_parameter_are_taken_out_together(tmp_path):
    overlay = tmp_path / "without.yaml"
    overlay.write_text(overlay_without(["F-BPCIA-2", "F-BPCIA-3"]), encoding="utf-8")
    rules = load_rules("bpci-advanced", [overlay])
    assert rules.get("covid_19_episodes", model_year=3).value == "in"
    assert rules.get("covid_19_episodes", model_year=7).value == "left out"
