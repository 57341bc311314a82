"""A capitation contract over a handful of people: lasers, kick payments, every number by hand."""

from decimal import Decimal

import pytest
from typer.testing import CliRunner

import openvbc
from hand_claims import table, write_claims
from openvbc.cli import app
from openvbc.errors import ContractError, OpenvbcError
from openvbc.programs.capitation.from_claims import SIMULATION
from openvbc.programs.capitation.results import PROGRAM as TOTALS
from openvbc.programs.registry import program
from openvbc.programs.run_folder import write_run
from openvbc.programs.simulation import Choices, Scenarios, WhichRow, parse_range

CONTRACT = """program: capitation
title: By hand
contract: H-2025
year: 2025
agreement: A
terms:
  capitation_form: {value: rate cells, clause: "1"}
  risk_adjusted: {value: false, clause: "2"}
  retroactive_months: {value: 3, clause: "3"}
  group_fund_share: {value: 1, clause: "4"}
  hospital_fund_share: {value: 1, clause: "5"}
  shared_fund_share: {value: 1, clause: "6"}
  encounter_price: {value: paid, clause: "7"}
  completion: {value: none, clause: "8"}
  run_out_months: {value: 3, clause: "9"}
  target_loss_ratio: {value: 0.90, clause: "10"}
  stop_loss_deductible: {value: 10000, clause: "11"}
  stop_loss_share: {value: 0.80, clause: "11"}
  lasers_are_agreed: {value: true, clause: "12"}
  kick_payments: {value: [{event: delivery, amount: 8500}], clause: "13"}
  kick_payment_days: {value: 30, clause: "13"}
"""
PROJECT = """program: capitation
contract: {file: contract.yaml}
inputs:
  tuva: tuva
  eligibility: eligibility.csv
  roster: roster.csv
  rates: rates.csv
  division: division.csv
  lasers: lasers.csv
  event_codes: event_codes.csv
"""
CLAIMS = [
    "stay ANN 2025-02-03..2025-02-06 40000.00",  # over 10,000
    "stay BEA 2025-03-03..2025-03-09 40000.00",  # her laser is 30,000
    "stay CLO 2025-05-01..2025-05-03 9000.00 drg=807",  # a delivery: two claims, one event
    "visit CLO 2025-05-01 2000.00 code=59400",
    "stay CLO 2025-08-20..2025-08-22 500.00 drg=807",  # 111 days later: another one
    "stay DOT 2025-09-01..2025-09-03 7000.00 drg=807",  # no member in September: left in June
    "visit DOT 2025-04-02 300.00",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hand")
    people = ["ANN", "BEA", "CLO", "DOT"]
    write_claims(folder, people, CLAIMS)
    (folder / "contract.yaml").write_text(CONTRACT)
    (folder / "openvbc.yaml").write_text(PROJECT)
    table(
        folder / "roster.csv",
        ("member_id", "action", "first_day", "last_day", "rate_cell", "received_on"),
        [[who, "ADDITION", "2025-01-01", "2025-06-30" if who == "DOT" else "", "ADULT",
          "2024-12-20"] for who in people],
    )  # fmt: skip
    table(folder / "rates.csv", ("contract_year", "rate_cell", "rate"), [[2025, "ADULT", 2000]])
    table(
        folder / "division.csv", ("service", "fund", "claim_kind"),
        [["hospital", "HOSPITAL", "institutional"], ["doctors", "GROUP", "professional"]],
    )  # fmt: skip
    table(folder / "lasers.csv", ("member_id", "deductible"), [["BEA", 30000]])
    table(
        folder / "event_codes.csv", ("event", "code_kind", "code"),
        [["delivery", "MS_DRG", "807"], ["delivery", "PROCEDURE", "59400"]],
    )  # fmt: skip
    return folder


def test_the_year_by_hand(folder):
    """Months 12 + 12 + 12 + 6 = 42 at 2,000: 84,000; two deliveries 17,000: revenue 101,000.

    At risk: ANN 40,000, BEA 40,000, CLO 11,500, DOT 300 (September is no month of hers): 91,800.
    Recovered: ANN 0.8 x (40,000 - 10,000) = 24,000; BEA 0.8 x (40,000 - 30,000) = 8,000; CLO
    0.8 x 1,500 = 1,200: 33,200. Net 58,600. Surplus 0.9 x 101,000 - 58,600 = 32,300.
    """
    run = openvbc.Project(folder).run()
    value = run.settlement.main.evaluation.value
    assert value("capitation_revenue") == 84_000
    assert value("kick_payments_due") == 17_000
    assert value("revenue") == 101_000
    assert value("incurred_medical_expense") == 91_800
    assert value("stop_loss_recoveries") == 33_200
    assert value("settlement") == 32_300
    events = {(r["person_id"], r["event_number"]): (r["claims"], r["month_number"])
              for r in run.table("kick_event").rows()}  # fmt: skip
    assert events == {("CLO", 1): (2, 5), ("CLO", 2): (1, 8)}
    recovered = {r["person_id"]: (r["stop_loss_deductible"], r["stop_loss_recovery"])
                 for r in run.table("member_expense").rows()}  # fmt: skip
    assert recovered["BEA"] == (Decimal(30_000), Decimal(8_000))
    assert recovered["ANN"] == (Decimal(10_000), Decimal(24_000))


def test_revenue_for_care_leads_to_the_surplus(folder):
    """0.9 x 101,000 = 90,900 for care; hospital 89,500 and doctors 2,300 at risk, less 33,200
    recovered: 58,600; surplus 32,300. ANN's and BEA's stays are of the DRG that claims have here
    where none is said, 871; CLO's, which count, of 807."""
    run = openvbc.Project(folder).run()
    told = {each.name: each for each in program("capitation").claims_program().driver_lists(run)}
    rows = {row[1] or row[0]: row for row in told["drivers"].rows}
    assert rows["Hospital"][2:5] == [3, 4, 89_500]
    assert rows["Doctors"][2:5] == [2, 2, 2_300]
    beside = "Sub-capitation, claims not yet known, stop-loss and premiums"
    assert [rows[name][4] for name in (beside, "Expense as it counts", "Revenue for care",
                                       "Surplus")] == [-33_200, 58_600, 90_900, 32_300]  # fmt: skip
    assert [row[2:4] for row in told["drivers_services"].rows][:2] == [["871", 2], ["807", 2]]


def test_months_cells_funds_and_stop_loss_by_hand(folder):
    """The same year by month: four members at 2,000 to June, three from July. February ANN's
    40,000; May CLO's 9,000 + 2,000; September's stay is of no month. Near stop-loss: ANN 40,000 of
    10,000, BEA 40,000 of 30,000, CLO 11,500 of 10,000; DOT's 300 is far from it."""
    run = openvbc.Project(folder).run()
    told = {each.name: each for each in program("capitation").claims_program().listings(run)}
    months = {row[0]: row[1:] for row in told["capitation_months"].rows}
    assert months["2025-02"][:7] == [4, 0, 8_000, 40_000, 2_000, 10_000, 5]
    assert months["2025-05"][:4] == [4, 0, 8_000, 11_000]
    assert months["2025-09"][:4] == [3, 0, 6_000, 0]
    assert months["year"][:4] == [42, 0, 84_000, 91_800]
    (cell,) = told["capitation_rate_cells"].rows
    assert cell[:5] == ["ADULT", 4, 42, 84_000, 91_800]
    assert cell[5:7] == [2_000, Decimal("2185.71")]
    funds = {row[0]: row[1:] for row in told["capitation_funds"].rows}
    assert funds == {"Hospital": ["Hospital", 3, 4, 89_500, 89_500],
                     "Group": ["Doctors", 2, 2, 2_300, 2_300]}  # fmt: skip
    near = [(row[0], row[3], row[4]) for row in told["capitation_stop_loss"].rows]
    assert near == [("ANN", 4, 24_000), ("BEA", Decimal(40_000) / 30_000, 8_000),
                    ("CLO", Decimal("1.15"), 1_200)]  # fmt: skip
    assert "capitation_payment_kinds" not in told
    assert "drivers" in told
    shared = [each.name for each in told.values() if each.about == "safe"]
    assert shared == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("openvbc.yaml", "  lasers: lasers.csv\n", "", "lasers_are_agreed is given without"),
        ("openvbc.yaml", "  event_codes: event_codes.csv\n", "", "kick_payments is given without"),
        ("contract.yaml", '  lasers_are_agreed: {value: true, clause: "12"}\n', "",
         "inputs.lasers is given without lasers_are_agreed"),
        ("contract.yaml", '  kick_payment_days: {value: 30, clause: "13"}\n', "",
         "kick_payment_days is missing"),
        ("lasers.csv", "BEA,30000", "BEA,0", "a laser is not above zero"),
        ("lasers.csv", "BEA,30000", "BEA,30000\nBEA,30001", "two lasers"),
        ("event_codes.csv", "delivery,PROCEDURE", "surgery,PROCEDURE", "pays nothing for"),
    ],
)  # fmt: skip
def test_a_clause_without_its_list_and_a_list_that_cannot_be_meant(
    folder, tmp_path, file, old, new, said
):
    for path in folder.glob("*.*"):
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (tmp_path / file).read_text()
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new))
    project = (tmp_path / "openvbc.yaml").read_text()
    (tmp_path / "openvbc.yaml").write_text(project.replace("tuva: tuva", f"tuva: {folder}/tuva"))
    with pytest.raises(OpenvbcError, match=said):
        openvbc.Project(tmp_path).run()


