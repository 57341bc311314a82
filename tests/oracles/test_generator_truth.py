"""The whole chain against the generator's truth: raw deliveries in, settlement out, to the cent.

The truth is written by the simulation from its own state; nothing of it comes from the engine. The
basis ``feed`` is what can be known from the files (people who opted out and withheld claims are in
none of them).
"""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

import openvbc
from openvbc.synth import Settings, generate

TEN = Decimal("1e-10")
CENT = Decimal("0.01")
METHODS = ("retrospective", "prospective")
TRACKS = ("BASIC_E", "ENHANCED")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(None, id="finished"),
        pytest.param(("retrospective", "BASIC_E", 600, 5), id="small", marks=pytest.mark.slow),
        pytest.param(
            ("prospective", "ENHANCED", 600, 6), id="small-prospective", marks=pytest.mark.slow
        ),
        *(
            pytest.param(
                (method, track, 20_000, seed),
                id=f"{method}-{track}-{seed}",
                marks=pytest.mark.slow,
            )
            for seed in (1, 2, 3)
            for method in METHODS
            for track in TRACKS
        ),
    ],
)
def case(request, tmp_path_factory):
    if request.param is None:  # the project that was run for every test: 200 people
        folder = request.getfixturevalue("own_copy")
        return Case(folder, openvbc.Project(folder).run())
    method, track, people, seed = request.param
    folder = tmp_path_factory.mktemp("truth")
    generate(
        Settings(people=people, seed=seed, assignment_method=method, track=track, light=True),
        folder,
    )
    run = openvbc.Project(folder).run()
    return Case(folder, run)


