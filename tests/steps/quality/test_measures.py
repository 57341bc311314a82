"""Measures on invented patients: the same rows on every engine, each test for its own reason."""

from dataclasses import replace

import pytest

from clinical.charts import (
    LOINC,
    blood_pressure,
    condition,
    encounter,
    laboratory,
    patient,
    write_lines,
    write_sets,
)
from openvbc.clinical.load import build_clinical_store, practices_of
from openvbc.clinical.value_sets import ValueSets, read_value_sets
from openvbc.errors import EmptyResult, RuleError
from openvbc.programs.quality.measuring import Counts, measure
from openvbc.steps.quality import population_step
from openvbc.steps.quality.definition import condition_sql, measures_in, shipped_measures
from openvbc.steps.quality.definition import tests_of as asked_tests

DAY = "2026-02-03"
MAY = "2026-05-01"


def visit(who, number=1, kind="AMB", code="visit", **span):
    start = span.get("start", f"{DAY}T09:00:00Z")
    return encounter(
        f"{who}-v{number}", who, start, span.get("end", f"{DAY}T09:30:00Z"), code, kind=kind
    )


def hypertensive(who, *more, birth="1960-05-05", onset="2020-01-01"):
    diagnosis = condition(f"{who}-c", who, "hypertension", onset)
    return [patient(who, birth), visit(who), diagnosis, *more]


CHARTS = [
    # controlled: 132/84, below 140/90
    *hypertensive("controlled", blood_pressure("b1", "controlled", f"{MAY}T10:00:00Z", 132, 84)),
    # the limit itself is not below it
    *hypertensive("at-limit", blood_pressure("b2", "at-limit", f"{MAY}T10:00:00Z", 140, 84)),
    # the later day decides, though an earlier one was controlled
    *hypertensive(
        "later-high",
        blood_pressure("b3", "later-high", "2026-05-01T10:00:00Z", 120, 70),
        blood_pressure("b4", "later-high", "2026-06-01T10:00:00Z", 150, 70),
    ),
    # of one day the lowest of each counts: 138 of one reading, 88 of the other
    *hypertensive(
        "two-of-a-day",
        blood_pressure("b5", "two-of-a-day", "2026-06-01T08:00:00Z", 138, 95),
        blood_pressure("b6", "two-of-a-day", "2026-06-01T10:00:00Z", 150, 88),
    ),
    # taken during a stay that is not closed: does not count, so nothing was measured
    *hypertensive(
        "in-hospital",
        visit("in-hospital", 2, "IMP", "stay", start="2026-04-30T00:00:00Z", end=None),
        blood_pressure("b7", "in-hospital", "2026-05-01T10:00:00Z", 120, 70),
    ),
    # in hospice: left out, and then not in the numerator
    *hypertensive(
        "hospice",
        condition("h", "hospice", "hospice", "2026-01-10"),
        blood_pressure("b8", "hospice", "2026-05-01T10:00:00Z", 120, 70),
    ),
    # 86 at the end of the year, and a diagnosis of July: neither is in the population
    *hypertensive("too-old", birth="1940-01-01"),
    *hypertensive("too-late", onset="2026-07-01"),
    # born on the last day of 2008: 18 years within the year counts
    *hypertensive("eighteen", birth="2008-12-31"),
    # diabetes: a good reading, a bad one, none; the diagnosis is an encounter's
    *(each for who, value in (("good", 7.1), ("bad", 9.1), ("nine", 9.0)) for each in (
        patient(who), visit(who), condition(f"{who}-d", who, "diabetes"),
        laboratory(f"{who}-l", who, "hba1c", "2026-03-01", value),
    )),
    patient("none"), visit("none"), condition("none-d", "none", "diabetes"),
]  # fmt: skip
EVERY_SET = [oid for measure in shipped_measures() for oid in measure.value_sets.values()]


@pytest.fixture(scope="module")
def charted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("charted")
    write_lines(folder / "charts" / "111111111" / "all.ndjson", CHARTS)
    store = build_clinical_store(practices_of(folder / "charts"), folder / "store", buckets=2)
    sets = read_value_sets([write_sets(folder / "sets.csv")])
    # The sets the tests do not use hold a code of their own, so that every measure is computed.
    filled = {oid: [(LOINC, f"none-{oid}")] for oid in EVERY_SET} | dict(sets.codes)
    return store, ValueSets(filled)


