"""The register of programs: their state on any date, Advanced APMs by year, what is settled."""

import csv
import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import InputError
from openvbc.policy.flexibilities import flexibilities, flexibilities_of, overlay_without
from openvbc.policy.overlap import overlap_between, overlap_of, overlap_rules
from openvbc.policy.partial_date import Span, first_day, last_day
from openvbc.policy.register import State, advanced_apm, registered, registered_program, standing
from openvbc.policy.settled import settled_parts
from openvbc.programs.registry import program_names
from openvbc.rules.load import load_rules

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared"))
TABLE = SHARED / "spec/params/registry/models.csv"
needs_table = pytest.mark.skipif(not TABLE.is_file(), reason="the register's table is not here")
DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 29)
IN_THE_TABLE = {
    "active": {State.ACTIVE},
    "ended": {State.ENDED},
    "cancelled": {State.NEVER_BEGAN},
    "not pursued": {State.NEVER_BEGAN},
    "enjoined": {State.NEVER_BEGAN},
    "announced": {State.ANNOUNCED},
    "upcoming": {State.NOT_BEGUN},
    "proposed or active": {State.ACTIVE},
    "proposed (unverified)": {State.NOT_BEGUN},
}
"""First words of the table's state on 29 November 2026, and what they are here."""


def table():
    with TABLE.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def days_around(row):
    """Days on which the state changes, the days beside them, and every new year between."""
    days = {dt.date(year, 1, 1) for year in range(2005, 2041)} | {TODAY}
    for written in (row["start"], row["end"]):
        if written:
            day = dt.date.fromisoformat(written)
            days |= {day - DAY, day, day + DAY}
    return sorted(days)


def by_the_table(row, day):
    """The plainest reading of a row: before, between or after its dates."""
    if not row["start"]:
        return "never"
    if day.isoformat() < row["start"]:
        return "before"
    return "after" if row["end"] and row["end"] < day.isoformat() else "between"


@needs_table
def test_every_entry_has_the_state_of_the_table_on_any_date():
    rows = table()
    assert len(rows) == len(registered()) == 90
    plain = {
        State.NEVER_BEGAN: "never", State.NOT_BEGUN: "before", State.ANNOUNCED: "before",
        State.IMPLEMENTATION: "before", State.ACTIVE: "between", State.ENDED: "after",
    }  # fmt: skip
    wrong = [
        (row["model_id"], day)
        for row in rows
        for day in days_around(row)
        if plain[standing(registered()[row["model_id"]], day).state] != by_the_table(row, day)
    ]
    assert wrong == []


@needs_table
def test_every_entry_has_the_state_the_table_gives_for_its_day():
    for row in table():
        said = row["status_2026_11_29"]
        words = max((words for words in IN_THE_TABLE if said.startswith(words)), key=len)
        state = standing(registered()[row["model_id"]], TODAY).state
        assert state in IN_THE_TABLE[words], (row["model_id"], said, state)


@needs_table
def test_what_the_table_does_not_confirm_is_marked():
    for row in table():
        entry = registered()[row["model_id"]]
        if row["status"] in ("unverified", "structural"):
            assert entry.unverified, row["model_id"]
        if row["status"] in ("confirmed", "secondary"):
            assert not entry.unverified, row["model_id"]


def test_names_of_programs_that_settle_are_ours():
    named = {each.facts["settled_by"] for each in registered().values()} - {""}
    assert named <= set(program_names())
    assert all(settled_parts(each) for each in registered().values() if each.facts["settled_by"]
               and not each.facts["never_began"])  # fmt: skip


def test_successors_and_overlap_name_programs_of_the_register():
    known = set(registered())
    for each in registered().values():
        for name in each.facts["successors"].split("; "):
            assert not name or name in known or name == "integrated D-SNP", (each.program, name)
    sides = [name for rule in overlap_rules() for name in (*rule.one, *rule.other)]
    assert {name for name in sides if " " not in name} <= known
    assert {program for each in flexibilities() for program in each.programs} <= known | {"all"}


def test_direct_contracting_by_date():
    gpdc = registered_program("gpdc")
    expected = {
        dt.date(2019, 4, 21): State.NOT_BEGUN,
        dt.date(2020, 9, 30): State.ANNOUNCED,
        dt.date(2020, 10, 1): State.IMPLEMENTATION,
        dt.date(2021, 3, 31): State.IMPLEMENTATION,
        dt.date(2021, 4, 1): State.ACTIVE,
        dt.date(2022, 12, 31): State.ACTIVE,
        dt.date(2023, 1, 1): State.ENDED,
    }
    assert {day: standing(gpdc, day).state for day in expected} == expected


def test_advanced_apm_by_year():
    mssp, chart = registered_program("mssp"), registered_program("chart")
    assert advanced_apm(mssp, 2016) == "none: Advanced APMs begin with 2017"
    assert advanced_apm(mssp, 2017).startswith("in part: two-sided tracks")
    assert advanced_apm(chart, 2020) == "none: not in force in 2020"
    assert advanced_apm(chart, 2021) == "no"
    assert advanced_apm(registered_program("reach"), 2027) == "none: not in force in 2027"


