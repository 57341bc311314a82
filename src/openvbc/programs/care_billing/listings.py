"""The lists of a billing run: what may be billed, what not, what should not have been."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from openvbc.engine.base import Engine
from openvbc.engine.quoting import identifier
from openvbc.programs.care_billing.log_files import LOG_FILES
from openvbc.programs.listing import (
    MOST_ROWS,
    Field,
    Listing,
    column_name,
    column_type,
    first_rows,
)
from openvbc.programs.person_files import FilesRead
from openvbc.programs.settlement import About
from openvbc.steps.care_billing.tables import Span

Fields = Mapping[str, Field]
_WHO = {"person_id": Field("Person", role="who")}
_WHEN = {
    "first_month": Field("First month", "date"),
    "last_month": Field("Last month", "date"),
    "months": Field("Months", "count"),
}
_WHY = {
    "rule_id": Field("Rule", role="evidence"),
    "reason": Field("What it says"),
    "evidence": Field("Evidence", role="evidence"),
    "other_claim": Field("Evidence, claim", role="evidence"),
    "cite": Field("Citation", role="evidence"),
    "status": Field("Status of the rule"),
}
_WHAT = {
    "tin": Field("Practice"),
    "service": Field("Service"),
    "code": Field("Code"),
    "add_on": Field("Add-on"),
    "add_on_units": Field("Units of the add-on", "count"),
    "allowed": Field("Allowed", "USD"),
}
_BILLED: Fields = {
    **_WHO,
    "service_date": Field("Date of service", "date"),
    "code": Field("Code"),
    "units": Field("Units", "count"),
    "biller_tin": Field("Practice"),
    "biller_npi": Field("Practitioner"),
    "verdict": Field("Verdict"),
    **_WHY,
    "reason": Field("What it says"),
    "not_known": Field("Not known"),
    "allowed": Field("Allowed", "USD"),
}
_READY: Fields = {
    **_WHO, **_WHAT, "service_month": Field("Month", "date"),
    "stay_id": Field("Stay", role="evidence"), "basis": Field("Why", role="evidence"),
}  # fmt: skip
_UNBILLED: Fields = {
    **_WHO, "tin": Field("Practice"), "service": Field("Service"), "code": Field("Code"),
    **_WHEN, "reason": Field("Lacking"), "basis": Field("Why eligible", role="evidence"),
    "allowed": Field("Allowed", "USD"),
}  # fmt: skip
_BLOCKED: Fields = {
    **_WHO, "tin": Field("Practice"), "service": Field("Service"), "code": Field("Code"),
    **_WHEN, **_WHY, "allowed": Field("Allowed", "USD"),
}  # fmt: skip
_SUMMARY: Fields = {
    "service": Field("Service", role="who"),
    "persons": Field("People", "count"),
    "eligible": Field("Eligible", "count"),
    "billed": Field("Billed", "count"),
    "blocked": Field("Blocked", "count"),
    "unbilled": Field("Never billed", "count"),
    "ready": Field("of these ready to bill", "count"),
    "unbilled_amount": Field("Never billed, allowed", "USD"),
    "denied": Field("Billed and should not have been", "count"),
    "reviewed": Field("Billed, to review", "count"),
    "denied_amount": Field("To pay back, allowed", "USD"),
}
_BILLED_SQL = """
select person_id, service_date, code, units, biller_tin, biller_npi, verdict, rule_id,
  rule_says as reason, evidence, other_claim, cite, status, not_known, allowed
from billed_verdict
where not is_payment and {where}
order by allowed desc nulls last, person_id, service_date, code, biller_tin
"""
_READY_SQL = """
select person_id, tin, service, code, add_on, add_on_units, allowed, service_month, stay_id, basis
from care_opportunity
where is_ready
order by allowed desc nulls last, person_id, service_month, service
"""
_SPANNED_SQL = """
select person_id, tin, service, code, min(service_month) as first_month,
  max(service_month) as last_month, count(*) as months, {why}, max(basis) as basis,
  cast(sum(allowed) as decimal(18, 2)) as allowed
from care_opportunity
where {where}
group by person_id, tin, service, code, {by}
order by allowed desc nulls last, months desc, person_id, service, code, tin, {by}
"""
_SUMMARY_SQL = """
with found as (
  select service,
    count(distinct person_id) as persons,
    count(*) as eligible,
    count(*) filter (state = 'billed') as billed,
    count(*) filter (state = 'blocked') as blocked,
    count(*) filter (state = 'unbilled') as unbilled,
    count(*) filter (is_ready) as ready,
    cast(sum(allowed) filter (state = 'unbilled') as decimal(18, 2)) as unbilled_amount
  from care_opportunity
  group by service
),
wrong as (
  select service,
    count(*) filter (verdict = 'deny') as denied,
    count(*) filter (verdict = 'review') as reviewed,
    cast(sum(allowed) filter (verdict = 'deny') as decimal(18, 2)) as denied_amount
  from billed_verdict
  where not is_payment
  group by service
)
select coalesce(f.service, w.service) as service, coalesce(persons, 0) as persons,
  coalesce(eligible, 0) as eligible, coalesce(billed, 0) as billed,
  coalesce(blocked, 0) as blocked, coalesce(unbilled, 0) as unbilled,
  coalesce(ready, 0) as ready, unbilled_amount, coalesce(denied, 0) as denied,
  coalesce(reviewed, 0) as reviewed, denied_amount
