"""Tables of the Tuva input layer, whatever file holds them, and how their dates are read."""

from __future__ import annotations

from pathlib import Path

from openvbc.claims.null_dates import NULL_DATES
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.errors import EngineError, InputError, Place


def define_dates(engine: DuckDBEngine) -> None:
    """Reading of dates: as written (2024-12-31, 20241231, 12/31/2024), and none for a filler."""
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


def attach(engine: DuckDBEngine, path: Path) -> None:
    """Open a DuckDB file to be read."""
    try:
        engine.rows(f"attach '{_quote(path)}' as tuva (read_only)")
    except EngineError as error:
        raise InputError(
            "the DuckDB file cannot be opened",
            place=Place(file=path.name),
            action="close other programs that use it, or export the tables as Parquet",
            code="VBC-103",
        ) from error


def open_table(
    engine: DuckDBEngine, path: Path, name: str, names: tuple[str, ...], database: bool
) -> bool:
    """Make the table readable as text under its own name; false when it is not there."""
    if database:
        known = engine.rows(
            "select table_schema as place from information_schema.tables "
            f"where table_catalog = 'tuva' and table_name = '{name}' order by table_schema"
        )
        if not known:
            return False
        source, file = f'tuva."{known[0]["place"]}"."{name}"', f"{path.name}:{name}"
    else:
        files = [path / f"{name}{end}" for end in (".parquet", ".csv", ".csv.gz")]
        there = [file for file in files if file.exists()]
        if not there:
            return False
        file = there[0].name
        source = f"read_csv('{_quote(there[0])}', header = true, all_varchar = true, delim = ',')"
        if there[0].suffix == ".parquet":
            source = f"read_parquet('{_quote(there[0])}')"
    try:
        columns = {row["column_name"].lower() for row in engine.rows(f"describe {_from(source)}")}
        wanted = ",\n".join(
            f"nullif(trim(cast({column} as varchar)), '') as {column}"
            if column in columns
            else f"cast(null as varchar) as {column}"
            for column in names
        )
        engine.rows(
            f"create or replace table {name} as select {wanted},\n"
            f"'{file}' as source_file, row_number() over () + 1 as source_line from {source}"
        )
    except EngineError as error:
        raise InputError(
            f"the table {name} cannot be read",
            place=Place(file=file),
            rule="one header line, comma separated, UTF-8",
            action="export the table again",
            code="VBC-103",
        ) from error
    return True


def _from(source: str) -> str:
    return f"select * from {source}"


def _quote(path: Path) -> str:
    return str(path).replace("'", "''")
