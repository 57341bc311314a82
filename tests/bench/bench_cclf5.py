"""How fast CCLF5 text becomes Parquet, as a ratio to a bare read of the same bytes.

    python tests/bench/bench_cclf5.py [LINES] [--store]

Writes LINES (default 1,000,000) records of 388 characters with skewed random values to a temporary
folder, reads the bytes alone, then reads them into staged Parquet (and, with --store, builds the
whole claim store), each three times, and prints the best.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from openvbc.claims.identity import Identities
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.layout import layouts_of
from openvbc.claims.read_cclf import cclf_members, read_records
from openvbc.claims.report import StoreReport
from openvbc.claims.staging import Staging
from openvbc.claims.store import build_store


def write_lines(path: Path, count: int) -> None:
    """Random CCLF5 records: about 2.4 lines a claim, skewed codes, amounts of real shape."""
    chance = np.random.default_rng(5)
    fields = layouts_of("5")[388].fields
    with path.open("wb") as stream:
        for start in range(0, count, 200_000):
            rows = min(200_000, count - start)
            block = np.full((rows, 389), ord(" "), dtype=np.uint8)
            block[:, 388] = ord("\n")

            def put(
                name: str, texts: list[str], block: np.ndarray = block, rows: int = rows
            ) -> None:
                at = fields[name]
                width = at.end - at.start
                table = np.array([t.ljust(width).encode() for t in texts], dtype=f"S{width}")
                table = table.view(np.uint8).reshape(len(texts), width)
                ranks = np.minimum(chance.zipf(1.3, rows) - 1, len(texts) - 1)
                block[:, at.start : at.end] = table[ranks]

            lines = 1 + np.arange(start, start + rows) * 5 // 12
            ids = np.char.zfill(lines.astype("S13"), 13)
            block[:, 0:13] = ids.view(np.uint8).reshape(rows, 13)
            put("CLM_LINE_NUM", [f"{n:010d}" for n in range(1, 13)])
            people = np.char.add(
                "1S", np.char.zfill(chance.integers(0, 20_000, rows).astype(str), 9)
            )
            block[:, 23:34] = people.astype("S11").view(np.uint8).reshape(rows, 11)
            put("CLM_TYPE_CD", ["71", "72"])
            days = [f"2024-{m:02d}-{d:02d}" for m in range(1, 13) for d in range(1, 29)]
            for name in ("CLM_FROM_DT", "CLM_THRU_DT", "CLM_LINE_FROM_DT", "CLM_LINE_THRU_DT"):
                put(name, days)
            for name in ("CLM_EFCTV_DT", "CLM_IDR_LD_DT"):
                put(name, days)
            put("CLM_PRVDR_SPCLTY_CD", ["11", "08", "06", "50", "97", "38", "01"])
            put("CLM_POS_CD", ["11", "22", "21", "23", "31"])
            put("CLM_LINE_HCPCS_CD", [f"9{n:04d}" for n in range(3000)])
            cents = chance.integers(0, 60_000, rows)
            money = [f"{c // 100:>12d}.{c % 100:02d}" for c in cents[:2000]]
            put("CLM_LINE_CVRD_PD_AMT", money)
            put("CLM_LINE_ALOWD_CHRG_AMT", [text.rjust(17) for text in money])
            put("CLM_LINE_SRVC_UNIT_QTY", [f" {n:018d}.0000" for n in range(1, 9)])
            put("CLM_RNDRG_PRVDR_TAX_NUM", [f"{n:09d}" for n in range(10_000, 18_000)])
            put("RNDRG_PRVDR_NPI_NUM", [f"{n:010d}" for n in range(9_000_000_000, 9_000_040_000)])
            put("CLM_CARR_PMT_DNL_CD", ["1", "1", "0"])
            put("CLM_PRCSG_IND_CD", ["A", "R", "D"])
            put("CLM_ADJSMT_TYPE_CD", ["0", "0", "0", "1"])
            control = np.char.add(b"K", ids)
            at = fields["CLM_CNTL_NUM"].start
            block[:, at : at + 14] = control.astype("S14").view(np.uint8).reshape(rows, 14)
            codes = [f"E{n:04d}" for n in range(4000)]
            for name in ("CLM_LINE_DGNS_CD", "CLM_DGNS_1_CD", "CLM_DGNS_2_CD", "CLM_DGNS_3_CD"):
                put(name, codes)
            put("DGNS_PRCDR_ICD_IND", ["0"])
            stream.write(block.tobytes())


def best(work: Callable[[Path], object]) -> tuple[float, float]:
    """The best of three runs, each in a fresh folder: seconds, and seconds of processor."""
    times = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            began, used = time.perf_counter(), time.process_time()
            work(Path(folder))
            times.append((time.perf_counter() - began, time.process_time() - used))
    return min(times)


def main() -> None:
    """Measure and print."""
    numbers = [int(text) for text in sys.argv[1:] if text.isdigit()]
    count = numbers[0] if numbers else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "P.A9001.ACO.ZC5Y24.D240415.T1200000"
        write_lines(path, count)
        size = path.stat().st_size / 1e6

        def bare(_: Path) -> None:
            with path.open("rb") as stream:
                while stream.read(24 << 20):
                    pass

        def stage(folder: Path) -> None:
            report = StoreReport(folder, 4)
            staging = Staging(folder, 4)
            members = cclf_members((path,), report)
            read_records(members, Identities({}), staging, report, 2, lambda text, done: None)
            staging.close()
            assert report.waterfall[0].used == count, report.waterfall

        def store(folder: Path) -> None:
            build_store(ClaimInputs(cclf=(path,)), folder / "store", buckets=4, threads=2)

        read, _ = best(bare)
        print(f"{count:,} lines, {size:,.0f} MB of CCLF5")
        print(f"bare read of the bytes   {read:6.2f} s")
        wanted: list[tuple[str, Callable[[Path], object]]] = [("text to Parquet", stage)]
        if "--store" in sys.argv:
            wanted.append(("text to the claim store", store))
        for name, work in wanted:
            took, used = best(work)
            ratio = took / read
            print(
                f"{name:24} {took:6.2f} s  {used:6.2f} s of processor  {ratio:4.0f} x the bare read"
            )


if __name__ == "__main__":
    main()
