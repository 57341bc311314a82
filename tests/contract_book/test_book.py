"""A book of contracts: each settled by its own program, added up, and what is not in it named."""

import datetime as dt
import shutil
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import ContractError
from openvbc.programs.contract_book.book_file import read_book
from openvbc.programs.contract_book.overlap import Holder
from openvbc.programs.contract_book.provider_overlap import episode_rules
from openvbc.programs.contract_book.settle import settle_book

SHIPPED = Path(str(resources.files("openvbc"))) / "book"
HEAD = "book: Invented\nyear: 2025\n"
CASES = "cases: {expenditure_trend: 0.97..1.03, quality_score: 0.50..0.90}\n"
NORTH = (
    "  - {contract: NW-2025, payer: North, line_of_business: Commercial, settled_in: 2026-06,\n"
    "     files: [payer_contract/contract.yaml, payer_contract/totals.csv]}\n"
)
QUALITY = (
    "  - {contract: Q-2025, payer: South, line_of_business: Commercial,\n"
    "     files: [p4p_contract/contract.yaml, p4p_contract/results.csv]}\n"
)


@pytest.fixture
def folder(tmp_path):
    for name in ("payer_contract", "p4p_contract"):
        shutil.copytree(SHIPPED / name, tmp_path / name)
    return tmp_path


def settled(folder, contracts, head=HEAD + CASES):
    (folder / "book.yaml").write_text(f"{head}contracts:\n{contracts}")
    return settle_book(read_book(folder))


def test_the_ends_are_those_worked_by_hand(folder):
    """As settled 189,200 - 129,600 + 0 = 59,600.

    Best (spending x 0.97, quality 0.90): Alder 865,000 - 201,600 = 663,400, half 331,700; Birch
    loses 198,000, beyond the corridor of 100,800 97,200, half 48,600; Cedar, gate open, 289,000 -
    50,400 = 238,600, half 119,300: 331,700 - 48,600 + 119,300 = 402,400.
    Worst (x 1.03, 0.50, every gate closed): Alder saves, gets nothing; Birch 5,562,000 loses
    522,000 - 100,800 = 421,200, half 210,600; Cedar saves, gets nothing: -210,600.
    """
    (line,) = settled(folder, NORTH).lines
    assert line.expected == Decimal("59600.00")
    assert (line.ends.best, line.ends.worst) == (Decimal("402400.00"), Decimal("-210600.00"))
    assert line.ends.moved_by == ("expenditure_trend", "quality_score")


def test_half_the_worst_case_is_set_aside_where_the_policy_says_so(folder):
    head = HEAD + CASES + "reserve: {of_worst_case: 0.5}\n"
    (line,) = settled(folder, NORTH, head).lines
    assert line.reserved == Decimal("105300.00")  # 210,600 / 2; nothing is expected to be owed


def test_without_ranges_there_is_no_best_or_worst_case_and_it_is_said(folder):
    book = settled(folder, NORTH, HEAD)
    assert book.best is None
    assert any("no ranges" in note for note in book.notes)


def test_cash_stands_in_its_month_or_under_none(folder):
    book = settled(folder, NORTH + QUALITY)
    assert [(c.month, c.contract) for c in book.cash] == [("2026-06", "NW-2025"), ("", "Q-2025")]
    assert sum(c.amount for c in book.cash) == book.expected


def test_the_order_of_contracts_changes_nothing(folder):
    one, other = settled(folder, NORTH + QUALITY), settled(folder, QUALITY + NORTH)
    assert [line.contract for line in one.lines] == [line.contract for line in other.lines]
    assert (one.expected, one.best, one.worst) == (other.expected, other.best, other.worst)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (NORTH, "the identifier stands 2 times"),
        ("  - {contract: B, payer: P, line_of_business: Commercial}\n", "nothing to settle by"),
        ("  - {contract: B, payer: P, line_of_business: Retail, files: [x.csv]}\n",
         "the line of business is one of"),
        ("  - {contract: B, payer: P, line_of_business: Commercial, files: [x.csv], roof: 1}\n",
         "roof is not a key of a contract"),
        ("  - {contract: B, payer: P, line_of_business: Commercial, program: mssp,\n"
         "     files: [nothing.csv]}\n", "there is no such file"),
        ("  - {contract: B, payer: P, line_of_business: Commercial,\n"
         "     files: [p4p_contract/results.csv]}\n", "the program is not said"),
    ],
)  # fmt: skip
def test_a_contract_that_is_wrong_is_named_and_the_others_are_settled(folder, wrong, said):
    book = settled(folder, NORTH + QUALITY + wrong)
    assert said in " ".join(each.why for each in book.left_out)
    assert "Q-2025" in [line.contract for line in book.lines]
    assert book.book.contracts_in_file == len(book.lines) + len(book.left_out)


