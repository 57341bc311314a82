"""Rows compared by column come out as rows compared one by one, and as plain arithmetic says."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from openvbc.programs.published.along import Distinct, InColumn, Pairs, Same, along
from openvbc.programs.published.compared_line import ComparedLine, Kind, NamedRows, compare
from openvbc.programs.settlement import ContractYear, LineScore, NotCompared

CENTS = st.integers(-400, 400).map(lambda n: Decimal(n).scaleb(-2))
ROW = st.fixed_dictionaries(
    {
        "computed": CENTS | st.none(),
        "published": CENTS | st.none(),
        "low": CENTS | st.none(),
        "high": CENTS | st.none(),
        "applies": st.booleans(),
        "decimals": st.integers(0, 3) | st.none(),
        "slack": st.integers(0, 50).map(lambda n: Decimal(n).scaleb(-2)),
        "kind": st.integers(0, 3),
    }
)


def _alike(rows):
    """Rows of a kind print the same: each is what the first of its kind is."""
    first = {}
    return [first.setdefault(row["kind"], row) for row in rows]


def _agrees(row, kind, has_ends):
    """The same by fractions, from the words of the module: equal, a dollar, half a last place."""
    ours, theirs = row["computed"], row["published"]
    if ours is None:
        return False
    if kind is Kind.FLAG:
        return (ours != 0) == (theirs != 0)
    if kind in (Kind.CODE, Kind.COUNT):
        return ours == theirs
    between = [
        Fraction(n) for n in ((row["low"], row["high"]) if has_ends else (ours,)) if n is not None
    ]
    if not between:
        return False
    last = 0 if row["decimals"] is None else Fraction(1, 2 * 10 ** row["decimals"])
    allowed = (1 if kind is Kind.MONEY else last) + Fraction(row["slack"])
    return min(between) - allowed <= Fraction(theirs) <= max(between) + allowed


def _line(rows, kind, has_ends, by_column, alike):
    def of(name):
        values = [row[name] for row in rows]
        return InColumn(values) if by_column else lambda row: values[row]

    both = (
        Pairs(of("low"), of("high")) if by_column else lambda row: (of("low")(row), of("high")(row))
    )
    contracts = [ContractYear(f"A{n}", 2024) for n in range(len(rows))]
    return ComparedLine(
        "line", "Line", kind, NamedRows(contracts), of("computed"), of("published"),
        applies=of("applies"), decimals=of("decimals"), slack=of("slack"),
        ends=both if has_ends else None,
        alike=Distinct.of([row["kind"] for row in rows]) if alike else None,
    )  # fmt: skip


@given(st.lists(ROW, min_size=1, max_size=12), st.sampled_from(Kind), st.booleans(), st.booleans())
def test_by_column_as_by_row_and_as_fractions_say(rows, kind, has_ends, alike):
    rows = _alike(rows) if alike else rows
    comparison = compare(_line(rows, kind, has_ends, by_column=True, alike=alike))
    assert comparison == compare(_line(rows, kind, has_ends, by_column=False, alike=False))
    asked = [n for n, row in enumerate(rows) if row["published"] is not None and row["applies"]]
    wrong = [f"A{n}" for n in asked if not _agrees(rows[n], kind, has_ends)]
    if isinstance(comparison, NotCompared):
        assert not asked or all(rows[n]["computed"] is None for n in asked)
        return
    assert isinstance(comparison, LineScore)
    assert (comparison.rows, comparison.agree) == (len(asked), len(asked) - len(wrong))
    assert [each.contract.identifier for each in comparison.differences] == wrong


def test_a_column_a_constant_and_a_function_are_read_alike():
    values = ["a", "b", "c", "d"]
    for rows in (range(4), [2], [3, 1], []):
        wanted = [values[row] for row in rows]
        assert list(along(InColumn(values), rows)) == wanted
        assert list(along(values.__getitem__, rows)) == wanted
        assert list(along(Same("x"), rows)) == ["x"] * len(rows)
        pairs = Pairs(InColumn(values), InColumn(values[::-1]))
        assert list(along(pairs, rows)) == [pairs(row) for row in rows]


def test_rows_that_are_alike_are_told_by_their_first():
    distinct = Distinct.of(["x", "y", "x", "z", "y", "x"])
    assert list(distinct.first) == [0, 1, 3]
    assert distinct.count_of([0, 3]) == 4
    assert distinct.rows_like({1, 3}) == [(1, 1), (3, 3), (4, 1)]
    assert Distinct.of([1, 2, 3]) == Distinct.each(3)
