"""What the codes of claims are in their normal form, and which are of another form, by value.

A code is looked at once however many rows have it, here and in later cells: SQL says what becomes
of each distinct value.
"""

from __future__ import annotations

from collections.abc import Mapping
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
_FEW = 1_000
"""Values of a column that are asked about beside those of others."""
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
        names = [c.name for c in TABLES[table.name].columns]
        if "code_version" in names:
            _settle_version(table)
        columns = [n for n in names if n != "code_version" and (normal(n) != n or n in forms)]
        values = {column: table.coded(column).dictionary.to_pylist() for column in columns}
        self._look_up(table.name, values, forms)
        for column in columns:
            known = self._known[table.name, column]
            if column in forms:
                is_odd = np.array([*(known[value][1] for value in values[column]), False])
                odd[column] = int(is_odd[table.codes(column)].sum())
            become = [known[value][0] for value in values[column]]
            if become != values[column]:
                pa = pyarrow()
                indices = table.coded(column).indices
                table.put(column, pa.array(become, pa.string()).take(indices))
        return odd

    def _look_up(self, table: str, values: dict[str, list[str]], forms: Mapping[str, str]) -> None:
        """Make known what becomes of each value; columns of few values share a statement."""
        few: dict[str, list[str]] = {}
        for column, met in values.items():
            known = self._known.setdefault((table, column), {})
            if len(known) > _MOST:
                known.clear()
            new = [value for value in met if value not in known]
            if len(new) > _FEW:
                self._ask(table, {column: new}, forms)
            elif new:
                few[column] = new
        if few:
            self._ask(table, few, forms)

    def _ask(self, table: str, new: dict[str, list[str]], forms: Mapping[str, str]) -> None:
        """Let the engine say what becomes of new values, those of each column from the top."""
        pa = pyarrow()
        longest = max(map(len, new.values()))
        given: dict[str, Any] = {"number": pa.array(range(longest))}
        asked = []
        for column, values in new.items():
            given[column] = pa.array([*values, *[None] * (longest - len(values))], pa.string())
            asked.append(f"{normal(column)} as become_{column}")
            asked.append(f"coalesce({forms.get(column, 'false')}, false) as odd_{column}")
        self._engine.lend(_TABLE, pa.table(given))
        told = self._engine.rows(
            f"select {', '.join(asked)} from {_TABLE} order by number nulls last"
        )
        self._engine.drop(_TABLE)
        for column, values in new.items():
            known = self._known[table, column]
            for value, row in zip(values, told, strict=False):
                known[value] = (row[f"become_{column}"], row[f"odd_{column}"])


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
