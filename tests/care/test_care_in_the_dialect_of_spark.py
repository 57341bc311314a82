"""Every work list, rate and verdict on Sail: the rows of DuckDB, table by table."""

from __future__ import annotations

import pytest

from care.care_store import CareStore, run
from care.test_billing_laws import SPAN, drawn, run_steps, store_of
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.programs.care.listings import CAPACITY_LISTS, LISTS
from openvbc.programs.care.rates import STEPS

TODAY = "2024-12-31"
WANTED = [*(each.table for each in (*LISTS, *CAPACITY_LISTS)), *STEPS]
BILLING = ["billed_verdict", "care_opportunity"]
GIVEN = {
    "owner": [("A", "Ana"), ("B", "Ana"), ("C", "Bo")],
    "owner_capacity": [("Ana", 1000), ("Bo", 5)],
    "contact": [("A", "2024-12-20", "REACHED", "2024-12-18", None)],
    "announced_stay": [
        ("D", "INPATIENT", "General", "2024-12-26", "2024-12-29", "01", "I5020", "m1", "2024-12-29")
    ],
    "given_gap": [
        ("C", "QUALITY", "blood pressure", "236", "measure it", "2024-12-31", "claim 1")
    ],
}  # fmt: skip


def people():
    """Six people who stand on every list between them."""
    store = CareStore()
    for name in "ABCDEF":
        store.person(name, death="2024-12-30" if name == "F" else None)
    for at, month in enumerate(("2024-03", "2024-06", "2024-09")):
        for name in "ABCD":
            store.claim(
                name,
                f"physician v{at} {month}-1{at} 120 code=99213 tin=22222222{at} "
                "dx=I5020+E1122+J449",
            )
    store.claim("A", "stay s 2024-12-14..2024-12-18 9000 dx=I5020+N183 admit=1 ccn=010001")
    store.claim("A", "stay t 2024-08-01..2024-08-04 7000 dx=J441 admit=1 ccn=010001")
    store.claim("B", "outpatient e/1 2024-12-20 600 revenue=0450 dx=J45901 ccn=010002")
    store.claim("C", "nursing n 2024-12-01..2024-12-19 4000 dx=G309 ccn=015001")
    store.claim("E", "physician w 2024-02-10 175 code=G0439 tin=222222221")
    store.claim("F", "stay u 2024-12-21..2024-12-30 8000 dx=I5020 admit=1 ccn=010001")
    return store


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory):
    with DuckDBEngine(threads=1) as engine:
        return run(people(), TODAY, engine, tmp_path_factory.mktemp("duckdb"), WANTED, GIVEN)


def plain(rows):
    """Rows without an order, and numbers by their value."""
    return sorted(str({name: str(value) for name, value in sorted(row.items())}) for row in rows)


def test_every_list_has_the_rows_of_duckdb(on_duckdb, spark_dialect, tmp_path):
    on_spark = run(people(), TODAY, spark_dialect, tmp_path, WANTED, GIVEN)
    assert all(on_duckdb.values()), [name for name in WANTED if not on_duckdb[name]]
    for name in WANTED:
        assert plain(on_spark[name]) == plain(on_duckdb[name]), name


def test_every_verdict_and_opportunity_has_the_rows_of_duckdb(spark_dialect, tmp_path):
    lines, minutes = drawn(7)
    store = store_of(lines, minutes)
    runs = [
        run_steps(store, tmp_path / name, SPAN, BILLING, engine=engine)
        for name, engine in (("duckdb", None), ("sail", spark_dialect))
    ]
    for name in BILLING:
        assert runs[0][name]
        assert plain(runs[1][name]) == plain(runs[0][name]), name