from found f
full join wrong w on w.service = f.service
order by 1
"""
_COUNTED = "max(other_claim) as other_claim, max(evidence) as evidence, max(cite) as cite, status"


def listings_of(engine: Engine, folder: Path) -> list[Listing]:
    """The lists, from `billed_verdict` and `care_opportunity` as the engine holds them.

    Every row is written to the folder as Parquet; a listing holds what a workbook shows.
    """
    blocked = _SPANNED_SQL.format(
        why=f"rule_id, reason, {_COUNTED}", where="state = 'blocked'", by="rule_id, reason, status"
    )
    unbilled = _SPANNED_SQL.format(
        why="reason", where="state = 'unbilled' and not is_ready", by="reason"
    )
    wrong = _BILLED_SQL.format(where="verdict <> 'pass'")
    right = _BILLED_SQL.format(where="verdict = 'pass'")
    said = [
        ("summary", "Care management, by service", _SUMMARY, _SUMMARY_SQL,
         "Eligible = billed + blocked + never billed. A month of a person and service counts "
         "once; of a discharge, each discharge."),
        ("ready_to_bill", "Ready to bill", _READY, _READY_SQL,
         "Eligible, nothing stands against it, and all that is asked for is on file."),
        ("never_billed", "Eligible, never billed", _UNBILLED, unbilled,
         "Eligible by the claims; what is lacking or not known keeps it from being billed. "
         "No claim may be made for a service that was not given."),
        ("blocked", "Eligible, but blocked", _BLOCKED, blocked,
         "Another claim, another practice or a model payment excludes the code."),
        ("billed_wrongly", "Billed, to pay back or review", _BILLED, wrong,
         "Claims that fail a rule. Look at the record before anything is paid back."),
        ("billed_rightly", "Billed, and stands", _BILLED, right,
         "As far as is known: the last columns say what was not."),
    ]  # fmt: skip
    return [_found(engine, folder, *each) for each in said]


def _found(
    engine: Engine, folder: Path, name: str, title: str, fields: Fields, sql: str, lead: str
) -> Listing:
    columns = ", ".join(
        f"cast({identifier(column)} as {column_type(field.unit)}) as "
        f"{identifier(column_name(field.label))}"
        for column, field in fields.items()
    )
    path = folder / f"{name}.parquet"
    total = engine.materialise(f"select {columns} from ({sql})", path)
    rows = engine.rows(f"select * from ({sql}) limit {MOST_ROWS}")
    cells = [[row.get(field) for field in fields] for row in rows]
    said = first_rows(total, path.name) + lead
    about: About = "small counts" if name == "summary" else "people"
    return Listing(name, title, list(fields.values()), cells, said, about)


def notes_of(engine: Engine, kept: FilesRead, span: Span) -> list[str]:
    """What a reader must know: what was not given, what was set aside, which rules are doubtful."""
    notes = [f"Months {span.first_month:%Y-%m} to {span.last_month:%Y-%m}."]
    for log in LOG_FILES:
        if log.file not in kept.given and log.table in _WITHOUT:
            notes.append(f"No {log.file}: {_WITHOUT[log.table]}.")
    notes += kept.notes()
    if "fee_schedule.csv" in kept.given:
        notes += [
            f"fee_schedule.csv has no amount for {row['code']} on the dates of {row['n']:,} "
            "services: they are in no sum."
            for row in engine.rows(_WITHOUT_AMOUNT)
        ]
    doubtful = engine.rows(
        "select rule_id, status, count(*) as n from billed_verdict "
        "where status in ('unverified', 'secondary') group by 1, 2 order by 1"
    )
    notes += [
        f"Rule {row['rule_id']} is {row['status']}: it decided {row['n']:,} billed services."
        for row in doubtful
    ]
    return notes


_WITHOUT_AMOUNT = """
select code, count(*) as n
from (
  select code from care_opportunity where allowed is null and state <> 'billed'
  union all
  select code from billed_verdict where allowed is null and not is_payment
)
group by code
order by code
"""
_WITHOUT = {
    "time_entry": "minutes are not known, thresholds were not checked",
    "transition_contact": "contacts after discharge are not known",
    "care_consent": "consents are not known",
    "given_fact": "conditions are counted by diagnoses on claims (Chronic Conditions Warehouse), "
    "beneficiary status is not known",
    "device_data": "days of device data are not known",
    "fee": "no amounts are shown",
}