def test_two_periods_that_overlap_for_one_population_are_both_out(folder):
    def entry(name, first, last, files="p4p_contract/contract.yaml, p4p_contract/results.csv"):
        return (
            f"  - {{contract: {name}, payer: P, line_of_business: Commercial, population: PPO,\n"
            f"     first_day: {first}, last_day: {last},\n"
            f"     files: [{files}]}}\n"
        )

    other = "payer_contract/contract.yaml, payer_contract/totals.csv"
    first = entry("ONE", "2025-01-01", "2025-06-30")
    book = settled(folder, NORTH + first + entry("TWO", "2025-06-30", "2025-12-31"))
    assert {each.contract for each in book.left_out} == {"ONE", "TWO"}
    after = entry("TWO", "2025-07-01", "2025-12-31", other)
    assert not settled(folder, first + after).left_out


def test_a_result_that_is_no_dollars_is_refused_by_name(folder):
    with pytest.raises(ContractError, match="roof is not a key of a book"):
        settled(folder, NORTH, HEAD + "roof: 1\n")


def test_the_command_writes_the_book_and_says_what_is_not_in_it(folder):
    wrong = "  - {contract: B, payer: P, line_of_business: Commercial}\n"
    (folder / "book.yaml").write_text(f"{HEAD}contracts:\n{NORTH}{wrong}")
    result = CliRunner().invoke(app, ["book", str(folder)])
    assert result.exit_code == 5, result.output
    assert "not in the book: B" in result.output
    assert "59600.00" in (folder / "run" / "contracts.csv").read_text()
    assert "Not in the book" in (folder / "run" / "book.html").read_text()


def test_a_book_begins_from_the_worked_contracts(tmp_path):
    """``vbc init --book`` gives files that settle at once, to the sum worked in the book's head."""
    folder = tmp_path / "mine"
    run = CliRunner()
    begun = run.invoke(app, ["init", str(folder), "--book"])
    assert begun.exit_code == 0, begun.output
    assert "vbc book" in begun.output
    assert isinstance(run.invoke(app, ["init", str(folder), "--book"]).exception, ContractError)
    settled = run.invoke(app, ["book", str(folder)], env={"COLUMNS": "150"})
    assert settled.exit_code == 0, settled.output
    assert "$729,314" in settled.output


