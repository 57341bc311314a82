"""Invented people with care management, made once for the tests of its commands."""

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.synth.billing_stories import STORIES


@pytest.fixture(scope="session")
def billing_sample(tmp_path_factory):
    """Every story once, as a user makes it."""
    folder = tmp_path_factory.mktemp("billing") / "sample"
    out = folder / "out"
    said = CliRunner().invoke(
        app,
        ["billing", str(folder), "--sample", "--people", str(len(STORIES)), "--first", "2024-04",
         "--last", "2024-06", "--output", str(out)],
    )  # fmt: skip
    assert said.exit_code == 0, said.output
    return folder
