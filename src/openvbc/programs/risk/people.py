"""Check a list of people and their diagnoses before they are scored.

Nothing is repaired in silence: a row is used, used and flagged, or set aside with its reason.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from openvbc.engine.table import SmallTable, Value
from openvbc.errors import Place
from openvbc.programs.risk.code_version import date_of, is_icd_9, stated_version
from openvbc.programs.risk.rows import Report, Rows, read_rows
from openvbc.rules.load import load_code_table
from openvbc.steps.risk.tables import SCORED_DIAGNOSIS, SCORED_PERSON, Scoring, models

FLAGS = (
    "is_institutional",
    "is_new_enrollee",
    "in_special_needs_plan",
    "has_low_income_subsidy",
)
PERSON_COLUMNS = (
    "person_id", "birth_date", "sex", "original_reason_entitlement_code", "dual_status_code",
    *FLAGS, "kidney_status", "months_since_transplant", "death_date",
)  # fmt: skip
DIAGNOSIS_COLUMNS = ("person_id", "diagnosis_code", "service_date", "code_version")
SEX = {"f": "female", "female": "female", "2": "female", "m": "male", "male": "male", "1": "male"}
YES_OR_NO = {
    "1": True, "y": True, "yes": True, "true": True, "t": True,
    "0": False, "n": False, "no": False, "false": False, "f": False, "": False,
}  # fmt: skip
KIDNEY = ("dialysis", "transplant", "functioning graft")
OLDEST = 125
_ICD_10 = re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}$")


@dataclass
class Checked:
    """People and diagnoses fit to be scored, and what became of every row."""

    people: SmallTable
    diagnoses: SmallTable
    people_report: Report
    diagnoses_report: Report
    place_of: Mapping[str, Place] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class _Refused(Exception):
    reason: str
    column: str
    detail: str


def check_people(people: Rows, year: int) -> tuple[dict[str, tuple[Value, ...]], Report]:
    """Each person once, as the row of ``scored_person``; and the report of the rows."""
    report = Report(people if isinstance(people, str) else "people")
    rows_by_person: dict[str, tuple[Value, ...]] = {}
    twice: dict[str, list[Place]] = {}
    for place, row in read_rows(people, "people", PERSON_COLUMNS[:3], PERSON_COLUMNS):
        report.rows_in += 1
        flags: list[tuple[str, str]] = []
        try:
            checked = _person(row, year, flags)
        except _Refused as refused:
            value = row.get(refused.column, "") if refused.column != "person_id" else None
            where = Place.of_person(place.file, place.line, refused.column, value or None)
            report.leave_out(refused.reason, where, refused.detail)
            continue
        person = str(checked[0])
        if person in twice or (person in rows_by_person and rows_by_person[person] != checked):
            twice.setdefault(person, []).append(place)
            continue
        if person in rows_by_person:
            report.leave_out("the same person again", place, "an identical row was used before")
            continue
        rows_by_person[person] = checked
        for reason, detail in flags:
            report.flag(reason, place, detail)
    for person, places in twice.items():
        del rows_by_person[person]
        for place in [places[0], *places]:
            report.leave_out(
                "two different rows for one person", place, "none of them is used; keep one"
            )
    report.used = len(rows_by_person)
    return rows_by_person, report


def _person(row: Mapping[str, str], year: int, flags: list[tuple[str, str]]) -> tuple[Value, ...]:
    person = row["person_id"]
    if not person:
        raise _Refused("no person identifier", "person_id", "every row names its person")
    born = _date(row["birth_date"], "birth_date", "no birth date")
    sex = SEX.get(row["sex"].lower())
    if sex is None:
        what = "no sex" if row["sex"] in ("", "0") else "a sex that is not known"
        raise _Refused(what, "sex", "female or male (F, M, 2, 1): factors differ by sex")
    age_date = dt.date(year, 2, 1)
    if born > age_date:
        raise _Refused("born after the payment year began", "birth_date", f"by {age_date}")
    if year - born.year > OLDEST:
        raise _Refused("older than anyone", "birth_date", f"born before {year - OLDEST}")
    if row.get("death_date"):
        died = _date(row["death_date"], "death_date", "no death date")
        if died < dt.date(year, 1, 1):
            raise _Refused("died before the payment year", "death_date", "has no score")
    entitlement = _code(row, "original_reason_entitlement_code", "entitlement", 1)
    if not entitlement:
        entitlement, meaning = _likely_entitlement(born, year, row)
        flags.append(("no entitlement code", f"scored as entitled by {meaning} ({entitlement})"))
    dual = _code(row, "dual_status_code", "dual_status", 2)
    if not dual:
        dual = "00"
        flags.append(("no dual status", "scored as not dually eligible (00)"))
    if entitlement == "0" and born > dt.date(year - 64, 2, 1):
        flags.append(("entitled by age, and under 64", "an entitlement code of 1, 2 or 3 is usual"))
    kidney = row.get("kidney_status", "").lower().replace("_", " ") or None
    if kidney and kidney not in KIDNEY:
        raise _Refused("a kidney status that is not known", "kidney_status", " or ".join(KIDNEY))
    months = _months(row.get("months_since_transplant", ""), kidney)
    switches = [_yes_or_no(row, column) for column in FLAGS]
    return (person, year, born, sex, entitlement, dual, *switches, kidney, months)


def _likely_entitlement(born: dt.date, year: int, row: Mapping[str, str]) -> tuple[str, str]:
    """The entitlement of a person whose code is blank: nobody under 65 is entitled by age.

    CMS's software (macro AGESEXV2) takes everybody under 65 whose code is not 0 as disabled, and a
    blank is not 0. New enrollees of 64 are those who turn 65 in the payment year.
    """
    turns_65 = born.year == year - 65 and _yes_or_no(row, "is_new_enrollee")
    if born > dt.date(year - 65, 2, 1) and not turns_65:
        return "1", "disability"
    return "0", "age"


def _date(text: str, column: str, missing: str) -> dt.date:
    if not text:
        raise _Refused(missing, column, "a date is needed, as 1950-12-31")
    if day := date_of(text):
        return day
    raise _Refused("not a date", column, "dates are 1950-12-31, 12/31/1950 or 19501231")


def _code(row: Mapping[str, str], column: str, table: str, width: int) -> str:
    text = row.get(column, "")
    if not text or text.upper() in ("NA", "99"):
        return ""
    code = text.zfill(width)
    known = [entry[column] for entry in load_code_table("hcc", table)]
    if code not in known:
        raise _Refused(f"an impossible {table.replace('_', ' ')} code", column, ", ".join(known))
    return code


def _months(text: str, kidney: str | None) -> int | None:
    if not text:
        if kidney in ("transplant", "functioning graft"):
            raise _Refused(
                "no months since the transplant",
                "months_since_transplant",
                "factors depend on them",
            )
        return None
    if not text.isdigit() or kidney in (None, "dialysis"):
        raise _Refused(
            "months since a transplant that cannot be",
            "months_since_transplant",
            "a whole number, with kidney status transplant (1 to 3) or functioning graft (4 on)",
        )
    months = int(text)
    if (kidney == "transplant") != (1 <= months <= 3):
        raise _Refused(
            "months that do not fit the kidney status",
            "months_since_transplant",
            "1 to 3 with transplant, 4 or more with functioning graft",
        )
    return months


def _yes_or_no(row: Mapping[str, str], column: str) -> bool:
    value = YES_OR_NO.get(row.get(column, "").lower())
    if value is None:
        raise _Refused("neither yes nor no", column, "1 or 0, yes or no, true or false")
    return value


def check_diagnoses(
    diagnoses: Rows, people: Iterable[str], scorings: Sequence[Scoring]
) -> tuple[list[tuple[Value, ...]], Report]:
    """Each person's diagnoses once, as rows of ``scored_diagnosis``; and the report."""
    report = Report(diagnoses if isinstance(diagnoses, str) else "diagnoses")
    year = scorings[0].payment_year
    known, other_years = _mapped(tuple(scorings))
    known_people = set(people)
    person_codes: dict[tuple[str, str], None] = {}
    for place, row in read_rows(diagnoses, "diagnoses", DIAGNOSIS_COLUMNS[:2], DIAGNOSIS_COLUMNS):
        report.rows_in += 1
        written = row["diagnosis_code"]
        code = written.upper().replace(".", "").replace(" ", "")
        where = Place.of_person(place.file, place.line, "diagnosis_code", written)
        if row["person_id"] not in known_people:
            report.leave_out("a person who is not scored", place, "not in the list, or set aside")
        elif not code:
            report.leave_out("no diagnosis code", where, "an ICD-10-CM code is needed")
        elif (version := stated_version(row.get("code_version", ""))) is None:
            said = Place.of_person(place.file, place.line, "code_version", row["code_version"])
            report.leave_out("a code version that is not known", said, "0 for ICD-10, 9 for ICD-9")
        elif version == "9" or (
            version == ""
            and code not in known
            and is_icd_9(code, row.get("service_date", ""), year)
        ):
            report.leave_out("an ICD-9 code", where, "claims since October 2015 carry ICD-10-CM")
        elif not _ICD_10.match(code):
            report.leave_out("not a diagnosis code", where, "a letter, a digit, 1 to 5 more")
        elif not _in_year(row.get("service_date", ""), year - 1):
            detail = f"payment year {year} counts services of {year - 1}"
            report.leave_out(
                "a service outside the diagnosis year",
                Place.of_person(place.file, place.line, "service_date", row["service_date"]),
                detail,
            )
        elif (row["person_id"], code) in person_codes:
            report.leave_out("the same diagnosis again", where, "a diagnosis counts once")
        else:
            person_codes[row["person_id"], code] = None
            if code != written:
                report.flag("written with a dot, a space or small letters", where)
            if code not in known:
                reason = (
                    "a code the model maps in other years only"
                    if code in other_years
                    else "a code no model asked for maps"
                )
                report.flag(reason, where, "unknown, or not a payment condition: no effect")
    report.used = len(person_codes)
    return [(person, year, code) for person, code in person_codes], report


