"""Episodes of people aligned to an ACO; rosters taken from an ACO's run."""

from __future__ import annotations

import csv
import datetime as dt
import re

import pytest

import openvbc
from episode_store import without_settling
from openvbc.errors import ContractError, InputError, ParameterMissing
from openvbc.programs.bundles.aco_overlap import precedence, roster_of_run
from openvbc.programs.registry import program
from openvbc.rules.load import load_rules

HOSPITALS = ("010001", "010002", "010003", "050101", "140010", "330101", "450880")
PRECEDENCE = [
    # Read from the specification, section 2.4 step 5, and of CJR from 42 CFR 510.205(a)(6) and
    # 510.305(j)(1) as in force in early 2021.
    ("bpci_advanced", "MSSP_ENHANCED", "2025-02-03", "ACO"),
    ("bpci_advanced", "MSSP_BASIC", "2025-02-03", "BOTH"),
    ("bpci_advanced", "NEXT_GENERATION", "2018-10-01", "ACO"),
    ("cjr", "MSSP_TRACK_3", "2017-06-30", "BOTH"),
    ("cjr", "MSSP_TRACK_3", "2017-07-01", "ACO"),
    ("cjr", "NEXT_GENERATION", "2017-06-30", "BOTH"),
    ("cjr", "PIONEER", "2016-04-01", "BOTH"),
    ("cjr", "CEC_TWO_SIDED", "2017-06-30", "BOTH"),
    ("cjr", "CEC_TWO_SIDED", "2017-07-01", "ACO"),
    ("cjr", "CEC_ONE_SIDED", "2017-07-01", "BOTH"),
    ("team", "MSSP_ENHANCED", "2026-01-01", "BOTH"),
]


@pytest.mark.parametrize(("name", "model", "day", "expected"), PRECEDENCE)
def test_precedence_by_model_and_day(name, model, day, expected):
    parameter = precedence(load_rules(name), model, dt.date.fromisoformat(day))
    assert parameter.value == expected


def test_a_model_no_rule_speaks_of_stops_and_is_named():
    with pytest.raises(ParameterMissing, match="REACH"):
        precedence(load_rules("bpci_advanced"), "REACH", dt.date(2025, 2, 3))


def test_an_aligned_persons_episode_is_the_acos_or_counts_in_both(tmp_path):
    program("bpci-advanced").claims_program().generate(tmp_path, 30, 3)
    with (tmp_path / "truth" / "planted.csv").open() as file:
        settled = [row for row in csv.DictReader(file) if row["status"] == "SETTLED"]
    whose, other = settled[0], next(r for r in settled if r["person_id"] != settled[0]["person_id"])
    (tmp_path / "aco_alignments.csv").write_text(
        "member_id,aco_model,first_day,last_day\n"
        f"{whose['person_id']},MSSP_ENHANCED,2024-01-01,2026-12-31\n"
        f"{other['person_id']},MSSP_BASIC,2024-01-01,2026-12-31\n"
    )
    (tmp_path / "accounts.csv").write_text(
        "identifier,model_year,composite_quality_score\n"
        + "".join(f"{ccn},8,80\n" for ccn in HOSPITALS)
    )
    (tmp_path / "prices.csv").write_text(
        "identifier,model_year,category,episode_type,given_target_price\n"
        + "".join(
            f"{ccn},8,{category},surgical,20000\n"
            for ccn in HOSPITALS
            for category in ("IP-Major bowel procedure", "IP-Spinal fusion")
        )
    )
    path = without_settling(tmp_path)
    path.write_text(
        path.read_text() + "  aco_alignments: aco_alignments.csv\n  accounts: accounts.csv\n"
        "  prices: prices.csv\n"
    )
    run = openvbc.Project(tmp_path).run()
    touched = {(r["episode_id"], r["aco_model"]) for r in run.table("episode_aco").rows()}
    assert (whose["episode_id"], "MSSP_ENHANCED") in touched
    assert (other["episode_id"], "MSSP_BASIC") in touched
    with (run.folder / "given" / "episodes.csv").open() as file:
        dropped = {row["episode"]: row["dropped"] for row in csv.DictReader(file)}
    assert "Mssp Enhanced" in dropped[whose["episode_id"]]
    assert dropped[other["episode_id"]] == ""
    names = [listing.name for listing in program("bpci-advanced").claims_program().listings(run)]
    assert "aco_overlap" in names


