"""What one more point of a measure is worth, in the total score and in money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.performance.hvbp_exchange import ONE_POINT


def one_point_more(
    measures: Detail,
    domain_rows: Sequence[int],
    domains: Detail,
    weighted: Detail,
    main: Evaluation,
    year: int,
    rules: RuleSet,
) -> Detail:
    """One row a hospital and measure, as in `measures`; `domain_rows` is the row of its domain."""
    scored = domains.evaluation.column("measures_scored")
    survey = domains.evaluation.column("is_survey_domain")
    weights = weighted.evaluation.column("normalised_weight")
    evaluation = ONE_POINT.evaluate(
        {
            "fiscal_year": year,
            "measure": list(measures.items),
            "measure_score": measures.evaluation.column("measure_score"),
            # The survey's points are out of 100, each measure's out of 10.
            "points_possible": [
                Decimal(100) if survey[row] else 10 * scored[row] for row in domain_rows
            ],
            "normalised_weight": [weights[row] for row in domain_rows],
            **{
                name: [main.value(name, owner) for owner in measures.owner]
                for name in ONE_POINT.inputs
                if name.endswith("value_of_one_point_of_total")
            },
        },
        rules,
    )
    return replace(measures, evaluation=evaluation)
