"""From staged rows to the tables of the store, one bucket at a time.

A record that came in several deliveries counts once. Records are the same when person, claim
number, line and adjustment type agree (CCLF Information Packet 40.0 section 5.2, primary keys; the
adjustment type guards against feeds that give a cancellation its claim's number). The latest
delivery's version is kept; the others are counted as set aside.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from openvbc.claims.model import TABLES, StoreTable
from openvbc.claims.report import StoreReport
from openvbc.engine.base import Engine

SAME_FILE = "the same record twice in one file"
REPEATED = "the same record in a later delivery"
SUPERSEDED = "replaced by a later delivery"
CLASH = "another row of the same file with the same number says otherwise"
PART_D_REPLACED = "Part D event replaced by a later one"
PART_D_DELETED = "Part D event deleted"

ORDER = {
    "institutional_claim": "claim_end_date",
    "institutional_line": "claim_line_end_date",
    "professional_line": "claim_line_end_date",
    "diagnosis": "claim_end_date",
    "procedure": "procedure_date",
    "pharmacy_claim": "dispensing_date",
    "non_claims_payment": "payment_date",
}


@dataclass(frozen=True)
class Same:
    """What makes two staged rows of a table the same record."""

    key: tuple[str, ...]
    newest: str = "delivery desc, source_line desc, source_file desc"


RECORDS = {
    "institutional_claim": Same(("claim_id", "adjustment_type")),
    "institutional_line": Same(("claim_id", "claim_line_number")),
    "professional_line": Same(("claim_id", "claim_line_number", "adjustment_type")),
    "diagnosis": Same(
        ("claim_id", "claim_kind", "product_type", "position", "diagnosis_code"),
    ),
    "procedure": Same(("claim_id", "position", "procedure_code")),
    "payment_detail": Same(
        (
            "claim_id", "claim_line_number", "admission_date", "demonstration_codes",
            "population_based_payment_inclusion_amount",
            "population_based_payment_reduction_amount", "sequestration_reduction_amount",
            "deductible_amount",
        )
    ),
    "risk_score": Same(("calendar_year", "enrollment_type")),
    "voluntary_alignment": Same(("performance_year",)),
    "pharmacy_claim": Same(
        ("natural_key",),
        "delivery desc, load_date desc nulls last, effective_date desc nulls last, "
        "source_line desc, source_file desc",
    ),
}  # fmt: skip

DELETED = (
    "coalesce(claim_type_code, '') = '03' "
    "or (ndc_code is null and coalesce(patient_paid_amount, 0) = 0)"
)
"""A Part D event that takes an earlier one back (CCLF Information Packet 40.0 section 5.3)."""

DERIVED = ("person", "enrollment", "coverage", "residence")


def sql_of(name: str) -> str:
    """SQL text shipped with the package."""
    return files("openvbc.claims.sql").joinpath(f"{name}.sql").read_text(encoding="utf-8")


def write_table(engine: Engine, table: StoreTable, path: Path) -> int:
    """Write one bucket of a table from its staged rows, sorted by person and date."""
    columns = ",\n  ".join(
        f"cast({c.name} as {_duckdb(c.type)}) as {c.name}" for c in table.columns
    )
    if table.name in DERIVED:
        source = f"(\n{sql_of(table.name)}\n)"
    elif table.name in RECORDS:
        source = f"(\n{_current(table.name)}\n) where version = 1"
        if table.name == "pharmacy_claim":
            source += f" and not ({DELETED})"
    else:
        source = f"(select distinct * from staged_{table.name})"
    order = _order(table)
    copied = engine.rows(
        f"copy (\nselect\n  {columns}\nfrom {source}\norder by {order}\n) "
        f"to '{_escaped(path)}' (format parquet, compression zstd)"
    )
    return int(next(iter(copied[0].values())))


def _current(name: str) -> str:
    same = RECORDS[name]
    return (
        f"select *, row_number() over (\n  partition by person_id, {', '.join(same.key)}\n"
        f"  order by {same.newest}) as version\nfrom staged_{name}"
    )


def _order(table: StoreTable) -> str:
    first = ["person_id"] if "person_id" in table.names else []
    if table.name in ORDER:
        first.append(ORDER[table.name])
    names = [*first, *(name for name in table.names if name not in first)]
    return ", ".join(f"{name} nulls last" for name in names)


def _duckdb(kind: str) -> str:
    return "varchar" if kind == "string" else kind


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")


def count_dropped(engine: Engine, name: str, path: Path, counts: Counter[tuple[str, str]]) -> None:
    """Count this bucket's staged rows that are not in the store at `path`, by file and reason."""
    found = engine.rows(
        "select source_file, reason, count(*) as n from (\n"
        f"{_dropped_pharmacy() if name == 'pharmacy_claim' else _dropped(name, path)}"
        "\n) where reason is not null group by source_file, reason"
    )
    for row in found:
        counts[(row["source_file"], row["reason"])] += int(row["n"])


def _dropped(name: str, path: Path) -> str:
    stored = f"(select * from read_parquet('{_escaped(path)}'))"
    columns = [c.name for c in TABLES[name].columns]
    key = ["person_id", *(k for k in RECORDS[name].key if k in columns)]
    content = [c for c in columns if c not in ("source_file", "source_line")]
    read = f"(select * from staged_{name}"
    read += " where claim_kind = 'institutional')" if name == "diagnosis" else ")"
    clash = [*key, "source_file"]
    return (
        f"select s.source_file,\n  case\n"
        f"    when exists (select 1 from {stored} k where "
        f"{_equal('s', 'k', [*content, 'source_file'])}) then '{SAME_FILE}'\n"
        f"    when exists (select 1 from {stored} k where "
        f"{_equal('s', 'k', content)}) then '{REPEATED}'\n"
        f"    when exists (select 1 from {stored} k where {_equal('s', 'k', clash)})"
        f" then '{CLASH}'\n    else '{SUPERSEDED}'\n  end as reason\n"
        f"from {read} s\nwhere not exists (select 1 from {stored} f"
        f" where {_equal('s', 'f', ['source_file', 'source_line'])})"
    )


def _dropped_pharmacy() -> str:
    return (
        f"select source_file, case when version > 1 then '{PART_D_REPLACED}' "
        f"when {DELETED} then '{PART_D_DELETED}' end as reason\n"
        f"from ({_current('pharmacy_claim')})"
    )


def _equal(left: str, right: str, columns: list[str]) -> str:
    return " and ".join(f"{left}.{c} is not distinct from {right}.{c}" for c in columns)


def settle_waterfall(report: StoreReport, dropped: dict[str, Counter[tuple[str, str]]]) -> None:
    """Move rows found to be repeated from used to set aside, file by file."""
    for table, counts in dropped.items():
        by_file: dict[str, list[tuple[str, int]]] = {}
        for (file, reason), count in counts.items():
            by_file.setdefault(file, []).append((reason, count))
        for entry in report.waterfall:
            if entry.table == table:
                for reason, count in sorted(by_file.get(entry.file, [])):
                    entry.put_aside(reason, count)
                    entry.used -= count
