"""Claims beside charts: a diagnosis and a visit on claims, the reading in a chart."""

import pytest
from typer.testing import CliRunner

from care.care_store import CareStore
from clinical.charts import LOINC, blood_pressure, patient, write_lines
from openvbc.cli import app
from openvbc.programs.quality.quality_run import run_quality
from openvbc.steps.quality.definition import shipped_measures
from programs.written_store import written_store

HYPERTENSION, OFFICE = "Essential Hypertension", "Office Visit"


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """Charts with readings only, claims with the diagnosis and the visit, and value sets."""
    folder = tmp_path_factory.mktemp("both")
    mbi = {"identifier": [{"system": "http://hl7.org/fhir/sid/us-mbi", "value": "A"}]}
    write_lines(
        folder / "charts" / "111111111" / "a.ndjson",
        [
            patient("chart-a", "1960-05-05", **mbi),
            blood_pressure("r", "chart-a", "2026-06-01T10:00:00Z", 128, 82),
            # another birth date than the claims': not the same person
            patient("chart-c", "1961-01-01", identifier=[{**mbi["identifier"][0], "value": "C"}]),
            blood_pressure("s", "chart-c", "2026-06-01T10:00:00Z", 128, 82),
        ],
    )
    claims = CareStore()
    for name in "ABC":
        claims.person(name, birth="1960-05-05")
    for name in "AC":
        claims.claim(name, "physician v/1 2026-02-01 100.00 code=99213 dx=I10")
    # the visit denied, the diagnosis on another claim: no visit
    claims.claim("B", "physician v/1 2026-02-01 100.00 code=99213 denied=true dx=I10")
    store = written_store(claims, folder / "store")
    sets = next(m for m in shipped_measures() if m.number == "236").value_sets
    rows = [f"{oid},{LOINC},none-{oid}" for oid in sets.values()]
    rows += [f"{sets[HYPERTENSION]},http://hl7.org/fhir/sid/icd-10-cm,I10",
             f"{sets[OFFICE]},http://www.ama-assn.org/go/cpt,99213"]  # fmt: skip
    (folder / "sets.csv").write_text("oid,system,code\n" + "\n".join(rows) + "\n")
    return folder, store


def counts(given, name, **more):
    folder, _ = given
    quality_run = run_quality(
        folder / "charts", [folder / "sets.csv"], 2026, folder / name, numbers=["236"], **more
    )
    (rate,) = quality_run.measured.rates
    return quality_run, rate.counts


def test_charts_alone_have_neither_diagnosis_nor_visit(given):
    assert counts(given, "alone")[1].denominator == 0


def test_claims_give_diagnosis_and_visit_and_the_chart_the_reading(given):
    quality_run, both = counts(given, "both", claims=given[1])
    # A by claims and chart; C by claims alone, whose chart is another person's; not B
    assert (both.denominator, both.numerator) == (2, 1)
    notes = " ".join(quality_run.notes)
    assert "not how an electronic measure is submitted" in notes
    assert "1 patients of different practices are joined" in notes
    assert [row[0] for row in quality_run.listing("gaps").rows] == ["C"]


def test_the_command_takes_claims(given, tmp_path):
    folder, store = given
    result = CliRunner().invoke(
        app,
        ["quality", str(folder / "charts"), "--value-sets", str(folder / "sets.csv"), "--year",
         "2026", "--measure", "236", "--claims", str(store), "--output", str(tmp_path / "out")],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "50.00%" in result.output
