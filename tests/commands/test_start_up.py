"""Starting the command imports nothing heavy: no engine, no tables, no reports.

Typer itself imports pydantic, so that is not in our hands.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
HEAVY = {
    "altair", "duckdb", "jinja2", "numpy", "openpyxl", "pandas", "pyarrow", "pyspark",
    "vl_convert", "xlsxwriter", "yaml",
}  # fmt: skip
OWN = {"claims", "engine", "programs", "project", "report", "rules", "steps", "synth", "worksheets"}
PROGRAM = """
import json, sys
sys.path.insert(0, {source!r})
from openvbc.cli import app
try:
    app({asked!r}, standalone_mode=False)
finally:
    print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize("asked", [["--version"], ["--help"], ["run", "--help"]])
def test_start_up_imports_nothing_heavy(asked: list[str]) -> None:
    program = PROGRAM.format(source=str(SOURCE), asked=asked)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert not loaded & HEAVY
    assert not loaded & {f"openvbc.{name}" for name in OWN}
