"""Records that prove themselves: JSON with the digest of its own content, written last.

A record that is empty, cut, garbled or changed by hand is not believed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from openvbc.engine.private_files import write_text

SEAL = "record_sha256"


def write_sealed(
    path: Path, content: Mapping[str, Any], default: Callable[[object], object] | None = None
) -> None:
    """Write the record: keys sorted, a line each, the same bytes for the same content."""
    plain = json.loads(json.dumps(dict(content), default=default))
    sealed = plain | {SEAL: _digest(plain)}
    lines = [f"{json.dumps(key)}: {_plain(sealed[key])}" for key in sorted(sealed)]
    write_text(path, "{\n" + ",\n".join(lines) + "\n}\n")


def read_sealed(path: Path) -> dict[str, Any]:
    """Read a record.

    Raises:
        FileNotFoundError: there is none.
        ValueError: it is damaged, or of a version that did not seal.
    """
    try:
        content = json.loads(path.read_bytes())
    except RecursionError:
        raise ValueError("the record's content is not what was written") from None
    if not isinstance(content, dict) or content.pop(SEAL, None) != _digest(content):
        raise ValueError("the record's content is not what was written")
    return content


def _digest(content: Mapping[str, Any]) -> str:
    return sha256(_plain(content).encode()).hexdigest()


def _plain(content: object) -> str:
    """JSON on one line, which takes a tenth of the time of an indented one."""
    return json.dumps(content, sort_keys=True)
