"""A risk review as CSV files, one a table; work lists of people among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openvbc.engine.csv_file import write_csv
from openvbc.engine.own_folder import claim, is_ours
from openvbc.programs.risk.review import RiskReview


def write_review(found: RiskReview, folder: Path) -> list[Path]:
    """Write every table that has rows; return the files.

    Raises:
        InputError: the folder is no run's and holds files of these names that we did not write.
    """
    tables: dict[str, Sequence[Mapping[str, Any]]] = {
        "mean_scores": found.mean_scores,
        "raw_scores": found.raw_scores,
        "prevalence": found.prevalence,
        "distribution": found.distribution,
        "caps": found.caps,
        "cohorts": found.cohorts,
        "tiers": found.tiers,
        "closing": found.closing,
    }
    if found.exposure is not None:
        tables["gaps"] = found.exposure.gaps
        tables["gap_states"] = found.exposure.states
        tables["gaps_by_condition"] = found.exposure.by_condition
        tables["gaps_by_diagnosis"] = found.exposure.by_diagnosis
    if not is_ours(folder.parent, "run"):
        claim(folder, "risk review", [f"{name}.csv" for name in tables], beside=True)
    written = []
    for name, rows in tables.items():
        if rows:
            path = folder / f"{name}.csv"
            write_csv(path, rows, list(rows[0]))
            written.append(path)
    return written
