"""What a run says when its data, its own folder or its project file are damaged."""

import re
import shutil
import zipfile
from dataclasses import replace

import pytest
from typer.testing import CliRunner

import openvbc
from openvbc.claims.data_notes import data_notes
from openvbc.cli import app
from openvbc.errors import InputError, OpenvbcError
from openvbc.programs.settlement import Sheet
from openvbc.report.sharing import for_sharing


@pytest.fixture(scope="module")
def project(own_copy):
    return own_copy


@pytest.fixture(scope="module")
def run(project):
    return openvbc.Project(project).run()


def other(project, name):
    """A copy of the deliveries to damage, with the claim store made while they were whole.

    What is made anew is what the damage touches; a store made of damaged deliveries at once is
    held in tests/claims and in the laws of a run.
    """
    copy = project.parent / f"{project.name}-{name}"
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns("run", "truth"))
    return copy


def edit(file, pattern, replacement):
    text = file.read_text()
    changed, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
    assert count, pattern
    file.write_text(changed)


def test_a_cut_off_file_stops_the_settlement_until_it_is_accepted(project):
    damaged = other(project, "cut-off")
    path = sorted((damaged / "cclf").iterdir())[-1]
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, content in members.items():
            new.writestr(name, content[: len(content) // 2] if ".ZC5" in name else content)
    with pytest.raises(InputError, match="VBC-188") as stopped:
        openvbc.Project(damaged).run()
    subject = "CCLF5 of monthly 2024-12-26"
    assert subject in str(stopped.value)
    with (damaged / "openvbc.yaml").open("a") as file:
        file.write(f"accepted:\n  {subject}: CMS knows, and sends no other\n")
    run = openvbc.Project(damaged).run()
    notes = [note for note in run.settlement.notes if note.startswith("Accepted")]
    assert any("CCLF0 says" in note and "CMS knows" in note for note in notes)
    assert list(run.manifest.notes) == list(run.settlement.notes)


def test_a_delivery_that_is_missing_is_an_error_of_the_run(project):
    damaged = other(project, "no-run-out")
    (damaged / "cclf" / "P.A9001.ACO.ZCR22.D230420.T1200000.zip").unlink()
    result = CliRunner().invoke(app, ["run", str(damaged)])
    assert result.exit_code == 4
    assert "DATA ERROR" in result.output
    assert "ZCR22" in result.output


def test_files_of_another_organisation_are_named(project):
    damaged = other(project, "mixed")
    path = sorted((damaged / "cclf").iterdir())[0]
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, content in members.items():
            new.writestr(name.replace("A9001", "A7777"), content)
    mixed = openvbc.Project(damaged)
    notes = data_notes(mixed.data_checks(mixed.build_store()))
    assert any(n.startswith("DATA ERROR") and "A7777" in n and "A9001" in n for n in notes)


def test_a_county_without_a_factor_is_said(project):
    damaged = other(project, "county")
    edit(damaged / "factors" / "county.csv", r"^2023,39049,AGED_NON_DUAL.*\n", "")
    notes = openvbc.Project(damaged).run().settlement.notes
    assert [note for note in notes if "county rows without a factor" in note]


def test_no_own_participant_is_said(project):
    damaged = other(project, "participants")
    edit(damaged / "participants.csv", "^A9001", "A9009")
    run = openvbc.Project(damaged).run()
    assert run.settlement is None
    assert any("no participant of A9001" in each for each in run.lacking)
    assert not any(row["is_assigned"] for row in run.table("assignment").rows())


@pytest.mark.parametrize(
    "file", ["run/tables/assignment/part-000.parquet", "store/coverage/bucket_000.parquet"]
)
def test_damaged_results_are_made_anew(project, run, file):
    with (project / file).open("r+b") as stream:
        stream.truncate(60)
    again = openvbc.Project(project).run()
    assert again.table("assignment").rows() == run.table("assignment").rows()


def test_a_killed_build_leaves_nothing_behind(project, run):
    left = project / "store" / ".scratch" / "killed"
    left.mkdir(parents=True)
    (left / "person_000.parquet").write_text("people")
    with (project / "store" / "report.json").open("r+b") as stream:
        stream.truncate(60)
    again = openvbc.Project(project).run()
    assert not left.exists()
    assert again.table("assignment").rows() == run.table("assignment").rows()


@pytest.mark.parametrize(
    ("pattern", "replacement", "said"),
    [
        ("^  agreement_start: .*", "  agreement_start: 2024-02-31", "there is no date 2024-02-31"),
        ("^  agreement_start: .*", "  agreement_start: 2024-01-15", "first day of a month"),
        ("^  (track: .*)", r"  \1\n  \1", "the key track appears twice"),
        ("^inputs:", "inptus:", "inptus is not a key"),
        ("^program: mssp", "program: mssp\nengine: {memory_limit: lots}", "DuckDB does not start"),
    ],
)
def test_mistakes_in_a_project_file(project, tmp_path, pattern, replacement, said):
    text = (project / "openvbc.yaml").read_text()
    changed, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
    assert count
    path = project / "mistaken.yaml"
    path.write_text(changed)
    with pytest.raises(OpenvbcError, match=said):
        openvbc.Project(path).run(output=tmp_path)


def test_a_shared_settlement_tells_of_no_small_group(run):
    assert {sheet.about for sheet in run.settlement.details.values()} == {"small counts"}
    shared = for_sharing(run.settlement)
    assert shared.details == {}
    assert shared.main.evaluation.links == {}
    assert run.settlement.main.evaluation.links


def test_a_sheet_that_says_nothing_is_about_people(run):
    unsaid = Sheet(run.settlement.main.contracts, run.settlement.main.evaluation)
    assert unsaid.about == "people"
    shared = for_sharing(replace(run.settlement, details={"new": unsaid}))
    assert "new" not in shared.details
    assert for_sharing(replace(run.settlement, main=unsaid)) is None
