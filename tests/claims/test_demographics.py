"""Rows of CCLF8 that only repeat what is known change nothing: nobody, no death, no month."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from openvbc.claims.enrollment import dual_table
from openvbc.claims.staging import STAGED
from openvbc.claims.store_tables import sql_of
from openvbc.engine.duckdb import DuckDBEngine

COLUMNS = STAGED["demographics"]
DAYS = [None, *(dt.date(2023, month, day) for month, day in [(1, 20), (2, 3), (2, 27), (3, 20)]),
        *(dt.date(2023, month, 20) for month in range(4, 9))]  # fmt: skip
MONTHS = """
select distinct
  s.person_id, cast(m.month as date) as month, s.part_a, s.part_b, s.enrollment_type,
  s.dual_status_code, s.county
from ({spans}) s
join (
  select unnest(generate_series(date '2023-01-01', date '2023-12-01', interval 1 month)) as month
) m
  on m.month between s.start_date and s.end_date
"""


def random_rows(chance: random.Random) -> list[tuple[Any, ...]]:
    """What deliveries say: mostly the same again, at times otherwise, twice, or not at all."""
    said = {
        "county": ["01001", "01003"], "birth_date": ["1950-01-01", None, "1951-01-01"],
        "death_date": [None, None, None, "2023-05-04", "2023-06-01"], "sex": ["1", "2", None],
        "race": ["1", None], "medicare_status_code": ["10", "20"],
        "dual_status_code": ["00", "02"], "original_reason_entitlement_code": ["0", None],
        "buy_in_code": ["3", "1"], "part_a_start_date": ["2015-01-01", "2023-04-01", None],
        "part_b_start_date": ["2015-01-01", "2023-06-01"],
    }  # fmt: skip
    rows = []
    for person in "abc":
        now: dict[str, Any] = {name: values[0] for name, values in said.items()}
        for rank, day in enumerate(DAYS, start=1):
            if chance.random() < 0.1:
                continue
            for line in range(1 + (chance.random() < 0.3)):
                if chance.random() < 0.4:
                    name = chance.choice(list(said))
                    now[name] = chance.choice(said[name])
                place = {"source_file": f"f{rank}", "source_line": 10 * rank + line}
                when = {"delivery_date": day, "delivery": rank}
                known = now | place | when | {"person_id": person}
                rows.append(tuple(known.get(name) for name in COLUMNS))
    return rows


def left(engine: DuckDBEngine, rows: str) -> str:
    engine.rows(f"create or replace table demographics_rows as {rows}")
    number = len(engine.rows("select table_name from duckdb_tables()"))
    engine.rows(f"create table left_{number} as {sql_of('demographics')}")
    return f"left_{number}"


def meaning(engine: DuckDBEngine, table: str) -> list[Any]:
    """All that the store takes from the rows."""
    engine.rows(f"create or replace view staged_demographics as select * from {table}")
    engine.rows(
        "create or replace view last_snapshot as "
        "select cast(last_day(max(delivery_date)) as date) as last_day from staged_demographics"
    )
    engine.rows(f"create or replace view death as {sql_of('death')}")
    asked = [
        "select * from death", sql_of("person"), MONTHS.format(spans=sql_of("snapshot_span")),
        "select person_id, count(distinct birth_date) as b, count(distinct sex) as s "
        "from staged_demographics group by 1",
    ]  # fmt: skip
    return [sorted(map(repr, engine.rows(f"select * from ({sql})"))) for sql in asked]


@pytest.fixture(scope="module")
def engine():
    with DuckDBEngine(threads=1) as engine:
        engine.register_small(dual_table())
        for name in ("person", "coverage_span", "payment_detail", "risk_score",
                     "voluntary_alignment", "non_claims_payment"):  # fmt: skip
            engine.register_rows(f"staged_{name}", STAGED[name], [])
        engine.rows("create table claimant as select '' as person_id where false")
        yield engine


@pytest.mark.parametrize("seed", range(6))
def test_what_is_left_means_the_same(engine: DuckDBEngine, seed: int) -> None:
    chance = random.Random(seed)
    engine.register_rows("given", COLUMNS, random_rows(chance))
    every = meaning(engine, "given")
    at_once = left(engine, "select * from given")
    [few, all_rows] = [engine.rows(f"select count(*) as n from {t}")[0]["n"] for t in
                       (at_once, "given")]  # fmt: skip
    assert few < all_rows
    assert meaning(engine, at_once) == every
    cut = chance.randrange(2, len(DAYS))
    before = left(engine, f"select * from given where delivery < {cut}")
    grown = left(
        engine, f"select * from {before} union all select * from given where delivery >= {cut}"
    )
    assert meaning(engine, grown) == every
