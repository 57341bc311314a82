"""Settle an entity from what its steps measured: base years, categories, the year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from openvbc.errors import ContractError
from openvbc.programs.reach.given import ReachGiven
from openvbc.programs.reach.idle_facts import idle_facts
from openvbc.programs.reach.lists import BaseYear, Key
from openvbc.programs.reach.needs import category_in_words, measured_base_year
from openvbc.programs.settlement import ContractYear, Presentation, Settlement, Sheet
from openvbc.worksheets.capitation.reach_from_claims import (
    REACH_BASE_YEAR,
    REACH_CATEGORY_BENCHMARK,
    REACH_FROM_CLAIMS,
)
from openvbc.worksheets.capitation.reach_risk_score import REACH_RISK_SCORE
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation

Row = Mapping[str, Any]
RESULT = "settlement_due"
PRESENTATION = Presentation(
    headline=(
        "aligned_beneficiaries", "aligned_months", "settlement_benchmark", "net_cost_of_care",
        "gross_savings", "corridor_rate", "shared_savings_after_sequestration", RESULT,
    ),
    result=RESULT,
    totals=("aligned_beneficiaries", "aligned_months", "settlement_benchmark", RESULT),
    waterfall=(
        ("settlement_benchmark", "total"), ("cost_deducted", "step"), ("gross_savings", "total"),
        ("kept_by_medicare", "step"), ("sequestration_withheld", "step"),
        ("shared_savings_after_sequestration", "total"),
    ),
)  # fmt: skip
ALL_CAPPED = (
    "{}: nobody counts as in the first year of voluntary alignment, whose score has neither cap "
    "nor coding factor; entity_risk.csv may give newly_voluntary_months and newly_voluntary_score."
)
_FACTORS = ("raw_score_v24_reference", "raw_score_v28_reference", "raw_score_v24_performance",
            "raw_score_v28_performance", "normalization_reference", "normalization_performance",
            "demographic_score_reference", "demographic_score_performance", "people_reference",
            "coding_intensity_factor", "score_base_year_3", "newly_voluntary_months",
            "newly_voluntary_score")  # fmt: skip


def settlement(
    given: ReachGiven, totals: Sequence[Row], people: int, title: str, notes: Sequence[str]
) -> Settlement:
    """The settlement of the year over `totals` and `people`, where nothing is lacking."""
    contract = given.contract
    mine = [row for row in totals if row["period"] == given.main.period]
    keys = [(row["alignment"], row["entitlement"]) for row in mine]
    who = ContractYear(contract.entity_id, contract.performance_year,
                       contract.risk_arrangement.title())  # fmt: skip
    details: dict[str, Sheet] = {}
    history = _base_year_sheet(given, keys, totals)
    restated: dict[Key, list[Decimal]] = {}
    if history is not None:
        evaluation, items = history
        details[REACH_BASE_YEAR.name] = _sheet(who, evaluation, [_item(*i) for i in items])
        for at, (_, key) in enumerate(items):
            restated.setdefault(key, []).append(evaluation.value("trended_base_year", at))
    scores = {key: given.risk[key]["final_score"] for key in keys}
    cascade = [key for key in keys if scores[key] is None]
    capped = [
        key for key in cascade
        if key[0] == "VOLUNTARY" and given.risk[key]["newly_voluntary_months"] is None
    ]  # fmt: skip
    if capped:
        notes = [*notes, ALL_CAPPED.format(", ".join(category_in_words(*key) for key in capped))]
    if cascade:
        evaluation = _cascade(given, cascade, mine)
        details[REACH_RISK_SCORE.name] = _sheet(
            who, evaluation, [category_in_words(*k) for k in cascade]
        )
        for at, key in enumerate(cascade):
            scores[key] = evaluation.value("population_risk_score", at)
    categories = _categories(given, mine, keys, restated, scores)
    labels = [category_in_words(*key) for key in keys]
    details = {REACH_CATEGORY_BENCHMARK.name: _sheet(who, categories, labels), **details}
    detail = Detail.of(categories, [0] * len(keys), labels, 1)
    year = _year(given, mine) | {
        "aligned_beneficiaries": people,
        "unadjusted_benchmark": detail.total("category_benchmark"),
    }
    main = REACH_FROM_CLAIMS.evaluate(year, given.rules)
    detail.link(main, "unadjusted_benchmark", "category_benchmark")
    idle = idle_facts(given, year, main.value("settlement_benchmark"))
    return Settlement(
        "reach", title, Sheet([who], main, about="safe"), PRESENTATION, 1, (), details,
        notes=[*notes, *too_few(given, people), *idle], is_final=given.is_final,
    )  # fmt: skip


def too_few(given: ReachGiven, people: int) -> list[str]:
    """What is said of an entity with fewer aligned people than its type must have.

    It is settled all the same; of other types and years no least number was read.
    """
    contract = given.contract
    asked = {"performance_year": contract.performance_year, "entity_type": contract.entity_type}
    held = [p for p in given.rules.history("least_aligned_people") if p.matches(asked)]
    if not held or people >= int(str(held[-1].value)):
        return []
    least = held[-1]
    return [
        f"{people:,} people are aligned, and an entity of this type must have {least.value:,} in "
        f"{contract.performance_year}, or once a tenth fewer ({least.cite}): CMS may not let it go "
        "on. It is settled all the same."
    ]


def _sheet(who: ContractYear, evaluation: Evaluation, items: Sequence[str]) -> Sheet:
    return Sheet([who] * len(items), evaluation, list(items), about="small counts")


def _item(year: int, key: Key) -> str:
    return f"{year}, {category_in_words(*key)}"


def _base_year_sheet(
    given: ReachGiven, keys: Sequence[Key], totals: Sequence[Row]
) -> tuple[Evaluation, list[tuple[int, Key]]] | None:
    items = [
        (year, key)
        for key in keys
        if given.history_weight(key[0]) != 0
        for year in given.years_of_history(key[0]) or ()
    ]
    if not items:
        return None
    rows: list[tuple[int, Key, BaseYear, Row]] = [
        (year, key, given.base_years[year, key], measured_base_year(given, year, key, totals) or {})
        for year, key in items
    ]
    main_year = given.contract.performance_year
    inputs = {
        "base_year": [year for year, _, _, _ in rows],
        "entitlement": [key[1] for _, key, _, _ in rows],
        "base_amount_given": [row.amount for _, _, row, _ in rows],
        "base_spending": [row_of.get("amount") for _, _, _, row_of in rows],
        "base_months": [_number(row_of.get("months")) for _, _, _, row_of in rows],
        "base_area_factor": [row.base_area_factor for _, _, row, _ in rows],
        "performance_area_factor": [row.performance_area_factor for _, _, row, _ in rows],
        "base_risk_score": [row.risk_score for _, _, row, _ in rows],
        "base_national_amount": [given.national[year, key[1]] for year, key, _, _ in rows],
        "adjusted_national_amount": [given.national[main_year, key[1]] for _, key, _, _ in rows],
    }
    return REACH_BASE_YEAR.evaluate(inputs, given.rules), items


def _cascade(given: ReachGiven, keys: Sequence[Key], mine: Sequence[Row]) -> Evaluation:
    by_key = {(row["alignment"], row["entitlement"]): row for row in mine}
    inputs: dict[str, Any] = {
        "performance_year": given.contract.performance_year,
        "entity_type": given.contract.entity_type,
        "entitlement": [key[1] for key in keys],
        "people_performance": [Decimal(by_key[key]["people"]) for key in keys],
    }
    for name in _FACTORS:
        inputs[name] = [given.risk[key][name] for key in keys]
    months = [Decimal(by_key[key]["months"]) for key in keys]
    newly = [each or Decimal(0) for each in inputs["newly_voluntary_months"]]
    for key, all_of_them, some in zip(keys, months, newly, strict=True):
        if some > all_of_them:
            raise ContractError(
                "more months of a first year of voluntary alignment than aligned months",
                rule=f"{category_in_words(*key)} has {all_of_them:,} months",
                action="correct newly_voluntary_months in entity_risk.csv",
                code="VBC-2023",
            )
    inputs["aligned_months"] = [
        all_of_them - some for all_of_them, some in zip(months, newly, strict=True)
    ]
    return REACH_RISK_SCORE.evaluate(inputs, given.rules)


def _categories(
    given: ReachGiven,
    mine: Sequence[Row],
    keys: Sequence[Key],
    restated: Mapping[Key, Sequence[Decimal]],
    scores: Mapping[Key, Decimal],
) -> Evaluation:
    contract = given.contract
    nothing: Sequence[Decimal | None] = (None, None, None)
    history = [restated.get(key, nothing) for key in keys]
    inputs = {
        "performance_year": contract.performance_year,
        "entity_type": contract.entity_type,
        "alignment": [key[0] for key in keys],
        "entitlement": [key[1] for key in keys],
        **{f"base_year_{n + 1}": [amounts[n] for amounts in history] for n in range(3)},
        "regional_amount": [row["regional_amount"] for row in mine],
        "aligned_months": [Decimal(row["months"]) for row in mine],
        "adjusted_national_amount": [
            given.national[contract.performance_year, key[1]] for key in keys
        ],
        "risk_score_applied": [scores[key] for key in keys],
    }
    return REACH_CATEGORY_BENCHMARK.evaluate(inputs, given.rules)


def _year(given: ReachGiven, mine: Sequence[Row]) -> dict[str, Any]:
    """The inputs of the year but the benchmark."""
    contract, known = given.contract, given.known

    def total(name: str) -> Decimal:
        return sum((Decimal(row[name]) for row in mine), Decimal(0))

    given_up = known.equity_adjustment_up is not None
    by_months = bool(given.lists.equity) and not given_up
    return {
        **{name: value for name, value in known if value is not None},
        "performance_year": contract.performance_year,
        "risk_arrangement": contract.risk_arrangement,
        "payment_mechanism": contract.payment_mechanism,
        "retention_withhold": contract.retention_withhold,
        "takes_enhanced": contract.takes_enhanced,
        "aligned_months": total("months"),
        "equity_months_added": total("equity_months_added") if by_months else None,
        "equity_months_taken": total("equity_months_taken") if by_months else None,
        "claim_payments": total("paid_amount") - total("excluded_amount"),
        "claim_reductions": total("reduced_amount"),
        "stop_loss_in_bands": total("stop_loss_payout"),
        "stop_loss_charge": total("stop_loss_charge") if contract.stop_loss else Decimal(0),
    }


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
