"""Suppression survives subtraction: an attacker with the printed lists alone finds no small count.

The attacker reads cells, never the method: printed counts, rates times denominators, strata that
add up to everybody, numerators no larger than their denominators, and who is known.
"""

import random

import numpy as np
import pytest

from openvbc.programs.social_need.strata import divide
from openvbc.report.disclosure import Disclosure
from openvbc.report.strata import register, strata_lists

MEASURE, DIVISION, STRATUM, PEOPLE, NUMERATOR, DENOMINATOR, RATE = range(7)


def drawn(seed):
    """Two divisions of the same people in one measure, small strata among them."""
    draw = random.Random(seed)
    people = [
        (draw.choices("abcd", (50, 30, 12, 4))[0], draw.choices("xyz", (60, 30, 3))[0],
         draw.random() < 0.25, draw.random() < 0.03)
        for _ in range(draw.choice((60, 150, 400)))
    ]  # fmt: skip
    rows = []
    for at, division in ((0, "one"), (1, "two")):
        groups = {}
        for person in people:
            name = None if person[3] and at == 0 else person[at]
            count = groups.setdefault(name, [0, 0])
            count[0] += person[2]
            count[1] += 1
        rows += [
            {"measure": "m", "division": division, "stratum": name, "people": den,
             "numerator": num, "denominator": den, "amount": None}
            for name, (num, den) in groups.items()
        ]  # fmt: skip
    return rows


def printed(rows):
    divisions = divide(rows)
    shown = Disclosure(shared=True)
    register(shown, divisions)
    known, strata = strata_lists(divisions, shown)
    return known.rows, strata.rows


def recovered(rows, known, strata):
    """Small counts whose largest possible value, by what is printed, is below 11."""
    places = sorted({(r["division"], str(r["stratum"]), kind) for r in rows for kind in "nr"})
    places += [("all", "", kind) for kind in "nr"]
    index = {place: at for at, place in enumerate(places)}
    truth = dict.fromkeys(places, 0)
    for r in rows:
        rest = r["denominator"] - r["numerator"]
        for kind, value in (("n", r["numerator"]), ("r", rest)):
            truth[r["division"], str(r["stratum"]), kind] += value
            if r["division"] == "one":
                truth["all", "", kind] += value
    equal, values = [], []

    def say(value, *terms):
        row = np.zeros(len(places))
        for factor, place in terms:
            row[index[place]] += factor
        equal.append(row)
        values.append(value)

    for division in ("one", "two"):
        names = {place[1] for place in places if place[0] == division}
        for kind in "nr":
            say(0, (1, ("all", "", kind)), *((-1, (division, n, kind)) for n in names))
    for row in strata:
        place = (row[DIVISION], row[STRATUM]) if row[DIVISION] else ("all", "")
        numerator, denominator = row[NUMERATOR], row[DENOMINATOR]
        if numerator is None and row[RATE] is not None and denominator is not None:
            numerator = round(float(row[RATE]) * denominator)
        if denominator is None:
            denominator = row[PEOPLE]
        if numerator is not None:
            say(numerator, (1, (*place, "n")))
        if denominator is not None:
            say(denominator, (1, (*place, "n")), (1, (*place, "r")))
    for row in known:
        if row[3] is not None:
            names = {p[1] for p in places if p[0] == row[1] and p[1] != "None"}
            say(row[3], *((1, (row[1], name, kind)) for name in names for kind in "nr"))
    from scipy.optimize import linprog  # half a second for whoever only collects the tests

    small_counts = []
    for place, value in truth.items():
        if 0 < value < 11:
            aim = np.zeros(len(places))
            aim[index[place]] = -1
            # The attacker grants what helps: that a hidden count is at least one.
            bounds = [(1 if truth[p] else 0, 10**6) for p in places]
            best = linprog(aim, A_eq=np.array(equal), b_eq=values, bounds=bounds)
            assert best.success
            if -best.fun < 10.5:
                small_counts.append((place, value))
    return small_counts


@pytest.mark.parametrize("seed", range(12))
def test_no_small_count_follows_from_the_printed_lists(seed):
    rows = drawn(seed)
    known, strata = printed(rows)
    assert recovered(rows, known, strata) == []


def test_the_attacker_wins_where_nothing_is_hidden():
    rows = drawn(1)
    divisions = divide(rows)
    shown = Disclosure(shared=False)
    known, strata = (each.rows for each in strata_lists(divisions, shown))
    assert recovered(rows, known, strata)


def test_hiding_changes_no_total():
    rows = drawn(2)
    open_total = next(r for r in strata_lists(divide(rows), Disclosure(shared=False))[1].rows
                      if not r[DIVISION])  # fmt: skip
    shared_total = next(r for r in printed(rows)[1] if not r[DIVISION])
    assert shared_total[NUMERATOR] in (None, open_total[NUMERATOR])
    assert open_total[DENOMINATOR] == sum(r["denominator"] for r in rows if r["division"] == "one")
