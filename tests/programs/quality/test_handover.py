"""What a quality run hands over beside QRDA III, and how results of others are read."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from clinical.charts import (
    LOINC,
    blood_pressure,
    condition,
    encounter,
    patient,
    write_lines,
    write_sets,
)
from openvbc.cli import app
from openvbc.errors import EmptyResult, InputError
from openvbc.programs.mssp.reported_rates import others_rates
from openvbc.programs.quality.handover.given_results import (
    measure_number,
    measured_year,
    read_results,
)
from openvbc.programs.quality.handover.measure_reports import summary_report
from openvbc.programs.quality.handover.qpp_submission import submission
from openvbc.programs.quality.handover.qrda3 import Qrda3, Templates, qrda3
from openvbc.programs.quality.handover.submitter import Submitter
from openvbc.programs.quality.measuring import Counts
from openvbc.programs.quality.quality_run import run_quality, stored_quality
from openvbc.rules.load import load_rules
from openvbc.steps.quality.definition import shipped_measures
from programs.quality.submitted import ACO, WRITTEN, rate

VISIT = ("2026-02-01T09:00:00Z", "2026-02-01T09:30:00Z", "visit")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Two women of one practice: one controlled, one with no reading."""
    folder = tmp_path_factory.mktemp("handover")
    people = []
    for name in ("met", "open"):
        people += [
            patient(name, gender="female"), encounter(f"v-{name}", name, *VISIT),
            condition(f"c-{name}", name, "hypertension"),
        ]  # fmt: skip
    people.append(blood_pressure("low", "met", "2026-06-01T10:00:00Z", 128, 82))
    write_lines(folder / "charts" / "111111111" / "a.ndjson", people)
    oids = {oid for measure in shipped_measures() for oid in measure.value_sets.values()}
    rows = "".join(f"{oid},{LOINC},none-{oid}\n" for oid in sorted(oids))
    (folder / "more.csv").write_text("oid,system,code\n" + rows)
    sets = [write_sets(folder / "sets.csv"), folder / "more.csv"]
    run_quality(folder / "charts", sets, 2026, folder / "run", numbers=["236"])
    return folder / "run"


def vbc(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def handed(run, form, folder, *more):
    result = vbc(
        "handover", run, "--form", form, "--identifier", "A1234", "--name", "Muster ACO",
        "--certification", ACO.certification, "--output", folder, *more,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    return result.output


def test_the_populations_by_sex_add_up(run):
    (outcome,) = stored_quality(run).rates
    assert outcome.supplement["sex"]["F"]["denominator"] == outcome.counts.denominator == 2
    assert outcome.supplement["payer"] == {
        "": {"initial_population": 2, "denominator": 2, "denominator_exclusion": 0,
             "numerator": 1, "denominator_exception": 0}
    }  # fmt: skip


def test_individual_reports_and_gaps_name_the_deciding_record(run, tmp_path):
    resource = pytest.importorskip("fhir.resources.R4B")
    handed(run, "individual", tmp_path)
    lines = (tmp_path / "individual_measure_reports.ndjson").read_text().splitlines()
    reports = {r["subject"]["reference"]: r for r in map(json.loads, lines)}
    assert set(reports) == {"Patient/met", "Patient/open"}
    used = [each["reference"] for each in reports["Patient/met"]["evaluatedResource"]]
    assert "Observation/low" in used
    assert "Condition/c-met" in used
    handed(run, "gaps", tmp_path)
    bundles = [json.loads(x) for x in (tmp_path / "gaps_in_care.ndjson").read_text().splitlines()]
    states = {}
    for bundle in bundles:
        for entry in bundle["entry"]:
            each = entry["resource"]
            resource.get_fhir_model_class(each["resourceType"]).model_validate(each)
            if each["resourceType"] == "DetectedIssue":
                extension = each["modifierExtension"][0]["valueCodeableConcept"]["coding"][0]
                states[each["patient"]["reference"]] = extension["code"]
    assert states == {"Patient/met": "closed-gap", "Patient/open": "open-gap"}


def test_every_form_is_written_and_read_again(run, tmp_path):
    said = handed(run, "qrda3", tmp_path)
    assert "identifiers of our own" in said
    for form, name in (
        ("qrda3", "qrda3.xml"), ("qpp", "qpp_submission.json"),
        ("summary", "summary_measure_reports.json"),
    ):  # fmt: skip
        handed(run, form, tmp_path)
        (outcome,) = read_results(tmp_path / name)
        assert (measure_number(outcome.measure), outcome.counts.rate, outcome.year) == (
            "236", Decimal("0.5"), 2026,
        )  # fmt: skip
        assert not (tmp_path / name).stat().st_mode & 0o077


def test_given_population_identifiers_are_used(run, tmp_path):
    names = ("initial_population", "denominator", "denominator_exclusion", "numerator")
    rows = "".join(f"236,{name},ID-{name}\n" for name in names)
    (tmp_path / "ids.csv").write_text("measure,population,identifier\n" + rows)
    said = handed(run, "qrda3", tmp_path / "out", "--identifiers", tmp_path / "ids.csv")
    assert "identifiers of our own" not in said
    assert 'root="ID-numerator"' in (tmp_path / "out" / "qrda3.xml").read_text()
    (tmp_path / "ids.csv").write_text("measure,population,identifier\n236,numer,x\n")
    refused = vbc(
        "handover", run, "--form", "qrda3", "--identifier", "A1234", "--name", "M",
        "--identifiers", tmp_path / "ids.csv", "--output", tmp_path / "out",
    )  # fmt: skip
    assert "ids.csv:2" in str(refused.exception)


def test_the_submission_states_performance_met_and_not_met():
    # 50 people, 3 left out, 30 met: 17 not met
    value = submission([rate()], 2026, ACO)["submission"]["measurementSets"][0]["measurements"][0]
    assert value == {
        "measureId": "236",
        "value": {
            "isEndToEndReported": True, "performanceMet": 30, "performanceNotMet": 17,
            "eligiblePopulation": 50, "eligiblePopulationExclusion": 3,
            "eligiblePopulationException": 0,
        },
    }  # fmt: skip


def test_a_summary_report_is_valid_and_stratified_by_practice():
    model = pytest.importorskip("fhir.resources.R4B.measurereport")
    report = summary_report(rate(), 2026, ACO, WRITTEN)
    model.MeasureReport.model_validate(report)
    strata = report["group"][0]["stratifier"][0]["stratum"]
    assert [each["value"]["text"] for each in strata] == ["111111111", "222222222"]
    assert report["group"][0]["measureScore"]["value"] == 0.638298  # 30 / 47


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "group", "identifier": "12-345"}, "taxpayer number"),
        ({"kind": "individual", "identifier": "123456789", "npi": "1234567890"}, "check digit"),
        ({"kind": "individual", "identifier": "123456789"}, "NPI"),
        ({"npi": "1234567893"}, "without an NPI"),
        ({"certification": "short"}, "certification"),
        ({"kind": "subgroup"}, "Performance Pathway"),
        ({"identifier": "a <b>"}, "identifier of the entity"),
    ],
)
def test_who_hands_over_is_checked(given, said):
    with pytest.raises(InputError, match=said):
        Submitter(**{**ACO.__dict__, **given})


