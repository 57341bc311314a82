"""Staging that writes no file: what would be staged is checked, and handed to a test.

Nine tenths of reading a tiny input is making its staged files; tests that read thousands of inputs
look at the rows instead. That the files hold what was staged, others show.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from openvbc.claims.staging import Staging, conform


class UnwrittenStaging(Staging):
    """Hands every batch, with exactly the columns of its table, to `seen`."""

    def __init__(self, folder: Path, buckets: int, seen: Callable[[str, Any], None]) -> None:
        super().__init__(folder, buckets)
        self._seen = seen

    def write(self, table: str, batch: Any, cells: Any) -> None:
        """Check the batch as it would be before it is written."""
        assert len(cells) == batch.num_rows
        self._seen(table, conform(batch, table))

    def close(self) -> None:
        """There is no file to finish."""
