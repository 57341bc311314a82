"""What must never change the answer: order, files, threads, buckets, repetition, a kill, engine.

One small invented population is run in many ways; every table and the settlement must come out
alike, to the byte where the way of running is the same, else row by row.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest
import yaml

import openvbc
from openvbc.engine.digests import file_digest
from openvbc.run import TIMES
from runs_alike import run_again, same


@pytest.fixture(scope="module")
def deliveries(own_copy):
    return own_copy


@pytest.fixture(scope="module")
def usual(deliveries):
    """As `vbc run` made it of them, without the pages and what the review of risk added."""
    told = shutil.ignore_patterns("report*", "standing.json", "risk", "rule_tables")
    shutil.copytree(deliveries / "run", deliveries / "run-usual", ignore=told)
    run = run_again(deliveries, "usual", store="store")
    assert run.times["step assignment"] == 0  # not made again
    for table in (run.folder / "tables").iterdir():
        if table.is_dir() and f"step {table.name}" not in run.times:
            shutil.rmtree(table)
    return run


def bytes_of(run: openvbc.Run) -> dict[str, str]:
    """Digest of every file of the run but its durations and the paths it was made from."""
    skipped = {TIMES, "source.json", "manifest.json"}
    files = [p for p in run.folder.rglob("*") if p.is_file() and p.name not in skipped]
    return {str(p.relative_to(run.folder)): file_digest([p]) for p in sorted(files)}


@pytest.fixture(scope="module")
def repeated(deliveries):
    """The same again: a store and a run of its own."""
    return run_again(deliveries, "repeated")


def test_a_repeated_run_makes_the_same_bytes(repeated, usual):
    assert bytes_of(repeated) == bytes_of(usual)


ONE_THREAD = {"threads": 1, "buckets": 2}


@pytest.mark.slow
def test_threads_and_buckets_of_people(deliveries, usual):
    same(run_again(deliveries, "one-thread", engine=ONE_THREAD), usual)


@pytest.mark.slow
@pytest.mark.parametrize("threads", [1, 2])
def test_threads(deliveries, usual, threads):
    same(run_again(deliveries, f"threads-{threads}", engine={"threads": threads}), usual)


@pytest.mark.slow
@pytest.mark.parametrize("buckets", [3, 7])
def test_buckets_of_people(deliveries, usual, buckets):
    same(run_again(deliveries, f"buckets-{buckets}", engine={"buckets": buckets}), usual)


def test_the_dialect_of_spark_runs_the_whole_chain_alike(deliveries, usual, spark_dialect):
    name = type(spark_dialect).__name__
    same(run_again(deliveries, name, spark_dialect, store="store"), usual)


@pytest.mark.slow
def test_the_order_of_rows(deliveries, usual):
    shuffled = deliveries / "cclf-shuffled"
    shuffled.mkdir()
    chance = random.Random(7)
    for path in sorted((deliveries / "cclf").iterdir()):
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(shuffled / path.name, "w") as new:
            for member in old.namelist():
                lines = old.read(member).splitlines(keepends=True)
                chance.shuffle(lines)
                new.writestr(member, b"".join(lines))
    inputs = yaml.safe_load((deliveries / "openvbc.yaml").read_text())["inputs"]
    same(run_again(deliveries, "order", inputs=inputs | {"cclf": ["cclf-shuffled"]}), usual)


@pytest.mark.slow
def test_files_apart_or_zipped(deliveries, usual):
    apart = deliveries / "cclf-apart"
    apart.mkdir()
    for path in sorted((deliveries / "cclf").iterdir()):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(apart)
    inputs = yaml.safe_load((deliveries / "openvbc.yaml").read_text())["inputs"]
    same(run_again(deliveries, "apart", inputs=inputs | {"cclf": ["cclf-apart"]}), usual)


@pytest.mark.parametrize(
    "engine", [ONE_THREAD, pytest.param({}, marks=pytest.mark.slow)], ids=["one thread", "usual"]
)
def test_a_delivery_cut_in_two_and_out_of_order(deliveries, usual, engine):
    """Half of every file's lines in one delivery, the others in another of the same day.

    And the people in two parts, on one thread: what none of it changes together none changes.
    """
    own = f"cut-{len(engine)}"
    cut = deliveries / f"cclf-{own}"
    cut.mkdir()
    chance = random.Random(7)
    for path in sorted((deliveries / "cclf").iterdir()):
        with zipfile.ZipFile(path) as old:
            members = {name: old.read(name).splitlines(keepends=True) for name in old.namelist()}
        for lines in members.values():
            chance.shuffle(lines)
        for part, time in enumerate(("T1200000", "T1300000")):
            with zipfile.ZipFile(cut / path.name.replace("T1200000", time), "w") as new:
                for name, lines in members.items():
                    half = len(lines) // 2
                    kept = lines[:half] if part == 0 else lines[half:]
                    new.writestr(name.replace("T1200000", time), b"".join(kept))
    inputs = yaml.safe_load((deliveries / "openvbc.yaml").read_text())["inputs"]
    changed = {"inputs": inputs | {"cclf": [cut.name]}, "engine": engine}
    # Each half has fewer records than its CCLF0 says: refused, unless accepted by name.
    with pytest.raises(openvbc.errors.InputError, match="VBC-188"):
        run_again(deliveries, own, **changed)
    project = openvbc.Project(deliveries / f"{own}.yaml")
    checks = project.data_checks(project.build_store())
    names = {c.subject: "cut in two by this test" for c in checks if c.stops and c.subject}
    same(run_again(deliveries, own, **changed, accepted=names), usual)


KILLED = """
    import os, sys
    import openvbc
    seen = 0
    def watch(progress):
        global seen
        seen += 1
        if seen == {after}:
            os._exit(9)
    openvbc.Project({path!r}).run(progress=watch)