def test_every_fault_of_a_book_is_named_and_the_rest_is_settled(tmp_path):
    """All at once: what is not in the book stands with its reason, what is left is settled."""
    CliRunner().invoke(app, ["init", str(tmp_path / "bad"), "--book"])
    folder = tmp_path / "bad"

    def changed(name, before, after):
        text = (folder / f"{name}.yaml").read_text()
        assert before in text
        (folder / f"{name}_changed.yaml").write_text(text.replace(before, after))

    changed(
        "savings_2", "{from: 0.02, to: 0.05, share: 0.50}", "{from: 0.03, to: 0.05, share: 0.50}"
    )
    changed("savings_1", "savings_share:", "saving_share:")
    spans = "member_id,first_day,last_day\nM1,2025-0{},2025-12-31\n"
    (folder / "one.csv").write_text(spans.format("1-01"))
    (folder / "other.csv").write_text(spans.format("3-01"))
    (folder / "dollars.csv").write_text(
        "payer,line_of_business,paid_on,amount,contract\nPlan Q,Commercial,2025-03-01,50.00,\n"
    )
    plan = "payer: P, line_of_business: Commercial"
    medicare = "payer: CMS, line_of_business: Traditional Medicare"
    kids = "payer: E, line_of_business: Medicaid, population: kids"
    (folder / "book.yaml").write_text(f"""book: Bad
year: 2025
dollars: dollars.csv
contracts:
  - {{contract: TWICE, {plan}, files: [quality_1.yaml, quality_1.csv]}}
  - {{contract: TWICE, {plan}, files: [quality_2.yaml, quality_2.csv]}}
  - {{contract: P-1, {kids}, files: [bundle_1.yaml, bundle_1.csv], first_day: 2025-01-01,
     last_day: 2025-12-31}}
  - {{contract: P-2, {kids}, files: [bundle_2.yaml, bundle_2.csv], first_day: 2025-06-01,
     last_day: 2026-05-31}}
  - {{contract: GAP, {plan}, files: [savings_2_changed.yaml, savings_2.csv]}}
  - {{contract: UNKNOWN, {plan}, files: [savings_1_changed.yaml, savings_1.csv]}}
  - {{contract: X1, {medicare}, initiative: MSSP, files: [capitation_2.yaml, capitation_2.csv],
     members: one.csv}}
  - {{contract: X2, {medicare}, initiative: REACH, files: [capitation_3.yaml, capitation_3.csv],
     members: other.csv}}
""")
    said = CliRunner().invoke(app, ["book", str(folder)], env={"COLUMNS": "200"})
    assert said.exit_code == 5, said.output
    for contract, why in (
        ("TWICE", "the identifier stands 2 times"),
        ("P-1", "its period overlaps that of P-2"), ("P-2", "its period overlaps that of P-1"),
        ("GAP", "bands overlap or leave a gap"), ("UNKNOWN", "saving_share is no term there is"),
    ):  # fmt: skip
        assert any(
            line.startswith(f"not in the book: {contract}: ") and why in line
            for line in said.output.splitlines()
        ), (contract, said.output)
    # March to December; 250,000 + 48,000 are settled.
    assert "10 person-months of X2 are credited to X1" in said.output
    assert "its files carry totals, and no people to take out" in said.output
    assert "$298,000" in said.output
    assert "Dollars without a contract: 50.00 USD of Plan Q" in said.output


def two_ways(folder, text, *more):
    """A book of shipped contracts, with `text` for its entries."""
    for name in ("savings_1", "savings_2", "savings_3"):
        for end in ("yaml", "csv"):
            (folder / f"{name}.{end}").write_text(
                (SHIPPED / "contract_book" / f"{name}.{end}").read_text()
            )
    head = "\n".join(["book: B", "year: 2025", *more, "contracts:"])
    (folder / "book.yaml").write_text(f"{head}\n{text}")
    return settle_book(read_book(folder))


ONE = (
    "  - {{contract: {0}, payer: {1}, line_of_business: Commercial,\n"
    "     files: [{2}.yaml, {2}.csv]{3}}}\n"
)


@pytest.mark.parametrize(
    ("entries", "out", "why"),
    [
        # one identifier written two ways
        ([("A", "P", "savings_1", ""), ("' a'", "P", "savings_2", ""),
          ("B", "P", "savings_3", "")], {"A", " a"}, "written as ' a' and 'A'"),
        # one contract under two identifiers
        ([("A", "P", "savings_1", ""), ("B", "P", "savings_1", ""),
          ("C", "P", "savings_3", "")], {"A", "B"}, "settled by the same files as"),
        # one population written two ways
        ([("A", "P", "savings_1", ", population: kids"), ("C", "P", "savings_3", ""),
          ("B", "'p '", "savings_2", ", population: Kids, first_day: 2025-12-31")],
         {"A", "B"}, "overlaps that of"),
    ],
)  # fmt: skip
def test_one_thing_written_in_two_ways_is_one(tmp_path, entries, out, why):
    book = two_ways(tmp_path, "".join(ONE.format(*each) for each in entries))
    assert {each.contract for each in book.left_out} == out
    assert all(why in each.why for each in book.left_out)
    assert book.expected == Decimal("184000.00")  # the third, as its head works out


def test_rows_of_one_file_are_contracts_of_their_own(tmp_path):
    rows = [("A", "P", "savings_1", ", row: S1-2025"), ("B", "P", "savings_1", ", row: OTHER")]
    book = two_ways(tmp_path, "".join(ONE.format(*each) for each in rows))
    assert not any("same files" in each.why for each in book.left_out)


