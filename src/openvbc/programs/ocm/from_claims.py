"""OCM as a project runs it from claims."""

from __future__ import annotations

import datetime as dt

from openvbc.errors import Place
from openvbc.programs.bundles.handed_over import Handover
from openvbc.programs.bundles.oncology import Bounds, OncologyFromClaims, model_of
from openvbc.programs.bundles.oncology_handover import settle_ocm
from openvbc.rules.load import RuleSet


def bounds(rules: RuleSet, period: str, place: Place) -> Bounds:
    """First and last day on which episodes of a performance period begin."""
    names = ("period_first_day", "period_last_day")
    used = [rules.get(name, performance_period=period) for name in names]
    first, last = (dt.date.fromisoformat(str(each.value)) for each in used)
    return first, last, used


CLAIMS = OncologyFromClaims(
    "Oncology Care Model",
    model_of("ocm", "performance_period"),
    Handover("ocm", {}),
    "programs/ocm/project_template.yaml",
    period_bounds=bounds,
    settle_with=settle_ocm,
)
