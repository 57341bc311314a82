"""How fast a store is made, and grows: ``python tests/bench/bench_store.py --people 10000``.

Invents deliveries of every month of four years, makes a store of all before the last monthly one,
takes that one in, and makes the store of all at once: CPU seconds and peak memory of each, each in
a process of its own, and whether the two stores are the same bytes. Beside them stands the bound:
the same rows of claims, shuffled in memory, sorted and compressed by one statement a table.
`--folder` takes deliveries made before and keeps them; `--last` names the delivery to take in last,
by part of its name, and `--late` takes in those after it before.

pandas is kept out: it is none of what openvbc needs, and where it is installed pyarrow loads it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path

from bench_run import line, measured

SYNTH = """
from pathlib import Path
from openvbc.synth import Settings, generate
generate(Settings(people={people}, seed=1, deliveries_per_year={deliveries}), Path({folder!r}))
"""
NO_PANDAS = """
import sys
class NoPandas:
    def find_spec(self, name, *given):
        if name == "pandas":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, NoPandas())
"""
BUILD = (
    NO_PANDAS
    + """
from pathlib import Path
import openvbc
from openvbc.claims.store import build_store, buckets_for
project = openvbc.Project(Path({folder!r}))
inputs = project.claim_inputs()
buckets = buckets_for(inputs)
given = inputs.model_copy(update={{"cclf": (Path({cclf!r}),)}})
from openvbc.engine.digests import BOOK, remembered
from openvbc.claims.report import claim_store_folder
store = claim_store_folder(Path({store!r}))
with remembered(store / BOOK):
    report = build_store(given, store, buckets=buckets, threads=2)
print(sum(entry.records for entry in report.waterfall), "records;", "; ".join(report.work))
"""
)
BOUND = """
import time
from pathlib import Path
from openvbc.claims.cells import CLAIM_TABLES
from openvbc.claims.store_tables import ORDER
from openvbc.engine.duckdb import DuckDBEngine
spent = rows = 0
with DuckDBEngine(2, "4GB", Path({store!r})) as engine:
    for table in CLAIM_TABLES:
        engine.register("stored", sorted((Path({store!r}) / table).glob("bucket_*")))
        engine.rows("create or replace table shuffled as select * from stored "
                    "order by md5(claim_id || source_line)")
        order = "person_id, " + ORDER[table] + ", claim_id, source_file, source_line"
        began = time.process_time()
        made = engine.rows("copy (select * from shuffled order by " + order + ") to '"
                           + {out!r} + "' (format parquet, compression zstd)")
        spent += time.process_time() - began
        rows += next(iter(made[0].values()))
print(f"{{spent:.2f}} {{rows}}")
"""


def content(store: Path) -> dict[str, bytes]:
    """Every file of the store, but what is kept to grow by."""
    files = {path.relative_to(store).as_posix(): path for path in store.rglob("*")}
    return {
        name: path.read_bytes()
        for name, path in files.items()
        if path.is_file() and not name.startswith((".", "taken", "digests"))
    }


def main() -> None:
    """Make, grow, make anew; compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--deliveries", type=int, default=12, help="a year")
    parser.add_argument("--last", default=".ZCY24.D2412")
    parser.add_argument("--late", action="store_true", help="the last one comes late")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="openvbc-bench-"))
    if not (folder / "openvbc.yaml").exists():
        made = SYNTH.format(people=asked.people, deliveries=asked.deliveries, folder=str(folder))
        line("generate the deliveries", measured(made))
    work = Path(tempfile.mkdtemp(prefix="openvbc-bench-", dir=folder.parent))
    try:
        compare(folder, work, asked.last, late=asked.late)
    finally:
        shutil.rmtree(work)
        if asked.folder is None:
            shutil.rmtree(folder)


def compare(folder: Path, work: Path, last: str, *, late: bool) -> None:
    """Grow a store by the delivery named and make it at once."""
    cclf = work / "cclf"
    cclf.mkdir()
    every = sorted((folder / "cclf").iterdir(), key=lambda path: path.name.split(".D")[-1])
    [kept] = [path for path in every if last in path.name]
    every = every if late else every[: every.index(kept) + 1]
    for path in every:
        if path != kept:
            os.link(path, cclf / path.name)
    for name, store in (
        ("store of all but one", "grown"), ("one more taken in", "grown"), ("all at once", "whole"),
    ):  # fmt: skip
        if name == "one more taken in":
            os.link(kept, cclf / kept.name)
        program = BUILD.format(folder=str(folder), cclf=str(cclf), store=str(work / store))
        measurement = measured(program)
        line(name, measurement)
        records = int(measurement[3].split()[0])
        print(f"    {measurement[3]}; {measurement[1] / records * 1e6:.2f} CPU s a million records")
    bound = BOUND.format(store=str(work / "whole"), out=str(work / "bound.parquet"))
    seconds, rows = measured(bound)[3].split()
    print(f"sorted and compressed, one statement a table: {seconds} CPU s for {int(rows):,} rows")
    same = content(work / "grown") == content(work / "whole")
    print("grown and made at once: " + ("the same bytes" if same else "DIFFERENT BYTES"))


if __name__ == "__main__":
    main()
