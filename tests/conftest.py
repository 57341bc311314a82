"""Fixtures for every test: the engines a step must run alike on.

A test that takes `any_engine` is run on DuckDB, on Sail (the Spark dialect without Java; skipped
where it is not installed) and, under the marker ``spark``, on real Spark in local mode.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from openvbc.engine.base import Engine
from openvbc.engine.duckdb import DuckDBEngine


@pytest.fixture(params=["duckdb", "sail", pytest.param("spark", marks=pytest.mark.spark)])
def any_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """One engine after the other, empty."""
    if request.param == "duckdb":
        with DuckDBEngine(threads=2) as engine:
            yield engine
    else:
        yield from _spark(request.getfixturevalue(f"{request.param}_session"))


def _spark(session) -> Iterator[Engine]:
    from openvbc.engine.spark import SparkEngine

    with SparkEngine(session) as engine:
        yield engine


@pytest.fixture(scope="session")
def sail_session():
    """A session on a Sail server inside this process."""
    os.environ.setdefault("RUST_LOG", "error")
    server_module = pytest.importorskip("pysail.spark", reason="pysail is not installed")
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    server = server_module.SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    _, port = server.listening_address
    session = sql.SparkSession.builder.remote(f"sc://127.0.0.1:{port}").create()
    yield session
    session.stop()
    server.stop()


@pytest.fixture(scope="session")
def spark_session():
    """Real Spark in local mode; skipped where Java or the full package is absent."""
    import shutil

    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    if not shutil.which("java") and "JAVA_HOME" not in os.environ:
        pytest.skip("real Spark needs Java")
    pytest.importorskip("py4j", reason="this is the Spark client only; see 'make test-spark'")
    builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
