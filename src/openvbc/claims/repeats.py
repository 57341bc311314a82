"""Records that came more than once: which version is kept, and why the others are not.

A record that came in several deliveries counts once. Records are the same when person, claim
number, line and adjustment type agree (CCLF Information Packet 40.0 section 5.2, primary keys; the
adjustment type guards against feeds that give a cancellation its claim's number). The latest
delivery's version is kept; the others are counted as set aside.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from openvbc.claims.model import TABLES
from openvbc.claims.report import StoreReport
from openvbc.engine.base import Engine

SAME_FILE = "the same record twice in one file"
REPEATED = "the same record in a later delivery"
SUPERSEDED = "replaced by a later delivery"
CLASH = "another row of the same file with the same number says otherwise"


@dataclass(frozen=True)
class Same:
    """What makes two staged rows of a table the same record."""

    key: tuple[str, ...]
    newest: tuple[str, ...] = ("delivery", "source_line", "source_file")
    """The version with the largest of these, in turn, is kept."""


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
        ("delivery", "load_date", "effective_date", "source_line", "source_file"),
    ),
}  # fmt: skip


def staged(name: str, source: str) -> str:
    """SQL of the staged rows of a table of records, from the SQL `source`."""
    return f"select *, hash({_key(name)}) as record_hash from (\n{source}\n)"


def find_repeats(engine: Engine, name: str) -> bool:
    """Whether staged rows of records may have come more than once; the table `repeat` has them.

    Rows are first told apart by a hash of their key, which is quick; only those that share one are
    compared in full. The hash decides nothing: it narrows the comparison.
    """
    made = engine.rows(
        "create or replace table suspect as select record_hash "
        f"from staged_{name} group by 1 having count(*) > 1"
    )
    if not int(next(iter(made[0].values()))):
        return False
    newest = ", ".join(f"{column} desc nulls last" for column in RECORDS[name].newest)
    engine.rows(
        f"create or replace table repeat as select *, row_number() over (\n"
        f"  partition by {_key(name)} order by {newest}) as version\n"
        f"from staged_{name} where record_hash in (select record_hash from suspect)"
    )
    return True


def current_rows(engine: Engine, name: str) -> str:
    """SQL of the rows to keep, one a record."""
    sql = f"select * from staged_{name}"
    if find_repeats(engine, name):
        sql += (
            " anti join suspect using (record_hash)\n"
            "union all\nselect * exclude (version) from repeat where version = 1"
        )
    return sql


def count_dropped(engine: Engine, name: str, counts: Counter[tuple[str, str]]) -> None:
    """Count this bucket's staged rows that are not kept, by file and reason."""
    for row in engine.rows(
        "select source_file, reason, count(*) as n from (\n"
        f"{_reasons(name)}\n"
        ") group by source_file, reason"
    ):
        counts[(row["source_file"], row["reason"])] += int(row["n"])


def _reasons(name: str) -> str:
    columns = [c.name for c in TABLES[name].columns]
    content = [c for c in columns if c not in ("source_file", "source_line")]
    key = ["person_id", *RECORDS[name].key]
    return (
        "select r.source_file,\n  case\n"
        f"    when not ({_equal('r', 'k', content)}) and r.source_file = k.source_file"
        f" then '{CLASH}'\n"
        f"    when not ({_equal('r', 'k', content)}) then '{SUPERSEDED}'\n"
        f"    when r.source_file = k.source_file then '{SAME_FILE}'\n"
        f"    else '{REPEATED}'\n  end as reason\n"
        f"from repeat r\njoin repeat k on k.version = 1 and {_equal('r', 'k', key)}\n"
        "where r.version > 1"
    )


def _key(name: str) -> str:
    return ", ".join(("person_id", *RECORDS[name].key))


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
