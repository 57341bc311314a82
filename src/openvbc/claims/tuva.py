"""The Tuva input layer as a feed: medical_claim, pharmacy_claim and eligibility.

A folder with CSV (also gzip) or Parquet files of these names, or a DuckDB file holding the tables
(in any schema). Its claims are final, so each is an original of its own; the day it was paid stands
for the day it became known. Institutional payments are the sums of a claim's lines.

The layer has no Part A, Part B or Medicare Advantage months: each span counts as Parts A and B in
fee for service, and the report says so.
"""

from __future__ import annotations

from pathlib import Path

from openvbc.claims.enrollment import dual_table
from openvbc.claims.normal_form import bill_type
from openvbc.claims.null_dates import MEDICARE_BEGAN
from openvbc.claims.report import FileRows, Finding, StoreReport
from openvbc.claims.staging import Staging
from openvbc.claims.store_tables import sql_of
from openvbc.claims.tuva_findings import columns_lacking, not_understood, torn_claims
from openvbc.claims.tuva_tables import define_readings, open_tables
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.scratch import scratch_folder
from openvbc.errors import InputError, Place

DIAGNOSES = tuple(f"diagnosis_code_{n}" for n in range(1, 26))
MEDICAL = (
    "claim_id", "claim_line_number", "claim_type", "person_id", "member_id", "claim_start_date",
    "claim_end_date", "claim_line_start_date", "claim_line_end_date", "admit_type_code",
    "admit_source_code", "discharge_disposition_code", "place_of_service_code", "bill_type_code",
    "drg_code", "revenue_center_code", "service_unit_quantity", "hcpcs_code", "hcpcs_modifier_1",
    "rendering_npi", "rendering_tin", "billing_npi", "billing_tin", "facility_npi", "facility_ccn",
    "specialty_code", "paid_date", "paid_amount", "allowed_amount", "charge_amount",
    "diagnosis_code_type", *DIAGNOSES,
)  # fmt: skip
PHARMACY = (
    "claim_id", "claim_line_number", "person_id", "member_id", "dispensing_date", "ndc_code",
    "quantity", "days_supply", "paid_date", "copayment_amount", "coinsurance_amount",
    "deductible_amount",
)  # fmt: skip
ELIGIBILITY = (
    "person_id", "member_id", "gender", "race", "birth_date", "death_date",
    "enrollment_start_date", "enrollment_end_date", "original_reason_entitlement_code",
    "dual_status_code", "medicare_status_code",
)  # fmt: skip
TABLES = {"medical_claim": MEDICAL, "pharmacy_claim": PHARMACY, "eligibility": ELIGIBILITY}
SOURCE = "claims feed"

CLAIM_TYPE = """case
  when substr(bill_type_code, 1, 2) in ('11', '41') then '60'
  when substr(bill_type_code, 1, 2) = '18' then '30'
  when substr(bill_type_code, 1, 2) in ('21', '28') then '20'
  when substr(bill_type_code, 1, 2) in ('32', '33', '34') then '10'
  when substr(bill_type_code, 1, 2) in ('81', '82') then '50'
  else '40' end"""
"""CCLF's claim type from the type of bill (facility and classification digits)."""


def read_tuva(path: Path, staging: Staging, report: StoreReport) -> None:
    """Stage the three tables; those that are missing are named."""
    with scratch_folder(staging.folder) as scratch, DuckDBEngine(scratch=scratch) as engine:
        define_readings(engine)
        missing_columns = open_tables(engine, path, TABLES, scratch)
        if not missing_columns:
            raise InputError(
                "no table of the Tuva input layer is there",
                place=Place(file=str(path)),
                rule="medical_claim, pharmacy_claim, eligibility as .csv, .csv.gz or .parquet, "
                "or a .duckdb file with these tables",
                action="correct the path in the project file",
                code="VBC-1010",
            )
        for name in TABLES:
            if name not in missing_columns:
                report.findings.append(Finding("table missing", "warning", f"no Tuva table {name}"))
        report.findings += columns_lacking(missing_columns)
        if "medical_claim" in missing_columns:
            _medical(engine, staging, report, scratch)
        if "pharmacy_claim" in missing_columns:
            _pharmacy(engine, staging, report, scratch)
        if "eligibility" in missing_columns:
            _eligibility(engine, staging, report, scratch)


