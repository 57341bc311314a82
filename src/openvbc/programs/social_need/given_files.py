"""Files about social needs and strata that a user keeps beside claims, by name."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from openvbc.claims.csv_table import CsvColumn, optional
from openvbc.claims.csv_values import Refused, date, money, number, one_of, word
from openvbc.claims.own_files import MEMBER
from openvbc.programs.person_files import PersonFile
from openvbc.rules.load import load_code_table
from openvbc.steps.social_need import PROGRAM

LEVELS = tuple(row["level"] for row in load_code_table(PROGRAM, "area_level"))
UNRANKED = ("GQ", "PH", "GQ-PH", "PH-GQ", "QDI", "SUPPRESSED")
"""What publishers write where an area has no rank."""
DECLINED = ("declined", "refused", "prefer not to answer", "i choose not to answer this question")
ANY_DOMAIN = sorted(
    {row["domain"] for row in load_code_table(PROGRAM, "need_code")}
    | {row["domain"] for row in load_code_table(PROGRAM, "instrument_item") if row["domain"]}
)


def _plain(text: str) -> str:
    return " ".join(word(text).lower().split())


def _domain(text: str) -> str:
    need_domain = _plain(text).replace("_", " ")
    if need_domain not in ANY_DOMAIN:
        raise Refused("a domain of need that the rules do not hold")
    return need_domain


def _instrument(text: str) -> str:
    known = {row["instrument"] for row in load_code_table(PROGRAM, "instrument_item")}
    plain = word(text).upper().replace("_", "-").strip()
    if plain not in known:
        raise Refused("an instrument that the rules do not hold")
    return plain


def _area(text: str) -> str:
    plain = word(text).upper().replace("-", "").strip()
    if not plain.isalnum():
        raise Refused("not a code of an area")
    return plain


def _index_value(text: str) -> Decimal | None:
    """A value; none where the publisher gives no rank."""
    return None if text.upper().strip() in UNRANKED else number(text)


def _answered(row: Mapping[str, Any]) -> str | None:
    return None if outcomes_of(row) else "an answer that the rules do not hold"


def outcomes_of(row: Mapping[str, Any]) -> list[tuple[str | None, str]]:
    """(domain, outcome) of an answer; the domain is none where the item names none.

    Args:
        row: instrument, code and answer of a row of ``screening.csv``.
    """
    items = [
        item
        for item in load_code_table(PROGRAM, "instrument_item")
        if item["instrument"] == row["instrument"] and item["code"] == row["code"]
    ]
    if not items:
        return []
    if row["answer"] in DECLINED:
        return [(item["domain"] or None, "declined") for item in items]
    if least := items[0]["least_positive"]:
        try:
            points = Decimal(row["answer"])
        except ArithmeticError:
            return []
        return [(items[0]["domain"], "positive" if points >= Decimal(least) else "negative")]
    return [
        (each["domain"] or None, each["outcome"])
        for each in load_code_table(PROGRAM, "answer")
        if each["instrument"] == row["instrument"]
        and each["code"] == row["code"]
        and each["answer"] == row["answer"]
    ]


FILES = (
    PersonFile(
        "screening.csv",
        "screening",
        (
            MEMBER,
            CsvColumn("screening_date", date, "day of the answer", "2024-01-10"),
            CsvColumn("instrument", _instrument, "the instrument", "AHC-HRSN"),
            CsvColumn("code", word, "LOINC code of the item", "88122-7"),
            CsvColumn("answer", _plain, "the answer", "often"),
        ),
        _answered,
    ),
    PersonFile(
        "referral.csv",
        "given_referral",
        (
            MEMBER,
            CsvColumn("domain", _domain, "the domain of the need", "food"),
            CsvColumn("referral_date", date, "day of the referral", "2024-01-12"),
            optional("closed_date", date, "day the loop was closed; empty: open", "2024-02-01"),
        ),
        lambda row: (
            "closed before it was made"
            if row["closed_date"] and row["closed_date"] < row["referral_date"]
            else None
        ),
    ),
    PersonFile(
        "area.csv",
        "person_area",
        (
            MEMBER,
            CsvColumn("level", one_of(*LEVELS), "kind of area", "tract"),
            CsvColumn("area_code", _area, "code of the area", "06037101110"),
        ),
    ),
    PersonFile(
        "area_index.csv",
        "area_value",
        (
            CsvColumn("area_index", word, "the index", "ADI national rank"),
            CsvColumn("level", one_of(*LEVELS), "kind of area", "tract"),
            CsvColumn("area_code", _area, "code of the area", "06037101110"),
            optional("value", _index_value, "value; empty or GQ, PH: no rank", "88"),
        ),
    ),
    PersonFile(
        "stratum.csv",
        "given_stratum",
        (
            MEMBER,
            CsvColumn("division", word, "what people are divided by", "race, self-reported"),
            CsvColumn("stratum", word, "the value", "Black"),
        ),
    ),
    PersonFile(
        "result.csv",
        "given_result",
        (
            MEMBER,
            CsvColumn("measure", word, "the measure, cost or list", "HbA1c poor control"),
            optional("numerator", number, "of a rate: 1 or 0", "1"),
            optional("denominator", number, "of a rate: 1 where the person counts", "1"),
            optional("amount", money, "of a cost (USD)", "1250.00"),
        ),
        lambda row: (
            "neither a rate nor an amount"
            if row["amount"] is None and row["denominator"] is None
            else "a numerator above its denominator"
            if row["denominator"] is not None and (row["numerator"] or 0) > row["denominator"]
            else None
        ),
    ),
)