@lru_cache(maxsize=8)
def _mapped(scorings: tuple[Scoring, ...]) -> tuple[set[str], set[str]]:
    """Codes mapped by the models in the year, and in any year."""
    maps = {models()[scoring.model]["diagnosis_map"] for scoring in scorings}
    year = scorings[0].payment_year
    now, ever = set(), set()
    for row in load_code_table("hcc", "diagnosis_map"):
        if row["diagnosis_map"] in maps:
            ever.add(row["diagnosis_code"])
            if int(row["first_year"]) <= year <= int(row["last_year"]):
                now.add(row["diagnosis_code"])
    return now, ever


def _in_year(text: str, year: int) -> bool:
    if not text:
        return True
    try:
        return _date(text, "service_date", "").year == year
    except _Refused:
        return False


def check(people: Rows, diagnoses: Rows, scorings: Sequence[Scoring]) -> Checked:
    """Both lists, as the small tables the steps read."""
    year = scorings[0].payment_year
    persons, people_report = check_people(people, year)
    rows, diagnoses_report = check_diagnoses(diagnoses, persons, scorings)
    return Checked(
        SmallTable("scored_person", SCORED_PERSON, list(persons.values())),
        SmallTable("scored_diagnosis", SCORED_DIAGNOSIS, rows),
        people_report,
        diagnoses_report,
    )
