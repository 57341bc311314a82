"""Contract files: every clause missing or ambiguous, plain words, the schema for editors."""

import json
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.programs.terms.catalogue import catalogue
from openvbc.programs.terms.draft import _sentences
from openvbc.programs.terms.schema import PROGRAMS, schema

BOOK = Path(str(resources.files("openvbc"))) / "book"
HEAD = """program: payer-contract
title: Invented
contract: C-1
year: 2025
agreement: Agreement of 1 January 2025
terms:
"""


def checked(folder, terms):
    path = folder / "contract.yaml"
    path.write_text(HEAD + "".join(f"  {name}: {body}\n" for name, body in terms.items()))
    return CliRunner().invoke(app, ["contract", "check", str(path)])


NEEDED = {
    "benchmark_form": '{value: given total, clause: "1"}',
    "spending_amount": '{value: paid, clause: "2"}',
    "savings_share": '{value: 0.5, clause: "3"}',
    "loss_share": '{value: null, clause: "3"}',
}
STEPS = "[{from: 0, to: 0.02, share: 0}, {from: 0.03, to: null, share: 0.5}]"
WHOLE = "[{from: 0, to: null, share: 0.5}]"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"spending_amount": None}, "spending_amount is missing"),
        ({"roof": '{value: 1, clause: "9"}'}, "roof is no term there is"),
        ({"savings_ladder": f'{{value: {STEPS}, clause: "4"}}'}, "overlap or leave a gap"),
        ({"savings_ladder": f'{{value: {WHOLE}, clause: "4"}}'}, "not clear which of them counts"),
        ({"benchmark_form": '{value: peer group, clause: "1"}'}, "peer_factor is missing"),
        ({"population": '{value: majority, clause: "1"}'}, "majority_share is missing"),
        ({"corridor": "{value: 0.02}"}, "terms.corridor.clause is missing"),
    ],
)
def test_what_must_be_corrected_is_named(tmp_path, change, said):
    terms = {k: v for k, v in {**NEEDED, **change}.items() if v is not None}
    result = checked(tmp_path, terms)
    assert result.exit_code == 1
    assert said in result.output
    assert "cannot be settled" in result.output


def test_all_that_must_be_corrected_is_named_at_once(tmp_path):
    result = checked(tmp_path, {"benchmark_form": '{value: peer group, clause: "1"}'})
    for name in ("peer_factor", "spending_amount", "savings_share", "loss_share"):
        assert f"must be corrected: {name} is missing" in result.output


def test_what_moves_nothing_and_what_has_no_clause_is_said(tmp_path):
    idle = {"loss_cap": '{value: 0.05, clause: "5"}', "trend_rate": '{value: 0.03, clause: "1"}'}
    result = checked(tmp_path, {**NEEDED, **idle})
    assert result.exit_code == 0
    assert "moves nothing: loss_cap is agreed, and none of loss_share, loss_ladder" in result.output
    assert "moves nothing: trend_rate is agreed, and the form chosen" in result.output
    assert "no clause: run_out_months" in result.output
    assert "no clause: historical_years" not in result.output  # of a form not chosen


def test_a_contract_in_plain_words():
    file = BOOK / "payer_contract" / "contract.yaml"
    result = CliRunner().invoke(app, ["contract", "draft", str(file)])
    assert result.exit_code == 0
    assert "Of savings that count the provider is paid 50.00%. (clause 4.1)" in result.output
    assert "was $400 a member and month. (clause 3.1)" in result.output
    assert "The contract has no clause on:" in result.output


def test_every_sentence_is_of_a_term():
    terms = {name for program in PROGRAMS[:3] for name in catalogue(program)}
    assert set(_sentences()) <= terms


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_schema_knows_what_the_contract_of_the_book_says(program):
    from openvbc.rules.exact_yaml import read_yaml

    contract_schema = schema(program)
    json.dumps(contract_schema)
    file = BOOK / program.replace("-", "_") / "contract.yaml"
    content = read_yaml(file.read_text(), file.name)
    assert set(content) <= set(contract_schema["properties"])
    if program != "p4p-contract":
        assert set(content["terms"]) <= set(contract_schema["properties"]["terms"]["properties"])
        needed = contract_schema["properties"]["terms"]["required"]
        assert set(needed) <= set(content["terms"])


def test_a_file_of_performance_is_checked_too(tmp_path):
    file = BOOK / "p4p_contract" / "contract.yaml"
    assert CliRunner().invoke(app, ["contract", "check", str(file)]).exit_code == 0
    wrong = tmp_path / "c.yaml"
    wrong.write_text(file.read_text().replace("kind: ", "kindness: "))
    result = CliRunner().invoke(app, ["contract", "check", str(wrong)])
    assert result.exit_code == 1
    assert "kindness" in result.output


def test_a_contract_of_performance_in_plain_words_and_what_it_leaves_open(tmp_path):
    """The pool with a gate of the worked contracts, and one of targets."""
    file = BOOK / "contract_book" / "quality_3.yaml"
    said = CliRunner().invoke(app, ["contract", "draft", str(file)])
    assert said.exit_code == 0, said.output
    for sentence in (
        "- blood pressure, weight 1: 5 points from 60.00%, 10 points from 80.00%; it counts from "
        "30 cases on; a rate below 55.00% closes the whole payment.",
        "A provider with fewer than 100 members, or fewer than 1 measures that count, is paid "
        "nothing.",
        "A pool of $90,000 is split by members, by the score: 50.00% of it from a score of 50.00%, "
        "100.00% of it from a score of 100.00%. What is not earned the payer keeps.",
    ):
        assert sentence in said.output.splitlines(), said.output
    checked = CliRunner().invoke(app, ["contract", "check", str(file)])
    assert checked.exit_code == 0
    assert "moves nothing: points.attainment is agreed, and every measure is paid by tiers" in (
        checked.output
    )
    assert "no clause: improvement" in checked.output
    assert "no clause: gate" not in checked.output
    targets = BOOK / "p4p_contract" / "contract.yaml"
    said = CliRunner().invoke(app, ["contract", "draft", str(targets)])
    assert said.exit_code == 0, said.output
    assert "For attainment: " in said.output
    assert (
        "moves nothing" not in CliRunner().invoke(app, ["contract", "check", str(targets)]).output
    )


def test_a_file_that_cannot_be_read_does_not_hide_the_others(tmp_path):
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "twice.yaml").write_text("program: payer-contract\nprogram: episodes\n")
    good = BOOK / "payer_contract" / "contract.yaml"
    names = [tmp_path / "empty.yaml", tmp_path / "twice.yaml", tmp_path / "none.yaml", good]
    said = CliRunner().invoke(app, ["contract", "check", *map(str, names)])
    assert said.exit_code == 1
    lines = said.output.splitlines()
    assert lines[0] == "empty.yaml: a contract is a mapping"
    assert lines[1].startswith("twice.yaml, line 2: the contract cannot be read: not valid YAML")
    assert lines[2].startswith("none.yaml: the file cannot be read")
    assert lines[3] == "contract.yaml: can be settled"
