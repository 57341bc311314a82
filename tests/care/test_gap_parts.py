"""Gaps parted within and between providers: worked by hand, and the laws of the parting."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.errors import InputError
from openvbc.programs.social_need.gap_parts import gap_listing, gap_parts, gaps_of_store
from openvbc.programs.social_need.strata import divide


def parted(cells, amount=False):
    """The parts of stratum a, reference b; cells: stratum, provider, people, result."""
    rows = [
        {"measure": "m", "division": "d", "stratum": stratum, "provider": provider,
         "people": people, "numerator": None if amount else result,
         "denominator": None if amount else people, "amount": Decimal(result) if amount else None}
        for stratum, provider, people, result in cells
    ]  # fmt: skip
    divisions = divide(rows, {"d": "b"})
    parts = gap_parts(rows, divisions)
    return (parts[0] if parts else None), divisions[0]


# a: 80 people of X at 40%, 20 of Y at 80%: 48%. b: 50 of X at 60%, 150 of Y at 90%: 82.5%.
# Shares of a 0.8 and 0.2, of b 0.25 and 0.75.
# within:  X (0.8 + 0.25) / 2 x (0.4 - 0.6) = -0.105;  Y (0.2 + 0.75) / 2 x (0.8 - 0.9) = -0.0475
# between: X (0.4 + 0.6) / 2 x (0.8 - 0.25) = 0.275;   Y (0.8 + 0.9) / 2 x (0.2 - 0.75) = -0.4675
TWO = [("a", "X", 80, 32), ("a", "Y", 20, 16), ("b", "X", 50, 30), ("b", "Y", 150, 135)]


def test_a_gap_of_rates_by_hand():
    parts, _ = parted(TWO)
    assert parts.within == Fraction("-0.1525")
    assert parts.between == Fraction("-0.1925")
    assert parts.gap == Fraction("-0.345")
    assert (parts.providers, parts.shared_providers, parts.left_out) == (2, 2, 0)


def test_a_provider_of_one_stratum_only_is_all_between():
    # Z: 100 of b at 70%. b is then 235 of 300, its shares 1/6, 1/2 and 1/3.
    # within:  X (4/5 + 1/6) / 2 x -0.2 = -29/300;   Y (1/5 + 1/2) / 2 x -0.1 = -0.035
    # between: X 0.5 x 19/30 = 19/60;  Y 0.85 x -0.3 = -0.255;  Z 0.7 x -1/3 = -7/30
    parts, _ = parted([*TWO, ("b", "Z", 100, 70)])
    assert parts.within == Fraction(-29, 300) - Fraction("0.035")
    assert parts.between == Fraction(19, 60) - Fraction("0.255") - Fraction(7, 30)
    assert parts.gap == Fraction(48, 100) - Fraction(235, 300)
    assert (parts.providers, parts.shared_providers) == (3, 2)


def test_people_without_a_provider_are_left_out_and_counted():
    parts, division = parted([*TWO, ("a", None, 7, 7)])
    assert parts.gap == Fraction("-0.345")
    assert parts.left_out == 7
    # The gap of everybody is another: 55 of 107 less 0.825.
    assert division.strata[0].difference == round(Decimal(55) / 107, 6) - Decimal("0.825")


def test_a_gap_of_amounts_by_hand():
    # a: X 300 USD, Y 100 USD: mean 200. b: X 200 USD, Y three people 300 USD: mean 125.
    # within: X (0.5 + 0.25) / 2 x (300 - 200) = 37.5; Y 0.
    # between: X 250 x 0.25 = 62.5; Y 100 x (0.5 - 0.75) = -25
    cells = [("a", "X", 1, 300), ("a", "Y", 1, 100), ("b", "X", 1, 200), ("b", "Y", 3, 300)]
    parts, _ = parted(cells, amount=True)
    assert (parts.within, parts.between) == (Fraction("37.5"), Fraction("37.5"))
    row = gap_listing([parts], "practice").rows[0]
    assert row[4:7] == [None, None, None]
    assert row[7:10] == [Decimal(75), Decimal("37.5"), Decimal("37.5")]


def test_a_stratum_whose_people_have_no_provider_has_no_parts():
    parts, _ = parted([("a", None, 9, 3), *TWO[2:]])
    assert parts is None


groups = st.dictionaries(
    st.sampled_from("VWXYZ"),
    st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    min_size=1,
)


def cells_of(one, other):
    return [
        (stratum, provider, people, result)
        for stratum, group in (("a", one), ("b", other))
        for provider, (people, result) in group.items()
    ]


@given(one=groups, other=groups)
def test_the_parts_add_up_to_the_gap_whatever_the_cells(one, other):
    parts, _ = parted(cells_of(one, other))
    rates = [
        Fraction(sum(r for _, r in group.values()), sum(n for n, _ in group.values()))
        for group in (one, other)
    ]
    assert parts.gap == rates[0] - rates[1]


@given(group=groups, factor=st.integers(1, 5))
def test_the_same_rates_everywhere_leave_nothing_within(group, factor):
    first = min(group)
    other = {
        p: (n * (factor if p == first else 1), r * (factor if p == first else 1))
        for p, (n, r) in group.items()
    }
    parts, _ = parted(cells_of(group, other))
    assert parts.within == 0


@given(one=groups, draw=st.data())
def test_the_same_shares_leave_nothing_between(one, draw):
    other = {p: (2 * n, draw.draw(st.integers(0, 2 * n))) for p, (n, _) in one.items()}
    parts, _ = parted(cells_of(one, other))
    assert parts.between == 0


def held(engine, people):
    """The tables of people: person, language, practice or none, numerator."""
    strata = [(p, "language", language) for p, language, _, _ in people]
    strata += [(p, "practice", each) for p, _, where, _ in people for each in where]
    engine.register_rows(
        "person_stratum",
        {"person_id": "string", "division": "string", "stratum": "string"}, strata,
    )  # fmt: skip
    engine.register_rows(
        "person_result",
        {"person_id": "string", "measure": "string", "numerator": "int", "denominator": "int",
         "amount": "decimal(18,2)"},
        [(p, "m", met, 1, None) for p, _, _, met in people],
    )  # fmt: skip
    rows = engine.rows(
        "select r.measure, s.division, s.stratum, count(*) as people, sum(numerator) as numerator, "
        "sum(denominator) as denominator, null as amount from person_result r "
        "join person_stratum s using (person_id) group by all"
    )
    return divide(rows, {"language": "en"})


# es: P1 and P2 of X, one met, P3 without a practice, P4 with two; en: P5 of X met, P6 of Y not.
# es 1/2, en 1/2. within: X (1 + 1/2) / 2 x (1/2 - 1) = -3/8. between: X 3/4 x 1/2 = 3/8; Y 0.
PEOPLE = [
    ("P1", "es", ["X"], 1), ("P2", "es", ["X"], 0), ("P3", "es", [], 1),
    ("P4", "es", ["X", "Y"], 1), ("P5", "en", ["X"], 1), ("P6", "en", ["Y"], 0),
]  # fmt: skip


def test_the_practice_of_people_is_one_of_their_divisions():
    with DuckDBEngine(threads=1) as engine:
        divisions = held(engine, PEOPLE)
        listing = gaps_of_store(engine, "practice", divisions)
    (row,) = listing.rows
    assert row[:7] == ["m", "language", "es", "en", 0, Decimal("-0.375"), Decimal("0.375")]
    assert row[10:] == [2, 1, 2]  # providers, with both, people without one: P3 and P4


def test_a_division_that_nobody_has_is_refused():
    with DuckDBEngine(threads=1) as engine:
        divisions = held(engine, PEOPLE)
        with pytest.raises(InputError, match="stands for providers"):
            gaps_of_store(engine, "clinic", divisions)
