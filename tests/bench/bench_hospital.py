"""How long it takes to settle and verify every facility and contract of all programs.

Run: ``OPENVBC_SHARED=../shared python tests/bench/bench_hospital.py``
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from openvbc.programs.registry import program

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "data" / "p4p"
JOBS = {
    "hrrp": ["hrrp/*.csv"],
    "hvbp": ["hvbp/fy2024_hvbp_*.csv"],
    "hvbp, totals of 2021": ["hvbp/fy2021_hvbp_tps.csv"],
    "hac": ["hac/*.csv"],
    "snf-vbp": ["snf_vbp/*.csv"],
    "stars": ["stars/*.csv"],
    **{f"hrrp, mock report {y}": [f"hrrp/mock_hsr/fy{y}_*.csv"] for y in range(2020, 2024)},
}


def main() -> None:
    """Print the best of three runs of each job, in seconds of the clock and of the processor."""
    total = processor = 0.0
    for name, patterns in JOBS.items():
        files = sorted(path for pattern in patterns for path in SHARED.glob(pattern))
        chosen = program(name.split(",")[0])
        best = (float("inf"), float("inf"))
        for _ in range(3):
            clock, used = time.perf_counter(), time.process_time()
            verification = chosen.verify(chosen.settle(files))
            best = min(best, (time.perf_counter() - clock, time.process_time() - used))
        settled = len(verification.settlement.main.contracts)
        compared = sum(score.rows for score in verification.scores)
        print(f"{name:26} {settled:6,} settled {compared:8,} compared "
              f"{best[0]:6.2f} s ({best[1]:.2f} s processor)")  # fmt: skip
        total, processor = total + best[0], processor + best[1]
    print(f"{'together':26} {total:43.2f} s ({processor:.2f} s processor)")


if __name__ == "__main__":
    main()
