"""How fast a whole run is: ``python tests/bench/bench_run.py --people 10000 [--light]``.

Every phase runs in a process of its own; wall and CPU seconds and peak memory are the process's.
Figures are given beside a bare scan: one aggregate over the same columns of the same files.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
RUN = """
import contextlib, io, json, openvbc
from pathlib import Path
from openvbc.cli import app
with contextlib.redirect_stdout(io.StringIO()):
    app(["run", {project!r}, "--engine", {engine!r}], standalone_mode=False)
print(json.dumps(openvbc.Run.open(Path({project!r}) / "run").times))
"""
SYNTH = """
from pathlib import Path
from openvbc.synth import Settings, generate
generate(Settings(people={people}, seed=1, light={light}), Path({project!r}))
"""
QUERY = """
import sys
sys.path.insert(0, {here!r})
from attribution_query import {name}
print(*{name}(__import__("pathlib").Path({project!r}), {threads}))
"""


def measured(program: str) -> tuple[float, float, float, str]:
    """Wall seconds, CPU seconds, peak gigabytes and output of a program in its own process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    command = [sys.executable, "-c", program + PEAK]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | HOME
    )
    wall = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    *output, peak = done.stdout.strip().splitlines()
    return wall, cpu, float(peak), output[-1] if output else ""


PEAK = "\nimport resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)\n"
HOME = {"PYTHONPATH": str(SOURCE)}


def line(name: str, measurement: tuple[float, float, float, str]) -> None:
    """Print one phase."""
    wall, cpu, peak, _ = measurement
    print(f"{name:42} {wall:8.1f} s wall {cpu:8.1f} s CPU {peak:6.2f} GB", flush=True)


def main() -> None:
    """Run every phase and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--light", action="store_true", help="35 lines a person-year, not 128")
    parser.add_argument("--folder", type=Path, help="deliveries made before; kept")
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="openvbc-bench-"))
    project = str(folder)
    if not (folder / "openvbc.yaml").exists():
        made = measured(SYNTH.format(people=asked.people, light=asked.light, project=project))
        line("generate the deliveries", made)
    for name in ("store", "run"):
        shutil.rmtree(folder / name, ignore_errors=True)
    line("raw deliveries to report", measured(RUN.format(project=project, engine="duckdb")))
    shutil.rmtree(folder / "run")
    whole = measured(RUN.format(project=project, engine="duckdb"))
    line("store to report", whole)
    line("again, nothing changed", measured(RUN.format(project=project, engine="duckdb")))
    for name, seconds in json.loads(whole[3]).items():
        print(f"    {name:40} {seconds:8.2f} s")
    here = str(Path(__file__).parent)
    for name in ("bare_scan", "single_query", "attribution_steps"):
        _, _, peak, said = measured(QUERY.format(here=here, name=name, project=project, threads=2))
        rows, cpu = said.split()
        print(f"{name.replace('_', ' '):42} {float(cpu):8.2f} s CPU {peak:6.2f} GB {rows} rows")
    if asked.folder is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
