"""Programs settled from a user's rows of totals: what is understood, what is refused."""

import csv
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import ContractError, InputError
from openvbc.programs.registry import program
from openvbc.programs.run_folder import write_run
from openvbc.programs.simulation import Choices, Range, Scenarios, WhichRow

HEAD = "aco,performance year,risk arrangement,savings cap,benchmark given,claim payments"
GOOD = "V101,2017,A,0.05,100000000,92000000"


@pytest.fixture
def settle(tmp_path):
    def run(*rows, head=HEAD):
        path = tmp_path / "totals.csv"
        path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
        return program("next-generation").published_program().settle([path])

    return run


def test_a_row_is_settled(settle):
    settlement = settle(GOOD)
    assert settlement.main.contracts[0].identifier == "V101"
    assert settlement.main.evaluation.value("shared_savings_after_sequestration") == 3_920_000


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        ("V102,2017,A,0.20,100,92", "outside what can be meant", "savings cap"),
        ("V102,2017,C,0.05,100,92", "none of the words there are", "risk arrangement"),
        ("V102,2017,A,0.05,100,-1", "outside what can be meant", "claim payments"),
        ("V102,2017,A,0.05,100,many", "text where a number belongs", "claim payments"),
        ("V102,2017,A,0.05,100,", "value missing", "claim payments"),
        ("V101,2017,A,0.05,100,92", "a contract that stands before", "aco"),
        (",2017,A,0.05,100,92", "a row that is of no contract", "aco"),
    ],
)
def test_a_row_that_cannot_be_meant_is_set_aside(settle, row, reason, column):
    settlement = settle(GOOD, row)
    [aside] = settlement.set_aside
    assert (aside.reason, aside.place.column, aside.place.line) == (reason, column, 3)
    assert settlement.rows_in == 2


def test_a_row_without_a_benchmark_is_set_aside(settle):
    [aside] = settle(GOOD, "V102,2017,A,0.05,,92").set_aside
    assert "after sequestration" in aside.reason


def test_a_year_without_rules_is_set_aside_by_name(settle):
    [aside] = settle(GOOD, "V102,2021,A,0.05,100,92").set_aside
    assert "gross_savings_limit" in aside.detail


def test_a_heading_that_is_no_column_is_an_error(settle):
    with pytest.raises(InputError, match="not understood") as refused:
        settle(GOOD + ",5", head=HEAD + ",claim reducton")
    assert refused.value.place.column == "claim reducton"


def test_what_simulation_gives_stays_inside_the_cap(settle, tmp_path):
    write_run(settle(GOOD), tmp_path / "run")
    simulated = program("next-generation").simulated()
    scenarios = Scenarios(count=2000, expenditure_trend=Range(0.8, 1.3))
    simulation = simulated.run(tmp_path / "run", WhichRow("V101"), scenarios, Choices())
    amounts = simulation.outcomes[0].amounts
    # 5% x 100m x 80% = 4m owed at most; earned at most 4m x 0.98.
    assert float(amounts.min()) == -4_000_000
    assert float(amounts.max()) == pytest.approx(3_920_000)
    with pytest.raises(InputError, match="changes nothing"):
        simulated.run(
            tmp_path / "run", WhichRow("V101"), Scenarios(quality_score=Range(0, 1)), Choices()
        )


def test_the_way_of_paying_changes_no_savings(settle):
    head = HEAD + ",claim reductions,monthly payments"
    settlement = settle(
        "V101,2017,A,0.05,100000000,92000000,0,",
        "V102,2017,A,0.05,100000000,71000000.01,20999999.99,21500000",
        head=head,
    )
    first, second = (settlement.main.evaluation.value("gross_savings", n) for n in (0, 1))
    assert first - second == 0
    assert settlement.main.evaluation.value("payment_to_be_returned", 1) == Decimal("500000.01")


@pytest.mark.parametrize(
    ("name", "head", "good", "bad", "lacks"),
    [
        (
            "primary-care", "practice,performance year,model,risk tier,attributed months",
            "P1,2023,Primary Care First,2,1200", "P2,2024,Making Care Primary,1,100",
            "monthly amount",
        ),
        (
            "global-budget", "hospital,performance year,model,revenue year 1,revenue year 2,"
            "revenue year 3", "H1,2027,AHEAD,1,1,1", "H2,2027,Maryland,1,1,1", "baseline given",
        ),
        (
            "kidney-care", "entity,performance year,option,benchmark,claim payments",
            "K1,2023,Graduated level 1,10,9", "K2,2023,Global,10,9", "one_sided_share",
        ),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused_by_name(tmp_path, name, head, good, bad, lacks):
    path = tmp_path / "totals.csv"
    path.write_text(f"{head}\n{good}\n{bad}\n", "utf-8")
    settlement = program(name).published_program().settle([path])
    assert [each.identifier for each in settlement.main.contracts] == [good.split(",")[0]]
    [aside] = settlement.set_aside
    assert lacks in aside.detail


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("P1,2025,ACO PC Flex,1,100,30,250000,,", ""),
        ("P1,2025,ACO PC Flex,1,100,30,250000.01,,", "250,000 USD at most"),
        ("P1,2018,CPC+ Track 1,1,100,,5000,,", "CPC+ Track 1 has no most one time advance"),
        ("P1,2018,CPC+ Track 1,1,100,,,0.2,", "CPC+ Track 1 has no most performance adjustment"),
        ("P1,2023,Primary Care First,1,100,,,0.2,0.5", "Primary Care First has no incentive"),
        ("P1,2018,CPC+ Track 1,1,100,,,,0.5", ""),
        ("P1,2023,Primary Care First,1,100,,0,,0", ""),
    ],
)
def test_what_a_model_of_primary_care_does_not_pay_is_set_aside(tmp_path, row, said):
    path = tmp_path / "totals.csv"
    head = "practice,performance year,model,risk tier,attributed months,monthly amount given,"
    head += "one time advance,performance adjustment,incentive share kept"
    path.write_text(f"{head}\n{row}\nP0,2018,CPC+ Track 1,1,100,,,,\n", "utf-8")
    settlement = program("primary-care").published_program().settle([path])
    assert [said in each.detail for each in settlement.set_aside] == [True] * bool(said)
    assert len(settlement.main.contracts) == 1 + (not said)
    assert any("what these are taken of was not read" in note for note in settlement.notes)


