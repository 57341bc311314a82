"""A bundle run that is killed resumes and ends with the same bytes."""

from __future__ import annotations

import random

import pytest

from openvbc.programs.registry import program
from trust.test_killed import Killed

AT_THE_END = {0, 3, 5}
"""Settled, settled with rows set aside, or lacking accounts: the run came to its end."""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bpci-advanced", "ocm"])
def test_killed_at_any_moment_it_ends_with_the_same_bytes(tmp_path, name):
    made = tmp_path / "made"
    program(name).claims_program().generate(made, 60, 12)
    (tmp_path / "killed").mkdir()
    killed = Killed(made, tmp_path / "killed")
    assert killed.start(["run"]).wait() in AT_THE_END
    expected = killed.bytes()
    chance = random.Random(12)
    done = 0
    for _ in range(4):
        killed.again()
        for _ in range(3):
            done += killed.kill(["run"], chance.uniform(0.5, 6.0))
            assert not killed.left()
        process = killed.start(["run"])
        process.communicate()
        assert process.returncode in AT_THE_END
        assert not killed.unfinished()
        outputs = killed.bytes()
        differing = {n for n in expected | outputs if expected.get(n) != outputs.get(n)}
        assert not differing
    assert done > 2
