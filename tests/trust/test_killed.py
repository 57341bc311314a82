"""Killed at any moment: the next start ends with the same bytes, and nothing lies about meanwhile.

The commands run as a user runs them, in a process of their own that gets SIGKILL after a random
time. After each kill nothing of people may stand outside the run and store folders, nor be open to
others within; after the last, the commands run to their end and every file is as it would have
been.
"""

import hashlib
import os
import random
import shutil
import stat
import subprocess
import sys

import pytest

import openvbc
from openvbc.engine.private_files import write_text
from trust.conftest import SOURCE

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and rights of Unix")

COMMANDS = (["check"], ["run"], ["report"], ["risk"], ["report", "--shared"])
TO_THE_END = (["risk"], ["report"], ["report", "--shared"])
"""A review of risk first: reports made beside one have its sections."""
TIMED = {"times.json", "digests.json", "reports.json", "standing.json"}
"""What tells how long something took, when or where a file was written, or whether a review of risk
lay beside the reports when they were made, is another each time."""


class Killed:
    """A project in a folder of its own, with folders where nothing may be left."""

    def __init__(self, gold, folder):
        self.folder = folder
        self.project = folder / "project"
        shutil.copytree(gold, self.project, ignore=shutil.ignore_patterns("run", "store"))
        self.outside = [folder / name for name in ("work", "temporary", "scratch")]
        for each in self.outside:
            each.mkdir()
        self.before = sorted(self.project.iterdir())

    def start(self, words):
        work, temporary, scratch = self.outside
        environment = {"PYTHONPATH": SOURCE, "OPENVBC_SCRATCH": scratch, "TMPDIR": temporary,
                       "HOME": scratch, "COLUMNS": "100"}  # fmt: skip
        return subprocess.Popen(
            [sys.executable, "-m", "openvbc", words[0], self.project, *words[1:]],
            cwd=work,
            env={**os.environ, **{k: str(v) for k, v in environment.items()}},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            umask=0,
        )

    def kill(self, words, seconds):
        """Whether it was still running."""
        process = self.start(words)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        said = process.communicate()[1].decode()
        assert "Traceback" not in said, said
        return process.returncode < 0

    def finish(self):
        for words in TO_THE_END:
            process = self.start(words)
            said = process.communicate()[1].decode()
            assert process.returncode == 0, said

    def left(self):
        """What lies where nothing may lie, or is open to others."""
        ours = [self.project / name for name in ("run", "store")]
        stray = [p for each in self.outside for p in each.rglob("*") if p.is_file()]
        stray = [p for p in stray if p.name != ".lock"]  # a scratch folder's, empty
        stray += [p for p in self.project.iterdir() if p not in [*self.before, *ours]]
        inside = [p for each in ours if each.exists() for p in (each, *each.rglob("*"))]
        return stray + [p for p in inside if stat.S_IMODE(p.lstat().st_mode) & 0o077]

    def unfinished(self):
        """What only a killed process leaves: scratch, files and folders under no name yet."""
        found = [p for p in self.project.rglob(".*") if p.name not in (".lock", ".openvbc")]
        return [p for p in found if p.name != ".scratch"] + [
            p for p in self.project.glob("*/.scratch/*") if p.is_dir()
        ]

    def bytes(self):
        files = [p for name in ("run", "store") for p in (self.project / name).rglob("*")]
        return {
            str(p.relative_to(self.project)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(files)
            if p.is_file() and p.name not in TIMED
        }

    def again(self):
        for name in ("run", "store"):
            shutil.rmtree(self.project / name, ignore_errors=True)


def hold(killed, seed, kills, longest):
    """That many kills of random commands from a clean start, then to the end."""
    chance = random.Random(seed)
    killed.again()
    done = 0
    while done < kills:
        words = chance.choice(COMMANDS)
        seconds = chance.uniform(0.3, longest)
        done += killed.kill(words, seconds)
        assert not killed.left(), (seed, done, words, seconds)
    killed.finish()
    assert not killed.left()
    assert not killed.unfinished()


def test_a_few_kills(gold, tmp_path):
    """Of the run alone: kept short; the slow test does all commands."""
    killed = Killed(gold, tmp_path)
    for seconds in (1.5, 3.0):
        killed.kill(["run"], seconds)
        assert not killed.left()
    process = killed.start(["run"])
    assert process.wait() == 0
    assert not killed.left()
    assert not killed.unfinished()
    made_by_run = openvbc.Run.open(gold / "run").manifest.steps
    of_the_run = [f"run/tables/{table}" for table in made_by_run]
    expected = {
        str(p.relative_to(gold)): hashlib.sha256(p.read_bytes()).hexdigest()
        for part in (*of_the_run, "store")
        for p in (gold / part).rglob("*.parquet")
    }
    assert len(expected) > 50
    found = killed.bytes()
    assert {name: found[name] for name in expected} == expected


def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    """Or a name could stand, after the power went, over what was never written."""
    done = []
    monkeypatch.setattr(os, "fsync", lambda at: done.append(os.fstat(at).st_size))
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda *names: (done.append("named"), replace(*names)))
    write_text(tmp_path / "record.json", "whole")
    assert done == [5, "named"]
    assert (tmp_path / "record.json").read_text() == "whole"


@pytest.fixture(scope="module")
def uninterrupted(gold, tmp_path_factory):
    """The project, and the bytes of what the commands make when nobody kills them."""
    killed = Killed(gold, tmp_path_factory.mktemp("killed"))
    killed.finish()
    return killed, killed.bytes()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_two_hundred_kills(uninterrupted, seed):
    killed, expected = uninterrupted
    hold(killed, seed, kills=10, longest=12.0)
    found = killed.bytes()
    assert {n for n in expected | found if expected.get(n) != found.get(n)} == set()