GIVEN = {
    "next-generation": "V101,,2017,A,0.05,100000000,,,,,,,,,92000000,,,,,,,",
    "primary-care": {"performance year": "2023", "model": "Primary Care First", "risk tier": "2",
                     "attributed months": "1200"},
    "global-budget": {"performance year": "2027", "model": "AHEAD", "revenue year 1": "1",
                      "revenue year 2": "1", "revenue year 3": "1"},
    "kidney-care": {"performance year": "2023", "option": "Graduated level 1", "benchmark": "10",
                    "claim payments": "9"},
}  # fmt: skip
"""A row by column, or as a line in the order of the columns."""


@pytest.mark.parametrize("name", GIVEN)
def test_init_begins_the_table_that_is_settled(tmp_path, name):
    """Its columns are those the program takes; those it needs are said to be needed."""
    folder = tmp_path / "new"
    made = CliRunner().invoke(app, ["init", str(folder), "--program", name])
    assert made.exit_code == 0, made.output
    table = folder / "totals.csv"
    heads = table.read_text("utf-8").strip().split(",")
    with (folder / "columns.csv").open(encoding="utf-8", newline="") as file:
        columns = list(csv.DictReader(file))
    assert [row["column"] for row in columns] == heads
    row = GIVEN[name]
    if not isinstance(row, str):
        assert {each["column"] for each in columns if each["needed"] == "yes"} <= {
            "identifier", *row
        }  # fmt: skip
        row = ",".join({"identifier": "X1", **row}.get(head, "") for head in heads)
    with table.open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    settle = ["settle", "--program", name, str(table), "--no-reports", "--output"]
    settled = CliRunner().invoke(app, [*settle, str(tmp_path / "run")])
    assert settled.exit_code == 0, settled.output
    again = CliRunner().invoke(app, ["init", str(folder), "--program", name])
    assert isinstance(again.exception, ContractError)
    assert row in table.read_text("utf-8"), "what was filled in is left as it is"


def test_init_begins_the_contract_of_a_medicaid_plan(tmp_path):
    """2,000,000 below 85%: (0.85 x 100,000,000) - 83,000,000."""
    made = CliRunner().invoke(app, ["init", str(tmp_path), "--program", "medicaid-mco"])
    assert made.exit_code == 0, made.output
    plan = tmp_path / "plan.yaml"
    text = plan.read_text("utf-8")
    for said, value in [
        ("plan: CHANGE", "plan: MP-1"), ("state: CHANGE", "state: OH"),
        ("start: CHANGE, end: CHANGE", "start: 2026-07-01, end: 2027-06-30"),
        ("capitation: CHANGE", "capitation: 100000000"),
        ("enrollment_size: CHANGE", "enrollment_size: 400000"),
        ("incurred_claims: CHANGE", "incurred_claims: 83000000"),
        ("premium: CHANGE", "premium: 100000000"),
        ("# minimum_loss_ratio: 0.85", "minimum_loss_ratio: 0.85"),
    ]:  # fmt: skip
        assert said in text
        text = text.replace(said, value)
    assert "CHANGE " not in text.split("\n\n", 1)[1].replace("# CHANGE", "")
    plan.write_text(text, "utf-8")
    settlement = program("medicaid-mco").published_program().settle([plan])
    assert settlement.main.evaluation.value("remittance") == 2_000_000


def test_init_of_files_that_cms_publishes_says_what_to_do(tmp_path):
    result = CliRunner().invoke(app, ["init", str(tmp_path / "x"), "--program", "hrrp"])
    assert isinstance(result.exception, InputError)
    assert not (tmp_path / "x").exists()


def test_init_invents_no_deliveries_for_a_file_of_your_own(tmp_path):
    line = ["init", str(tmp_path / "x"), "--program", "medicaid-mco", "--sample"]
    result = CliRunner().invoke(app, line)
    assert isinstance(result.exception, ContractError)
    assert "leave out --sample" in str(result.exception.action)
    assert not (tmp_path / "x").exists()


def test_init_without_a_name_says_which_programs_there_are():
    said = CliRunner().invoke(app, ["init", "--program"])
    assert said.exit_code == 0, said.output
    assert "global-budget: Hospital global budget (capitation, from your own file)" in said.output