def test_overlap_is_found_from_both_sides_and_by_class():
    assert overlap_between("mssp", "reach") == overlap_between("reach", "mssp")
    assert {rule.effect for rule in overlap_between("mssp", "ngaco")} == {"exclusive"}
    assert overlap_between("mssp", "bpcia", dt.date(2026, 1, 1)) == []
    assert [rule.effect for rule in overlap_between("ma", "mssp")] == ["exclusive"]
    assert [rule.effect for rule in overlap_of("asm")] == ["exclusive"]


def test_dates_of_months_and_years():
    assert (first_day("2020-12"), last_day("2020-12")) == (
        dt.date(2020, 12, 1),
        dt.date(2020, 12, 31),
    )
    assert last_day("2024-02") == dt.date(2024, 2, 29)
    assert last_day("2022") == dt.date(2022, 12, 31)
    assert not Span(dt.date(2020, 1, 1), dt.date(2020, 6, 30)).meets(
        Span(dt.date(2020, 7, 1), None)
    )


def test_flexibilities_hold_on_their_days_only():
    def in_force(day):
        return {each.name for each in flexibilities_of("ngaco", day)}

    assert "F-NGACO-2" not in in_force(dt.date(2019, 12, 31))
    assert "F-NGACO-2" in in_force(dt.date(2020, 1, 1))
    assert "F-NGACO-2" in in_force(dt.date(2020, 12, 31))
    assert "F-NGACO-2" not in in_force(dt.date(2021, 1, 1))


@pytest.mark.parametrize("name", [each.name for each in flexibilities() if each.rules])
def test_an_overlay_without_a_flexibility_changes_that_and_nothing_else(name, tmp_path):
    flexibility = next(each for each in flexibilities() if each.name == name)
    overlay = tmp_path / "without.yaml"
    overlay.write_text(overlay_without([name]), encoding="utf-8")
    with_it = load_rules(flexibility.rules)
    without = load_rules(flexibility.rules, [overlay])
    changed = [
        (parameter, entry.applies_in_words())
        for parameter in without.names
        for entry in without.history(parameter)
        if entry not in with_it.history(parameter)
    ]
    assert len(changed) == 1
    assert changed[0][0] == flexibility.parameter
    assert len(without.history(flexibility.parameter)) == len(
        with_it.history(flexibility.parameter)
    ), "it takes the place of a value of the rules"


@pytest.mark.parametrize(
    ("name", "program", "parameter", "keys", "with_it", "without"),
    [
        ("F-SEQ-1", "mssp", "sequestration_rate", {"performance_year": 2020}, 0, Decimal("0.02")),
        ("F-HRRP-2", "hrrp", "condition_in_program", {"fiscal_year": 2023, "condition": "PN"},
         False, True),
        ("F-DC-1", "reach", "first_month", {"performance_year": 2021}, 4, 1),
        ("F-BPCIA-3", "bpci-advanced", "covid_19_episodes", {"model_year": 6}, "marked",
         "left out"),
    ],
)  # fmt: skip
def test_what_a_rule_says_with_and_without(
    name, program, parameter, keys, with_it, without, tmp_path
):
    """The values are those of the texts the rules cite; the ones without are the law around it."""
    overlay = tmp_path / "without.yaml"
    overlay.write_text(overlay_without([name]), encoding="utf-8")

    def value(rules):
        return rules.get(parameter, **keys).value

    assert value(load_rules(program)) == with_it
    assert value(load_rules(program, [overlay])) == without


def test_what_is_not_in_the_rules_says_what_it_would_need():
    for each in flexibilities():
        assert bool(each.rules) != bool(each.needs), each.name
        assert ("would need" in each.in_words()) != bool(each.rules)
    assert sum(bool(each.rules) for each in flexibilities()) == 14


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["F-NONE"], "no flexibility named"),
        (["F-OCM-3"], "do not hold F-OCM-3"),
        (["F-OCM-2"], "F-OCM-2 would need the diagnosis of COVID-19 by episode"),
        (["F-NGACO-1", "F-CJR-1"], "not for cjr, next-generation"),
    ],
)
def test_what_cannot_be_taken_out_is_said(names, words):
    with pytest.raises(InputError, match=words):
        overlay_without(names)


def test_a_name_of_several_programs_is_asked_back():
    with pytest.raises(InputError, match="2 programs are settled as"):
        registered_program("kidney-care")
    with pytest.raises(InputError, match="no program named 'nothing'"):
        registered_program("nothing")
    assert registered_program("Enhancing Oncology Model").program == "eom"


def test_a_state_there_is_not_is_refused_and_not_an_empty_list():
    said = CliRunner().invoke(app, ["programs", "--state", "nonsense"])
    assert said.exit_code == 1
    assert "never began" in str(said.exception)
    assert CliRunner().invoke(app, ["programs", "--state", "ended"]).exit_code == 0
