"""What the codes of claims are in their normal form, and which are of another form, by value.

A code is looked at once however many rows have it, here and in later cells: SQL says what becomes
of each distinct value.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.cell_table import CellTable
from openvbc.claims.code_forms import odd_forms
from openvbc.claims.model import TABLES
from openvbc.claims.normal_form import normal
from openvbc.claims.null_dates import ICD_10_SINCE
from openvbc.engine.duckdb import DuckDBEngine

_MOST = 200_000
"""Values of a column that are remembered."""
_TABLE = "codes_met"
_VERSIONS = {"0", "9"}
_DAY_OF_VERSION = {"diagnosis": "claim_end_date", "procedure": "procedure_date"}


class CodeBook:
    """The codes met so far."""

    def __init__(self, engine: DuckDBEngine) -> None:
        self._engine = engine
        self._known: dict[tuple[str, str], dict[str, tuple[str, bool]]] = {}

    def settle(self, table: CellTable) -> dict[str, int]:
        """Bring the codes of a table into normal form; how many rows of a column are odd."""
        odd: dict[str, int] = {}
        forms = odd_forms(table.name)
        for column in (c.name for c in TABLES[table.name].columns):
            if column == "code_version":
                _settle_version(table)
                continue
            is_normal = normal(column) == column
            if is_normal and column not in forms:
                continue
            coded = table.coded(column)
            values = coded.dictionary.to_pylist()
            known = self._look_up(table.name, column, values, forms.get(column, "false"))
            if column in forms:
                is_odd = np.array([*(known[value][1] for value in values), False])
                odd[column] = int(is_odd[table.codes(column)].sum())
            become = [known[value][0] for value in values]
            if become != values:
                pa = pyarrow()
                table.put(column, pa.array(become, pa.string()).take(coded.indices))
        return odd

    def _look_up(
        self, table: str, column: str, values: list[str], odd: str
    ) -> dict[str, tuple[str, bool]]:
        known = self._known.setdefault((table, column), {})
        if len(known) > _MOST:
            known.clear()
        new = [value for value in values if value not in known]
        if new:
            pa = pyarrow()
            given: dict[str, Any] = {"number": pa.array(range(len(new))), column: pa.array(new)}
            self._engine.lend(_TABLE, pa.table(given))
            found = self._engine.rows(
                f"select {normal(column)} as become, coalesce({odd}, false) as is_odd "
                f"from {_TABLE} order by number nulls last"
            )
            self._engine.drop(_TABLE)
            told = ((row["become"], row["is_odd"]) for row in found)
            known.update(zip(new, told, strict=True))
        return known


def _settle_version(table: CellTable) -> None:
    """A version that is missing or unknown is told by the day: ICD-9 before ICD-10 began."""
    import pyarrow.compute as pc

    pa = pyarrow()
    coded = table.coded("code_version")
    said = coded.dictionary.to_pylist()
    if not coded.null_count and set(said) <= _VERSIONS:
        return
    version = pc.cast(coded, pa.string())
    is_known = pc.fill_null(pc.is_in(version, value_set=pa.array(sorted(_VERSIONS))), False)
    is_older = pc.less(table.column(_DAY_OF_VERSION[table.name]), pa.scalar(ICD_10_SINCE))
    table.put("code_version", pc.if_else(is_known, version, pc.if_else(is_older, "9", "0")))
