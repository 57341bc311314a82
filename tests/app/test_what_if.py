"""What-if answers: the settlement's own worksheets, moved."""

import time
from decimal import Decimal

import pytest

from app.pages_read import cells
from openvbc.errors import InputError
from openvbc.format import show
from openvbc.programs.mssp.drill_down import levers
from openvbc.programs.run_folder import MAIN
from openvbc.programs.stored_run import StoredRun
from openvbc.programs.what_if import WhatIf


@pytest.fixture(scope="module")
def question(finished):
    return WhatIf(StoredRun(finished / "run"), levers())


def test_nothing_moved_is_what_was_settled(question):
    still = {each.lever.name: each.settled for each in question.where()}
    assert question.answer(still) == question.settled()


def test_spending_moves_the_expenditures_and_not_the_benchmark(question):
    then, settled = question.answer({"spending": Decimal("0.95")}), question.settled()
    moved = then["total_expenditures"] / settled["total_expenditures"]
    assert abs(moved - Decimal("0.95")) < Decimal("1e-7")  # per capita amounts are rounded
    assert then["benchmark_expenditures"] == settled["benchmark_expenditures"]
    wanted = settled["benchmark_expenditures"] - settled["total_expenditures"] * Decimal("0.95")
    assert abs(then["gross_savings"] - wanted) < Decimal(1)


def test_quality_takes_the_place_of_the_score(question):
    assert question.answer({"quality": Decimal("0.5")})["quality_score"] == Decimal("0.5")


@pytest.mark.parametrize("asked", [{"spending": Decimal(9)}, {"no_such": Decimal(1)}])
def test_what_cannot_be_moved_is_refused(question, asked):
    with pytest.raises(InputError):
        question.answer(asked)


def test_the_answer_names_the_settled_numbers_and_comes_at_once(app_client, finished):
    app_client.get("/what-if/0")
    started = time.process_time()
    answer = app_client.post("/what-if/0/answer", data={"spending": "0.95"})
    assert time.process_time() - started < 0.2
    stored = StoredRun(finished / "run")
    (row,) = stored.rows(MAIN, None, None)
    items = {i["label"]: i for i in (*stored.sheets[MAIN]["lines"], *stored.sheets[MAIN]["inputs"])}
    rows = [each for each in cells(answer.text) if len(each) == 4]
    assert len(rows) > 8
    for label, settled, _, _ in rows:
        item = items[label]
        assert settled == show(row.values[item["name"]], item["unit"])


def test_a_slider_that_is_no_number_is_refused(app_client):
    answer = app_client.post("/what-if/0/answer", data={"spending": "much"})
    assert answer.status_code == 409
    assert "not a number" in answer.text
