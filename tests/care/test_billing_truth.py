"""The generator's truth: every planted claim and missed bill is judged right, none is invented."""

import csv

from openvbc.engine.duckdb import DuckDBEngine


def planted(folder, name):
    with (folder / "truth" / f"{name}.csv").open(encoding="utf-8") as file:
        return sorted(tuple(row.values()) for row in csv.DictReader(file))


def found(folder, table, sql):
    with DuckDBEngine(threads=1) as engine:
        engine.register(table, folder / "out" / "tables" / table)
        return sorted(tuple(row.values()) for row in engine.rows(sql))


def test_every_billed_service_is_judged_as_planted(billing_sample):
    rows = found(
        billing_sample, "billed_verdict",
        "select person_id, code, cast(service_month as varchar) as month, verdict, "
        "coalesce(rule_id, '') as rule from billed_verdict",
    )  # fmt: skip
    assert set(rows) ^ set(planted(billing_sample, "billed")) == set()
    assert rows == planted(billing_sample, "billed")
    assert len({row[4] for row in rows}) > 15  # rules that decided


def test_every_eligible_service_is_found_and_none_invented(billing_sample):
    rows = found(
        billing_sample, "care_opportunity",
        "select person_id, service, state, cast(service_month as varchar) as month, case "
        "when state = 'billed' then '' when is_ready then 'ready' "
        "else coalesce(rule_id, reason) end as why from care_opportunity",
    )  # fmt: skip
    assert set(rows) ^ set(planted(billing_sample, "eligible")) == set()
    assert rows == planted(billing_sample, "eligible")
