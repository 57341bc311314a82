"""How fast settlements are: every published year settled and verified, and a million scenarios.

    python tests/bench/bench_settlement.py

Published files come from ``OPENVBC_SHARED`` (default ``../shared``). Each figure is the best of
three runs, so that what else the machine does counts little. Figures are kept in docs/speed.md.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "src"))

import numpy as np

from openvbc.programs.book import read_chapter
from openvbc.programs.mssp.contract import read_contract
from openvbc.programs.mssp.simulation import simulate
from openvbc.programs.registry import program
from openvbc.programs.simulation import Range, Scenarios
from openvbc.rules.load import load_rules
from openvbc.worksheets.shared_savings.benchmark import BENCHMARK
from openvbc.worksheets.shared_savings.enrollment_types import ENROLLMENT_TYPES

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "data" / "aco_results"
SCENARIOS = 1_000_000
CHUNK = 50_000
RUNS = 3


def best(work: Callable[[], object]) -> float:
    """Seconds of the fastest of three runs."""
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def settle_and_verify(name: str, files: list[Path]) -> tuple[int, int]:
    """Rows read, and comparisons made against what is printed."""
    chosen = program(name)
    settlement = chosen.settle(files)
    scores = chosen.verify(settlement).scores
    return settlement.rows_in, sum(score.rows for score in scores)


def settlement_scenarios() -> None:
    """A million scenarios of one contract through the settlement worksheet."""
    entry = next(
        each
        for each in read_chapter("shared_savings").contracts
        if each.contract["aco_id"] == "A9012"
    )
    settled = {**read_contract(entry.contract).settlement_inputs(), **entry.given}
    scenarios = Scenarios(SCENARIOS, 1, Range(0.92, 1.08), Range(0.97, 1.03), Range(0.6, 0.95))
    simulate(settled, scenarios, load_rules("mssp"))


def benchmark_scenarios() -> None:
    """A million scenarios of risk and spending by enrollment type, from the benchmark years."""
    entry = next(each for each in read_chapter("shared_savings").contracts if each.benchmark)
    given: dict[str, object] = {
        "performance_year": 2025,
        "agreement_start": read_contract(entry.contract).agreement_start,
        "agreement_number": 2,
        "two_sided": True,
        "minimum_loss_rate": 0.02,
    }
    for name, value in entry.benchmark.items():
        values = value if isinstance(value, list) else None
        if values is None:
            given[name] = float(value)
        else:
            for kind, each in zip(ENROLLMENT_TYPES, values, strict=True):
                given[f"{name}_{kind}"] = float(each)
    rules = load_rules("mssp")
    draws = np.random.default_rng(1)
    for _ in range(SCENARIOS // CHUNK):
        varied = dict(given)
        for kind in ENROLLMENT_TYPES:
            for name in ("risk_score_performance_year", "expenditure_performance_year"):
                base = given[f"{name}_{kind}"]
                assert isinstance(base, float)
                varied[f"{name}_{kind}"] = base * draws.uniform(0.97, 1.03, CHUNK)
        BENCHMARK.evaluate(varied, rules, numbers="float").column("total_benchmark")


def main() -> None:
    """Measure and print."""
    mssp = sorted(SHARED.glob("mssp_py20*.csv"))
    reach = sorted(SHARED.glob("gpdc_reach_*.csv"))
    for name, files in (("mssp", mssp), ("reach", reach)):
        if not files:
            print(f"{name}: published results are not here, not measured")
            continue
        rows, compared = settle_and_verify(name, files)
        seconds = best(lambda name=name, files=files: settle_and_verify(name, files))  # type: ignore[misc]
        print(
            f"{name}: {len(files)} files, {rows:,} rows settled and verified in {compared:,} "
            f"comparisons: {seconds:.2f} s"
        )
    print(f"{SCENARIOS:,} scenarios, settlement: {best(settlement_scenarios):.2f} s")
    print(f"{SCENARIOS:,} scenarios, from benchmark years: {best(benchmark_scenarios):.2f} s")


if __name__ == "__main__":
    main()
