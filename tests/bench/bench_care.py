"""How fast work lists and billing are: ``python tests/bench/bench_care.py --people 10000``.

Invented people (four years, light) become a claim store, which is kept if `--folder` is given; then
every list of ``vbc care`` and every list of ``vbc billing`` (without logs) is made from it, and the
lists of the next day, which find what follows from the claims alone beside the store. The figures
are CPU seconds, seconds that passed, and the ratio of the first to a bare scan: one pass over the
columns the steps read. The workbook is not in them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb

from openvbc.claims.report import DERIVED
from openvbc.engine.pipeline import Progress
from openvbc.programs.care.care_file import on_day, read_care_file
from openvbc.programs.care.work_lists import make_work_lists
from openvbc.programs.care_billing.billing import bill
from openvbc.project import Project
from openvbc.synth import Settings, generate

SCANNED = {
    "diagnosis": "person_id, claim_kind, claim_id, position, diagnosis_code, code_version",
    "professional_line": "person_id, claim_id, claim_type_code, claim_start_date, claim_end_date, "
    "claim_line_start_date, claim_line_end_date, hcpcs_code, rendering_tin, rendering_npi, "
    "paid_amount, load_date, natural_key, is_denied, sign",
    "institutional_line": "person_id, claim_id, revenue_center_code, claim_line_start_date",
    "institutional_claim": "person_id, claim_id, claim_type_code, facility_ccn, claim_start_date, "
    "claim_end_date, drg_code, primary_diagnosis_code, paid_amount, load_date",
}


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measured(name: str, work: Callable[[Callable[[Progress], None]], object], scan: float) -> None:
    """Print what a run took, and its dearest steps."""
    steps: Counter[str] = Counter()
    last = ("", cpu())

    def told(progress: Progress) -> None:
        nonlocal last
        steps[last[0]] += cpu() - last[1]  # of this bucket of people
        last = (progress.step.name if progress.state == "running" else "", cpu())

    before, began = cpu(), time.perf_counter()
    work(told)
    used, wall = cpu() - before, time.perf_counter() - began
    del steps[""]
    dear = steps.most_common(8)
    print(f"{name}: {used:.1f} CPU s, {wall:.1f} s; {used / scan:.0f} x the scan")
    print("  " + ", ".join(f"{step} {seconds:.2f}" for step, seconds in dear))


def main() -> None:
    """Make the store unless it is there, scan it, make the lists, print the figures."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=10_000)
    asked.add_argument("--folder", type=Path)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = chosen.folder or Path(place) / "project"
        if not (folder / "store").exists():
            generate(Settings(people=chosen.people, seed=7, light=True), folder)
            Project(folder).build_store()
        (folder / "care.yaml").write_text("as_of: 2023-12-31\nstore: store\n")
        for made in (folder / "care", folder / "store" / DERIVED):
            shutil.rmtree(made, ignore_errors=True)
        (Path(place) / "logs").mkdir()
        before = cpu()
        with duckdb.connect(config={"threads": 2}) as db:
            for name, columns in SCANNED.items():
                seen = ", ".join(f"sum(hash({column.strip()}))" for column in columns.split(","))
                db.execute(
                    f"select {seen} from '{folder / 'store' / name}/**/*.parquet'"
                ).fetchall()
        scan = cpu() - before
        print(f"bare scan: {scan:.2f} CPU s")
        file, digest = read_care_file(folder)
        measured("care", lambda told: make_work_lists(file, digest, progress=told), scan)
        measured(
            "billing",
            lambda told: bill(
                folder / "store", Path(place) / "logs", None, None, Path(place) / "billing",
                progress=told,
            ),
            scan,
        )  # fmt: skip
        next_day = on_day(file, (file.as_of + dt.timedelta(days=1)).isoformat())
        measured(
            "care, the next day",
            lambda told: make_work_lists(next_day, digest, progress=told),
            scan,
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"peak memory {peak:.2f} GB")


if __name__ == "__main__":
    main()