def computed(charted, folder, engine, number):
    store, sets = charted
    measures = [m for m in shipped_measures() if m.number == number]
    measurement = measure(store, measures, 2026, sets, folder, engine)
    made = measurement.results[f"measure_{number}_population"]
    engine.register("made", made.table.parts)
    rows = engine.rows("select * from made")
    return measurement.rates[0], {row["person_id"]: row for row in rows}


def test_blood_pressure_control_is_the_same_on_every_engine(any_engine, charted, tmp_path):
    rate, rows = computed(charted, tmp_path, any_engine, "236")
    assert set(rows) == {
        "controlled", "at-limit", "later-high", "two-of-a-day", "in-hospital", "hospice",
        "eighteen",
    }  # fmt: skip
    assert {who for who, row in rows.items() if row["numerator"]} == {"controlled", "two-of-a-day"}
    assert {who for who, row in rows.items() if row["denominator_exclusion"]} == {"hospice"}
    # 7 people, 1 left out, 2 met: 2 of 6
    assert rate.counts == Counts(7, 7, 1, 0, 2)
    assert rate.gaps == 4
    assert rate.by_practice == {"111111111": rate.counts}


def test_glycemic_status_is_the_same_on_every_engine(any_engine, charted, tmp_path):
    rate, rows = computed(charted, tmp_path, any_engine, "001")
    # the numerator is the bad result: above 9, or nothing measured
    assert {who for who, row in rows.items() if row["numerator"]} == {"bad", "none"}
    assert (rate.counts.eligible, rate.gaps) == (4, 2)


def test_a_measure_without_a_value_set_is_named_and_the_rest_computed(charted, tmp_path):
    from openvbc.engine.duckdb import DuckDBEngine

    store, sets = charted
    oid = "2.16.840.1.113883.3.464.1003.108.12.1020"
    fewer = ValueSets({key: codes for key, codes in sets.codes.items() if key != oid})
    with DuckDBEngine(threads=1) as engine:
        measurement = measure(store, shipped_measures(), 2026, fewer, tmp_path, engine)
        assert [rate.measure.number for rate in measurement.rates] == ["001", "112", "134", "236"]
        (lacking,) = measurement.not_computed
        assert (lacking.measure.number, lacking.missing) == ("113", (f"Colonoscopy ({oid})",))
        with pytest.raises(EmptyResult, match="measure 001 lacks Office Visit"):
            measure(store, shipped_measures(), 2026, ValueSets({}), tmp_path, engine)


def test_a_year_without_rules_stops_and_is_named(charted, tmp_path):
    from openvbc.engine.duckdb import DuckDBEngine

    store, sets = charted
    with DuckDBEngine(threads=1) as engine, pytest.raises(RuleError, match="2019"):
        measure(store, shipped_measures(), 2019, sets, tmp_path, engine)


def test_every_shipped_measure_says_what_is_asked_of_it():
    measures = shipped_measures()
    assert [m.number for m in measures] == ["001", "112", "113", "134", "236"]
    for each in measures:
        assert each.notice
        assert each.closes
        named = {t for population in each.populations for t in asked_tests(each, population)}
        assert named <= set(each.tests)


def test_a_population_reads_as_sql():
    pressure = next(m for m in shipped_measures() if m.number == "236")
    assert condition_sql(pressure, "numerator") == "(systolic_below and diastolic_below)"
    assert condition_sql(pressure, "denominator").startswith("(age and visit and")


