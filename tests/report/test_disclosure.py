"""Small counts are hidden; an attacker with all sums and all shown counts finds none of them."""

from __future__ import annotations

import random

import numpy as np
import pytest

from openvbc.errors import InputError
from openvbc.report.disclosure import Disclosure
from report.printed_page import at_most


def attack(counts: Disclosure) -> dict:
    """Small counts that follow from what is shown, by linear algebra and by what is possible.

    The attacker knows every sum, that hidden counts are at least one, and nothing of the method.
    """
    shown = counts.shown
    hidden = sorted((key for key in counts.values if key not in shown), key=str)
    if not hidden:
        return {}
    matrix = np.array([[float(e.get(key, 0)) for key in hidden] for e in counts.equations])
    known = [
        -sum(float(factor) * shown[key] for key, factor in e.items() if key in shown)
        for e in counts.equations
    ]
    matrix = matrix.reshape(len(counts.equations), len(hidden))
    leaks = {}
    units = np.eye(len(hidden))
    if matrix.size:
        nearest = matrix.T @ np.linalg.lstsq(matrix.T, units, rcond=None)[0]
    for at, key in enumerate(hidden):
        value = counts.values[key]
        if not 0 < value < 11:
            continue
        # Determined: the unit vector of the count lies in the space of the sums.
        if matrix.size and np.allclose(nearest[:, at], units[at], atol=1e-8):
            leaks[key] = value
            continue
        if at_most(list(matrix), known, [1] * len(hidden), at) < 11:
            leaks[key] = value
    return leaks


def table(counts, name, total, parts, fixed=True):
    counts.count((name, "total"), total, fixed=fixed)
    for label, value in parts.items():
        counts.count((name, label), value)
    counts.adds_up((name, "total"), [(name, label) for label in parts])


def test_the_count_beside_a_small_one_is_hidden_too():
    """189 assigned, 179 by step 1: step 2 is 10 by subtraction."""
    counts = Disclosure(shared=True)
    table(counts, "step", 189, {"step 1": 179, "step 2": 10})
    assert counts.show(("step", "step 2"), 10) == "hidden"
    assert counts.show(("step", "step 1"), 179) == "hidden"
    assert counts.show(("step", "total"), 189) == "189"
    assert attack(counts) == {}


def test_the_smallest_that_protects_is_taken_and_zero_is_not():
    counts = Disclosure(shared=True)
    table(counts, "step", 1271, {"one": 1220, "two": 49, "voluntary": 2, "none": 0})
    assert set(counts.shown) == {("step", "total"), ("step", "one"), ("step", "none")}
    assert attack(counts) == {}


def test_two_small_counts_do_not_hide_each_other():
    """9 hidden together is itself a count of 1 to 10; eleven ones would all be known."""
    counts = Disclosure(shared=True)
    table(counts, "a", 109, {"x": 4, "y": 5, "z": 100})
    assert counts.hides(("a", "z"))
    ones = Disclosure(shared=True)
    table(ones, "a", 111, {str(n): 1 for n in range(11)} | {"z": 100})
    assert ones.hides(("a", "z"))


def test_a_difference_between_two_totals_is_a_count():
    """187 of 189 people have a score: the tiers add up to 187."""
    counts = Disclosure(shared=True)
    table(counts, "tier", 189, {"high": 20, "rising": 60, "low": 107})
    assert counts.hides(("tier", "high"))
    assert attack(counts) == {}


def test_nearly_all_is_as_small_as_nearly_none():
    counts = Disclosure(shared=True)
    counts.count("people", 189, fixed=True)
    counts.subset("with diabetes", 185, "people")
    counts.subset("with asthma", 60, "people")
    assert counts.hides("with diabetes")
    assert not counts.hides("with asthma")


def test_what_is_about_the_same_people_is_hidden_with_them():
    counts = Disclosure(shared=True)
    table(counts, "people", 500, {"ESRD": 3, "disabled": 97, "aged": 400})
    table(counts, "months", 5900, {"ESRD": 23, "disabled": 1100, "aged": 4777})
    for kind in ("ESRD", "disabled", "aged"):
        counts.tie(("people", kind), ("months", kind))
    assert counts.hides(("months", "ESRD"))
    assert counts.hides(("months", "disabled"))
    assert not counts.hides(("months", "aged"))


def test_a_count_nobody_registered_is_hidden_only_in_a_shared_report():
    assert Disclosure(shared=True).show("new table", 500) == "hidden"
    assert Disclosure(shared=False).show("new table", 5) == "5"


def test_a_report_over_ten_people_cannot_be_shared():
    counts = Disclosure(shared=True)
    counts.count("assigned", 9, fixed=True)
    with pytest.raises(InputError, match="1 to 10") as caught:
        counts.hides("assigned")
    assert caught.value.code == "VBC-510"


def random_report(seed: int) -> Disclosure:
    """Tables of two dimensions over the same people, nested totals, subsets, tied months."""
    draw = random.Random(seed)
    counts = Disclosure(shared=True)

    def size():
        return draw.choice([0, draw.randint(1, 10), draw.randint(1, 40), draw.randint(11, 3000)])

    rows, columns = range(draw.randint(2, 5)), range(draw.randint(2, 4))
    cells = {(r, c): size() for r in rows for c in columns}
    for key, value in cells.items():
        counts.count(("cell", *key), value)
        counts.count(("months", *key), value * draw.randint(3, 12))
        counts.tie(("cell", *key), ("months", *key))
    for c in columns:
        total = sum(cells[r, c] for r in rows)
        counts.count(("column", c), total, fixed=total > 10 and draw.random() < 0.5)
        counts.adds_up(("column", c), [("cell", r, c) for r in rows])
        for number in range(3):
            counts.subset(("subset", c, number), draw.randint(0, total), ("column", c))
        parts = [draw.randint(0, total // 3) for _ in range(3)]
        for number, part in enumerate(parts):
            counts.count(("other", c, number), part)
        counts.adds_up(("column", c), [("other", c, number) for number in range(3)])
    for r in rows:
        counts.count(("row", r), sum(cells[r, c] for c in columns))
        counts.adds_up(("row", r), [("cell", r, c) for c in columns])
    counts.count("all", sum(cells.values()) + 5000, fixed=True)
    counts.adds_up("all", [("row", r) for r in rows])
    return counts


@pytest.mark.parametrize("seed", range(15))
def test_the_subtraction_attacker_finds_nothing(seed):
    assert attack(random_report(seed)) == {}


@pytest.mark.slow
def test_the_subtraction_attacker_finds_nothing_in_two_hundred_reports():
    refused = 0
    for seed in range(100, 300):
        counts = random_report(seed)
        try:
            counts.hides("all")
        except InputError:
            refused += 1
            continue
        assert attack(counts) == {}, f"seed {seed}"
    assert refused < 40


def test_the_attacker_can_win():
    """Against primary suppression alone the attacker of these tests finds the small counts."""
    counts = Disclosure(shared=True)
    table(counts, "step", 189, {"step 1": 179, "step 2": 10})
    counts.hides(("step", "total"))
    counts._hidden = {("step", "step 2")}
    assert attack(counts) == {("step", "step 2"): 10}
