"""The work lists as listings: their columns in the words of a care manager."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from openvbc.engine.base import Engine
from openvbc.programs.listing import MOST_ROWS, Field, Listing, first_rows

_PERSON = Field("Person", role="who")
_OWNER = Field("Owner", role="who")
_EVIDENCE = Field("Evidence, claim", role="evidence")


@dataclass(frozen=True)
class WorkList:
    """A list: the table of a step, how its rows are ordered, what is said of it."""

    table: str
    title: str
    order: str
    lead: str
    fields: Mapping[str, Field]


PANEL = WorkList(
    "panel",
    "Panel",
    "tier desc, next_contact_due, spending_percentile desc, person_id",
    "Everybody's tier with the rule that decided and each component; the highest tier first.",
    {
        "person_id": _PERSON,
        "owner": _OWNER,
        "tier": Field("Tier", "count"),
        "tier_name": Field("Tier, name"),
        "rule": Field("Rule", role="evidence"),
        "evidence_claim": _EVIDENCE,
        "next_contact_due": Field("Next contact by", "date", "due"),
        "cadence_days": Field("Days between contacts", "count"),
        "last_contact": Field("Last reached", "date"),
        "paid_amount": Field("Paid in 12 months", "USD"),
        "spending_percentile": Field("Spending, percentile", "count"),
        "unplanned_admissions": Field("Unplanned admissions, 6 months", "count"),
        "admissions": Field("Admissions, 12 months", "count"),
        "emergency_visits": Field("Emergency visits, 6 months", "count"),
        "chronic_conditions": Field("Chronic conditions", "count"),
        "new_condition": Field("New watched conditions", "count"),
        "charlson": Field("Charlson", "count"),
        "frailty_score": Field("Hospital frailty", "points"),
        "readmission_index": Field("Elixhauser readmission index", "count"),
        "lace": Field("LACE, last discharge", "count"),
        "risk_score": Field("Risk score", "factor"),
        "risk_score_rise": Field("Rise of the risk score", "factor"),
        "rendering_tin": Field("Practice seen most"),
        "rendering_npi": Field("Clinician seen most"),
    },
)
TRANSITIONS = WorkList(
    "transition",
    "Transitions",
    "next_due nulls last, discharge_date, person_id",
    "Discharges of the last 30 days, or known only in them: what is due, and how far it is.",
    {
        "person_id": _PERSON,
        "owner": _OWNER,
        "state": Field("State"),
        "next_due": Field("Next due", "date", "due"),
        "discharge_date": Field("Discharged", "date"),
        "setting": Field("Setting"),
        "facility": Field("Facility"),
        "admission_date": Field("Admitted", "date"),
        "primary_diagnosis_code": Field("Principal diagnosis"),
        "drg_code": Field("DRG"),
        "discharge_disposition_code": Field("Discharge status"),
        "contact_due": Field("Contact by", "date", "due"),
        "visit_due_7": Field("Visit by, day 7", "date", "due"),
        "visit_due_14": Field("Visit by, day 14", "date", "due"),
        "reconciliation_due": Field("Medications by", "date", "due"),
        "readmission_by": Field("Readmission until", "date", "due"),
        "attempts": Field("Attempts", "count"),
        "contact_date": Field("Reached", "date"),
        "visit_date": Field("Seen", "date"),
        "billed_code": Field("Billed"),
        "lace": Field("LACE", "count"),
        "lace_length_of_stay": Field("LACE, days", "count"),
        "lace_acute": Field("LACE, acute", "count"),
        "lace_comorbidity": Field("LACE, comorbidity", "count"),
        "lace_emergency": Field("LACE, emergency", "count"),
        "source": Field("Known from"),
        "known_on": Field("Known on", "date"),
        "evidence_claim": Field("Evidence, claim or message", role="evidence"),
    },
)
EMERGENCY = WorkList(
    "emergency_follow_up",
    "Emergency visits",
    "contact_due, visit_date, person_id",
    "Emergency visits without admission of the last 30 days, or known only in them.",
    {
        "person_id": _PERSON,
        "owner": _OWNER,
        "state": Field("State"),
        "contact_due": Field("Contact by", "date", "due"),
        "visit_date": Field("Visit", "date"),
        "facility_ccn": Field("Hospital"),
        "primary_diagnosis_code": Field("Principal diagnosis"),
        "reason": Field("Why", role="evidence"),
        "contact_date": Field("Reached", "date"),
        "seen_date": Field("Seen", "date"),
        "known_on": Field("Known on", "date"),
        "evidence_claim": _EVIDENCE,
    },
)
GAPS = WorkList(
    "care_gap",
    "Gaps",
    "due, source, gap, person_id",
    "Open gaps of prevention, quality and risk. A gap is a question to the practice.",
    {
        "person_id": _PERSON,
        "owner": _OWNER,
        "gap": Field("Gap"),
        "due": Field("By", "date", "due"),
        "next_action": Field("What would close it"),
        "source": Field("Source"),
        "rule": Field("Rule", role="evidence"),
        "last_date": Field("Last done", "date"),
        "evidence_claim": _EVIDENCE,
    },
)
COHORTS = WorkList(
    "cohort_member",
    "Cohorts",
    "cohort, person_id",
    "Chronic cohorts by the algorithms of the Chronic Conditions Warehouse.",
    {
        "person_id": _PERSON,
        "owner": _OWNER,
        "cohort": Field("Cohort"),
        "condition": Field("Condition", role="evidence"),
        "claims": Field("Claims that count", "count"),
        "first_date": Field("First", "date"),
        "last_date": Field("Last", "date"),
        "is_covered": Field("Covered throughout", "flag"),
        "evidence_claim": _EVIDENCE,
    },
)
TASKS = WorkList(
    "protocol_task",
    "Checklists",
    "due nulls last, cohort, person_id, task",
    "Tasks of the checklist of each cohort; a contract edits the checklists by an overlay.",
    {
        "person_id": _PERSON,
        "owner": _OWNER,
        "cohort": Field("Cohort"),
        "task": Field("Task"),
        "kind": Field("Kind"),
        "due": Field("By", "date", "due"),
        "last_done": Field("Last done", "date"),
        "evidence_claim": _EVIDENCE,
    },
)
EVENTS = WorkList(
    "prevention_event",
    "Avoidable admissions",
    "encounter_date desc, person_id, indicator",
    "Discharges (PQI) and emergency visits (PQE) of the year that care outside may prevent.",
    {
        "person_id": _PERSON,
        "owner": _OWNER,
        "indicator": Field("Indicator"),
        "encounter_date": Field("Discharge or visit", "date"),
        "facility_ccn": Field("Hospital"),
        "tier": Field("Tier", "count"),
        "rendering_tin": Field("Practice seen most"),
        "rendering_npi": Field("Clinician seen most"),
        "encounter_id": _EVIDENCE,
    },
)
OVERFLOW = WorkList(
    "panel_overflow",
    "Beyond capacity",
    "owner, place",
    "People for whom their owner has no minutes left: minutes go by tier, then by spending.",
    {
        "person_id": _PERSON,
        "owner": _OWNER,
        "place": Field("Place among the owner's people", "count"),
        "tier": Field("Tier", "count"),
        "tier_name": Field("Tier, name"),
        "rule": Field("Rule", role="evidence"),
        "spending_percentile": Field("Spending, percentile", "count"),
        "next_contact_due": Field("Next contact by", "date", "due"),
        "minutes_a_year": Field("Minutes a year", "count"),
        "minutes_up_to": Field("Minutes a year, up to and with", "count"),
        "capacity_minutes": Field("Minutes of the owner", "count"),
        "evidence_claim": _EVIDENCE,
    },
)
BALANCE = WorkList(
    "owner_balance",
    "Owners",
    "minutes_left nulls last, minutes_needed desc, owner",
    "Minutes that the tiers of an owner's people ask for in a year, beside those the owner has.",
    {
        "owner": _OWNER,
        "people": Field("People", "count"),
        "high_people": Field("in the two highest tiers", "count"),
        "minutes_needed": Field("Minutes needed", "count"),
        "capacity_minutes": Field("Minutes of the owner", "count"),
        "minutes_left": Field("Minutes left", "count"),
        "people_over": Field("People beyond capacity", "count"),
    },
)
LISTS = (PANEL, TRANSITIONS, EMERGENCY, GAPS, COHORTS, TASKS, EVENTS)
CAPACITY_LISTS = (OVERFLOW, BALANCE)
"""Made where the user says how many minutes owners have."""


def listing(each: WorkList, engine: Engine, as_of: dt.date) -> Listing:
    """A list as its readers see it, its most urgent rows first; the engine holds its table."""
    total = int(engine.rows(f"select count(*) as n from {each.table}")[0]["n"])
    rows = engine.rows(
        f"select {', '.join(each.fields)} from {each.table} order by {each.order} limit {MOST_ROWS}"
    )
    cells = [list(row.values()) for row in rows]
    title = f"{each.title} {as_of.isoformat()}"
    lead = first_rows(total, f"lists/{each.table}.parquet") + each.lead
    return Listing(each.table, title, list(each.fields.values()), cells, lead)
