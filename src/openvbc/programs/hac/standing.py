"""Hospital-acquired conditions: what one facility's own page shows of its measures."""

from openvbc.programs.published.facility_standing import StandingSheets

STANDING: StandingSheets = (
    (
        "measures",
        (
            ("measure_value", "value"),
            ("z_score", "z-score"),
            ("share_of_hospitals_worse", "hospitals that do worse"),
        ),
    ),
    (
        "to_the_cut_off",
        (("value_to_the_cut_off", "value that would reach the cut-off"),),
    ),
)
"""(sheet, columns), in the order shown."""
