"""One flipped bit or a cut anywhere in store or run: an error or the same result, never another."""

import contextlib
import random

import pytest

import openvbc
from openvbc.engine.sealed import read_sealed, write_sealed
from openvbc.errors import OpenvbcError
from openvbc.programs.stored_run import StoredRun

RESULT = "earned_savings_or_owed_losses"


def settled(project):
    run = openvbc.Project(project).run()
    evaluation = run.settlement.main.evaluation
    return [evaluation.value(name, 0) for name in evaluation.worksheet.lines]


def read_back(project):
    """What the commands that only read a run take from it."""
    run = openvbc.Run.open(project / "run")
    told = (run.periods, run.times.keys(), run.store, run.table("assignment").rows())
    stored = StoredRun(project / "run")
    (row,) = stored.rows("settlement", None, None)
    return (*told, stored.trace(row, RESULT).value, stored.parameters, stored.worksheets)


def victims(project):
    kept = (".lock", ".openvbc", "report.html", "report.xlsx")
    files = [p for part in ("run", "store") for p in (project / part).rglob("*") if p.is_file()]
    return sorted(p for p in files if p.name not in kept and ".scratch" not in p.parts)


def damage(file, rng):
    content = bytearray(file.read_bytes())
    if not content or rng.random() < 0.2:
        file.write_bytes(bytes(content[: len(content) // 2]))
        return
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    file.write_bytes(bytes(content))


def hold(project, seeds):
    expected, read = settled(project), read_back(project)
    for seed in seeds:
        rng = random.Random(seed)
        file = rng.choice(victims(project))
        damage(file, rng)
        where = f"seed {seed}: {file.relative_to(project)}"
        with contextlib.suppress(OpenvbcError):
            assert read_back(project) == read, where
        assert settled(project) == expected, where
        assert read_back(project) == read, where


def test_damage_is_mended_by_the_next_run(project):
    hold(project, range(2))


@pytest.mark.slow
@pytest.mark.parametrize("slice_", range(20))
def test_two_hundred_damages(project, slice_):
    hold(project, range(100 + 10 * slice_, 110 + 10 * slice_))


@pytest.mark.parametrize(
    "name",
    ["manifest.json", "parameters.json", "worksheets.json", "links.json", "source.json",
     "times.json", "rule_tables/period.csv", "settlement.parquet"],
)  # fmt: skip
@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]"])
def test_an_empty_or_garbled_file_of_a_run_is_said(own_copy, name, content):
    file = own_copy / "run" / name
    whole = file.read_bytes()
    file.write_bytes(content)
    try:
        with pytest.raises(OpenvbcError):
            read_back(own_copy)
    finally:
        file.write_bytes(whole)


def test_a_whole_run_is_read(own_copy):
    """What the damage above was done to, mended after each."""
    assert read_back(own_copy)


def test_a_record_that_was_changed_is_not_believed(tmp_path):
    write_sealed(tmp_path / "r.json", {"rows": [12]})
    assert read_sealed(tmp_path / "r.json") == {"rows": [12]}
    text = (tmp_path / "r.json").read_text()
    (tmp_path / "r.json").write_text(text.replace("12", "13"))
    with pytest.raises(ValueError, match="not what was written"):
        read_sealed(tmp_path / "r.json")


def test_an_empty_count_of_an_unfinished_step_is_no_hindrance(project):
    expected = settled(project)
    tables = project / "run" / "tables"
    key = read_sealed(tables / "assignment" / "step.json")["key"]
    left = tables / f".assignment-{key[:16]}"
    (tables / "assignment").rename(left)
    (left / "step.json").unlink()
    (left / "part-000.rows").write_text("")
    assert settled(project) == expected
