"""Star Ratings: what one facility's own page shows of its measures."""

from openvbc.programs.published.facility_standing import StandingSheets

STANDING: StandingSheets = (
    (
        "measures",
        (
            ("measure_value", "value"),
            ("measure_star", "stars"),
            ("weight", "weight"),
            ("share_of_contracts_worse", "contracts that do worse"),
            ("value_for_next_star", "next star at"),
        ),
    ),
)
"""(sheet, columns), in the order shown."""
