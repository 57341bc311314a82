"""Gaps and their value: the whole score computed again; dollars follow the cap."""

from __future__ import annotations

from decimal import Decimal

import pytest

import openvbc
from openvbc.programs.risk.review import tiers

pytestmark = pytest.mark.slow
WEIGHTS = {"V24": Decimal("0.67"), "V28": Decimal("0.33")}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    pytest.importorskip("pyarrow", reason="building a store needs pyarrow")
    from openvbc.synth import Settings, generate

    folder = tmp_path_factory.mktemp("made")
    generate(Settings(people=500, seed=43, light=True), folder)
    return openvbc.Project(folder / "openvbc.yaml")


@pytest.fixture(scope="module")
def review(project):
    return project.review_risk()[0]


@pytest.fixture(scope="module")
def table(project, review):
    """Rows of a table the review left in the run's folder."""

    def rows(name):
        from openvbc.run_table import RunTable

        files = sorted((project.file.output / "tables" / name).glob("part-*.parquet"))
        return RunTable(name, files).rows()

    return rows


def test_a_gap_is_worth_the_change_of_the_whole_score(review, table):
    """Scored again through `openvbc.score`, with and without the diagnosis."""
    people = {(r["beneficiary_id"], r["enrollment_type"], r["payment_year"]): r
              for r in table("scored_person")}  # fmt: skip
    coded: dict[str, list[str]] = {}
    for row in table("counted_diagnosis"):
        if row["payment_year"] == 2024:
            coded.setdefault(row["person_id"], []).append(row["diagnosis_code"])
    means = {(r["model"], r["enrollment_type"]): r["raw_times_months"] / r["person_months"]
             for r in table("risk_mean") if r["payment_year"] == 2024}  # fmt: skip
    gaps = [g for g in review.exposure.gaps if g["enrollment_type"] != "ESRD"][:25]
    assert len(gaps) == 25
    columns = ("birth_date", "sex", "original_reason_entitlement_code", "dual_status_code",
               "is_new_enrollee")  # fmt: skip
    for gap in gaps:
        person = people[gap["person_id"], gap["enrollment_type"], 2024]
        row = {"person_id": "P", **{c: person[c] for c in columns}}
        before = coded.get(gap["person_id"], [])
        value = Decimal(0)
        for sign, codes in ((1, [*before, gap["diagnosis_code"]]), (-1, before)):
            given = [{"person_id": "P", "diagnosis_code": code} for code in set(codes)]
            for score in openvbc.score([row], given, ["V24", "V28"], 2024, raw=True).rows:
                mean = means[score["model"], gap["enrollment_type"]]
                value += sign * score["raw_score"] * WEIGHTS[score["model"]] / mean
        assert abs(value - gap["value"]) < Decimal("0.0000000001")


def test_what_closing_does_respects_the_cap(review):
    rows = {row["scenario"]: row for row in review.closing}
    assert rows["as it is"]["benchmark_change"] == 0
    free = rows["all gaps closed, no cap"]["benchmark_change"]
    capped = rows["all gaps closed"]["benchmark_change"]
    assert free > 0
    assert 0 <= capped <= free
    for kind in ("disabled", "aged_dual", "aged_non_dual"):
        name = f"risk_adjustment_{kind}"
        total = next(r for r in review.exposure.by_type if r["enrollment_type"] == kind.upper())
        growth = total["closed_times_months"] / total["score_times_months"]
        change = rows["all gaps closed, no cap"][name] / rows["as it is, no cap"][name]
        assert abs(change - growth) < Decimal("1e-30")


def test_closed_open_and_superseded_are_all_there(review):
    states = {(row["kind"], row["state"]): row["count"] for row in review.exposure.states}
    assert states["RECAPTURE", "CLOSED"] > states["RECAPTURE", "OPEN"] > 0
    assert {state for _, state in states} <= {"OPEN", "CLOSED", "SUPERSEDED"}
    assert states["SUSPECT", "OPEN"] > 0
    # Their order is in a file that is the same bytes each time: not that of a hash table.
    assert list(states) == sorted(states)


def test_the_tables_of_the_page(review):
    assert {row["calendar_year"] for row in review.mean_scores} >= {2022, 2023, 2024}
    scored = sum(r["people"] for r in review.mean_scores if r["calendar_year"] == 2024)
    assert scored <= sum(r["people"] for r in review.distribution if r["calendar_year"] == 2024)
    assert all(row["label"] for row in review.prevalence if row["model"] == "V28")
    assert {row["cohort"] for row in review.cohorts} >= {"diabetes", "heart failure", "dementia"}
    assert len(review.caps) == 4


def test_tiers_cut_by_rank():
    scores = [{"person_id": f"{n:03}", "enrollment_type": "DISABLED", "risk_score": Decimal(n)}
              for n in range(100)]  # fmt: skip
    people = tiers(scores)
    assert [sum(1 for r in people if r["tier"] == t) for t in range(1, 6)] == [25, 25, 25, 15, 10]
    assert people[0]["person_id"] == "099"
