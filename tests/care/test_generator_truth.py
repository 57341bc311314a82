"""The generator's truth: every planted row is found with its state and date, none invented."""

from __future__ import annotations

import csv

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.engine.duckdb import DuckDBEngine

LISTS = {
    "transition": "setting || ' ' || admission_date || ' ' || discharge_date as key, state, "
                  "cast(contact_due as varchar) as due",
    "emergency_follow_up": "cast(visit_date as varchar) as key, state, "
                           "cast(contact_due as varchar) as due",
    "care_gap": "gap, '' as state, cast(due as varchar) as due",
    "cohort_member": "cohort, '' as state, '' as due",
    "prevention_event": "indicator || ' ' || encounter_date as key, '' as state, '' as due",
}  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Every story three times, as a user makes it."""
    pytest.importorskip("hl7")
    folder = tmp_path_factory.mktemp("sample") / "care"
    said = CliRunner().invoke(app, ["care", str(folder), "--sample", "--people", "87"])
    assert said.exit_code == 0, said.output
    return folder, said.output


def found(folder, table, columns):
    path = folder / "care" / "2024-03-15" / "lists" / f"{table}.parquet"
    with DuckDBEngine(threads=1) as engine:
        engine.register(table, path)
        rows = engine.rows(f"select person_id, {columns} from {table}")
    return sorted(tuple(row.values()) for row in rows)


@pytest.mark.parametrize("table", LISTS)
def test_what_is_planted_is_found_and_nothing_else(sample, table):
    folder, _ = sample
    with (folder / "truth" / "planted.csv").open(encoding="utf-8") as file:
        planted = [row for row in csv.DictReader(file) if row["list"] == table]
    wanted = sorted((r["person_id"], r["key"], r["state"], r["due"]) for r in planted)
    assert wanted
    assert found(folder, table, LISTS[table]) == wanted


def test_what_was_set_aside_is_said(sample):
    assert "a contact before the discharge it is about" in sample[1]
    assert "an admission that was taken back" in sample[1]


def test_nobody_is_named_on_the_terminal_or_the_page(sample):
    folder, said = sample
    page = (folder / "care" / "2024-03-15" / "manager.html").read_text(encoding="utf-8")
    assert "C0000" not in said
    assert "C0000" not in page
