"""How long the generator takes: ``python tests/bench/bench_synth.py [PEOPLE]``.

Prints clock and processor seconds, the records written, and the ratio to writing the same bytes
through the same compressor without making them.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
import zipfile
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "src"))

from openvbc.synth import Settings, generate


def measured(people: int, *, light: bool) -> None:
    """Generate once and print one row."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "aco"
        clock, work = time.perf_counter(), time.process_time()
        made = generate(Settings(people=people, seed=1, light=light), folder)
        clock, work = time.perf_counter() - clock, time.process_time() - work
        plain = 0.0
        size = 0
        for path in (folder / "cclf").glob("*.zip"):
            with zipfile.ZipFile(path) as bundle:
                for member in bundle.namelist():
                    content = bundle.read(member)
                    size += len(content)
                    started = time.process_time()
                    zlib.compress(content, 1)
                    plain += time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{people:,} people, {'light' if light else 'full'}: {clock:.1f} s clock, {work:.1f} s "
        f"processor, {sum(made.records.values()):,} records, {size / 1e9:.2f} GB; "
        f"{work / plain:.1f} times compression alone; peak {peak} MB"
    )


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    measured(wanted, light=True)
    measured(wanted, light=False)
