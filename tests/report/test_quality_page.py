"""The page of a quality run: what it shows its owner, and what others may see of it."""

import re
from dataclasses import asdict

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.engine.manifest import Manifest, claim_run_folder
from openvbc.engine.sealed import write_sealed
from openvbc.errors import InputError
from openvbc.programs.quality.measuring import Counts

GAPS = """Person,Practices,Measure,Title,What is there,What would close it,By
p-17,111111111,236,Controlling high blood pressure,nothing,a reading,2026-12-31
"""
COMPLETE = """Practice,Patients,Persons,Encounters in the year,Months with encounters,\
Observations in the year,Without a value,Remark
111111111,400,400,1200,12,800,3,
222222222,7,7,9,4,0,0,no observation of the year
"""


def quality_run(folder, numerator=300):
    claim_run_folder(folder)
    by_practice = {
        "111111111": Counts(393, 393, 40, 0, numerator - 4),
        "222222222": Counts(7, 7, 0, 0, 4),
    }
    rate = {
        "number": "236", "cms_id": "CMS165", "title": "Controlling high blood pressure",
        "is_inverse": False, "is_outcome": True, "version_specific_id": "x",
        "counts": asdict(Counts(400, 400, 40, 0, numerator)),
        "by_practice": {name: asdict(each) for name, each in by_practice.items()},
        "populations": ["denominator", "numerator"], "supplement": {},
    }  # fmt: skip
    write_sealed(folder / "quality.json", {"year": 2026, "rates": [rate]})
    (folder / "gaps.csv").write_text(GAPS)
    (folder / "completeness.csv").write_text(COMPLETE)
    Manifest(
        openvbc="0", program="quality", engine="duckdb", engine_version="1", rules={},
        project_sha256="", inputs=[], control_totals={}, steps={}, outputs={},
        notes=["3 dates are known to the month or year only."],
    ).write(folder)  # fmt: skip
    return folder


def page(*arguments):
    result = CliRunner().invoke(app, ["report", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    name = "report-shared.html" if "--shared" in arguments else "report.html"
    return (arguments[0] / name).read_text(encoding="utf-8")


def test_the_owner_sees_rates_practices_completeness_and_gaps(tmp_path):
    shown = page(quality_run(tmp_path / "run"))
    # 300 of 400 - 40 = 360; 296 of 353; 4 of 7
    for wanted in ("83.33%", "83.85%", "57.14%", "p-17", "no observation of the year", "Private"):
        assert wanted in shown, wanted
    assert "Rates over runs" not in shown


def test_earlier_runs_give_a_chart_of_rates(tmp_path):
    earlier = quality_run(tmp_path / "march", 250)
    shown = page(quality_run(tmp_path / "run"), "--earlier", earlier)
    assert "Rates over runs" in shown
    assert "march (2026)" in shown


def test_others_see_nobody_and_no_small_count(tmp_path):
    shown = page(quality_run(tmp_path / "run"), "--shared")
    assert "p-17" not in shown
    assert "For sharing" in shown
    assert "few dates are known" in shown
    cells = re.findall(r"<td[^>]*>\s*([^<]*?)\s*</td>", shown)
    assert "hidden" in cells
    assert "400" in cells
    # the practice of 7, and the other one, by which the 7 would be 400 - 393
    assert not {"7", "4", "393", "296", "57.14%", "83.85%"} & set(cells)


@pytest.mark.parametrize("name", ["gaps.csv", "quality.json"])
def test_a_damaged_run_is_refused_in_words(tmp_path, name):
    folder = quality_run(tmp_path / "run")
    (folder / name).write_bytes(b"\xff\xfe\x00")
    result = CliRunner().invoke(app, ["report", str(folder)])
    assert result.exit_code == 1
    assert isinstance(result.exception, InputError)
