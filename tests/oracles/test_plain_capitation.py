"""A capitation run against the truth of its generator and an independent plain oracle."""

import csv
import datetime as dt
from collections import defaultdict
from decimal import Decimal

import pytest

import openvbc
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.programs.capitation.from_claims import CLAIMS
from oracles.plain_capitation import Plain

YEAR = 2024
KNOWN_BY = dt.date(2025, 3, 31)
STORED = ("person_identifier", "institutional_claim", "professional_line")


@pytest.fixture(
    scope="module",
    params=[(200, 4), pytest.param((2000, 5), marks=pytest.mark.slow)],
    ids=["200 people", "2,000 people"],
)
def made(request, tmp_path_factory):
    """Project, run, plain oracle."""
    folder = tmp_path_factory.mktemp("capitation") / "sample"
    CLAIMS.generate(folder, *request.param)
    run = openvbc.Project(folder).run()
    with DuckDBEngine() as engine:
        store = {}
        for name in STORED:
            engine.register(name, run.store / name)
            store[name] = engine.rows(f"select * from {name}")
    return folder, run, Plain(folder, store, YEAR, KNOWN_BY)


def by_person(run, table, key):
    amounts_by_person = defaultdict(dict)
    for row in run.table(table).rows():
        amounts_by_person[row["person_id"]][key(row)] = row["amount"]
    return amounts_by_person


def test_every_months_capitation_is_the_truth_of_the_generator(made):
    folder, run, plain = made
    with (folder / "truth" / "capitated_month.csv").open() as file:
        truth = defaultdict(dict)
        for row in csv.DictReader(file):
            who = plain.person_of.get(row["member_id"], row["member_id"])
            truth[who][int(row["month_number"])] = Decimal(row["amount"])
    assert by_person(run, "capitated_month", lambda r: r["month_number"]) == truth


def test_every_persons_months_and_lines_are_those_of_the_plain_oracle(made):
    _, run, plain = made
    months = by_person(run, "capitated_month", lambda r: r["month_number"])
    assert months == {who: own for who, own in plain.months.items() if own}
    lines = by_person(run, "capitation_line", lambda r: (r["run_number"], r["month_number"]))
    assert lines == {who: own for who, own in plain.lines.items() if own}
    kinds = {(r["run_number"] == r["month_number"], r["kind"])
             for r in run.table("capitation_line").rows()}  # fmt: skip
    assert kinds == {(True, "ORIGINAL"), (False, "ADJUSTMENT")}


def test_every_persons_expense_is_that_of_the_plain_oracle(made):
    _, run, plain = made
    expenses = {row["person_id"]: row for row in run.table("member_expense").rows()}
    assert set(expenses) == set(plain.expense)
    for who, row in expenses.items():
        for fund in ("GROUP", "HOSPITAL", "SHARED", "PLAN"):
            assert row[f"{fund.lower()}_expense"] == plain.expense[who][fund], fund
        assert row["at_risk"] == plain.at_risk(who)
        assert row["stop_loss_recovery"] == plain.recovered(who)
        assert row["not_divided"] == 0


def test_every_exception_that_was_planted_is_found_and_no_other(made):
    folder, run, plain = made
    with (folder / "truth" / "payment_exception.csv").open() as file:
        planted = {
            (
                plain.person_of.get(row["member_id"], row["member_id"]),
                int(row["month_number"]), row["exception"], Decimal(row["paid"]),
            )
            for row in csv.DictReader(file)
        }  # fmt: skip
    exceptions = {
        (row["person_id"], row["month_number"], row["exception"], row["paid"])
        for row in run.table("payment_exception").rows()
    }
    assert planted
    assert exceptions == planted


def test_the_settlement_is_what_the_plain_totals_give(made):
    """The contract of the book, by hand over the oracle's totals."""
    _, run, plain = made
    value = run.settlement.main.evaluation.value
    revenue = sum(sum(own.values()) for own in plain.months.values())
    months = sum(len(own) for own in plain.months.values())
    assert value("revenue") == revenue
    assert value("member_months") == months
    assert value("stop_loss_recoveries") == sum(plain.recovered(who) for who in plain.expense)
    at_risk = sum(plain.at_risk(who) for who in plain.expense)
    assert value("incurred_medical_expense") == at_risk  # the run-out is over: all is known
    net = value("incurred_medical_expense") - value("stop_loss_recoveries")
    net += Decimal("4.50") * months
    surplus = revenue * Decimal("0.97") - net
    assert value("surplus") == surplus
    size = abs(surplus)
    inside = min(size, revenue / 20)
    share = (inside + (size - inside) / 2).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    result = share if surplus > 0 else Decimal(0)
    held = (revenue * Decimal("0.02")).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    released = held - (held * Decimal("0.28")).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert value("settlement") == result + released


