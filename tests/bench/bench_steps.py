"""Speed of the steps from a claim store: ``python tests/bench/bench_steps.py [PEOPLE] [BUCKETS]``.

Makes a store of random claims of a plausible shape (four years, about 73 professional lines and 6
facility claims a person-year, one claim in a hundred cancelled), runs every step of the Shared
Savings Program on it, and compares attribution with one raw query that does the least that could
be called attribution (one period, no cancellations, nothing to explain), in CPU seconds, in the
same run.
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from openvbc.claims.model import TABLES
from openvbc.claims.model_columns import StoreTable
from openvbc.claims.store_tables import ORDER
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import Table
from openvbc.programs.mssp.periods import measurement_periods
from openvbc.rules.load import load_rules
from openvbc.steps import attribution, claims, expenditure, stays

ATTRIBUTION = (
    "participant_entity", "facility_stay", "clinician_specialty", "eligibility", "assignment",
)  # fmt: skip
"""What `primary_care_line` and `assignment_charges` cost is in `assignment`, which reads them."""
KIND = (
    "case when r < 0.01 then 'ESRD' when r < 0.15 then 'DISABLED' when r < 0.25 then 'AGED_DUAL' "
    "else 'AGED_NON_DUAL' end"
)
SPECIALTIES = "['08','11','50','97','06','39','11','08','30','22','18','99','05','07','29','26']"
CODES = "['99213','99214','99213','99214','99215','99212','99490','G0439','99308','99497']"
YEARS = "range(2020, 2025) as t(y)"
LINE = f"""
  d as claim_start_date, d as claim_end_date, d as claim_line_start_date, d as claim_line_end_date,
  '11' as place_of_service_code, {SPECIALTIES}[1 + prov % 16] as specialty_code,
  cast(1000000000 + prov as varchar) as rendering_npi,
  cast(100000000 + prov // 5 as varchar) as rendering_tin, 'N' || k as natural_key,
  false as is_denied, person_id"""
STORE = {
    "person": "select person_id, date '1945-01-01' as birth_date from people",
    "coverage": "select person_id, y as calendar_year, 4095 as part_a_mask, 4095 as part_b_mask, "
    "case when r < 0.05 then 8 else 0 end as medicare_advantage_mask, 0 as other_initiative_mask, "
    f"0 as dual_mask from people, {YEARS}",
    "enrollment": f"select person_id, y as calendar_year, {KIND} as enrollment_type, "
    f"4095 as month_mask from people, {YEARS}",
    "residence": "select person_id, y as calendar_year, "
    "'20' || lpad(cast(cast(r * 50 as int) as varchar), 3, '0') as county, "
    f"true as in_united_states, 4095 as month_mask from people, {YEARS}",
    "risk_score": f"select person_id, y as calendar_year, {KIND} as enrollment_type, "
    f"1.0 as risk_score, 1.0 as demographic_score from people, {YEARS}",
    "professional_line": f"""
      select 'C' || k as claim_id, n as claim_line_number,
        case when e < 0.05 then '82' else '71' end as claim_type_code,
        case when e < 0.05 then 'E0143'
          when n = 1 and a < 0.27 then {CODES}[1 + cast(floor(b * 10) as int)]
          else cast(80000 + cast(floor(b * 9000) as int) as varchar) end as hcpcs_code,
        1 as sign, 50 + 200 * f as allowed_amount, 40 + 160 * f as paid_amount,
        d + cast(10 + 40 * g as int) as load_date, {LINE}
      from claims, range(1, 4) as t(n)
      where n = 1 or (n = 2 and a < 0.4) or (n = 3 and a < 0.16)
      union all
      select 'X' || k, 1, '71', '99213', -1, -(50 + 200 * f), -(40 + 160 * f), d + 60, {LINE}
      from claims where a < 0.01""",
    "institutional_claim": """
      select 'I' || k as claim_id, person_id,
        case when b < 0.05 then '60' when b < 0.06 then '20' when b < 0.12 then '10'
          when b < 0.14 then '50' else '40' end as claim_type_code,
        case when b < 0.05 then '111' when b < 0.06 then '211' when b > 0.95 then '771'
          else '131' end as bill_type_code,
        cast(120001 + prov % 60 as varchar) as facility_ccn, d as claim_start_date,
        d + cast(case when b < 0.05 then 5 when b < 0.06 then 20 else 0 end as int)
          as claim_end_date, '01' as discharge_disposition_code,
        case when b < 0.05 then 12000 * f else 500 * f end as paid_amount, 1 as sign,
        'I' || k as natural_key, d + 40 as load_date, false as is_denied
      from claims where e < 0.13""",
    "institutional_line": """
      select 'I' || k as claim_id, n as claim_line_number, person_id,
        case when n = 1 and b > 0.85 then '0450' else '0300' end as revenue_center_code,
        '80053' as hcpcs_code, d as claim_line_start_date, 0 as paid_amount
      from claims, range(1, 7) as t(n) where e < 0.13""",
    "diagnosis": "select 'I' || k as claim_id, person_id, 'institutional' as claim_kind, "
    "'I10' as diagnosis_code from claims where e < 0.13",
    "voluntary_alignment": "select person_id from people where false",
    "non_claims_payment": "select person_id from people where false",
    "participant": "select 'A1' as aco_id, 2024 as performance_year, "
    "cast(100000000 + i as varchar) as tin from range(120) as t(i)",
}
RAW = f"""
with eligible as (
  select person_id from coverage group by person_id
  having bool_and(part_a_mask = 4095 and part_b_mask = 4095)
    and not bool_or(medicare_advantage_mask <> 0)),
primary_care as (
  select l.person_id, coalesce(a.aco_id, l.rendering_tin) as entity, l.allowed_amount,
    case when l.specialty_code in ('08', '11', '50', '97') then 1 else 2 end as step,
    l.claim_line_start_date as seen
  from professional_line l
  join eligible e on e.person_id = l.person_id
  left join participant a on a.tin = l.rendering_tin
  where list_contains({CODES}, l.hcpcs_code)
    and l.specialty_code in ('08', '11', '50', '97', '06', '39', '26')),
charges as (
  select person_id, step, entity, sum(allowed_amount) as charges, max(seen) as last_seen
  from primary_care group by all)
select person_id, step, entity, charges from charges
qualify row_number() over (
  partition by person_id order by step, charges desc, last_seen desc, entity) = 1"""


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def as_stored(table: StoreTable) -> str:
    """The order of rows in a claim store: by person and date."""
    first = [name for name in ("person_id", ORDER.get(table.name)) if name in table.names]
    return ", ".join(dict.fromkeys([*first, *table.names]))


def make_store(people: int, buckets: int, folder: Path) -> list[Table]:
    connection = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    connection.execute("select setseed(0.5)")
    for bucket in range(buckets):
        connection.execute(
            "create or replace temp table people as select 'P' || lpad(cast(i as varchar), 9, '0') "
            "as person_id, random() as r, 0.2 - ln(random()) as weight "
            f"from range({people}) as t(i) where i % {buckets} = {bucket}"
        )
        connection.execute(
            "create or replace temp table claims as select person_id, "
            f"row_number() over () + {bucket} * 100000000 as k, "
            "date '2021-01-01' + cast(floor(random() * 1461) as int) as d, random() as a, "
            "random() as b, random() as e, random() as f, random() as g, "
            "cast(floor(pow(random(), 3) * 40000) as int) as prov "
            "from people, range(cast(156 * weight as int)) as t(j)"
        )
        for name, select in STORE.items():
            given = {row[0] for row in connection.execute(f"describe {select}").fetchall()}
            columns = ", ".join(
                f"cast({c.name if c.name in given else 'null'} as {c.type}) as {c.name}"
                for c in TABLES[name].columns
            )
            place = folder / name
            place.mkdir(exist_ok=True)
            connection.execute(
                f"copy (select {columns} from ({select}) order by {as_stored(TABLES[name])}) "
                f"to '{place}/bucket_{bucket:03d}.parquet' (format parquet, compression zstd)"
            )
    parts = {name: sorted((folder / name).glob("*.parquet")) for name in STORE}
    parts["participant"] = parts["participant"][:1]
    return [Table(n, tuple(p), n, bucketed=n != "participant") for n, p in parts.items()]


def main(people: int = 20_000, buckets: int = 2) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        store = make_store(people, buckets, Path(scratch))
        rules = load_rules("mssp")
        periods = measurement_periods(rules, 2024, dt.date(2024, 1, 1), "retrospective")
        small = [
            *periods.tables,
            *attribution.tables(rules, aco_id="A1", performance_year=2024),
            *expenditure.tables(rules, periods, (), complete_without_factor=True),
        ]
        started = time.perf_counter()
        with DuckDBEngine(threads=2, memory_limit="3GB", scratch=Path(scratch) / "spill") as engine:
            steps = claims.steps() + stays.steps() + attribution.steps() + expenditure.steps()
            made = Pipeline(steps).run(
                engine, store, [t.table for t in small], Path(scratch) / "tables"
            )
            wall = time.perf_counter() - started
            spent = {name: result.cpu_seconds for name, result in made.items()}
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            for table in store:
                engine.register(table.name, table.parts)
            lines = engine.rows("select count(*) as n from professional_line")[0]["n"]
            before = cpu()
            for _ in range(3):
                engine.materialise(RAW, Path(scratch) / "raw.parquet")
            raw = (cpu() - before) / 3
    own = sum(spent[name] for name in ATTRIBUTION)
    print(f"{people:,} people, four years, {lines:,} professional lines, {buckets} buckets")
    print(f"all steps {wall:.1f} s wall, {sum(spent.values()):.1f} s CPU, peak {peak:.2f} GB")
    print(
        f"attribution of four periods {own:.1f} s CPU; the raw query {raw:.1f} s: {own / raw:.1f}x"
    )
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1])[:10]:
        print(f"  {name:24} {seconds:6.1f} s CPU")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
