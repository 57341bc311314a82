"""How fast episodes are: ``python tests/bench/bench_episodes.py --people 100000``.

A claim store of invented people is written straight to Parquet (four years, 40 professional lines,
10 outpatient lines and a quarter of a stay a person and year, stays over every trigger of BPCI
Advanced); every step from the store to the episodes of all 34 categories is then run. The figure is
CPU seconds, and their ratio to a bare scan: one aggregate over the columns the steps read.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import tempfile
import time
from pathlib import Path

import duckdb

from openvbc.claims.model import TABLES
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import table_of
from openvbc.programs.bundles.models import BPCI_ADVANCED
from openvbc.rules.load import load_code_table, load_rules
from openvbc.steps import episodes
from openvbc.steps.episodes.medicare import read_lists, read_numbers
from openvbc.steps.episodes.tables import tables
from openvbc.steps.episodes.terms import Given, Terms

FIRST = "date '2022-01-01'"
SCANNED = {
    "professional_line": "person_id, claim_id, claim_line_number, claim_type_code, "
    "claim_line_start_date, hcpcs_code, hcpcs_modifier_1, place_of_service_code, rendering_tin, "
    "paid_amount, load_date, natural_key, sign, is_denied, effective_date",
    "institutional_line": "person_id, claim_id, claim_line_number, revenue_center_code, "
    "hcpcs_code, claim_line_start_date, paid_amount",
    "institutional_claim": "person_id, claim_id, claim_type_code, facility_ccn, claim_start_date, "
    "claim_end_date, drg_code, paid_amount, load_date, natural_key, sign, is_denied",
    "coverage": "person_id, calendar_year, part_a_mask, part_b_mask",
    "person": "person_id, death_date",
}


def write_store(folder: Path, people: int, buckets: int) -> None:
    """Tables of the store as Parquet, cut by person."""
    db = duckdb.connect()
    db.execute("set threads = 2; set memory_limit = '3GB'")
    drgs = sorted({
        row["code"] for row in load_code_table("bpci_advanced", "episode_trigger")
        if row["setting"] == "INPATIENT"
    })  # fmt: skip
    names = drgs + ["189", "312", "392", "885"] * 20
    rows = ", ".join(f"({n}, '{drg}')" for n, drg in enumerate(names))
    db.execute(f"create table drg as select * from (values {rows}) t(n, drg)")
    for bucket in range(buckets):
        low, high = people * bucket // buckets, people * (bucket + 1) // buckets
        for name, sql in queries(low, high, len(names)).items():
            model = TABLES[name]
            shown = [d[0] for d in db.execute(f"select * from ({sql}) limit 0").description]
            columns = ", ".join(
                f"cast({c.name if c.name in shown else 'null'} as "
                f"{c.type.replace('string', 'varchar')}) as {c.name}" for c in model.columns
            )  # fmt: skip
            target = folder / name
            target.mkdir(parents=True, exist_ok=True)
            db.execute(
                f"copy (select {columns} from ({sql})) to "
                f"'{target / f'part-{bucket:03d}.parquet'}' (format parquet, compression zstd)"
            )


def queries(low: int, high: int, drgs: int) -> dict[str, str]:
    """One SELECT a table for people `low` to `high`; sorted by person and day."""
    who = f"(select 'P' || lpad(cast(i as varchar), 8, '0') as p, i from range({low}, {high}) t(i))"
    known = ("'0' as adjustment_type, 1 as sign, claim_id as natural_key, "
             "claim_end_date + 20 as load_date, claim_end_date + 20 as effective_date, "
             "false as is_denied")  # fmt: skip
    day = f"cast({FIRST} + cast(hash(i * 1000 + k) % 1430 as int) as date)"
    stay = (
        f"select p as person_id, p || 'S' || k as claim_id, '60' as claim_type_code, "
        "'0' || cast(hash(i + 7) % 5 + 1 as int) || lpad(cast(hash(i * 3 + k) % 40 + 1 as "
        "varchar), 4, '0') as facility_ccn, "
        f"{day} as claim_start_date, {day} + cast(hash(k + i) % 9 + 1 as int) as claim_end_date, "
        "'01' as discharge_disposition_code, d.drg as drg_code, "
        "cast(hash(i + k) % 2000000 as decimal(12,2)) / 100 + 3000 as paid_amount "
        f"from {who}, range(0, 2) r(k) join drg d on d.n = hash(i * 31 + k) % {drgs} "
        "where hash(i * 17 + k) % 2 = 0"
    )
    visit = (
        f"select p as person_id, p || 'O' || k as claim_id, '40' as claim_type_code, "
        f"'010001' as facility_ccn, {day} as claim_start_date, {day} as claim_end_date, "
        "null as discharge_disposition_code, null as drg_code, "
        "cast(hash(i + k) % 90000 as decimal(12,2)) / 100 + 1 as paid_amount "
        f"from {who}, range(100, 140) r(k)"
    )
    nursing = (
        f"select p as person_id, p || 'N' || k as claim_id, if(k < 202, '20', '10') as "
        f"claim_type_code, '015001' as facility_ccn, {day} as claim_start_date, {day} + 20 as "
        "claim_end_date, null as discharge_disposition_code, null as drg_code, "
        "cast(hash(i + k) % 900000 as decimal(12,2)) / 100 + 1 as paid_amount "
        f"from {who}, range(200, 204) r(k) where hash(i + k * 5) % 4 = 0"
    )
    claims = f"select *, {known} from ({stay} union all {visit} union all {nursing})"
    return {
        "person": f"select p as person_id, date '1950-01-01' as birth_date from {who}",
        "coverage": f"select p as person_id, y as calendar_year, 4095 as part_a_mask, 4095 as "
        f"part_b_mask, 0 as medicare_advantage_mask from {who}, range(2021, 2027) r(y)",
        "institutional_claim": f"{claims} order by person_id, claim_start_date",
        "institutional_line": f"select person_id, claim_id, 1 as claim_line_number, "
        "'0510' as revenue_center_code, case when hash(claim_id) % 200 = 0 then '27447' else "
        "'99213' end as hcpcs_code, claim_start_date as claim_line_start_date, paid_amount "
        f"from ({visit}) order by person_id, claim_line_start_date",
        "professional_line": f"select *, {known} from (select p as person_id, p || 'B' || k as "
        "claim_id, 1 as claim_line_number, '71' as claim_type_code, "
        f"{day} as claim_start_date, {day} as claim_end_date, {day} as claim_line_start_date, "
        f"{day} as claim_line_end_date, '99213' as hcpcs_code, '11' as place_of_service_code, "
        "'123456789' as rendering_tin, cast(hash(i + k) % 20000 as decimal(12,2)) / 100 + 1 as "
        f"paid_amount from {who}, range(300, 460) r(k)) order by person_id, claim_line_start_date",
    }


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Write the store, scan it, run the steps, print the figures."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=100_000)
    asked.add_argument("--buckets", type=int, default=4)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_store(folder / "store", chosen.people, chosen.buckets)
        sources, empty = [], []
        for name, model in TABLES.items():
            parts = sorted((folder / "store" / name).glob("*.parquet"))
            if parts:
                sources.append(table_of(name, *parts, bucketed=model.bucketed, key=name))
            else:
                empty.append(name)
        before, started = cpu(), time.perf_counter()
        scan(folder / "store")
        scanned, scan_wall = cpu() - before, time.perf_counter() - started
        terms = asked_terms()
        small = [t.table for t in tables(terms)] + [none(name) for name in empty]
        before, started = cpu(), time.perf_counter()
        with DuckDBEngine(threads=2, memory_limit="3GB") as engine:
            made = Pipeline(episodes.steps()).run(engine, sources, small, folder / "tables")
        used, wall = cpu() - before, time.perf_counter() - started
        slow = sorted(made.values(), key=lambda each: -each.seconds)[:6]
        print(f"people {chosen.people:,}; candidates {made['episode'].rows:,}; "
              f"lines {made['episode_line'].rows:,}")  # fmt: skip
        print(f"episodes {used:.1f} CPU s, {wall:.1f} s; scan {scanned:.1f} CPU s, "
              f"{scan_wall:.1f} s; ratio {used / scanned:.1f}")  # fmt: skip
        print("slowest: " + ", ".join(f"{s.step.name} {s.seconds:.1f}" for s in slow))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"peak memory {peak:.2f} GB")


def scan(store: Path) -> None:
    """One aggregate over the columns the steps read."""
    with duckdb.connect() as db:
        db.execute("set threads = 2")
        for name, columns in SCANNED.items():
            chosen = ", ".join(f"max({column.strip()})" for column in columns.split(","))
            db.execute(f"select {chosen} from '{store / name}/*.parquet'").fetchall()


def none(name: str):
    """A table of the store without rows."""
    from openvbc.engine.table import SmallTable

    return SmallTable(name, {c.name: c.type for c in TABLES[name].columns}, [])


def asked_terms() -> Terms:
    """BPCI Advanced, model year 8, over four years, with a mean stay for every MS-DRG."""
    numbers, doubts = read_numbers(BPCI_ADVANCED.model, load_rules("bpci_advanced"), 8)
    weights = [(y, f"{d:03d}", None, 35) for y in range(2021, 2027) for d in range(1, 999)]
    return Terms(
        numbers, read_lists(BPCI_ADVANCED.model, 8, {}), "PAID", dt.date(2022, 1, 1),
        dt.date(2025, 12, 31), dt.date(9999, 12, 31), Given(drg_weight=weights), doubts,
    )  # fmt: skip


if __name__ == "__main__":
    main()
