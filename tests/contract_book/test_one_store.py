"""Every program of a book on the book's one claim store: to the cent what it settles by itself."""

import csv
import datetime as dt
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import openvbc
from contract_book.worked_from_claims import write_worked
from hand_claims import table
from openvbc.claims.inputs import ClaimInputs
from openvbc.engine.reading import reading
from openvbc.programs.contract_book.book_file import read_book
from openvbc.programs.contract_book.run_members import members_of_run, spans_told
from openvbc.programs.contract_book.settle import settle_book
from oracles.test_plain_reach import ENTITY, KNOWN_BY, PROJECT, YEAR, lists

BY_HAND = {
    "S1-2025": "59040.00", "S2-2025": "-87120.00", "S3-2025": "184000.00",
    "Q1-2025": "6000.00", "Q2-2025": "100000.00", "Q3-2025": "45000.00",
    "E1-2025": "294.00", "E2-2025": "2000.00", "E3-2025": "-900.00",
    "C1-2025": "94000.00", "C2-2025": "250000.00", "C3-2025": "48000.00",
    "M1-2025": "45000.00", "M2-2025": "-16000.00",
}  # fmt: skip


@pytest.mark.parametrize(
    "groups",
    [("bundles", "mixes"), pytest.param((), marks=pytest.mark.slow)],
    ids=["all four shapes", "all fourteen"],
)
def test_the_worked_contracts_from_claims_are_what_their_heads_work_out(tmp_path, groups):
    book = settle_book(read_book(write_worked(tmp_path / "worked", *groups)))
    assert not book.left_out
    amounts = {line.contract: line.expected for line in book.lines}
    wanted = {name: Decimal(amount) for name, amount in BY_HAND.items()
              if not groups or name[0] in "EM"}  # fmt: skip
    assert amounts == wanted


CAPITATION = """program: capitation
contract: {{title: C, contract: CAP, year: {year}, agreement: A, terms: {{
  capitation_form: {{value: rate cells, clause: "1"}}, risk_adjusted: {{value: false, clause: "1"}},
  retroactive_months: {{value: 3, clause: "1"}}, group_fund_share: {{value: 1, clause: "1"}},
  hospital_fund_share: {{value: 1, clause: "1"}}, shared_fund_share: {{value: 1, clause: "1"}},
  encounter_price: {{value: paid, clause: "1"}}, completion: {{value: none, clause: "1"}},
  run_out_months: {{value: 3, clause: "1"}}, target_loss_ratio: {{value: 1, clause: "1"}}}}}}
inputs: {{roster: roster.csv, rates: rates.csv, division: division.csv}}
"""
SAVINGS = """program: payer-contract
contract: {{title: S, contract: SAV, year: {year}, agreement: A, terms: {{
  benchmark_form: {{value: target per member per month, clause: "1"}},
  target_per_member_per_month: {{value: 1000, clause: "1"}},
  spending_amount: {{value: paid, clause: "1"}}, run_out_months: {{value: 3, clause: "1"}},
  includes_pharmacy: {{value: false, clause: "1"}},
  savings_share: {{value: 0.5, clause: "1"}}, loss_share: {{value: 0.5, clause: "1"}}}}}}
inputs: {{roster: members.csv}}
"""
BUNDLE = """program: episodes
contract: {{definition: definition.yaml, year: {year}, amounts: paid, terms: bundle_terms.yaml}}
"""
DEFINITION = """episodes: [{category: Any stay, triggers: {ms_drg: [%s]}}]
window: {after_anchor_days: 30, watched_days: 0, lookback_days: 0}
tests: []
overlap: {keep: earlier}
"""
BUNDLE_TERMS = """program: episodes
title: B
contract: BUN
year: 2024
agreement: A
terms:
  price_form: {value: retrospective budget, clause: "1"}
  budget_per_episode: {value: 9000, clause: "1"}
  savings_share: {value: 0.5, clause: "1"}
  loss_share: {value: 0.5, clause: "1"}
"""


