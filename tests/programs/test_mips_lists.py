"""Lists of clinicians and entities: who is what, and rows that are damaged."""

from decimal import Decimal

import pytest

from openvbc.claims.csv_values import Refused
from openvbc.errors import EmptyResult, InputError
from openvbc.programs.mips.advanced_apm import settle_advanced_apms
from openvbc.programs.mips.eligibility import settle_eligibility
from openvbc.programs.mips.own_list import npi

SEGMENTS = "charges_first,patients_first,services_first"
GOOD = "1234567893,,95000,210,205\n"


def judged(tmp_path, text, year=2025):
    path = tmp_path / "clinicians.csv"
    path.write_text(text, encoding="utf-8")
    found = settle_eligibility(path, year)
    outcomes = {each.identifier: each.group for each in found.main.contracts}
    assert found.rows_in == len(outcomes) + len(found.set_aside)
    return outcomes, [aside.reason for aside in found.set_aside]


def test_the_check_digit_of_the_standard():
    """1234567893 is the worked example of the standard; one digit off is refused."""
    assert npi("1234567893") == "1234567893"
    for damaged in ("1234567890", "1234567983", "1.23E+09", "123456789"):
        with pytest.raises(Refused):
            npi(damaged)


@pytest.mark.parametrize(
    ("columns", "values", "year", "outcome"),
    [
        ("charges_first", "", 2025, "must report"),
        ("clinician_type", "clinical social worker", 2021, "excluded: no eligible type"),
        ("clinician_type", "clinical social worker", 2022, "must report"),
        ("clinician_type", "Physician", 2025, "must report"),
        ("clinician_type", "other", 2025, "excluded: no eligible type"),
        ("newly_enrolled", "yes", 2025, "excluded: newly enrolled"),
        ("qp", "1", 2025, "excluded: QP"),
        ("partial_qp", "1", 2025, "excluded: partial QP"),
        ("partial_qp,elects_mips", "1,1", 2025, "must report"),
    ],
)
def test_who_is_excluded_and_why(tmp_path, columns, values, year, outcome):
    more, cells = ("", "") if columns == "charges_first" else (f",{columns}", f",{values}")
    text = f"npi,{SEGMENTS}{more}\n1234567893,95000,210,205{cells}\n"
    assert judged(tmp_path, text, year)[0] == {"1234567893": outcome}


def test_low_volume_by_one_test_and_by_all(tmp_path):
    text = f"tin,{SEGMENTS}\n012345678,95000,150,205\n12345679,90000,200,200\n"
    assert judged(tmp_path, text)[0] == {
        "012345678": "excluded by low volume, may opt in",
        "012345679": "excluded by low volume",
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1234567890,,95000,210,205\n",
         "npi: the check digit is wrong: mistyped, or damaged by a spreadsheet"),
        ("1.23E+09,,95000,210,205\n",
         "npi: damaged by a spreadsheet (a number in scientific notation)"),
        (",12-A,95000,210,205\n", "tin: not a taxpayer number"),
        (",,95000,210,205\n", "neither npi nor tin nor entity"),
        (GOOD, "the same clinician or group a second time"),
        (",123456789,95000,210,\n", "the first segment lacks a test"),
        (",123456789,,,\n", "neither segment is given"),
        (",123456789,-1,210,205\n", "charges_first: below zero"),
        (",123456789,95000,210.5,205\n", "patients_first: not a whole number"),
        (",123456789,much,210,205\n", "charges_first: text where a number belongs"),
    ],
)  # fmt: skip
def test_a_bad_row_is_set_aside_and_the_others_stay(tmp_path, row, reason):
    outcomes, reasons = judged(tmp_path, f"npi,tin,{SEGMENTS}\n{GOOD}{row},000000012,1,1,1\n")
    assert reasons == [reason]
    assert outcomes == {"1234567893": "must report", "000000012": "excluded by low volume"} or (
        reason == "tin: not a taxpayer number"
    )


def test_a_column_that_is_not_known_is_refused(tmp_path):
    with pytest.raises(InputError, match="VBC-704"):
        judged(tmp_path, "npi,charges_frist\n1234567893,1\n")


def test_nothing_to_judge_says_why(tmp_path):
    with pytest.raises(EmptyResult, match="neither segment is given"):
        judged(tmp_path, "npi,charges_first\n1234567893,\n")


def test_entities_and_their_incentive(tmp_path):
    """52% of payments makes a QP of 2026 (3.1% x 40,000 = 1,240), 45% a partial one."""
    path = tmp_path / "entities.csv"
    path.write_text(
        "entity,payments_attributed,payments_eligible,covered_professional_services\n"
        "A,52,100,40000\nB,45,100,40000\nC,10,100,40000\nD,101,100,40000\nE,,,40000\nF,1,,5\n",
        encoding="utf-8",
    )
    found = settle_advanced_apms(path, 2026)
    assert {each.identifier: each.group for each in found.main.contracts} == {
        "A": "QP", "B": "partial QP", "C": "no QP",
    }  # fmt: skip
    assert found.main.evaluation.value("incentive_payment", 0) == Decimal("1240.00")
    assert [aside.reason for aside in found.set_aside] == [
        "more attributed than eligible",
        "neither payments nor patients of Medicare are given",
        "a share lacks a part",
    ]
