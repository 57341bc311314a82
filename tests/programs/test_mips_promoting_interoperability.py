"""Promoting interoperability from 2019: exclusions and where their points go, bonuses by year.

42 CFR 414.1380(b)(4)(ii): every case by hand, shares 80 and 90 in the hundred.
"""

from decimal import Decimal

import pytest

from programs.mips_submitted import answered, quality_row, settled, shared

MEASURES = {"A": ("outcome", True, "registry")}


def scored(folder, year, words):
    """The found settlement of `NAME:yes NAME:80 ...`, names without their PI_."""
    given = dict(word.split(":") for word in words.split())
    rows = quality_row("A") + "".join(
        answered(f"PI_{name}") if said == "yes" else shared(f"PI_{name}", said)
        for name, said in given.items()
    )
    return settled(folder, year, rows, MEASURES, pi=[f"PI_{name}" for name in given])


def score(settlement):
    return settlement.main.evaluation.value("promoting_interoperability_score")


WHOLE_2024 = "EP_1:80 EP_2:yes HIE_5:yes PEA_1:90 PHCDRR_1:yes PHCDRR_3:yes"
REFERRALS = WHOLE_2024.replace("HIE_5:yes", "HIE_1:50 HIE_4:100")
BOTH_REGISTRIES = "PHCDRR_1:yes PHCDRR_2:yes"
OLD = "EP_1:80 HIE_1:50 HIE_4:100 PEA_1:90 PHCDRR_1:yes PHCDRR_2:yes"


@pytest.mark.parametrize(
    ("year", "words", "points"),
    [
        # 8 + 10 + 30 + 23 (22.5 in whole points) + 25
        (2024, WHOLE_2024, "96"),
        # no query of monitoring programs: its ten go to e-prescribing, 80% of 20; 16 + 30 + 23 + 25
        (2024, WHOLE_2024.replace("EP_2:yes", "EP_2_EX_1:yes"), "94"),
        # neither: all twenty go to the exchange, 50 + 23 + 25
        (2024, WHOLE_2024.replace("EP_1:80 EP_2:yes", "LVPP_1:yes EP_2_EX_2:yes"), "98"),
        # e-prescribing alone: five to each referral measure: 10 + 50% of 20 + 20 + 23 + 25
        (2024, REFERRALS.replace("EP_1:80", "LVPP_1:yes"), "88"),
        # receiving: its 15 to sending: 8 + 10 + 50% of 30 + 23 + 25
        (2024, REFERRALS.replace("HIE_4:100", "LVITC_2:yes"), "81"),
        # sending: its 15 to access: 8 + 10 + 15 + 90% of 40 + 25
        (2024, REFERRALS.replace("HIE_1:50", "LVOTC_1:yes"), "94"),
        # both: 30 to access: 8 + 10 + 50 (49.5 in whole points) + 25
        (2024, REFERRALS.replace("HIE_1:50 HIE_4:100", "LVOTC_1:yes LVITC_2:yes"), "93"),
        # e-prescribing and both referrals: the ten pass through: 10 + 90% of 65 (58.5) + 25
        (2024, REFERRALS.replace("EP_1:80", "LVPP_1:yes")
            .replace("HIE_1:50 HIE_4:100", "LVOTC_1:yes LVITC_2:yes"), "94"),
        # one of public health: the other earns the 25; two reasons exclude it once
        (2024, WHOLE_2024.replace("PHCDRR_1:yes", "PHCDRR_1_EX_1:yes PHCDRR_1_EX_2:yes"), "96"),
        # both: 25 to access: 8 + 10 + 30 + 90% of 50; the bonus of 5 stays open
        (2024, WHOLE_2024.replace("PHCDRR_1:yes PHCDRR_3:yes",
            "PHCDRR_1_EX_1:yes PHCDRR_3_EX_3:yes PHCDRR_2:yes PHCDRR_4:yes"), "98"),
        # two exchanges count once
        (2024, WHOLE_2024 + " HIE_6:yes", "96"),
        # 2019: 8 + 10 + 20 + 36 + 10
        (2019, OLD, "84"),
        # 2019, e-prescribing: 50% of 25 is 13, 25, 36, 10
        (2019, OLD.replace("EP_1:80", "LVPP_1:yes"), "84"),
        # 2019, receiving, by either reason: 8 + 50% of 40 + 36 + 10
        (2019, OLD.replace("HIE_4:100", "LVITC_2:yes"), "74"),
        (2019, OLD.replace("HIE_4:100", "CUITC_1:yes"), "74"),
        # 2020, both referrals: 8 + 90% of 80 + 10
        (2020, OLD.replace("HIE_1:50 HIE_4:100", "LVOTC_1:yes LVITC_2:yes"), "90"),
        # one registry and one excluded: the ten; two excluded: 8 + 10 + 20 + 90% of 50
        (2020, OLD.replace("PHCDRR_2:yes", "PHCDRR_2_EX_1:yes"), "84"),
        (2020, OLD.replace(BOTH_REGISTRIES, "PHCDRR_1_EX_1:yes PHCDRR_2_EX_1:yes"), "83"),
        # one excluded twice is one: nothing reported beside it, the category is zero
        (2020, OLD.replace(BOTH_REGISTRIES, "PHCDRR_1_EX_1:yes PHCDRR_1_EX_2:yes"), "0"),
        # 2022: bonuses of two objectives: 8 + 40 + 36 + 10, and 10 + 5: no more than 100
        (2022, "EP_1:80 HIE_5:yes PEA_1:90 PHCDRR_1:yes PHCDRR_3:yes PHCDRR_2:yes", "99"),
        (2022, "EP_1:80 HIE_5:yes PEA_1:50 PHCDRR_1:yes PHCDRR_3:yes PHCDRR_2:yes EP_2:yes", "93"),
        # 2022: the exclusion that only this year has
        (2022, "EP_1:80 HIE_5:yes PEA_1:90 PHCDRR_1:yes PHCDRR_3_EX_4:yes", "94"),
    ],
)  # fmt: skip
def test_points_of_what_is_excluded_go_to_others(tmp_path, year, words, points):
    settlement = scored(tmp_path, year, words)
    assert not settlement.set_aside
    assert score(settlement) == Decimal(points) / 100


@pytest.mark.parametrize(
    ("year", "words"),
    [
        # reported and excluded at once
        (2024, WHOLE_2024 + " LVPP_1:yes"),
        # another stands for what is excluded
        (2024, WHOLE_2024 + " LVOTC_1:yes"),
        # an exclusion that the year does not have
        (2024, WHOLE_2024.replace("EP_2:yes", "EP_2_EX_3:yes")),
    ],
)
def test_an_exclusion_that_cannot_stand_is_said(tmp_path, year, words):
    settlement = scored(tmp_path, year, words)
    assert [e.reason for e in settlement.set_aside] == [
        "promoting interoperability cannot be scored"
    ]
    assert score(settlement) is None


def test_what_is_unread_about_an_exclusion_is_said_where_it_is_claimed(tmp_path):
    def told(words):
        return [n for n in scored(tmp_path, 2024, words).notes if "excluded measures go" in n]

    assert not told(WHOLE_2024)
    assert told(REFERRALS.replace("HIE_1:50", "LVOTC_1:yes"))
