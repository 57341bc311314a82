"""One run in a new process, as a user starts it: what it said, opened and loaded.

A new process takes ten seconds, most of them to load and compile; all that is asked of one is asked
of this.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from source_trees import SOURCE

PROGRAM = """
import json, os, sys
seen = set()
sys.addaudithook(lambda event, words: event == "open" and seen.add((str(words[0]), words[2])))
sys.argv = ["vbc", "run", {project!r}, "--json"]
from openvbc.start import main
try:
    main()
finally:
    opened = sorted({{os.path.abspath(name) for name, how in seen if not how & 3}})
    with open({told!r}, "w") as file:
        json.dump({{"opened": opened, "loaded": sorted(sys.modules)}}, file)
"""


@dataclass(frozen=True)
class FreshRun:
    """A project that was run in a new process; no test may write into it."""

    project: Path
    said: dict[str, Any]
    """Its document of ``--json``."""
    opened: set[Path]
    """Files below the project that it opened to read."""
    loaded: set[str]
    """Modules that were loaded at its end."""


def make_fresh_run(project: Path, beside: Path) -> None:
    """Run a project in a new process; what it said and did is kept in a folder beside it."""
    time.sleep(2.1)  # files written less than two seconds before a run are in doubt
    told = beside / "told.json"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(project=str(project), told=str(told))],
        capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(SOURCE.parent)},
    )  # fmt: skip
    assert done.returncode in (0, 3), done.stderr
    (beside / "said.json").write_text(done.stdout)


def fresh_run_in(project: Path, beside: Path) -> FreshRun:
    """What :func:`make_fresh_run` kept."""
    told = json.loads((beside / "told.json").read_text())
    opened = {Path(name) for name in told["opened"]}
    opened = {path for path in opened if path.is_relative_to(project) and path.is_file()}
    said = json.loads((beside / "said.json").read_text())
    return FreshRun(project, said, opened, set(told["loaded"]))


def copy_with_overlay(finished: Path, folder: Path) -> Path:
    """A copy of a project, with an overlay that changes nothing."""
    project = Path(shutil.copytree(finished, folder))
    (project / "own.yaml").write_text("baseline: mssp\n")
    path = project / "openvbc.yaml"
    path.write_text(path.read_text() + "overlays: [own.yaml]\n")
    return project
