"""Measures by quality-data codes: each rule by hand, and the public definitions of CMS."""

import gzip
import json

import pytest

from care.care_store import CareStore
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.errors import EmptyResult, InputError
from openvbc.programs.quality.code_definitions import code_tables, read_definitions
from openvbc.steps import claims, quality_codes
from oracles.published import published

MET, POOR = "performanceMet", "performanceNotMet"
OUT = "eligiblePopulationExclusion"


def option(kind, *codes):
    code_entries = []
    for code in codes:
        name, _, modifier = code.partition("-")
        code_entries.append({"code": name, **({"modifiers": [modifier]} if modifier else {})})
    return {"optionGroup": "00", "optionType": kind, "qualityCodes": code_entries}


def defined(number="236", **changes):
    """Hypertension, 18 to 85, a visit 99213; met needs two codes."""
    eligible = {
        "minAge": 18, "maxAge": 85, "diagnosisCodes": ["I10"],
        "procedureCodes": [{"code": "99213"}],
    }  # fmt: skip
    return {
        "measureId": number, "title": "A measure", "isInverse": False,
        "eligibilityOptions": [{**eligible, **changes.pop("eligible", {})}],
        "performanceOptions": [
            option(MET, "G8752", "G8754"), option(POOR, "G8753", "G8754"), option(POOR, "G8756"),
            option(OUT, "G9740"), option(MET, "3017F"), option(POOR, "3017F-8P"),
        ],
        **changes,
    }  # fmt: skip


def results(tmp_path, lines, *measures, **person):
    (tmp_path / "measures-data.json").write_text(json.dumps(measures or [defined()]))
    definitions = read_definitions(tmp_path / "measures-data.json", 2025)
    store = CareStore()
    store.person("a", **person)
    for line in lines:
        store.claim("a", line)
    small = dict(store.tables()) | {
        each.table.name: each.table for each in code_tables(definitions, 2025)
    }
    with DuckDBEngine(threads=1) as engine:
        pipeline = Pipeline([*claims.steps(), *quality_codes.steps()])
        made = pipeline.needed_for(["quality_code_person"]).run(
            engine, [], small.values(), tmp_path / "tables"
        )
        engine.register("found", made["quality_code_person"].table.parts)
        return {
            row["measure"]: (row["status"], row["visits"])
            for row in engine.rows("select * from found")
        }


VISIT = "physician P/1 2025-03-01 100.00 code=99213 dx=I10"


def coded(day, code, name="Q", number=1, **said):
    more = " ".join(f"{key}={value}" for key, value in said.items())
    return f"physician {name}{day[5:7]}/{number} {day} 0.00 code={code} {more}"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([VISIT], "nothing reported"),
        # both codes of the option on the visit's day
        ([VISIT, coded("2025-03-01", "G8752"), coded("2025-03-01", "G8754", "R")], "met"),
        # one of them alone says nothing
        ([VISIT, coded("2025-03-01", "G8752")], "nothing reported"),
        # on another day it is not of the visit
        ([VISIT, coded("2025-03-02", "G8756")], "nothing reported"),
        # of another clinician neither
        ([VISIT, coded("2025-03-01", "G8756", npi="1999999999")], "nothing reported"),
        ([VISIT, coded("2025-03-01", "G8756")], "not met"),
        # the code with its modifier is another statement than the code alone
        ([VISIT, coded("2025-03-01", "3017F")], "met"),
        ([VISIT, coded("2025-03-01", "3017F", modifier="8P")], "not met"),
        # an exclusion at any visit leaves the person out
        ([VISIT, VISIT.replace("P/1 2025-03", "S/1 2025-06"), coded("2025-03-01", "G9740"),
          coded("2025-06-01", "3017F")], "exclusion"),
        # 236: the latest visit with a code decides, not the better one
        ([VISIT, VISIT.replace("P/1 2025-03", "S/1 2025-06"), coded("2025-03-01", "3017F"),
          coded("2025-06-01", "G8756")], "not met"),
        # the same day: the better one
        ([VISIT, coded("2025-03-01", "3017F"), coded("2025-03-01", "G8756", "R")], "met"),
    ],
)  # fmt: skip
def test_what_is_reported_at_eligible_visits_decides(tmp_path, lines, status):
    assert results(tmp_path, lines)["236"][0] == status


