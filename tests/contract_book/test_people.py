"""People of a book: who is credited where, nobody twice, equal to the program of one contract."""

import csv
import datetime as dt
import random
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest

import openvbc
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.errors import InputError
from openvbc.format import show
from openvbc.programs.contract_book.book_file import read_book
from openvbc.programs.contract_book.overlap import Alignment, Holder, credits_of, excludes
from openvbc.programs.contract_book.people import Listed, find_people
from openvbc.programs.contract_book.people_tables import Digits
from openvbc.programs.contract_book.settle import settle_book

INITIATIVES = ["MSSP", "REACH", "KCC", "GUIDE", "", "", "MA", "BPCI-A"]


def generated(seed):
    """A book of 8 contracts of two payers over 40 people, members at random."""
    draw = random.Random(seed)
    holders = {
        n: Holder(
            f"C{n}", draw.choice(["CMS", "North"]), "Commercial", INITIATIVES[n - 1],
            n != 8, draw.random() < 0.5, draw.randrange(2),
        )
        for n in range(1, 9)
    }  # fmt: skip
    spans = []
    for number in holders:
        for person in draw.sample(range(40), 22):
            first = dt.date(2025, draw.randrange(1, 10), 1)
            since = draw.choice([first, dt.date(2024, 1, 1)])
            spans.append((number, f"P{person}", first, dt.date(2025, 12, 31), since,
                          draw.random() < 0.2))  # fmt: skip
    dollars = [
        ("CMS", "Commercial", dt.date(2025, month, 3), Decimal("100.00"), f"P{person}", None, 0)
        for person in range(40)
        for month in range(1, 13)
    ]
    return holders, spans, dollars


def listed(holders, spans, dollars=(), categories=()):
    contracts = [(n, None, None, h.prospective, h.precedence) for n, h in holders.items()]
    return Listed(2025, holders, contracts, spans, (), (), dollars, (), categories)


def found(given, folder):
    with DuckDBEngine(threads=1) as engine:
        people = find_people(given, None, engine, folder)
        engine.register("credit", sorted((folder / "contract_credit").glob("*.parquet")))
        return people, engine.rows("select * from credit")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_month_is_credited_twice_and_each_as_decided_one_person_at_a_time(seed, tmp_path):
    holders, spans, _ = generated(seed)
    people, rows = found(listed(holders, spans), tmp_path / "tables")
    credited = {
        (row["contract_number"], row["person_id"], month)
        for row in rows
        for month in range(1, 13)
        if row["credited_mask"] & 1 << (month - 1)
    }
    expected, lost, shared = set(), 0, 0
    for person in {span[1] for span in spans}:
        mine = [span for span in spans if span[1] == person]
        for month in range(1, 13):
            day = dt.date(2025, month, 1)
            held = [
                Alignment(holders[number], voluntary, since)
                for number, _, first, last, since, voluntary in mine
                if first <= day <= last
            ]
            shared += len(held) > 1
            for each in credits_of(held, day):
                if each.kept:
                    expected.add((int(each.contract[1:]), person, month))
                lost += not each.kept
    assert credited == expected
    assert sum(each.months for each in people.lost) == lost
    assert people.shared_months == shared
    for one, other in combinations(sorted(credited), 2):
        if one[1:] == other[1:]:
            day = dt.date(2025, one[2], 1)
            assert excludes(holders[one[0]], holders[other[0]], day) is None, (one, other)


def test_the_order_of_lists_changes_nothing(tmp_path):
    holders, spans, dollars = generated(4)
    categories = [(n, 9 - n, "people", "CMS", "Commercial") for n in holders]
    one, _ = found(listed(holders, spans, dollars, categories), tmp_path / "one")
    turned = listed(holders, spans[::-1], dollars[::-1], categories[::-1])
    other, _ = found(turned, tmp_path / "other")
    assert one.totals == other.totals
    assert one.lost == other.lost

    def plain(rows):
        return sorted(tuple(row.values()) for row in rows)

    assert plain(one.dollars) == plain(other.dollars)
    assert sum(row["amount"] for row in one.dollars) == sum(d[3] for d in dollars)


