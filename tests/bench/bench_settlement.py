"""How fast settlements are: every published year settled and verified, and a million scenarios.

    python tests/bench/bench_settlement.py
    python tests/bench/bench_settlement.py --rows 90000

Published files come from ``OPENVBC_SHARED`` (default ``../shared``). Each figure is the best of
three runs, so that what else the machine does counts little. With ``--rows`` the rows of one year
are repeated under other identifiers, once as they are and once each with other dollars, and settled
and verified in a process of its own: the processor's seconds, its memory, and a bare read of the
same file. Figures are kept in docs/speed.md.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import subprocess
import sys
import tempfile
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
    chosen = program(name).published_program()
    settlement = chosen.settle(files)
    scores = chosen.verify(settlement).scores
    return settlement.rows_in, sum(score.rows for score in scores)


def repeat_rows(rows: int, to: Path, differing: bool) -> None:
    """The rows of 2024 again and again, each another ACO's; `differing`: of other dollars too."""
    with (SHARED / "mssp_py2024.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *printed = csv.reader(file)
    identifier, *dollars = (header.index(n) for n in ("ACO_ID", "ABtotBnchmk", "ABtotExp"))
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for number in range(rows):
            row = list(printed[number % len(printed)])
            row[identifier] = f"{chr(ord('A') + number // 100_000)}{number % 100_000:05d}"
            for column in dollars if differing else ():
                amount = float(row[column].replace(",", "").replace("$", ""))
                row[column] = f"{amount + number:.0f}"
            writer.writerow(row)


def measure_file(file: Path) -> None:
    """Settle and verify one file; what it cost the processor, and the most memory held."""
    start = time.process_time()
    with file.open(encoding="utf-8", newline="") as text:
        for _ in csv.reader(text):
            pass
    read = time.process_time()
    rows, compared = settle_and_verify("mssp", [file])
    seconds = time.process_time() - read
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{rows:,} rows in {compared:,} comparisons: {seconds:.1f} CPU s, "
        f"{seconds / (read - start):.1f} times a bare read ({read - start:.1f}), {memory:.2f} GB"
    )


def many_rows(rows: int) -> None:
    """Rows that are alike, and rows that all differ, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for differing in (False, True):
            file = Path(folder) / "mssp_py2024.csv"
            repeat_rows(rows, file, differing)
            print("all different:" if differing else "repeated:", end=" ", flush=True)
            subprocess.run([sys.executable, __file__, "--file", str(file)], check=True)


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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, help="rows of a results file")
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.file:
        measure_file(asked.file)
    elif asked.rows:
        many_rows(asked.rows)
    else:
        published_files()


def published_files() -> None:
    """Every year published, and scenarios."""
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
