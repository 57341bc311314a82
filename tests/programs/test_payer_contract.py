"""A payer's own contract: settled by hand, from totals and from claims, and labelled as itself."""

import csv
import datetime as dt
from collections import defaultdict
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest
import yaml

import openvbc
from openvbc.errors import ContractError, EmptyResult, OpenvbcError
from openvbc.programs.payer_contract.results import PROGRAM
from openvbc.programs.terms.agreed import agreed, problems_of, read_agreed
from openvbc.programs.terms.catalogue import catalogue
from own_yaml import exact_yaml

BOOK = Path(str(resources.files("openvbc"))) / "book" / "payer_contract"
CASES = exact_yaml(Path(__file__).parents[1] / "cases" / "payer_contract" / "pieces.yaml")["cases"]


def contract_of(terms, **more):
    return {
        "program": "payer-contract", "title": "Invented", "contract": "C-1", "year": 2025,
        "agreement": "Agreement of 1 January 2025",
        "terms": {n: {"value": v, "clause": str(i)} for i, (n, v) in enumerate(terms.items(), 1)},
        **more,
    }  # fmt: skip


def settle(folder, terms, totals):
    text = yaml.safe_dump(contract_of({n: plain(v) for n, v in terms.items()}))
    (folder / "contract.yaml").write_text(text)
    (folder / "totals.csv").write_text(totals)
    return PROGRAM.settle([folder / "contract.yaml", folder / "totals.csv"])


def plain(value):
    """YAML of exact numbers, as a person writes it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [{k: plain(v) for k, v in row.items()} for row in value]
    return value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_pieces_as_worked_by_hand(case, tmp_path):
    settled = settle(tmp_path, case["terms"], case["totals"])
    rows = {who.identifier: n for n, who in enumerate(settled.main.contracts)}
    assert not settled.set_aside
    for provider, lines in case["expect"].items():
        for line, expected in lines.items():
            amount = settled.main.evaluation.value(line, rows[provider])
            assert amount == expected, f"{provider} {line}: {amount}, by hand {expected}"


def test_the_contract_of_the_book_is_data_under_40_lines_and_labelled_as_itself():
    text = (BOOK / "contract.yaml").read_text()
    assert len(text.splitlines()) < 40
    settled = PROGRAM.settle([BOOK / "contract.yaml", BOOK / "totals.csv"])
    values = [settled.main.evaluation.value("settlement", row) for row in range(3)]
    assert values == [Decimal("189200.00"), Decimal("-129600.00"), 0]  # by hand, in its head
    assert settled.title == "Value agreement of an invented health plan, 2025"
    cites = {p.cite for c in settled.main.evaluation.parameters.values() for p in c}
    assert "Agreement of 1 November 2024, clause 4.2" in cites
    assert not any("CFR" in cite for cite in cites), "law of another program is in force"
    assert all("CFR" not in line.cite for line in settled.main.evaluation.worksheet.lines.values())


def test_what_a_contract_is_silent_on_is_said():
    settled = PROGRAM.settle([BOOK / "contract.yaml", BOOK / "totals.csv"])
    (said,) = [note for note in settled.notes if note.startswith("The contract has no clause on")]
    assert "withhold on spending" in said
    assert "corridor" not in said


GOOD = {"benchmark_form": "given total", "spending_amount": "paid", "savings_share": Decimal("0.5"),
        "loss_share": None}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"savings_share": 50}, "savings_share: 50 lies outside 0 to 1; a ratio is written 0.52"),
        ({"savings_share": True}, "True is not a number"),
        ({"benchmark_form": "magic"}, "'magic' is none of"),
        ({"benchmark_form": "share of premium"}, "target_loss_ratio is missing"),
        ({"risk_adjusted": 1}, "1 is neither true nor false"),
        ({"corridoor": Decimal("0.02")}, "corridoor is no term there is"),
        ({"quality_tiers": [{"from": 1, "part": 1}, {"from": 0, "part": 0}]}, "the rows rise"),
        ({"quality_tiers": [{"from": 0}]}, "each row has the columns from, part"),
    ],
)
def test_a_wrong_term_is_refused_by_name(change, message):
    with pytest.raises(ContractError) as refused:
        agreed(contract_of({**GOOD, **change}), "contract.yaml", "")
    assert message in str(refused.value)


def test_everything_that_is_wrong_is_named_at_once():
    """A name that is misspelled, a form there is not, a share that is missing, a share twice."""
    terms = {"benchmark_form": "magic", "savings_shares": Decimal("0.5"), "spending_amount": "paid",
             "loss_share": Decimal("0.5"),
             "loss_ladder": [{"from": 0, "to": None, "share": Decimal("0.5")}]}  # fmt: skip
    named = [each.partition(" ")[0] for each in problems_of(contract_of(terms), "contract.yaml")]
    assert named == ["savings_shares", "benchmark_form:", "savings_share", "loss_ladder"]


@pytest.mark.parametrize("name", [n for n, term in catalogue().items() if term.needed])
def test_a_term_that_moves_money_must_be_said(name):
    terms = {n: v for n, v in GOOD.items() if n != name}
    with pytest.raises(ContractError, match=f"{name} is missing"):
        agreed(contract_of(terms), "contract.yaml", "")


def test_totals_that_cannot_be_meant_are_set_aside(tmp_path):
    terms = {**GOOD, "quality_gate": Decimal("0.5")}
    totals = """provider,member months,spending,benchmark,quality score
