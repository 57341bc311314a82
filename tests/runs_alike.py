"""Running a project once more with something changed, and holding two runs against each other."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

import openvbc

PEOPLE = 200
WHERE_FROM = {"source_file", "source_line"}
"""Columns that say where a row was read: they change when files are cut or shuffled."""


def run_again(deliveries: Path, name: str, on=None, **changes) -> openvbc.Run:
    """Run the project with another store, another output and changed keys of the project file."""
    content = yaml.safe_load((deliveries / "openvbc.yaml").read_text())
    content |= {"store": f"store-{name}", "output": f"run-{name}"} | changes
    path = deliveries / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content))
    return openvbc.Project(path).run(on)


def beside(project: Path, name: str) -> Path:
    """A copy of the project's run, to run into: tables that do not change are kept there."""
    return Path(shutil.copytree(project / "run", project / name))


def rows(run: openvbc.Run) -> dict[str, list[tuple]]:
    """Every table of a run as sorted rows, without where they were read."""
    rows_by_table = {}
    for name in run.tables:
        table = run.table(name).rows()
        kept = [c for c in (table[0] if table else ()) if c not in WHERE_FROM]
        rows_by_table[name] = sorted((tuple(row[c] for c in kept) for row in table), key=repr)
    rows_by_table["settlement"] = [tuple(settled(run))]
    return rows_by_table


def settled(run: openvbc.Run) -> list[str]:
    main = run.settlement.main.evaluation
    return [f"{name} {main.value(name)}" for name in main.worksheet.lines]


def same(run: openvbc.Run, usual: openvbc.Run) -> None:
    one, other = rows(run), rows(usual)
    assert set(one) == set(other)
    differ = [name for name in other if one[name] != other[name]]
    assert differ == []
    assert sum(map(len, other.values())) > PEOPLE
