"""Start or reach a Spark session: open nothing to others, never wait for ever."""

from __future__ import annotations

import os
import re
import secrets
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openvbc.engine.base import without_values
from openvbc.engine.scratch import Scratch
from openvbc.errors import EngineError, ExtraMissing, Place
from openvbc.installation import how_to_add

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ANSWERS_WITHIN = 10
"""Seconds in which something must listen at an address."""
STARTS_WITHIN = 120
"""Seconds in which a session must be there."""

_LOCAL = re.compile(r"local(\[(\*|[1-9]\d{0,3})\])?")
_REMOTE = re.compile(r"(sc|spark)://(\[[0-9a-fA-F:]+\]|[\w.-]+)(:(\d{1,5}))?(/.*)?", re.ASCII)
_PORTS = {"sc": 15002, "spark": 7077}
_MANAGED = ("yarn", "k8s://")
"""Cluster managers whose addresses Spark itself takes from the installation."""


def start_session(address: str | None, scratch: Path | None) -> tuple[SparkSession, Scratch | None]:
    """The session, and the folder of its files where it was started here."""
    url = _checked(address)
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise ExtraMissing("spark", "running on Spark") from None
    builder = SparkSession.builder.appName("openvbc")
    if url is not None and url.startswith("sc://"):
        return _within(lambda: _alive(builder.remote(url)), url), None
    if url is not None and not url.startswith("local"):
        return _started(lambda: _alive(builder.master(url)), url), None
    if not _is_classic():
        raise EngineError(
            "this installation of Spark can only reach a server, and no address of one is given",
            action="set engine: address to sc://host:15002, or install Spark itself: "
            f"{how_to_add('spark')}",
            code="VBC-416",
        )
    own = Scratch(scratch)
    try:
        settings = local_settings(own.folder)
        for name, value in settings.items():
            builder = builder.config(name, value)
        return _started(lambda: _alive(builder.master(url or "local[*]")), url or "local"), own
    except BaseException:
        own.close()
        raise


def local_settings(folder: Path) -> dict[str, str]:
    """What makes a session on this machine private: no pages, loopback only, files in `folder`."""
    return {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.authenticate": "true",
        "spark.authenticate.secret": secrets.token_hex(32),
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": (folder / "warehouse").as_uri(),
        "spark.driver.extraJavaOptions": f'-Djava.io.tmpdir="{folder}" -XX:-UsePerfData',
    }


def _checked(address: str | None) -> str | None:
    """The address to use: the one given, or the environment's; refused if it cannot be one."""
    url = address or os.environ.get("SPARK_REMOTE") or None
    if url is None or _LOCAL.fullmatch(url) or url.startswith(_MANAGED):
        return url
    remote = _REMOTE.fullmatch(url)
    port = int(remote[4] or _PORTS[remote[1]]) if remote else 0
    if remote is None or not 0 < port < 65536:
        raise EngineError(
            "this is not an address of Spark",
            place=Place(value=url),
            rule="sc://host:15002, spark://host:7077, or local, local[2], local[*]",
            action="correct engine: address in the project file",
            code="VBC-414",
        )
    try:
        socket.create_connection((remote[2].strip("[]"), port), ANSWERS_WITHIN).close()
    except OSError as error:
        raise EngineError(
            f"nobody answers at the address of Spark: {error.strerror or type(error).__name__}",
            place=Place(value=url),
            action="start the server, or correct engine: address in the project file",
            code="VBC-415",
        ) from None
    return url


def _is_classic() -> bool:
    """Whether Spark itself is installed, not only the client of a server."""
    import importlib.util

    return importlib.util.find_spec("pyspark.core.context") is not None


def _alive(builder: Any) -> SparkSession:
    session: SparkSession = builder.getOrCreate()
    _ = session.version
    return session


def _within(reach: Callable[[], SparkSession], address: str) -> SparkSession:
    """Reach a server in a thread that is not waited for longer than it may take."""
    outcome: list[SparkSession | Exception] = []

    def attempt() -> None:
        try:
            outcome.append(reach())
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(STARTS_WITHIN)
    result = outcome[0] if outcome else TimeoutError(f"no session within {STARTS_WITHIN} seconds")
    if isinstance(result, Exception):
        raise _does_not_start(result, address)
    return result


def _started(start: Callable[[], SparkSession], address: str) -> SparkSession:
    """Start Spark itself, in this thread.

    It forks the process to start Java and runs Python in the copy: from another thread, with the
    libraries of this program loaded, the copy does not live.
    """
    try:
        return start()
    except Exception as error:
        raise _does_not_start(error, address) from None


def _does_not_start(error: Exception, address: str) -> EngineError:
    said = str(error).strip().splitlines() or [type(error).__name__]
    return EngineError(
        f"Spark does not start: {without_values(said[0])[:300]}",
        place=Place(value=address),
        action="is Java 17 or later installed, and does the server speak Spark Connect?",
        code="VBC-417",
    )