@pytest.fixture(scope="module")
def programs(finished, tmp_path_factory):
    """Projects of five programs without deliveries, and the deliveries."""
    folder = tmp_path_factory.mktemp("programs")
    mssp = yaml.safe_load((finished / "openvbc.yaml").read_text())
    feeds = {name: value for name, value in mssp["inputs"].items()
             if name in ClaimInputs.model_fields}  # fmt: skip
    feeds = {
        name: [str(finished / each) for each in value] if isinstance(value, list)
        else str(finished / value)
        for name, value in feeds.items()
    }  # fmt: skip
    own = {name: str(finished / value) for name, value in mssp["inputs"].items()
           if name not in feeds}  # fmt: skip
    mssp |= {"inputs": own}
    mssp = {name: value for name, value in mssp.items() if name not in ("store", "output")}
    lists(folder, finished)
    reach = yaml.safe_load(
        PROJECT.format(entity=ENTITY, year=YEAR, known_by=KNOWN_BY, made=finished)
    )
    reach["inputs"] = {name: value for name, value in reach["inputs"].items()
                       if name not in ClaimInputs.model_fields}  # fmt: skip
    with (finished / "eligibility.csv").open(newline="") as file:
        members = sorted({row["member_id"] for row in csv.DictReader(file)})
    year = f"{YEAR}-01-01"
    table(folder / "members.csv", ("member_id", "first_day", "last_day"),
          [[who, year, f"{YEAR}-12-31"] for who in members])  # fmt: skip
    table(folder / "roster.csv",
          ("member_id", "action", "first_day", "last_day", "rate_cell", "received_on"),
          [[who, "ADDITION", year, "", "ALL", year] for who in members[::2]])  # fmt: skip
    table(folder / "rates.csv", ("contract_year", "rate_cell", "rate"), [[YEAR, "ALL", 900]])
    table(folder / "division.csv", ("service", "fund", "claim_kind"),
          [["a", "HOSPITAL", "institutional"], ["b", "GROUP", "professional"]])  # fmt: skip
    (folder / "definition.yaml").write_text(DEFINITION % ", ".join(map(str, range(189, 872))))
    (folder / "bundle_terms.yaml").write_text(BUNDLE_TERMS)
    projects = {
        "mssp": yaml.safe_dump(mssp), "reach": yaml.safe_dump(reach),
        "capitation": CAPITATION.format(year=YEAR), "savings": SAVINGS.format(year=YEAR),
        "bundle": BUNDLE.format(year=YEAR),
    }  # fmt: skip
    for name, text in projects.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder, feeds, list(projects)


@pytest.mark.slow
def test_each_program_is_to_the_cent_what_it_settles_by_itself(finished, programs):
    folder, feeds, names = programs
    store = finished / "store"
    claims = yaml.safe_dump(feeds, default_flow_style=True)
    text = f"book: B\nyear: {YEAR}\nstore: {store}\nclaims: {claims}"
    text += "contracts:\n" + "".join(
        f"  - {{contract: {name}, payer: P{name}, line_of_business: Traditional Medicare, "
        f"project: {name}.yaml}}\n"
        for name in names
    )
    (folder / "book.yaml").write_text(text)
    book = settle_book(read_book(folder))
    assert not book.left_out
    book_amounts = {line.contract: line.expected for line in book.lines}
    for name in names:
        project = yaml.safe_load((folder / f"{name}.yaml").read_text())
        project["inputs"] = {**(project.get("inputs") or {}), **feeds}
        project |= {"store": str(store), "output": str(folder / f"alone_{name}")}
        (folder / f"{name}_alone.yaml").write_text(yaml.safe_dump(project))
        alone = openvbc.Project(folder / f"{name}_alone.yaml").run().settlement
        line = alone.presentation.result
        rows = range(len(alone.main.contracts))
        amounts = [alone.main.evaluation.value(line, row) for row in rows]
        assert book_amounts[name] == sum(each for each in amounts if each is not None), name
    assert len(set(book_amounts.values())) == len(names), "each settles something of its own"
    _their_people_are_known(book)
    _overlap_costs_what_a_delivery_that_says_so_shows(book, folder, finished, feeds, store)


