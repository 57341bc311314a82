"""The contract among the files a payer's program is given: one YAML beside its results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openvbc.errors import InputError, Place


def contract_among(files: Sequence[Path]) -> Path | None:
    """The one contract (YAML) that stands beside at least one other file; None where none does."""
    contracts = [path for path in files if path.suffix.lower() in {".yaml", ".yml"}]
    return contracts[0] if len(contracts) == 1 and len(files) > 1 else None


def contract_beside(files: Sequence[Path], program: str, beside: str) -> Path:
    """The one contract among the files of `program`, with `beside` (results, totals) beside it.

    Raises:
        InputError: there is none, or no file of its name.
    """
    contract = contract_among(files)
    if contract is None:
        raise InputError(
            f"one contract (YAML) and its {beside} (CSV) are needed",
            action=f"vbc settle --program {program} CONTRACT.yaml {beside.upper()}.csv",
            code="VBC-1042",
        )
    if not contract.is_file():
        raise InputError("there is no such file", place=Place(str(contract)), code="VBC-1037")
    return contract
