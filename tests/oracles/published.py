"""Where the published files stand that results are held against."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(
    os.environ.get("OPENVBC_SHARED", Path(__file__).resolve().parents[2].parent / "shared")
)


def published(*names: str) -> list[Path]:
    """Files of the shared data; the test is skipped where they are absent."""
    paths = [SHARED / "data" / name for name in names]
    for path in paths:
        if not path.exists():
            pytest.skip(f"published file {path.name} is not here (see OPENVBC_SHARED)")
    return paths


def agreement(verification) -> dict[str, tuple[int, int]]:
    """For each line score: rows that agree, rows compared."""
    return {score.label: (score.agree, score.rows) for score in verification.scores}
