"""Hand-worked episodes: small claims in, fates and amounts out, alike on every engine."""

from __future__ import annotations

import pytest

from episodes.episode_cases import bpci_terms, cases, store_of
from openvbc.engine.pipeline import Pipeline
from openvbc.steps import episodes
from openvbc.steps.episodes.tables import tables
from test_tables import as_written, normal

EVERY = cases()


@pytest.fixture(scope="module")
def made(request, tmp_path_factory):
    """Rows of the episode tables by engine, each engine run once."""
    return {}


def run(engine, terms, store, folder) -> dict[str, list[dict]]:
    small = {t.table.name: t.table for t in tables(terms)} | store.tables()
    results = Pipeline(episodes.steps()).needed_for(["episode_covid"]).run(
        engine, [], small.values(), folder
    )  # fmt: skip
    table_rows = {}
    for name in ("episode", "episode_line", "episode_covid"):
        engine.register(name, results[name].table.parts)
        table_rows[name] = engine.rows(f"select * from {name}")
    return table_rows


@pytest.fixture
def table_rows(any_engine, made, tmp_path):
    if any_engine.name not in made:
        store, spans = store_of(EVERY)
        made[any_engine.name] = run(any_engine, bpci_terms(store, spans), store, tmp_path)
    return made[any_engine.name]


def test_every_case_comes_out_as_worked(table_rows):
    """All cases at once: they stand in one store, a person each."""
    wrong = [f"{case}: {said}" for case in EVERY for said in faults(case, table_rows)]
    assert not wrong, "\n".join(wrong)


def faults(case, table_rows) -> list[str]:
    mine = [row for row in table_rows["episode"] if row["person_id"] == case.person]
    by_name = {row["episode_id"].removeprefix(f"{case.person}."): row for row in mine}
    said = []
    for name, expected in case.said["episodes"].items():
        row = by_name.get(name)
        if expected == "absent" or row is None:
            said += [] if (expected == "absent") == (row is None) else [f"{name} {row}"]
            continue
        covid = {each["episode_id"] for each in table_rows.get("episode_covid", ())}
        row = row | {"has_covid_19": row["episode_id"] in covid}
        if "other_episode_id" in expected:
            other = row["other_episode_id"] or ""
            row = row | {"other_episode_id": other.partition(".")[2]}
        said += differing(name, expected, row)
    lines = [row for row in table_rows["episode_line"] if row["person_id"] == case.person]
    for name, expected in case.said.get("lines", {}).items():
        episode, _, line = name.rpartition(":")
        claim, _, number = line.partition("/")
        rows = [
            row for row in lines
            if row["claim_id"] == f"{case.person}.{claim}"
            and (not number or str(row["claim_line_number"]) == number)
            and (not episode or row["episode_id"] == f"{case.person}.{episode}")
        ]  # fmt: skip
        if expected == "absent" or len(rows) != 1:
            said += [] if expected == "absent" and not rows else [f"line {name} {rows}"]
            continue
        said += differing(f"line {name}", expected, rows[0])
    return said


def differing(name, expected, row) -> list[str]:
    return [
        f"{name} {column}: {as_written(row[column])} for {wanted}"
        + (f" ({row['reason']})" if column == "status" else "")
        for column, wanted in expected.items()
        if as_written(row[column]) != normal(wanted)
    ]