def test_a_measure_may_have_more_tests_than_a_whole_number_has_bits(any_engine):
    (sample,) = (m for m in shipped_measures() if m.number == "236")
    names = [f"t{n}" for n in range(130)]
    many = replace(
        sample,
        tests=dict.fromkeys(names, "a test"),
        populations={
            "initial_population": "t0 or t129",
            "denominator": "t61 or t62",
            "denominator_exclusion": "t123",
            "numerator": "t124 and not t63",
        },
    )
    passed = {
        "a": ("t0", "t61", "t124"),
        "b": ("t129", "t62", "t124", "t63"),
        "c": ("t129", "t62", "t62", "t123", "t124"),
        "d": ("t128", "t61", "t124"),
        "e": ("t0", "t1", "t60"),
    }
    rows = [(who, test, None) for who, tests in passed.items() for test in tests]
    columns = {"person_id": "string", "test": "string", "event_id": "bigint"}
    any_engine.register_rows("measure_236", columns, rows)
    found = any_engine.rows(f"{population_step(many).sql} order by person_id")
    assert [tuple(row.values()) for row in found] == [
        ("a", True, False, True, False),
        ("b", True, False, False, False),
        ("c", True, True, False, False),
        ("e", False, False, False, False),
    ]


def test_a_person_of_two_practices_counts_in_both_and_once_by_sex(any_engine, tmp_path):
    """Two people have hypertension, one of them in two practices; nobody has diabetes."""
    named = {"name": [{"family": "Muster", "given": ["Erika"]}], "gender": "female"}
    ours = hypertensive("own") + hypertensive("both") + [patient("child", "2020-01-01")]
    ours[0] |= {"gender": "male"}
    ours[3] |= named
    theirs = [patient("b7", "1960-05-05", **named), visit("b7", 3), patient("young", "2021-01-01")]
    for practice, charts in (("111111111", ours), ("222222222", theirs)):
        write_lines(tmp_path / "charts" / practice / "all.ndjson", charts)
    store = build_clinical_store(practices_of(tmp_path / "charts"), tmp_path / "store", buckets=2)
    sets = read_value_sets([write_sets(tmp_path / "sets.csv")])
    filled = {oid: [(LOINC, f"none-{oid}")] for oid in EVERY_SET} | dict(sets.codes)
    asked = [m for m in shipped_measures() if m.number in ("001", "236")]
    made = measure(store, asked, 2026, ValueSets(filled), tmp_path / "steps", any_engine)
    diabetes, pressure = made.rates
    assert diabetes.counts == Counts()
    assert diabetes.by_practice == {}
    assert {who: c.initial_population for who, c in pressure.by_practice.items()} == {
        "111111111": 2,
        "222222222": 1,
    }
    by_sex = pressure.supplement["sex"]
    assert {code: of["initial_population"] for code, of in by_sex.items()} == {"F": 1, "M": 1}


def test_a_measure_of_ones_own_is_two_files(charted, tmp_path):
    """A definition and an SQL file, in a folder of one's own; nothing else is touched."""
    from openvbc.engine.duckdb import DuckDBEngine

    (tmp_path / "measure_900.yaml").write_text(
        'number: "900"\ncms_id: OWN900\ntitle: Seen\nsteward: us\nnotice: ours\n'
        "improvement: higher\nmerge_rule: any\npopulations:\n"
        "  initial_population: person\n  denominator: person\n"
        "  denominator_exclusion: person and not person\n  numerator: visit\n"
        "tests: [[person, somebody], [visit, seen]]\ngap: {closes: a visit}\n"
        'value_sets: {"Office Visit": 2.16.840.1.113883.3.464.1003.101.12.1001}\n'
    )
    (tmp_path / "measure_900.sql").write_text(
        "-- purpose: seen\n-- grain: one row a person and test\n-- scope: person\n"
        "-- inputs: measured_person, coded_encounter\n-- cite: our own\n"
        "select person_id, 'person' as test, cast(null as bigint) as event_id\n"
        "from measured_person\n"
        "union all\nselect person_id, 'visit' as test, event_id from coded_encounter\n"
    )
    store, sets = charted
    with DuckDBEngine(threads=1) as engine:
        measurement = measure(store, measures_in(tmp_path), 2026, sets, tmp_path / "t", engine)
    # every one of the 13 was seen
    assert measurement.rates[0].counts.rate == 1
    assert measurement.rates[0].counts.numerator == 13
    # it needs no number of ours, so that any year will do
    with DuckDBEngine(threads=1) as engine:
        other = measure(store, measures_in(tmp_path), 2025, sets, tmp_path / "o", engine)
    assert other.rates[0].counts.denominator == 13
