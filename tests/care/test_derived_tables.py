"""What follows from the claims alone is made once for billing and for lists of every day."""

import os
import shutil

from openvbc.claims.report import DERIVED
from openvbc.programs.care.care_file import read_care_file
from openvbc.programs.care.work_lists import make_work_lists
from openvbc.steps import care


def lists_of(folder, output):
    """The lists of a day, and what became of each step."""
    seen = {}
    file, digest = read_care_file(folder)
    run = make_work_lists(
        file.model_copy(update={"output": folder / output}), digest,
        progress=lambda told: seen.update({told.step.name: told.state}),
    )  # fmt: skip
    assert run.people
    return rows(run.folder / "lists"), seen, run.folder / "tables"


def rows(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.parquet")}


def test_lists_take_what_billing_made_and_are_the_same_without_it(
    billing_sample, tmp_path, monkeypatch
):
    shutil.copytree(billing_sample / "store", tmp_path / "store")
    (tmp_path / "care.yaml").write_text("as_of: 2024-05-31\nstore: store\n", encoding="utf-8")
    derived = tmp_path / "store" / DERIVED
    taken, seen, tables = lists_of(tmp_path, "taken")
    assert {seen[name] for name in care.DERIVED} == {"kept"}
    assert seen["person_condition"] == "done"  # it is of a day
    assert not any((tables / name).exists() for name in care.DERIVED)

    shutil.rmtree(derived)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    alone, seen, tables = lists_of(tmp_path, "alone")
    assert {seen[name] for name in care.DERIVED} == {"done"}
    assert all((tables / name).is_dir() for name in care.DERIVED)
    assert not derived.exists()  # a store that is only read is left as it is
    assert taken == alone
