"""How fast risk scores are made, against a bare scan and against two one-person-at-a-time programs.

    python tests/bench/bench_risk.py [--people 1000000] [--folder DIR] [--threads 2]

Makes an invented claim store (about nine professional claims, 27 diagnoses and 2 to 3 payment
conditions a person), then times: reading the columns once; V28 from the store; V24 and V28
together from the store; and, on a sample of the same people's diagnoses, hccinfhir and hccpy on
one core. Prints people a second, the ratio to the scan, and the peak memory.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "src")]

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import Table
from openvbc.steps.risk.claims import claim_tables
from openvbc.steps.risk.steps import diagnosis_steps, risk_steps
from openvbc.steps.risk.tables import Scoring, fact_tables

YEAR = 2026
TABLES = (
    "scored_person",
    "professional_line",
    "institutional_claim",
    "institutional_line",
    "diagnosis",
    "withdrawn_claim",
)


def make_store(folder: Path, people: int, buckets: int, threads: int) -> None:
    """An invented store of service year 2025: one Parquet file a table and bucket."""
    import duckdb

    from oracles.risk_people import mapped_codes

    db = duckdb.connect(config={"threads": str(threads), "temp_directory": str(folder / "spill")})
    codes = [(c,) for codes in mapped_codes("V24", YEAR).values() for c in codes]
    db.execute("create table mapped (code varchar)")
    db.executemany("insert into mapped values (?)", codes[:: max(1, len(codes) // 3000)])
    db.execute(
        "create table pool as select code, row_number() over (order by code) - 1 as n from mapped"
    )
    size = db.execute("select count(*) from pool").fetchall()[0][0]
    db.execute("create macro u(a, b) as (hash(a * 1000003 + b) % 1000000) / 1000000.0")
    per_bucket = -(-people // buckets)
    for bucket in range(buckets):
        low, high = bucket * per_bucket, min(people, (bucket + 1) * per_bucket)
        db.execute(
            f"create or replace table person as select n, 'P' || lpad(n::varchar, 10, '0') as person_id, "
            f"cast(u(n, 1) * u(n, 2) * 14 as int) as conditions, "
            f"3 + cast(12 * u(n, 3) as int) as claims from range({low}, {high}) t(n)"
        )
        db.execute(
            "create or replace table claim as select n, person_id, conditions, j, "
            "'C' || n || '_' || j as claim_id, "
            "date '2025-01-01' + cast(364 * u(n, 100 + j) as int) as day "
            "from person, range(0, 16) r(j) where j < claims"
        )
        write = {
            "scored_person": f"""select person_id, {YEAR} as payment_year,
                date '1930-01-01' + cast(u(n, 4) * 13000 as int) + case when u(n, 5) < 0.15 then 9000 else 0 end as birth_date,
                case when u(n, 6) < 0.55 then 'female' else 'male' end as sex,
                case when u(n, 5) < 0.15 then '1' else '0' end as original_reason_entitlement_code,
                case when u(n, 7) < 0.13 then '02' when u(n, 7) < 0.18 then '01' else '00' end as dual_status_code,
                u(n, 8) < 0.02 as is_institutional, u(n, 9) < 0.06 as is_new_enrollee,
                false as in_special_needs_plan, u(n, 7) < 0.2 as has_low_income_subsidy,
                null::varchar as kidney_status, null::int as months_since_transplant from person""",
            "professional_line": """select person_id, claim_id, k as claim_line_number, '71' as claim_type_code,
                day as claim_line_end_date, case when u(n, j * 7 + k) < 0.7 then '99214'
                  when u(n, j * 7 + k) < 0.8 then '93000' else '36415' end as hcpcs_code,
                1 as sign, false as is_denied, day + 20 as load_date
                from claim, range(0, 2) r(k) where k = 0 or u(n, j * 3) < 0.5 order by person_id, day, claim_id""",
            "institutional_claim": """select person_id, 'I' || claim_id as claim_id,
                case when u(n, j + 500) < 0.3 then '111' else '131' end as bill_type_code,
                day as claim_end_date, 1 as sign, false as is_denied, day + 20 as load_date
                from claim where u(n, j + 400) < 0.15 order by person_id, day""",
            "institutional_line": """select person_id, 'I' || claim_id as claim_id, k as claim_line_number,
                case when u(n, j * 5 + k) < 0.4 then '99284' else '36415' end as hcpcs_code
                from claim, range(0, 4) r(k) where u(n, j + 400) < 0.15 order by person_id""",
            "diagnosis": f"""select x.person_id, x.claim_id, x.day as claim_end_date, '0' as code_version,
                coalesce(p.code, ['Z0000', 'I10', 'E785', 'R0602', 'M5450', 'Z23'][1 + (hash(x.n + x.j * 31 + x.k) % 6)::int]) as diagnosis_code
                from (select *, case when conditions > 0 and u(n, j * 11 + k) < 0.35
                        then (hash(n * 17 + (hash(n + j * 13 + k) % conditions)::bigint) % {size})::bigint end as pick
                      from (select n, person_id, claim_id, day, conditions, j, k from claim, range(0, 3) r(k)
                            union all
                            select n, person_id, 'I' || claim_id, day, conditions, j, k + 3 from claim, range(0, 6) r(k)
                            where u(n, j + 400) < 0.15)) x
                left join pool p on p.n = x.pick order by x.person_id, x.day, x.claim_id""",
            "withdrawn_claim": "select person_id, claim_id, day as withdrawn_on from claim where u(n, j + 900) < 0.01",
        }
        for name, select in write.items():
            path = folder / name / f"bucket_{bucket:03}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            db.execute(f"copy ({select}) to '{path}' (format parquet, compression zstd)")
    db.close()


def stored(folder: Path) -> list[Table]:
    return [
        Table(name, tuple(sorted((folder / name).glob("*.parquet"))), key=name, bucketed=True)
        for name in TABLES
    ]


def scan(folder: Path, threads: int) -> float:
    """Processor seconds to read every column the steps use once, and aggregate it."""
    import duckdb

    db = duckdb.connect(config={"threads": str(threads)})
    started = time.process_time()
    for name in TABLES:
        source = f"read_parquet('{folder / name}/*.parquet')"
        columns = [r[0] for r in db.execute(f"describe select * from {source}").fetchall()]
        db.execute(
            "select " + ", ".join(f'max("{c}")' for c in columns) + f" from {source}"
        ).fetchall()
    return time.process_time() - started


def run(folder: Path, scorings: list[Scoring], threads: int, out: Path) -> dict[str, float]:
    """Seconds by step for a run from the store."""
    small = [*fact_tables(scorings), *claim_tables(scorings, {})]
    with DuckDBEngine(threads=threads, memory_limit="1500MB", scratch=out / "spill") as engine:
        started = time.perf_counter()
        processor = time.process_time()
        people, *claims = stored(folder)
        results = Pipeline(diagnosis_steps()).run(engine, claims, small, out / "tables")
        counted = results["counted_diagnosis"].table
        diagnoses = Table("scored_diagnosis", counted.parts, counted.key, counted.bucketed)
        results |= Pipeline(risk_steps()).run(engine, [people, diagnoses], small, out / "tables")
        seconds = {name: result.seconds for name, result in results.items()}
        seconds["all"] = time.perf_counter() - started
        seconds["processor"] = time.process_time() - processor
        engine.register("score", results["risk_raw_score"].table.parts)
        for row in engine.rows(
            "select model, count(*) as people, sum(payment_conditions) * 1.0 / count(*) as conditions, "
            "sum(raw_score) / count(*) as mean from score group by model order by model"
        ):
            print("   ", row)
    return seconds


def in_own_process(folder: Path, models: str, threads: int) -> None:
    """One run and its peak memory, measured in a process of its own."""
    command = [
        sys.executable,
        __file__,
        "--one",
        models,
        "--folder",
        str(folder),
        "--threads",
        str(threads),
    ]
    subprocess.run(command, check=True)


def one(folder: Path, models: str, threads: int) -> None:
    scorings = [Scoring(model, YEAR) for model in models.split("+")]
    with tempfile.TemporaryDirectory(dir=folder) as out:
        seconds = run(folder, scorings, threads, Path(out))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    import duckdb

    people = duckdb.sql(f"select count(*) from '{folder}/scored_person/*.parquet'").fetchall()[0][0]
    rate = people / seconds["all"]
    per_two_cores = 2 * people / seconds["processor"]
    print(
        f"{models}: {seconds['all']:.1f} s, {rate:,.0f} people/s; processor "
        f"{seconds['processor']:.1f} s, {per_two_cores:,.0f} people/s on two cores of its own; "
        f"peak {peak:.2f} GB"
    )
    print("   ", {name: round(s, 2) for name, s in seconds.items()})


def one_at_a_time(folder: Path, sample: int) -> None:
    """hccinfhir and hccpy on one core, diagnoses already gathered."""
    import duckdb

    db = duckdb.connect()
    people = db.execute(
        f"select d.person_id, list(distinct d.diagnosis_code), {YEAR} - year(any_value(p.birth_date)), any_value(p.sex) "
        f"from read_parquet('{folder}/diagnosis/bucket_000.parquet') d "
        f"join read_parquet('{folder}/scored_person/bucket_000.parquet') p using (person_id) "
        f"group by d.person_id limit {sample}"
    ).fetchall()
    from hccinfhir.model_calculate import calculate_raf

    started = time.process_time()
    for _, codes, age, sex in people:
        calculate_raf(codes, "CMS-HCC Model V28", age=age, sex="F" if sex == "female" else "M")
    print(f"hccinfhir 0.4.0: {len(people) / (time.process_time() - started):,.0f} people/s a core")
    from hccpy.hcc import HCCEngine

    engine = HCCEngine("28")
    started = time.process_time()
    for _, codes, age, sex in people:
        engine.profile(codes, age=age, sex="F" if sex == "female" else "M")
    print(f"hccpy 0.1.9: {len(people) / (time.process_time() - started):,.0f} people/s a core")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--buckets", type=int, default=8)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--one")
    options = parser.parse_args()
    if options.one:
        one(options.folder, options.one, options.threads)
        return
    folder = options.folder or Path(tempfile.mkdtemp())
    if not (folder / "diagnosis").is_dir():
        make_store(folder, options.people, options.buckets, options.threads)
    seconds = min(scan(folder, options.threads) for _ in range(2))
    print(f"bare scan: processor {seconds:.2f} s")
    in_own_process(folder, "V28", options.threads)
    in_own_process(folder, "V24+V28", options.threads)
    one_at_a_time(folder, 3000)
    if not options.folder:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