def test_a_person_in_more_contracts_than_can_be_told_apart_is_named(tmp_path):
    holders = {n: Holder(f"C{n}", f"P{n}", "Commercial") for n in range(1, 41)}
    spans = [
        (n, "M1", dt.date(2025, 1, 1), dt.date(2025, 12, 31), dt.date(2025, 1, 1), False)
        for n in holders
    ]
    with pytest.raises(InputError, match="a person is in 40 contracts") as refused:
        found(listed(holders, spans), tmp_path / "tables")
    assert "M1" not in str(refused.value)


@pytest.fixture(scope="module")
def claims(tmp_path_factory):
    """A generated delivery of 200 people, settled by the payer-contract program."""
    from openvbc.programs.payer_contract.sample import write_sample

    folder = tmp_path_factory.mktemp("book") / "claims"
    write_sample(folder, 200, 5)
    run = openvbc.Project(folder).run()
    return folder, run.settlement.main.evaluation.value("settlement")


BOOK = """book: Claims
year: 2024
claims: {{cclf: [cclf], eligibility: eligibility.csv}}
output: {output}
contracts:
{contracts}"""
ENTRY = (
    "  - {{contract: {name}, payer: North, line_of_business: Commercial, terms: {terms},\n"
    "     members: {members}, known: {{quality_score: 0.72}}{more}}}\n"
)


def settled(folder, name, *entries):
    text = "".join(ENTRY.format(**{"terms": "contract.yaml", "more": "", **e}) for e in entries)
    path = folder / f"{name}.yaml"
    path.write_text(BOOK.format(output=name, contracts=text))
    return settle_book(read_book(path))


def written(folder, name, spans):
    rows = ["member_id,first_day,last_day,aligned_on", *(",".join(span) for span in spans)]
    (folder / name).write_text("\n".join(rows) + "\n")


def members_of(folder):
    with (folder / "roster.csv").open(newline="") as file:
        return [row["member_id"] for row in csv.DictReader(file)]


def test_one_contract_in_a_book_is_what_its_own_program_settles_to_the_cent(claims):
    folder, alone = claims
    book = settled(folder, "alone", {"name": "NW", "members": "roster.csv"})
    assert not book.left_out
    assert book.expected == alone
    assert alone != 0


def test_two_contracts_of_a_payer_over_one_person_share_the_months_and_no_dollar_twice(claims):
    """Half of the people are in both; the contract that had them first has the credit."""
    folder, _ = claims
    terms = (
        (folder / "contract.yaml")
        .read_text()
        .replace("savings_cap: {value: 0.05", "savings_cap: {value: 0.90")
    )
    (folder / "open.yaml").write_text(terms)
    half = members_of(folder)[::2]
    spans = [(member, "2024-01-01", "2024-12-31", "2023-01-01") for member in half]
    written(folder, "half.csv", spans)
    first = {"name": "A", "members": "roster.csv", "terms": "open.yaml"}
    second = {"name": "B", "members": "half.csv", "terms": "open.yaml"}
    both, one = settled(folder, "both", first, second), settled(folder, "one", first)
    totals, whole = both.measured.people.totals, one.measured.people.totals["A"].whole
    for name in ("member_months", "spending"):
        credited = totals["A"].credited[name] + totals["B"].credited[name]
        assert credited == whole[name]
        assert totals["A"].whole[name] == whole[name]
    (lost,) = both.measured.people.lost
    assert (lost.contract, lost.lost_to) == ("A", "B")
    assert lost.months == totals["B"].whole["member_months"]
    lines = {line.contract: line for line in both.lines}
    assert lines["A"].settled.overlap_cost == one.expected - lines["A"].expected > 0
    assert lines["B"].settled.overlap_cost == 0


