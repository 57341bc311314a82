"""Starting the command imports nothing heavy: no engine, no tables, no reports.

Held by what is loaded, not by time, so that a busy machine does not matter. The version is told
before Typer is loaded, help before pydantic, and a command is asked for without the other commands.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fresh_run import FreshRun
from openvbc.commands import COMMANDS, function_of

SOURCE = Path(__file__).parents[2] / "src"
HEAVY = {
    "altair", "duckdb", "jinja2", "numpy", "openpyxl", "pandas", "pyarrow", "pyspark",
    "vl_convert", "xlsxwriter", "yaml",
}  # fmt: skip
OWN = {"claims", "engine", "programs", "project", "report", "rules", "steps", "synth", "worksheets"}
COMPUTING = tuple(
    f"openvbc.{name}"
    for name in (
        "claims", "engine.duckdb", "programs", "project.", "project_file", "report", "rules.load",
        "steps", "worksheets",
    )
)  # fmt: skip
PROGRAM = """
import json, sys
sys.path.insert(0, {source!r})
sys.argv = ["vbc", *{asked!r}]
from openvbc.start import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
finally:
    print(json.dumps(sorted(sys.modules)))
"""


def loaded_by(asked: list[str]) -> set[str]:
    program = PROGRAM.format(source=str(SOURCE), asked=asked)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("asked", "also_not"),
    [
        (["--version"], {"typer", "pydantic", "rich", "openvbc.cli"}),
        (["--help"], {"pydantic"}),
        (["run", "--help"], {f"openvbc.commands.{name}" for name in COMMANDS if name != "run"}),
    ],
    ids=lambda given: given if isinstance(given, str) else " ".join(sorted(given)[:2]),
)
def test_start_up_imports_nothing_heavy(asked: list[str], also_not: set[str]) -> None:
    loaded = loaded_by(asked)
    assert not loaded & HEAVY
    assert not loaded & {f"openvbc.{name}" for name in OWN}
    assert not loaded & also_not


def test_a_run_that_stands_is_told_without_what_computes(fresh: FreshRun) -> None:
    assert {"duckdb", "pyarrow.lib"} <= fresh.loaded
    assert "pandas" not in fresh.loaded  # where it is installed, pyarrow imports it
    loaded = loaded_by(["run", str(fresh.project)])
    assert not loaded & (HEAVY - {"yaml"})
    assert not {name for name in loaded if name.startswith(COMPUTING)}


PANDAS = """
import sys
sys.path.insert(0, {source!r})
from openvbc.commands.pyarrow_alone import leave_pandas_alone
leave_pandas_alone()
import pyarrow
ours = "pyarrow.array([1]).to_numpy(); pyarrow.array(['a']).to_numpy(zero_copy_only=False)"
exec(ours, {{"pyarrow": pyarrow, "__name__": "openvbc.claims"}})
assert "pandas" not in sys.modules
{theirs}
assert "pandas" in sys.modules
"""


@pytest.mark.parametrize(
    "theirs",
    [
        "import pandas",
        "assert pyarrow.table({'a': [1, 2]}).to_pandas().shape == (2, 1)",
        "import importlib; importlib.import_module('pandas')",
        "exec('import pandas', {'__name__': 'openvbc.run_table'})",
    ],
)
def test_a_program_of_somebody_else_has_pandas(theirs: str) -> None:
    pytest.importorskip("pandas")
    program = PANDAS.format(source=str(SOURCE), theirs=theirs)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_file_whose_function_takes_options_is_a_command() -> None:
    """A command's file has a function of its name, with arguments or options of Typer."""
    named = {
        file.stem
        for file in (SOURCE / "openvbc" / "commands").glob("*.py")
        if f"\ndef {file.stem}(" in (text := file.read_text("utf-8"))
        and re.search(r"typer\.(Option|Argument)\(", text)
    }
    listed = {name.replace("-", "_") for name in COMMANDS}
    assert named <= listed
    assert all(function_of(name).__doc__ for name in COMMANDS)
