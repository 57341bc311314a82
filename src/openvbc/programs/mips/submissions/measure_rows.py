"""What was submitted, one row a measure: from a CSV list, or JSON as CMS's submissions API has.

A row that cannot be scored is set aside with its reason; the rows of others stand as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn, optional, read_csv_file
from openvbc.claims.csv_values import Refused
from openvbc.errors import InputError, Place, SetAside
from openvbc.input_file import LIST_LIMIT, content_of
from openvbc.programs.mips.own_list import (
    WHOSE,
    OneGroup,
    not_negative,
    npi,
    refused_rows,
    whole,
)
from openvbc.programs.mips.submissions.inventory import COST, QUALITY, Inventory, Measure

_ENTITIES = ("virtualGroup", "apm")
"""How a submission names the type of those who submit as an entity; a subgroup is none of them."""
LARGEST_GAP = Decimal("0.01")
"""Percentage points by which a rate may differ from its own numerator and denominator."""


@dataclass(frozen=True)
class MeasureRow:
    """One measure that somebody submitted."""

    who: str
    measure: Measure
    collection_type: str
    rate: Decimal | None
    """In percent for a share, else as measured."""
    cases: Decimal | None
    reported_share: Decimal | None
    """Share of the eligible that was reported; None where it is not told."""
    answer: bool | None
    """Yes or no, where the measure asks that."""
    place: Place
    end_to_end: bool = False
    """Reported end to end by electronic means."""
    of_entity: bool = False
    """Of a virtual group or APM entity, not of a clinician in one; of a list also of a subgroup,
    which the list of participants alone tells apart."""

    @property
    def share(self) -> Decimal:
        """What a measure that earns a share of its points earned: its rate, or all for a yes."""
        return self.rate / 100 if self.rate is not None else Decimal(bool(self.answer))


@dataclass(frozen=True)
class _Given:
    """A row as it stands, before it is judged."""

    who: str
    measure: str
    collection_type: str
    numerator: Decimal | None
    denominator: Decimal | None
    rate: Decimal | None
    cases: Decimal | None
    reported_share: Decimal | None
    answer: bool | None
    place: Place
    end_to_end: bool = False
    of_entity: bool = False


COLUMNS = (
    CsvColumn("measure", read.word, "name of the measure in the inventory", "236"),
    optional("collection_type", read.word, "registry, electronicHealthRecord, claims ..."),
    optional("numerator", whole, "cases that met the measure"),
    optional("denominator", whole, "cases, without exclusions and exceptions"),
    optional(
        "performance_rate",
        not_negative(read.number),
        "in percent for a share; dollars of a cost measure",
    ),
    optional("cases", whole, "cases, where no denominator is given"),
    optional("reported_share", not_negative(read.number), "of the eligible: a ratio"),
    optional("answer", read.flag, "yes or no: activities, promoting interoperability"),
    optional("end_to_end", read.flag, "reported end to end by electronic means, to 2021"),
)


def read_measures(path: Path, inventory: Inventory) -> tuple[list[MeasureRow], list[SetAside]]:
    """Every row that can be scored, and the others with their reasons.

    Raises:
        InputError: the file cannot be read, has a column that is not known, or is no submission.
    """
    aside: list[SetAside] = []
    is_json = path.suffix.lower() == ".json"
    given = list(_of_json(path) if is_json else _of_csv(path, aside))
    rows: list[MeasureRow] = []
    first: dict[tuple[str, str, str], Place] = {}
    for each in given:
        judged = _judged(each, inventory)
        if isinstance(judged, SetAside):
            aside.append(judged)
            continue
        key = (judged.who, judged.measure.name, judged.collection_type)
        if key in first:
            aside.append(SetAside("the same measure a second time", each.place, f"{first[key]}"))
            continue
        first[key] = each.place
        rows.append(judged)
    return rows, aside


def _of_csv(path: Path, aside: list[SetAside]) -> Iterator[_Given]:
    csv_rows = read_csv_file(path, (*WHOSE, *COLUMNS), "submissions")
    if csv_rows.other_columns:
        raise InputError(
            f"the column {', '.join(csv_rows.other_columns)} is not known",
            place=Place(path.name, 1),
            rule=f"columns: {', '.join(each.name for each in (*WHOSE, *COLUMNS))}",
            action="correct its name, or take it out",
            code="VBC-1930",
        )
    aside += refused_rows(path, csv_rows)
    groups = OneGroup()
    for number, line in enumerate(csv_rows.lines):
        row = {name: column[number] for name, column in csv_rows.columns.items()}
        if second := groups.second(row, Place(path.name, line)):
            aside.append(second)
            continue
        who = "-".join(row[each.name] for each in WHOSE if row[each.name])
        yield _Given(
            who, row["measure"], row["collection_type"] or "", row["numerator"],
            row["denominator"], row["performance_rate"], row["cases"], row["reported_share"],
            row["answer"], Place(path.name, line), bool(row["end_to_end"]),
            bool(row["entity"] and not row["npi"]),
        )  # fmt: skip


def _of_json(path: Path) -> Iterator[_Given]:
    try:
        content = json.loads(content_of(path, LIST_LIMIT), parse_float=Decimal)
    except (ValueError, RecursionError):
        content = None
    submissions = content if isinstance(content, list) else [content]
    for number, each in enumerate(submissions, start=1):
        inner = each.get("data", each) if isinstance(each, dict) else None
        submission = inner.get("submission", inner) if isinstance(inner, dict) else None
        sets = submission.get("measurementSets") if isinstance(submission, dict) else None
        if not isinstance(sets, list):
            raise InputError(
                "this is not a submission", place=Place(path.name),
                rule="an object with measurementSets, or a list of such",
                action="give the JSON as it was sent to CMS, or a CSV list", code="VBC-1931",
            )  # fmt: skip
        who = _who(submission or {})
        of_entity = _of_entity(submission or {})
        for one in sets:
            place = Place(path.name, column=f"submission {number}")
            yield from _of_set(one, who, place, of_entity=of_entity)


def _who(submission: Mapping[str, Any]) -> str:
    names = ("nationalProviderIdentifier", "taxpayerIdentificationNumber", "entityId")
    return "-".join(str(submission[name]) for name in names if submission.get(name))


def _of_entity(submission: Mapping[str, Any]) -> bool:
    """Whether a virtual group or APM entity submits: by its type, where that is told."""
    if kind := submission.get("entityType"):
        return kind in _ENTITIES
    return bool(submission.get("entityId")) and not submission.get("nationalProviderIdentifier")


def _of_set(one: Any, who: str, place: Place, *, of_entity: bool) -> Iterator[_Given]:
    measurements = one.get("measurements") if isinstance(one, dict) else None
    for each in measurements if isinstance(measurements, list) else ():
        if not isinstance(each, dict):
            continue
        value = each.get("value")
        told = value if isinstance(value, dict) else {}
        met = _number(told.get("performanceMet", told.get("numerator")))
        denominator = _number(told.get("denominator"))
        if met is not None and (missed := _number(told.get("performanceNotMet"))) is not None:
            denominator = met + missed
        reported = _number(told.get("reportingRate"))
        alone = _number(value)
        yield _Given(
            who, str(each.get("measureId", "")), str(one.get("submissionMethod", "")), met,
            denominator, alone if alone is not None else _number(told.get("performanceRate")),
            None, None if reported is None else reported / 100,
            value if isinstance(value, bool) else None, place,
            told.get("isEndToEndReported") is True, of_entity,
        )  # fmt: skip


def _number(value: Any) -> Decimal | None:
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return Decimal(value) if is_number else None


def _judged(row: _Given, inventory: Inventory) -> MeasureRow | SetAside:
    if reason := _of_whom(row.who):
        return SetAside(reason, row.place)
    measure = inventory.get(row.measure)
    if measure is None:
        return SetAside("a measure that is not of the year", row.place)
    if measure.category == QUALITY:
        return _quality(row, measure)
    if measure.category == COST:
        return _cost(row, measure)
    rate = row.rate
    if row.numerator is not None and row.denominator:
        if row.numerator > row.denominator:
            return SetAside("numerator over denominator", row.place)
        rate = row.numerator / row.denominator * 100
    if row.answer is None and rate is None:
        return SetAside("neither an answer nor a rate", row.place)
    if rate is not None and rate > 100:
        return SetAside("a rate over 100", row.place)
    return _kept(row, measure, rate)


def _of_whom(who: str) -> str:
    """What is wrong with an identifier that JSON gave; a list's are judged when it is read."""
    if not who:
        return "neither npi nor tin nor entity"
    for part in who.split("-"):
        if len(part) == 10 and part.isdigit():
            try:
                npi(part)
            except Refused:
                return "the NPI's check digit is wrong"
    return ""