def test_who_a_clause_takes_out_does_not_count(claims):
    folder, _ = claims
    out = members_of(folder)[:50]
    text = "member_id,first_day,last_day,reason,clause\n"
    text += "".join(f"{member},2024-01-01,2024-12-31,HOSPICE,2.3\n" for member in out)
    (folder / "out.csv").write_text(text)
    more = {"more": ", excluded: out.csv"}
    book = settled(folder, "out", {"name": "NW", "members": "roster.csv", **more})
    every = settled(folder, "every", {"name": "NW", "members": "roster.csv"})
    one, other = (b.measured.people.totals["NW"] for b in (book, every))
    assert 40 < other.members - one.members <= 50  # a few died before the year


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"members": "nobody.csv"}, "nobody"),
        ({"members": "turned.csv"}, "ends before it begins"),
        ({"terms": "missing.yaml", "members": "roster.csv"}, "missing.yaml"),
    ],
)
def test_a_list_that_cannot_be_used_leaves_its_contract_out(claims, change, said):
    folder, alone = claims
    written(folder, "nobody.csv", [])
    written(folder, "turned.csv", [("X", "2024-03-01", "2024-02-01", "")])
    good = {"name": "NW", "members": "roster.csv"}
    book = settled(folder, "bad", good, {"name": "BAD", **change})
    (left,) = book.left_out
    assert left.contract == "BAD"
    assert said in left.why
    assert book.expected == alone


def test_shares_of_claims_add_up_to_all_that_was_paid(claims):
    folder, _ = claims
    half = members_of(folder)[::2]
    written(folder, "part.csv", [(m, "2024-01-01", "2024-06-30", "") for m in half])
    book = settled(folder, "shares", {"name": "NW", "members": "part.csv"})
    (total,) = [line for line in book.measured.shares if line.line_of_business == "all"]
    assert 0 < total.dollars.downside < 1  # two-sided with a gate on quality: 3B
    assert total.dollars.downside == total.dollars.accountable
    assert total.dollars.accountable + total.dollars.fee_for_service == 1


def test_no_dollar_of_savings_is_credited_twice_in_a_book_of_eight(claims):
    """Eight contracts of one payer over one store: each month paid for is in one of them."""
    folder, _ = claims
    draw = random.Random(9)
    entries = []
    for number in range(8):
        mine = draw.sample(members_of(folder), 60)
        spans = [(m, f"2024-{draw.randrange(1, 9):02d}-01", "2024-12-31", "") for m in mine]
        written(folder, f"of_{number}.csv", spans)
        entries.append({"name": f"C{number}", "members": f"of_{number}.csv"})
    book = settled(folder, "eight", *entries)
    assert not book.left_out
    credited = sum(t.credited["spending"] for t in book.measured.people.totals.values())
    assert sum(t.whole["spending"] for t in book.measured.people.totals.values()) > credited
    tables = folder / "eight" / "tables"
    with DuckDBEngine(threads=1) as engine:
        for name in ("contract_member", "paid_month"):
            engine.register(name, sorted((tables / name).glob("*.parquet")))
        rows = engine.rows(
            "select cast(sum(p.paid_amount) as decimal(18, 2)) as paid from paid_month p where "
            "exists (select 1 from contract_member m where m.person_id = p.person_id "
            "and (m.month_mask & p.bit) <> 0)"
        )
    assert credited == rows[0]["paid"]
    turned = settled(folder, "turned", *entries[::-1])
    assert turned.expected == book.expected
    assert turned.measured.people.lost == book.measured.people.lost


DOLLARS = """payer,line_of_business,paid_on,amount,member_id,contract
North,Commercial,2024-02-01,100.00,{member},
North,Commercial,2024-02-01,50.00,NOBODY,
South,Medicaid,2024-02-01,30.00,,
North,Commercial,2024-02-01,20.00,,GONE
North,Commercial,2023-02-01,7.00,,
"""


