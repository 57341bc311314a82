"""What followed and what left: post-acute funnel, avoidable encounters, leakage, as lists."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openvbc.engine.quoting import literal
from openvbc.programs.drivers.care_listings import USD
from openvbc.programs.drivers.drivers import Drivers
from openvbc.programs.listing import Field, Listing
from openvbc.rules.load import load_code_table

INDICATORS = {
    "PQI": "Avoidable admissions (AHRQ PQI v2024)",
    "PQE": "Avoidable emergency visits (AHRQ PQE v2024)",
}
_FUNNEL = (
    Field("Discharges", "count"), Field("People", "count"), Field("Hospital", USD),
    Field("To skilled nursing", "count"), Field("Nursing days", "count"),
    Field("Days a nursing stay", "factor"), Field("Nursing", USD), Field("Readmitted", "count"),
    Field("Rate", "ratio"), Field("Readmissions", USD),
)  # fmt: skip
_COUNTS = (
    "count(*) as discharges, count(distinct person_id) as people, sum(paid_amount) as paid, "
    "count(nursing_ccn) as nursing, sum(nursing_days) as days, "
    "sum(nursing_amount) as nursing_paid, "
    "sum(case when is_readmitted then 1 else 0 end) as readmitted, "
    "sum(readmission_amount) as readmission_paid"
)


def funnel(drivers: Drivers) -> Listing:
    """Discharge, skilled nursing, readmission, year by year."""
    rows = {r["period"]: r for r in _counted(drivers, "period", "true")}
    names = drivers.yardstick.names
    return Listing(
        "drivers_funnel", "After discharge", [Field("Year", role="who"), *_FUNNEL],
        [[name, *_row(rows[period])] for period, name in names.items() if period in rows],
        "Live discharges of assigned people from short-term hospitals, transfers joined; the "
        "skilled nursing stay that began within 30 days (42 CFR 409.30(b), not confirmed), and "
        "hospital stays that began within 30 days, of all causes, planned ones too.",
        "small counts",
    )  # fmt: skip


def nursing_facilities(drivers: Drivers) -> Listing:
    """The nursing facilities people were discharged to in the year, most dollars first."""
    where = f"period = {literal(drivers.yardstick.main)} and nursing_ccn is not null"
    rows = sorted(_counted(drivers, "nursing_ccn", where), key=lambda r: -r["nursing_paid"])
    return Listing(
        "drivers_nursing", "Nursing facilities", [Field("Facility", role="who"), *_FUNNEL],
        [[row["nursing_ccn"], *_row(row)] for row in rows],
        "Discharges of the year that went on to each facility.", "small counts",
    )  # fmt: skip


def _counted(drivers: Drivers, by: str, where: str) -> Sequence[Any]:
    return drivers.engine.rows(
        f"select {by}, {_COUNTS} from hospital_discharge where {where} group by {by} order by {by}"
    )


def _row(row: Any) -> list[Any]:
    stays, count = int(row["nursing"]), int(row["discharges"])
    return [
        count, int(row["people"]), row["paid"], stays, int(row["days"]),
        Decimal(int(row["days"])) / stays if stays else None, row["nursing_paid"],
        int(row["readmitted"]), Decimal(int(row["readmitted"])) / count, row["readmission_paid"],
    ]  # fmt: skip


def avoidable(drivers: Drivers) -> Listing:
    """Admissions and emergency visits that care outside the hospital may prevent."""
    rows = []
    if drivers.has_indicators:
        composites = {row["composite"] for row in load_code_table("care", "indicator_composite")}
        counted = drivers.engine.rows(
            "select e.family, e.indicator, count(*) as events, "
            "count(distinct e.person_id) as people, "
            "coalesce(sum(h.paid_amount), 0) as paid "
            "from indicator_event e join population q on q.person_id = e.person_id "
            f"and q.population = 'ASSIGNED' and q.period = {literal(drivers.yardstick.main)} "
            "left join hospital_discharge h on h.person_id = e.person_id "
            f"and h.stay_id = e.encounter_id and h.period = {literal(drivers.yardstick.main)} "
            f"where year(e.encounter_date) = {drivers.calendar_year} "
            "group by e.family, e.indicator order by e.family desc, events desc, e.indicator"
        )
        rows = [
            [INDICATORS[r["family"]], r["indicator"],
             "sum of others" if r["indicator"] in composites else "", int(r["events"]),
             int(r["people"]), r["paid"] if r["family"] == "PQI" else None]
            for r in counted
        ]  # fmt: skip
    fields = [
        Field("Kind", role="who"), Field("Indicator", role="who"), Field("Composite"),
        Field("Encounters", "count"), Field("People", "count"), Field("Hospital", USD),
    ]  # fmt: skip
    return Listing(
        "drivers_avoidable", "Avoidable admissions and visits", fields, rows,
        "Encounters of assigned people in the year. Dollars are of live discharges.",
        "small counts",
    )  # fmt: skip


def leakage(drivers: Drivers) -> Listing:
    """Care of each specialty: from participants, and from others."""
    by_specialty: dict[str, dict[bool, Any]] = {}
    for row in drivers.engine.rows(
        f"select * from specialty_care where period = {literal(drivers.yardstick.main)}"
    ):
        by_specialty.setdefault(row["specialty_code"], {})[row["is_participant"]] = row
    rows: list[list[Any]] = []
    for specialty, sides in by_specialty.items():
        own, other = (sides.get(side) for side in (True, False))
        inside = own["paid_amount"] if own else Decimal(0)
        outside = other["paid_amount"] if other else Decimal(0)
        whole = inside + outside
        rows.append(
            [specialty, int(own["persons"]) if own else 0, int(other["persons"]) if other else 0,
             inside, outside, outside / whole if whole else None]
        )  # fmt: skip
    rows.sort(key=lambda row: -row[4])
    fields = [
        Field("Specialty code", role="who"), Field("People at participants", "count"),
        Field("People elsewhere", "count"), Field("Participants", USD), Field("Elsewhere", USD),
        Field("Leakage", "ratio"),
    ]  # fmt: skip
    return Listing(
        "drivers_leakage", "Care outside the network", fields, rows,
        "Professional lines of assigned people by CMS specialty code; elsewhere: the taxpayer "
        "number billed under is not on the participant list.", "small counts",
    )  # fmt: skip