class Case:
    def __init__(self, folder: Path, run: openvbc.Run) -> None:
        self.folder = folder
        self.run = run
        self.people = {row["person_id"]: row for row in self.truth("people")}

    def truth(self, name: str, basis: str | None = "feed") -> list[dict[str, str]]:
        with (self.folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return [row for row in csv.DictReader(file) if row.get("basis", basis) == basis]

    def ours(self, name: str, *keys: str, where: str = "") -> dict[tuple, dict]:
        return {tuple(r[k] for k in keys): r for r in self.run.table(name).rows(where)}


def rounded(value, to: Decimal) -> Decimal:
    return Decimal(value).quantize(to, ROUND_HALF_UP)


def test_everybody_is_assigned_rightly_with_step_and_reason(case):
    ours = case.ours("assignment", "person_id", "period")
    truth = {(row["person_id"], row["period"]): row for row in case.truth("assignment")}
    # An earlier identifier of someone who opted out: no cross-reference names them.
    nameless = set(ours) - set(truth)
    assert not any(ours[key]["is_assigned"] for key in nameless)
    unseen = {person for person, _ in set(truth) - set(ours)}
    assert not any(row["is_assigned"] == "1" for k, row in truth.items() if k[0] in unseen)
    wrong = []
    for key, expected in truth.items():
        row = ours.get(key)
        if row is None:
            continue
        same = (row["step"] or "") == expected["step"]
        if case.people[key[0]]["opted_out"] == "0":  # of these no file says when they died
            same = same and (row["reason"] or "") == expected["reason"]
        if not same or row["is_assigned"] != (expected["is_assigned"] == "1"):
            wrong.append((key, row["step"], row["reason"], expected["step"], expected["reason"]))
    assert wrong == []
    assert sum(row["is_assigned"] for row in ours.values()) > len(ours) // 3


def test_people_in_no_file_are_few_and_only_those(case):
    """People the run does not know stand in no delivery at all."""
    unseen = set(case.people) - {key[0] for key in case.ours("assignment", "person_id", "period")}
    assert len(unseen) < len(case.people) // 20
    named = "".join(
        path.read_text() for path in case.folder.glob("*.csv") if path.name != "participants.csv"
    )
    assert not [person for person in unseen if person in named]


def test_person_months_and_spending_of_every_assigned_person(case):
    ours = case.ours("person_expenditure", "person_id", "period", "enrollment_type")
    wrong = []
    for row in case.truth("person_months", basis=None):
        key = (row["person_id"], row["period"], row["enrollment_type"])
        our_row = ours.get(key, {"person_months": 0, "amount": Decimal(0)})
        expected = (int(row["person_months"]), Decimal(row["amount"]))
        if (our_row["person_months"], our_row["amount"]) != expected:
            wrong.append((key, our_row["person_months"], our_row["amount"], *expected))
    assert wrong == []


def test_per_capita_by_type(case):
    ours = case.ours(
        "per_capita_expenditure", "period", "enrollment_type", where="population = 'ASSIGNED'"
    )
    for row in case.truth("per_capita"):
        our_row = ours[row["period"], row["enrollment_type"]]
        for name in ("persons", "person_months", "truncated_persons"):
            assert our_row[name] == int(row[name]), (name, row)
        assert our_row["amount"] == Decimal(row["amount"])
        per_capita = our_row["truncated_amount_times_12"] / our_row["person_months"]
        assert rounded(per_capita, TEN) == Decimal(row["per_capita"])


def test_risk_and_counties(case):
    ours = case.ours(
        "average_risk_score", "period", "enrollment_type", where="population = 'ASSIGNED'"
    )
    for row in case.truth("risk"):
        our_row = ours[row["period"], row["enrollment_type"]]
        risk = our_row["risk_score_times_months"] / our_row["scored_months"]
        demographic = our_row["demographic_score_times_months"] / our_row["demographic_months"]
        assert rounded(risk, TEN) == Decimal(row["risk_score"])
        assert rounded(demographic, TEN) == Decimal(row["demographic_score"])
    counties = case.ours(
        "county_person_months", "period", "county", "enrollment_type",
        where="population = 'ASSIGNED'",
    )  # fmt: skip
    expected = {
        (row["period"], row["county"], row["enrollment_type"]): int(row["person_months"])
        for row in case.truth("county_person_months")
    }
    assert {key: row["person_months"] for key, row in counties.items()} == expected


def benchmark_line(row: dict[str, str]) -> str:
    """The worksheet's name of a line of the truth."""
    name, kind = row["line"], row["enrollment_type"].lower()
    if "_BY" in name:
        name, year = name.split("_BY")
        name = f"{name}_benchmark_year_{year}" if year != "3" else "expenditure_benchmark_year_3"
    elif kind and name == "regional_adjustment":
        name = "regional_adjustment_of_type"
    elif name == "update":
        name = "three_way_update"
    return f"{name}_{kind}" if kind else name


def test_every_line_of_the_benchmark(case):
    evaluation = case.run.settlement.details["benchmark"].evaluation
    rows = case.truth("benchmark")
    assert len(rows) > 30
    for row in rows:
        name = benchmark_line(row)
        assert rounded(evaluation.value(name), TEN) == Decimal(row["value"]), name


SETTLED = {
    "person_years": "total_person_years_performance_year",
    "updated_benchmark_per_capita": "updated_benchmark",
    "performance_year_expenditure_per_capita": "performance_year_expenditure",
}


def test_the_settlement_to_the_cent(case):
    main = case.run.settlement.main.evaluation
    benchmark = case.run.settlement.details["benchmark"].evaluation
    for row in case.truth("settlement"):
        name = SETTLED.get(row["line"], row["line"])
        where = benchmark if name in benchmark.columns else main
        value, expected = where.value(name), Decimal(row["value"])
        to = Decimal(1).scaleb(expected.as_tuple().exponent)
        assert rounded(int(value) if isinstance(value, bool) else value, to) == expected, name


def test_every_trap_is_there(case):
    """Each planted case occurs; that it is right follows from the tests of every person."""
    labels = {row["label"] for row in case.truth("traps", basis=None)}
    assert {
        "twin_claims", "adjusted_chain", "changed_through_date", "identifier_changed_twice",
        "plurality_by_a_cent", "recency_tie_won", "step_2_blocked", "step_3_expanded_window",
        "part_b_only_month", "medicare_advantage_month", "death_in_the_year", "moved_abroad",
        "shared_taxpayer_number", "voluntary_alignment", "visit_in_skilled_nursing_stay",
        "opted_out", "denied_line", "late_claim",
    } <= labels  # fmt: skip
