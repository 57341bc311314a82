"""What a choice is worth: a measure one decile better, another pathway; in points and dollars.

Whether a pathway is open to somebody (the APM Performance Pathway: to participants of a MIPS APM)
is not judged.

Every choice is scored whole, as a submission of its own: which measures count is decided anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.errors import InputError
from openvbc.programs.mips.category_scores import MVP_FROM
from openvbc.programs.mips.submissions.given_scores import FROM_GROUP
from openvbc.programs.mips.submissions.inventory import QUALITY
from openvbc.programs.mips.submissions.measure_rows import MeasureRow
from openvbc.programs.mips.submissions.pathways import pathway_measures, with_claims_of_group
from openvbc.programs.mips.submissions.settle import (
    Submitted,
    SubmittedFiles,
    read_submitted,
    scored,
)

AS_SUBMITTED = "as submitted"
MONEY = ("least_payment_change", "most_payment_change")


@dataclass(frozen=True)
class Choice:
    """One choice of one participant, and what comes of it."""

    who: str
    change: str
    final_score: Decimal
    points_gained: Decimal
    """Of the final score, against what was submitted."""
    least_gained: Decimal | None
    """USD, at the least scaling factor; None where services paid are not given."""
    most_gained: Decimal | None


def choices(
    files: SubmittedFiles, year: int, overlays: Sequence[Path] = ()
) -> tuple[list[Choice], Submitted]:
    """Every choice of every participant, the most points first; and what was read.

    Raises:
        InputError, EmptyResult, ParameterMissing: as :func:`settle_submissions`.
    """
    given = read_submitted(files, year, overlays)
    before = {who: dict(person) for who, person in given.people.items()}
    scored(given)  # what a subgroup takes from its group is then known
    people: dict[str, dict[str, Any]] = {}
    rows: list[MeasureRow] = []
    names: dict[str, tuple[str, str]] = {}
    rows_of: dict[str, list[MeasureRow]] = {}
    for row in with_claims_of_group(given.rows, before, []):
        rows_of.setdefault(row.who, []).append(row)
    for who, after in given.people.items():
        person = {**before[who], **_from_group(after)}
        own = rows_of.get(who, [])
        for number, (change, pathway, changed) in enumerate(_ways(given, person, own)):
            name = f"{who}/{number}"
            names[name] = (who, change)
            people[name] = {**person, **pathway}
            rows += [replace(row, who=name) for row in changed]
    scenarios = replace(given, rows=rows, people=people, aside=[])
    kept, evaluation, _ = scored(scenarios)
    result = {names[name]: n for n, name in enumerate(kept)}
    made = []
    for (who, change), n in result.items():
        base = result.get((who, AS_SUBMITTED))
        if base is None or change == AS_SUBMITTED:
            continue
        score = evaluation.value("final_score", n)
        gains = [_less(evaluation.value(m, n), evaluation.value(m, base)) for m in MONEY]
        points = score - evaluation.value("final_score", base)
        made.append(Choice(who, change, score, points, gains[0], gains[1]))
    return sorted(made, key=lambda each: (each.who, -each.points_gained, each.change)), given


def _from_group(person: dict[str, Any]) -> dict[str, Any]:
    """What a subgroup has from its group, so that its choices need no group beside them."""
    if not person["subgroup_of"]:
        return {}
    taken = ("promoting_interoperability_score", *FROM_GROUP)
    return {"subgroup_of": None, **{name: person[name] for name in taken}}


def _less(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one - other


def _ways(
    given: Submitted, person: dict[str, Any], own: Sequence[MeasureRow]
) -> Iterator[tuple[str, dict[str, Any], list[MeasureRow]]]:
    """Each choice: its name, what changes in who takes part, and the rows with it."""
    yield AS_SUBMITTED, {}, list(own)
    for place, row in enumerate(own):
        rate = _next_decile(given, row)
        if rate is not None and row.rate is not None:
            better = replace(row, rate=rate)
            words = f"{row.measure.name} ({row.collection_type}) from {row.rate:.2f} to {rate:.2f}"
            yield words, {}, [*own[:place], better, *own[place + 1 :]]
    measures = {row.measure.name for row in own if row.measure.category == QUALITY}
    if person["pathway"] != "traditional":
        yield "pathway traditional", {"pathway": "traditional", "mvp": None}, list(own)
    if person["pathway"] != "APP" and measures & _of_the_app(given):
        yield "pathway APP", {"pathway": "APP", "mvp": None}, list(own)
    for name, mvp in given.mvps.items():
        if given.year >= MVP_FROM and name != person["mvp"] and measures & mvp.quality:
            yield f"pathway MVP {name}", {"pathway": "MVP", "mvp": name}, list(own)


def _of_the_app(given: Submitted) -> frozenset[str]:
    """Measures of the APM Performance Pathway; none in a year that has no such pathway."""
    try:
        return pathway_measures(given.rules, given.year)
    except InputError:
        return frozenset()


def _next_decile(given: Submitted, row: MeasureRow) -> Decimal | None:
    """The rate at which the next decile begins; None where there is none, or no benchmark."""
    number = given.table.number.get((row.measure.name, row.collection_type))
    if row.measure.category != QUALITY or number is None or row.rate is None:
        return None
    values = [value for value in given.table.boundaries[:, number] if value is not None]
    if given.table.lower_is_better[number]:
        return max((value for value in values if value < row.rate), default=None)
    return min((value for value in values if value > row.rate), default=None)
