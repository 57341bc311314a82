"""How fast MIPS is: a million invented clinicians from measure rates to the payment adjustment.

    python tests/bench/bench_mips.py
    python tests/bench/bench_mips.py 1000000          from Parquet files, read and written

Benchmarks of 2024 come from ``OPENVBC_SHARED`` (default ``../shared``); six measures each, rates,
cases and the other categories by chance. CPU seconds, so that what else the machine does counts
little. The figure is kept in docs/speed.md.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "src"))

import numpy as np

from openvbc.programs.mips.benchmarks import read_benchmarks
from openvbc.programs.mips.submissions.many import ManyParticipants, score_many
from openvbc.programs.mips.submissions.quality import BenchmarkTable, QualityRows
from openvbc.rules.load import load_rules

BENCHMARKS = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "data/p4p/qpp"
CLINICIANS, MEASURES, YEAR = 1_000_000, 6, 2024


def main() -> None:
    """Score, and say how long it took."""
    benchmarks, _ = read_benchmarks(BENCHMARKS / f"benchmarks_{YEAR}.json", YEAR)
    used = [each for each in benchmarks if each.collection_type == "registry"]
    chance, rows = np.random.default_rng(1), CLINICIANS * MEASURES
    first = chance.integers(0, len(used) - MEASURES, CLINICIANS)
    measure = (first[:, None] + np.arange(MEASURES)).ravel()
    none = np.zeros(rows, dtype=bool)
    submitted = QualityRows(
        np.repeat(np.arange(CLINICIANS), MEASURES), measure, measure,
        np.round(chance.random(rows) * 100, 2), chance.integers(1, 500, rows).astype(float),
        chance.random(rows) > 0.05, np.full(rows, 9.0), none, chance.random(rows) > 0.7,
        chance.random(rows) > 0.5, none,
    )  # fmt: skip

    def score(missing: float) -> np.ndarray:
        return np.where(chance.random(CLINICIANS) < missing, np.nan, chance.random(CLINICIANS))

    people = ManyParticipants(
        chance.random(CLINICIANS) < 0.4, score(0.2), score(0.02), score(0.3),
        chance.random(CLINICIANS) * 5,
    )  # fmt: skip
    begun = time.process_time()
    scored = score_many(submitted, people, BenchmarkTable(used, "float"), load_rules("mips"), YEAR)
    seconds = time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{np.isfinite(scored['final_score']).sum():,} scored: {seconds:.1f} CPU s, {memory} MB")


def from_parquet(clinicians: int) -> None:
    """The same from a file of measures and one of participants."""
    import tempfile

    import pyarrow as pa
    from pyarrow import parquet

    from openvbc.programs.mips.submissions.from_parquet import score_parquet

    place = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "data/qpp"
    inventory = place / "quality_measures_2017_2027.csv"
    benchmarks, _ = read_benchmarks(BENCHMARKS / f"benchmarks_{YEAR}.json", YEAR)
    used = sorted({each.measure for each in benchmarks if each.collection_type == "registry"})
    chance, rows = np.random.default_rng(1), clinicians * MEASURES
    first = chance.integers(0, len(used) - MEASURES, clinicians)
    names = np.array(used)[(first[:, None] + np.arange(MEASURES)).ravel()]
    who = np.char.mod("%09d", np.arange(clinicians))
    with tempfile.TemporaryDirectory() as folder:
        measures, people = Path(folder) / "measures.parquet", Path(folder) / "people.parquet"
        parquet.write_table(pa.table({
            "participant": np.repeat(who, MEASURES), "measure": names,
            "collection_type": pa.array(["registry"] * rows),
            "performance_rate": np.round(1 + chance.random(rows) * 99, 2),
            "cases": chance.integers(1, 500, rows).astype(float),
            "reported_share": chance.random(rows) * 0.4 + 0.6,
        }), measures)  # fmt: skip
        parquet.write_table(pa.table({
            "participant": who, "small_practice": chance.random(clinicians) < 0.4,
            "cost_score": chance.random(clinicians),
            "promoting_interoperability_score": chance.random(clinicians),
        }), people)  # fmt: skip
        begun = time.process_time()
        scored = score_parquet(
            measures, BENCHMARKS / f"benchmarks_{YEAR}.json", [inventory], people, YEAR,
            Path(folder) / "scores.parquet",
        )  # fmt: skip
        seconds = time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{scored.scored:,} scored from Parquet: {seconds:.1f} CPU s, {memory} MB")


if __name__ == "__main__":
    from_parquet(int(sys.argv[1])) if len(sys.argv) > 1 else main()
