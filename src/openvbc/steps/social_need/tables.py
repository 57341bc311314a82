"""The rules about social needs as small tables, and the tables of what the user gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from openvbc.engine.table import SmallTable, Value
from openvbc.rules.load import RuleSet, load_code_table
from openvbc.rules.parameter import Table
from openvbc.steps.rule_table import RuleTable, code_table, parameter_doubts, rule_table
from openvbc.steps.social_need import PROGRAM

GIVEN: Mapping[str, Mapping[str, str]] = {
    "screening_answer": {
        "person_id": "string", "screening_date": "date", "instrument": "string", "code": "string",
        "domain": "string", "outcome": "string",
    },
    "given_referral": {
        "person_id": "string", "domain": "string", "referral_date": "date", "closed_date": "date",
    },
    "person_area": {"person_id": "string", "level": "string", "area_code": "string"},
    "given_stratum": {"person_id": "string", "division": "string", "stratum": "string"},
    "given_result": {
        "person_id": "string", "measure": "string", "numerator": "decimal(18,4)",
        "denominator": "decimal(18,4)", "amount": "decimal(18,2)",
    },
}  # fmt: skip
"""Columns of what the user's files become, by table."""
LAST_AGE = 200


def rule_tables(
    rules: RuleSet, as_of: dt.date, area_values: Sequence[Mapping[str, Any]]
) -> list[RuleTable]:
    """What the steps read of the rules; bands only of the indices that were given."""
    given = sorted({str(row["area_index"]) for row in area_values})
    used = {
        "screening_months": rules.get("screening_lookback_months"),
        "need_code_months": rules.get("need_code_months"),
    }
    columns = {"as_of": "date", **dict.fromkeys(used, "int")}
    row: list[Value] = [as_of, *(int(str(each.value)) for each in used.values())]
    return [
        RuleTable(
            SmallTable("equity_setting", columns, [row]), parameter_doubts(used.values())
        ),
        code_table(PROGRAM, "need_code", "need_code",
                   {"diagnosis_code": "string", "code_version": "string", "domain": "string"}),
        code_table(PROGRAM, "instrument_item", "instrument_item",
                   {"instrument": "string", "code": "string", "is_core": "boolean"}),
        rule_table("area_level",
               {"level": "string", "rank_of_level": "int", "is_approximate": "boolean"},
               [(each["level"], each["rank"], each["is_approximate"])
                for each in load_code_table(PROGRAM, "area_level")]),
        rule_table("area_index_given", {"area_index": "string"}, [(name,) for name in given]),
        rule_table("area_value",
               {"area_index": "string", "level": "string", "area_code": "string",
                "value": "decimal(18,6)"},
               [(r["area_index"], r["level"], r["area_code"], r["value"]) for r in area_values]),
        rule_table("area_band",
               {"area_index": "string", "band": "string", "low": "decimal(18,6)",
                "below": "decimal(18,6)"}, list(_bands(rules, given))),
        rule_table("age_band", {"band": "string", "first_age": "int", "last_age": "int"},
               list(_ages(rules))),
        code_table(PROGRAM, "disability_code", "disability_code", {"original_reason": "string"}),
    ]  # fmt: skip


def _bands(rules: RuleSet, given: Sequence[str]) -> Iterator[tuple[Value, ...]]:
    """Equal parts of an index's range; a rural class is parted where rural begins."""
    rural = Decimal(str(rules.get("rural_class_from").value))
    for row in load_code_table(PROGRAM, "area_index"):
        name, low, high = row["area_index"], Decimal(row["low"]), Decimal(row["high"])
        count = int(row["bands"])
        if name not in given:
            continue
        if name == "RUCA":
            yield name, "urban", low, rural
            yield name, "rural", rural, high + 1
        for number in range(count):
            # Percentiles 1 to 100 are fifths of 20: 1-20, 21-40 ...; shares run from 0 to 1.
            start = low - 1 if low == 1 else low
            width = (high - start) / count
            first = start + number * width + (Decimal("0.000001") if number else 0)
            last = start + (number + 1) * width
            yield name, f"{number + 1} of {count}", first, last + Decimal("0.000001")


def _ages(rules: RuleSet) -> Iterator[tuple[Value, ...]]:
    bands = rules.get("age_bands").value
    assert isinstance(bands, Table)
    firsts = [int(str(band["first_age"])) for band in bands]
    for band, first, after in zip(bands, firsts, [*firsts[1:], LAST_AGE + 1], strict=True):
        yield str(band["name"]), first, after - 1


def given_tables(
    rows: Mapping[str, Sequence[Mapping[str, Any]]], listed: Sequence[tuple[str, str]]
) -> list[SmallTable]:
    """The user's rows as tables.

    Args:
        rows: rows of the files; `screening_answer` is made of answers already judged.
        listed: (measure, person) of the lists given.
    """
    made = {
        name: SmallTable(name, columns, [[row[c] for c in columns] for row in rows.get(name, ())])
        for name, columns in GIVEN.items()
    }
    closed = [
        (row["person_id"], row["domain"], row["closed_date"])
        for row in rows.get("given_referral", ())
        if row["closed_date"] is not None
    ]
    return [
        *made.values(),
        SmallTable(
            "closed_referral",
            {"person_id": "string", "domain": "string", "closed_date": "date"},
            closed,
        ),
        SmallTable("listed_person", {"measure": "string", "person_id": "string"}, listed),
        SmallTable("list_measure", {"measure": "string"}, sorted({(m,) for m, _ in listed})),
    ]
