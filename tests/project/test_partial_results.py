"""Data that do not suffice for a settlement still give what they carry, and say what is lacking."""

import datetime as dt
import html
import re
import shutil

import pytest
import yaml
from typer.testing import CliRunner

import openvbc
from openvbc.cli import app
from openvbc.errors import ContractError
from openvbc.exit_status import ExitStatus


@pytest.fixture(scope="module")
def made(finished):
    """Deliveries to read, with the store of all of them."""
    return finished


def vbc(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "120"})


TYPES = ("esrd", "disabled", "aged_dual", "aged_non_dual")


def project_in(made, tmp_path, **changes):
    """A project on the deliveries made, with keys of its inputs (None takes one out) changed."""
    if not (tmp_path / "store").exists():
        shutil.copytree(
            made / "store", tmp_path / "store"
        )  # of these deliveries none is read again
    content = yaml.safe_load((made / "openvbc.yaml").read_text())
    as_of, known = changes.pop("as_of", None), changes.pop("known", None)
    for name, value in changes.items():
        content["inputs"][name] = value
        if value is None:
            del content["inputs"][name]
    for name, value in content["inputs"].items():
        content["inputs"][name] = (
            [str(made / each) for each in value] if isinstance(value, list) else str(made / value)
        )
    if as_of:
        content["as_of"] = as_of
    if known:
        content["known"] = {"source": "benchmark report, table 2", "values": known}
    content |= {"store": str(tmp_path / "store"), "output": str(tmp_path / "run")}
    (tmp_path / "openvbc.yaml").write_text(yaml.safe_dump(content))
    return tmp_path


@pytest.fixture(scope="module")
def three_years(made, tmp_path_factory):
    """Claims of 2022 to 2024 only, no factors, no scores: benchmark year 1 has none."""
    later = [f"cclf/{f.name}" for f in sorted((made / "cclf").iterdir()) if "21.D" not in f.name]
    folder = project_in(
        made, tmp_path_factory.mktemp("three"), cclf=later, factors=None, risk_scores=None
    )
    return folder, vbc("run", folder)


def test_three_years_of_claims_are_measured(three_years):
    folder, said = three_years
    assert said.exit_code == ExitStatus.NOT_SETTLED, said.output
    assert "Not settled; measured is what the data carry" in said.output
    run = openvbc.Run.open(folder / "run")
    assert not run.is_settled
    assert run.people_assigned()["PY"] > 100
    assert any("BY1 (2021)" in each and "see 'vbc check'" in each for each in run.lacking)
    assert run.table("per_capita_expenditure").rows("period = 'PY'")


def test_every_command_reads_a_partial_run(three_years):
    folder, _ = three_years
    tracked = vbc("track", folder / "run")
    assert tracked.exit_code == 0, tracked.output
    assert "By month" in tracked.output
    assert "benchmark" not in tracked.output.split("By month")[1].split("By enrollment")[0]
    page = (folder / "run" / "report.html").read_text()
    assert "Lacking for a settlement" in page
    assert "Assigned, performance year" in page
    assert "Utilisation" in page
    assert "Earned savings" not in page
    person = openvbc.Run.open(folder / "run").table("assignment").rows()[0]["person_id"]
    explained = vbc("explain", folder / "run", "person", person)
    assert explained.exit_code == 0, explained.output
    same = vbc("compare", folder / "run", folder / "run")
    assert same.exit_code == 0, same.output
    assert "is not settled" in same.output


def test_a_number_of_a_partial_run_is_refused_with_what_it_lacks(three_years):
    folder, _ = three_years
    refused = vbc("explain", folder / "run", "earned_savings_or_owed_losses")
    assert "could not be settled" in str(refused.exception)
    assert "BY1 (2021)" in str(refused.exception)


def test_what_was_settled_before_does_not_stay_beside_a_partial_run(made, tmp_path):
    folder = project_in(made, tmp_path)
    shutil.copytree(made / "run", folder / "run")
    assert (folder / "run" / "settlement.parquet").exists()
    (folder / "participants.csv").write_text(
        re.sub("^A9001", "A9009", (made / "participants.csv").read_text(), flags=re.MULTILINE)
    )
    content = yaml.safe_load((folder / "openvbc.yaml").read_text())
    content["inputs"]["participants"] = "participants.csv"
    (folder / "openvbc.yaml").write_text(yaml.safe_dump(content))
    run = openvbc.Project(folder).run()
    assert not run.is_settled
    assert not (run.folder / "settlement.parquet").exists()


