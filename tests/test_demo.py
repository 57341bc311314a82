"""The demonstration needs no data and leaves results and reports behind."""

from __future__ import annotations

from typer.testing import CliRunner

from openvbc.cli import app


def test_the_book_is_settled_and_written(tmp_path):
    result = CliRunner().invoke(app, ["demo", "--people", "200", "--output", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert "rows in 16, settled 16, set aside 0" in result.output
    for program in ("mssp", "reach"):
        folder = tmp_path / "out" / "book" / program
        assert (folder / "settlement.parquet").is_file()
        assert (folder / "settlement.html").is_file()
        assert (folder / "settlement.xlsx").is_file()