def _overlap_costs_what_a_delivery_that_says_so_shows(book, folder, finished, feeds, store):
    """The lost months said to be in another initiative by the eligibility file, run by itself."""
    assert book.measured.people.months_lost
    for name, lost in book.measured.people.months_lost.items():
        masks = dict(lost)
        with (finished / "eligibility.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        told = []
        for row in rows:
            for year, month in months_of(row["start_date"], row["end_date"]):
                there = year == YEAR and masks.get(row["member_id"], 0) & 1 << (month - 1)
                first = dt.date(year, month, 1)
                last = dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
                other = 1 if there else row["other_initiative"]
                days = {"start_date": first, "end_date": last}
                told.append({**row, **days, "other_initiative": other})
        heads = list(rows[0])
        table(folder / f"{name}_eligibility.csv", heads, [[r[h] for h in heads] for r in told])
        project = yaml.safe_load((folder / f"{name}.yaml").read_text())
        project["inputs"] = {**(project.get("inputs") or {}), **feeds,
                             "eligibility": f"{name}_eligibility.csv"}  # fmt: skip
        project |= {"store": f"{name}_store", "output": f"{name}_without"}
        (folder / f"{name}_without.yaml").write_text(yaml.safe_dump(project))
        alone = openvbc.Project(folder / f"{name}_without.yaml").run().settlement
        without = alone.main.evaluation.value(alone.presentation.result)
        line = next(each for each in book.lines if each.contract == name)
        assert line.settled.overlap_cost == line.expected - without, name


def months_of(start, end):
    first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    index, until = 12 * first.year + first.month - 1, 12 * last.year + last.month - 1
    return [(each // 12, each % 12 + 1) for each in range(index, until + 1)]


def _their_people_are_known(book):
    """MSSP and REACH exclude each other: the months that both have are credited to one."""
    people = book.measured.people
    assert {name for name, *_ in people.by_month} == {"mssp", "reach", "capitation", "savings"}
    lost = {(each.contract, each.lost_to): each.months for each in people.lost}
    assert lost
    assert set(lost) <= {("mssp", "reach"), ("reach", "mssp")}
    with_run = {one.entry.contract for one in book.measured.contracts if one.has_run}
    assert with_run == {"mssp", "reach", "capitation", "savings"}


def test_an_assigned_person_is_in_the_contract_in_the_months_of_the_delivery(finished):
    """Not the whole year: who joined in April or died in June is in it for those months only."""
    covered = defaultdict(set)
    with (finished / "eligibility.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if (row["part_a"], row["part_b"], row["medicare_advantage"]) == ("1", "1", "0"):
                first, last = (dt.date.fromisoformat(row[n]) for n in ("start_date", "end_date"))
                covered[row["member_id"]] |= {
                    month for month in range(1, 13) if first <= dt.date(YEAR, month, 1) <= last
                }
    months_by_person = defaultdict(set)
    for number, person, first, last, *_ in members_of_run(finished / "run", 7, YEAR):
        assert number == 7
        months_by_person[person] |= set(range(first.month, last.month + 1))
    with (finished / "truth" / "assignment.csv").open(newline="") as file:
        assigned = {row["person_id"] for row in csv.DictReader(file)
                    if row["period"] == "PY" and row["is_assigned"] == "1"}  # fmt: skip
    assert months_by_person == {person: covered[person] for person in assigned}
    assert {len(months) for months in months_by_person.values()} > {12}


def test_months_of_a_covid_19_episode_leave_expenditure_and_not_the_contract():
    """January to April (15) aged, May to October (1,008) disabled; March was an episode."""
    measured = {"person_id": "string", "period": "string", "enrollment_type": "string",
                "month_mask": "int", "excluded_mask": "int"}  # fmt: skip
    assigned = {"person_id": "string", "period": "string", "is_assigned": "boolean",
                "step": "string"}  # fmt: skip
    with reading() as engine:
        engine.register_rows("assignment", assigned,
                             [("A", "PY", True, "VOLUNTARY_ALIGNMENT"), ("B", "PY", False, None),
                              ("C", "BY3", True, "STEP_1")])  # fmt: skip
        rows = [("A", "PY", "AGED_NON_DUAL", 11, 4), ("A", "PY", "DISABLED", 1008, 0)]
        rows += [("A", "BY3", "AGED_NON_DUAL", 4095, 0), ("B", "PY", "DISABLED", 4095, 0)]
        engine.register_rows("measured_enrollment", measured, rows)
        spans = spans_told(engine, "assignment", 2021)
    new_year = dt.date(2021, 1, 1)
    assert spans == [("A", new_year, dt.date(2021, 10, 31), new_year, True)]


@pytest.mark.slow
def test_a_project_that_names_lists_of_the_store_and_no_claims_is_left_out(programs, finished):
    folder, feeds, _ = programs
    text = (folder / "capitation.yaml").read_text()
    wrong = text.replace(
        "roster: roster.csv", f"roster: roster.csv, participants: {finished}/participants.csv"
    )
    (folder / "wrong.yaml").write_text(wrong)
    book = f"book: B\nyear: {YEAR}\nclaims: {{cclf: {feeds['cclf']}}}\noutput: wrong\ncontracts:\n"
    book += "  - {contract: W, payer: P, line_of_business: Commercial, project: wrong.yaml}\n"
    (folder / "wrong_book.yaml").write_text(book + "store: wrong_store\n")
    (left,) = settle_book(read_book(folder / "wrong_book.yaml")).left_out
    assert "names participants and no claims" in left.why


PROVIDERS = """book: P
year: 2025
contracts:
  - {{contract: ACO, payer: CMS, line_of_business: Traditional Medicare, initiative: {one},
     files: [savings_1.yaml, savings_1.csv], providers: ["000000001", "000000002", "000000003"]}}
  - {{contract: PRACTICES, payer: CMS, line_of_business: Traditional Medicare, initiative: {other},
     files: [quality_1.yaml, quality_1.csv], providers: ["000000002", "000000003", "000000009"]}}
"""


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("REACH", "MCP", "A practice is not in both; take them out of one of the two"),
        ("MSSP", "MCP", "Only for a transition of six months; take them out of one of the two"),
        ("MIPS", "ADVANCED APM", "is excluded from MIPS; the payment of PRACTICES stands"),
        ("MSSP", "TEAM", ""),
        ("REACH", "PCF", "A practice is not in both"),
        ("REACH", "KCC", ""),  # a rule on people: it decides months, not providers
    ],
)
def test_providers_in_two_contracts_follow_the_dated_rules(tmp_path, one, other, said):
    shipped = Path(openvbc.__file__).parent / "book" / "contract_book"
    for name in ("savings_1.yaml", "savings_1.csv", "quality_1.yaml", "quality_1.csv"):
        (tmp_path / name).write_text((shipped / name).read_text())
    (tmp_path / "book.yaml").write_text(PROVIDERS.format(one=one, other=other))
    book = settle_book(read_book(tmp_path))
    told = [note for note in book.notes if "are in ACO and PRACTICES" in note]
    assert [each.startswith("2 providers") for each in told] == ([True] if said else [])
    assert said in " ".join(told)
