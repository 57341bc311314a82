"""The diagnoses that count for risk adjustment, against the generator's truth."""

import csv

import openvbc


def test_the_diagnoses_counted_are_those_the_simulation_placed_on_qualifying_claims(own_copy):
    folder = own_copy
    project = folder / "openvbc.yaml"
    text = project.read_text(encoding="utf-8")
    for feed in ("  risk_scores: risk_scores.csv\n", "  assignment_reports: [alr]\n"):
        assert feed in text
        text = text.replace(feed, "")  # both give scores; without them they are computed
    project.write_text(text, encoding="utf-8")
    table = openvbc.Project(folder).run().table("counted_diagnosis")
    counted = {
        (r["person_id"], r["payment_year"] - 1, r["diagnosis_code"]) for r in table.rows("true")
    }
    years = {year for _, year, _ in counted}
    mapped = {code for _, _, code in counted}
    with (folder / "truth" / "diagnoses.csv").open(newline="") as file:
        truth = {
            (r["person_id"], int(r["calendar_year"]), r["diagnosis_code"])
            for r in csv.DictReader(file)
            if int(r["calendar_year"]) in years and r["diagnosis_code"] in mapped
        }
    assert len(years) == 4, "each benchmark year and the performance year is predicted"
    assert len(truth) > 800
    assert counted == truth