def _medical(engine: DuckDBEngine, staging: Staging, report: StoreReport, scratch: Path) -> None:
    sql = sql_of("tuva_medical_claim").replace("{diagnoses}", ", ".join(DIAGNOSES))
    sql = sql.replace("{bill_type}", bill_type("bill_type_code"))
    engine.rows(f"create or replace table medical as {sql}")
    _count(engine, report, "medical", "professional_line", "medical_claim")
    engine.rows("create or replace view good as select * from medical where reason is null")
    report.findings += torn_claims(engine)
    report.findings += not_understood(engine, "medical_claim")
    known = (
        "'0' as adjustment_type, 1 as sign, claim_id as natural_key, "
        "coalesce({paid_on}, {end_date}) as load_date, {paid_on} as effective_date, "
        "false as is_denied"
    )
    lines = known.format(paid_on="paid_on", end_date="end_date")
    header = known.format(paid_on="max(paid_on)", end_date="max(end_date)")
    _stage(
        engine, staging, scratch, "institutional_claim",
        f"""select claim_id, person_id, max({CLAIM_TYPE}) as claim_type_code,
  max(bill_type_code) as bill_type_code, max(facility_ccn) as facility_ccn,
  max(facility_npi) as facility_npi, min(start_date) as claim_start_date,
  max(end_date) as claim_end_date,
  max(discharge_disposition_code) as discharge_disposition_code, max(drg_code) as drg_code,
  max(diagnosis_code_1) as primary_diagnosis_code, max(admit_type_code) as admit_type_code,
  max(admit_source_code) as admit_source_code,
  cast(sum(paid) as decimal(12,2)) as paid_amount,
  cast(sum(charge) as decimal(12,2)) as charge_amount, {header},
  min(source_file) as source_file, min(source_line) as source_line
from good where claim_type = 'institutional' group by claim_id, person_id""",
    )  # fmt: skip
    _stage(
        engine, staging, scratch, "institutional_line",
        """select claim_id, line as claim_line_number, person_id, revenue_center_code, hcpcs_code,
  line_start_date as claim_line_start_date, line_end_date as claim_line_end_date,
  paid as paid_amount, source_file, source_line
from good where claim_type = 'institutional'""",
    )  # fmt: skip
    _stage(
        engine, staging, scratch, "professional_line",
        f"""select claim_id, line as claim_line_number, person_id, '71' as claim_type_code,
  start_date as claim_start_date, end_date as claim_end_date,
  line_start_date as claim_line_start_date, line_end_date as claim_line_end_date, hcpcs_code,
  hcpcs_modifier_1, place_of_service_code, specialty_code, rendering_npi, rendering_tin,
  diagnosis_code_1, units, paid as paid_amount, allowed as allowed_amount, {lines}, source_file,
  source_line
from good where claim_type = 'professional'""",
    )  # fmt: skip
    _diagnoses(engine, staging, scratch)


def _diagnoses(engine: DuckDBEngine, staging: Staging, scratch: Path) -> None:
    """A row a diagnosis; columns without any, as the later ones often are, are passed over."""
    given = engine.rows(f"select {', '.join(f'count({c}) as {c}' for c in DIAGNOSES)} from good")[0]
    for position, column in enumerate(DIAGNOSES, start=1):
        if not given[column]:
            continue
        _stage(
            engine, staging, scratch, "diagnosis",
            f"""select claim_id, person_id, claim_type as claim_kind, {position} as position,
  replace(upper({column}), '.', '') as diagnosis_code, max(code_version) as code_version,
  min(start_date) as claim_start_date, max(end_date) as claim_end_date,
  min(source_file) as source_file, min(source_line) as source_line
from good where {column} is not null
group by claim_id, person_id, claim_type, replace(upper({column}), '.', '')""",
        )  # fmt: skip


def _pharmacy(engine: DuckDBEngine, staging: Staging, report: StoreReport, scratch: Path) -> None:
    engine.rows(
        """create or replace table pharmacy as select
  upper(coalesce(person_id, member_id)) as person_id, claim_id, ndc_code,
  concat(claim_id, '|', coalesce(claim_line_number, '')) as natural_key,
  day_of(dispensing_date) as dispensing_date,
  try_cast(quantity as decimal(18,4)) as quantity,
  case when try_cast(days_supply as double) = floor(try_cast(days_supply as double))
    then try_cast(try_cast(days_supply as double) as int) end as days_supply,
  try_cast(coalesce(copayment_amount, '0') as decimal(12,2))
    + try_cast(coalesce(coinsurance_amount, '0') as decimal(12,2))
    + try_cast(coalesce(deductible_amount, '0') as decimal(12,2)) as patient_paid_amount,
  source_file, source_line,
  case
    when coalesce(person_id, member_id) is null then 'no person_id'
    when holds_a_quote(coalesce(person_id, member_id)) then 'a person_id that holds a quote'
    when claim_id is null then 'no claim_id'
    when not is_day(dispensing_date) then 'a date that does not exist'
    when day_of(dispensing_date) is null then 'no fill date'
    when try_cast(coalesce(copayment_amount, '0') as decimal(12,2)) is null
      or try_cast(coalesce(coinsurance_amount, '0') as decimal(12,2)) is null
      or try_cast(coalesce(deductible_amount, '0') as decimal(12,2)) is null
      then 'text where an amount belongs'
    when not (has_cents(copayment_amount) and has_cents(coinsurance_amount)
      and has_cents(deductible_amount)) then 'an amount with more than two decimals'
    when row_number() over (
      partition by upper(coalesce(person_id, member_id)), claim_id, claim_line_number,
        dispensing_date, ndc_code, quantity, days_supply, copayment_amount, coinsurance_amount,
        deductible_amount
      order by source_line) > 1
      then 'the same record twice in one file'
  end as reason
from pharmacy_claim"""
    )
    _count(engine, report, "pharmacy", "pharmacy_claim", "pharmacy_claim")
    report.findings += not_understood(engine, "pharmacy_claim")
    _stage(
        engine, staging, scratch, "pharmacy_claim",
        "select * exclude (reason) from pharmacy where reason is null",
    )  # fmt: skip


