"""The logs that practices keep beside claims: the files by name, their columns, what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from openvbc.claims.csv_table import CsvColumn, optional
from openvbc.claims.csv_values import (
    Parse,
    Refused,
    date,
    flag,
    money,
    npi,
    number,
    one_of,
    tin,
    word,
)
from openvbc.claims.own_files import MEMBER
from openvbc.programs.person_files import PersonFile, Reasons
from openvbc.rules.load import load_code_table
from openvbc.steps.care_billing import PROGRAM


def whole(least: int, most: int, outside: str) -> Parse:
    """A whole number between two bounds."""

    def parse(text: str) -> int:
        quantity = number(text)
        if quantity != quantity.to_integral_value():
            raise Refused("not a whole number")
        if not least <= quantity <= most:
            raise Refused(outside)
        return int(quantity)

    return parse


def _code(text: str) -> str:
    plain = text.upper().strip()
    if plain not in {row["code"] for row in load_code_table(PROGRAM, "code")}:
        raise Refused("a code that the rules do not hold")
    return plain


def _month(text: str) -> dt.date:
    first_day = date(f"{text}-01" if len(text) == 7 else text)
    if first_day is None:
        raise Refused("not a month")
    return first_day.replace(day=1)


def _service(text: str) -> str:
    known = {row["service"].upper(): row["service"] for row in load_code_table(PROGRAM, "code")}
    plain = " ".join(text.upper().replace("_", " ").split())
    if plain not in known:
        raise Refused("a service that the rules do not hold")
    return known[plain]


def _model(text: str) -> str:
    """A model as the rules spell it, else as it stands."""
    known = {
        row["model"].upper(): row["model"] for row in load_code_table(PROGRAM, "model_payment")
    }
    plain: str = word(text)
    return known.get(plain.upper().strip(), plain.strip())


def _staff(text: str) -> str:
    kinds = sorted({row["staff_type"] for row in load_code_table(PROGRAM, "staff_type")})
    kind: str = one_of(*kinds)(text)
    return kind


TIN = CsvColumn("tin", tin, "the practice, by its taxpayer number", "123456789")
FROM = CsvColumn("first_date", date, "first day", "2025-01-01")
UNTIL = optional("last_date", date, "last day; empty: still so", "2025-12-31")
_DAY = 24 * 60


def _before_discharge(row: Mapping[str, Any]) -> str | None:
    left = row["discharge_date"]
    return "a contact before the discharge" if left and row["contact_date"] < left else None


def ends_early(row: Mapping[str, Any]) -> str | None:
    """Why a row of days cannot be: it ends before it begins."""
    last = row["last_date"]
    return "it ends before it begins" if last and last < row["first_date"] else None


def _two_owners(rows: Sequence[Mapping[str, Any]], reasons: Reasons) -> None:
    """Both rows of a person whom two practices have at the same time are set aside."""
    for one, other in _overlaps(rows, reasons, "person_id"):
        if rows[one]["tin"] != rows[other]["tin"]:
            reasons[one] = reasons[other] = "two owners for one person at a time"


def _same_again(rows: Sequence[Mapping[str, Any]], reasons: Reasons) -> None:
    """A row that says in every column what one before it says counts once."""
    seen: set[tuple[Any, ...]] = set()
    for at, row in enumerate(rows):
        if reasons[at] is None:
            whole = tuple(value for name, value in row.items() if name != MEMBER.name)
            if whole in seen:
                reasons[at] = "the same row again"
            seen.add(whole)


def _minutes_of_a_day(rows: Sequence[Mapping[str, Any]], reasons: Reasons) -> None:
    """Each entry once; together those of a person, practice, staff and day fit into the day."""
    _same_again(rows, reasons)
    by_day: dict[tuple[Any, ...], list[int]] = {}
    for at, row in enumerate(rows):
        if reasons[at] is None:
            key = tuple(row[name] for name in ("person_id", "tin", "staff_type", "service_date"))
            by_day.setdefault(key, []).append(at)
    for places in by_day.values():
        if sum(rows[at]["minutes"] for at in places) > _DAY:
            for at in places:
                reasons[at] = "minutes of one day that are together longer than a day"


def _one_count(rows: Sequence[Mapping[str, Any]], reasons: Reasons) -> None:
    """Both rows are set aside where two say different days of one month and device."""
    _same_again(rows, reasons)
    by_month: dict[tuple[Any, ...], list[int]] = {}
    for at, row in enumerate(rows):
        if reasons[at] is None:
            key = tuple(row[name] for name in ("person_id", "tin", "device", "service_month"))
            by_month.setdefault(key, []).append(at)
    for places in by_month.values():
        for at in places if len(places) > 1 else ():
            reasons[at] = "two counts of days for one month"


def _one_fact(rows: Sequence[Mapping[str, Any]], reasons: Reasons) -> None:
    """Both rows of a person are set aside where they say different things of the same days."""
    _same_again(rows, reasons)
    for one, other in _overlaps(rows, reasons, "person_id"):
        for name in ("chronic_conditions", "is_qualified_beneficiary"):
            values = {rows[one][name], rows[other][name]} - {None}
            if len(values) > 1:
                reasons[one] = reasons[other] = "two facts of one person for the same days"


def _overlapping(rows: Sequence[Mapping[str, Any]], reasons: Reasons) -> None:
    for _, later in _overlaps(rows, reasons, "code"):
        reasons[later] = "a second amount for a code on the same days"


def _overlaps(
    rows: Sequence[Mapping[str, Any]], reasons: Reasons, key: str
) -> list[tuple[int, int]]:
    """Pairs of rows of one key whose days overlap; the earlier row first."""
    by_key: dict[Any, list[int]] = {}
    for at, row in enumerate(rows):
        if reasons[at] is None:
            by_key.setdefault(row[key], []).append(at)
    return [
        (one, other)
        for places in by_key.values()
        for number_of, one in enumerate(places)
        for other in places[number_of + 1 :]
        if _meet(rows[one], rows[other])
    ]


def _meet(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(
        (one["last_date"] is None or one["last_date"] >= other["first_date"])
        and (other["last_date"] is None or other["last_date"] >= one["first_date"])
    )


LOG_FILES = (
    PersonFile(
        "time_log.csv",
        "time_entry",
        (
            MEMBER,
            CsvColumn("service_date", date, "day of the work", "2025-03-10"),
            CsvColumn(
                "minutes",
                whole(1, _DAY, "minutes over a day's length, or none"),
                "minutes of the entry",
                "20",
            ),
            CsvColumn("staff_type", _staff, "whose minutes", "clinical_staff"),
            optional("service", _service, "the service they are for; empty: any", "CCM"),
            TIN,
        ),
        refuse_together=_minutes_of_a_day,
    ),
    PersonFile(
        "contact_log.csv",
        "transition_contact",
        (
            MEMBER,
            optional("discharge_date", date, "the discharge it is about", "2025-03-07"),
            CsvColumn("contact_date", date, "day of the contact", "2025-03-10"),
            CsvColumn("kind", one_of("attempt", "contact", "visit"), "what was done", "contact"),
            optional(
                "medical_decision",
                one_of("low", "moderate", "high"),
                "complexity of a visit's decision making",
                "high",
            ),
            TIN,
        ),
        _before_discharge,
        _same_again,
    ),
    PersonFile(
        "consent.csv",
        "care_consent",
        (MEMBER, CsvColumn("service", _service, "the service", "CCM"), FROM, UNTIL, TIN),
        ends_early,
    ),
    PersonFile(
        "person_fact.csv",
        "given_fact",
        (
            MEMBER,
            FROM,
            UNTIL,
            optional(
                "chronic_conditions",
                whole(0, 99, "not a number of conditions"),
                "chronic conditions expected to last",
                "3",
            ),
            optional("is_qualified_beneficiary", flag, "Qualified Medicare Beneficiary", "no"),
        ),
        ends_early,
        _one_fact,
    ),
    PersonFile(
        "device_data.csv",
        "device_data",
        (
            MEMBER,
            CsvColumn("service_month", _month, "month of the data", "2025-03"),
            CsvColumn("data_days", whole(0, 31, "more days than a month has"), "days", "17"),
            optional("device", _service, "RPM supply or RTM supply", "RPM supply"),
            TIN,
        ),
        refuse_together=_one_count,
    ),
    PersonFile(
        "panel.csv",
        "care_panel",
        (MEMBER, FROM, UNTIL, TIN, optional("npi", npi, "the practitioner")),
        ends_early,
        _two_owners,
    ),
    PersonFile(
        "model_member.csv",
        "model_member",
        (MEMBER, CsvColumn("model", _model, "the model", "EOM"), FROM, UNTIL, TIN),
        ends_early,
    ),
    PersonFile(
        "fee_schedule.csv",
        "fee",
        (
            CsvColumn("code", _code, "the code", "99490"),
            FROM,
            UNTIL,
            CsvColumn("allowed_amount", money, "allowed for a unit (USD)", "60.49"),
        ),
        ends_early,
        _overlapping,
    ),
)
AGREEMENT = PersonFile(
    "model_agreement.csv",
    "model_agreement",
    (
        CsvColumn("model", _model, "the model", "EOM"),
        CsvColumn("code", _code, "a code its payment excludes", "99490"),
        FROM,
        UNTIL,
    ),
    ends_early,
)
