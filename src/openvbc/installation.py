"""How this installation is added to: what a user types for an extra that is not there."""

from __future__ import annotations

import json
from importlib import metadata
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

PACKAGE = "openvbc"


def how_to_add(extra: str) -> str:
    """The command that adds an extra to this installation, from where it came.

    An installer records the folder, file or repository it was given (PEP 610). Only what came from
    an index is asked of an index, which may not have the package.
    """
    origin = _origin()
    address = str(origin.get("url", ""))
    local = _local(address)
    if "dir_info" in origin and local:
        editable = "-e " if origin["dir_info"].get("editable") else ""
        return f'pip install {editable}"{local}[{extra}]"'
    if "archive_info" in origin and local:
        return f'pip install "{local}[{extra}]"'
    if "vcs_info" in origin:
        at = origin["vcs_info"].get("requested_revision")
        address = f"{origin['vcs_info'].get('vcs', 'git')}+{address}{f'@{at}' if at else ''}"
    if below := origin.get("subdirectory"):
        address += f"#subdirectory={below}"
    wanted = f"{PACKAGE}[{extra}]"
    return f'pip install "{wanted} @ {address}"' if address else f'pip install "{wanted}"'


def _origin() -> dict[str, Any]:
    """What the installer recorded; nothing where it came from an index or is not installed."""
    try:
        said = json.loads(metadata.distribution(PACKAGE).read_text("direct_url.json") or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _local(address: str) -> str:
    """The path of a ``file:`` address; nothing for another."""
    parts = urlsplit(address)
    return url2pathname(parts.path) if parts.scheme == "file" else ""
