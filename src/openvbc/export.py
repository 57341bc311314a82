"""A run as one database file, or as CSV, for business intelligence: described, with views.

The database has the schemas ``run_tables`` (the tables the steps made), ``settlement_sheets`` (one
table a sheet, one row a contract or item, and ``line``: every line of every sheet as a row with its
label, unit, formula and citation) and ``main`` (views that join them, and ``data_dictionary``).
Every table, view and column has its meaning as a comment. It names people: it is as private as the
claims are.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openvbc.engine.csv_file import csv_file, write_csv
from openvbc.engine.private_files import only_for_owner, private_folder
from openvbc.engine.quoting import identifier, literal, parquet_scan
from openvbc.engine.table import SmallTable
from openvbc.errors import InputError, Place
from openvbc.programs.stored_run import StoredRun
from openvbc.run import Run
from openvbc.steps.described import described_steps

LINE_COLUMNS = (
    "sheet", "row", "contract", "year", "item", "line", "kind", "label", "unit", "value",
    "value_text", "formula", "citation", "status",
)  # fmt: skip
"""Of a line of a sheet as a row."""
VIEWS: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "assigned_people": (
        ("assignment", "person_expenditure"),
        "one row a person assigned in a period, with months and spending",
        "select a.period, a.person_id, a.step, a.entity, sum(e.person_months) as person_months, "
        "sum(e.amount) as amount from run_tables.assignment a "
        "left join run_tables.person_expenditure e on e.person_id = a.person_id "
        "and e.period = a.period where a.is_assigned "
        "group by all",
    ),
    "spending_by_month": (
        ("monthly_tracking", "monthly_person_months"),
        "one row a period, month and enrollment type: spending and person-months of those assigned",
        "select t.period, t.incurred_month, t.enrollment_type, sum(t.amount) as amount, "
        "any_value(p.person_months) as person_months from run_tables.monthly_tracking t "
        "left join run_tables.monthly_person_months p on p.period = t.period "
        "and p.month = month(t.incurred_month) and p.enrollment_type = t.enrollment_type "
        "group by t.period, t.incurred_month, t.enrollment_type",
    ),
    "spending_by_category": (
        ("category_expenditure",),
        "one row a period, enrollment type and service category: spending of those assigned",
        "select period, enrollment_type, service_category, amount, persons "
        "from run_tables.category_expenditure where population = 'ASSIGNED'",
    ),
    "utilization_of_assigned": (
        ("utilization",),
        "one row a period, enrollment type and measure: events and days of those assigned",
        "select period, enrollment_type, measure, events, days, amount from run_tables.utilization "
        "where population = 'ASSIGNED'",
    ),
}
"""Views by name: the run tables they need, what a row is, and their query."""


def export_duckdb(run: Run, path: Path) -> list[str]:
    """Write one DuckDB database of a run; the names of its tables and views.

    Raises:
        InputError: the file is there already; a part of the run is damaged.
    """
    import duckdb

    refuse_to_replace(path)
    private_folder(path.parent)
    beside = path.with_name(f".{path.name}.part")
    beside.unlink(missing_ok=True)
    connection = duckdb.connect(str(beside))
    try:
        connection.execute("begin")
        made = _fill(connection, run)
        connection.execute("commit")
        connection.execute("checkpoint")
    except BaseException:
        connection.close()
        beside.unlink(missing_ok=True)
        raise
    connection.close()
    only_for_owner(beside)
    os.replace(beside, path)
    return made


def _fill(connection: Any, run: Run) -> list[str]:
    connection.execute("create schema run_tables")
    made, steps = [], described_steps()
    for name in run.tables:
        files = [file for part in run.table(name).files for file in _flat(part)]
        connection.execute(
            f"create table run_tables.{identifier(name)} as select * from {parquet_scan(files)}"
        )
        step = steps.get(name)
        if step is not None:
            _say(
                connection,
                "table",
                f"run_tables.{identifier(name)}",
                f"{step.purpose}; {step.grain}",
            )
            for column, meaning in step.columns.items():
                at = f"run_tables.{identifier(name)}.{identifier(column)}"
                _say(connection, "column", at, meaning)
        made.append(f"run_tables.{name}")
    if run.is_settled:
        made += _settlement(connection, StoredRun(run.folder), run)
    for view, (needs, meaning, query) in VIEWS.items():
        if set(needs) <= set(run.tables):
            connection.execute(f"create view {identifier(view)} as {query}")
            _say(connection, "view", identifier(view), meaning)
            made.append(view)
    _dictionary(connection)
    return [*made, "data_dictionary"]


def _flat(part: Path) -> list[Path]:
    return sorted(part.glob("*.parquet")) if part.is_dir() else [part]


def _settlement(connection: Any, stored: StoredRun, run: Run) -> list[str]:
    """Each sheet as a table, and all lines of all sheets as rows."""
    connection.execute("create schema settlement_sheets")
    made, lines = [], []
    for name, sheet in stored.sheets.items():
        table = f"settlement_sheets.{identifier(name)}"
        connection.execute(
            f"create table {table} as select * from {parquet_scan([run.file(f'{name}.parquet')])}"
        )
        _say(connection, "table", table, f"{sheet['title']}: one row a contract or item")
        for item in (*sheet["inputs"], *sheet["lines"]):
            if item["unit"] == "table":
                continue
            words = f"{item['label']} ({item['unit']}). {item.get('formula', '')}".strip()
            _say(connection, "column", f"{table}.{identifier(item['name'])}", words)
        lines += _lines(stored, name)
        made.append(f"settlement_sheets.{name}")
    kinds = {name: _KIND.get(name, "varchar") for name in LINE_COLUMNS}
    connection.register("given lines", SmallTable("line", kinds, lines).arrow)
    casts = ", ".join(
        f"cast({identifier(name)} as {kind}) as {identifier(name)}" for name, kind in kinds.items()
    )
    connection.execute(
        f"create table settlement_sheets.line as select {casts} from {identifier('given lines')}"
    )
    connection.unregister("given lines")
    meaning = "every line and input of every sheet as a row, with what it is and its citation"
    _say(connection, "table", "settlement_sheets.line", meaning)
    return [*made, "settlement_sheets.line"]


_KIND = {"row": "integer", "year": "integer", "value": "decimal(38,6)"}


def _lines(stored: StoredRun, sheet: str) -> list[tuple[Any, ...]]:
    from decimal import Decimal

    kept, records = stored.sheets[sheet], []
    for row in stored.rows(sheet, None, None):
        who = [row.values.get(name) for name in ("row", "contract", "year", "item")]
        for kind in ("inputs", "lines"):
            for item in kept[kind]:
                value = row.values.get(item["name"])
                number = value if isinstance(value, Decimal) else None
                records.append((
                    sheet, *who, item["name"], kind[:-1], item["label"], item["unit"], number,
                    None if value is None else str(value), item.get("formula", ""), item["cite"],
                    item.get("status", ""),
                ))  # fmt: skip
    return records


def _say(connection: Any, kind: str, what: str, text: str) -> None:
    connection.execute(f"comment on {kind} {what} is {literal(text)}")


def _dictionary(connection: Any) -> None:
    """Every column of every table with its meaning, as a table of its own."""
    connection.execute(
        "create table data_dictionary as "
        'select c.schema_name as "schema", c.table_name as "table", '
        'coalesce(t.comment, v.comment) as table_meaning, c.column_name as "column", '
        'c.data_type as "type", c.comment as column_meaning from duckdb_columns() c '
        "left join duckdb_tables() t on t.schema_name = c.schema_name "
        "and t.table_name = c.table_name left join duckdb_views() v "
        "on v.schema_name = c.schema_name and v.view_name = c.table_name "
        "where not c.internal order by 1, 2, c.column_index"
    )
    _say(connection, "table", "data_dictionary", "every column here: where, type, meaning")


def export_csv(run: Run, folder: Path) -> list[str]:
    """Write every table of a run as CSV into a new folder, with ``data_dictionary.csv``.

    Raises:
        InputError: the folder is there already and not empty.
    """
    if folder.is_dir() and any(folder.iterdir()):
        refuse_to_replace(folder)
    private_folder(folder)
    steps, made = described_steps(), []
    meanings: list[dict[str, object]] = []
    for name in run.tables:
        rows = run.table(name).rows()
        columns = list(rows[0]) if rows else list(run.table(name).columns)
        write_csv(folder / f"{name}.csv", rows, columns)
        made.append(f"{name}.csv")
        step = steps.get(name)
        words = f"{step.purpose}; {step.grain}" if step else ""
        told = step.columns if step else {}
        meanings += [
            {"table": name, "table_meaning": words, "column": c, "column_meaning": told.get(c, "")}
            for c in columns
        ]
    if run.is_settled:
        stored = StoredRun(run.folder)
        with csv_file(folder / "settlement_lines.csv") as writer:
            writer.writerow(LINE_COLUMNS)
            for sheet in stored.sheets:
                writer.writerows(_lines(stored, sheet))
        made.append("settlement_lines.csv")
    names = ("table", "table_meaning", "column", "column_meaning")
    write_csv(folder / "data_dictionary.csv", meanings, names)
    return [*made, "data_dictionary.csv"]


def refuse_to_replace(path: Path) -> None:
    """Stop where something is there by the name of what would be written; InputError."""
    if path.exists():
        raise InputError(
            "there is something by this name already; it is left as it is",
            place=Place(str(path)),
            action="choose another name, or take it away first",
            code="VBC-19021",
        )