"""


@pytest.mark.parametrize(
    "after",
    [
        17,
        *(
            pytest.param(n, marks=pytest.mark.slow)
            for n in random.Random(3).sample([*range(2, 17), *range(18, 60)], 5)
        ),
    ],
)
def test_a_killed_run_resumes_and_ends_with_the_same_bytes(deliveries, repeated, after):
    name = f"killed-{after}"
    content = yaml.safe_load((deliveries / "openvbc.yaml").read_text())
    content |= {"store": "store-repeated", "output": f"run-{name}"}
    path = deliveries / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content))
    program = textwrap.dedent(KILLED.format(after=after, path=str(path)))
    home = {"PYTHONPATH": str(Path(openvbc.__file__).parents[1])}
    killed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=os.environ | home
    )
    assert killed.returncode == 9, killed.stderr
    assert not (deliveries / f"run-{name}" / "manifest.json").exists()
    resumed = openvbc.Project(path).run()
    assert bytes_of(resumed) == bytes_of(repeated)
    leftovers = [p.name for p in (resumed.folder / "tables").iterdir() if p.name.startswith(".")]
    assert set(leftovers) <= {".openvbc"}  # the mark that the folder is ours


def test_a_changed_rule_runs_again_only_what_depends_on_it(deliveries, repeated, usual):
    kept = openvbc.Project(deliveries / "repeated.yaml").run()
    spent = {name: s for name, s in kept.times.items() if name.startswith("step ")}
    assert set(spent.values()) == {0.0}
    shutil.rmtree(repeated.folder / "tables" / "assignment")
    again = openvbc.Project(deliveries / "repeated.yaml").run()
    spent = {name for name, s in again.times.items() if name.startswith("step ") and s > 0}
    assert spent == {"step assignment"}
    same(again, usual)


def test_only_the_owner_can_read_a_run(usual):
    assert usual.folder.stat().st_mode & 0o077 == 0
