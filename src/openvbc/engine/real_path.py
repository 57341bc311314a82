"""Where a path leads, whatever its links do."""

from __future__ import annotations

import os
from pathlib import Path


def real_path(path: Path) -> Path:
    """The absolute path with its links followed; a circle of links is left as it stands, so that
    who opens it is told so in words (``Path.resolve`` raises RuntimeError before Python 3.13)."""
    return Path(os.path.realpath(path))
