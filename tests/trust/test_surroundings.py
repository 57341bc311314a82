"""Locale, time zone, hash seed, threads, umask, a full disk, odd names: the same, or a message."""

import hashlib
import os
import resource
import string
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from trust.conftest import SOURCE
from trust.corpus import CORPUS

pytestmark = pytest.mark.skipif(os.name == "nt", reason="limits and umask of Unix")

SURROUNDINGS = [
    {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"},
    {"LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8", "TZ": "Pacific/Kiritimati",
     "PYTHONHASHSEED": "4294967295", "PYTHONUTF8": "0", "OMP_NUM_THREADS": "1"},
]  # fmt: skip


def settled(folder, words, surroundings, umask=0o022, limit=None):
    def prepare():
        os.umask(umask)
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    out = folder / "out"
    return out, subprocess.run(
        [sys.executable, "-m", "openvbc", *(word.replace("OUT", str(out)) for word in words)],
        env={**os.environ, "PYTHONPATH": SOURCE, **surroundings},
        cwd=folder, preexec_fn=prepare, capture_output=True, text=True, check=False,
    )  # fmt: skip


def digests(folder):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.is_file()
    }


def test_the_same_bytes_whatever_the_surroundings(tmp_path):
    (tmp_path / "in").mkdir()
    words = CORPUS["payer contract"](tmp_path / "in")
    found = []
    for number, (surroundings, umask) in enumerate(zip(SURROUNDINGS, (0o022, 0), strict=True)):
        (tmp_path / str(number)).mkdir()
        out, done = settled(tmp_path / str(number), words, surroundings, umask)
        assert done.returncode == 0, done.stderr
        assert not [p for p in out.rglob("*") if p.stat().st_mode & 0o077]
        found.append(digests(out))
    assert found[0] == found[1]
    assert len(found[0]) > 5


@pytest.mark.parametrize("limit", [0, 2000])
def test_a_full_disk_is_said(tmp_path, limit):
    """No file may grow beyond the limit, as where the disk is full."""
    (tmp_path / "in").mkdir()
    words = CORPUS["payer contract"](tmp_path / "in")
    _, done = settled(tmp_path, words, SURROUNDINGS[0], limit=limit)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "VBC-" in done.stderr


ODD = "".join(c for c in string.printable if c.isprintable() and c not in "/\\") + "é\u202e[1]"


def test_a_folder_of_every_printable_character(tmp_path):
    folder = tmp_path / ODD
    (folder / "in").mkdir(parents=True)
    words = [
        word.replace("OUT", str(folder / "out")) for word in CORPUS["payer contract"](folder / "in")
    ]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, (done.output, done.exception)
    assert "\u202e" not in done.output
    shown = CliRunner().invoke(app, ["explain", str(folder / "out"), "settlement"])
    assert shown.exit_code == 0 or "VBC-" in str(shown.exception)
