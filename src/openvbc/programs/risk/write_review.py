"""A risk review as CSV files, one a table; work lists of people among them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openvbc.programs.risk.review import RiskReview


def write_review(found: RiskReview, folder: Path) -> list[Path]:
    """Write every table that has rows; return the files."""
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
    written = []
    for name, rows in tables.items():
        if rows:
            path = folder / f"{name}.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            written.append(path)
    return written
