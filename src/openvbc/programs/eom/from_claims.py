"""EOM as a project runs it from claims."""

from __future__ import annotations

import datetime as dt

from openvbc.errors import ContractError, Place
from openvbc.programs.bundles.handed_over import Handover
from openvbc.programs.bundles.oncology import Bounds, OncologyFromClaims, model_of
from openvbc.programs.bundles.oncology_handover import settle_eom
from openvbc.rules.load import RuleSet

MONTHS_OF_YEAR = 12


def bounds(rules: RuleSet, period: str, place: Place) -> Bounds:
    """First and last day on which episodes of a performance period begin."""
    try:
        first = dt.date.fromisoformat(period)
        used = [rules.get("period_months")]
        month = first.month - 1 + int(str(used[0].value))
        after = first.replace(
            year=first.year + month // MONTHS_OF_YEAR, month=month % MONTHS_OF_YEAR + 1
        )
    except ValueError:
        raise ContractError(
            "contract.period_start is no first day of a performance period",
            place=place,
            action="say for example period_start: 2023-07-01",
            code="VBC-2132",
        ) from None
    return first, after - dt.timedelta(days=1), used


CLAIMS = OncologyFromClaims(
    "Enhancing Oncology Model",
    model_of("eom", "period_start"),
    Handover("eom", {}),
    "programs/eom/project_template.yaml",
    period_bounds=bounds,
    settle_with=settle_eom,
    fees_are_left_out=True,
)
