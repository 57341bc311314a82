"""Generated people with cancer: episodes, practices, amounts against plain Python and truth."""

from __future__ import annotations

import csv

import pytest

import openvbc
from openvbc.programs.registry import program
from oracles import plain_oncology as plain

MANY = 150
"""People among whom every story is drawn."""
MODELS = {"ocm": plain.OCM, "eom": plain.EOM}


@pytest.mark.parametrize(
    ("name", "people", "seed"),
    [
        ("ocm", 150, 12),
        pytest.param("eom", 100, 12, marks=pytest.mark.slow),
        pytest.param("ocm", 10_000, 12, marks=pytest.mark.slow),
        pytest.param("ocm", 10_000, 13, marks=pytest.mark.slow),
        pytest.param("eom", 10_000, 13, marks=pytest.mark.slow),
    ],
)
def test_every_episode_is_that_of_the_plain_program_and_of_the_truth(tmp_path, name, people, seed):
    program(name).claims_program().generate(tmp_path, people, seed)
    run = openvbc.Project(tmp_path).run()
    episode = {row["episode_id"]: row for row in run.table("episode").rows()}
    practice = {row["episode_id"]: row for row in run.table("episode_initiator").rows()}
    spent = {row["episode_id"]: row for row in run.table("oncology_spending").rows()}
    records, lists, costs = plain.read(tmp_path)
    plain.use(lists)
    expected = [
        each for who in records.values() for each in plain.episodes(who, lists, costs, MODELS[name])
    ]
    assert {each.name for each in expected} == set(episode)
    wrong = []
    for each in expected:
        row = episode[each.name]
        ours = (row["reason"] or "", row["anchor_begin"], row["post_anchor_end"])
        if ours != (each.reason, each.begin, each.end):
            wrong.append((each, ours))
        elif not each.reason:
            money = spent[each.name]
            ours = (
                row["category"], practice[each.name]["initiator"] or "", money["medicare_payments"],
                money["drug_payments"],
            )  # fmt: skip
            if ours != (each.cancer, each.practice, each.medicare, each.drugs):
                wrong.append((each, ours))
    assert not wrong, wrong[:3]
    if name == "ocm":
        _services_are_those_of_the_plain_program(run, expected)
    with (tmp_path / "truth" / "planted.csv").open() as file:
        truth = list(csv.DictReader(file))
    _truth_is_found(truth, {each.name: each for each in expected}, people)


def _services_are_those_of_the_plain_program(run, expected) -> None:
    sheet = run.settlement.details["monthly_services"]
    count = range(len(sheet.contracts))
    valid = sum(bool(sheet.evaluation.value("is_valid", at)) for at in count)
    assert valid == sum(each.valid_services for each in expected) > 0


def _truth_is_found(truth, episodes, people) -> None:
    """The generator's truth is written from its own state, the plain program reads only files."""
    if people >= MANY:
        assert {row["story"] for row in truth} >= {
            "death", "hospice", "two cancers", "switch to Medicare Advantage",
            "trigger without visit", "too early second trigger",
        }  # fmt: skip
    for row in truth:
        each = episodes[row["episode_id"]]
        assert each.reason == row["reason"], row
        if row["status"] == "SETTLED":
            assert (each.cancer, each.practice) == (row["cancer"], row["practice"]), row
            assert str(each.medicare) == row["medicare"], row
            assert each.drugs == plain.Decimal(row["drugs"]), row
        if row["services"]:
            assert each.valid_services == int(row["services"]), row
