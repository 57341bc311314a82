"""Which obligations begin and end for a code, a clinician, a person; read from the rules."""

import csv
import datetime as dt

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import InputError, OpenvbcError
from openvbc.policy.boundaries.boundary import Kind
from openvbc.policy.boundaries.of_clinician import of_clinician
from openvbc.policy.boundaries.of_code import of_code
from openvbc.policy.boundaries.of_person import of_person
from openvbc.rules.load import load_code_table

HEAD = "npi,tin,clinician_type,charges_first,patients_first,services_first,qp\n"
NPI = "1234567893"


def clinicians(folder, *rows):
    path = folder / "clinicians.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def words(boundaries, kind):
    return [each.words for each in boundaries if each.kind is kind]


def test_a_code_begins_and_ends_on_its_days():
    def billed(code, day):
        return words(of_code(code, dt.date.fromisoformat(day)), Kind.BILLING)[0]

    assert billed("99490", "2014-12-31").startswith("may not be billed")
    assert billed("99490", "2015-01-01").startswith("may be billed")
    assert billed("G2058", "2020-12-31").startswith("may be billed")
    assert billed("G2058", "2021-01-01").startswith("may not be billed")


def test_a_code_beside_others_by_date():
    def conflicts(day):
        phrases = words(of_code("99490", dt.date.fromisoformat(day)), Kind.BILLING)
        return [each for each in phrases if each.startswith("with 99495 99496")]

    assert ["to 2019" in each for each in conflicts("2019-12-31")] == [True]
    assert ["allowed" in each for each in conflicts("2020-01-01")] == [True]


def test_a_code_beside_payments_of_models():
    def beside(code, day):
        sentences = words(of_code(code, dt.date.fromisoformat(day)), Kind.BILLING)
        return [each for each in sentences if each.startswith("not beside")]

    assert any("EOM's MEOS" in each for each in beside("99490", "2030-06-30"))
    assert not any("EOM's MEOS" in each for each in beside("99490", "2030-07-01"))
    assert any("OCM's MEOS" in each for each in beside("99490", "2022-06-30"))
    unverified = [each for each in of_code("99490", dt.date(2026, 1, 1))
                  if each.words.startswith("not beside")]  # fmt: skip
    assert {each.status for each in unverified} == {"unverified"}


def test_a_code_that_assigns_people():
    def assigns(code, year):
        return words(of_code(code, dt.date(year, 1, 1)), Kind.ATTRIBUTION)[0].split(" to ")[0]

    assert assigns("99213", 2026) == "assigns people"
    assert assigns("96202", 2023) == "does not assign people"
    assert assigns("96202", 2024) == "assigns people"


def test_every_care_management_code_has_an_answer():
    for row in load_code_table("care_billing", "code"):
        assert of_code(row["code"], dt.date(2026, 5, 1))


def test_a_code_nobody_speaks_of():
    with pytest.raises(InputError, match="no rule speaks"):
        of_code("00000", dt.date(2026, 1, 1))


@pytest.mark.parametrize(
    ("row", "year", "outcome", "charges"),
    [
        # above all three tests of 2024: 90,000, 200 and 200
        ("95000,201,201,no", 2024, "must report", "above the limit of $90,000"),
        # equality excludes; two other tests are exceeded, so it may elect
        ("90000,201,201,no", 2024, "excluded by low volume, may opt in",
         "at or below the limit of $90,000"),
        # 2017: 30,000 or 100, no services test, no choice
        ("30001,100,9,no", 2017, "excluded by low volume", "above the limit of $30,000"),
        ("95000,201,201,yes", 2024, "excluded: QP", "above the limit of $90,000"),
    ],
)  # fmt: skip
def test_low_volume_of_a_clinician(row, year, outcome, charges, tmp_path):
    boundaries = of_clinician(NPI, clinicians(tmp_path, f"{NPI},123456789,physician,{row}"), year)
    said = words(boundaries, Kind.LOW_VOLUME)
    assert said[0] == f"{NPI}-123456789, {year}: {outcome}"
    assert said[1].endswith(charges)
    measures = " ".join(words(boundaries, Kind.MEASURES))
    assert ("reports no measures" in measures) == (outcome == "excluded: QP")
    assert ("no measure has to be reported" in measures) == outcome.startswith("excluded by low")


def test_models_of_a_clinician_and_the_measures_that_follow(tmp_path):
    path = clinicians(tmp_path, f"{NPI},123456789,physician,95000,201,201,no")
    boundaries = of_clinician(NPI, path, 2024, ["mssp", "bpcia"])
    said = words(boundaries, Kind.PARTICIPATION)
    assert any(each.startswith("mssp (program), in force in 2024: taking part is voluntary")
               for each in said)  # fmt: skip
    assert any("mssp with bpcia: allowed by episode" in each for each in said)
    assert any("mips with aapm: exclusive by clinician" in each for each in said)
    measures = words(boundaries, Kind.MEASURES)
    assert any("six measures" in each for each in measures)
    assert any("measures of 2024" in each and "electronic" in each for each in measures)
    assert not any(
        "Pathway" in each for each in words(of_clinician(NPI, path, 2019), Kind.MEASURES)
    )
    with pytest.raises(InputError, match="no row of the list"):
        of_clinician("1234567890", path, 2024)


def test_a_person_in_a_run(finished):
    with (finished / "truth" / "traps.csv").open(encoding="utf-8") as stream:
        traps = {row["label"]: row["person_id"] for row in csv.DictReader(stream)}
    run = finished / "run"
    boundaries = of_person(traps["plurality_by_a_cent"], [run, run])
    assert "mssp, PY 2024: assigned: most primary care" in " ".join(
        words(boundaries, Kind.ATTRIBUTION)
    )
    assert [
        "A beneficiary is in one ACO" in each for each in words(boundaries, Kind.PARTICIPATION)
    ] == [True]
    month = of_person(traps["medicare_advantage_month"], [run])
    assert "Medicare group health plan" in " ".join(words(month, Kind.ATTRIBUTION))


def test_the_command(tmp_path):
    run = CliRunner().invoke
    shown = run(app, ["boundaries", "99490", "--on", "2026-05-01"])
    assert shown.exit_code == 0, shown.output
    assert "billing boundary" in shown.output
    path = clinicians(tmp_path, f"{NPI},123456789,physician,95000,201,201,no")
    listed = ["boundaries", NPI, "--clinicians", str(path)]
    assert "must report" in run(app, [*listed, "--year", "2024"]).output
    for wrong in (["boundaries", NPI], listed, ["boundaries", "99490", "--on", "May"]):
        with pytest.raises(OpenvbcError):
            run(app, wrong, catch_exceptions=False)
