"""A Spark cluster of separate processes gives the rows of DuckDB.

A master and two workers, each a process of its own on this machine, and a project file that names
the master's address: what an organisation with a cluster does. `make test-spark` runs it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from runs_alike import run_again, same

DEPLOY = "org.apache.spark.deploy"
STARTS_WITHIN = 120


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def process(spark: Path, folder: Path, *arguments: str):
    """A process of Spark that is told to end when the test is over."""
    surroundings = os.environ | {
        "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(folder), "SPARK_HOME": str(spark),
        "SPARK_LOG_DIR": str(folder), "SPARK_WORKER_DIR": str(folder),
    }  # fmt: skip
    with (folder / f"{arguments[0].rsplit('.', 1)[-1]}-{len(list(folder.iterdir()))}.log").open(
        "wb"
    ) as log:
        one = subprocess.Popen(
            [str(spark / "bin" / "spark-class"), *arguments],
            env=surroundings, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield Path(log.name)
        finally:
            one.terminate()
            one.wait(timeout=30)


def said(log: Path, text: str) -> None:
    """Wait until a process has written a text."""
    until = time.monotonic() + STARTS_WITHIN
    while text not in log.read_text(errors="replace"):
        assert time.monotonic() < until, log.read_text(errors="replace")[-2000:]
        time.sleep(0.2)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The address of a master with two workers of a core each."""
    pytest.importorskip("py4j", reason="this is the Spark client only; see 'make test-spark'")
    import pyspark

    if not shutil.which("java") and "JAVA_HOME" not in os.environ:
        pytest.skip("real Spark needs Java")
    spark = Path(pyspark.__file__).parent
    folder = tmp_path_factory.mktemp("cluster")
    port = str(free_port())
    address = f"spark://127.0.0.1:{port}"
    listen = ("--host", "127.0.0.1", "--webui-port", "0")
    with ExitStack() as open_:
        master = open_.enter_context(
            process(spark, folder, f"{DEPLOY}.master.Master", *listen, "--port", port)
        )
        said(master, "Starting Spark master")
        for _ in range(2):
            worker = process(
                spark, folder, f"{DEPLOY}.worker.Worker", *listen,
                "--cores", "1", "--memory", "1g", address,
            )  # fmt: skip
            said(open_.enter_context(worker), "Successfully registered with master")
        yield address, master


@pytest.mark.spark
def test_two_workers_give_the_rows_of_duckdb(cluster, own_copy, monkeypatch):
    address, master = cluster
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("SPARK_CONF_DIR", str(master.parent))
    (master.parent / "spark-defaults.conf").write_text(
        "spark.ui.enabled false\nspark.sql.shuffle.partitions 2\n"
    )
    usual = run_again(own_copy, "usual", store="store")
    engine = {"name": "spark", "address": address}
    same(run_again(own_copy, "cluster", engine=engine, store="store-usual"), usual)
    log = master.read_text(errors="replace")
    assert log.count("Registering worker") == 2
    assert "Registered app openvbc" in log
