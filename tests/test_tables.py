"""Tables in, tables out: every case below tests/tables, run alike on every engine.

A case is a folder::

    tests/tables/<case>/
      case.yaml       what it shows; contract: performance_year, agreement_start, assignment_method
                      (and an overlay of the rules, a file beside it)
      given/*.csv     rows of the claim store (or a factor table); columns left out take DEFAULTS
      expected/*.csv  every row of the named tables; only the columns written are compared

A line starting with ``#`` is a comment: the arithmetic by hand stands there. A month mask may be
written as months, for example ``1-6;9``.
"""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from openvbc.claims.model import TABLES
from openvbc.claims.model_columns import MONEY
from openvbc.engine.base import Engine
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline, StepResult
from openvbc.engine.step import Step
from openvbc.engine.table import SmallTable
from openvbc.programs.mssp.measuring import pipeline
from openvbc.programs.mssp.periods import measurement_periods
from openvbc.rules.load import load_rules
from openvbc.steps import attribution, claims, drivers, expenditure, stays

FOLDER = Path(__file__).parent / "tables"
CASES = sorted(path.parent for path in FOLDER.rglob("case.yaml"))
DEFAULTS = {"is_denied": "false", "sign": "1", "adjustment_type": "0"}
COPIES = {
    "natural_key": "claim_id",
    "claim_start_date": "claim_line_start_date",
    "claim_line_end_date": "claim_line_start_date",
    "claim_end_date": "claim_start_date",
    "load_date": "claim_end_date",
}
"""A column left out takes the value of another, in this order."""


def read_csv(path: Path) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.strip() and not line.startswith("#")]
    return list(csv.DictReader(kept, skipinitialspace=True))


def mask(written: str) -> str:
    """``1-6;9`` as a month mask; a plain number below 10 digits stays months."""
    months: set[int] = set()
    for part in written.split(";"):
        if part:
            first, _, last = part.partition("-")
            months |= set(range(int(first), int(last or first) + 1))
    return str(sum(1 << (month - 1) for month in months))


def given_table(name: str, rows: list[dict[str, str]]) -> SmallTable:
    """A store table of the rows written, the other columns filled."""
    model = TABLES[name]
    types = {column.name: column.type for column in model.columns}
    filled = []
    for row in rows:
        unknown = set(row) - set(types)
        assert not unknown, f"{name} has no column {unknown}"
        defaults = {c: DEFAULTS.get(c, "0" if types[c] == MONEY else "") for c in types}
        whole = defaults | {column: value for column, value in row.items() if value}
        for column, other in COPIES.items():
            if column in whole and not row.get(column):
                whole[column] = whole.get(other) or ""
        for column in whole:
            if column.endswith("_mask"):
                whole[column] = mask(whole[column])
        filled.append([whole[c] or None for c in types])
    return SmallTable(name, types, filled)


def as_written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return str(value.date())
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)


def normal(written: str) -> str:
    try:
        return format(Decimal(written).normalize(), "f") if "." in written else written
    except ArithmeticError:
        return written


def steps() -> list[Step]:
    """Every step that a case may ask for."""
    before = claims.steps() + stays.steps() + attribution.steps()
    return before + expenditure.steps() + drivers.steps()


def not_kept(name: str, results: dict[str, StepResult], engine: Engine) -> None:
    """Make a table readable that a run makes only where it is read."""
    step = next(step for step in steps() if step.name == name)
    for needed in step.inputs:
        if needed in results:
            engine.register(needed, results[needed].table.parts)
    engine.define(name, step.sql)


def _name(case: Path) -> str:
    return str(case.relative_to(FOLDER))


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_table_case(case, tmp_path):
    with DuckDBEngine(threads=2) as engine:
        holds(case, engine, tmp_path)


ALWAYS = FOLDER / "services_used"
"""Worked by hand in the dialect of Spark by default too. That every step runs in it and gives what
DuckDB gives is held by the law of the whole chain, laws/test_a_run_is_its_inputs.py."""


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, marks=() if c == ALWAYS else pytest.mark.slow) for c in CASES],
    ids=_name,
)
def test_table_case_in_the_dialect_of_spark(case, spark_dialect, tmp_path):
    """One case by default, every case at night."""
    holds(case, spark_dialect, tmp_path)


def test_the_law_of_the_whole_chain_runs_every_step():
    assert {step.name for step in steps()} <= {step.name for step in pipeline().steps}


def holds(case: Path, engine: Engine, tmp_path: Path) -> None:
    contract = yaml.safe_load((case / "case.yaml").read_text(encoding="utf-8"))
    overlays = [case / contract["overlay"]] if "overlay" in contract else []
    rules = load_rules("mssp", overlays)
    periods = measurement_periods(
        rules,
        contract["performance_year"],
        contract["agreement_start"],
        contract["assignment_method"],
    )
    built = attribution.tables(
        rules,
        aco_id="A1",
        performance_year=contract["performance_year"],
        electing_teaching_hospitals=contract.get("electing_teaching_hospitals", ()),
        attested_physicians=contract.get("attested_physicians", ()),
        provider_specialties=[tuple(pair) for pair in contract.get("provider_specialties", ())],
    )
    given = {path.stem: read_csv(path) for path in (case / "given").glob("*.csv")}
    factors = given.pop("national_factor", [])
    built += expenditure.tables(rules, periods, factors, complete_without_factor=True)
    built += drivers.tables(rules)
    small = {t.table.name: t.table for t in (*periods.tables, *built)}
    small |= {name: given_table(name, given.get(name, [])) for name in TABLES}
    wanted = {path.stem: read_csv(path) for path in (case / "expected").glob("*.csv")}
    results = Pipeline(steps()).needed_for(wanted).run(engine, [], small.values(), tmp_path)
    for name, expected in wanted.items():
        if name in results:
            engine.register(name, results[name].table.parts)
        else:
            not_kept(name, results, engine)
        columns = list(expected[0])
        table_rows = engine.rows(f"select {', '.join(columns)} from {name}")
        got = sorted(tuple(as_written(row[c]) for c in columns) for row in table_rows)
        if periods_asked := {row["period"] for row in expected if "period" in row}:
            at = columns.index("period")
            got = [row for row in got if row[at] in periods_asked]
        assert got == sorted(tuple(normal(row[c]) for c in columns) for row in expected), name