def _cost(row: _Given, measure: Measure) -> MeasureRow | SetAside:
    """A row of a cost measure, its rate the dollars of an episode or patient."""
    if row.rate is None:
        return SetAside("no cost of the measure", row.place, "performance_rate: its dollars")
    if row.cases is None and row.denominator is None:
        return SetAside("how many cases is not told", row.place, "cases")
    return _kept(row, measure, row.rate)


def _quality(row: _Given, measure: Measure) -> MeasureRow | SetAside:
    """A row of a quality measure, its rate from its counts where they are given."""
    if row.collection_type not in measure.collection_types:
        among = ", ".join(sorted(measure.collection_types))
        return SetAside("a collection type that the measure does not have", row.place, among)
    if row.reported_share is not None and row.reported_share > 1:
        return SetAside("more reported than eligible", row.place, "a ratio: 0.8 for 80%")
    rate = row.rate
    if row.numerator is not None and row.denominator is not None:
        if row.numerator > row.denominator:
            return SetAside("numerator over denominator", row.place)
        counted = row.numerator / row.denominator * 100 if row.denominator else None
        if rate is not None and counted is not None and abs(rate - counted) > LARGEST_GAP:
            return SetAside("the rate is not numerator over denominator", row.place)
        rate = counted
    elif measure.is_proportion and rate is not None and 0 < rate < 1:
        detail = "in percent; below one, give numerator and denominator"
        return SetAside("a rate that may be a fraction", row.place, detail)
    if rate is None:
        return SetAside("no rate, and no numerator and denominator", row.place)
    if measure.is_proportion and rate > 100:
        return SetAside("a rate over 100", row.place)
    if row.denominator is None and row.cases is None:
        return SetAside("how many cases is not told", row.place, "denominator, or cases")
    return _kept(row, measure, rate)


def _kept(row: _Given, measure: Measure, rate: Decimal | None) -> MeasureRow:
    cases = row.denominator if row.denominator is not None else row.cases
    return MeasureRow(
        row.who, measure, row.collection_type, rate, cases, row.reported_share, row.answer,
        row.place, row.end_to_end, row.of_entity,
    )  # fmt: skip


def by_category(rows: Sequence[MeasureRow], category: str) -> list[MeasureRow]:
    """The rows of one category."""
    return [row for row in rows if row.measure.category == category]
