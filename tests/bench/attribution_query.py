"""Attribution three ways on one store: a bare scan, one plain query, the steps of the program.

The plain query is what a person would write by hand for the plurality of primary care alone: no
facilities, no stays, no cancellations, no voluntary alignment. The steps do all of that.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import openvbc
from openvbc.claims.report import StoreReport
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.steps import attribution, claims, stays

COLUMNS = (
    "person_id", "claim_line_start_date", "hcpcs_code", "specialty_code", "rendering_tin",
    "allowed_amount", "load_date", "is_denied",
)  # fmt: skip

PLAIN = """
with eligible as (
  select c.person_id, p.period
  from coverage c
  join period p on p.calendar_year = c.calendar_year
  where c.medicare_advantage_mask = 0 and (c.part_a_mask & c.part_b_mask) <> 0
    and c.part_a_mask = c.part_b_mask
),
primary_care as (
  select
    l.person_id, e.period, coalesce(a.aco_id, l.rendering_tin) as entity,
    case when s.role = 'SPECIALIST' then 2 else 1 end as step,
    l.allowed_amount, l.claim_line_start_date
  from professional_line l
  join primary_care_code k on k.hcpcs_code = l.hcpcs_code
  join provider_specialty s on s.specialty_code = l.specialty_code
  join period p on l.claim_line_start_date between p.window_start and p.window_end
  join eligible e on e.person_id = l.person_id and e.period = p.period
  left join (select distinct tin, aco_id from participant where tin is not null) a
    on a.tin = l.rendering_tin
  where not l.is_denied and l.load_date <= p.assignment_known_by
),
charges as (
  select
    person_id, period, step, entity, sum(allowed_amount) as charges,
    max(claim_line_start_date) as last_seen
  from primary_care
  group by person_id, period, step, entity
),
ranked as (
  select *, row_number() over (
    partition by person_id, period
    order by step, charges desc, last_seen desc, entity) as place
  from charges
)
select person_id, period, step, entity, charges from ranked where place = 1
"""


def _prepared(folder: Path, threads: int) -> tuple[DuckDBEngine, list, list]:
    project = openvbc.Project(folder)
    given = project.given
    engine = DuckDBEngine(threads=threads)
    sources = StoreReport.load(project.file.store).sources()
    small = [table.table for table in given.small_tables()]
    return engine, sources, small


def bare_scan(folder: Path, threads: int) -> tuple[int, float]:
    """One aggregate over the columns attribution needs: rows, CPU seconds without preparation."""
    engine, sources, _ = _prepared(folder, threads)
    started = time.process_time()
    line = next(table for table in sources if table.name == "professional_line")
    engine.register("professional_line", line.parts)
    counts = ", ".join(f"count({c}), max({c})" for c in COLUMNS)
    engine.rows(f"select {counts} from professional_line")
    spent = time.process_time() - started
    return int(engine.rows("select count(*) as n from professional_line")[0]["n"]), spent


def single_query(folder: Path, threads: int) -> tuple[int, float]:
    """Plurality of primary care in one query over everybody: rows, CPU seconds."""
    engine, sources, small = _prepared(folder, threads)
    for table in sources:
        engine.register(table.name, table.parts)
    for table in small:
        engine.register_small(table)
    with tempfile.TemporaryDirectory() as scratch:
        started = time.process_time()
        rows = engine.materialise(PLAIN, Path(scratch) / "plain.parquet")
        return rows, time.process_time() - started


def attribution_steps(folder: Path, threads: int) -> tuple[int, float]:
    """Everything the program does to assign people: rows, CPU seconds."""
    engine, sources, small = _prepared(folder, threads)
    pipeline = Pipeline([*claims.steps(), *stays.steps(), *attribution.steps()]).needed_for(
        ["assignment"]
    )
    with tempfile.TemporaryDirectory() as scratch:
        started = time.process_time()
        results = pipeline.run(engine, sources, small, Path(scratch))
        return results["assignment"].rows, time.process_time() - started
