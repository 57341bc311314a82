"""Hospital VBP: what one facility's own page shows of its measures."""

from openvbc.programs.published.facility_standing import StandingSheets

STANDING: StandingSheets = (
    (
        "measures",
        (
            ("performance", "performance"),
            ("baseline", "baseline"),
            ("threshold", "threshold"),
            ("benchmark", "benchmark"),
            ("share_of_hospitals_worse", "hospitals that do worse"),
            ("measure_score", "points"),
            ("performance_for_next_point", "next point at"),
            ("share_of_floor_to_threshold", "floor to threshold"),
        ),
    ),
    (
        "surveys",
        (
            ("base_points", "base points"),
            ("consistency_points", "consistency points"),
            ("limiting_dimension", "limited by"),
        ),
    ),
    (
        "one_point_more",
        (
            ("total_gained_by_one_point", "total score from one point"),
            ("value_of_one_point", "one point is worth"),
            ("lowest_value_of_one_point", "at least"),
            ("highest_value_of_one_point", "at most"),
        ),
    ),
)
"""(sheet, columns), in the order shown."""
