"""Readmissions: what one facility's own page shows of its measures."""

from openvbc.programs.published.facility_standing import StandingSheets

STANDING: StandingSheets = (
    (
        "conditions",
        (
            ("eligible_discharges", "discharges"),
            ("excess_readmission_ratio", "ratio"),
            ("ratio_compared_with", "compared with"),
            ("share_of_peers_lower", "peers with a lower ratio"),
            ("contribution", "payment reduction from it"),
        ),
    ),
    (
        "one_readmission_fewer",
        (
            ("readmissions_to_no_penalty", "readmissions to no penalty"),
            ("reduction_saved_by_one_fewer", "reduction saved by one fewer"),
            ("value_of_one_fewer_readmission", "one readmission fewer is worth"),
        ),
    ),
)
"""(sheet, columns), in the order shown."""
