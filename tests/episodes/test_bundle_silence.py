"""What a bundle project must not pass over: lists nothing reads, rows of nobody or of no use."""

import csv

import pytest
import yaml
from typer.testing import CliRunner

import openvbc
from hand_claims import table, write_claims
from openvbc.cli import app
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.errors import ContractError, InputError
from openvbc.programs.bundles.definition import read_definition
from openvbc.programs.bundles.handed_over import factors_of_episodes
from openvbc.programs.registry import program

PROJECT = """program: episodes
contract: {definition: bundle.yaml, year: 2025, amounts: paid, terms: contract.yaml}
inputs:
  tuva: tuva
  eligibility: eligibility.csv
"""
DEFINITION = {
    "episodes": [{"category": "Knee", "triggers": {"ms_drg": [470]}},
                 {"category": "Hip", "triggers": {"ms_drg": [522]}}],
    "window": {"after_anchor_days": 30},
    "tests": ["DIED_IN_ANCHOR"],
    "overlap": {"keep": "earlier"},
}  # fmt: skip
TERMS = """program: episodes
title: Knees
contract: K
year: 2025
agreement: A
terms:
  price_form: {value: fixed price, clause: "1"}
  price_list: {value: [{tier: "470", price: 20000}], clause: "1"}
  savings_share: {value: 0.5, clause: "2"}
  loss_share: {value: 0.5, clause: "2"}
"""
CLAIMS = [
    "stay ANN 2025-02-03..2025-02-06 15000.00 drg=470",
    "visit ANN 2025-02-20 1000.00",
    "stay BEA 2025-03-03..2025-03-09 15000.00 drg=522",  # no price in the list
]


@pytest.fixture
def folder(tmp_path):
    write_claims(tmp_path, ["ANN", "BEA"], CLAIMS)
    (tmp_path / "bundle.yaml").write_text(yaml.safe_dump(DEFINITION))
    (tmp_path / "contract.yaml").write_text(TERMS)
    (tmp_path / "openvbc.yaml").write_text(PROJECT)
    return tmp_path


def add(folder, name, text):
    (folder / f"{name}.csv").write_text(text)
    path = folder / "openvbc.yaml"
    path.write_text(path.read_text() + f"  {name}: {name}.csv\n")


def test_an_episode_without_a_price_gives_the_status_of_rows_set_aside(folder):
    """ANN's 15,000 + 1,000 against 20,000: half of 4,000; BEA has no price, which is said."""
    add(folder, "person_spans", "member_id,kind,first_day,last_day\n"
        "ZOE,OTHER_PAYER_PRIMARY,2025-01-01,2025-12-31\n")  # fmt: skip
    told = CliRunner(env={"COLUMNS": "300"}).invoke(app, ["run", str(folder)])
    assert told.exit_code == 3, told.output
    assert "set aside: 1 no price for the tier" in told.output
    assert "1 of 1 people of person_spans are in no delivery" in told.output
    assert "1 spans of the kind OTHER_PAYER_PRIMARY move nothing" in told.output
    assert "the last claim of the deliveries ends on 2025-03-09, and 1 of 2 settled" in told.output
    run = openvbc.Run.open(folder / "run")
    assert {each.name for each in run.manifest.inputs} >= {
        "bundle.yaml", "contract.yaml",
    }  # fmt: skip
    with (run.folder / "set_aside.csv").open() as file:
        assert [row["reason"] for row in csv.DictReader(file)] == ["no price for the tier"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("episode,expected_cost\nNOBODY,1\n", "an episode that the run does not have"),
        ("episode,expected_cost\nE1,1\nE1,2\n", "an episode is given twice"),
        ("episode,cost\nE1,1\n", "cost is measured by the run"),
    ],
)
def test_a_factor_of_no_episode_is_refused(tmp_path, text, said):
    (tmp_path / "more.csv").write_text(text)
    with DuckDBEngine(threads=1) as engine:
        engine.register_rows("episode", {"episode_id": "string"}, [("E1",)])
        with pytest.raises(InputError, match=said):
            factors_of_episodes(tmp_path / "more.csv", ["provider", "cost"], engine)