def test_every_dollar_is_in_exactly_one_fund(made):
    _, run, plain = made
    lines = run.table("fund_line").rows()
    assert {row["fund"] for row in lines} <= {"GROUP", "HOSPITAL", "SHARED", "PLAN"}
    keys = [(row["person_id"], row["line_number"]) for row in lines]
    assert len(keys) == len(set(keys))
    total = sum(sum(own.values()) for own in plain.expense.values())
    assert sum(row["paid_amount"] for row in lines) == total


def project_with(made, name, *changes, more=""):
    """The project again, with text of its file changed; its run goes elsewhere."""
    folder, run, _ = made
    text = (folder / "openvbc.yaml").read_text() + more
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / f"{name}.yaml").write_text(text + f"store: {run.store}\noutput: {folder / name}\n")
    return openvbc.Project(folder / f"{name}.yaml").run()


def test_interim_and_final_settlements_add_up(made):
    """What is due at each settlement, with the earlier ones named, comes to the final one."""
    before, due = Decimal(0), []
    score = "known:\n  quality_score: 0.72\n"
    total = made[1].settlement.main.evaluation.value("settlement")
    for name, more in (
        ("half", "as_of: 2024-06-30\n"), ("year", "as_of: 2024-12-31\n"), ("final", ""),
    ):  # fmt: skip
        run = project_with(made, name, (score, f"{score}  settled_before: {before}\n"), more=more)
        assert run.settlement.is_final == (name == "final")
        interim = [note for note in run.settlement.notes if note.startswith("Interim")]
        assert bool(interim) == (name != "final")
        due.append(run.settlement.main.evaluation.value("due_now"))
        before += due[-1]
    assert sum(due) == total
    half = openvbc.Run.open(made[0] / "half").table("capitated_month").rows()
    assert {row["month_number"] for row in half} == set(range(1, 7))


def test_a_member_is_explained(made):
    folder, _, plain = made
    run = openvbc.Run.open(folder / "run")
    who = next(w for w, own in plain.lines.items() if any(a < 0 for a in own.values()))
    told = CLAIMS.subjects()["person"](run, who, None)
    grids = {part.title: part.rows for part in told.parts if hasattr(part, "rows")}
    lines = {(row[0], row[1]): row[3] for row in grids["What each capitation run paid"]}
    assert lines == plain.lines[who]
    nobody = CLAIMS.subjects()["person"](run, "NOBODY", None)
    assert "not a member" in nobody.parts[0].text


def test_claims_in_no_fund_or_in_two_stop_the_settlement(made):
    (made[0] / "gap.csv").write_text(
        "service,fund,claim_kind,claim_type_code\na,GROUP,professional,71\n"
        "b,HOSPITAL,institutional,60\nc,SHARED,institutional,40\nd,SHARED,institutional,40\n"
    )
    run = project_with(made, "gap", ("division.csv", "gap.csv"))
    assert run.settlement is None
    said = " ".join(run.lacking)
    assert "institutional lines of type 40 are in the division twice" in said
    assert "are in no fund" in said
    assert sum(row["not_divided"] for row in run.table("member_expense").rows()) != 0


def test_a_sub_capitation_is_counted_once(made):
    """Its payment is expense; the claims it pays for count nothing and stay as encounters."""
    folder, base, _ = made
    store = base.table("fund_line").rows()
    month = [row for row in store if row["month_number"] == 5 and row["fund"] == "GROUP"]
    with DuckDBEngine() as engine:
        engine.register("professional_line", base.store / "professional_line")
        tins = engine.rows(
            "select rendering_tin, count(*) as n from professional_line where not is_denied"
            " and claim_type_code <> '82' and rendering_tin is not null"
            " and claim_line_end_date between date '2024-05-01' and date '2024-05-31'"
            " group by 1 order by 2 desc, 1"
        )
    tin = tins[0]["rendering_tin"]
    (folder / "sub.csv").write_text(
        f"provider,service,month,amount\n{tin},professional care,2024-05-01,1000.00\n"
    )
    change = ("payments: payments.csv\n", "payments: payments.csv\n  sub_capitation: sub.csv\n")
    run = project_with(made, "sub", change)
    encounters = [row for row in run.table("fund_line").rows() if row["is_encounter"]]
    new = [row for row in encounters if row["paid_amount"] != 0]
    assert new
    assert len(month) >= len(new)
    assert all(row["expense"] == 0 and row["shadow_amount"] != 0 for row in new)
    gone = sum(row["paid_amount"] for row in new)
    value = "incurred_medical_expense"
    before, after = (each.settlement.main.evaluation.value(value) for each in (base, run))
    assert after == before - gone + 1000
