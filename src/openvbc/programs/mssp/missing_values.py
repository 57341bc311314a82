"""Which values a benchmark lacks, each named once, with the file that would supply it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from openvbc.errors import DataMissing
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.evaluation import Evaluation

FILES = {
    "accountable_care_prospective_trend_amount_": "accountable_care_prospective_trend.csv",
    "projected_national_growth_": "projected_growth.csv",
    "national_expenditure_": "national.csv",
    "regional_expenditure_": "county.csv",
    "regional_demographic_score_": "county.csv",
}
"""The factor file that holds an input, by how the input's name begins."""


def stop_if_missing(
    evaluation: Evaluation,
    given: Mapping[str, Any],
    rules: RuleSet,
    needed: Iterable[str],
    identifier: str,
    agreement: str,
) -> None:
    """Stop where one of the `needed` lines has no value.

    Args:
        evaluation: of one row.
        given: what it was evaluated on.
        rules: by which.
        needed: names of lines.
        identifier: whose benchmark it is.
        agreement: which agreement's rules ask for the values.

    Raises:
        DataMissing: it names the inputs without which the line cannot be computed, and the factor
            files that hold them.
    """
    for name in needed:
        if evaluation.value(name) is None:
            leaves = _missed(evaluation, given, rules, name)
            files = sorted(
                {f for leaf in leaves for start, f in FILES.items() if leaf.startswith(start)}
            )
            labels = _in_groups(evaluation.worksheet.inputs[leaf].label for leaf in leaves)
            raise DataMissing(
                f"{name.replace('_', ' ')} of {identifier} cannot be computed: no value for "
                f"{labels or 'a quotient whose denominator is zero'}",
                rule=agreement,
                action=f"give {', '.join(files)} in the folder of inputs: factors"
                if files
                else "give these values, or check that the agreement start is right",
                code="VBC-1025",
            )


def _in_groups(labels: Iterable[str]) -> str:
    """Labels, those that differ in their last part alone together: ``Expenditure (ESRD, aged)``."""
    groups: dict[str, list[str]] = {}
    for label in labels:
        head, comma, last = label.rpartition(", ")
        groups.setdefault(head if comma else label, []).extend([last] if comma else [])
    told = [f"{head} ({', '.join(ends)})" if ends else head for head, ends in groups.items()]
    return "; ".join(told[:6])


def _missed(
    evaluation: Evaluation, given: Mapping[str, Any], rules: RuleSet, name: str
) -> list[str]:
    """The inputs below a missing line that it cannot do without.

    A line chooses between methods; what only another method reads is not missed. So each input is
    left out by itself with all others there, to see whether the line then has no value.
    """
    leaves = _missing_leaves(evaluation, name)
    filled = {**given, **dict.fromkeys(leaves, Decimal(1))}

    def is_computed(without: Mapping[str, None]) -> bool:
        return evaluation.worksheet.evaluate({**filled, **without}, rules).value(name) is not None

    if not is_computed({}):
        return leaves
    # Where any one of several would do, each alone can be done without: all of them are named.
    return [leaf for leaf in leaves if not is_computed({leaf: None})] or leaves


def _missing_leaves(evaluation: Evaluation, name: str) -> list[str]:
    """Inputs without a value below a missing line, following only lines that are missing too."""
    leaves: dict[str, None] = {}
    stack = [name]
    seen: set[str] = set()
    while stack:
        current = stack.pop()
        if current in seen or current in evaluation.parameters:
            continue
        seen.add(current)
        if current in evaluation.worksheet.inputs:
            if evaluation.value(current) is None:
                leaves[current] = None
        elif evaluation.value(current) is None:
            stack.extend(reversed(evaluation.worksheet.lines[current].arguments))
    return list(leaves)
