"""What each reason and step code of the assignment tables means, in words, with its rule."""

from __future__ import annotations

STEPS = {
    "VOLUNTARY_ALIGNMENT": "designated a clinician of the organisation as primary clinician "
    "(42 CFR 425.402(e))",
    "STEP_1": "most primary care from primary care clinicians of the organisation "
    "(42 CFR 425.402(b))",
    "STEP_2": "no primary care from any primary care clinician; most from specialist physicians "
    "of the organisation (42 CFR 425.402(b))",
    "STEP_3": "seen by practitioners in the window and by a physician in the expanded window; "
    "most primary care from the organisation (42 CFR 425.402(b))",
}
"""How a person came to be assigned."""

REASONS = {
    "DIED_BEFORE_YEAR": "died before the year began",
    "NO_MONTH_WITH_PART_A_AND_B": "had no month with both Part A and Part B (42 CFR 425.401(a))",
    "MONTH_WITH_ONE_PART_ONLY": "had a month with Part A only or Part B only (42 CFR 425.401(a))",
    "MEDICARE_ADVANTAGE_MONTH": "had a month in a Medicare group health plan (42 CFR 425.401(a))",
    "OTHER_INITIATIVE": "was assigned to another shared savings initiative (42 CFR 425.401(a))",
    "OUTSIDE_UNITED_STATES": "lived outside the United States (42 CFR 425.401(a))",
    "VOLUNTARY_ALIGNMENT_ELSEWHERE": "designated a clinician outside the organisation "
    "(42 CFR 425.402(e))",
    "NO_PRIMARY_CARE_SERVICE": "had no primary care service that counts in the window",
    "NO_ACO_PHYSICIAN_SERVICE": "had no primary care service from a physician of the organisation "
    "(42 CFR 425.402(b))",
    "STEP_1_PLURALITY_ELSEWHERE": "received more primary care from another entity, step 1 "
    "(42 CFR 425.402(b))",
    "STEP_1_TIE_LOST": "received equal primary care from another entity, which saw them later "
    "(step 1)",
    "STEP_2_BLOCKED": "had primary care from a primary care clinician elsewhere, so specialists of "
    "the organisation do not count (42 CFR 425.402(b))",
    "STEP_2_PLURALITY_ELSEWHERE": "received more from specialists of another entity, step 2 "
    "(42 CFR 425.402(b))",
    "STEP_2_TIE_LOST": "received equal specialist care from another entity, which saw them later "
    "(step 2)",
    "STEP_3_PLURALITY_ELSEWHERE": "received more primary care from another entity, step 3 "
    "(42 CFR 425.402(b))",
    "STEP_3_TIE_LOST": "received equal primary care from another entity, which saw them later "
    "(step 3)",
}
"""Why a person is not assigned: the first test that failed."""


def in_words(step: str | None, reason: str | None) -> str:
    """One sentence for an assignment: how, or why not."""
    if step is not None:
        return f"assigned: {STEPS[step]}"
    return f"not assigned: {REASONS[reason or 'NO_PRIMARY_CARE_SERVICE']}"
