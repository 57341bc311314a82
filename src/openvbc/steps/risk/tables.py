"""The tables of CMS-HCC facts, as small tables for the models and payment years to be scored.

One run scores any number of (model, payment year) pairs at once; every step is grouped by both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from openvbc.engine.table import SmallTable, Value
from openvbc.errors import ParameterMissing
from openvbc.rules.load import load_code_table

FACTOR = "decimal(9,3)"
AGE_DATE = "02-01"
"""Age counts on 1 February of the payment year (CMS-HCC model software, DATE_ASOF)."""
AGED_FROM = 65
"""From this age a person is aged, not disabled (macro AGESEXV2)."""

SCORED_PERSON = {
    "person_id": "string",
    "payment_year": "int",
    "birth_date": "date",
    "sex": "string",
    "original_reason_entitlement_code": "string",
    "dual_status_code": "string",
    "is_institutional": "boolean",
    "is_new_enrollee": "boolean",
    "in_special_needs_plan": "boolean",
    "has_low_income_subsidy": "boolean",
    "kidney_status": "string",
    "months_since_transplant": "int",
}
"""Columns of ``scored_person``: a row a person and payment year. `sex` is female or male;
`kidney_status` is null, dialysis, transplant (months 1 to 3) or functioning graft."""

SCORED_DIAGNOSIS = {"person_id": "string", "payment_year": "int", "diagnosis_code": "string"}
"""Columns of ``scored_diagnosis``: a row a person, payment year and diagnosis, without dot."""


@dataclass(frozen=True, order=True)
class Scoring:
    """One model asked for in one payment year."""

    model: str
    """V22, V24, V28, ESRD_V21 or ESRD_V24."""
    payment_year: int


@lru_cache(maxsize=1)
def models() -> Mapping[str, Mapping[str, str]]:
    """Every model shipped, by name, with its title and the payment years of its diagnosis map."""
    return {row["model"]: row for row in load_code_table("hcc", "model")}


def check_scoring(scoring: Scoring) -> None:
    """Stop, naming what is missing, when a model or its diagnosis map of the year is not known."""
    model = models().get(scoring.model)
    for row in load_code_table("hcc", "model_not_scored"):
        if row["model"] == scoring.model:
            raise ParameterMissing(
                f"{scoring.model} is not scored: {row['reason']}",
                rule=f"models: {', '.join(models())}",
                code="VBC-3021",
            )
    if model is None:
        raise ParameterMissing(
            f"there is no model named {scoring.model}",
            rule=f"models: {', '.join(models())}",
            code="VBC-3022",
        )
    if not int(model["first_year"]) <= scoring.payment_year <= int(model["last_year"]):
        raise ParameterMissing(
            f"no diagnosis map of {scoring.model} is known for payment year {scoring.payment_year}",
            rule=f"maps are known from {model['first_year']} to {model['last_year']}",
            action="choose a year in that range; a year is scored with its own map only",
            code="VBC-3023",
        )


def fact_tables(scorings: Iterable[Scoring]) -> list[SmallTable]:
    """All small tables the steps need to score these models in these years.

    Raises:
        ParameterMissing: a model or a diagnosis map is not known; there are no substitutes.
    """
    return list(_fact_tables(tuple(sorted(set(scorings)))))


@lru_cache(maxsize=8)
def _fact_tables(wanted: tuple[Scoring, ...]) -> tuple[SmallTable, ...]:
    for scoring in wanted:
        check_scoring(scoring)
    names = {scoring.model for scoring in wanted}
    years = sorted({scoring.payment_year for scoring in wanted})
    return (
        SmallTable(
            "scoring",
            {"model": "string", "payment_year": "int"},
            [(s.model, s.payment_year) for s in wanted],
        ),
        SmallTable(
            "payment_year",
            {"payment_year": "int", "age_date": "date", "aged_from": "int"},
            [(year, f"{year}-{AGE_DATE}", AGED_FROM) for year in years],
        ),
        _diagnosis_map(wanted),
        *(_of_models(name, columns, names) for name, columns in _BY_MODEL.items()),
        _plain("dual_status", _DUAL_STATUS),
        _plain("entitlement", _ENTITLEMENT),
        _plain("payment_count", {"variable": "string", "fewest": "int", "most": "int"}),
        _interaction_members(names),
    )


_DUAL_STATUS = {
    "dual_status_code": "string",
    "is_full_dual": "boolean",
    "is_partial_dual": "boolean",
    "has_medicaid": "boolean",
}
_ENTITLEMENT = {
    "original_reason_entitlement_code": "string",
    "entitled_by_age": "boolean",
    "entitled_by_disability": "boolean",
    "entitled_by_esrd": "boolean",
}
_BY_MODEL: dict[str, dict[str, str]] = {
    "coefficient": {
        "model": "string",
        "segment": "string",
        "variable": "string",
        "coefficient": FACTOR,
    },
    "segment": {
        "model": "string",
        "segment": "string",
        "priority": "int",
        "youngest_age": "int",
        "oldest_age": "int",
        "is_institutional": "boolean",
        "is_new_enrollee": "boolean",
        "in_special_needs_plan": "boolean",
        "is_full_dual": "boolean",
        "is_partial_dual": "boolean",
        "has_low_income_subsidy": "boolean",
        "kidney_status": "string",
    },
    "demographic_variable": {
        "model": "string",
        "segment": "string",
        "variable": "string",
        "sex": "string",
        "youngest_age": "int",
        "oldest_age": "int",
        "has_medicaid": "boolean",
        "is_full_dual": "boolean",
        "is_partial_dual": "boolean",
        "is_disabled": "boolean",
        "entitled_by_age": "boolean",
        "entitled_by_disability": "boolean",
        "entitled_by_esrd": "boolean",
        "first_month": "int",
        "last_month": "int",
        "is_institutional": "boolean",
    },
    "diagnosis_edit": {
        "model": "string",
        "diagnosis_code": "string",
        "sex": "string",
        "youngest_age": "int",
        "oldest_age": "int",
        "instead_hcc": "int",
    },
    "hierarchy": {"model": "string", "hcc": "int", "drops_hcc": "int"},
    "condition_rule": {"model": "string", "hcc": "int", "with_hcc": "int"},
}


def _value(text: str, kind: str) -> Value:
    if not text:
        return None
    return {"0": False, "1": True}[text] if kind == "boolean" else text


def _plain(
    name: str, columns: Mapping[str, str], keep: Callable[[Mapping[str, str]], bool] | None = None
) -> SmallTable:
    rows = [
        tuple(_value(row[column], kind) for column, kind in columns.items())
        for row in load_code_table("hcc", name)
        if keep is None or keep(row)
    ]
    return SmallTable(name, columns, rows)


def _of_models(name: str, columns: Mapping[str, str], names: set[str]) -> SmallTable:
    return _plain(name, columns, lambda row: row["model"] in names)


def _diagnosis_map(wanted: Sequence[Scoring]) -> SmallTable:
    """The map of each payment year; `has_edit` marks diagnoses an age or sex edit may touch."""
    columns = {
        "payment_year": "int",
        "model": "string",
        "diagnosis_code": "string",
        "hcc": "int",
        "has_edit": "boolean",
    }
    return SmallTable("diagnosis_map", columns, [row for s in wanted for row in _mapped(s)])


@lru_cache(maxsize=32)
def _mapped(scoring: Scoring) -> tuple[tuple[Value, ...], ...]:
    """The rows of a model's map in a payment year, as texts; the reviews of a run share them."""
    model, year = scoring.model, str(scoring.payment_year)
    of_model = models()[model]["diagnosis_map"]
    edited = {
        row["diagnosis_code"]
        for row in load_code_table("hcc", "diagnosis_edit")
        if row["model"] == model
    }
    return tuple(
        (
            year,
            model,
            code := row["diagnosis_code"],
            row["hcc"],
            "true" if code in edited else "false",
        )
        for row in load_code_table("hcc", "diagnosis_map")
        if row["diagnosis_map"] == of_model
        and int(row["first_year"]) <= scoring.payment_year <= int(row["last_year"])
    )


def _interaction_members(names: set[str]) -> SmallTable:
    """Each interaction as its sides 1 and 2: groups of conditions of which one each is needed."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in load_code_table("hcc", "condition_group"):
        groups.setdefault((row["model"], row["condition_group"]), []).append(row["hcc"])

    def members(model: str, group: str) -> list[str]:
        return [group.removeprefix("HCC")] if group.startswith("HCC") else groups[model, group]

    rows: list[tuple[Value, ...]] = []
    for row in load_code_table("hcc", "interaction"):
        if row["model"] not in names:
            continue
        sides = [(1, row["first_group"])] + (
            [(2, row["second_group"])] if row["second_group"] else []
        )
        every = sum(side for side, _ in sides)
        person = row["person_must_be"]
        for side, group in sides:
            for hcc in members(row["model"], group):
                only = (person == "disabled", person == "under 65")
                rows.append((row["model"], row["variable"], hcc, side, every, *only))
    columns = {
        "model": "string",
        "variable": "string",
        "hcc": "int",
        "side": "int",
        "all_sides": "int",
        "only_disabled": "boolean",
        "only_under_65": "boolean",
    }
    return SmallTable("interaction_member", columns, rows)
