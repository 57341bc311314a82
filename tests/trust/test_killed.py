"""Killed at any moment: the next start ends with the same bytes, and nothing lies about meanwhile.

The commands run as a user runs them, in a process of their own that gets SIGKILL after a random
time. After each kill nothing of people may stand outside the run and store folders, nor be open to
others within; after the last, the commands run to their end and every file is as it would have
been.
"""

import hashlib
import json
import os
import random
import shutil
import stat
import subprocess
import sys
from itertools import zip_longest

import pyarrow as pa
import pyarrow.parquet as pq
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


OF_THE_PROGRAM = ("program_files", "record_sha256")
"""What ``source.json`` says of the installed program: the stamps of DuckDB's files, and a digest of
all it says. Installing another environment beside it links these files once more, and their time of
change is another: by that alone files differed when four of twenty seeds had failed in a row."""


def digest(path):
    content = path.read_bytes()
    if path.name == "source.json":
        said = {k: v for k, v in json.loads(content).items() if k not in OF_THE_PROGRAM}
        content = json.dumps(said).encode()
    return hashlib.sha256(content).hexdigest()


class Killed:
    """A project in a folder of its own, with folders where nothing may be left."""

    def __init__(self, gold, folder):
        self.folder = folder
        self.project = folder / "project"
        shutil.copytree(gold, self.project, ignore=shutil.ignore_patterns("run", "store"))
        self.outside = [folder / name for name in ("work", "temporary", "scratch")]
        self.kept = folder / "uninterrupted"
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
        paths = [p for p in self.project.rglob(".*") if p.name not in (".lock", ".openvbc")]
        return [p for p in paths if p.name != ".scratch"] + [
            p for p in self.project.glob("*/.scratch/*") if p.is_dir()
        ]

    def files(self):
        paths = [p for name in ("run", "store") for p in (self.project / name).rglob("*")]
        return [p for p in sorted(paths) if p.is_file() and p.name not in TIMED]

    def bytes(self):
        return {str(p.relative_to(self.project)): digest(p) for p in self.files()}

    def keep(self):
        """A copy of what was made, to tell later differences from."""
        for each in self.files():
            copy = self.kept / each.relative_to(self.project)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(each, copy)

    def differences(self, expected):
        """Every file that is another than expected, with its first difference."""
        digests = self.bytes()
        names = sorted(n for n in expected | digests if expected.get(n) != digests.get(n))
        return [f"{n}: {first_difference(self.kept / n, self.project / n)}" for n in names]

    def again(self):
        for name in ("run", "store"):
            shutil.rmtree(self.project / name, ignore_errors=True)


def lines_of(path):
    """What a file says, piece by piece: rows of a table, lines of a text, else bytes."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        return [str(table.schema), *(str(row) for row in table.to_pylist())]
    content = path.read_bytes()
    try:
        return content.decode().splitlines(keepends=True)
    except UnicodeDecodeError:
        return [content[at : at + 64] for at in range(0, len(content), 64)]


def first_difference(expected, actual):
    if not expected.exists() or not actual.exists():
        return "missing" if expected.exists() else "nobody made it uninterrupted"
    pieces = zip_longest(lines_of(expected), lines_of(actual))
    for number, (was, now) in enumerate(pieces, 1):
        if was != now:
            return f"piece {number}, {was!r:.300} was expected, {now!r:.300} is found"
    return "the same rows in other bytes"


def hold(killed, seed, kills, longest):
    """That many kills of random commands from a clean start, then to the end; what was killed."""
    chance = random.Random(seed)
    killed.again()
    history = []
    while sum(was_running for *_, was_running in history) < kills:
        words = chance.choice(COMMANDS)
        seconds = chance.uniform(0.3, longest)
        history.append((" ".join(words), round(seconds, 2), killed.kill(words, seconds)))
        assert not killed.left(), (seed, history)
    killed.finish()
    assert not killed.left(), (seed, history)
    assert not killed.unfinished(), (seed, history)
    return history


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
    digests = killed.bytes()
    assert {name: digests[name] for name in expected} == expected


def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    """Or a name could stand, after the power went, over what was never written."""
    done = []
    monkeypatch.setattr(os, "fsync", lambda at: done.append(os.fstat(at).st_size))
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda *names: (done.append("named"), replace(*names)))
    write_text(tmp_path / "record.json", "whole")
    assert done == [5, "named"]
    assert (tmp_path / "record.json").read_text() == "whole"


def test_a_difference_is_told(gold, tmp_path):
    """What failed once must be explained from the output of the test alone."""
    killed = Killed(gold, tmp_path)
    table, text = killed.project / "run/rows.parquet", killed.project / "store/rows.csv"
    for path in (table, text):
        path.parent.mkdir()
    pq.write_table(pa.table({"year": [2022, 2023]}), table)
    text.write_text("a\nb\n")
    killed.keep()
    expected = killed.bytes()
    assert killed.differences(expected) == []
    pq.write_table(pa.table({"year": [2022, 2024]}), table)
    text.write_text("a\nc\n")
    assert killed.differences(expected) == [
        "run/rows.parquet: piece 3, \"{'year': 2023}\" was expected, \"{'year': 2024}\" is found",
        "store/rows.csv: piece 2, 'b\\n' was expected, 'c\\n' is found",
    ]
    source = killed.project / "run/source.json"
    source.write_text('{"program_files": "1", "inputs": "2"}')
    usual = killed.bytes()["run/source.json"]
    source.write_text('{"program_files": "3", "inputs": "2"}')
    assert killed.bytes()["run/source.json"] == usual
    source.write_text('{"program_files": "3", "inputs": "4"}')
    assert killed.bytes()["run/source.json"] != usual
    source.unlink()
    text.unlink()
    assert killed.differences(expected)[1] == "store/rows.csv: missing"


@pytest.fixture(scope="module")
def uninterrupted(gold, tmp_path_factory):
    """The project, and the bytes of what the commands make when nobody kills them."""
    killed = Killed(gold, tmp_path_factory.mktemp("killed"))
    killed.finish()
    killed.keep()
    return killed, killed.bytes()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_two_hundred_kills(uninterrupted, seed):
    killed, expected = uninterrupted
    history = hold(killed, seed, kills=10, longest=12.0)
    assert not (told := killed.differences(expected)), "\n".join(map(str, [*history, *told]))