def test_dollars_of_a_list_are_placed_and_those_without_a_contract_named(claims):
    folder, _ = claims
    member = members_of(folder)[0]
    (folder / "dollars.csv").write_text(DOLLARS.format(member=member))
    (folder / "q.yaml").write_text(
        "book: Q\nyear: 2024\noutput: q\ndollars: dollars.csv\ncontracts:\n"
        "  - {contract: A, payer: North, line_of_business: Commercial, payment_category: 3B,\n"
        "     members: roster.csv, files: [w/savings_1.yaml, w/savings_1.csv]}\n"
    )
    shipped = Path(openvbc.__file__).parent / "book" / "contract_book"
    (folder / "w").mkdir(exist_ok=True)
    for name in ("savings_1.yaml", "savings_1.csv"):
        (folder / "w" / name).write_text((shipped / name).read_text().replace("2025", "2024"))
    book = settle_book(read_book(folder / "q.yaml"))
    lines = {(one.payer, one.line_of_business): one for one in book.measured.shares}
    north = lines["North", "Commercial"].dollars
    assert north.by_category == {"3B": Decimal(100), "1": Decimal(70)}
    assert lines["all", "all"].dollars.total == 200
    said = " ".join(book.notes)
    assert "Dollars without a contract: 30.00 USD of South, Medicaid" in said
    assert "20.00 USD are listed within episodes of GONE" in said
    assert "7.00 USD of other years" in said


def test_a_book_of_which_no_contract_can_be_settled_ends():
    """With no contract a place weighs nothing, and counting places never ended."""
    assert Digits.of(0).places == Digits.of(1).places


PROJECT = """program: payer-contract
contract: {{file: {terms}}}
known: {{quality_score: 0.72}}
inputs: {{roster: {roster}{claims}}}
output: {name}_run
"""
OVERLAPPED = """book: O
year: 2024
claims: {{cclf: [cclf], eligibility: eligibility.csv}}
output: {name}_book
contracts:
  - {{contract: OWN, payer: North, line_of_business: Commercial, project: {name}.yaml}}
  - {{contract: FIRST, payer: North, line_of_business: Commercial, terms: contract.yaml,
     members: firsts.csv, known: {{quality_score: 0.72}}}}
"""


def test_what_overlap_costs_a_contract_its_own_program_settles(claims):
    """A third of the people are FIRST's from April on: OWN by hand with these months left out."""
    folder, _ = claims
    terms = (folder / "contract.yaml").read_text()
    (folder / "loose.yaml").write_text(terms.replace("savings_cap: {value: 0.05",
                                                     "savings_cap: {value: 0.90"))  # fmt: skip
    with (folder / "roster.csv").open(newline="") as file:
        spans = [(row["member_id"], row["first_day"], row["last_day"])
                 for row in csv.DictReader(file)]  # fmt: skip
    third = {member for member, *_ in spans[::3]}
    written(folder, "firsts.csv", [(m, "2024-04-01", "2024-12-31", "2020-01-01") for m in third])
    left = [(m, first, "2024-03-31" if m in third else last) for m, first, last in spans]
    rows = ["member_id,first_day,last_day", *(",".join(span) for span in left)]
    (folder / "left.csv").write_text("\n".join(rows) + "\n")
    feeds = ", cclf: [cclf], eligibility: eligibility.csv"
    project = {"terms": "loose.yaml", "roster": "roster.csv", "claims": ""}
    by_hand = {**project, "roster": "left.csv", "claims": feeds}
    for name, parts in (
        ("own", project),
        ("by_hand", by_hand),
        ("whole", {**project, "claims": feeds}),
    ):
        (folder / f"{name}.yaml").write_text(PROJECT.format(name=name, **parts))
    whole, without = (
        openvbc.Project(folder / f"{name}.yaml")
        .run()
        .settlement.main.evaluation.value("settlement")
        for name in ("whole", "by_hand")
    )
    assert whole != without
    (folder / "overlapped.yaml").write_text(OVERLAPPED.format(name="own"))
    book = settle_book(read_book(folder / "overlapped.yaml"))
    assert not book.left_out
    lines = {line.contract: line for line in book.lines}
    assert {each.contract for each in book.measured.people.lost} == {"OWN"}
    assert lines["OWN"].expected == whole
    assert lines["OWN"].settled.overlap_cost == whole - without
    assert lines["OWN"].settled.counts_overlap
    said = " ".join(book.notes)
    assert f"without them {show(without, 'USD to the cent')}" in said
    once = without + lines["FIRST"].expected
    assert f"credited to one of them, to {show(once, 'USD to the cent')}." in said
