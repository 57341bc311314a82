"""The tables of risk adjustment: counts as published, and nothing in them out of reach."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from openvbc.errors import ParameterMissing
from openvbc.rules.load import load_code_table
from openvbc.steps.risk.tables import Scoring, fact_tables, models

MEDICARE = ("V22", "V24", "V28")
ESRD = ("ESRD_V21", "ESRD_V24")
NO_DIAGNOSES = {"NE", "SNPNE", "DNE", "GNE", "TRANSPLANT"}


def rows(name: str, model: str | None = None) -> list[dict[str, str]]:
    return [dict(r) for r in load_code_table("hcc", name) if model in (None, r.get("model"))]


# Counts: CMS's factor files C22, C24, C28, D24 hold 930, 1,039, 1,237 and 902 factors; two of D24
# (ActAdj_) are not used and thirteen stand in several segments. D21 holds 587.
@pytest.mark.parametrize(("model", "count"), [("V22", 930), ("V24", 1039), ("V28", 1237)])
def test_coefficients_as_many_as_published(model, count):
    assert len(rows("coefficient", model)) == count


@pytest.mark.parametrize(
    ("model", "count"),
    [("V22", 57), ("V24", 72), ("V28", 149), ("ESRD_V21", 87), ("ESRD_V24", 72)],
)
def test_hierarchies_as_many_as_published(model, count):
    assert len(rows("hierarchy", model)) == count


@pytest.mark.parametrize(
    ("model", "count"),
    [("V22", 79), ("V24", 86), ("V28", 115), ("ESRD_V21", 87), ("ESRD_V24", 86)],
)
def test_payment_conditions_as_many_as_published(model, count):
    assert len(rows("condition", model)) == count


@pytest.mark.parametrize("model", MEDICARE)
def test_factors_are_those_of_the_specification(model):
    path = (
        Path(os.environ.get("OPENVBC_SHARED", "../shared"))
        / "spec/params/risk_adjustment/cms_hcc_coefficients.csv"
    )
    if not path.is_file():
        pytest.skip("the shared specification is not at OPENVBC_SHARED")
    with path.open(newline="") as file:
        published = {
            (r["segment"], r["variable"].split("_", 1)[1].lower()): Decimal(r["relative_factor"])
            for r in csv.DictReader(file)
            if r["model"] == model
        }
    ours = {
        (r["segment"], r["variable"].lower()): Decimal(r["coefficient"])
        for r in rows("coefficient", model)
    }
    assert ours == published


@pytest.mark.parametrize("model", MEDICARE + ESRD)
def test_every_condition_is_reached_by_a_diagnosis_or_an_edit(model):
    reached = {
        r["hcc"]
        for r in rows("diagnosis_map")
        if r["diagnosis_map"] == models()[model]["diagnosis_map"]
    } | {r["instead_hcc"] for r in rows("diagnosis_edit", model)}
    paid = {r["hcc"] for r in rows("condition", model)}
    never = {r["hcc"] for r in rows("condition_rule", model) if not r["with_hcc"]}
    assert paid - reached - never == set()


@pytest.mark.parametrize("model", MEDICARE + ESRD)
def test_every_hierarchy_joins_payment_conditions(model):
    paid = {r["hcc"] for r in rows("condition", model)}
    for row in rows("hierarchy", model):
        assert row["hcc"] in paid
        assert row["drops_hcc"] in paid
        assert row["hcc"] != row["drops_hcc"]


@pytest.mark.parametrize("model", MEDICARE + ESRD)
def test_every_coefficient_is_reached(model):
    """Each factor is a condition, a count, an interaction or a demographic variable we make."""
    interactions = {r["variable"] for r in rows("interaction", model)}
    counts = {r["variable"] for r in rows("payment_count")}
    demographic = {(r["segment"], r["variable"]) for r in rows("demographic_variable", model)}
    segments = {r["segment"] for r in rows("segment", model)}
    for row in rows("coefficient", model):
        variable = row["variable"]
        assert row["segment"] in segments
        assert (
            re.fullmatch(r"HCC\d+", variable)
            or variable in interactions | counts
            or (row["segment"], variable) in demographic
        ), row


@pytest.mark.parametrize("model", MEDICARE + ESRD)
def test_every_variable_made_has_a_coefficient(model):
    factors: dict[str, set[str]] = {}
    for row in rows("coefficient", model):
        factors.setdefault(row["segment"], set()).add(row["variable"])
    anywhere = set().union(*factors.values())
    assert {r["variable"] for r in rows("interaction", model)} <= anywhere
    for segment in {r["segment"] for r in rows("segment", model)} - NO_DIAGNOSES:
        for row in rows("condition", model):
            assert f"HCC{row['hcc']}" in factors[segment], (segment, row["hcc"])
    if model in ("V24", "V28"):
        counts = {r["variable"] for r in rows("payment_count")}
        for segment in set(factors) - NO_DIAGNOSES - {"INS"}:
            assert counts <= factors[segment]


@pytest.mark.parametrize("model", MEDICARE + ESRD)
def test_groups_and_rules_name_payment_conditions(model):
    paid = {r["hcc"] for r in rows("condition", model)}
    groups = {r["condition_group"] for r in rows("condition_group", model)}
    assert {r["hcc"] for r in rows("condition_group", model)} <= paid
    used = set()
    for row in rows("interaction", model):
        for group in filter(None, (row["first_group"], row["second_group"])):
            used.add(group)
            assert group in groups or group.removeprefix("HCC") in paid
    assert groups <= used


@pytest.mark.parametrize("model", MEDICARE + ESRD)
def test_every_age_and_sex_has_exactly_one_cell(model):
    """Each segment that has age and sex cells has one, and one only, for everyone in it."""
    cell = re.compile(r"(?:[A-Z_]+_)?(?:G_)?(?:NE)?[FM]\d+(_\d+|_GT)?$")
    by_segment: dict[str, list[dict[str, str]]] = {}
    for row in rows("demographic_variable", model):
        if cell.fullmatch(row["variable"]):
            by_segment.setdefault(row["segment"], []).append(row)
    assert by_segment
    for segment, cells in by_segment.items():
        ages = range(65, 121) if segment[-1] == "A" and segment[0] in "CG" else range(121)
        ages = (
            range(65) if segment[-1] in "DN" and segment[0] in "CG" and segment != "GNE" else ages
        )
        for kind in product(("female", "male"), "0123", ("00", "01", "02")):
            ranges = [
                (int(r["youngest_age"] or 0), int(r["oldest_age"] or 999), r["variable"])
                for r in cells
                if is_for(r, *kind)
            ]
            for age in ages:
                variables = {variable for least, most, variable in ranges if least <= age <= most}
                assert len(variables) == 1, (segment, age, kind, variables)


def is_for(row: dict[str, str], sex: str, entitlement: str, dual: str) -> bool:
    facts = {
        "sex": sex,
        "has_medicaid": str(int(dual != "00")),
        "is_full_dual": str(int(dual == "02")),
        "entitled_by_age": str(int(entitlement == "0")),
        "entitled_by_disability": str(int(entitlement == "1")),
    }
    return all(row[name] in ("", value) for name, value in facts.items())


def test_maps_by_year_are_as_long_as_their_sources():
    count: Counter[tuple[str, int]] = Counter()
    for row in rows("diagnosis_map"):
        for year in range(int(row["first_year"]), int(row["last_year"]) + 1):
            count[row["diagnosis_map"], year] += 1
    # lengths of CMS's own lists: F2222O1P, F2422P1M, F2823T2N; tables of 2026 and 2027
    assert count["V22", 2022] == 9719
    assert count["V24", 2022] == 9875
    assert count["V28", 2023] == 8046
    assert count["V28", 2026] == 8317
    assert count["V28", 2027] == 8299
    assert count["V24", 2026] == 10354
    assert count["ESRD_V21", 2026] == 10605


def test_eligible_procedures_by_year():
    count: Counter[int] = Counter()
    for row in rows("eligible_procedure"):
        for year in range(int(row["first_year"]), int(row["last_year"]) + 1):
            count[year] += 1
    assert dict(count) == {2023: 6645, 2024: 6696, 2025: 6724, 2026: 6792}


def test_a_year_without_a_map_stops_by_name():
    with pytest.raises(ParameterMissing, match="V24 is known for payment year 2027"):
        fact_tables([Scoring("V24", 2027)])
    with pytest.raises(ParameterMissing, match="no model named V99"):
        fact_tables([Scoring("V99", 2026)])


def test_every_file_says_its_source():
    folder = Path(__file__).parents[1] / "src/openvbc/rules/hcc"
    said = (folder / "SOURCES.md").read_text()
    for file in folder.iterdir():
        assert file.name == "SOURCES.md" or f"`{file.name}`" in said, file.name
