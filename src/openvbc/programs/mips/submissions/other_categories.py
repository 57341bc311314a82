"""Improvement activities of participants, from submissions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from openvbc.programs.mips.submissions.inventory import ACTIVITY
from openvbc.programs.mips.submissions.measure_rows import MeasureRow, by_category
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.performance.mips.other_categories import IMPROVEMENT_ACTIVITIES

MEDICAL_HOME = "IA_PCMH"
"""The attestation of a patient-centered medical home: the whole category, no activity."""


def score_activities(
    rows: Sequence[MeasureRow], people: Mapping[str, Mapping[str, Any]], rules: RuleSet, year: int
) -> tuple[list[str], Evaluation] | None:
    """The category of everyone who attested or has the credit of an APM; None where nobody does.

    The credit of an APM asks, where the year does, for an activity or for data of quality and of
    promoting interoperability (42 CFR 414.1380(b)(3)(i)).
    """
    counted: dict[str, dict[str, int]] = defaultdict(lambda: {"medium": 0, "high": 0})
    homes = {who for who, person in people.items() if person["medical_home"]}
    for row in by_category(rows, ACTIVITY):
        if not row.answer:
            continue
        if row.measure.name == MEDICAL_HOME:
            homes.add(row.who)
        else:
            counted[row.who]["high" if row.measure.kind == "high" else "medium"] += 1
    asks = rules.get("apm_credit_asks_for_data", performance_year=year).value
    credited = {
        who for who, person in people.items()
        if person["apm_participant"] and (not asks or who in counted or _reported(person))
    }  # fmt: skip
    who = [each for each in people if each in counted or each in homes or each in credited]
    if not who:
        return None
    given = {
        "performance_year": year,
        "pathway": [people[each]["pathway"] for each in who],
        "less_burden": [
            bool(people[each]["less_burden"] or people[each]["small_practice"]) for each in who
        ],
        "medical_home": [each in homes for each in who],
        "apm_participant": [each in credited for each in who],
        "medium_activities": [counted[each]["medium"] for each in who],
        "high_activities": [counted[each]["high"] for each in who],
    }
    return who, IMPROVEMENT_ACTIVITIES.evaluate(given, rules)


def _reported(person: Mapping[str, Any]) -> bool:
    """Whether it has a score of quality and of promoting interoperability."""
    scores = ("quality_score", "promoting_interoperability_score")
    return all(person[name] is not None for name in scores)
