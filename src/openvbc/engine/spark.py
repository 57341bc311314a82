"""Spark, for data beyond one machine: any session will do, local, Connect or a cluster.

The same SQL text runs as on DuckDB; nothing is defined on the Spark side. Give a session, or an
address such as ``sc://host:15002`` or ``local[2]``; without one, ``SPARK_REMOTE`` or the defaults
of the installation decide::

    SparkEngine(session)
    SparkEngine.connect("sc://localhost:15002")
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from openvbc.engine.base import Engine, failed
from openvbc.engine.renamed import renamed
from openvbc.engine.spark_session import start_session
from openvbc.engine.table import Value, as_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from openvbc.engine.scratch import Scratch

SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
}
"""Errors instead of silent nulls, and dates that do not depend on the machine's clock."""


class SparkEngine(Engine):
    """A Spark session; one that was given is left running when the engine is closed."""

    name = "spark"
    by_bucket = False

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._names: set[str] = set()
        self._own: Scratch | None = None
        """The files of a session that this engine started."""
        for key, value in SETTINGS.items():
            session.conf.set(key, value)

    @classmethod
    def connect(cls, address: str | None = None, scratch: Path | None = None) -> Self:
        """Start or reach a session: ``sc://...`` for Connect, a master such as ``local[2]``.

        A session started on this machine listens on the loopback address only, shows no pages, and
        keeps its files in a scratch folder below `scratch`, removed when the engine is closed.

        Raises:
            EngineError: the address cannot be one, nobody answers there, or Spark does not start.
            ExtraMissing: Spark is not installed.
        """
        session, own = start_session(address, scratch)
        engine = cls(session)
        engine._own = own
        return engine

    @property
    def version(self) -> str:
        """Version of Spark the session runs."""
        return str(self._session.version)

    def register(self, name: str, path: Path | Sequence[Path]) -> None:
        """Make a view over Parquet files or folders."""
        paths = [path] if isinstance(path, Path) else list(path)
        try:
            rows = self._session.read.parquet(*map(str, paths))
            for column, files in renamed(paths).items():
                rows = self._with_names(rows, column, files)
            rows.createOrReplaceTempView(name)
        except Exception as error:
            raise failed(f"reading table {name}", "", error) from error
        self._names.add(name)

    def _with_names(self, rows: DataFrame, column: str, files: Sequence[Path]) -> DataFrame:
        """Rows with the values of a column by the names they are read by."""
        from pyarrow import parquet

        pairs = [pair for file in files for pair in parquet.read_table(file).to_pylist()]
        given = [(pair["stands"], pair["means"]) for pair in pairs]
        names = self._session.createDataFrame(given, "stands string, means string")
        expressions = [
            f"coalesce(means, `{c}`) as `{c}`" if c == column else f"`{c}`" for c in rows.columns
        ]
        return rows.join(names, rows[column] == names["stands"], "left").selectExpr(*expressions)

    def register_rows(
        self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Value]]
    ) -> None:
        """Make a view over rows sent as text and cast by Spark."""
        texts = [tuple(as_text(value) for value in row) for row in rows]
        schema = ", ".join(f"`{column}` string" for column in columns)
        casts = [f"cast(`{c}` as {kind}) as `{c}`" for c, kind in columns.items()]
        try:
            sent = self._session.createDataFrame(texts, schema)
            sent.selectExpr(*casts).createOrReplaceTempView(name)
        except Exception as error:
            raise failed(f"making table {name}", "", error) from error
        self._names.add(name)

    def define(self, name: str, sql: str, *, held: bool = False) -> None:
        """Make a view of a SELECT; a cluster makes its rows again where they are read."""
        try:
            self._session.sql(sql).createOrReplaceTempView(name)
        except Exception as error:
            raise failed(f"making table {name}", sql, error) from error
        self._names.add(name)

    def column_types(self, name: str) -> dict[str, str]:
        """Columns of a registered view with their SQL types."""
        return dict(self._session.table(name).dtypes)

    def materialise(self, sql: str, path: Path) -> int:
        """Write the result of a SELECT as a folder of Parquet files; return its row count."""
        try:
            result = self._session.sql(sql)
            result.write.mode("overwrite").parquet(str(path))
            if path.parent.is_dir() and not any(path.glob("*.parquet")):
                _write_empty(result, path)
                return 0
            return int(self._session.read.parquet(str(path)).count())
        except Exception as error:
            raise failed("a query", sql, error) from error

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a small result, by column name."""
        try:
            return [row.asDict() for row in self._session.sql(sql).collect()]
        except Exception as error:
            raise failed("a query", sql, error) from error

    def drop(self, name: str) -> None:
        """Forget a registered view."""
        if name in self._names:
            self._session.catalog.dropTempView(name)
            self._names.discard(name)

    def close(self) -> None:
        """Forget every view; a session that was running before stays."""
        for name in list(self._names):
            self.drop(name)
        if self._own:
            self._session.stop()
            self._own.close()


def _write_empty(result: DataFrame, path: Path) -> None:
    """Keep the columns of an empty result: not every Spark writes a file when there is no row."""
    from pyarrow import parquet

    path.mkdir(exist_ok=True)
    parquet.write_table(result.toArrow(), path / "part-empty.parquet")
