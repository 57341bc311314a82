"""Locale, time zone, hash seed, threads, umask, a full disk, odd names: the same, or a message."""

import ast
import csv
import hashlib
import os
import shutil
import string
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.commands.last_net import of_the_system
from openvbc.errors import OpenvbcError
from programs import results_files
from source_trees import nodes_of
from trust.conftest import SOURCE
from trust.corpus import CORPUS

pytestmark = pytest.mark.skipif(os.name == "nt", reason="limits and umask of Unix")

SURROUNDINGS = [
    {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"},
    {"LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8", "TZ": "Pacific/Kiritimati",
     "PYTHONHASHSEED": "4294967295", "PYTHONUTF8": "0", "OMP_NUM_THREADS": "1"},
]  # fmt: skip


STARTED = """
import os, resource, runpy, sys
umask, limit = sys.argv.pop(1), sys.argv.pop(1)
os.umask(int(umask))
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
runpy.run_module("openvbc", run_name="__main__", alter_sys=True)
"""
"""The command with a umask and a limit of its own. They are not set between fork and exec: a copy
of a process of tests that holds a session of Sail may not live that long."""


def settled(folder, words, surroundings, umask=0o022, limit=None):
    out = folder / "out"
    given = [word.replace("OUT", str(out)) for word in words]
    return out, subprocess.run(
        [sys.executable, "-c", STARTED, str(umask), "" if limit is None else str(limit), *given],
        env={**os.environ, "PYTHONPATH": SOURCE, **surroundings},
        cwd=folder, capture_output=True, text=True, check=False,
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
    digests_by_run = []
    for number, (surroundings, umask) in enumerate(zip(SURROUNDINGS, (0o022, 0), strict=True)):
        (tmp_path / str(number)).mkdir()
        out, done = settled(tmp_path / str(number), words, surroundings, umask)
        assert done.returncode == 0, done.stderr
        assert not [p for p in out.rglob("*") if p.stat().st_mode & 0o077]
        digests_by_run.append(digests(out))
    assert digests_by_run[0] == digests_by_run[1]
    assert len(digests_by_run[0]) > 5


@pytest.mark.parametrize("limit", [2000, pytest.param(0, marks=pytest.mark.slow)])
def test_a_full_disk_is_said(tmp_path, limit):
    """No file may grow beyond the limit, as where the disk is full."""
    (tmp_path / "in").mkdir()
    words = CORPUS["payer contract"](tmp_path / "in")
    _, done = settled(tmp_path, words, SURROUNDINGS[0], limit=limit)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "VBC-" in done.stderr


NOWHERE = "/proc/nowhere"
"""Nobody can write here, the administrator neither."""
WRITE = {
    "run": ["run", "PROJECT", "--output", NOWHERE],
    "report": ["report", "PROJECT", "--output", NOWHERE],
    "risk": ["risk", "PROJECT", "--output", NOWHERE],
    "check": ["check", "PROJECT", "--output", f"{NOWHERE}.csv"],
    "compare": ["compare", "PROJECT/run", "PROJECT/run", "--people", f"{NOWHERE}.csv"],
    "simulate": ["simulate", "PROJECT/run", "--expenditure-trend", "0.98..1.02", "--scenarios",
                 "1000", "--output", f"{NOWHERE}.html"],
    "init": ["init", NOWHERE],
    "synth": ["synth", NOWHERE],
    "demo": ["demo", "--output", NOWHERE],
}  # fmt: skip
HEAVY = ("report", "risk")


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="a folder that refuses every file")
@pytest.mark.parametrize(
    "kind",
    [*(pytest.param(k, marks=pytest.mark.slow) if k in HEAVY else k for k in WRITE),
     "payer contract", "clinicians", "risk scores"],
)  # fmt: skip
def test_a_folder_that_takes_no_file_is_said(kind, gold, tmp_path):
    """The error of the system becomes a message that names the place (`last_net`)."""
    words = WRITE.get(kind) or CORPUS[kind](tmp_path)
    words = [w.replace("PROJECT", str(gold)).replace("OUT", NOWHERE) for w in words]
    refused = CliRunner().invoke(app, words).exception
    assert isinstance(refused, OSError | OpenvbcError), refused
    said = of_the_system(refused) if isinstance(refused, OSError) else str(refused)
    assert "VBC-" in said
    assert "nowhere" in said


def _of_a_set(node):
    called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    return isinstance(node, ast.Set | ast.SetComp) or called in ("set", "frozenset")


def test_no_order_hangs_on_the_hash_seed():
    """A set is sorted by a key that cannot tie: equal rows of a report changed places by it."""
    places = []
    for path, node in nodes_of(ast.Call):
        if not isinstance(node.func, ast.Name):
            continue
        keys = [each.value for each in node.keywords if each.arg == "key"]
        if node.func.id in ("sorted", "min", "max") and node.args and _of_a_set(node.args[0]):
            whole = [k for k in keys if isinstance(k, ast.Lambda) and isinstance(k.body, ast.Tuple)]
            whole += [k for k in keys if isinstance(k, ast.Name) and k.id in ("str", "repr")]
            places += [f"{path.name}:{node.lineno}"] * (len(keys) - len(whole))
    assert places == []


@pytest.mark.slow
def test_a_whole_project_has_the_same_bytes_whatever_the_surroundings(gold, tmp_path):
    """Both runs in one place: a run knows where its project is."""
    digests_by_run = []
    for surroundings, umask, threads in zip(SURROUNDINGS, (0o022, 0), (1, 2), strict=True):
        project = tmp_path / "project"
        shutil.copytree(gold, project, ignore=shutil.ignore_patterns("run", "store"))
        with (project / "openvbc.yaml").open("a") as file:
            file.write(f"engine: {{threads: {threads}}}\n")
        for command in ("run", "report"):
            _, done = settled(tmp_path, [command, str(project)], surroundings, umask)
            assert done.returncode == 0, done.stderr
        made = [p for part in ("run", "store") for p in (project / part).rglob("*") if p.is_file()]
        assert not [p for p in made if p.stat().st_mode & 0o077]
        digests_by_run.append(
            {str(p.relative_to(project)): hashlib.sha256(p.read_bytes()).hexdigest()
             for p in made if p.suffix in (".parquet", ".html")}
        )  # fmt: skip
        shutil.rmtree(project)
    assert len(digests_by_run[0]) > 50
    assert digests_by_run[0] == digests_by_run[1]


def test_people_named_with_every_printable_character(tmp_path):
    """Each is scored as a plain one is, or set aside; none is another and none is lost."""
    names = [f"A{c}B" for c in string.printable if c.isprintable()]
    with (tmp_path / "p.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["person_id", "birth_date", "sex"])
        rows.writerows([name, "1950-01-01", "F"] for name in names)
    with (tmp_path / "d.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["person_id", "diagnosis_code"])
        rows.writerows([name, "E119"] for name in names)
    out = tmp_path / "s.csv"
    words = ["score", str(tmp_path / "p.csv"), str(tmp_path / "d.csv"), "--model", "V28"]
    done = CliRunner().invoke(app, [*words, "--year", "2026", "--raw", "--output", str(out)])
    assert done.exit_code in (0, 3), (done.output, done.exception)
    with out.open(newline="") as file:
        scored = list(csv.DictReader(file))
    assert len({row["person_id"] for row in scored}) == len(scored) > 60
    assert len({row["raw_score"] for row in scored}) == 1


@pytest.mark.parametrize("character", [c for c in string.punctuation + "é" if c not in "-"])
def test_a_contract_named_with_any_character_is_settled_or_refused(character, tmp_path):
    file = results_files.write(
        tmp_path / "results_2024.csv",
        [row | {"ACO_ID": f"A{character}001"} for row in results_files.rows()[:1]],
    )
    words = ["settle", str(file), "--program", "mssp", "--year", "2024", "--no-reports"]
    done = CliRunner().invoke(app, [*words, "--output", str(tmp_path / "out")])
    assert isinstance(done.exception, SystemExit | OpenvbcError | None.__class__), done.exception
    assert done.exit_code in (0, 1, 2, 3)
    if done.exception is not None:
        assert "set aside" in done.output or "VBC-" in str(done.exception)


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
