"""Rates of a population by practice and clinician, with intervals, observed against expected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from openvbc.engine.base import Engine
from openvbc.programs.listing import MOST_ROWS, Field, Listing, first_rows
from openvbc.programs.quality.intervals import byar, wilson
from openvbc.rules.load import load_code_table
from openvbc.steps.care import PROGRAM

STEPS = ("population_rate", "facility_readmission", "back_test")
LEVELS = {"ALL": "everybody", "PRACTICE": "practice", "CLINICIAN": "clinician"}
MONTHS = 12
PER = 1000
AREA_MODEL = "area model applied to persons"
_RATES = """
select * from population_rate
order by
  case level when 'ALL' then 1 when 'PRACTICE' then 2 else 3 end, people desc, who, measure
"""


def rate_listing(engine: Engine, as_of: dt.date) -> Listing:
    """Events per 1,000 person-years with intervals; over those AHRQ expects where it does."""
    names = measure_names()
    total = int(engine.rows("select count(*) as n from population_rate")[0]["n"])
    rows = [_rate(row, names) for row in engine.rows(f"{_RATES} limit {MOST_ROWS}")]
    fields = (
        Field("Level", role="who"), Field("Who", role="who"), Field("Measure"), Field("Name"),
        Field("People", "count"), Field("Person-years", "person-years"), Field("Events", "count"),
        Field("Per 1,000 person-years", "factor"), Field("Rate, low", "factor"),
        Field("Rate, high", "factor"), Field("Expected events", "factor"),
        Field("Observed over expected", "factor"), Field("Ratio, low", "factor"),
        Field("Ratio, high", "factor"), Field("Expected by", role="evidence"),
    )  # fmt: skip
    lead = first_rows(total, "tables/population_rate") + (
        "Twelve months to the day of the lists; people by the practice and clinician seen most. "
        "Intervals are Byar's, 95 percent. Expected events are AHRQ's for age and sex, of a model "
        "of counties."
    )
    return Listing("rates", f"Rates {as_of.isoformat()}", fields, rows, lead, "small counts")


def _rate(row: Mapping[str, Any], names: Mapping[str, str]) -> list[Any]:
    events, months = int(row["events"]), int(row["months"])
    low, high = byar(events)
    years = Decimal(months) / MONTHS
    expected = None if row["expected_months"] is None else row["expected_months"] / MONTHS

    def over(count: Decimal, by: Decimal | None, times: int = 1) -> Decimal | None:
        return None if not by else count * times / by

    return [
        LEVELS[row["level"]], row["who"], row["measure"], names[row["measure"]], row["people"],
        years, events, over(Decimal(events), years, PER), over(low, years, PER),
        over(high, years, PER), expected, over(Decimal(events), expected), over(low, expected),
        over(high, expected), "" if expected is None else AREA_MODEL,
    ]  # fmt: skip


def readmission_listing(engine: Engine, as_of: dt.date) -> Listing:
    """Unplanned readmissions in 30 days by hospital of discharge, with Wilson's interval."""
    tally = engine.rows("select * from facility_readmission order by discharges desc, facility_ccn")
    rows: list[list[Any]] = []
    for row in tally:
        low, high = wilson(row["readmissions"], row["discharges"])
        rate = Decimal(row["readmissions"]) / row["discharges"]
        rows.append([row["facility_ccn"], row["discharges"], row["readmissions"], rate, low, high])
    fields = (
        Field("Hospital", role="who"), Field("Discharges", "count"),
        Field("Readmitted", "count"), Field("Rate", "ratio"), Field("Rate, low", "ratio"),
        Field("Rate, high", "ratio"),
    )  # fmt: skip
    lead = (
        "Live discharges of twelve months, followed for 30 days; planned is told by CMS's lists "
        "where care.yaml names them (planned), else by the type of admission. Intervals are "
        "Wilson's, 95 percent."
    )
    return Listing(
        "readmissions", f"Readmissions {as_of.isoformat()}", fields, rows, lead, "small counts"
    )


def back_test_listing(engine: Engine, as_of: dt.date) -> Listing:
    """How well the tiers of a year ago found the cost and admissions of the year since."""
    rows: list[list[Any]] = []
    for row in engine.rows("select * from back_test order by share"):
        whole, admissions = row["spending_all"], row["admissions_all"]
        rows.append(
            [
                row["share"], row["panel_people"], row["people"], row["found"],
                *(row[name] / whole if whole else None
                  for name in ("spending", "spending_before", "spending_most")),
                Decimal(row["admissions"]) / admissions if admissions else None, whole, admissions,
            ]
        )  # fmt: skip
    fields = (
        Field("Share picked, percent", "count"), Field("People of the panel", "count"),
        Field("People picked", "count"), Field("Of these among the most costly since", "count"),
        Field("Share of the cost since", "ratio"),
        Field("The same, picked by spending before", "ratio"), Field("The most possible", "ratio"),
        Field("Share of unplanned admissions since", "ratio"), Field("Cost since", "USD"),
        Field("Unplanned admissions since", "count"),
    )  # fmt: skip
    lead = (
        "The panel as it was a year before, by what was known then, against the year since. The "
        "rules of the tiers are never fitted to that year. People who died since are counted."
    )
    return Listing(
        "back_test", f"Back-test {as_of.isoformat()}", fields, rows, lead, "small counts"
    )


def measure_names() -> dict[str, str]:
    """What each measure is called."""
    names = {
        "ADMISSIONS": "admissions",
        "UNPLANNED_ADMISSIONS": "admissions that were not elective",
        "EMERGENCY_VISITS": "emergency visits without admission",
        "DAYS_NOT_AT_HOME": "days not at home",
    }
    for row in load_code_table(PROGRAM, "indicator_branch"):
        names[row["indicator"]] = row["name"]
    for row in load_code_table(PROGRAM, "indicator_composite"):
        names[row["composite"]] = f"composite: {row['name']}"
    return names
