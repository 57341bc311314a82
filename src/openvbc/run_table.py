"""A table of a finished run, for whoever reads it in Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openvbc.engine.quoting import identifier
from openvbc.errors import ExtraMissing


@dataclass(frozen=True, repr=False)
class RunTable:
    """A table a run left behind, in Parquet."""

    name: str
    files: Sequence[Path]

    def rows(self, where: str = "") -> list[dict[str, Any]]:
        """All rows as dicts; `where` is a condition in SQL, for example ``period = 'PY'``."""
        from openvbc.engine.reading import reading

        with reading() as engine:
            engine.register(self.name, list(self.files))
            condition = f" where {where}" if where else ""
            return engine.rows(f"select * from {identifier(self.name)}{condition}")

    def arrow(self) -> Any:
        """The table as a ``pyarrow.Table``; decimals stay exact."""
        try:
            from pyarrow import dataset
        except ImportError:
            raise ExtraMissing("arrow", "an Arrow table") from None
        return dataset.dataset([str(file) for file in self._flat()]).to_table()

    def df(self, *, numeric: bool = False) -> Any:
        """The table as a pandas data frame; money arrives as ``Decimal`` objects, days as days.

        With `numeric`, every exact column is a float column, for statistics and plots, and the
        exact numbers stand beside it as ``<name>_exact``.
        """
        try:
            import pandas  # noqa: F401
        except ImportError:
            raise ExtraMissing("dataframe", "a pandas data frame") from None
        table = self.arrow()
        frame = table.to_pandas(date_as_object=False)
        if not numeric:
            return frame
        exact = [field.name for field in table.schema if str(field.type).startswith("decimal")]
        for name in exact:
            at = frame.columns.get_loc(name)
            frame.insert(at + 1, f"{name}_exact", frame[name])
            frame[name] = frame[name].astype("float64")
        return frame

    @property
    def columns(self) -> dict[str, str]:
        """What each column means, with its unit (docs/run-tables.md)."""
        from openvbc.steps.described import columns_of

        return columns_of(self.name)

    def __repr__(self) -> str:
        return f"<RunTable {self.name}: {len(self.files)} files>"

    def _repr_html_(self) -> str:
        from openvbc.notebook import html_table
        from openvbc.steps.described import described_steps

        step = described_steps().get(self.name)
        notes = [step.purpose, step.grain] if step else []
        return html_table(self.name, ["column", "meaning"], list(self.columns.items()), notes)

    def _flat(self) -> list[Path]:
        """Spark leaves folders of files; a file is a file."""
        return [
            inside
            for file in self.files
            for inside in (sorted(file.glob("*.parquet")) if file.is_dir() else [file])
        ]
