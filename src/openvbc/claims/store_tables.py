"""From staged rows to the tables of the store that are not of claims, sorted by person and date."""

from __future__ import annotations

from pathlib import Path

from openvbc.claims.model_columns import StoreTable
from openvbc.claims.normal_form import normal
from openvbc.claims.repeats import RECORDS, current_rows
from openvbc.engine.base import Engine
from openvbc.engine.private_files import only_for_owner
from openvbc.engine.quoting import literal
from openvbc.shipped import shipped_text

ORDER = {
    "institutional_claim": "claim_end_date",
    "institutional_line": "claim_line_end_date",
    "professional_line": "claim_line_end_date",
    "diagnosis": "claim_end_date",
    "procedure": "procedure_date",
    "pharmacy_claim": "dispensing_date",
    "non_claims_payment": "payment_date",
}


DERIVED = ("person", "enrollment", "coverage", "residence")


def sql_of(name: str) -> str:
    """SQL text shipped with the package."""
    return shipped_text(f"claims/sql/{name}.sql")


def write_table(engine: Engine, table: StoreTable, path: Path) -> int:
    """Write the rows of a bucket of a table that is not of claims; return how many.

    Rows are staged under the first identifier of a person, and written under the current one.
    """
    columns = ",\n  ".join(
        f"cast({normal(c.name)} as {_duckdb(c.type)}) as {c.name}" for c in table.columns
    )
    if table.name in DERIVED:
        source = sql_of(table.name)
    elif table.name in RECORDS:
        source = current_rows(engine, table.name)
    else:
        source = f"select distinct * from staged_{table.name}"
    if "person_id" in table.names:
        source = (
            "select s.* replace (coalesce(n.current_id, s.person_id) as person_id)\n"
            f"from (\n{source}\n) s\nleft join renamed n on n.first_id = s.person_id"
        )
    rows = f"\nselect\n  {columns}\nfrom (\n{source}\n)\norder by {_order(table)}\n"
    return _copy(engine, rows, path)


def write_no_rows(engine: Engine, table: StoreTable, path: Path) -> None:
    """Write the file of a table of which a bucket has no rows."""
    columns = ", ".join(f"cast(null as {_duckdb(c.type)}) as {c.name}" for c in table.columns)
    _copy(engine, f"select {columns} where false", path)


def _copy(engine: Engine, rows: str, path: Path) -> int:
    to = f"{literal(path.absolute())} (format parquet, compression zstd)"
    copied = engine.rows(f"copy ({rows}) to {to}")
    only_for_owner(path)
    return int(next(iter(copied[0].values())))


def order_of(table: StoreTable) -> list[str]:
    """Person, date, then enough to give every row one place."""
    names = ["person_id"] if "person_id" in table.names else []
    if table.name in ORDER:
        names.append(ORDER[table.name])
    if table.name in RECORDS:
        names += [*RECORDS[table.name].key, "source_file", "source_line"]
    else:
        names += table.names
    return list(dict.fromkeys(names))


def _order(table: StoreTable) -> str:
    return ", ".join(f"{name} nulls last" for name in order_of(table))


def _duckdb(kind: str) -> str:
    return "varchar" if kind == "string" else kind
