"""From staged records to the tables of the clinical store, one bucket of people at a time."""

from __future__ import annotations

from pathlib import Path

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.model_columns import StoreTable
from openvbc.clinical.model import EVENTS
from openvbc.engine.base import Engine
from openvbc.engine.private_files import only_for_owner
from openvbc.engine.quoting import literal

_COMPUTED = {
    "onset_date": "coalesce(s.onset_date, add_months(p.birth_date, s.onset_age))",
    "abatement_date": (
        "coalesce(s.abatement_date, date_add(add_months(p.birth_date, s.abatement_age + 12), -1))"
    ),
}
"""Columns that are not as staged: an age is a day counted from birth; an ended age ends with it."""

ORDER = ("person_id", "event_id", "practice", "patient_id", "position", "field", "concept_id")
"""What gives every row of a table one place."""

DROPPED = """
select
  count(*) filter (where p.patient_number is null) as strangers,
  count(*) filter (where p.patient_number is not null)
    - count(distinct case when p.patient_number is not null
        then s.practice || chr(10) || s.resource_id end) as repeats
from staged_{name} s
left join staged_patient p on p.patient_number = s.patient_number
"""
"""Records whose patient is not here, and records whose identifier stood before in the practice."""


def write_bucket(engine: Engine, table: StoreTable, bucket: int, path: Path) -> int:
    """Write one bucket of a table, sorted by person and record; return its rows."""
    columns = ",\n  ".join(
        f"cast({_value(table.name, c.name)} as {_type(c.type)}) as {c.name}" for c in table.columns
    )
    order = [name for name in ORDER if name in table.names]
    copied = engine.rows(
        f"copy (\nselect\n  {columns}\nfrom {_source(table.name, bucket)}\n"
        f"order by {', '.join(order)}\n) to {literal(path.absolute())} "
        "(format parquet, compression zstd, parquet_version v2)"
    )
    only_for_owner(path)
    return int(next(iter(copied[0].values())))


def _source(name: str, bucket: int) -> str:
    if name == "patient":
        return f"(select *, 1 as s from staged_patient where bucket = {bucket}) p"
    people = f"join staged_patient p on p.patient_number = s.patient_number and p.bucket = {bucket}"
    if name in EVENTS:
        mine = f"select patient_number from staged_patient where bucket = {bucket}"
        return (
            f"(select *, row_number() over (partition by patient_number, resource_id "
            f"order by event_id desc) as place from staged_{name} "
            f"where patient_number in ({mine})) s\n{people} and s.place = 1"
        )
    if name == "coding":
        named = (
            "select patient_number, event_id, field, position, concept_id from staged_coding "
            "union all select n.patient_number, n.event_id, 'medication_code', 0, d.concept_id "
            "from staged_medication_named n join staged_medication_definition d "
            "on d.practice = n.practice and d.name = n.name"
        )
        return f"({named}) s\n{people}"
    return f"staged_{name} s\n{people}"


def _value(table: str, column: str) -> str:
    if table == "patient" or column == "person_id":
        return f"p.{column}"
    if table == "condition" and column in _COMPUTED:
        return _COMPUTED[column]
    return f"s.{column}"


def _type(kind: str) -> str:
    return "varchar" if kind == "string" else kind


def write_concepts(path: Path, concepts: dict[tuple[str | None, str], int]) -> int:
    """Write the codes of the store with their numbers."""
    pa = pyarrow()
    from pyarrow import parquet

    table = pa.table(
        {
            "concept_id": pa.array(concepts.values(), pa.int32()),
            "system": pa.array([system for system, _ in concepts], pa.string()),
            "code": pa.array([code for _, code in concepts], pa.string()),
        }
    )
    parquet.write_table(table, path, compression="zstd")
    only_for_owner(path)
    return len(concepts)