def test_a_roster_is_the_people_a_run_assigned(finished):
    run = openvbc.Run.open(finished / "run")
    year = next(p["calendar_year"] for p in run.periods if p["period"] == run.main_period)
    days = dt.date(year, 1, 1), dt.date(year, 12, 31)
    roster = roster_of_run(finished / "run", *days)
    assigned = [r for r in run.table("assignment").rows("is_assigned") if r["period"] == "PY"]
    assert {row[0] for row in roster} == {row["person_id"] for row in assigned}
    assert {row[1:] for row in roster} == {("ROSTER", *days)}
    with pytest.raises(InputError, match="outside the days"):
        roster_of_run(finished / "run", dt.date(year + 1, 1, 1), dt.date(year + 1, 12, 31))


@pytest.mark.slow
def test_shadow_bundles_are_of_the_assigned_people_alone(finished, tmp_path):
    """All 34 categories over the claim store of the ACO's own run, whoever is on its list."""
    run = openvbc.Run.open(finished / "run")
    year = next(p["calendar_year"] for p in run.periods if p["period"] == run.main_period)
    source = (finished / "openvbc.yaml").read_text()
    assert "cclf" in source
    (tmp_path / "openvbc.yaml").write_text(
        "program: bpci-advanced\n"
        f"contract: {{model_year: 8, amounts: paid, period: {{first_day: {year}-01-01, "
        f"last_day: {year}-12-31}}}}\n"
        f"inputs:\n  cclf: [{finished / 'cclf'}]\n  assigned_people: {finished / 'run'}\n"
    )
    shadow = openvbc.Project(tmp_path).run()
    roster = {row[0] for row in roster_of_run(finished / "run", dt.date(year, 1, 1),
                                              dt.date(year, 12, 31))}  # fmt: skip
    rows = shadow.table("episode").rows()
    assert rows
    for row in rows:
        off = row["person_id"] not in roster or row["anchor_begin"].year != year
        assert (row["reason"] == "NOT_ON_THE_ROSTER") == off


def named(path, line):
    """The project with one more input."""
    text = path.read_text()
    assert text.count("\ninputs:\n") == 1
    path.write_text(text.replace("\ninputs:\n", f"\ninputs:\n  {line}\n"))


@pytest.mark.parametrize("name", ["bpci-advanced", "cjr", "team", "episodes", "ocm", "eom"])
def test_the_people_of_a_run_are_on_the_roster_of_every_bundle_program(finished, tmp_path, name):
    run = openvbc.Run.open(finished / "run")
    year = next(p["calendar_year"] for p in run.periods if p["period"] == run.main_period)
    days = dt.date(year, 1, 1), dt.date(year, 12, 31)
    program(name).claims_program().generate(tmp_path, 3, 1)
    path = tmp_path / "openvbc.yaml"
    text = re.sub(r", period: {[^}]*}", "", path.read_text())
    period = f"period: {{first_day: {days[0]}, last_day: {days[1]}}}"
    path.write_text(text.replace("\ncontract: {", f"\ncontract: {{{period}, "))
    named(path, f"assigned_people: {finished / 'run'}")
    if name == "episodes":  # a payer's definition that does not ask for a roster refuses one
        with pytest.raises(ContractError, match="VBC-99009"):
            openvbc.Project(path)
        definition = tmp_path / "bundle.yaml"
        text = definition.read_text()
        definition.write_text(text.replace("tests: [", "tests: [NOT_ON_THE_ROSTER, "))
    spans = openvbc.Project(path).given.terms.given.person_span
    roster = set(roster_of_run(finished / "run", *days))
    assert roster
    assert roster <= {tuple(span) for span in spans}


@pytest.mark.parametrize("name", ["episodes", "ocm", "eom"])
def test_alignments_that_no_rule_reads_are_refused(tmp_path, name):
    program(name).claims_program().generate(tmp_path, 3, 1)
    (tmp_path / "a.csv").write_text("member_id,aco_model,first_day,last_day\n")
    named(tmp_path / "openvbc.yaml", "aco_alignments: a.csv")
    with pytest.raises(ContractError, match="says nothing of ACOs"):
        openvbc.Project(tmp_path)
