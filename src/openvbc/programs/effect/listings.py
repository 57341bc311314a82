"""A study as lists: the effects with intervals, the assumptions in words, the balance."""

from __future__ import annotations

from typing import Any

from openvbc.programs.effect.study import Study
from openvbc.programs.listing import Field, Listing

_NAMES = {
    "payments": ("Payments a month", "USD per month"),
    "admissions": ("Admissions a year", "per year"),
    "emergency": ("Emergency visits a year", "per year"),
}
_YEAR = 12
_EFFECT = (
    Field("Outcome", role="who"),
    Field("Unit"),
    Field("Effect", "factor"),
    Field("Low, 95%", "factor"),
    Field("High, 95%", "factor"),
    Field("p of no effect", "factor"),
    Field("What it says"),
    Field("Program, before", "factor"),
    Field("Program, after", "factor"),
    Field("Others, before", "factor"),
    Field("Others, after", "factor"),
)
_ASSUMPTION = (
    Field("Assumption", role="who"),
    Field("What was looked at"),
    Field("Found"),
    Field("Holds"),
)
_BALANCE = (
    Field("Trait before", role="who"),
    Field("Apart at first", "factor"),
    Field("Apart among those compared", "factor"),
)
METHODS = {
    "matched": "Each person of the program is compared with people alike before it.",
    "differences": "Difference in differences: the change of the program's people less the change "
    "of all others, alike in traits by regression.",
}


def study_lists(study: Study) -> list[Listing]:
    """The lists of a study; counts of people stand in the leads."""
    people = (
        f"{study.members:,} people of the program, {study.others:,} others; {study.unmatched:,} "
        f"had nobody near enough, {study.left_out:,} of the list could not be looked at. "
    )
    return [
        Listing("effect", "What the program changed", _EFFECT, _effects(study),
                people + METHODS[study.method], "small counts"),
        Listing("assumptions", "What must hold for this to be so", _ASSUMPTION,
                _assumptions(study), "An effect is only as good as these.", "safe"),
        Listing("balance", "How alike the compared are", _BALANCE,
                [[b.trait, b.at_first, b.compared] for b in study.balance],
                "Differences in standard deviations.", "safe"),
    ]  # fmt: skip


def _effects(study: Study) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for each in study.effects:
        label, unit = _NAMES[each.outcome]
        by = 1 if each.outcome == "payments" else _YEAR
        says = "no change shown: the interval holds 0"
        if each.low > 0 or each.high < 0:
            says = "more than without it" if each.effect > 0 else "less than without it"
        if not each.went_alike:
            says += "; but the two went apart already before"
        rows.append([
            label, unit, each.effect * by, each.low * by, each.high * by, each.p_value, says,
            *(value * by for value in (each.members_before, each.members_after,
                                       each.others_before, each.others_after)),
        ])  # fmt: skip
    return rows


def _assumptions(study: Study) -> list[list[str]]:
    worst = max(study.balance, key=lambda b: abs(b.compared))
    balanced = abs(worst.compared) < study.largest_imbalance
    rows = [
        [
            "Without the program its people would have changed as the others did",
            f"{_NAMES[each.outcome][0]}: the same comparison between both halves of the time "
            "before",
            f"{each.drift:.4f} a month, 95% {each.drift_low:.4f} to {each.drift_high:.4f}",
            "not contradicted" if each.went_alike else "contradicted",
        ]
        for each in study.effects
    ]
    return [
        *rows,
        [
            "Those compared are alike in what matters before the start",
            "age, sex, dual or low income, payments, admissions, emergency visits before",
            f"largest difference {worst.compared:.2f} standard deviations ({worst.trait})",
            "yes, in what was looked at" if balanced else "no: see the balance",
        ],
        [
            "Nothing else that moves the outcome came with the program",
            "cannot be seen in claims: motivation, frailty, another program, a change of benefit",
            "not looked at",
            "not known",
        ],
        [
            "The program did not touch the others",
            "cannot be seen in claims: shared staff, spill-over within a practice",
            "not looked at",
            "not known",
        ],
        [
            "Who died or left is no different",
            "people count for the months they are covered after the start",
            f"{study.left_out:,} of the list not compared",
            "not known",
        ],
    ]
