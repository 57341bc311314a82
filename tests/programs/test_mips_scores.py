"""Files of MIPS scores that are damaged: rows set aside with a reason, the others unaffected."""

from decimal import Decimal

import pytest

from openvbc.errors import InputError, ParameterMissing
from openvbc.programs.mips.results import PROGRAM

HEAD = "org_pac_id,quality_category_score,aci_category_score,ia_category_points,final_mips_score\n"
GOOD = "0123456789,76.71,93,40,84.28\n"
"""46.026 + 23.25 + 15 = 84.276: whole weights."""


def settle(tmp_path, *rows, year="2017"):
    path = tmp_path / "groups.csv"
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return PROGRAM.settle([path], options={"year": year} if year else {})


def test_a_group_is_settled(tmp_path):
    main = settle(tmp_path, GOOD).main.evaluation
    assert main.value("final_score") == Decimal("84.276")
    assert main.value("zeroed") == "none"
    # 4% x (84.276 - 3)/97 x 3 + 0.5% + 9.5% x (84.276 - 70)/30: the most that the law leaves
    assert main.value("least_payment_adjustment") == 0
    assert float(main.value("most_payment_adjustment")) == pytest.approx(0.150755, abs=5e-7)


def test_reweighting_is_read_back_from_the_final_score(tmp_path):
    """85/0/15: 0.85 x 93.3 + 15 = 94.305, printed 94.33 because quality is rounded."""
    main = settle(tmp_path, "0123456789,93.3,0,40,94.33\n").main.evaluation
    assert main.value("zeroed") == "pi"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("123456789,76.71,93,40,84.28\n", "not an identifier of a group"),
        ("1.23E+09,76.71,93,40,84.28\n", "not an identifier of a group"),
        (GOOD, "group appears twice in the files"),
        ("1123456789,176.71,93,40,84.28\n", "value cannot be meant"),
        ("1123456789,76.71,93,41,84.28\n", "value cannot be meant"),
        ("1123456789,76.71,93,40,\n", "a score is not given"),
        ("1123456789,many,93,40,84.28\n", "text where a number belongs"),
    ],
)
def test_a_bad_row_is_set_aside_and_the_others_stay(tmp_path, row, reason):
    more = "2123456789,76.71,93,40,84.28\n"
    settlement = settle(tmp_path, GOOD, row, more)
    assert [aside.reason for aside in settlement.set_aside] == [reason]
    assert [contract.identifier for contract in settlement.main.contracts] == [
        "0123456789",
        "2123456789",
    ]
    assert settlement.rows_in == 3


def test_a_final_score_that_no_weights_explain_is_a_difference(tmp_path):
    verification = PROGRAM.verify(settle(tmp_path, GOOD, "1123456789,96.3,100,40,98.15\n"))
    assert verification.unexplained == 2


@pytest.mark.parametrize(("year", "code"), [("", "VBC-700"), ("2031", "VBC-3019")])
def test_a_year_that_is_not_told_or_not_understood_is_refused(tmp_path, year, code):
    with pytest.raises((InputError, ParameterMissing), match=code):
        settle(tmp_path, GOOD, year=year)


CLINICIANS = (
    "NPI,Org_PAC_ID,quality_category_score,pi_category_score,ia_category_score,"
    "cost_category_score,final_mips_score_without_cpb,final_mips_score\n"
)


def clinicians(tmp_path, *rows, year="2022"):
    path = tmp_path / "clinicians.csv"
    path.write_text(CLINICIANS + "".join(rows), encoding="utf-8")
    return PROGRAM.settle([path], options={"year": year})


@pytest.mark.parametrize(
    ("year", "row", "zeroed", "small"),
    [
        # 55 + 0.3 x 15.19 + 15; a small practice without it would have 40 + 4.557 + 30
        ("2022", "100,,40,15.19,74.557,78.8092", "pi", False),
        # 0.4 x 58.5988 + 30 + 0.3 x 57.845: only the weights of a small practice
        ("2022", "58.5988,,40,57.845,70.793,70.793", "pi", True),
        # 0.5 x 83.6417 + 50
        ("2023", "83.6417,,40,,91.8208,94.6966", "cost+pi", True),
        # nothing is scored: the threshold of the year
        ("2023", ",,,,75,75", "three or more", False),
        ("2019", ",,,,30,30", "three or more", False),
        # a zero of promoting interoperability that was no score: 70 + 15 x 0.5 + 15
        ("2019", "100,0,40,50,92.5,95", "pi", False),
        # 2018: 50 x 0.8 + 10 x 0.6 + 15 + 25 x 0.4 = 71, and 5 of a small practice
        ("2018", "80,40,40,60,76,79", "none", True),
    ],
)
def test_weights_of_clinicians_from_2018(tmp_path, year, row, zeroed, small):
    settled = clinicians(tmp_path, f"1234567893,0123456789,{row}\n", year=year)
    main = settled.main.evaluation
    assert main.value("zeroed") == zeroed
    assert bool(main.value("small_practice")) is small
    scores = PROGRAM.verify(settled).scores
    assert [(each.rows, each.agree) for each in scores] == [(1, 1), (1, 1)]


def test_a_clinicians_score_that_no_weights_explain_is_a_difference(tmp_path):
    verified = PROGRAM.verify(clinicians(tmp_path, "1,2,100,,40,15.19,74.601,78.8\n"))
    assert [each.agree for each in verified.scores] == [0, 1]
    assert verified.unexplained == 1
    # a bonus of 11 is over the limit of ten
    verified = PROGRAM.verify(clinicians(tmp_path, "1,2,100,,40,15.19,74.557,85.557\n"))
    assert [each.agree for each in verified.scores] == [1, 0]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,2,100,,40,15.19,74.557,78.8\n", "clinician appears twice in the files"),
        ("1.2E9,2,100,,40,15.19,74.557,78.8\n", "not an identifier of a clinician"),
        ("3,2,100,,41,15.19,74.557,78.8\n", "value cannot be meant"),
        ("3,2,100,,40,15.19,,78.8\n", "a score is not given"),
        ("3,2,100,,40,15.19,78.8,74.557\n", "a final score below the one without the bonus"),
    ],
)
def test_damaged_rows_of_clinicians(tmp_path, row, reason):
    good = "1,2,100,,40,15.19,74.557,78.8\n"
    settled = clinicians(tmp_path, good, good.replace("1,2", "1,3", 1), row)
    assert [each.reason for each in settled.set_aside] == [reason]
    assert settled.rows_in == 3
    assert len(settled.main.contracts) == 2
