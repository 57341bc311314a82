"""Damaged project files, contracts, overlays, results and lists: words, never a traceback.

Each case takes a whole small input of one kind (:mod:`trust.corpus`), damages it in a seeded random
way and gives it to the command that reads it. It may be refused in words or be used; it may not
take a minute, two gigabytes, or name a person.
"""

import contextlib
import random
import re
import resource
import shutil
import signal
import string
from pathlib import Path

import pytest
from typer.testing import CliRunner

import openvbc
from claims.test_fuzz import mutate as damaged_bytes
from openvbc.cli import app
from openvbc.errors import OpenvbcError
from openvbc.programs.registry import programs
from trust.corpus import CORPUS

SECONDS, KILOBYTES = 60, 2 * 1024 * 1024
HELD_AT_START = 512 * 1024
"""More than a process of its own holds before the first case; what cases add stays in the rest."""
FORMS = (
    ".inf", "-.inf", ".nan", "1e999", "1e-999", "9" * 400, "-1", "0", "0x10", "1_000", "12:30:45",
    "2024-02-30", "2024-01-01T00:00:00Z", "yes", "~", "null", "''", "!!python/object:os.system x",
    "!!binary aGVsbG8=", "!!set {a, b}", "&a [*a]", "*a", "<<: {a: 1}", "[[[[[[[[[[]]]]]]]]]]",
    "{a: {b: {c: d}}}", "? [a]\n: b", "|\n  text", "\u2028", "\u202e", "\ufeff", "\x85", "=1+1",
    "\u0663", "\u00bd", "1,5", "1 000", "$5", "5%", "(5)", "\u22125", "*", "-", "NA", "#REF!", '"',
)  # fmt: skip
"""What stands where a value is expected."""
WORD = re.compile(rb"[^\s,:{}\[\]]+")


def mutated(content, chance):
    """One damage: to bytes as in a delivery, to a value, to a line or to the indentation."""
    kind = chance.randrange(6)
    lines = content.split(b"\n")
    if kind == 0:
        return damaged_bytes(content, chance)
    if kind in (1, 2):
        words = list(WORD.finditer(content))
        if not words:
            return content
        at = chance.choice(words)
        with_ = chance.choice([*FORMS, chance.choice(words).group().decode("utf-8", "replace")])
        return content[: at.start()] + with_.encode() + content[at.end() :]
    number = chance.randrange(len(lines))
    if kind == 3:
        lines.insert(number, chance.choice(lines))
    elif kind == 4:
        lines[number] = b" " * chance.randrange(4) + lines[number].lstrip(b" ")
    elif chance.random() < 0.5:
        del lines[number]
    else:
        letter = chance.choice(string.printable).encode()
        at = chance.randrange(len(lines[number]) + 1)
        lines[number] = lines[number][:at] + letter + lines[number][at:]
    return b"\n".join(lines)


@pytest.fixture
def in_time():
    """A case that takes a minute is interrupted, which is a failure."""

    def too_long(*_):
        raise AssertionError(f"more than {SECONDS} s")

    before = signal.signal(signal.SIGALRM, too_long)
    yield lambda: signal.alarm(SECONDS)
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def peak():
    """Most memory held since `forget_peak`, in kilobytes; of all time where that cannot be told."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])


def forget_peak():
    """What other tests of this process once held is not this one's; the peak after it."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return peak()


def attack(make, folder, seeds, in_time):
    held = forget_peak()
    for seed in seeds:
        chance = random.Random(seed)
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "in").mkdir(parents=True)
        words = [word.replace("OUT", str(folder / "out")) for word in make(folder / "in")]
        (folder / "out").mkdir()
        files = sorted(p for p in (folder / "in").rglob("*") if p.is_file())
        for path in chance.sample(files, chance.choice([1, 1, len(files)])):
            for _ in range(chance.choice([1, 1, 2, 5])):
                path.write_bytes(mutated(path.read_bytes(), chance))
        in_time()
        done = CliRunner().invoke(app, words)
        fine = done.exception is None or isinstance(done.exception, SystemExit | OpenvbcError)
        assert fine, f"seed {seed}: {words[:2]} {type(done.exception).__name__}: {done.exception}"
        assert isinstance(done.exception, OpenvbcError) or done.exit_code in range(6), seed
    assert peak() - held < KILOBYTES - HELD_AT_START


@pytest.mark.parametrize("kind", CORPUS)
def test_a_whole_input_is_used(kind, tmp_path):
    """What the fuzzer damages is right before: otherwise nothing behind the first check is met."""
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    words = CORPUS[kind](tmp_path / "in")
    done = CliRunner().invoke(app, [word.replace("OUT", str(tmp_path / "out")) for word in words])
    assert done.exit_code == 0, (done.output, done.exception)


@pytest.mark.parametrize("kind", CORPUS)
def test_damaged_files_are_read_or_refused(kind, tmp_path, in_time):
    attack(CORPUS[kind], tmp_path / "case", range(2), in_time)


@pytest.mark.parametrize(
    ("kind", "seed"),
    [("overlay", 1085), ("hospital readmissions", 1020), ("hospital readmissions", 1180)],
)
def test_what_once_ended_in_a_trace_is_refused_in_words(kind, seed, tmp_path, in_time):
    """A range that is none in an overlay; hospitals of which no condition has its figures."""
    attack(CORPUS[kind], tmp_path / "case", [seed], in_time)


@pytest.mark.slow
@pytest.mark.parametrize("kind", CORPUS)
@pytest.mark.parametrize("slice_", range(2))
def test_many_damaged_files_are_read_or_refused(kind, slice_, tmp_path, in_time):
    attack(
        CORPUS[kind], tmp_path / "case", range(1000 + 110 * slice_, 1110 + 110 * slice_), in_time
    )


def project_files(gold):
    """The project file of a finished project, and the commented one of each program."""
    files = {"finished": (gold / "openvbc.yaml").read_bytes()}
    for each in programs():
        if each.claims:
            template = openvbc.__path__[0] + "/" + each.claims_program().template
            with open(template, "rb") as file:
                files[each.name] = file.read()
    return files


def read_projects(gold, folder, seeds, in_time):
    files = project_files(gold)
    for name in ("participants.csv", "eligibility.csv", "risk_scores.csv"):
        (folder / name).write_bytes((gold / name).read_bytes()[:2000])
    for seed in seeds:
        chance = random.Random(seed)
        content = files[chance.choice(sorted(files))]
        for _ in range(chance.choice([1, 1, 2, 5])):
            content = mutated(content, chance)
        (folder / "openvbc.yaml").write_bytes(content)
        in_time()
        try:
            openvbc.Project(folder)
        except OpenvbcError:
            continue
        except Exception as error:
            raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}") from error


def test_damaged_project_files_are_read_or_refused(gold, tmp_path, in_time):
    read_projects(gold, tmp_path, range(30), in_time)


@pytest.mark.slow
@pytest.mark.parametrize("slice_", range(2))
def test_many_damaged_project_files_are_read_or_refused(gold, tmp_path, in_time, slice_):
    read_projects(gold, tmp_path, range(1000 * (1 + slice_), 1000 * (2 + slice_)), in_time)