def _eligibility(
    engine: DuckDBEngine, staging: Staging, report: StoreReport, scratch: Path
) -> None:
    dual = "lpad(split_part(dual_status_code, '.', 1), 2, '0')"
    status = "split_part(medicare_status_code, '.', 1)"
    began = f"date '{MEDICARE_BEGAN}'"
    engine.register_small(dual_table())
    engine.rows(
        f"""create or replace table spans as select
  upper(coalesce(person_id, member_id)) as person_id, source_file, source_line,
  greatest(coalesce(day_of(enrollment_start_date), {began}), {began}) as start_date,
  day_of(enrollment_end_date) as end_date,
  day_of(birth_date) as birth_date, day_of(death_date) as death_date,
  case
    when lower(gender) in ('female', 'f', '2') then 'female'
    when lower(gender) in ('male', 'm', '1') then 'male'
    else 'unknown'
  end as sex, race,
  split_part(original_reason_entitlement_code, '.', 1) as original_reason_entitlement_code,
  {dual} as dual_status_code,
  case
    when {status} in ('11', '21', '31') then 'ESRD'
    when {status} = '20' then 'DISABLED'
    when {status} = '10' and {dual} in (select dual_status_code from dual_code)
      then 'AGED_DUAL'
    when {status} = '10' then 'AGED_NON_DUAL'
  end as enrollment_type,
  case
    when coalesce(person_id, member_id) is null then 'no person_id'
    when holds_a_quote(coalesce(person_id, member_id)) then 'a person_id that holds a quote'
    when written_day(enrollment_start_date) is null then 'no start date'
    when not (
      is_day(enrollment_start_date) and is_day(enrollment_end_date) and is_day(birth_date)
      and is_day(death_date))
      then 'a date that does not exist'
    when day_of(enrollment_end_date) < day_of(enrollment_start_date)
      then 'ends before it starts'
  end as reason
from eligibility"""
    )
    _count(engine, report, "spans", "coverage_span", "eligibility")
    _stage(
        engine, staging, scratch, "coverage_span",
        f"""select person_id, start_date, end_date, true as part_a, true as part_b,
  false as medicare_advantage, enrollment_type, dual_status_code, '{SOURCE}' as source,
  source_file, source_line
from spans where reason is null""",
    )  # fmt: skip
    _stage(
        engine, staging, scratch, "person",
        """select person_id, birth_date, death_date, true as states_deaths, sex, race,
  original_reason_entitlement_code, source_file, source_line
from spans where reason is null""",
    )  # fmt: skip
    report.findings += not_understood(engine, "eligibility")
    report.findings.append(
        Finding(
            "coverage taken as Parts A and B",
            "warning",
            "the Tuva input layer does not say Part A, Part B or Medicare Advantage; each span "
            "counts as Parts A and B in fee for service",
        )
    )


def _count(engine: DuckDBEngine, report: StoreReport, source: str, table: str, name: str) -> None:
    entry = FileRows(name, table)
    for row in engine.rows(
        f"select source_file, reason, count(*) as n, min(source_line) as line from {source} "
        "group by source_file, reason order by reason"
    ):
        entry.file = row["source_file"]
        entry.records += int(row["n"])
        if row["reason"] is None:
            entry.used += int(row["n"])
        else:
            entry.put_aside(row["reason"], int(row["n"]), [int(row["line"])])
    report.waterfall.append(entry)


def _stage(engine: DuckDBEngine, staging: Staging, scratch: Path, table: str, sql: str) -> None:
    path = scratch / f"{table}.parquet"
    engine.materialise(sql, path)
    staging.write_parquet(table, path)
    path.unlink()
