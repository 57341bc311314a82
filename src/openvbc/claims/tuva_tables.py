"""Tables of the Tuva input layer, whatever file holds them, and how their dates are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from openvbc.claims.null_dates import NULL_DATES
from openvbc.engine.attached_file import AttachedFile
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.quoting import csv_scan, identifier, literal, parquet_scan
from openvbc.errors import EngineError, InputError, Place


def define_readings(engine: DuckDBEngine) -> None:
    """Reading of dates: as written (2024-12-31, 20241231, 12/31/2024), and none for a filler.

    ``has_cents`` is whether an amount has no more than two decimals.
    ``is_day`` is false for a text that is neither a day between 1850 and 2199 nor a filler. And of
    identifiers: one with a quote in it comes from a table whose quotes do not match.
    """
    engine.rows(
        "create or replace macro written_day(x) as coalesce(try_cast(x as date), "
        "try_cast(try_strptime(x, '%Y%m%d') as date), "
        "try_cast(try_strptime(x, '%m/%d/%Y') as date))"
    )
    fillers = ", ".join(f"date '{day}'" for day in NULL_DATES)
    engine.rows(
        "create or replace macro day_of(x) as case "
        f"when written_day(x) not in ({fillers}) and year(written_day(x)) between 1850 and 2199 "
        "then written_day(x) end"
    )
    engine.rows(
        "create or replace macro is_day(x) as x is null or day_of(x) is not null "
        f"or coalesce(written_day(x) in ({fillers}), false)"
    )
    engine.rows(
        "create or replace macro has_cents(x) as x is null "
        "or try_cast(x as decimal(12,2)) = try_cast(x as decimal(18,6))"
    )
    engine.rows("create or replace macro holds_a_quote(x) as coalesce(contains(x, '\"'), false)")


def open_tables(
    engine: DuckDBEngine, path: Path, tables: Mapping[str, Sequence[str]], scratch: Path
) -> dict[str, list[str]]:
    """Make each table that is there readable as text under its own name.

    A column that a table lacks is null; each row has the columns source_file and source_line.

    Returns:
        The columns that each table lacks, by its name.
    """
    with ExitStack() as stack:
        database = path.is_file() and path.suffix in (".duckdb", ".db")
        attached = stack.enter_context(AttachedFile(path, scratch)) if database else None
        missing_columns = {}
        for name, columns in tables.items():
            placed = _exported(attached, path, name, columns, scratch) if attached else None
            placed = placed if attached else _in_folder(path, name)
            if placed:
                missing_columns[name] = _read(engine, name, columns, *placed)
        return missing_columns


def _exported(
    attached: AttachedFile, path: Path, name: str, wanted: Sequence[str], scratch: Path
) -> tuple[str, str] | None:
    schema = attached.schema_of(name)
    if schema is None:
        return None
    columns = [c for c in attached.columns(schema, name) if c.lower() in wanted]
    file = f"{path.name}:{name}"
    if not columns:
        raise _unreadable(name, file)
    try:
        attached.export(schema, name, columns, scratch / f"attached_{name}.parquet")
    except EngineError as error:
        raise _unreadable(name, file) from error
    return file, parquet_scan([scratch / f"attached_{name}.parquet"])


def _in_folder(path: Path, name: str) -> tuple[str, str] | None:
    for end, scan in ((".parquet", _parquet), (".csv", csv_scan), (".csv.gz", csv_scan)):
        file = path / f"{name}{end}"
        if file.exists():
            return file.name, scan(file)
    return None


def _parquet(file: Path) -> str:
    return parquet_scan([file])


def _read(
    engine: DuckDBEngine, name: str, wanted: Sequence[str], file: str, source: str
) -> list[str]:
    try:
        described = engine.rows(f"describe select * from {source}")
        columns = {row["column_name"].lower() for row in described}
        shown = ",\n".join(
            f"nullif(trim(cast({identifier(column)} as varchar)), '') as {column}"
            if column in columns
            else f"cast(null as varchar) as {column}"
            for column in wanted
        )
        engine.rows(
            f"create or replace table {name} as select {shown},\n{literal(file)} as source_file, "
            f"row_number() over () + 1 as source_line from {source}"
        )
    except EngineError as error:
        raise _unreadable(name, file) from error
    return [column for column in wanted if column not in columns]


def _unreadable(name: str, file: str) -> InputError:
    return InputError(
        f"the table {name} cannot be read",
        place=Place(file=file),
        rule="one header line, comma separated, UTF-8",
        action="export the table again",
        code="VBC-136",
    )
