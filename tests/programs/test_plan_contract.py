"""A group's contract with a Medicare Advantage plan, from claims and from totals, by hand."""

from decimal import Decimal

import pytest

import openvbc
from hand_claims import table, write_claims
from openvbc.errors import OpenvbcError
from openvbc.programs.capitation.given import OF_PLAN_PAYMENT
from openvbc.programs.medicare_advantage.from_claims import CLAIMS, SIMULATION
from openvbc.programs.medicare_advantage.results import PROGRAM
from openvbc.programs.run_folder import write_run
from openvbc.programs.simulation import Choices, Scenarios, WhichRow, parse_range

CONTRACT = f"""program: capitation
title: With a plan
contract: MA-2025
year: 2025
agreement: A
terms:
  capitation_form: {{value: {OF_PLAN_PAYMENT}, clause: "1"}}
  premium_share: {{value: 0.85, clause: "1"}}
  rebate_counts: {{value: true, clause: "1"}}
  sequestration_counts: {{value: true, clause: "1"}}
  risk_adjusted: {{value: true, clause: "2"}}
  retroactive_months: {{value: 3, clause: "3"}}
  group_fund_share: {{value: 1, clause: "4"}}
  hospital_fund_share: {{value: 1, clause: "5"}}
  shared_fund_share: {{value: 1, clause: "6"}}
  encounter_price: {{value: paid, clause: "7"}}
  completion: {{value: none, clause: "8"}}
  run_out_months: {{value: 3, clause: "9"}}
  target_loss_ratio: {{value: 0.90, clause: "10"}}
"""
PROJECT = """program: medicare-advantage
contract: {file: contract.yaml}
inputs:
  tuva: tuva
  eligibility: eligibility.csv
  roster: roster.csv
  plans: plans.csv
  rate_book: ratebook2025.csv
  sweeps: sweeps.csv
  division: division.csv
known:
  recovered_by_audit: 100
"""
HEADS = ("Code", "State", "County Name", "5% Bonus Rate", "3.5% Bonus Rate", "0% Bonus Rate")
SWEEPS = [
    ["ANN", "INITIAL", "2024-12-15", "1.0"], ["ANN", "MID_YEAR", "2025-08-05", "1.2"],
    ["ANN", "FINAL", "2026-08-05", "1.1"], ["BEA", "INITIAL", "2024-12-15", "0.9"],
    ["BEA", "FINAL", "2026-08-05", "1.0"],
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan")
    write_claims(
        folder, ["ANN", "BEA"],
        ["stay ANN 2025-02-03..2025-02-06 9000.00", "visit BEA 2025-05-01 3000.00"],
    )  # fmt: skip
    (folder / "contract.yaml").write_text(CONTRACT)
    (folder / "openvbc.yaml").write_text(PROJECT)
    table(
        folder / "roster.csv",
        ("member_id", "action", "first_day", "last_day", "rate_cell", "received_on", "area"),
        [["ANN", "ADDITION", "2025-01-01", "", "H0001-001", "2024-12-20", "36010"],
         ["BEA", "ADDITION", "2025-01-01", "", "H0001-001", "2024-12-20", "36020"]],
    )  # fmt: skip
    table(
        folder / "plans.csv", ("contract_year", "plan", "bid", "plan_kind", "stars", "benchmark"),
        [[2025, "H0001-001", "920.00", "RATED", "4.0", "1150.00"]],
    )  # fmt: skip
    table(
        folder / "ratebook2025.csv", HEADS,
        [["36010", "OH", "NORTH", "1250.00", "1220.00", "1150.00"],
         ["36020", "OH", "SOUTH", "1050.00", "1035.00", "1000.00"]],
    )  # fmt: skip
    table(folder / "sweeps.csv", ("member_id", "sweep", "received_on", "risk_score"), SWEEPS)
    table(
        folder / "division.csv", ("service", "fund", "claim_kind"),
        [["hospital", "HOSPITAL", "institutional"], ["doctors", "GROUP", "professional"]],
    )  # fmt: skip
    return folder


def project(folder, to, *changes, more="", sweeps=""):
    """The project in another folder, with texts of its files changed."""
    for path in folder.glob("*.*"):
        if path.is_file():
            (to / path.name).write_bytes(path.read_bytes())
    text = (to / "openvbc.yaml").read_text() + more
    (to / "openvbc.yaml").write_text(text.replace("tuva: tuva", f"tuva: {folder}/tuva"))
    for file, old, new in changes:
        text = (to / file).read_text()
        assert old in text
        (to / file).write_text(text.replace(old, new))
    if sweeps:
        (to / "sweeps.csv").write_text(sweeps)
    return openvbc.Project(to)


def test_the_year_by_hand(folder):
    """Part of the payment 0.85 x 0.98 = 0.833. Rebate 65% of 230 = 149.50; x 0.833 = 124.5335.

    NORTH 920 x 1,250 / 1,150 = 1,000.00; x 0.833 = 833.00. SOUTH 920 x 1,050 / 1,150 = 840.00; x
    0.833 = 699.72. A month of ANN at 1.0: 957.53, at 1.2: 1,124.13, at 1.1: 1,040.83. A month of
    BEA at 0.9: 629.748 + 124.5335 = 754.28; not swept at mid-year; at 1.0: 824.25.
    Initial 12 x 1,711.81 = 20,541.72; mid-year 12 x 1,878.41 = 22,540.92, 1,999.20 more; final 12 x
    1,865.08 = 22,380.96, 159.96 less. The audit takes 85.00: 22,295.96. Expense 12,000; surplus
    0.9 x 22,295.96 - 12,000 = 8,066.364.
    """
    run = openvbc.Project(folder).run()
    value = run.settlement.main.evaluation.value
    assert value("revenue_at_initial") == Decimal("20541.72")
    assert value("mid_year_true_up") == Decimal("1999.20")
    assert value("final_true_up") == Decimal("-159.96")
    assert value("revenue") == Decimal("22295.96")
    assert value("settlement") == Decimal("8066.36")
    rates = run.settlement.details["medicare_advantage_rate"].evaluation
    assert list(rates.column("county_rate")) == [1000, 840]
    assert list(rates.column("rebate_of_group")) == [Decimal("124.5335")] * 2
    assert "12 months are of members whom the mid year sweep does not score" in " ".join(
        run.settlement.notes
    )
    varied = Scenarios(2, 1, expenditure_trend=parse_range("1.1", "trend"))
    simulation = SIMULATION.run(run.folder, WhichRow(), varied, Choices())
    assert simulation.outcomes[0].mean == pytest.approx(8066.36 - 1200, abs=0.01)


def test_before_a_sweep_is_reported_it_does_not_count(folder, tmp_path):
    """In September 2025: nine months at the initial score, and their mid-year true-up."""
    run = project(folder, tmp_path, more="as_of: 2025-09-30\n").run()
    value = run.settlement.main.evaluation.value
    assert not run.settlement.is_final
    assert value("revenue_at_initial") == 9 * Decimal("1711.81")
    assert value("mid_year_true_up") == 9 * Decimal("166.60")
    assert value("final_true_up") is None


def test_raw_scores_are_normalised_and_coding_is_taken_off(folder, tmp_path):
    """1.21 / 1.10 x (1 - 0.059) = 1.0351: 833 x 1.0351 = 862.2383 + 124.5335 = 986.77 a month."""
    sweeps = "member_id,sweep,received_on,risk_score,raw_risk_score\n"
    sweeps += "ANN,INITIAL,2024-12-15,,1.21\nBEA,INITIAL,2024-12-15,0.9,\n"
    more = "  normalization_factor: 1.10\n"
    run = project(folder, tmp_path, more=more, sweeps=sweeps).run()
    months = {r["person_id"]: r["amount"] for r in run.table("capitated_month").rows()}
    assert months == {"ANN": Decimal("986.77"), "BEA": Decimal("754.28")}
    assert not run.settlement.is_final  # the final sweep is not known


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("sweeps.csv", "BEA,INITIAL,2024-12-15,0.9\n", "", "a member without initial risk score"),
        ("sweeps.csv", "ANN,FINAL", "ANN,MID_YEAR", "two scores at one sweep"),
        ("sweeps.csv", "2026-08-05,1.0\n", "2026-08-05,\n", "a payment score or a raw score"),
        ("plans.csv", "RATED,4.0", "RATED,", "a rated plan has its stars"),
        ("plans.csv", "1150.00", "", "several counties"),
        ("plans.csv", "2025,", "2024,", "a bid of another year"),
        ("contract.yaml", OF_PLAN_PAYMENT, "percent of premium", "capitation_form is percent of"),
        ("contract.yaml", 'rebate_counts: {value: true, clause: "1"}', "", "rebate_counts is miss"),
        ("openvbc.yaml", "  plans: plans.csv\n", "", "inputs.plans missing"),
        ("openvbc.yaml", "program: medicare-advantage", "program: capitation",
         "not a key|percent of plan payment|plans"),
        ("roster.csv", "36020", "36030", "an area that has no factor"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant(folder, tmp_path, file, old, new, said):
    with pytest.raises(OpenvbcError, match=said) as refused:
        project(folder, tmp_path, (file, old, new)).run()
    assert "BEA" not in str(refused.value)


def test_a_rate_book_of_another_year(folder, tmp_path):
    asked = ("openvbc.yaml", "ratebook2025", "ratebook2024")
    (tmp_path / "ratebook2024.csv").write_bytes((folder / "ratebook2025.csv").read_bytes())
    with pytest.raises(OpenvbcError, match="a rate book of another year"):
        project(folder, tmp_path, asked).run()


TOTALS = (
    "contract,payment year,member months,benchmark,bid,stars,plan kind,raw initial score,"
    "normalization factor,mid year score,final score,incurred medical expense\n"
    "MA-2025,2025,100,1150,920,4.0,rated,1.21,1.10,1.10,1.05,70000\n"
)


def test_the_same_contract_from_totals(tmp_path):
    """920 x 0.833 = 766.36. Initial 1.0351: 793.259236 + 124.5335 = 917.792736; x 100 = 91,779.27.

    Mid-year 842.996 + 124.5335: 96,752.95, 4,973.68 more; final 804.678 + 124.5335: 92,921.15,
    3,831.80 less. 0.8 x 92,921.15 - 70,000 = 4,336.92.
    """
    (tmp_path / "contract.yaml").write_text(CONTRACT.replace("value: 0.90", "value: 0.80"))
    (tmp_path / "totals.csv").write_text(TOTALS)
    plan_settlement = PROGRAM.settle([tmp_path / "contract.yaml", tmp_path / "totals.csv"])
    value = plan_settlement.main.evaluation.value
    assert value("revenue_at_initial") == Decimal("91779.27")
    assert value("mid_year_true_up") == Decimal("4973.68")
    assert value("final_true_up") == Decimal("-3831.80")
    assert value("settlement") == Decimal("4336.92")
    write_run(plan_settlement, tmp_path / "run")
    assert PROGRAM.verify(plan_settlement).scores == []


def test_a_bid_above_the_benchmark_has_no_rebate(tmp_path):
    """1,150 x 0.833 = 957.95, x 1.05 = 1,005.8475; x 100 = 100,584.75."""
    (tmp_path / "contract.yaml").write_text(CONTRACT)
    (tmp_path / "totals.csv").write_text(TOTALS.replace(",920,", ",1200,"))
    plan_settlement = PROGRAM.settle([tmp_path / "contract.yaml", tmp_path / "totals.csv"])
    assert plan_settlement.main.evaluation.value("revenue_at_final") == Decimal("100584.75")


def test_a_sample_settles(tmp_path):
    CLAIMS.generate(tmp_path / "sample", 200, 3)
    run = openvbc.Project(tmp_path / "sample").run()
    value = run.settlement.main.evaluation.value
    assert value("member_months") > 1500
    swept = {r["sweep"]: r["revenue"] for r in run.table("sweep_revenue").rows()}
    assert value("revenue_at_initial") == swept["INITIAL"]
    assert value("capitation_revenue") == swept["FINAL"]
