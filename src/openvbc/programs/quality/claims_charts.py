"""Claims beside charts: diagnoses, visits and procedures of a claim store as records of a practice.

What a claim tells is less than a chart does: a diagnosis holds on the days of its claim, a line is
a visit and a procedure by its code, on its day, without a time. Results, orders and medications are
not in it. A patient of the charts and a person of the claims are joined as patients of two
practices are: by Medicare identifier and birth date.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from openvbc.claims.report import StoreReport
from openvbc.clinical.identity import Described
from openvbc.clinical.staging import STAGED, Staged
from openvbc.engine.base import Engine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.private_files import only_for_owner
from openvbc.engine.quoting import identifier, literal
from openvbc.steps import claims

PRACTICE = "claims"
TABLES = ("person", "person_identifier", "institutional_claim", "professional_line", "diagnosis")
NOTE = (
    "Diagnoses, visits and procedures on claims count beside the charts (practice 'claims'): for "
    "gap lists, not how an electronic measure is submitted."
)
_PEOPLE = """
select p.person_id, p.birth_date, p.death_date, p.sex,
  coalesce(string_agg(i.member_id, ' ' order by i.member_id), '') as identifiers
from person p
left join person_identifier i on i.person_id = p.person_id
where p.birth_date is not null
group by p.person_id, p.birth_date, p.death_date, p.sex
order by p.person_id
"""
_COUNTS = """
select
  (select count(*) from professional_line) as lines,
  (select count(*) from claimed_line) as used_lines,
  (select count(*) from diagnosis) as diagnoses,
  (select count(*) from claimed_diagnosis) as used_diagnoses,
  (select count(*) from person where birth_date is null) as people
"""
_LINES = """
create or replace temp table claimed_line as
select n.number, l.claim_id, l.claim_line_number as line, l.claim_line_start_date as day,
  upper(l.hcpcs_code) as code,
  {before} + 2 * row_number() over (
    order by l.person_id, l.claim_id, l.claim_line_number, l.source_file, l.source_line
  ) as event
from professional_line l
join numbered n on n.patient = l.person_id
left join withdrawn_claim w
  on w.person_id = l.person_id and w.claim_id = l.claim_id and w.claim_kind = 'professional'
where l.sign = 1 and not l.is_denied and w.claim_id is null and l.hcpcs_code is not null
  and l.claim_line_start_date is not null
"""
_DIAGNOSES = """
create or replace temp table claimed_diagnosis as
select n.number, d.claim_id, d.claim_kind, d.position, d.claim_start_date as first_day,
  d.claim_end_date as last_day,
  case when length(d.diagnosis_code) > 3
    then substr(d.diagnosis_code, 1, 3) || '.' || substr(d.diagnosis_code, 4)
    else d.diagnosis_code end as code,
  {before} + row_number() over (
    order by d.person_id, d.claim_kind, d.claim_id, d.position, d.diagnosis_code
  ) as event
from diagnosis d
join numbered n on n.patient = d.person_id
left join withdrawn_claim w
  on w.person_id = d.person_id and w.claim_id = d.claim_id and w.claim_kind = d.claim_kind
where w.claim_id is null and d.claim_start_date is not null
  and coalesce(d.code_version, '0') = '0'
"""
_CPT = "http://www.ama-assn.org/go/cpt"
_HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
_ICD = "http://hl7.org/fhir/sid/icd-10-cm"
_CODES = f"""
select distinct code, case when regexp_full_match(code, '[0-9]{{4}}[0-9FTU]')
  then '{_CPT}' else '{_HCPCS}' end as system from claimed_line