def stated(tmp_path, **value):
    sets = [
        {
            "category": "quality", "submissionMethod": "electronicHealthRecord",
            "measurements": [{"measureId": "236", "value": value}],
        }
    ]  # fmt: skip
    path = tmp_path / "given.json"
    path.write_text(json.dumps({"performanceYear": 2026, "measurementSets": sets}))
    return path


def test_results_of_others_are_scored_and_contradictions_refused(tmp_path):
    rules = load_rules("mips")
    good = {"performanceMet": 30, "performanceNotMet": 20, "eligiblePopulation": 50}
    (entry,) = others_rates(stated(tmp_path, **good), 2026, rules)
    assert (entry.measure, entry.rate, entry.data_complete) == ("236", 60, True)
    # 30 of 50 reported is below three quarters
    part = {"performanceMet": 20, "performanceNotMet": 10, "eligiblePopulation": 50}
    (entry,) = others_rates(stated(tmp_path, **part), 2026, rules)
    assert not entry.data_complete
    for wrong, said in (
        ({**good, "performanceMet": -1}, "no whole number"),
        ({**good, "performanceRate": 61}, "not that of its counts"),
        ({**good, "performanceMet": 45}, "do not fit"),
        ({"score": 3}, "single performance rate"),
    ):
        with pytest.raises(InputError, match=said):
            others_rates(stated(tmp_path, **wrong), 2026, rules)
    with pytest.raises(InputError, match="the score is of 2025"):
        others_rates(stated(tmp_path, **good), 2025, rules)


def period_in(tmp_path, form, start, end):
    """The results of 236 in each form, of the days given."""
    if form == "qpp":
        path = stated(tmp_path, performanceMet=30, performanceNotMet=20, eligiblePopulation=50)
        content = json.loads(path.read_text())
        content["measurementSets"][0] |= {"performanceStart": start, "performanceEnd": end}
        path.write_text(json.dumps(content))
    elif form == "report":
        path = tmp_path / "report.json"
        report = summary_report(rate(), 2026, ACO, WRITTEN)
        report["period"] = {k: v for k, v in (("start", start), ("end", end)) if v}
        path.write_text(json.dumps(report))
    else:
        path = tmp_path / "r.xml"
        text = qrda3(Qrda3([rate()], 2026, ACO, Templates.of(load_rules("quality"), 2026), WRITTEN))
        low, high = (each.replace("-", "").encode() for each in (start, end))
        text = text.replace(b'low value="20260101"', b'low value="' + low + b'"')
        path.write_bytes(text.replace(b'high value="20261231"', b'high value="' + high + b'"'))
    return path


