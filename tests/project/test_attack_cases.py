"""The attacks of the shared folder on files and lists: each is an error or a word of the run.

The recipes are run on a generated project; what they did unnoticed is in their README.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import openvbc
from openvbc.errors import OpenvbcError

SHARED = Path(os.environ.get("OPENVBC_SHARED", Path(__file__).parents[3] / "shared")) / "findings"
ATTACKS, CASES = SHARED / "attack_cases", SHARED / "cases"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ATTACKS.exists(), reason="the shared findings are not there"),
]


@pytest.fixture(scope="module")
def project(finished: Path) -> Path:
    return finished


def said(folder: Path) -> str:
    """Errors and warnings about the data, or the error that stops everything."""
    try:
        read = openvbc.Project(folder)
        checks = read.data_checks(read.build_store())
    except OpenvbcError as error:
        return str(error)
    return "\n".join(
        f"{check.severity} {check.message}: {check.places}"
        for check in checks
        if check.severity in ("error", "warning")
    )


def copied(source: Path, to: Path) -> Path:
    leave = shutil.ignore_patterns("store", "run", "truth")
    shutil.copytree(source, to, ignore=leave, copy_function=shutil.copyfile)
    for path in (to, *to.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return to


def recipe(case: str, *arguments: str) -> Callable[[Path], object]:
    make = ATTACKS / case / "make.py"
    return lambda w: subprocess.run([sys.executable, str(make), str(w), *arguments], check=True)


def damaged_zip(folder: Path) -> None:
    shutil.copyfile(ATTACKS / "zip_directory_traceback" / "delivery.zip", folder / "cclf" / "x.zip")


def unknown_specialties(folder: Path) -> None:
    path = folder / "provider_specialty.csv"
    first, *rows = path.read_text().splitlines()
    path.write_text("\n".join([first, *(row[:-2] + "ZZ" for row in rows)]) + "\n")


def one_year_of_prior_savings(folder: Path) -> None:
    path = folder / "factors" / "prior_savings.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:2]) + "\n")


def teaching_list_of_another_year(folder: Path) -> None:
    (folder / "electing_teaching_hospitals.csv").write_text("performance_year,ccn\n2021,360001\n")


def payments_twice(folder: Path) -> None:
    path = folder / "non_claims_payments.csv"
    text = path.read_text()
    path.write_text(text + text.split("\n", 1)[1])


def scores_times_ten(folder: Path) -> None:
    path = folder / "risk_scores.csv"
    first, *rows = csv.reader(path.open())
    at = first.index("risk_score")
    for row in rows:
        row[at] = str(float(row[at]) * 10) if row[at] else ""
    path.write_text("\n".join(",".join(row) for row in [first, *rows]) + "\n")


def no_run_out(folder: Path) -> None:
    next((folder / "cclf").glob("*ZCR23*")).unlink()


WORDS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a quote swallows rows": (recipe("swallowed_rows"), "a quote that is not closed"),
    "a report cut": (recipe("damaged_assignment_report", "cut"), "VBC-110"),
    "a report's zip damaged": (recipe("damaged_assignment_report", "dir"), "VBC-110"),
    "a report deleted": (
        recipe("damaged_assignment_report", "delete"), "report of the whole year is missing",
    ),
    "a zip's directory damaged": (damaged_zip, "VBC-110"),
    "a run-out missing": (no_run_out, "ZCR23"),
    "unknown specialties": (unknown_specialties, "not a CMS provider specialty"),
    "prior savings of one year": (one_year_of_prior_savings, "has no row of 2022"),
    "a list of another year": (teaching_list_of_another_year, "no hospital of 2024"),
    "payments twice": (payments_twice, "stand twice"),
    "scores times ten": (scores_times_ten, "scores beyond belief"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_an_attack_is_noticed(project: Path, tmp_path: Path, name: str) -> None:
    change, words = WORDS[name]
    folder = copied(project, tmp_path / "aco")
    change(folder)
    assert words in said(folder)


def test_the_project_itself_has_no_error(project: Path, tmp_path: Path) -> None:
    assert "error" not in said(copied(project, tmp_path / "aco"))


def test_a_report_under_another_name_is_read(project: Path, tmp_path: Path) -> None:
    folder = copied(project, tmp_path / "aco")
    recipe("damaged_assignment_report", "txt")(folder)
    assert "error" not in said(folder)


def test_a_report_saved_by_a_browser_gives_its_months(tmp_path: Path) -> None:
    folder = copied(CASES / "assignment-report-name", tmp_path / "aco")
    store = openvbc.Project(folder).build_store()
    assert store.months["covered"]["2024-12"] == 2


def test_blanks_behind_the_records_cost_no_file(tmp_path: Path) -> None:
    folder = copied(CASES / "whole-file-set-aside", tmp_path / "aco")
    assert openvbc.Project(folder).build_store().rows["institutional_claim"] == 1
