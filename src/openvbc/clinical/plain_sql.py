"""The SQL that takes lines in plain form: what `flatten.py` does to one resource, for many at once.

Days and times are read as `moments.py` does; only whole days and times with a zone are plain.
"""

from __future__ import annotations

from openvbc.clinical.plain_form import STRUCTURE
from openvbc.engine.quoting import literal

_DAY = r"(19|20|21)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?(Z|[+-](0\d|1[0-4]):[0-5]\d)"

MACROS = (
    "create or replace temp macro is_moment(t) as t is null or "
    f"(regexp_full_match(t, '{_DAY}({_TIME})?')"
    " and try_cast(substr(t, 1, 10) as date) is not null)",
    "create or replace temp macro minutes_ahead(t) as case when right(t, 1) = 'Z' then 0 else "
    "case when substr(t, length(t) - 5, 1) = '-' then -1 else 1 end * "
    "(cast(substr(t, length(t) - 4, 2) as int) * 60 + cast(right(t, 2) as int)) end",
    "create or replace temp macro clock(t) as case when length(t) > 10 then "
    "cast(substr(t, 12, 2) as int) * 3600000 + cast(substr(t, 15, 2) as int) * 60000 "
    "+ cast(cast(substr(t, 18, length(t) - case when right(t, 1) = 'Z' then 18 else 23 end) "
    "as decimal(5, 3)) * 1000 as int) - minutes_ahead(t) * 60000 end",
    "create or replace temp macro day_of(t) as try_cast(substr(t, 1, 10) as date) + "
    "cast(floor(coalesce(clock(t), 0) / 86400000) as int)",
    "create or replace temp macro time_of(t) as (clock(t) % 86400000 + 86400000) % 86400000",
    "create or replace temp macro tail(t) as regexp_extract(nullif(t, ''), '[^/:]*$')",
    "create or replace temp macro first_is_given(c) as "
    "coalesce(len(c.coding), 0) = 0 or coalesce(c.coding[1].code, '') <> ''",
    "create or replace temp macro in_category(c, wanted) as coalesce(list_contains("
    "json_extract_string(c, '$[*].coding[*].code'), wanted), false)",
    "create or replace temp macro unit_of(q) as coalesce(nullif(q.code, ''), q.unit)",
)

SHAPES = """
create or replace temp table shaped as
select
  line,
  body,
  json_extract_string(body, '$.resourceType') as kind,
  cast(json_structure(body) as varchar) as shape
from (
  select line, case when json_valid(body) then body end as body
  from lines
  where not regexp_matches(body, '[:\\[,]\\s*([-+]?[nNiI]|[}\\]])')
)
where body is not null
"""
"""Left out is what Python reads otherwise: null, numbers that are none, a comma before the end."""

NOT_USED = """
create or replace temp table not_used as
select s.line, s.kind
from shaped s
join unread u on u.kind = s.kind and u.shape = s.shape
"""

RECORDS = f"""
create or replace temp table record as
select s.line, s.kind, p.value_kind, json_transform(s.body, {literal(STRUCTURE)}) as r
from shaped s
join plain p on p.kind = s.kind and p.shape = s.shape
where len(json_keys(s.body)) = p.names
"""

_MOMENTS = (
    "r.period.start", 'r.period."end"', "r.onsetDateTime", "r.onsetPeriod.start",
    "r.abatementDateTime", 'r.abatementPeriod."end"', "r.effectiveDateTime", "r.effectiveInstant",
    "r.effectivePeriod.start", 'r.effectivePeriod."end"', "r.issued", "r.performedDateTime",
    "r.performedInstant", "r.performedPeriod.start", 'r.performedPeriod."end"', "r.authoredOn",
)  # fmt: skip

NOT_PLAIN = f"""
delete from record
where not (
  {" and ".join(f"is_moment({each})" for each in _MOMENTS)}
  and first_is_given(r.clinicalStatus)
  and first_is_given(r.verificationStatus)
  and coalesce(abs(r.valueQuantity."value") < 1e12, true)
  and coalesce(
    list_max(list_transform(r.component, lambda c: abs(c.valueQuantity."value"))) < 1e12, true)
  and r.subject.reference <> ''
)
"""
"""Values that are read one by one: partial dates, times without a zone, numbers beyond any."""

LEFT = """
select line from lines
where line not in (select line from record) and line not in (select line from not_used)
"""
"""Lines that are read one by one."""