@pytest.fixture(scope="module")
def run_folder(folder, tmp_path_factory):
    """A run of its own; the folder is that of the run."""
    return openvbc.Project(folder).run().folder


HALF = """what_if: Half of all
terms:
  contract_corridor: {value: [{from: 0, to: null, share: 0.50}], clause: offer}
"""
HIGHER = "what_if: Higher\nterms:\n  stop_loss_deductible: {value: 20000, clause: offer}\n"


@pytest.mark.parametrize(
    ("ranges", "text", "amounts"),
    [
        # At risk 44,000 + 44,000 + 12,650 + 330 = 100,980; recovered 27,200 + 11,200 + 2,120 =
        # 40,520; 90,900 - 60,460 = 30,440.
        ({"expenditure_trend": "1.1"}, "", [30_440]),
        # Revenue 92,400 + 17,000 = 109,400; 98,460 - 58,600 = 39,860.
        ({"risk_ratio": "1.1"}, "", [39_860]),
        # As agreed 32,300; half of it.
        ({"risk_ratio": "1"}, HALF, [32_300, 16_150]),
        # ANN 0.8 x 20,000 = 16,000; BEA keeps her 30,000: 8,000; CLO none.
        # 90,900 - (91,800 - 24,000).
        ({"risk_ratio": "1"}, HIGHER, [32_300, 23_100]),
    ],
)  # fmt: skip
def test_other_spending_risk_and_terms_by_hand(run_folder, tmp_path, ranges, text, amounts):
    varied = {name: parse_range(each, name) for name, each in ranges.items()}
    (tmp_path / "what_if.yaml").write_text(text)
    chosen = Choices(what_if=tmp_path / "what_if.yaml" if text else None)
    simulation = SIMULATION.run(run_folder, WhichRow(), Scenarios(3, 1, **varied), chosen)
    assert [outcome.mean for outcome in simulation.outcomes] == pytest.approx(amounts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("what_if: X\nterms: {roof: {value: 1}}\n", "roof is no term there is"),
        ("what_if: X\nterms: {retroactive_months: {value: 1}}\n", "cannot be changed in a settled"),
        ("what_if: X\nterms: {stop_loss_share: {value: 80}}\n", "lies outside 0 to 1"),
        ("what_if: X\nterm: {}\n", "term is not a key of a what-if"),
        ("what_if: [", "cannot be read"),
    ],
)
def test_a_what_if_that_cannot_be_meant(run_folder, tmp_path, text, said):
    (tmp_path / "what_if.yaml").write_text(text)
    options = ["simulate", str(run_folder), "--risk-ratio", "1", "--scenarios", "2"]
    result = CliRunner().invoke(app, [*options, "--what-if", str(tmp_path / "what_if.yaml")])
    assert isinstance(result.exception, ContractError)
    assert said in str(result.exception)