def test_the_best_decides_where_the_measure_is_no_outcome(tmp_path):
    lines = [
        VISIT, VISIT.replace("P/1 2025-03", "S/1 2025-06"), coded("2025-03-01", "3017F"),
        coded("2025-06-01", "G8756"),
    ]  # fmt: skip
    assert results(tmp_path, lines, defined("113"))["113"] == ("met", 2)


@pytest.mark.parametrize(
    ("line", "person", "eligible"),
    [
        (VISIT, {}, True),
        (VISIT.replace("I10", "E119"), {}, False),
        (VISIT.replace("99213", "99499"), {}, False),
        (VISIT.replace("2025", "2024"), {}, False),
        # 85 on the day; the day before the birthday of 86 still counts
        (VISIT, {"birth": "1939-03-02"}, True),
        (VISIT, {"birth": "1939-03-01"}, False),
        (VISIT, {"birth": "2007-03-01"}, True),
        (VISIT, {"birth": "2007-03-02"}, False),
    ],
)
def test_age_code_diagnosis_and_year_make_a_visit_eligible(tmp_path, line, person, eligible):
    assert bool(results(tmp_path, [line], **person)) is eligible


def test_sex_places_and_excluded_diagnoses_are_asked(tmp_path):
    men = defined(eligible={"sexCode": "M"})
    assert not results(tmp_path, [VISIT], men, sex="female")
    assert results(tmp_path, [VISIT], men, sex="male")
    code = {"code": "99213", "placesOfServiceExclusions": ["21"]}
    placed = defined(eligible={"procedureCodes": [code]})
    assert not results(tmp_path, [VISIT + " place=21"], placed)
    assert results(tmp_path, [VISIT + " place=11"], placed)
    without = defined(eligible={"diagnosisExclusionCodes": ["F31.9"]})
    assert not results(tmp_path, [VISIT.replace("I10", "I10+F319")], without)


def test_what_cannot_be_computed_is_named(tmp_path):
    path = tmp_path / "m.json"
    several = defined(eligibilityOptions=[{"optionGroup": "01"}, {"optionGroup": "02"}])
    path.write_text(json.dumps([defined(), several | {"measureId": "112"}, defined("226")]))
    definitions = read_definitions(path, 2025)
    assert [each.number for each in definitions.measures] == ["236"]
    assert set(definitions.not_computed) == {"112", "226"}
    with pytest.raises(InputError, match="no measure 001"):
        read_definitions(path, 2025, ["001"])
    with pytest.raises(EmptyResult, match="no measure"):
        read_definitions(path, 2025, ["226"])
    path.write_text("{}")
    with pytest.raises(InputError, match="no measures of 2025"):
        read_definitions(path, 2025)


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_the_public_definitions_give_the_five_measures(tmp_path, year):
    (path,) = published("quality/qpp/claims_qdc_definitions_2023_2025.json.gz")
    definitions = read_definitions(path, year)
    assert [each.number for each in definitions.measures] == ["001", "112", "113", "134", "236"]
    content = json.loads(gzip.decompress(path.read_bytes()))[str(year)]
    by_number = {each["measureId"]: each for each in content}
    tables = {each.table.name: each.table.rows for each in code_tables(definitions, year)}
    for number in ("001", "134", "236"):
        eligible = by_number[number]["eligibilityOptions"][0]
        visits = [row for row in tables["code_visit"] if row[0] == number]
        assert len(visits) == len(eligible["procedureCodes"])
        options = {row[1] for row in tables["code_option"] if row[0] == number}
        assert len(options) == len(by_number[number]["performanceOptions"])