def test_identifiers_that_differ_in_a_sign_have_folders_of_their_own(tmp_path):
    entries = [("A/B", "P", "savings_1", ""), ("A_B", "P", "savings_2", "")]
    book = two_ways(tmp_path, "".join(ONE.format(*each) for each in entries))
    folders = {line.contract: line.settled.parts[0].folder for line in book.lines}
    assert len(set(folders.values())) == 2
    assert folders["A_B"].name == "A_B"


def test_a_list_of_dollars_that_cannot_be_used_stops_no_contract(tmp_path):
    (tmp_path / "dollars.csv").write_text(
        "payer,line_of_business,paid_on,amount\nP,Commercial,2025-02-30,1.00\n"
    )
    entry = ONE.format("A", "P", "savings_3", "")
    book = two_ways(tmp_path, entry, "dollars: dollars.csv")
    assert book.expected == Decimal("184000.00")
    assert not book.is_reliable
    assert any("dollars.csv cannot be used" in note for note in book.notes)


def test_one_payer_written_two_ways_has_one_share(tmp_path):
    (tmp_path / "dollars.csv").write_text(
        "payer,line_of_business,paid_on,amount\nNORTH  wind,Commercial,2025-02-03,1.00\n"
    )
    text = ONE.format("A", "North Wind", "savings_3", "") + ONE.format(
        "B", "north wind", "savings_2", ""
    )
    book = two_ways(tmp_path, text, "dollars: dollars.csv")
    assert {line.settled.entry.payer for line in book.lines} == {"North Wind"}
    payers = {one.payer for one in book.measured.shares}
    assert "NORTH  wind" not in payers
    assert not any("Dollars without a contract" in note for note in book.notes)


@pytest.mark.parametrize(
    ("contracts", "said"),
    [("[]", "contracts"), ("", "contracts")],
)
def test_a_book_without_contracts_is_refused(tmp_path, contracts, said):
    (tmp_path / "book.yaml").write_text(f"book: B\nyear: 2025\ncontracts: {contracts}\n")
    with pytest.raises(ContractError, match=said):
        read_book(tmp_path)


def test_an_entry_that_is_no_mapping_is_named(tmp_path):
    book = two_ways(tmp_path, "  - just text\n" + ONE.format("A", "P", "savings_3", ""))
    (left,) = book.left_out
    assert left.why.startswith("an entry is a mapping of keys")


@pytest.mark.parametrize(
    ("one", "other", "year", "said"),
    [
        ("CJR", "BPCI-A", 2020, "The bundle of BPCI goes first; the CJR episode is cancelled; each "
         "is settled with the episodes it was given"),
        ("MSSP", "TEAM", 2026, "Allowed; both count by their own rules; each is settled by its"),
        ("CJR", "BPCI-A", 2025, ""),  # not in force any more
        ("MSSP", "REACH", 2025, ""),  # of people
    ],
)  # fmt: skip
def test_rules_on_episodes_are_said_of_two_contracts(one, other, year, said):
    holders = [Holder("A", "CMS", "Traditional Medicare", one),
               Holder("B", "CMS", "Traditional Medicare", other)]  # fmt: skip
    notes = episode_rules(holders, dt.date(year, 1, 1))
    assert len(notes) == bool(said)
    assert all(said in each and each.startswith("Episodes in A and B: ") for each in notes)


def test_a_list_of_members_that_cannot_be_used_is_no_small_thing(tmp_path):
    (tmp_path / "m.csv").write_text("member_id,first_day,last_day\nX1,2025-01-01,\n")
    book = two_ways(tmp_path, ONE.format("A", "P", "savings_3", ", members: m.csv"))
    assert book.expected == Decimal("184000.00")
    assert not book.is_reliable


def test_a_what_if_that_cannot_be_settled_ends_with_its_status(tmp_path):
    two_ways(tmp_path, ONE.format("A", "P", "savings_3", ""))
    (tmp_path / "if.yaml").write_text(
        'what_if: W\nchange:\n  A:\n    nonsense: {value: 1, clause: "1"}\n'
    )
    asked = ["simulate", str(tmp_path), "--what-if", str(tmp_path / "if.yaml")]
    said = CliRunner().invoke(app, asked)
    assert said.exit_code == 5, said.output
    assert "not in the book as changed: A: the contract is not valid: nonsense" in said.output
