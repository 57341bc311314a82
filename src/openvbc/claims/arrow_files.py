"""Files of Arrow batches: staged claims, which take half the time of Parquet to write and read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openvbc.claims.arrow_columns import pyarrow
from openvbc.engine.private_files import only_for_owner


def write_batches(path: Path, schema: Any, batches: Sequence[Any]) -> None:
    """Write batches into a file for its owner alone."""
    import pyarrow.ipc as ipc

    options = ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    with (
        pyarrow().OSFile(str(path), "wb") as sink,
        ipc.new_stream(sink, schema, options=options) as stream,
    ):
        for batch in batches:
            stream.write_batch(batch)
    only_for_owner(path)


def read_batches(path: Path) -> Iterator[Any]:
    """The batches that :func:`write_batches` wrote."""
    import pyarrow.ipc as ipc

    with (
        pyarrow().OSFile(str(path)) as source,
        ipc.open_stream(source, options=ipc.IpcReadOptions(use_threads=False)) as stream,
    ):
        yield from stream
