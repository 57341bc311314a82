"""A book as it would be, its spread, and two offers at equal experience."""

import shutil
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import ContractError
from openvbc.programs.contract_book.book_file import read_book
from openvbc.programs.contract_book.settle import settle_book
from openvbc.programs.contract_book.what_if import compared, read_what_if, settle_what_if
from openvbc.programs.terms.offers import compare_offers

SHIPPED = Path(str(resources.files("openvbc"))) / "book"
BOOK = """book: Invented
year: 2025
contracts:
  - {contract: NW-2025, payer: North, line_of_business: Commercial,
     files: [payer_contract/contract.yaml, payer_contract/totals.csv]}
  - {contract: Q-2025, payer: South, line_of_business: Commercial,
     files: [p4p_contract/contract.yaml, p4p_contract/results.csv]}
"""


@pytest.fixture
def folder(tmp_path):
    for name in ("payer_contract", "p4p_contract"):
        shutil.copytree(SHIPPED / name, tmp_path / name)
    (tmp_path / "book.yaml").write_text(BOOK)
    return tmp_path


def asked(folder, text):
    (folder / "what_if.yaml").write_text(text)
    book = read_book(folder)
    return settle_book(book), settle_what_if(book, read_what_if(folder / "what_if.yaml", book))


ONE_SIDED = """what_if: One-sided
change:
  NW-2025:
    loss_share: {value: null, clause: offer}
    loss_cap: null
"""


def test_a_contract_made_one_sided_owes_nothing(folder):
    """189,200 - 129,600 becomes 189,200: the loss of Birch is no longer shared."""
    rows = {row.contract: row for row in compared(*asked(folder, ONE_SIDED))}
    assert rows["NW-2025"].before == Decimal("59600.00")
    assert rows["NW-2025"].after == Decimal("189200.00")
    assert rows["Q-2025"].difference == 0
    assert rows["In all"].difference == Decimal("129600.00")


def test_a_contract_dropped_is_gone_and_the_book_as_it_was_stays(folder):
    before, after = asked(folder, "what_if: Without\ndrop: [Q-2025]\n")
    rows = {row.contract: row for row in compared(before, after)}
    assert rows["Q-2025"].after is None
    assert rows["In all"].difference == -rows["Q-2025"].before
    assert (folder / "run" / "contracts" / "Q-2025").is_dir()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("what_if: X\ndrop: [NONE]\n", "names NONE"),
        ("what_if: X\nroof: 1\n", "roof is not a key of a what-if"),
        ("what_if: [", "cannot be read"),
        ("what_if: X\nchange: {Q-2025: {savings_share: {value: 1, clause: a}}}\n", None),
    ],
)
def test_a_wrong_what_if_is_refused_or_its_contract_left_out(folder, text, said):
    if said is not None:
        with pytest.raises(ContractError, match=said):
            asked(folder, text)
        return
    _, after = asked(folder, text)  # a contract of performance has no such term
    (left,) = after.left_out
    assert "terms is not a term of a contract" in left.why


def test_the_command_shows_both_books_and_the_spread(folder):
    (folder / "what_if.yaml").write_text(ONE_SIDED)
    options = ["--what-if", str(folder / "what_if.yaml")]
    for book in (folder, folder / "book.yaml"):
        result = CliRunner().invoke(app, ["simulate", str(book), *options])
        assert result.exit_code == 0, result.output
        assert "$129,600" in result.output
    ranges = ["--expenditure-trend", "1..1", "--scenarios", "5"]
    result = CliRunner().invoke(app, ["simulate", str(folder), *ranges])
    assert result.exit_code == 0, result.output
    assert "all contracts" in result.output
    assert "As settled in every scenario: Q-2025" in result.output


def test_a_scenario_that_changes_nothing_is_the_book_as_settled(folder):
    from openvbc.programs.contract_book.spread import spread
    from openvbc.programs.simulation import Range, Scenarios

    settled = settle_book(read_book(folder))
    outcomes, _ = spread(settled, Scenarios(3, 1, expenditure_trend=Range(1, 1)))
    assert outcomes[0].mean == pytest.approx(float(settled.expected))
    assert sum(o.mean for o in outcomes[1:]) == pytest.approx(outcomes[0].mean)


HEAD = "program: payer-contract\ntitle: T\ncontract: {}\nyear: 2025\nagreement: A\nterms:\n"
TARGET = """  benchmark_form: {value: given total, clause: "1"}
  spending_amount: {value: paid, clause: "1"}
"""


def test_where_two_offers_cross(tmp_path):
    """Benchmark 10,500,000, spending 10,000,000. One shares half both ways; the other 80% of
    savings beyond 2% (210,000), and no losses. Equal: (10,500,000 - 10,000,000 f) / 2 = 0.8 x
    (10,290,000 - 10,000,000 f), so 3,000,000 f = 2,982,000: f = 0.9940. The first owes from 1.05.
    """
    one = "  savings_share: {value: 0.5, clause: '2'}\n  loss_share: {value: 0.5, clause: '2'}\n"
    other = (
        "  savings_share: {value: 0.8, clause: '2'}\n  loss_share: {value: null, clause: '2'}\n"
        "  corridor: {value: 0.02, clause: '3'}\n"
    )
    (tmp_path / "one.yaml").write_text(HEAD.format("ONE") + TARGET + one)
    (tmp_path / "other.yaml").write_text(HEAD.format("OTHER") + TARGET + other)
    totals = tmp_path / "totals.csv"
    totals.write_text("provider,member months,spending,benchmark\nP,100,10000000,10500000\n")
    (comparison,) = compare_offers(tmp_path / "one.yaml", tmp_path / "other.yaml", totals)
    assert comparison.equal_at == [Decimal("0.9940"), Decimal("1.0500")]
    assert comparison.first.turns == [Decimal("1.0500")]
    assert comparison.second.turns == []
    files = [str(tmp_path / name) for name in ("one.yaml", "other.yaml", "totals.csv")]
    result = CliRunner().invoke(app, ["contract", "compare", *files])
    assert result.exit_code == 0, result.output
    assert "99.40%" in result.output