PATIENTS = "select distinct tail(r.subject.reference) as patient from record order by patient"

CODINGS = """
create or replace temp table code_of_record as
select line, field, position, c.system as system, c.code as code
from (
  select
    line,
    case kind when 'Condition' then 'condition_code' when 'Observation' then 'observation_code'
      when 'Procedure' then 'procedure_code' else 'request_code' end as field,
    0 as position,
    unnest(r.code.coding) as c
  from record
  where kind <> 'Encounter'
  union all
  select line, 'encounter_type', 0, unnest(e.coding)
  from (select line, unnest(r.type) as e from record where kind = 'Encounter')
  union all
  select line, 'encounter_discharge', 0, unnest(r.hospitalization.dischargeDisposition.coding)
  from record where kind = 'Encounter'
  union all
  select line, 'condition_body_site', 0, unnest(e.coding)
  from (select line, unnest(r.bodySite) as e from record where kind = 'Condition')
  union all
  select line, 'observation_value', 0, unnest(r.valueCodeableConcept.coding)
  from record where kind = 'Observation'
  union all
  select line, 'component_code', position, unnest(e.code.coding)
  from (
    select line, unnest(r.component) as e, generate_subscripts(r.component, 1) as position
    from record where kind = 'Observation'
  )
)
where c.code <> ''
"""

CONCEPTS = "select distinct system, code from code_of_record order by system nulls first, code"

_SPAN = "day_of({start}), time_of({start}), day_of({end}), time_of({end})"


def _span(name: str) -> str:
    moment = f"r.{name}DateTime, r.{name}Instant"
    return _SPAN.format(
        start=f"coalesce({moment}, r.{name}Period.start)",
        end=f'coalesce({moment}, r.{name}Period."end")',
    )


def _moment(text: str) -> str:
    return f"day_of({text}), time_of({text})"


_OF = "from record join numbered n on n.patient = tail(r.subject.reference)"
_EVENT = "n.number, {before} + line, r.id, {practice}"
_ENCOUNTER = "tail(r.encounter.reference)"


def staged_rows(before: int, practice: str) -> dict[str, str]:
    """A SELECT for each staged table, its columns in their order.

    Args:
        before: number of the record before the file's first line.
        practice: whose file it is.
    """
    event = _EVENT.format(before=before, practice=literal(practice))
    return {
        "encounter": f"select {event}, r.status, r.class.code, {_moment('r.period.start')}, "
        f"""{_moment('r.period."end"')} {_OF} where kind = 'Encounter'""",
        "condition": f"select {event}, r.clinicalStatus.coding[1].code, "
        "r.verificationStatus.coding[1].code, in_category(r.category, 'encounter-diagnosis'), "
        "in_category(r.category, 'problem-list-item') "
        "or in_category(r.category, 'health-concern'), "
        f"{_moment('coalesce(r.onsetDateTime, r.onsetPeriod.start)')}, "
        f"""{_moment('coalesce(r.abatementDateTime, r.abatementPeriod."end")')}, """
        f"{_ENCOUNTER}, null, null {_OF} where kind = 'Condition'",
        "observation": f"select {event}, r.status, in_category(r.category, 'laboratory'), "
        f"in_category(r.category, 'survey'), {_span('effective')}, {_moment('r.issued')}, "
        """case when value_kind = 'quantity' and r.valueQuantity."value" is null then 'other' """
        """else value_kind end, r.valueQuantity."value", unit_of(r.valueQuantity), """
        f"{_ENCOUNTER} {_OF} where kind = 'Observation'",
        "component": f"""select number, {before} + line, position, e.valueQuantity."value", """
        "unit_of(e.valueQuantity) from (select n.number, line, unnest(r.component) as e, "
        f"generate_subscripts(r.component, 1) as position {_OF} where kind = 'Observation')",
        "procedure": f"select {event}, r.status, {_span('performed')}, {_ENCOUNTER} {_OF} "
        "where kind = 'Procedure'",
        "request": f"select {event}, 'service', r.status, r.intent, "
        f"coalesce(r.doNotPerform, false), {_moment('r.authoredOn')} {_OF} "
        "where kind = 'ServiceRequest'",
        "coding": f"select n.number, {before} + c.line, c.field, c.position, k.concept_id "
        "from code_of_record c join record on record.line = c.line "
        "join numbered n on n.patient = tail(r.subject.reference) "
        "join known_concept k on k.code = c.code and k.system is not distinct from c.system",
    }