def test_a_run_from_totals_says_what_it_cannot_move(tmp_path):
    """10 x 100 = 1,000 less 950 + 50 recovered: 100; at 1.1 the 50 stay: 1,000 - 1,045 + 50 = 5."""
    text = CONTRACT.replace("value: 0.90", "value: 1")
    (tmp_path / "contract.yaml").write_text(text)
    totals = tmp_path / "totals.csv"
    totals.write_text(
        "contract,contract year,member months,base rate,risk score,incurred medical expense,"
        "stop loss recoveries\nH-2025,2025,10,100,1,950,50\n"
    )
    settlement = TOTALS.settle([tmp_path / "contract.yaml", totals])
    write_run(settlement, tmp_path / "run")
    varied = Scenarios(2, 1, expenditure_trend=parse_range("1.1", "trend"))
    simulation = SIMULATION.run(tmp_path / "run", WhichRow(), varied, Choices())
    assert simulation.outcomes[0].mean == pytest.approx(5)
    assert "does not know the members" in simulation.caveats[0]


@pytest.mark.parametrize(
    ("heading", "clause"), [("prior deficit", "deficit_is_carried"), ("kick payments due", "kick")]
)
def test_an_amount_that_no_clause_asks_for_is_set_aside(tmp_path, heading, clause):
    lines = [line for line in CONTRACT.splitlines() if "kick" not in line]
    (tmp_path / "contract.yaml").write_text("\n".join(lines) + "\n")
    (tmp_path / "totals.csv").write_text(
        f"contract,contract year,member months,base rate,risk score,incurred medical expense,"
        f"{heading}\nH-2025,2025,10,100,1,950,50\nI-2025,2025,10,100,1,950,\n"
    )
    settlement = TOTALS.settle([tmp_path / "contract.yaml", tmp_path / "totals.csv"])
    (aside,) = settlement.set_aside
    assert aside.reason == "an amount that nobody agreed on"
    assert clause in aside.detail
    assert [who.identifier for who in settlement.main.contracts] == ["I-2025"]
