"""Facility stays, joined over the bills they came in, once for every use.

Steps, in order: facility_bill (every bill of a stay, whenever known), stay_bill (the bills that
stand as of a date, each with its stay and its days), stay (one row a stay). Utilisation and
readmission read stay and stay_bill, attribution reads facility_bill. A transfer ends a stay in one
hospital and begins one in another; readmission joins such stays into chains (stay_chain).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from importlib import resources

from openvbc.engine.step import Step, steps_in
from openvbc.engine.table import SmallTable
from openvbc.rules.load import RuleSet, load_rules
from openvbc.steps.rule_table import RuleTable, code_table, one_row

PROGRAM = "mssp"
"""Whose folder holds the codes; they are of the claim feeds, not of a program."""
DERIVED = ("cancelled_chain", "withdrawn_claim", "facility_bill")
"""Tables that follow from the claim store and the shipped code sets alone."""
EVER = dt.date(9999, 12, 31)
"""As-of date of what is known at all."""


def steps() -> list[Step]:
    """The steps; they read `withdrawn_claim` of :mod:`openvbc.steps.claims`."""
    return steps_in(resources.files(__name__))


def stay_types() -> RuleTable:
    """The claim types of stays, and the setting of each."""
    return code_table(
        PROGRAM, "stay_types", "stay_type", {"claim_type_code": "string", "setting": "string"}
    )


def tables(known_by: Iterable[dt.date], rules: RuleSet | None = None) -> list[RuleTable]:
    """The dates as of which stays are wanted, and the code of a bill whose stay goes on."""
    used = (rules or load_rules(PROGRAM)).get("still_a_patient_code")
    columns = {"still_a_patient_code": "string"}
    return [
        one_row("stay_rule", columns, {"still_a_patient_code": str(used.value)}, [used]),
        RuleTable(
            SmallTable(
                "stay_date", {"known_by": "date"}, [(day,) for day in sorted(set(known_by))]
            ),
            (),
        ),
    ]
