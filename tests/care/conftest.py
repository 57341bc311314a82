"""Invented people with care management, made once for the tests of its commands."""

import pytest
from typer.testing import CliRunner

from made_once import made_once
from openvbc.cli import app
from openvbc.synth.billing_stories import STORIES


@pytest.fixture(scope="session")
def billing_sample(tmp_path_factory):
    """Every story once, as a user makes it; no test may write into it."""
    return made_once(tmp_path_factory, "billing", _make_billing) / "sample"


def _make_billing(root):
    folder = root / "sample"
    said = CliRunner().invoke(
        app,
        ["billing", str(folder), "--sample", "--people", str(len(STORIES)), "--first", "2024-04",
         "--last", "2024-06", "--output", str(folder / "out")],
    )  # fmt: skip
    assert said.exit_code == 0, said.output
