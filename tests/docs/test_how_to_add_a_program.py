"""The page "How to add a program" is true: its files make a program, and touch no old file."""

import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import openvbc

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to-add-a-program.md"
MOST_LINES_OF_PYTHON = 120
HEADING = "provider,contract year,members,members seen\n"
BLOCK = re.compile(r"^```(\w+)\n(?:#|--) (src|tests)/(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def files() -> dict[str, str]:
    """Path below the root to text, as the page gives them."""
    texts = {f"{top}/{path}": text for _, top, path, text in BLOCK.findall(PAGE.read_text("utf-8"))}
    assert len(texts) == 10
    return texts


def test_the_program_is_under_120_lines_of_python():
    """All its files together: imports, docstrings and blank lines are lines too."""
    lines = [
        line for path, text in files().items() if path.endswith(".py") for line in text.splitlines()
    ]
    assert 60 < len(lines) < MOST_LINES_OF_PYTHON, f"{len(lines)} lines"


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The package with the new program beside it; old files are copied and never written."""
    root = tmp_path_factory.mktemp("with_a_new_program")
    # With what Python compiled: times of writing are copied too, so it holds.
    shutil.copytree(ROOT / "src" / "openvbc", root / "src" / "openvbc")
    for path, text in files().items():
        target = root / path
        assert not target.exists(), f"{path} is an old file"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return root


COMMANDS = """
import json, sys
from typer.testing import CliRunner
from openvbc.cli import app
said = []
for words in json.load(sys.stdin):
    done = CliRunner().invoke(app, words)
    said.append([done.exit_code, done.stdout, done.output + repr(done.exception)])
json.dump(said, sys.stdout)
"""
"""Commands of the new package, one after the other in one process: starting one costs a second."""


def vbc(package, *commands):
    """What each command said; a command is its words in one text."""
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS], input=json.dumps([each.split() for each in commands]),
        env={**os.environ, "PYTHONPATH": str(package / "src"), "COLUMNS": "120"},
        capture_output=True, text=True, cwd=package, check=True,
    )  # fmt: skip
    said = json.loads(done.stdout)
    assert [status for status, _, _ in said] == [0] * len(commands), said
    return [words for _, words, _ in said]


def test_it_settles_totals_as_worked_by_hand(package):
    (package / "totals.csv").write_text(f"{HEADING}A,2024,999,333\nB,2024,10,4\n")
    said, explained = vbc(
        package,
        "settle totals.csv --program visit-bonus --output settled",
        "explain settled --contract B",
    )
    assert "33.33%" in said
    exact = openvbc.explain(package / "settled", "bonus", contract="A").value
    assert exact == Decimal("4162.50")  # 333 x 12.50
    assert "Invented agreement of 2 January 2023, section 3" in explained
    assert "$50" in explained  # 4 x 12.50
    assert (package / "settled" / "settlement.html").is_file()


def test_a_year_without_the_rule_is_refused_by_name(package):
    (package / "totals.csv").write_text(f"{HEADING}A,2031,999,333\n")
    done = subprocess.run(
        [sys.executable, "-m", "openvbc", "settle", "totals.csv", "--program", "visit-bonus",
         "--output", "refused"],
        env={**os.environ, "PYTHONPATH": str(package / "src")}, cwd=package,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "parameter bonus_per_visited_member (visit_bonus) is not known" in done.stderr


def test_it_runs_from_claims_with_every_command(package):
    listed, *_ = vbc(
        package,
        "init --list",
        "init mine --program visit-bonus",
        "synth made --people 200 --seed 3 --light --deliveries-per-year 1",
    )
    assert "visit-bonus: Visit bonus" in listed
    shutil.copytree(package / "made" / "cclf", package / "mine" / "cclf", dirs_exist_ok=True)
    said, explained, _, compared, rules = vbc(
        package,
        "run mine",
        "explain mine/run",
        "report mine",
        "compare mine/run mine/run",
        "rules visit-bonus --year 2024",
    )
    assert "Visit bonus, 2024, from claims" in " ".join(said.split())
    assert "Visit rate" in said
    assert "bonus_per_visited_member" in explained
    assert "Every settlement line is the same." in compared
    assert "bonus_per_visited_member" in rules
