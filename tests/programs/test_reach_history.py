"""The base years behind each alignment of a REACH benchmark: lists and totals worked by hand."""

from decimal import Decimal
from pathlib import Path

import pytest

from openvbc.errors import ContractError, InputError, Place
from openvbc.programs.reach.given import read_given
from openvbc.programs.reach.needs import lacking
from openvbc.programs.reach.project import ReachProject
from openvbc.programs.reach.settling import settlement, too_few
from openvbc.rules.load import load_rules

LISTS = {
    "participants": "aco_id,performance_year,tin,npi\nD0001,2025,123456789,\n",
    "alignment_codes": "hcpcs_code\n99213\n",
    "alignment_specialties": "specialty_code,role\n08,PRIMARY_CARE\n",
    "rate_book": "performance_year,county,entitlement,rate\nYEAR,39035,AGED_DISABLED,1200.00\n",
    "national_amounts": "calendar_year,entitlement,amount\n"
    + "".join(
        f"{year},AGED_DISABLED,{amount}\n"
        for year, amount in (
            (2017, 800), (2018, 850), (2019, 900), (2021, 950), (2022, 1000), (2023, 1050),
            (2024, 1100), (2025, 1100),
        )
    ),
    # Area factors and risk scores of one: an amount moves by the national amounts alone.
    "base_years": "calendar_year,entitlement,alignment,base_area_factor,performance_area_factor,"
    "risk_score,amount\n"
    + "".join(
        f"{year},AGED_DISABLED,{how},1,1,1,{amount}\n"
        for how, years in (
            ("CLAIMS", ((2017, 880), (2018, 935), (2019, 990))),
            ("VOLUNTARY", ((2021, 760), (2022, 900), (2023, 1050))),
        )
        for year, amount in years
    ),
    "entity_risk": "entitlement,alignment,final_score\nAGED_DISABLED,CLAIMS,1\n"
    "AGED_DISABLED,VOLUNTARY,1.02\n",
}  # fmt: skip


def given_of(folder: Path, year: int, **contract):
    for name, text in LISTS.items():
        (folder / f"{name}.csv").write_text(text.replace("YEAR", str(year)))
    project = ReachProject.model_validate({
        "program": "reach",
        "contract": {
            "entity_id": "D0001", "performance_year": year, "entity_type": "STANDARD",
            "risk_arrangement": "PROFESSIONAL", "payment_mechanism": "PCC",
            "alignment_ends": f"{year - 1}-06-30", "alignment_known_by": f"{year - 1}-09-30",
            "quarterly_alignment": False, "retention_withhold": 0, "stop_loss": False, **contract,
        },
        "inputs": {path.stem: str(path) for path in folder.glob("*.csv")},
        "known": {
            "quality_score": 1, "retrospective_trend_factor": 1, "completion_factor": 1,
            "estimated_amount": 900, "primary_care_share": "0.05", "equity_adjustment_up": 0,
            "equity_adjustment_down": 0,
        },
    })  # fmt: skip
    return read_given(project, load_rules("reach"), Place("openvbc.yaml"))


def total(alignment: str, months: int, regional: str) -> dict:
    names = (
        "months_without_rate", "months_without_charge", "months_without_score",
        "equity_months_added", "equity_months_taken", "stop_loss_charge", "paid_amount",
        "reduced_amount", "excluded_amount", "amount", "stop_loss_payout",
    )  # fmt: skip
    return {
        **dict.fromkeys(names, Decimal(0)),
        "period": "PY", "alignment": alignment, "entitlement": "AGED_DISABLED",
        "people": months // 12, "months": months, "regional_amount": Decimal(regional),
    }  # fmt: skip


TOTALS = [total("CLAIMS", 1200, "1440000.00"), total("VOLUNTARY", 120, "131400.00")]


def test_the_voluntarily_aligned_have_base_years_of_their_own(tmp_path):
    """2025, national amount 1,100: floor -22, ceiling +33.

    By claims: 880 x 1,100 / 800 = 1,210, and so 2018 and 2019: history 1,210. With the region's
    1,200 at 55 and 45 percent 1,205.50; x 1,200 months = 1,446,600.
    Voluntary: 760 x 1,100 / 950 = 880; 900 x 1.1 = 990; 1,050 x 1,100 / 1,050 = 1,100; history
    0.1 x 880 + 0.3 x 990 + 0.6 x 1,100 = 1,045. With the region's 1,095 by halves 1,070 (+25);
    x 1.02 x 120 months = 130,968.
    """
    given = given_of(tmp_path, 2025, voluntary_base_years=[2021, 2022, 2023])
    assert not lacking(given, TOTALS)
    reach_settlement = settlement(given, TOTALS, 110, "of the test", [])
    categories = reach_settlement.details["reach_category_benchmark"].evaluation
    history = [categories.value("historical_amount", row) for row in range(2)]
    assert history == [Decimal(1210), Decimal(1045)]
    amounts = [categories.value("category_benchmark", row) for row in range(2)]
    assert amounts == [Decimal("1446600.00"), Decimal("130968.00")]


@pytest.mark.parametrize(
    ("year", "contract", "lacks"),
    [
        (2025, {}, ["contract.voluntary_base_years is missing"]),
        (2025, {"voluntary_base_years": [2020, 2022, 2023]},
         ["base_years.csv has no row for 2020, Voluntary, Aged disabled",
          "national_amounts.csv lacks 2020 (AGED_DISABLED)"]),
        (2024, {}, []),  # the regional rate alone
        (2025, {"entity_type": "NEW_ENTRANT", "base_years": [2021, 2022, 2023]},
         [f"base_years.csv has no row for {y}, Claims, Aged disabled"
          for y in (2021, 2022, 2023)]),
    ],
)  # fmt: skip
def test_what_lacks_for_the_history_is_named(tmp_path, year, contract, lacks):
    names = [each.what.lower() for each in lacking(given_of(tmp_path, year, **contract), TOTALS)]
    assert names == [each.lower() for each in lacks]