LISTS = {
    "excluded_stays": "ms_drg\n470\n",
    "facility_spans": "facility_ccn,kind,first_day,last_day\n360001,DEMONSTRATION,2025-01-01,"
    "2025-12-31\n",
    "person_spans": "member_id,kind,first_day,last_day\nANN,ROSTER,2025-01-01,2025-12-31\n",
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_the_definition_does_not_read_is_refused(folder, name):
    add(folder, name, LISTS[name])
    with pytest.raises(ContractError, match=rf"inputs\.{name} is given, and nothing reads it"):
        openvbc.Project(folder)


@pytest.mark.parametrize(
    ("model", "name"),
    [("bpci-advanced", "excluded_stays"), ("ocm", "excluded_lines"),
     ("bpci-advanced", "excluded_diagnoses"), ("ocm", "groups"),
     ("eom", "spending_limits"), ("ocm", "price_updates")],
)  # fmt: skip
def test_a_list_that_a_model_does_not_read_is_refused(tmp_path, model, name):
    program(model).claims_program().generate(tmp_path, 2, 1)
    text = {"excluded_stays": "ms_drg\n001\n", "excluded_lines": "hcpcs_code\nJ7190\n",
            "excluded_diagnoses": "diagnosis_code\nS0600XA\n",
            "groups": "tin,npi,first_day,last_day\n"}.get(name)  # fmt: skip
    heads = {"spending_limits": "category,price_cell,fiscal_year,lower_limit,upper_limit\n",
             "price_updates": "setting,first_day,last_day,factor\n"}  # fmt: skip
    (tmp_path / "listed.csv").write_text(text or heads[name])
    path = tmp_path / "openvbc.yaml"
    kept = [line for line in path.read_text().splitlines() if f"  {name}:" not in line]
    path.write_text("\n".join(kept).replace("inputs:", f"inputs:\n  {name}: listed.csv") + "\n")
    with pytest.raises(ContractError, match=rf"inputs\.{name} is given, and nothing reads it"):
        openvbc.Project(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("price_updates", "setting,first_day,last_day,factor\nSNF,2025-01-01,2025-12-31,1.1\n",
         "not one of INPATIENT_ACUTE"),
        ("price_updates", "setting,first_day,last_day,factor\nHOSPICE,2025-12-31,2025-01-01,1.1\n",
         "ends before it begins"),
        ("groups", "tin,npi,first_day,last_day\n111111111,1234567893,2025-12-31,2025-01-01\n",
         "ends before it begins"),
        ("outpatient_ranks", "hcpcs_code,calendar_year,line_rank\n27447,2025,1.5\n",
         "not a whole number"),
    ],
)  # fmt: skip
def test_a_row_without_use_is_refused(folder, name, text, said):
    add(folder, name, text)
    with pytest.raises(InputError, match=said):
        openvbc.Project(folder)


def test_the_terms_are_of_the_contracts_year(folder):
    (folder / "contract.yaml").write_text(TERMS.replace("year: 2025", "year: 2024"))
    with pytest.raises(ContractError, match="the terms are of 2024"):
        openvbc.Project(folder)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"overlap": {"keep": "later", "replace": [{"earlier": "Knee", "later": "Hip"}]}},
         "says besides which replace"),
        ({"lists": {"drugs": "drugs.csv"}}, "the list drugs is used nowhere"),
        ({"left_out": {"hcpcs": {"list": "drugs"}}, "lists": {"drugs": "drugs.csv"}},
         "the list drugs has no codes"),
        ({"left_out": {"hcpcs": [None]}}, "None is no code"),
        ({"episodes": [{"category": "Knee", "triggers": {"outpatient_hcpcs": [27447],
                                                         "procedures": ["0SRC0J9"]}}]},
         "has procedures and no ms_drg"),
    ],
)  # fmt: skip
def test_a_definition_that_says_what_nothing_reads_is_refused(folder, changed, said):
    (folder / "drugs.csv").write_text("code\n")
    (folder / "bundle.yaml").write_text(yaml.safe_dump(DEFINITION | changed))
    with pytest.raises(ContractError, match=said):
        read_definition(folder / "bundle.yaml")


def test_a_misspelt_column_is_no_other_column(folder):
    add(folder, "excluded_lines", "hcpcs_code,settings\nJ7190,OUTPATIENT\n")
    from openvbc.programs.bundles.exclusion_files import EXCLUDED_LINES
    from openvbc.programs.bundles.project import rows_of

    with pytest.raises(InputError, match="a column that is not understood"):
        rows_of(folder / "excluded_lines.csv", EXCLUDED_LINES)
    table(folder / "excluded_stays.csv", ("ms_drg", "mdc"), [["001", "PRE"]])
    from openvbc.programs.bundles.given import read_exclusions
    from openvbc.programs.bundles.project import EpisodeInputs

    with pytest.raises(InputError, match="names an MS-DRG and a category"):
        read_exclusions(EpisodeInputs(excluded_stays=folder / "excluded_stays.csv"))