def test_a_year_that_is_not_over_shows_no_payment_anywhere(made, tmp_path):
    folder = project_in(made, tmp_path, as_of=dt.date(2024, 8, 31))
    said = vbc("run", folder)
    assert said.exit_code == 0, said.output
    assert "NOT A SETTLEMENT" in " ".join(said.output.split())
    run = openvbc.Run.open(folder / "run")
    page = (run.folder / "report.html").read_text()
    assert "The year is not over: no savings, no payment yet." in page
    for word in ("Earned savings", "Final sharing rate", "Generated savings"):
        assert word not in said.output
        assert word not in page
    assert "updated_benchmark_esrd" in vbc("explain", run.folder, "updated_benchmark").output
    assert "benchmark" in vbc("track", run.folder).output
    refused = vbc("simulate", run.folder)
    assert "while the year is not over there is nothing to simulate" in str(refused.exception)
    openpyxl = pytest.importorskip("openpyxl", reason="reading a workbook back")
    book = openpyxl.load_workbook(run.folder / "report.xlsx")
    words = {
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert not any("Earned savings" in word or "earned_shared" in word for word in words)
    forecast = "four times in five between"
    assert forecast in " ".join(said.output.split())
    assert forecast in page
    unfinished, over = run.period_names["PY"], run.period_names["BY3"]
    assert list(run.periods_over.values()) == [n for p, n in run.period_names.items() if p != "PY"]
    # Part of a year beside whole years: in no table of the page or the workbook, but in the months.
    for title in ("per-capita", "assignment", "service-categories", "utilisation"):
        part = html.unescape(page.split(f'id="{title}"')[1].split("</section>")[0])
        assert over in part, title
        assert unfinished not in part, title
    for title in ("Per capita", "Assignment", "Service categories", "Utilisation"):
        shown = {str(c.value) for row in book[title].iter_rows() for c in row if c.value}
        assert over in shown, title
        assert unfinished not in shown, title
    assert unfinished in {str(cell.value) for cell in book["Months"]["A"]}
    months = html.unescape(page.split('id="monthly-tracking"')[1].split("</svg>")[0])
    for series in ("Paid so far", "With what is still expected", "Benchmark"):
        assert months.count(f"series: {series}") >= 8, series
    _in_the_app(run, unfinished, over)


def _in_the_app(run, unfinished, over):
    client = pytest.importorskip("starlette.testclient", reason="the extra 'app'")
    from openvbc.app.web import make_app

    app = make_app(run.folder)
    with client.TestClient(app, base_url="http://testserver") as browser:
        first, year, analysis = (
            html.unescape(browser.get(address).text) for address in ("/", "/year", "/analysis")
        )
    app.state.desk.close()
    assert " earns " not in first
    assert " owes " not in first
    assert "is not over: no savings and no payment yet" in first
    assert "How it may end" in year
    capita = analysis.split('id="per-capita"')[1].split("</section>")[0]
    assert over in capita
    assert unfinished not in capita
    assert f"{unfinished}: not over" in analysis


def test_without_factors_the_file_that_supplies_them_is_named_and_all_is_measured(made, tmp_path):
    folder = project_in(made, tmp_path, factors=None)
    said = vbc("run", folder)
    assert said.exit_code == ExitStatus.NOT_SETTLED, (said.output, said.exception)
    run = openvbc.Run.open(folder / "run")
    (lacks,) = run.lacking
    assert "(ESRD, disabled, aged/dual, aged/non-dual)" in lacks
    assert "give accountable_care_prospective_trend.csv in the folder of inputs: factors" in lacks
    assert "projected" not in lacks.lower()  # another method's, of agreements before 2019
    assert run.people_assigned()["BY1"] > 50
    assert vbc("track", run.folder).exit_code == 0


def test_years_that_cannot_be_scored_leave_the_others_scored(made, tmp_path):
    later = [f"cclf/{f.name}" for f in sorted((made / "cclf").iterdir()) if "21.D" not in f.name]
    folder = project_in(
        made, tmp_path, cclf=later, factors=None, risk_scores=None, assignment_reports=None,
        voluntary_alignment=None,
    )  # fmt: skip
    said = vbc("run", folder)
    assert said.exit_code == ExitStatus.NOT_SETTLED, (said.output, said.exception)
    run = openvbc.Run.open(folder / "run")
    scores = [each for each in run.lacking if "risk scores" in each]
    assert scores == [each for each in scores if "of 2021, 2022 are neither given nor" in each]
    assert len(scores) == 1
    assert "claims of 2020, 2021 are missing" in scores[0]
    assert run.table("average_risk_score").rows("period = 'PY' and scored_months > 0")
    assert not run.table("average_risk_score").rows("period = 'BY2' and scored_months > 0")
    assert vbc("track", run.folder).exit_code == 0


def test_without_a_participant_list_one_thing_is_lacking(made, tmp_path):
    folder = project_in(made, tmp_path, participants=None)
    said = vbc("run", folder)
    assert said.exit_code == ExitStatus.NOT_SETTLED, (said.output, said.exception)
    run = openvbc.Run.open(folder / "run")
    (lacks,) = run.lacking
    assert "give the participant list (inputs: participants)" in lacks
    tracked = vbc("track", run.folder)
    assert "no payment of an assigned person is known" in str(tracked.exception)
    assert "0001" not in str(tracked.exception)
    page = (run.folder / "report.html").read_text()
    assert page.count("nobody is assigned") == 0


def test_a_benchmark_that_cms_computed_is_taken_as_given(made, three_years, tmp_path):
    """Without the claims of benchmark year 1 the updated benchmark is that of the whole data."""
    whole = openvbc.Project(shutil.copytree(made, tmp_path / "whole")).run()
    benchmark = whole.settlement.details["benchmark"].evaluation
    names = [f"historical_benchmark_{kind}" for kind in TYPES]
    known = {name: benchmark.value(name) for name in names}
    later = [f"cclf/{f.name}" for f in sorted((made / "cclf").iterdir()) if "21.D" not in f.name]
    shutil.copytree(three_years[0] / "store", tmp_path / "store")  # of the same deliveries
    folder = project_in(
        made, tmp_path, cclf=later,
        known={name: str(value) for name, value in known.items()},
    )  # fmt: skip
    run = openvbc.Project(folder).run()
    assert not run.lacking
    given = run.settlement.details["benchmark"].evaluation
    assert given.value("updated_benchmark") == benchmark.value("updated_benchmark")
    assert "national_trend_benchmark_year_1_esrd" not in given.worksheet.lines
    assert given.worksheet.inputs["historical_benchmark_esrd"].cite == "benchmark report, table 2"
    assert any(note.startswith("Given and not computed") for note in run.settlement.notes)


def test_a_known_name_that_is_no_line_is_refused(made, tmp_path):
    folder = project_in(made, tmp_path, known={"historical_benchmark_of_everybody": "1.0"})
    with pytest.raises(ContractError, match="no line or input named historical"):
        openvbc.Project(folder)
