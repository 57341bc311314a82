"""Bad input of bundles through the command: each named with what is needed, the rest settled."""

from __future__ import annotations

import csv

import pytest
from typer.testing import CliRunner

import openvbc
from episode_store import Store, without_settling
from episodes.episode_cases import bpci_terms
from openvbc.cli import app
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.errors import OpenvbcError
from openvbc.programs.bundles.notes import notes_of_stays
from openvbc.programs.registry import program

REFUSED = 1
HOSPITALS = ("010001", "010002", "010003", "050101", "140010", "330101", "450880")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A project of 40 people, whose claims and store the changed projects share."""
    folder = tmp_path_factory.mktemp("bad") / "sample"
    program("bpci-advanced").claims_program().generate(folder, 40, 3)
    without_settling(folder)
    return folder


@pytest.fixture
def project(store, tmp_path):
    """The sample beside, its claims and store where they are."""
    for file in store.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_text(file.read_text())
    text = (tmp_path / "openvbc.yaml").read_text().replace("tuva: tuva", f"tuva: {store / 'tuva'}")
    (tmp_path / "openvbc.yaml").write_text(text + f"store: {store / 'store'}\n")
    return tmp_path


def told(folder, code):
    invocation = CliRunner().invoke(app, ["run", str(folder)], env={"COLUMNS": "400"})
    assert invocation.exit_code == code, (invocation.output, invocation.exception)
    if code == REFUSED:
        assert isinstance(invocation.exception, OpenvbcError)
    return invocation.output + str(invocation.exception)


def add(folder, more):
    path = folder / "openvbc.yaml"
    path.write_text(path.read_text().replace("inputs:\n", f"inputs:\n{more}", 1))


def accounts(folder, year=8, price_year=8, categories=("IP-Sepsis",)):
    rows = "".join(f"{ccn},{year},80\n" for ccn in HOSPITALS)
    (folder / "accounts.csv").write_text("identifier,model_year,composite_quality_score\n" + rows)
    heads = "identifier,model_year,category,episode_type,given_target_price\n"
    (folder / "prices.csv").write_text(
        heads
        + "".join(f"{c},{price_year},{k},medical,20000\n" for c in HOSPITALS for k in categories)
    )
    add(folder, "  accounts: accounts.csv\n  prices: prices.csv\n")


@pytest.mark.slow
def test_stays_without_groups_are_counted(tmp_path):
    program("bpci-advanced").claims_program().generate(tmp_path, 12, 3)
    without_settling(tmp_path)
    path = tmp_path / "tuva" / "medical_claim.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "drg_code": ""} for row in rows)
    invocation = CliRunner().invoke(app, ["run", str(tmp_path)], env={"COLUMNS": "400"})
    assert invocation.exit_code == 5
    assert "inpatient stays carry no MS-DRG: they begin no episode" in invocation.output
    assert "no claim begins an episode" in invocation.output


@pytest.mark.slow
def test_a_grouper_of_another_year_is_named_and_the_rest_settled(project):
    accounts(project)
    (project / "drg_table.csv").write_text(
        "fiscal_year,ms_drg,mdc,geometric_mean_stay\n2019,470,08,1.9\n"
    )
    invocation = CliRunner().invoke(app, ["run", str(project)], env={"COLUMNS": "400"})
    assert "The table of MS-DRGs has no fiscal year 2025" in invocation.output
    assert "settled" in invocation.output


def test_a_clinician_in_two_groups_is_refused(project):
    (project / "groups.csv").write_text(
        "tin,npi,first_day,last_day\n111111111,1234567893,2025-01-01,2025-12-31\n"
        "222222222,1234567893,2025-06-01,2025-12-31\n"
    )
    add(project, "  groups: groups.csv\n")
    output = told(project, REFUSED)
    assert "two groups" in output
    assert "groups.csv:3" in output


@pytest.mark.slow
def test_prices_of_another_year_are_refused(project):
    accounts(project, price_year=7)
    output = told(project, REFUSED)
    assert "the prices are of another period than the episodes" in output


def test_standardised_amounts_that_lack_are_named(project):
    text = (project / "openvbc.yaml").read_text()
    text = text.replace("amounts: paid", "amounts: standardized")
    text = text.replace("  claim_additions: claim_additions.csv\n", "")
    (project / "openvbc.yaml").write_text(text)
    assert "there are no standardised amounts" in told(project, REFUSED)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("lookback_days: 90", "lookback_days: 5, before_anchor_days: 9", "windows overlap"),
        ('hcpcs: [J7190]', "hcpcs: {list: drugs}", "no list of codes named drugs"),
    ],
)  # fmt: skip
def test_a_definition_that_cannot_be_is_refused(tmp_path, old, new, said):
    program("episodes").claims_program().generate(tmp_path, 3, 1)
    path = tmp_path / "bundle.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    assert said in told(tmp_path, REFUSED)


@pytest.mark.slow
def test_a_category_without_a_price_is_named_and_the_others_settled(project):
    accounts(project)
    told(project, 3)
    run = openvbc.Run.open(project / "run")
    reasons = [row["reason"] for row in csv.DictReader((run.folder / "set_aside.csv").open())]
    assert "no price for the episode" in reasons
    rows = run.table("episode").rows()
    settled = [row for row in rows if row["status"] == "SETTLED"]
    dropped = [row for row in rows if row["status"] == "DROPPED"]
    assert len(settled) + len(dropped) == len(rows)
    assert all(row["reason"] for row in dropped)
    assert any(row["category"] == "IP-Sepsis" for row in settled)


def test_what_lacks_of_the_groups_of_stays_is_counted():
    """Three stays: one without a group, two of a year that neither table has."""
    terms = bpci_terms(Store(), [], weights=[(2025, "470", "08", 10)])
    with DuckDBEngine(threads=1) as engine:
        engine.register_rows(
            "inpatient_stay", {"fiscal_year": "int", "drg_billed": "string"},
            [(2025, "470"), (2026, "470"), (2026, None)],
        )  # fmt: skip
        said = notes_of_stays(engine, terms)
    assert [each.split(":")[0] for each in said] == [
        "1 of 3 inpatient stays carry no MS-DRG",
        "The table of MS-DRGs has no fiscal year 2026 (2 stays)",
        "The remap of MS-DRGs has no fiscal year 2026",
    ]
