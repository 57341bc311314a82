"""What a book must not pass over: keys that move nothing, other years, rows and data of parts."""

import shutil
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hand_claims import table, write_claims
from openvbc.cli import app
from openvbc.programs.contract_book.book_file import read_book
from openvbc.programs.contract_book.settle import settle_book
from programs.test_capitation_from_claims import CLAIMS, CONTRACT

SHIPPED = Path(str(resources.files("openvbc"))) / "book"
ENTRY = "contract: X, payer: P, line_of_business: Commercial"
FILES = "files: [payer_contract/contract.yaml, payer_contract/totals.csv]"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(SHIPPED / "payer_contract", tmp_path / "payer_contract")
    return tmp_path


def book_of(folder, entry, year=2025, head=""):
    text = f"book: B\nyear: {year}\n{head}contracts:\n  - {{{ENTRY}, {entry}}}\n"
    (folder / "book.yaml").write_text(text)
    return settle_book(read_book(folder))


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (f"{FILES}, known: {{quality_score: 0.5}}", "known is given, and only terms"),
        ("project: aco, overlays: [o.yaml]", "overlays is given, and only files"),
        ("project: aco, options: {year: '2024'}", "options is given, and only files"),
        ("project: aco, program: reach", "program is given, and only files"),
        ("terms: t.yaml, row: X", "row is given, and only files or project"),
        (f"parts: [{{{FILES}}}], row: X", "row is given, and only files or project"),
        ("parts: [{terms: t.yaml}]", "terms settle a whole contract"),
        (f"{FILES}, initiative: mssp", "the initiative is one of"),
        (f"{FILES}, payment_category: 3Z", "the payment category is one of"),
    ],
)
def test_a_key_that_would_move_nothing_is_refused_by_name(folder, entry, said):
    book = book_of(folder, entry)
    assert [line.contract for line in book.lines] == []
    assert said in book.left_out[0].why


@pytest.mark.parametrize("span", ["quality_score: 70..90", "expenditure_trend: 1.1..0.9"])
def test_ranges_that_cannot_be_are_refused(folder, span):
    from openvbc.errors import ContractError

    with pytest.raises(ContractError, match="the lower number first"):
        book_of(folder, FILES, head=f"cases: {{{span}}}\n")


def test_a_contract_of_another_year_is_not_in_the_sums(folder):
    book = book_of(folder, FILES, year=2024)
    assert "it is settled for 2025" in book.left_out[0].why
    assert not book.lines


PROJECT = """program: capitation
contract: {file: contract.yaml}
inputs: {roster: roster.csv, rates: rates.csv, division: division.csv, tuva: tuva,
         eligibility: eligibility.csv, lasers: lasers.csv, event_codes: event_codes.csv}
"""


@pytest.fixture(scope="module")
def capitation(tmp_path_factory):
    """The contract by hand of the tests of capitation; one row of a pharmacy claim is no row."""
    folder = tmp_path_factory.mktemp("book")
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
    table(folder / "division.csv", ("service", "fund", "claim_kind"),
          [["a", "HOSPITAL", "institutional"], ["b", "GROUP", "professional"]])  # fmt: skip
    table(folder / "lasers.csv", ("member_id", "deductible"), [["BEA", 30000]])
    table(folder / "event_codes.csv", ("event", "code_kind", "code"),
          [["delivery", "MS_DRG", "807"], ["delivery", "PROCEDURE", "59400"]])  # fmt: skip
    return folder


def test_the_ends_of_a_capitation_move_what_stop_loss_recovers(capitation):
    """As `vbc simulate`: at 1.1 recovered 27,200 + 11,200 + 2,120 = 40,520 of 100,980, so 90,900 -
    60,460 = 30,440; at 0.9 at risk 36,000 + 36,000 + 10,350 + 270 = 82,620, recovered 0.8 x
    (26,000 + 6,000 + 350) = 25,880: 90,900 - 56,740 = 34,160. As agreed 32,300."""
    (line,) = book_of(
        capitation, "project: openvbc.yaml", head="cases: {expenditure_trend: 0.9..1.1}\n"
    ).lines
    assert line.expected == 32_300
    assert (line.ends.best, line.ends.worst) == (Decimal(34_160), Decimal(30_440))


def test_rows_of_a_projects_own_deliveries_count_for_the_book(capitation, tmp_path):
    made = shutil.copytree(capitation, tmp_path / "made", ignore=shutil.ignore_patterns("run"))
    claims = made / "tuva" / "medical_claim.csv"
    lines = claims.read_text().splitlines()
    broken = lines[-1].replace("2025-04-02", "2025-14-02")
    assert broken != lines[-1]
    claims.write_text("\n".join([*lines[:-1], broken]) + "\n")
    text = f"book: B\nyear: 2025\ncontracts:\n  - {{{ENTRY}, project: openvbc.yaml}}\n"
    (made / "book.yaml").write_text(text)
    told = CliRunner().invoke(app, ["book", str(made), "--quiet"])
    assert told.exit_code in (3, 4), told.output
    assert "1 rows were set aside" in told.output or told.exit_code == 4
