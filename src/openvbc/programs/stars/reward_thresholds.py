"""The percentiles that the reward factor is decided by: CMS's beside those of the file."""

from __future__ import annotations

from decimal import Decimal

from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.programs.stars.levels import RUNS, Levels
from openvbc.rules.parameter import rows as table_rows
from openvbc.worksheets.performance.reward_thresholds import THRESHOLDS
from openvbc.worksheets.shared_savings.population import percentile

_PERCENTILES = (
    ("mean_star", "mean_p65", 65), ("mean_star", "mean_p85", 85),
    ("variance", "var_p30", 30), ("variance", "var_p70", 70),
)  # fmt: skip


def reward_thresholds(levels: Levels) -> Sheet:
    """The percentiles of the file's contracts beside CMS's, which are over more contracts."""
    rows = []
    for rating_type in ("part_c", "part_d_mapd", "part_d_pdp", "overall"):
        for improvement, new in RUNS:
            keep = [
                row
                for row, owner in enumerate(levels.runs.owner)
                if levels.rated[owner].rating_type == rating_type
                and RUNS[row % len(RUNS)] == (improvement, new)
                and levels.counts(levels.rated[owner])
            ]
            official = levels.rules.get(
                "reward_thresholds", star_year=levels.year, rating_type=rating_type,
                improvement=improvement, new_measures=new,
            ).value  # fmt: skip
            for line, name, rank in _PERCENTILES:
                column = levels.runs.evaluation.column(line)
                values = [column[row] for row in keep if column[row] == column[row]]
                computed = percentile(values, rank) if values else None
                theirs = next(table_rows(official))[name]
                item = f"{name}, {improvement} improvement, {new} new measures"
                rows.append((rating_type, item, theirs, computed, len(values)))
    evaluation = THRESHOLDS.evaluate(
        {
            "official_threshold": [Decimal(str(row[2])) for row in rows],
            "computed_threshold": [row[3] for row in rows],
            "contracts": [row[4] for row in rows],
        },
        levels.rules,
    )
    named = [ContractYear(row[0], levels.year) for row in rows]
    return Sheet(named, evaluation, [row[1] for row in rows])
