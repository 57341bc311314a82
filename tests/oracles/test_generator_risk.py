"""Scores of a run over invented deliveries, against a plain oracle and against the planted truth.

The oracle reads the store's rows with loops and dictionaries (`plain_risk`): which claims count,
conditions, segments, sums, renormalization, means by enrollment type. The generator's truth says
which conditions it placed on paid visits and stays: every one that a model maps is found.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest

import openvbc
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.rules.load import load_code_table
from oracles import plain_risk

pytestmark = pytest.mark.slow

YEARS = (2022, 2023, 2024)
WEIGHTS = {"V24": Decimal("0.67"), "V28": Decimal("0.33")}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    pytest.importorskip("pyarrow", reason="building a store needs pyarrow")
    from openvbc.synth import Settings, generate

    folder = tmp_path_factory.mktemp("made")
    generate(Settings(people=700, seed=41, light=True), folder)
    project = folder / "openvbc.yaml"
    text = project.read_text()
    for feed in ("  risk_scores: risk_scores.csv\n", "  assignment_reports: [alr]\n"):
        text = text.replace(feed, "")  # both give scores; without them they are computed
    project.write_text(text)
    return openvbc.Project(project).run()


@pytest.fixture(scope="module")
def store(run):
    names = ("person", "enrollment", "coverage", "diagnosis", "professional_line",
             "institutional_claim", "institutional_line")  # fmt: skip
    with DuckDBEngine() as engine:
        for name in names:
            engine.register(name, sorted((run.store / name).glob("bucket_*")))
        return {name: engine.rows(f"select * from {name}") for name in names}


def eligible(year):
    listed = max(year, 2023)  # the list of 2023 stands in for earlier years
    return {
        r["hcpcs_code"]
        for r in load_code_table("hcc", "eligible_procedure")
        if int(r["first_year"]) <= listed <= int(r["last_year"])
    }


@pytest.fixture(scope="module")
def coded(run, store):
    """Person and service year to the diagnoses of claims that count."""
    gone = {r["claim_id"] for r in run.table("withdrawn_claim").rows()}
    listed = {year: eligible(year) for year in range(2020, 2025)}
    good = set()
    for line in store["professional_line"]:
        if (
            line["claim_type_code"] in ("71", "72")
            and line["sign"] == 1
            and not line["is_denied"]
            and line["hcpcs_code"] in listed[line["claim_line_end_date"].year]
        ):
            good.add(line["claim_id"])
    procedures = defaultdict(set)
    for line in store["institutional_line"]:
        procedures[line["claim_id"]].add(line["hcpcs_code"])
    for claim in store["institutional_claim"]:
        if claim["sign"] != 1 or claim["is_denied"]:
            continue
        bill = (claim["bill_type_code"] or "")[:2]
        with_procedure = procedures[claim["claim_id"]] & listed[claim["claim_end_date"].year]
        outpatient = bill in ("12", "13", "43", "71", "73", "76", "77", "85", "87")
        if bill in ("11", "41") or (outpatient and with_procedure):
            good.add(claim["claim_id"])
    good -= gone
    diagnoses = defaultdict(set)
    for row in store["diagnosis"]:
        if row["claim_id"] in good:
            diagnoses[row["person_id"], row["claim_end_date"].year].add(row["diagnosis_code"])
    return diagnoses


@pytest.fixture(scope="module")
def expected(store, coded):
    """Person, year, type and model to raw score, for the types the oracle knows."""
    persons = {r["person_id"]: r for r in store["person"]}
    cover = {(r["person_id"], r["calendar_year"]): r for r in store["coverage"]}
    raw_scores = {}
    for row in store["enrollment"]:
        who, year, kind = row["person_id"], row["calendar_year"], row["enrollment_type"]
        person = persons[who]
        if year not in YEARS or kind == "ESRD" or not row["month_mask"]:
            continue
        if person["birth_date"] is None or person["sex"] not in ("female", "male"):
            continue
        now, before = cover.get((who, year)), cover.get((who, year - 1))
        months = bin(row["month_mask"]).count("1")
        dual_months = bin(row["month_mask"] & (now["dual_mask"] if now else 0)).count("1")
        dual = kind == "AGED_DUAL" or (kind == "DISABLED" and 2 * dual_months >= months)
        new = bin(before["part_b_mask"] if before else 0).count("1") < 12
        entitlement = person["original_reason_entitlement_code"]
        if entitlement not in ("0", "1", "2", "3"):
            entitlement = "1" if kind == "DISABLED" else "0"
        for model in WEIGHTS:
            raw_scores[who, year, kind, model] = plain_risk.raw_score(
                model, year, person["birth_date"], person["sex"], entitlement,
                "full" if dual else "none", new, coded[who, year - 1],
            )  # fmt: skip
    return raw_scores


def test_every_raw_score_is_the_oracles(run, expected):
    people = {
        (r["person_id"], r["payment_year"]): (r["beneficiary_id"], r["enrollment_type"])
        for r in run.table("scored_person").rows()
    }
    ours = {}
    for row in run.table("risk_raw_score").rows():
        who, kind = people[row["person_id"], row["payment_year"]]
        if kind != "ESRD" and row["model"] in WEIGHTS and row["payment_year"] in YEARS:
            ours[who, row["payment_year"], kind, row["model"]] = row["raw_score"]
    assert len(ours) > 2000
    assert ours == expected


def test_mean_score_by_type_is_the_oracles_to_a_millionth(run, expected):
    months = {
        (r["person_id"], r["calendar_year"], r["enrollment_type"], r["period"]): r["person_months"]
        for r in run.table("measured_enrollment").rows()
        if r["person_months"]
    }
    member = {
        (r["person_id"], r["period"], r["population"]) for r in run.table("population").rows()
    }
    sums = defaultdict(lambda: [Decimal(0), 0])
    for (who, year, kind, period), count in months.items():
        for model in WEIGHTS:
            score = expected.get((who, year, kind, model))
            if score is not None:
                for population in ("ASSIGNABLE", "ASSIGNED"):
                    if (who, period, population) in member:
                        total = sums[population, year, kind, model]
                        total[0] += score * count
                        total[1] += count
    renormalized = defaultdict(lambda: [Decimal(0), 0])
    for row in run.table("computed_risk_score").rows():
        key = row["calendar_year"], row["enrollment_type"]
        for period in ("BY1", "BY2", "BY3", "PY"):
            count = months.get((row["person_id"], *key, period))
            if count and (row["person_id"], period, "ASSIGNED") in member:
                renormalized[key][0] += row["risk_score"] * count
                renormalized[key][1] += count
    checked = 0
    for (year, kind), (total, count) in renormalized.items():
        if kind == "ESRD" or year not in YEARS:
            continue
        wanted = Decimal(0)
        for model, weight in WEIGHTS.items():
            own = sums["ASSIGNED", year, kind, model]
            reference = sums["ASSIGNABLE", year, kind, model]
            wanted += weight * (own[0] / own[1]) / (reference[0] / reference[1])
        assert abs(total / count - wanted) < Decimal("0.000001"), (year, kind)
        checked += 1
    assert checked == 9


def test_every_planted_condition_is_found(run, coded):
    truth = run.store.parent / "truth"
    out = {r["person_id"] for r in plain_risk.read(truth / "people.csv") if r["opted_out"] == "1"}
    counted = defaultdict(set)
    for row in run.table("counted_diagnosis").rows():
        counted[row["person_id"], row["payment_year"]].add(row["diagnosis_code"])
    planted = 0
    for row in plain_risk.read(truth / "conditions.csv"):
        year = int(row["calendar_year"]) + 1
        code = row["diagnosis_code"]
        mapped = any(code in plain_risk.mapping(model, year) for model in WEIGHTS)
        if row["coded"] == "1" and year in YEARS and mapped and row["person_id"] not in out:
            assert code in counted[row["person_id"], year]
            planted += 1
    assert planted > 1000
