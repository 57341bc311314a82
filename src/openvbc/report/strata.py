"""Results by strata as lists for others: small cells hidden, and what would reveal them.

Every count that is printed, or follows from what is printed, stands in one
:class:`~openvbc.report.disclosure.Disclosure` with the sums it takes part in: numerators of the
strata and of those not known add up to the total's, so do denominators, and who is not in a
numerator is the rest of its denominator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openvbc.format import HIDDEN
from openvbc.programs.listing import Field, Listing
from openvbc.programs.settlement import About
from openvbc.programs.social_need.strata import (
    OPEN_NEED,
    PAYMENTS,
    SCREENED,
    Compared,
    Division,
    Stratum,
)
from openvbc.report.disclosure import Disclosure

_FIELDS = (
    Field("Measure", role="who"),
    Field("Divided by"),
    Field("Stratum"),
    Field("People", "count"),
    Field("Numerator", "count"),
    Field("Denominator", "count"),
    Field("Rate", "factor"),
    Field("Low, 95%", "factor"),
    Field("High, 95%", "factor"),
    Field("Mean amount", "USD per person"),
    Field("Low amount, 95%", "USD per person"),
    Field("High amount, 95%", "USD per person"),
    Field("Less the reference", "factor"),
    Field("Over the reference", "factor"),
    Field("Less the total", "factor"),
    Field("Standardised to age and sex", "factor"),
    Field("p of no difference", "factor"),
    Field("Remark"),
)
_KNOWN = (
    Field("Measure", role="who"),
    Field("Divided by"),
    Field("People", "count"),
    Field("with a known value", "count"),
    Field("Share known", "ratio"),
    Field("Remark"),
)


def register(shown: Disclosure, divisions: Sequence[Division]) -> None:
    """Every count of the divisions, with what it adds up to."""
    for each in _first_of_measure(divisions):
        _stratum(shown, each.measure, ("all",), each.total)
    for each in divisions:
        parts = [(each.division, c.stratum.stratum) for c in each.strata]
        for place, compared in zip(parts, each.strata, strict=True):
            _stratum(shown, each.measure, place, compared.stratum)
        unknown = (each.division, None)
        _stratum(shown, each.measure, unknown, each.unknown, printed=False)
        for kind in ("people", "denominator", "numerator"):
            total = (kind, each.measure, "all")
            every = [(kind, each.measure, *part) for part in (*parts, unknown)]
            if total in shown.values:
                shown.adds_up(total, [key for key in every if key in shown.values])
        known = ("known", each.measure, each.division)
        shown.count(known, each.total.people - each.unknown.people)
        shown.adds_up(known, [("people", each.measure, *part) for part in parts])
    _tie_measures(shown)


def _tie_measures(shown: Disclosure) -> None:
    """Counts that are the same people in two measures are shown, or hidden, together."""
    for key in list(shown.values):
        if not isinstance(key, tuple) or key[1] != SCREENED:
            continue
        kind, _, *place = key
        if kind == "numerator":
            for other in ("denominator", "people"):
                shown.tie_if_equal(key, (other, OPEN_NEED, *place))
        if kind in ("people", "known"):
            shown.tie_if_equal(key, (kind, PAYMENTS, *place))


def _stratum(
    shown: Disclosure,
    measure: str,
    place: tuple[Any, ...],
    stratum: Stratum,
    printed: bool = True,
) -> None:
    counts = {"people": stratum.people}
    if stratum.amount is None:
        counts |= {"numerator": stratum.numerator, "denominator": stratum.denominator}
    for kind, count in counts.items():
        # A zero that stands nowhere is left out of its sums: who reads them may know that.
        if printed or count:
            shown.count((kind, measure, *place), count, shown=printed)
    if stratum.amount is not None or not stratum.denominator:
        return
    parts = [("numerator", measure, *place)] if printed or stratum.numerator else []
    if rest := stratum.denominator - stratum.numerator:
        parts.append(("rest", measure, *place))
        shown.count(parts[-1], rest, shown=False)
    shown.adds_up(("denominator", measure, *place), parts)
    if stratum.people == stratum.denominator:
        # A person counts once: both are one count, and are hidden together.
        shown.tie(("people", measure, *place), ("denominator", measure, *place))


def strata_lists(divisions: Sequence[Division], shown: Disclosure) -> list[Listing]:
    """Coverage first, then the strata of every measure.

    Args:
        divisions: what :func:`register` was told of.
        shown: what may be shown.
    """
    rows = [_row(shown, each, compared) for each in divisions for compared in each.strata]
    rows += [_total(shown, each) for each in _first_of_measure(divisions)]
    hidden = "Counts of 1 to 10, and what would reveal them, are hidden. " if shown.shared else ""
    lead = hidden + (
        "A difference is stated where its p is below 0.05. It says nothing of causes. The "
        "reference is the stratum with most people."
    )
    about: About = "safe" if shown.shared else "people"
    return [
        Listing(
            "known_strata", "Who is known", _KNOWN, [_known(shown, each) for each in divisions],
            "People without a value are in no stratum.", about,
        ),
        Listing(
            "strata", "Results by strata", _FIELDS, sorted(rows, key=lambda row: tuple(row[:3])),
            lead, about,
        ),
    ]  # fmt: skip


def _first_of_measure(divisions: Sequence[Division]) -> list[Division]:
    first: dict[str, Division] = {}
    for each in divisions:
        first.setdefault(each.measure, each)
    return list(first.values())


def _known(shown: Disclosure, each: Division) -> list[Any]:
    """Who has a value."""
    people = each.total.people
    known = people - each.unknown.people
    keys = (("people", each.measure, "all"), ("known", each.measure, each.division))
    if any(shown.hides(key) for key in keys):
        return [each.measure, each.division, None, None, None, HIDDEN]
    return [each.measure, each.division, people, known, known / people if people else None, ""]


def _row(shown: Disclosure, each: Division, compared: Compared) -> list[Any]:
    one = compared.stratum
    place = (each.division, one.stratum)
    base = next(c.stratum for c in each.strata if c.is_reference)
    cells = _cells(shown, each.measure, place, one)
    hidden = _is_hidden(shown, each.measure, place, one)
    base_hidden = _is_hidden(shown, each.measure, (each.division, base.stratum), base)
    total_hidden = _is_hidden(shown, each.measure, ("all",), each.total)
    beside = None if hidden or base_hidden else compared
    remark = HIDDEN if hidden else "reference" if compared.is_reference else ""
    if beside is not None and beside.differs:
        remark = "differs from the reference"
    return [
        each.measure, each.division, one.stratum, *cells,
        beside and beside.difference, beside and beside.ratio,
        None if hidden or total_hidden else compared.from_total,
        None if hidden else one.standardized, beside and beside.p_value, remark,
    ]  # fmt: skip


def _total(shown: Disclosure, each: Division) -> list[Any]:
    hidden = _is_hidden(shown, each.measure, ("all",), each.total)
    cells = _cells(shown, each.measure, ("all",), each.total)
    none = [None] * 5
    return [each.measure, "", "everybody", *cells, *none, HIDDEN if hidden else ""]


def _is_hidden(shown: Disclosure, measure: str, place: tuple[Any, ...], stratum: Stratum) -> bool:
    kinds = ("people",) if stratum.amount is not None else ("numerator", "denominator")
    return any(shown.hides((kind, measure, *place)) for kind in kinds)


def _cells(shown: Disclosure, measure: str, place: tuple[Any, ...], one: Stratum) -> list[Any]:
    """People, numerator, denominator, rate and interval, amount and interval."""
    hidden = _is_hidden(shown, measure, place, one)
    counts: Mapping[str, int | None] = {
        "people": one.people,
        "numerator": one.numerator if one.amount is None else None,
        "denominator": one.denominator if one.amount is None else None,
    }
    printed = [
        None if count is None or shown.hides((kind, measure, *place)) else count
        for kind, count in counts.items()
    ]
    figures = [None, None, None] if hidden else [one.rate, *one.interval]
    if one.amount is None:
        return [*printed, *figures, None, None, None]
    return [*printed, None, None, None, *figures]
