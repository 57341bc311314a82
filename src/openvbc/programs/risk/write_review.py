"""A risk review as CSV files, one a table; work lists of people among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openvbc.engine.csv_file import write_csv
from openvbc.engine.own_folder import claim, is_ours
from openvbc.programs.risk.review import RiskReview

OF_REVIEW = (
    "mean_scores", "raw_scores", "prevalence", "distribution", "caps", "cohorts", "tiers",
    "closing",
)  # fmt: skip
"""Tables of a review, named as its fields."""
OF_GAPS = {
    "gaps": "gaps",
    "gap_states": "states",
    "gaps_by_condition": "by_condition",
    "gaps_by_diagnosis": "by_diagnosis",
}
"""Tables of its exposure, and the fields they are of."""


def claim_review(folder: Path) -> None:
    """Take a folder of a run, or one without files of these names that somebody else wrote."""
    if not is_ours(folder.parent, "run"):
        claim(
            folder, "risk review", [f"{name}.csv" for name in (*OF_REVIEW, *OF_GAPS)], beside=True
        )


def write_review(review: RiskReview, folder: Path) -> list[Path]:
    """Write every table that has rows; return the files.

    Raises:
        InputError: the folder is no run's and holds files of these names that we did not write.
    """
    tables: dict[str, Sequence[Mapping[str, Any]]] = {n: getattr(review, n) for n in OF_REVIEW}
    if review.exposure is not None:
        tables |= {name: getattr(review.exposure, of) for name, of in OF_GAPS.items()}
    claim_review(folder)
    written = []
    for name, rows in tables.items():
        if rows:
            path = folder / f"{name}.csv"
            write_csv(path, rows, list(rows[0]))
            written.append(path)
    return written
