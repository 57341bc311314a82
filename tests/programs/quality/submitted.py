"""A stored rate as a quality run keeps it, for what is handed over."""

import datetime as dt

from openvbc.programs.quality.handover.submitter import Submitter
from openvbc.programs.quality.measuring import Counts
from openvbc.programs.quality.quality_run import StoredRate

WRITTEN = dt.datetime(2027, 2, 1, 12, 0, tzinfo=dt.UTC)
ACO = Submitter("apm-entity", "app-plus", "Muster ACO", "A1234", "", "XX15CXXXXXXXXXX")
POPULATIONS = ["initial_population", "denominator", "denominator_exclusion", "numerator"]


def rate(**changes):
    """236: 50 people, 47 eligible, 30 controlled."""
    given = {
        "number": "236",
        "cms_id": "CMS165",
        "title": "Controlling high blood pressure",
        "is_inverse": False,
        "is_outcome": True,
        "version_specific_id": "11111111-2222-3333-4444-555555555555",
        "counts": Counts(50, 50, 3, 0, 30),
        "by_practice": {
            "111111111": Counts(30, 30, 2, 0, 20),
            "222222222": Counts(25, 25, 1, 0, 15),
        },
        "populations": POPULATIONS,
        "supplement": {
            "sex": {
                "F": counted(26, 26, 2, 18),
                "M": counted(23, 23, 1, 12),
                "": counted(1, 1, 0, 0),
            },
            "race": {"2106-3": counted(40, 40, 3, 25), "": counted(10, 10, 0, 5)},
            "ethnicity": {"2186-5": counted(50, 50, 3, 30)},
            "payer": {"A": counted(45, 45, 3, 28), "": counted(5, 5, 0, 2)},
        },
    }
    return StoredRate(**{**given, **changes})


def counted(*people):
    return dict(zip(POPULATIONS, people, strict=True))