A,10,100,110,62
B,10,100,110,
C,10,100,110,0.62
C,10,90,110,0.62
Total,30,300,330,0.62
D,10,-5,110,0.62
"""
    settled = settle(tmp_path, terms, totals)
    assert [who.identifier for who in settled.main.contracts] == ["C"]
    assert sorted(aside.reason for aside in settled.set_aside) == [
        "a provider that stands before",
        "a row that is of no provider",
        "no quality score",
        "quality score outside what can be meant",
        "spending outside what can be meant",
    ]
    assert settled.rows_in == 6


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    from openvbc.programs.payer_contract.from_claims import CLAIMS

    folder = tmp_path_factory.mktemp("payer") / "sample"
    CLAIMS.generate(folder, 200, 4)
    return folder


def test_from_claims_equals_a_plain_count(project):
    """Months and dollars counted again from the store, one person at a time."""
    run = openvbc.Project(project).run()
    total_row = run.table("contract_total").rows()[0]
    months, spending = _plain_count(run, project)
    assert (total_row["member_months"], total_row["spending"]) == (months, spending)
    evaluation = run.settlement.main.evaluation
    assert evaluation.value("benchmark") == Decimal("1050") * months
    gross = Decimal("1050") * months - spending
    beyond = max(gross - Decimal("21") * months, 0) - max(-gross - Decimal("21") * months, 0)
    cap = Decimal("52.5") * months
    half = max(-cap, min(cap, beyond / 2))
    assert evaluation.value("settlement") == half.quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert run.title.startswith("Value agreement of an invented health plan")


def test_the_benchmark_leads_to_savings_against_the_run_of_an_earlier_year(project, tmp_path):
    from openvbc.programs.payer_contract.from_claims import CLAIMS

    run = openvbc.Project(project).run()
    (alone,) = [each for each in CLAIMS.driver_lists(run) if each.name == "drivers"]
    assert alone.rows[-1][4] == run.settlement.main.evaluation.value("gross_savings_or_losses")
    for name in ("roster.csv", "contract.yaml"):
        text = (project / name).read_text()
        (project / f"earlier_{name}").write_text(text.replace("2024", "2023"))
    text = (project / "openvbc.yaml").read_text()
    text = text.replace("roster.csv", "earlier_roster.csv")
    text = text.replace("contract.yaml", "earlier_contract.yaml")
    (project / "earlier.yaml").write_text(text + f"output: {tmp_path / 'earlier'}\n")
    earlier = openvbc.Project(project / "earlier.yaml").run()
    told = {each.name: each for each in CLAIMS.driver_lists(run, earlier)}
    effect = [row[6] for row in told["drivers"].rows]
    assert effect[-1] == alone.rows[-1][4]
    assert sum(effect[:-1]) == effect[-1]
    assert abs(effect[-2]) < Decimal("0.5")  # rounding
    spent = {r.folder: Decimal(r.table("contract_total").rows()[0]["spending"])
             for r in (run, earlier)}  # fmt: skip
    history = told["drivers_history"].rows[-1]
    assert (history[1], history[-2]) == (spent[earlier.folder], spent[run.folder])
    with pytest.raises(OpenvbcError, match="or is this run"):
        CLAIMS.driver_lists(run, run)


def _plain_count(run, project):
    from openvbc.engine.duckdb import DuckDBEngine

    year, known_by = 2024, dt.date(2025, 3, 31)
    store = {}
    with DuckDBEngine() as engine:
        for name in ("person", "person_identifier", "institutional_claim", "professional_line"):
            engine.register(name, run.store / name)
            store[name] = engine.rows(f"select * from {name}")
    person_of = {row["member_id"]: row["person_id"] for row in store["person_identifier"]}
    died = {row["person_id"]: row["death_date"] for row in store["person"]}
    member = defaultdict(set)
    with (project / "roster.csv").open() as file:
        for row in csv.DictReader(file):
            who = person_of.get(row["member_id"], row["member_id"])
            for month in range(1, 13):
                if died.get(who) is None or died[who] >= dt.date(year, month, 1):
                    member[who].add(month)
    spending = Decimal(0)
    for row in store["institutional_claim"] + store["professional_line"]:
        day = row.get("claim_line_end_date") or row["claim_end_date"]
        known = row["load_date"] or day
        is_member = day.year == year and day.month in member[row["person_id"]]
        if is_member and not row["is_denied"] and known <= known_by:
            spending += row["paid_amount"]
    return sum(map(len, member.values())), spending


def test_a_member_no_feed_names_counts_and_is_said(project, tmp_path):
    roster = (project / "roster.csv").read_text() + "STRANGER,2024-01-01,2024-06-30\n"
    (project / "roster2.csv").write_text(roster)
    text = (project / "openvbc.yaml").read_text().replace("roster.csv", "roster2.csv")
    (project / "with_stranger.yaml").write_text(text + f"output: {tmp_path / 'run'}\n")
    run = openvbc.Project(project / "with_stranger.yaml").run()
    before = openvbc.Run.open(project / "run").table("contract_total").rows()[0]
    after = run.table("contract_total").rows()[0]
    assert after["member_months"] == before["member_months"] + 6
    assert any("1 of " in note and "in no feed" in note for note in run.settlement.notes)


def test_a_roster_that_cannot_be_used_whole_is_refused(project, tmp_path):
    for text, message in (
        ("M1,2024-01-01,2023-01-01\n", "ends before it begins"),
        ("M1,someday,2024-01-01\n", "cannot be used"),
    ):
        (project / "bad.csv").write_text("member_id,first_day,last_day\n" + text)
        wrong = (project / "openvbc.yaml").read_text().replace("roster.csv", "bad.csv")
        (project / "wrong.yaml").write_text(wrong)
        with pytest.raises(OpenvbcError, match=message):
            openvbc.Project(project / "wrong.yaml")
    (project / "bad.csv").write_text("member_id,first_day,last_day\n")
    with pytest.raises(EmptyResult, match="names nobody"):
        openvbc.Project(project / "wrong.yaml")


def test_terms_the_claim_store_cannot_measure_are_refused(project):
    text = (project / "contract.yaml").read_text().replace("{value: paid,", "{value: allowed,")
    (project / "allowed.yaml").write_text(text)
    assert read_agreed(project / "allowed.yaml").value("spending_amount") == "allowed"
    wrong = (project / "openvbc.yaml").read_text().replace("contract.yaml", "allowed.yaml")
    (project / "wrong_terms.yaml").write_text(wrong)
    with pytest.raises(ContractError, match="facility claims carry no allowed amount"):
        openvbc.Project(project / "wrong_terms.yaml")


def test_a_settled_contract_is_simulated_by_its_own_terms(tmp_path):
    """Spending fixed at its settled amount gives the settlement in every scenario."""
    from openvbc.programs.run_folder import write_run

    write_run(PROGRAM.settle([BOOK / "contract.yaml", BOOK / "totals.csv"]), tmp_path)
    (still,) = openvbc.simulate(
        tmp_path, contract="ALDER", expenditure_trend=(1.0, 1.0), scenarios=50
    )
    assert set(still.amounts) == {189200.0}
    (gate,) = openvbc.simulate(tmp_path, contract="CEDAR", quality_score=(0.5, 0.7), scenarios=4000)
    # Above the gate of 0.60 half of the savings beyond the corridor, 169,600, is paid.
    assert set(gate.amounts) == {0.0, 84800.0}
    assert 0.45 < gate.share_earning < 0.55
    with pytest.raises(openvbc.errors.InputError, match="risk ratio changes nothing"):
        openvbc.simulate(tmp_path, contract="ALDER", risk_ratio=(0.9, 1.1))
