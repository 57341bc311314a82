"""Every finding has its line in docs/testing.md, and every test named there is one."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parents[1]
FINDINGS = [*(f"S{n}" for n in range(1, 12)), *(f"P{n}" for n in range(1, 17))]
NEIGHBOURS = {"S": "programs/test_settlement_neighbours.py", "P": "programs/test_p4p_neighbours.py"}
WORDS = {"P14"}
"""Corrected in words of a page."""


def listed() -> dict[str, str]:
    text = (HERE.parent / "docs" / "testing.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| ([SP]\d+) \| (.*) \|$", text, re.MULTILINE))


def test_every_finding_is_listed() -> None:
    assert list(listed()) == FINDINGS


def test_every_test_that_is_named_is_there() -> None:
    for finding, held in listed().items():
        named = re.findall(r"`([^`]+)::(\w+)`", held)
        several = len(named) > 1 or re.search(r"\((two|three)\b", held)
        assert several or finding in WORDS, finding
        for file, test in named:
            path = HERE / (NEIGHBOURS[finding[0]] if file == "N" else file)
            assert f"def {test}(" in path.read_text(encoding="utf-8"), (finding, test)