@pytest.mark.parametrize(
    ("kind", "year", "people", "least"),
    [
        ("NEW_ENTRANT", 2025, 3999, "4,000"), ("NEW_ENTRANT", 2025, 4000, ""),
        ("NEW_ENTRANT", 2026, 4999, "5,000"), ("HIGH_NEEDS", 2025, 999, "1,000"),
        ("HIGH_NEEDS", 2026, 1249, "1,250"), ("HIGH_NEEDS", 2026, 1250, ""),
        ("STANDARD", 2025, 10, ""), ("NEW_ENTRANT", 2024, 10, ""),
    ],
)  # fmt: skip
def test_an_entity_of_fewer_people_than_its_type_must_have_is_told_so(
    tmp_path, kind, year, people, least
):
    if kind == "HIGH_NEEDS":
        (tmp_path / "high_needs.csv").write_text("member_id,first_day\nM1,2020-01-01\n")
    told = too_few(given_of(tmp_path, year, entity_type=kind), people)
    assert bool(told) is bool(least)
    assert not told or f"must have {least} in {year}" in told[0]


def test_the_implementation_period_is_measured_from_october_and_nothing_of_it_is_settled(tmp_path):
    given = given_of(tmp_path, 2020, alignment_ends="2020-06-30", alignment_known_by="2020-09-30")
    months = [(p.calendar_year, p.first_month, p.last_month, p.continues) for p in given.periods]
    assert months == [(2020, 10, 12, ""), (2021, 1, 3, "PY")]
    assert [str(p.known_by) for p in given.periods] == ["2021-03-31", "2021-06-30"]
    for gaps in (lacking(given, TOTALS), lacking(given, [])):
        assert [each.what.partition(",")[0] for each in gaps] == [
            "October 2020 to March 2021 was the implementation period of Direct Contracting"
        ]
    with pytest.raises(ContractError, match="do not end before the performance year begins"):
        given_of(tmp_path, 2020, alignment_ends="2020-10-01")
    with pytest.raises(ContractError, match="do not end before the performance year begins"):
        given_of(tmp_path, 2023, alignment_ends="2023-01-01")


CASCADE = (
    "entitlement,alignment,final_score,raw_score_v24_reference,raw_score_v28_reference,"
    "raw_score_v24_performance,raw_score_v28_performance,normalization_reference,"
    "normalization_performance,demographic_score_reference,demographic_score_performance,"
    "people_reference,coding_intensity_factor,newly_voluntary_months,newly_voluntary_score\n"
    "AGED_DISABLED,CLAIMS,1,,,,,,,,,,,,\n"
    "AGED_DISABLED,{},,0.970,1.020,1.030,1.160,1.070,1.105,0.980,1.010,5000,1.018,{}\n"
)
"""The printed example of 2025: 1.0035 / 1.07 x 1.060612245 / 1.01 = 0.9848472."""


@pytest.mark.parametrize(
    ("newly", "score", "said"),
    [
        # nothing given: all under the cap, and said
        (",", Decimal("0.9848472"), 1),
        # 90 of 120 months without a cap: (30 x 0.9848472 + 90 x 1.2) / 120 = 1.1462118
        ("90,1.2", Decimal("1.1462118"), 0),
        # all of them
        ("120,1.2", Decimal("1.2"), 0),
        # none, as CMS told
        ("0,1.2", Decimal("0.9848472"), 0),
    ],
)
def test_a_first_year_of_voluntary_alignment_has_no_cap(tmp_path, monkeypatch, newly, score, said):
    monkeypatch.setitem(LISTS, "entity_risk", CASCADE.format("VOLUNTARY", newly))
    given = given_of(tmp_path, 2025, voluntary_base_years=[2021, 2022, 2023])
    reach_settlement = settlement(given, TOTALS, 110, "of the test", [])
    cascade = reach_settlement.details["reach_risk_score"].evaluation
    assert abs(cascade.value("population_risk_score") - score) < Decimal("0.0000001")
    assert sum("neither cap nor coding factor" in note for note in reach_settlement.notes) == said


@pytest.mark.parametrize(("how", "newly"), [("VOLUNTARY", "90,"), ("VOLUNTARY", ",1.2")])
def test_a_first_year_is_given_by_months_and_score(tmp_path, monkeypatch, how, newly):
    monkeypatch.setitem(LISTS, "entity_risk", CASCADE.format(how, newly))
    with pytest.raises(InputError, match="first year of voluntary alignment"):
        given_of(tmp_path, 2025)


def test_a_first_year_is_not_of_those_aligned_by_claims(tmp_path, monkeypatch):
    text = CASCADE.format("VOLUNTARY", "1,1").replace("CLAIMS,1,,,,,,,,,,,,", "ALL", 1)
    text = text.replace("AGED_DISABLED,ALL\n", "").replace("VOLUNTARY", "CLAIMS")
    monkeypatch.setitem(LISTS, "entity_risk", text)
    with pytest.raises(InputError, match="first year of voluntary alignment"):
        given_of(tmp_path, 2025)


def test_a_first_year_of_more_months_than_are_aligned_is_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(LISTS, "entity_risk", CASCADE.format("VOLUNTARY", "121,1.2"))
    given = given_of(tmp_path, 2025, voluntary_base_years=[2021, 2022, 2023])
    with pytest.raises(ContractError, match="first year of voluntary alignment"):
        settlement(given, TOTALS, 110, "of the test", [])
