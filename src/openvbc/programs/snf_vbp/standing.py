"""SNF VBP: what one facility's own page shows of its measures."""

from openvbc.programs.published.facility_standing import StandingSheets

STANDING: StandingSheets = (
    (
        "measures",
        (
            ("performance_rate", "rate"),
            ("baseline_rate", "baseline"),
            ("share_of_facilities_worse", "facilities that do worse"),
            ("achievement_points", "achievement"),
            ("improvement_points", "improvement"),
            ("measure_score", "points"),
            ("rate_for_full_score", "full points at"),
        ),
    ),
)
"""(sheet, columns), in the order shown."""
