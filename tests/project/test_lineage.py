"""Where the tables of a run come from, as a map in CSV and Mermaid, in the page and in the app."""

import csv

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import InputError
from openvbc.lineage import COMPUTED, Kind, export_lineage, lineage_of
from openvbc.report.lineage_section import lineage_section
from openvbc.run import Run
from openvbc.steps.described import described_steps


@pytest.fixture(scope="module")
def run(finished):
    return Run.open(finished / "run")


def test_every_table_says_what_its_step_reads(run):
    lineage = lineage_of(run)
    assert set(lineage.origins) == set(run.tables)
    for table, origins in lineage.origins.items():
        steps = described_steps()
        wanted = {n for n in steps[table].inputs if n not in steps or steps[n].made == "kept"}
        assert {COMPUTED.get(n, n) for n in wanted} <= {
            COMPUTED.get(each.name, each.name) for each in origins
        }
        assert not [o for o in origins if o.name in steps and steps[o.name].made != "kept"]
    kinds = {each.name: each.kind for each in lineage.made_from("assignment")}
    assert "assignment_charges" not in kinds  # no run keeps it, nor the lines it is made of
    assert kinds["facility_stay"] is Kind.STEP
    assert kinds["professional_line"] is Kind.STORE
    assert kinds["assignment_role"] is Kind.RULES
    store = {each.name: each.kind for each in lineage.made_from("service_mix")}
    assert store["institutional_claim"] is Kind.STORE
    assert store["claim_service"] is Kind.RULES
    assert store["population"] is Kind.STEP
    assert "service_mix" in lineage.read_by("population")
    given = {t for t, origins in lineage.origins.items() if Kind.GIVEN in {o.kind for o in origins}}
    assert "population" not in given


def test_the_map_is_written_once_as_csv_and_as_mermaid(run, finished, tmp_path):
    done = CliRunner().invoke(app, ["export", str(finished), "--lineage", str(tmp_path / "m.mmd")])
    assert done.exit_code == 0, done.output
    text = (tmp_path / "m.mmd").read_text()
    assert text.startswith("flowchart LR\n")
    assert "  step_population --> step_service_mix\n" in text
    export_lineage(run, tmp_path / "m.csv")
    with (tmp_path / "m.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {
        "table": "service_mix",
        "made_from": "period",
        "kind": "rules and terms",
    }.items() <= next(
        row for row in rows if row["table"] == "service_mix" and row["made_from"] == "period"
    ).items()
    assert len(rows) == sum(map(len, lineage_of(run).origins.values())) == text.count(" --> ")
    for name in ("m.csv", "m.txt"):
        with pytest.raises(InputError):
            export_lineage(run, tmp_path / name)


def test_the_page_has_a_row_a_table_and_no_count(run):
    section = lineage_section(lineage_of(run))
    (grid,) = section.blocks
    assert [row[0] for row in grid.rows] == list(lineage_of(run).origins)
    assert not any(cell.replace(",", "").isdigit() for row in grid.rows for cell in row)
