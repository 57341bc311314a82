"""Readmission cohorts, tables in and tables out, alike on every engine.

A case holds ``given/*.csv`` (rows of the claim store), ``lists/*.csv`` (invented code lists) and
``expected/*.csv``: the rows of a table whose first column's values are written there.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from engines_and_cases import on_every_engine
from openvbc.claims.model import TABLES
from openvbc.engine.pipeline import Pipeline
from openvbc.errors import InputError
from openvbc.rules.load import load_rules
from openvbc.steps import claims, readmission, stays
from openvbc.steps.readmission.lists import LISTS, read_lists
from test_tables import as_written, given_table, normal, read_csv

FOLDER = Path(__file__).parent / "tables_readmission"
CASES = sorted(path.parent for path in FOLDER.rglob("case.yaml"))


@on_every_engine(CASES, FOLDER / "windows_chains_and_plans", lambda path: path.name)
def test_table_case(case, any_engine, tmp_path):
    written = yaml.safe_load((case / "case.yaml").read_text(encoding="utf-8"))
    given = {path.stem: read_csv(path) for path in (case / "given").glob("*.csv")}
    small = {name: given_table(name, given.get(name, [])) for name in TABLES}
    built = readmission.tables(load_rules("readmission"), written["known_to"])
    small |= {t.table.name: t.table for t in (*built, *read_lists(case / "lists"))}
    steps = claims.steps() + stays.steps() + readmission.steps()
    wanted = {path.stem: read_csv(path) for path in (case / "expected").glob("*.csv")}
    results = Pipeline(steps).needed_for(wanted).run(any_engine, [], small.values(), tmp_path)
    for name, expected in wanted.items():
        any_engine.register(name, results[name].table.parts)
        columns = list(expected[0])
        narrowed = {c: {row[c] for row in expected} for c in ("stay_id", "measure") if c in columns}
        got = sorted(
            tuple(as_written(row[c]) for c in columns)
            for row in any_engine.rows(f"select {', '.join(columns)} from {name}")
            if all(as_written(row[c]) in values for c, values in narrowed.items())
        )
        assert got == sorted(tuple(normal(row[c]) for c in columns) for row in expected), name


def test_missing_lists_are_named(tmp_path):
    with pytest.raises(InputError, match="condition_cohort"):
        read_lists(tmp_path)


def test_a_list_without_its_column_is_named(tmp_path):
    for source in (CASES[0] / "lists").glob("*.csv"):
        (tmp_path / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "acute_diagnosis_ccs.csv").write_text("group\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match="lacks a column category"):
        read_lists(tmp_path)
    assert len(LISTS) == 12
