"""Lists of clinicians and entities: who is what, and rows that are damaged."""

from decimal import Decimal

import pytest

from openvbc.claims.csv_values import Refused
from openvbc.errors import EmptyResult, InputError
from openvbc.programs.mips.advanced_apm import settle_advanced_apms
from openvbc.programs.mips.category_scores import settle_category_scores
from openvbc.programs.mips.eligibility import settle_eligibility
from openvbc.programs.mips.own_list import npi

SEGMENTS = "charges_first,patients_first,services_first"
GOOD = "1234567893,,95000,210,205\n"


def judged(tmp_path, text, year=2025):
    path = tmp_path / "clinicians.csv"
    path.write_text(text, encoding="utf-8")
    settlement = settle_eligibility(path, year)
    outcomes = {each.identifier: each.group for each in settlement.main.contracts}
    assert settlement.rows_in == len(outcomes) + len(settlement.set_aside)
    return outcomes, [aside.reason for aside in settlement.set_aside]


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
    settlement = settle_advanced_apms(path, 2026)
    assert {each.identifier: each.group for each in settlement.main.contracts} == {
        "A": "QP", "B": "partial QP", "C": "no QP",
    }  # fmt: skip
    assert settlement.main.evaluation.value("incentive_payment", 0) == Decimal("1240.00")
    assert [aside.reason for aside in settlement.set_aside] == [
        "more attributed than eligible",
        "neither payments nor patients of Medicare are given",
        "a share lacks a part",
    ]


HEAD = (
    "npi,tin,entity,pathway,small_practice,quality_score,cost_score,improvement_activities_score,"
    "promoting_interoperability_score,complex_patient_bonus,covered_professional_services\n"
)


def scores(tmp_path, rows, year=2024):
    path = tmp_path / "scores.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    settlement = settle_category_scores(path, year)
    assert settlement.rows_in == len(settlement.main.contracts) + len(settlement.set_aside)
    return settlement


def test_an_empty_category_is_reweighted_and_a_zero_is_not(tmp_path):
    """Small, 40/30/30/0: 32 + 18 + 30 + 2.5 = 82.5; with a zero 30/30/15/25: 24 + 18 + 15 + 2.5."""
    main = scores(
        tmp_path, ",,A,,1,0.8,0.6,1,,2.5,100000\n,,B,,1,0.8,0.6,1,0,2.5,100000\n"
    ).main.evaluation
    assert [main.value("final_score", row) for row in (0, 1)] == [Decimal("82.5"), Decimal("59.5")]
    # 9% x 0.3 x 0.11666667 = 0.00315000009; -9% x (75 - 59.5)/75 = -0.0186
    assert [main.value("payment_change", row) for row in (0, 1)] == [
        Decimal("315.00"),
        Decimal("-1860.00"),
    ]


def test_pathways_and_few_categories(tmp_path):
    """APP 50/0/20/30: 35 + 20 + 27 = 82; one category alone is the threshold, 75."""
    settlement = scores(tmp_path, ",,A,APP,0,0.7,,1,0.9,,\n,,B,mvp,0,0.7,,,,,\n")
    main = settlement.main.evaluation
    assert [main.value("final_score", row) for row in (0, 1)] == [82, 75]
    assert [each.group for each in settlement.main.contracts] == ["APP", "MVP"]


def test_the_adjustment_of_a_year_without_factor_is_a_range(tmp_path):
    main = scores(tmp_path, ",,A,,1,0.8,0.6,1,,2.5,100000\n", 2025).main.evaluation
    assert main.value("payment_change") is None
    assert main.value("least_payment_change") == 0
    assert main.value("most_payment_change") == Decimal("8100.00")  # 3 x 9% x 0.3


@pytest.mark.parametrize(
    ("row", "year", "reason"),
    [
        (",,B,,1,80,0.6,1,,2.5,\n", 2024,
         "quality_score: over 1: a category score is a ratio, 0.85 for 85%"),
        (",,B,,1,-0.1,0.6,1,,2.5,\n", 2024, "quality_score: below zero"),
        (",,B,other,1,0.1,0.6,1,,2.5,\n", 2024,
         "pathway: not one of traditional, MVP, APP"),
        (",,B,MVP,1,0.1,0.6,1,,2.5,\n", 2022, "MVPs begin with 2023"),
        (",,B,APP,1,,0.6,1,1,2.5,\n", 2020, "no weights for what is not scored"),
        (",,A,,1,0.8,0.6,1,,2.5,\n", 2024, "the same clinician or group a second time"),
    ],
)  # fmt: skip
def test_bad_scores_are_set_aside(tmp_path, row, year, reason):
    settlement = scores(tmp_path, ",,A,,1,0.8,0.6,1,,2.5,100000\n" + row, year)
    assert [aside.reason for aside in settlement.set_aside] == [reason]
    assert [each.identifier for each in settlement.main.contracts] == ["A"]


def test_the_best_snapshot_is_the_years(tmp_path):
    path = tmp_path / "entities.csv"
    path.write_text(
        "entity,snapshot,payments_attributed,payments_eligible\n"
        "E1,march,20,100\nE1,june,55,100\nE1,august,60,100\n"  # 2024: QP from 50, partial from 40
        "E2,august,45,100\nE2,march,45,100\nE2,march,50,100\n",
        encoding="utf-8",
    )
    settlement = settle_advanced_apms(path, 2024)
    assert [(c.identifier, c.group, c.name) for c in settlement.main.contracts] == [
        ("E1", "QP", "june"), ("E2", "partial QP", "march"),
    ]  # fmt: skip
    assert settlement.main.evaluation.value("payment_share", 0) == Decimal("0.55")
    assert len(settlement.details["snapshots"].contracts) == 5
    assert [each.reason for each in settlement.set_aside] == [
        "the same clinician or group a second time"
    ]


def test_a_clinician_in_two_groups_counts_in_the_first(tmp_path):
    who = "1234567893"
    text = (
        f"npi,tin,entity,{SEGMENTS}\n{who},111111111,V1,95000,210,205\n"
        f"{who},111111111,V2,95000,210,205\n{who},222222222,V2,95000,210,205\n"
    )
    outcomes, aside = judged(tmp_path, text)
    assert aside == ["a clinician in two groups"]
    assert set(outcomes) == {f"{who}-111111111-V1", f"{who}-222222222-V2"}
