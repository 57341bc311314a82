"""Readmissions program: the settlement held against what the files print."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from openvbc.programs.published.scoring import score
from openvbc.programs.settlement import Difference, LineScore, Settlement, Sheet, Verification

PRINTED = Decimal("0.0001")
MODEL = Decimal("0.00000001")
HALF_PRINTED = Decimal("0.00005")


def verify(settlement: Settlement) -> Verification:
    """Line scores; a published factor inside the interval that rounding allows agrees."""
    main = settlement.main
    scores = [
        score(
            main, "payment_adjustment_factor", "published_payment_adjustment_factor",
            "payment adjustment factor", PRINTED,
        ),
        _inside_interval(main),
        _only_one_answer(main),
        score(
            main, "payment_reduction_percentage", "published_payment_reduction_percentage",
            "payment reduction percentage", PRINTED,
        ),
        _penalty_indicators(settlement.details["conditions"]),
    ]  # fmt: skip
    if "peer_medians" in settlement.details:
        scores.append(_medians(settlement.details["peer_medians"]))
    if "risk" in settlement.details:
        scores += [
            score(settlement.details["risk"], line, published, label, MODEL)
            for line, published, label in (
                ("predicted_rate", "published_predicted_rate", "predicted rates"),
                ("expected_rate", "published_expected_rate", "expected rates"),
                ("computed_ratio", "published_ratio", "ratios from discharges"),
            )
        ]
    return Verification(settlement, [s for s in scores if s.rows])


def _inside_interval(main: Sheet) -> LineScore:
    rows = 0
    differences = []
    for row, contract in enumerate(main.contracts):
        published = main.evaluation.value("published_payment_adjustment_factor", row)
        low = main.evaluation.value("lowest_payment_adjustment_factor", row)
        high = main.evaluation.value("highest_payment_adjustment_factor", row)
        if published is None or low is None or high is None:
            continue
        rows += 1
        if not low <= published <= high:
            computed = main.evaluation.value("payment_adjustment_factor", row)
            differences.append(
                Difference(contract, "payment_adjustment_factor", computed, published)
            )
    return LineScore(
        "payment_adjustment_factor", "factor inside the interval of rounding", rows,
        rows - len(differences), "inside what the printed decimals allow", differences,
    )  # fmt: skip


def _only_one_answer(main: Sheet) -> LineScore:
    """Hospitals whose interval holds one factor only: there the published must be equal."""
    rows = 0
    differences = []
    for row, contract in enumerate(main.contracts):
        value = main.evaluation.value
        published = value("published_payment_adjustment_factor", row)
        low, high = (
            value(f"{which}_payment_adjustment_factor", row) for which in ("lowest", "highest")
        )
        if published is None or low is None or low != high:
            continue
        rows += 1
        computed = value("payment_adjustment_factor", row)
        if computed != published:
            differences.append(
                Difference(contract, "payment_adjustment_factor", computed, published)
            )
    return LineScore(
        "payment_adjustment_factor", "factor where rounding leaves one answer", rows,
        rows - len(differences), "equal", differences,
    )  # fmt: skip


def _penalty_indicators(conditions: Sheet) -> LineScore:
    rows = 0
    differences = []
    for row, contract in enumerate(conditions.contracts):
        value = conditions.evaluation.value
        published = value("published_penalty", row)
        if published not in {"Y", "N"}:
            continue
        rows += 1
        computed = "Y" if value("condition_penalised", row) else "N"
        if computed != published:
            ratio, median = value("excess_readmission_ratio", row), value("peer_group_median", row)
            near = ratio is not None and median is not None and abs(ratio - median) < PRINTED
            tie = near and _printed(ratio) == _printed(median)
            reason = "ratio and median are equal in the printed decimals" if tie else ""
            differences.append(
                Difference(contract, "condition_penalised", computed, published, reason, tie)
            )
    return LineScore(
        "condition_penalised", "penalty indicators", rows, rows - len(differences), "equal",
        differences,
    )  # fmt: skip


def _medians(sheet: Sheet) -> LineScore:
    rows = 0
    differences = []
    for row, contract in enumerate(sheet.contracts):
        official = sheet.evaluation.value("official_median", row)
        computed = sheet.evaluation.value("computed_median", row)
        if official is None or computed is None:
            continue
        rows += 1
        if abs(computed - official) > HALF_PRINTED:
            differences.append(Difference(contract, "median_used", computed, official))
    return LineScore(
        "median_used", "peer group medians", rows, rows - len(differences),
        "within half of the last printed decimal", differences,
    )  # fmt: skip


def _printed(value: Decimal) -> Decimal:
    return value.quantize(PRINTED, ROUND_HALF_UP)
