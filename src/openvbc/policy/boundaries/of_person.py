"""A person in one or several runs: whose the person is in each, and what the programs say of both.

What names a person stays on the screen of whoever asked; nothing is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from openvbc.errors import InputError, Place
from openvbc.policy.boundaries.boundary import Boundary, Kind
from openvbc.policy.overlap import overlap_between
from openvbc.policy.register import registered
from openvbc.programs.explanation import Heading
from openvbc.programs.registry import program
from openvbc.run import Run


@dataclass(frozen=True)
class InRun:
    """What one run says of a person."""

    folder: Path
    program: str
    verdicts: tuple[str, ...]


def of_person(identifier: str, folders: Sequence[Path]) -> list[Boundary]:
    """Whose the person is in each run, and the rules of each pair of their programs.

    Raises:
        InputError: a run's program explains no person, or the person is not in a run.
    """
    runs = [_in_run(identifier, folder) for folder in folders]
    answer = [
        Boundary(Kind.ATTRIBUTION, f"{each.program}, {verdict}", f"run {each.folder.name}", "run")
        for each in runs
        for verdict in each.verdicts
    ]
    for one, other in combinations(runs, 2):
        for name in _registered(one.program):
            for beside in _registered(other.program):
                answer += [
                    Boundary(
                        Kind.PARTICIPATION,
                        f"{name} with {beside}: {rule.effect} by {rule.scope}, {rule.span}: "
                        f"{rule.rule}" + (f"; credit: {rule.credit}" if rule.credit else ""),
                        rule.cite,
                        str(rule.status),
                    )
                    for rule in overlap_between(name, beside)
                ]
    return answer


def _in_run(identifier: str, folder: Path) -> InRun:
    run = Run.open(folder)
    declared = program(run.manifest.program)
    subjects = declared.claims_program().subjects() if declared.claims else {}
    if "person" not in subjects:
        raise InputError(
            f"a run of {declared.title} explains no person", place=Place(str(folder)),
            code="VBC-1925",
        )  # fmt: skip
    parts = subjects["person"](run, identifier, None).parts
    verdicts = [f"{part.name}: {part.text}" for part in parts if isinstance(part, Heading)]
    return InRun(folder, declared.name, tuple(verdicts))


def _registered(name: str) -> list[str]:
    return [each.program for each in registered().values() if each.facts["settled_by"] == name]
