"""Files of MIPS scores that are damaged: rows set aside with a reason, the others unaffected."""

from decimal import Decimal

import pytest

from openvbc.errors import InputError
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
    found = settle(tmp_path, GOOD, row, more)
    assert [aside.reason for aside in found.set_aside] == [reason]
    assert [contract.identifier for contract in found.main.contracts] == [
        "0123456789",
        "2123456789",
    ]
    assert found.rows_in == 3


def test_a_final_score_that_no_weights_explain_is_a_difference(tmp_path):
    found = PROGRAM.verify(settle(tmp_path, GOOD, "1123456789,96.3,100,40,98.15\n"))
    assert found.unexplained == 2


@pytest.mark.parametrize(("year", "code"), [("", "VBC-700"), ("2019", "VBC-701")])
def test_a_year_that_is_not_told_or_not_understood_is_refused(tmp_path, year, code):
    with pytest.raises(InputError, match=code):
        settle(tmp_path, GOOD, year=year)
