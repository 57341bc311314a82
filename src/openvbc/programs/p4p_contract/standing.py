"""A payer's contract: what one facility's own page shows of its measures."""

from openvbc.programs.published.facility_standing import StandingSheets

STANDING: StandingSheets = (
    (
        "measures",
        (
            ("performance", "performance"),
            ("baseline", "baseline"),
            ("threshold", "threshold"),
            ("benchmark", "benchmark"),
            ("share_of_providers_worse", "providers that do worse"),
            ("points", "points"),
            ("points_possible", "of"),
            ("performance_for_next_point", "next point at"),
        ),
    ),
)
"""(sheet, columns), in the order shown."""
