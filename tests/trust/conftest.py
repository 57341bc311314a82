"""A small project that was run once, and copies of it to attack."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import openvbc

SOURCE = str(Path(openvbc.__file__).parents[1])


@pytest.fixture(scope="session")
def gold(finished):
    """A finished project; never written to by a test."""
    return finished


@pytest.fixture
def project(gold, tmp_path):
    """A copy of the finished project."""
    return Path(shutil.copytree(gold, tmp_path / "project"))


@pytest.fixture
def vbc(tmp_path):
    """Run the command as a user does, in a folder of its own."""

    def run(*words, cwd=None, timeout=300, text=True, **environment):
        return subprocess.run(
            [sys.executable, "-m", "openvbc", *map(str, words)],
            cwd=cwd or tmp_path,
            env={**os.environ, "PYTHONPATH": SOURCE, "OPENVBC_SCRATCH": str(tmp_path / "scratch"),
                 **environment},
            capture_output=True, text=text, timeout=timeout, check=False,
        )  # fmt: skip

    return run
