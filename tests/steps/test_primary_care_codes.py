"""The lists of 42 CFR 425.400(c)(1)-(2), code by code, read off the paragraphs by hand.

Text in force 2025-01-01; (c)(1)(iv) begins with 2019, (v) with 2021, (vi) with 2022, (vii) with
2023, (viii) with 2024, (ix) with 2025.
"""

from __future__ import annotations

import pytest

from openvbc.steps.rule_table import rows_in_force

ALL = range(2012, 2027)
LISTED = {
    "99201": ALL,  # in the range 99201-99215 of every list
    "99318": ALL,  # 99304-99318
    # 99319-99340
    "99324": ALL, "99328": ALL, "99334": ALL, "99337": ALL, "99339": ALL, "99340": ALL,
    "99343": ALL,  # 99341-99350
    "99354": range(2019, 2027), "99355": range(2019, 2027),  # (iv) on, with a base code
    "G2012": range(2020, 2027), "G2010": range(2020, 2027), "99421": range(2020, 2027),
    "99441": range(2020, 2027), "99443": range(2020, 2027),  # (c)(2)(i)-(ii): by window
    "G2058": range(2021, 2027), "G2064": range(2021, 2027), "G2065": range(2021, 2027),
    "G2214": range(2021, 2027),  # (v)(B)(12)
    "G0136": range(2024, 2027),  # (viii), (ix)(B)(4)
    "99452": range(2025, 2027),  # (ix)(A)(15)
    **dict.fromkeys(
        (
            "99457", "99458", "G0140", "G0146", "G0502", "G0503", "G0504", "G0507", "G0546",
            "G0547", "G0548", "G0549", "G0550", "G0551",
        ),
        range(0),
    ),  # in no list
}  # fmt: skip
OF_EMERGENCY = {
    **dict.fromkeys(("99441", "99442", "99443"), ALL),
    **dict.fromkeys(("99421", "99422", "99423", "G2010", "G2012"), (2020,)),
}


def listed(year: int) -> dict[str, dict[str, object]]:
    return {str(r["hcpcs_code"]): r for r in rows_in_force("mssp", "primary_care_codes", year)}


@pytest.mark.parametrize("code", LISTED)
def test_a_code_is_listed_in_the_years_of_its_paragraphs(code: str) -> None:
    assert [year for year in ALL if code in listed(year)] == list(LISTED[code])


@pytest.mark.parametrize("year", ALL)
def test_codes_of_the_emergency_are_marked_as_such(year: int) -> None:
    marked = {code for code, row in listed(year).items() if row["window"]}
    assert marked == {c for c, years in OF_EMERGENCY.items() if year in years and year >= 2020}


@pytest.mark.parametrize("year", ALL)
def test_home_visits_have_their_condition(year: int) -> None:
    codes = [str(code) for code in (*range(99341, 99346), *range(99347, 99351))]
    assert {listed(year)[code]["condition"] for code in codes if code in listed(year)} == {"HOME"}
