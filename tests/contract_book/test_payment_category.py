"""Payment categories: the specification's cases, and what must hold of every book."""

import os
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvbc.errors import InputError
from openvbc.programs.contract_book.payment_category import (
    Covering,
    categories,
    dollars_by_category,
    moved,
    shares,
)
from openvbc.rules.exact_yaml import read_yaml

SHARED = Path(os.environ.get("OPENVBC_SHARED", Path(__file__).parents[3] / "shared"))


@pytest.fixture(scope="module")
def cases():
    path = SHARED / "spec" / "params" / "examples" / "lan.yaml"
    if not path.is_file():
        pytest.skip("the specification is not beside the checkout (OPENVBC_SHARED)")
    return read_yaml(path.read_text(encoding="utf-8"), "lan.yaml")


def exact(by_category):
    return {name: Decimal(amount) for name, amount in by_category.items()}


def test_the_shares_of_the_book(cases):
    for case in cases["book"]:
        mix = shares(exact(case["by_category"]))
        assert mix.total == case["total"]
        named = {
            "share_1": mix.fee_for_service, "share_2": mix.linked_to_quality,
            "share_3_4": mix.accountable, "share_3b_4": mix.downside, "share_n": mix.apart,
        }  # fmt: skip
        assert {name: named[name] for name in case["expect"]} == case["expect"]


def test_each_dollar_is_in_the_most_advanced_arrangement(cases):
    assert cases["precedence"]
    for case in cases["precedence"]:
        covering = [
            Covering(
                each["type"].removeprefix("episode_"),
                each.get("quality_link", True),
                each.get("attributed", True),
                Decimal(each["episode_dollars"]) if "episode_dollars" in each else None,
            )
            for each in case["member_month"]["contracts"]
        ]
        amounts = dollars_by_category(Decimal(case["dollars"]), covering)
        assert {n: amounts.get(n, 0) for n in case["expect"]} == case["expect"], case
        assert sum(amounts.values()) == case["dollars"]


def test_lives_and_dollars_are_different_shares(cases):
    case = cases["lives_vs_dollars"]
    lives = Decimal(case["members_in_3_4"]) / case["members"]
    rest = case["dollars"] - case["dollars_3_4"]
    dollar_shares = shares(exact({"3A": case["dollars_3_4"], "1": rest}))
    assert (lives, dollar_shares.accountable) == (case["expect"]["share_lives"],
                                          case["expect"]["share_dollars"])  # fmt: skip


def test_a_contract_moved_to_two_sided(cases):
    case = cases["what_if"]
    move = case["move"]
    after = shares(moved(exact(case["base"]), Decimal(move["dollars"]), move["from"], move["to"]))
    assert after.accountable == case["expect"]["share_3_4"]
    assert after.downside == case["expect"]["share_3b_4"]


def test_the_cases_are_all_tried(cases):
    assert set(cases) == {"book", "precedence", "lives_vs_dollars", "what_if"}


def test_no_dollars_have_no_share():
    with pytest.raises(InputError, match="no dollars to take a share of"):
        shares({"1": Decimal(0)})


COVERING = st.builds(
    Covering, st.sampled_from(sorted(categories())), st.booleans(), st.booleans(),
    st.none() | st.integers(0, 500).map(Decimal),
)  # fmt: skip


@given(st.lists(COVERING, max_size=5), st.integers(1, 1000).map(Decimal))
def test_dollars_add_up_and_order_changes_nothing(covering, dollars):
    amounts = dollars_by_category(dollars, covering)
    assert sum(amounts.values()) == dollars
    assert all(amount > 0 for amount in amounts.values())
    assert shares(amounts).downside <= shares(amounts).accountable <= 1
    more = dollars_by_category(dollars, [*covering, Covering("3B")])
    assert shares(more).downside >= shares(amounts).downside
    twice = dollars_by_category(dollars, [c for c in covering if c.episode_dollars is None] * 2)
    once = dollars_by_category(dollars, [c for c in covering if c.episode_dollars is None])
    assert twice == once
