"""MIPS activities, the limit of the complex patient bonus, facility-based groups; by hand."""

from decimal import Decimal

import pytest

from openvbc.programs.mips.category_scores import settle_category_scores
from programs.mips_submitted import NPI, answered, quality_row, settled, shared

MEASURES = {"A": ("outcome", True, "registry")}
ACTIVITIES = "year,measure_id,weight,subcategory,first_year,last_year\n"
GROUP = "123456789"


def activities(folder, year, rows, people=""):
    (folder / "ia.csv").write_text(
        ACTIVITIES + "".join(f"{year},{name},{weight},,2017,\n" for name, weight in
                             (("IA_PCMH", ""), ("IA_1", "medium"))), encoding="utf-8")  # fmt: skip
    settlement = settled(folder, year, quality_row("A") + rows, MEASURES, people=people,
                    pi=("PI_EP_1",), more=(folder / "ia.csv",))  # fmt: skip
    return settlement.main.evaluation.value("improvement_activities_score")


def test_the_attestation_of_a_medical_home_is_the_whole_category(tmp_path):
    """414.1380(b)(3)(ii): it was an activity of ten points of forty."""
    assert activities(tmp_path, 2024, answered("IA_PCMH")) == 1
    assert activities(tmp_path, 2024, answered("IA_PCMH", "no")) is None
    assert activities(tmp_path, 2024, answered("IA_1")) == Decimal("0.25")


@pytest.mark.parametrize(
    ("year", "rows", "score"),
    [
        # half the category, whatever was attested; more where more was
        (2023, "", "0.5"),
        (2023, answered("IA_1"), "0.5"),
        # from 2024 it asks for an activity, or for quality and promoting interoperability
        (2024, "", None),
        (2024, answered("IA_1"), "0.5"),
        (2024, shared("PI_EP_1", 50), "0.5"),
    ],
)
def test_an_apm_participant_has_half_of_the_category(tmp_path, year, rows, score):
    """414.1380(b)(3)(i)."""
    people = f"npi,apm_participant\n{NPI},yes\n"
    category_score = activities(tmp_path, year, rows, people)
    assert category_score == (None if score is None else Decimal(score))


@pytest.mark.parametrize(
    ("year", "bonus", "reasons"),
    [
        (2017, "0.1", 1), (2018, "5", 0), (2019, "5.1", 1), (2020, "5.1", 0), (2024, "10.1", 1)
    ],
)  # fmt: skip
def test_a_complex_patient_bonus_over_the_limit_of_the_year_is_said(tmp_path, year, bonus, reasons):
    """414.1380(c)(3): none in 2017, 5 to 2019, 10 later."""
    path = tmp_path / "scores.csv"
    path.write_text(
        "npi,quality_score,cost_score,promoting_interoperability_score,"
        "improvement_activities_score,complex_patient_bonus\n"
        f"{NPI},0.5,0.5,0.5,0.5,{bonus}\n1003000126,0.5,0.5,0.5,0.5,\n",
        encoding="utf-8",
    )
    settlement = settle_category_scores(path, year)
    said = [each.reason for each in settlement.set_aside]
    assert said == ["a bonus for complex patients over the year's limit"] * reasons
    people = f"npi,complex_patient_bonus\n{NPI},{bonus}\n"
    rows = quality_row("A", who=NPI) + quality_row("A", who="1003000126")
    submitted = settled(tmp_path, year, rows, MEASURES, people=people)
    assert [each.reason for each in submitted.set_aside] == said


@pytest.mark.parametrize(("rows", "quality"), [("", "0.65"), ("activity", "0.9")])
def test_a_group_is_scored_by_its_facility_where_it_submitted_more(tmp_path, rows, quality):
    """414.1380(e)(4): activities or promoting interoperability; a clinician needs neither."""
    group = quality_row("A", who="").replace(",,A", f",{GROUP},A")
    more = answered("IA_1", who="").replace(",,IA_1", f",{GROUP},IA_1") if rows else ""
    people = (
        "entity,measures_applicable,facility_quality_score,facility_cost_score\n"
        f"{GROUP},1,0.9,0.8\n"
    )
    (tmp_path / "ia.csv").write_text(ACTIVITIES + "2024,IA_1,medium,,2017,\n", encoding="utf-8")
    settlement = settled(tmp_path, 2024, group + more, MEASURES, people=people,
                    more=(tmp_path / "ia.csv",))  # fmt: skip
    assert settlement.main.evaluation.value("quality_score") == Decimal(quality)
    said = [each.reason for each in settlement.set_aside]
    assert said == ([] if rows else ["facility-based scores not used"])
