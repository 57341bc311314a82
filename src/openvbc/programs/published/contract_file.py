"""The contract among the files a payer's program is given: one YAML beside its results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def contract_among(files: Sequence[Path]) -> Path | None:
    """The one contract (YAML) that stands beside at least one other file; None where none does."""
    contracts = [path for path in files if path.suffix.lower() in {".yaml", ".yml"}]
    return contracts[0] if len(contracts) == 1 and len(files) > 1 else None
