"""The worked contracts: three of each model, two mixes, each as its head works it by hand."""

import os
import shutil
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from openvbc.programs.contract_book.arrangement import category_of_settled
from openvbc.programs.contract_book.book_file import read_book
from openvbc.programs.contract_book.settle import settle_book
from openvbc.programs.registry import program

SHARED = Path(os.environ.get("OPENVBC_SHARED", Path(__file__).parents[3] / "shared"))
SHIPPED = Path(str(resources.files("openvbc"))) / "book"
BY_HAND = {
    "S1-2025": "59040.00", "S2-2025": "-87120.00", "S3-2025": "184000.00",
    "Q1-2025": "6000.00", "Q2-2025": "100000.00", "Q3-2025": "45000.00",
    "E1-2025": "294.00", "E2-2025": "2000.00", "E3-2025": "-900.00",
    "C1-2025": "94000.00", "C2-2025": "250000.00", "C3-2025": "48000.00",
    "M1-2025": "45000.00", "M2-2025": "-16000.00",
}  # fmt: skip
CATEGORIES = {"S1": "3A", "S2": "3B", "S3": "3N", "Q1": "2C", "E1": "3N", "C1": "4N", "C3": "4B",
              "M1": "2C"}  # fmt: skip
"""Without a link to quality risk is 3N or 4N; a mix is at its most advanced part."""


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worked") / "book"
    shutil.copytree(SHIPPED / "contract_book", folder)
    return settle_book(read_book(folder))


def test_every_contract_is_what_its_head_works_out(worked):
    assert not worked.left_out
    amounts = {line.contract: line.expected for line in worked.lines}
    assert amounts == {name: Decimal(amount) for name, amount in BY_HAND.items()}
    assert worked.expected == Decimal("729314.00")


def test_fees_and_advances_are_cash_of_their_months_and_settlements_of_theirs(worked):
    """S3 pays fees of 96,000 and advances of 120,000 over twelve months, and settles in August."""
    mine = [line for line in worked.cash if line.contract == "S3-2025"]
    january = {line.what: line.amount for line in mine if line.month == "2025-01"}
    assert january == {"care management fee": Decimal(8000), "advance": Decimal(10000)}
    assert [(c.month, c.amount) for c in mine if c.what == "settlement"] == [
        ("2026-08", Decimal("184000.00"))
    ]


def test_the_payment_category_follows_from_the_terms(worked):
    categories = {line.contract[:2]: category_of_settled(line.settled) for line in worked.lines}
    assert {name: categories[name].name for name in CATEGORIES} == CATEGORIES


RESULTS = {"mssp": "mssp_py2014.csv", "reach": "gpdc_reach_py2021_py2023.csv"}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(RESULTS))
def test_the_programs_of_cms_come_out_of_a_book_as_they_settle_themselves(name, tmp_path):
    """Every contract of a published file: in one entry, and one of them in an entry of its own."""
    file = published(name)
    alone = program(name).published_program().settle([file], [], {})
    evaluation, line = alone.main.evaluation, alone.presentation.result
    values = [evaluation.value(line, n) for n in range(len(alone.main.contracts))]
    who = alone.main.contracts[0].identifier
    mine = [v for v, c in zip(values, alone.main.contracts, strict=True) if c.identifier == who]
    entry = (
        "  - {{contract: {0}, payer: CMS, line_of_business: Traditional Medicare,\n"
        "     program: {1}, files: [{2}]{3}}}\n"
    )
    text = "book: B\nyear: 2023\ncontracts:\n" + entry.format("ALL", name, file, "")
    text += entry.format("ONE", name, file, f", row: {who}")
    (tmp_path / "book.yaml").write_text(text)
    amounts = {one.contract: one.expected for one in settle_book(read_book(tmp_path)).lines}
    assert amounts["ALL"] == sum(v for v in values if v is not None)
    assert amounts["ONE"] == sum(v for v in mine if v is not None)
    assert amounts["ALL"] != 0


def published(name):
    file = SHARED / "data" / "aco_results" / RESULTS[name]
    if not file.is_file():
        pytest.skip("the published results are not beside the checkout (OPENVBC_SHARED)")
    return file
