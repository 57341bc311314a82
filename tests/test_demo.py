"""The demonstration needs no data and leaves results and reports behind."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.commands.terminal import command_as_typed


@pytest.mark.slow
def test_the_demo_runs_to_its_end(tmp_path):
    """So does `make wheel`, of which the wheel is all that is installed."""
    result = CliRunner().invoke(app, ["demo", "--people", "200", "--output", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    page = (tmp_path / "out" / "aco" / "run" / "report.html").read_text("utf-8")
    assert 'id="risk"' in page


def test_the_book_is_settled_and_written(tmp_path, monkeypatch):
    """The invented organisation beside it is run by the fixture `finished`."""
    asked = []
    monkeypatch.setattr(
        "openvbc.commands.demo.run_an_invented_organisation", lambda *of: asked.append(of)
    )
    result = CliRunner().invoke(app, ["demo", "--people", "200", "--output", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert asked == [(tmp_path / "out" / "aco", 200, False)]
    assert "rows in 16, settled 16, set aside 0" in result.output
    for program in ("mssp", "reach"):
        folder = tmp_path / "out" / "book" / program
        assert (folder / "settlement.parquet").is_file()
        assert (folder / "settlement.html").is_file()
        assert (folder / "settlement.xlsx").is_file()


def test_the_next_command_is_named_as_it_can_be_typed(tmp_path, monkeypatch):
    command_path = tmp_path / ".venv" / "bin" / "vbc"
    monkeypatch.setattr("sys.argv", [str(command_path)])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command_as_typed() == str(command_path)
    command_path.parent.mkdir(parents=True)
    command_path.write_text("#!/bin/sh\n")
    command_path.chmod(0o755)
    monkeypatch.setenv("PATH", str(command_path.parent))
    assert command_as_typed() == "vbc"