@pytest.mark.parametrize("form", ["qpp", "report", "xml"])
@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-01-01", "2026-06-30"), ("2026-02-01", "2026-12-31"), ("2025-01-01", "2026-12-31"),
     ("2026-01-01", "2026-12-30")],
)  # fmt: skip
def test_results_of_a_part_of_a_year_are_no_results_of_the_year(tmp_path, form, start, end):
    path = period_in(tmp_path, form, start, end)
    with pytest.raises(InputError, match="not of one whole year") as refused:
        others_rates(path, 2026, load_rules("mips"))
    assert path.name in str(refused.value)


@pytest.mark.parametrize(
    ("start", "end", "year"),
    [("2026-01-01", "2026-12-31", 2026), ("20260101000000-0500", "20261231235959-0500", 2026),
     ("2026-01-01T00:00:00Z", "2026-12-31T23:59:59.999Z", 2026), ("2026", "2026", 2026),
     ("2026-01", "2026-12", 2026), ("", "", None)],
)  # fmt: skip
def test_a_whole_year_is_one_however_it_is_written(start, end, year):
    assert measured_year(start, end, "f") == year


def test_results_that_say_no_end_or_no_year_are_refused(tmp_path):
    rules = load_rules("mips")
    with pytest.raises(InputError, match="no day: not of one whole year"):
        others_rates(period_in(tmp_path, "report", "2026-01-01", ""), 2026, rules)
    with pytest.raises(InputError, match="do not say which year"):
        others_rates(period_in(tmp_path, "report", "", ""), 2026, rules)
    with pytest.raises(InputError, match="submission is of 2026 and its measures are of 2025"):
        others_rates(period_in(tmp_path, "qpp", "2025-01-01", "2025-12-31"), 2026, rules)


def test_a_measure_that_was_not_computed_is_named_where_the_run_goes(tmp_path):
    measures = {measure.number: set(measure.value_sets.values()) for measure in shipped_measures()}
    lacking = sorted(measures["001"] - measures["236"])[0]
    oids = sorted((measures["001"] | measures["236"]) - {lacking})
    rows = "".join(f"{oid},{LOINC},none-{oid}\n" for oid in oids)
    (tmp_path / "sets.csv").write_text("oid,system,code\n" + rows)
    write_lines(tmp_path / "charts" / "111111111" / "a.ndjson", [patient("p")])
    run_quality(
        tmp_path / "charts", [tmp_path / "sets.csv"], 2026, tmp_path / "run",
        numbers=["001", "236"],
    )  # fmt: skip
    for form in ("qpp", "qrda3", "summary", "individual", "gaps"):
        said = " ".join(handed(tmp_path / "run", form, tmp_path / form).split())
        assert "Measure 001 was not computed: the run lacks" in said
        assert f"({lacking})" in said
    benchmark = {
        "measureId": "236", "submissionMethod": "electronicHealthRecord", "performanceYear": 2026,
        "isInverse": False, "percentiles": {str(n): n for n in (1, *range(10, 100, 10), 99)},
    }  # fmt: skip
    (tmp_path / "benchmarks.json").write_text(json.dumps([benchmark]))
    scored = vbc(
        "quality-score", tmp_path / "benchmarks.json", "--year", 2026, "--run", tmp_path / "run",
        "--output", tmp_path / "score",
    )  # fmt: skip
    said = " ".join(scored.output.split())
    assert "Measure 001 was not computed" in said
    assert "Measure 236 has no rate: nobody is in its denominator" in said


def test_what_is_no_file_of_results_is_said(tmp_path):
    for text, error, said in (
        ("measure,rate", InputError, "no file of results"),
        ("<a/>", InputError, "no QRDA category III"),
        ("<a", InputError, "well-formed"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', InputError, "document type"),
        ("{", InputError, "valid JSON"),
        ("{}", EmptyResult, "no result"),
    ):
        (tmp_path / "f").write_text(text)
        with pytest.raises(error, match=said):
            read_results(tmp_path / "f")


def test_several_rates_of_a_measure_are_refused(tmp_path):
    text = qrda3(Qrda3([rate()], 2026, ACO, Templates.of(load_rules("quality"), 2026), WRITTEN))
    (tmp_path / "r.xml").write_bytes(text.replace(b'code="DENEX"', b'code="DENOM"'))
    with pytest.raises(InputError, match="several rates"):
        read_results(tmp_path / "r.xml")


def test_a_measure_is_known_by_number_identifier_or_cms_number():
    (measure,) = [m for m in shipped_measures() if m.number == "236"]
    names = ("236", measure.version_specific_id.upper(), "CMS165FHIRControllingHighBP")
    assert {measure_number(name) for name in names} == {"236"}
    assert measure_number("somebody's own") is None
    assert replace(rate(), counts=Counts()).counts.rate is None