union select distinct code, '{_ICD}' as system from claimed_diagnosis
order by system, code
"""
_ROWS = {
    "encounter": "select number, event, 'visit ' || claim_id || '-' || line, {practice}, "
    "'finished', null, day, null, day, null from claimed_line",
    "procedure": "select number, event + 1, 'line ' || claim_id || '-' || line, {practice}, "
    "'completed', day, null, day, null, null from claimed_line",
    "condition": "select number, event, claim_kind || ' ' || claim_id || '-' || position, "
    "{practice}, 'active', null, true, false, first_day, null, coalesce(last_day, first_day), "
    "null, null, null, null from claimed_diagnosis",
    "coding": "select l.number, l.event, 'encounter_type', 0, k.concept_id from claimed_line l "
    "join known_concept k on k.code = l.code and k.system <> {icd} union all "
    "select l.number, l.event + 1, 'procedure_code', 0, k.concept_id from claimed_line l "
    "join known_concept k on k.code = l.code and k.system <> {icd} union all "
    "select d.number, d.event, 'condition_code', 0, k.concept_id from claimed_diagnosis d "
    "join known_concept k on k.code = d.code and k.system = {icd}",
}


def stage_claims(store: Path, staged: Staged, engine: Engine, tables: Path) -> list[str]:
    """Stage the records of a claim store.

    Args:
        store: folder of the claim store.
        staged: where the rows go.
        engine: what runs the SQL.
        tables: folder of the tables of the claim steps.

    Returns:
        What a reader must know: what was used, and what was not.

    Raises:
        InputError: the store is not finished or damaged.
    """
    sources = StoreReport.load(store).checked().sources(TABLES)
    pipeline = Pipeline(claims.steps()).needed_for(["withdrawn_claim"])
    inputs = [table for table in sources if table.name in pipeline.sources]
    made = pipeline.run(engine, inputs, [], tables)
    for table in sources:
        engine.register(table.name, table.parts)
    engine.register("withdrawn_claim", made["withdrawn_claim"].table.parts)
    numbered = [_person(row, staged) for row in engine.rows(_PEOPLE)]
    engine.register_rows("numbered", {"patient": "varchar", "number": "int"}, numbered)
    engine.rows(_LINES.format(before=staged.before))
    lines = engine.rows("select count(*) as n from claimed_line")[0]["n"]
    engine.rows(_DIAGNOSES.format(before=staged.before + 2 * lines + 2))
    codes = [(row["system"], row["code"]) for row in engine.rows(_CODES)]
    engine.register_rows(
        "known_concept",
        {"system": "varchar", "code": "varchar", "concept_id": "int"},
        [(system, code, str(staged.concept(system, code))) for system, code in codes],
    )
    for name, select in _ROWS.items():
        _write(engine, staged, name, select.format(practice=literal(PRACTICE), icd=literal(_ICD)))
    tally = engine.rows(_COUNTS)[0]
    said = [
        NOTE,
        f"Of the claims {tally['used_lines']:,} of {tally['lines']:,} lines and "
        f"{tally['used_diagnoses']:,} of {tally['diagnoses']:,} diagnoses are used; the others are "
        "cancelled, denied or withdrawn, have no code or day, or are in ICD-9.",
    ]
    if tally["people"]:
        said.append(
            f"{tally['people']:,} people of the claims have no birth date and are left out."
        )
    return said


def _person(row: dict[str, object], staged: Staged) -> tuple[str, str]:
    """Describe a person as a patient of the practice; their identifier and number."""
    name = str(row["person_id"])
    born, died = row["birth_date"], row["death_date"]
    gender = str(row["sex"] or "") or None
    staged.patient(
        Described(
            PRACTICE, name, _days(born), None if died is None else _days(died), gender,
            SEX.get(gender or ""), None, None, "", "", str(row["identifiers"]).split(), "claims", 0,
        )
    )  # fmt: skip
    return name, str(staged.patient_number(PRACTICE, name))


SEX = {"female": "248152002", "male": "248153007"}
"""SNOMED CT codes of sex, as US Core has it."""


def _days(day: object) -> int:
    assert isinstance(day, dt.date)
    return day.toordinal() - dt.date(1970, 1, 1).toordinal()


def _write(engine: Engine, staged: Staged, table: str, select: str) -> None:
    path = staged.folder / f"{table}_claims.parquet"
    names = ", ".join(identifier(name) for name in STAGED[table])
    engine.rows(
        f"copy (with found({names}) as ({select}) select * from found) "
        f"to {literal(path.absolute())} (format parquet, compression snappy)"
    )
    only_for_owner(path)
    staged.more[table].append(path)
