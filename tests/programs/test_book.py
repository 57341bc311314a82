"""The book of worked contracts: every line worked by hand is what the engine computes."""

from __future__ import annotations

import pytest

from openvbc.programs.book import read_chapter, settle_book
from openvbc.rules.load import load_rules

CHAPTERS = {"mssp": "shared_savings", "reach": "reach"}


@pytest.fixture(scope="module")
def book():
    return settle_book()


def entries():
    for program, name in CHAPTERS.items():
        for row, entry in enumerate(read_chapter(name).contracts):
            yield pytest.param(program, row, entry, id=entry.name)


@pytest.mark.parametrize(("program", "row", "entry"), list(entries()))
def test_a_worked_contract_is_settled_as_by_hand(book, program, row, entry):
    evaluation = book[program].main.evaluation
    within = read_chapter(CHAPTERS[program]).within
    assert book[program].main.contracts[row].name == entry.name
    for line, by_hand in entry.expect.items():
        amount = evaluation.value(line, row)
        assert amount is not None
        # A cent where dollars are worked; rates are given to the digits shown.
        allowed = within if abs(by_hand) > 1 else within / 10**12
        assert abs(amount - by_hand) <= allowed, f"{line}: {amount}, by hand {by_hand}"


def test_every_track_and_level_and_arrangement_has_a_contract():
    tracks = {entry.contract["track"] for entry in read_chapter("shared_savings").contracts}
    known = {
        track
        for parameter in load_rules("mssp").history("risk_model")
        for track in parameter.applies["track"].values
    }
    assert tracks == known
    arrangements = {entry.contract["risk_arrangement"] for entry in read_chapter("reach").contracts}
    assert arrangements == {"GLOBAL", "PROFESSIONAL"}


def test_nothing_in_the_book_is_refused(book):
    for settlement in book.values():
        assert not settlement.main.evaluation.refused
        assert settlement.rows_in == len(settlement.main.contracts)
    (benchmark,) = book["mssp"].details.values()
    assert not benchmark.evaluation.refused


def test_a_payment_is_explained_down_to_a_benchmark_year(book):
    main = book["mssp"].main
    (row,) = [n for n, who in enumerate(main.contracts) if who.identifier == "A9016"]
    trace = main.evaluation.trace("earned_savings_or_owed_losses", row)
    names = {node.name for node in trace.walk()}
    assert "expenditure_benchmark_year_1_aged_non_dual[A9016]" in names
