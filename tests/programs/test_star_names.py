"""Star Ratings of 2017 to 2022: measures known by the names that the tables print."""

import csv
from decimal import Decimal

import pytest

from openvbc.errors import InputError
from openvbc.programs.stars.measures_by_name import measure_name, with_measures_of
from openvbc.programs.stars.results import PROGRAM
from openvbc.rules.load import load_rules
from openvbc.rules.parameter import rows as table_rows

# As the tables of 2022 print them, with CMS's dashes.
OF_2022 = """Breast Cancer Screening|Colorectal Cancer Screening|Annual Flu Vaccine
Monitoring Physical Activity|Special Needs Plan (SNP) Care Management
Care for Older Adults – Medication Review|Care for Older Adults – Pain Assessment
Osteoporosis Management in Women who had a Fracture|Diabetes Care – Eye Exam
Diabetes Care – Kidney Disease Monitoring|Diabetes Care – Blood Sugar Controlled
Rheumatoid Arthritis Management|Reducing the Risk of Falling|Improving Bladder Control
Medication Reconciliation Post-Discharge|Statin Therapy for Patients with Cardiovascular Disease
Getting Needed Care|Getting Appointments and Care Quickly|Customer Service
Rating of Health Care Quality|Rating of Health Plan|Care Coordination
Complaints about the Health Plan|Members Choosing to Leave the Plan
Health Plan Quality Improvement|Plan Makes Timely Decisions about Appeals
Reviewing Appeals Decisions|Call Center – Foreign Language Interpreter and TTY Availability"""
DRUGS_OF_2022 = """Call Center – Foreign Language Interpreter and TTY Availability
Complaints about the Drug Plan|Members Choosing to Leave the Plan|Drug Plan Quality Improvement
Rating of Drug Plan|Getting Needed Prescription Drugs|MPF Price Accuracy
Medication Adherence for Diabetes Medications
Medication Adherence for Hypertension (RAS antagonists)
Medication Adherence for Cholesterol (Statins)|MTM Program Completion Rate for CMR
Statin Use in Persons with Diabetes (SUPD)"""


def _numbered(letter, names):
    split = names.replace("\n", "|").split("|")
    return {f"{letter}{n:02d}": name for n, name in enumerate(split, start=1)}


NAMES = {**_numbered("C", OF_2022), **_numbered("D", DRUGS_OF_2022)}


def test_weights_of_2022_follow_from_the_names():
    """28 and 12 measures. Part C: 15 processes, 1 outcome (blood sugar), 11 of experience or
    access, 1 improvement: 15 + 3 + 22 + 5 = 45. Part D: MTM and price accuracy 1 each, adherence
    and statin use 3 each, five of experience or access 2 each, improvement 5: 2 + 12 + 10 + 5 = 29.
    """
    rules = with_measures_of(load_rules("stars"), NAMES, 2022)
    weight = {c: rules.get("measure_weight", star_year=2022, measure=c).value for c in NAMES}
    assert (sum(c[0] == "C" for c in NAMES), sum(c[0] == "D" for c in NAMES)) == (28, 12)
    assert sum(w for c, w in weight.items() if c[0] == "C") == 45
    assert sum(w for c, w in weight.items() if c[0] == "D") == 29
    parts = {r["measure"]: r for r in table_rows(rules.get("measure_part", star_year=2022).value)}
    assert [c for c, r in parts.items() if not r["in_overall"]] == ["D02", "D03"]
    assert [c for c, r in parts.items() if r["improvement"]] == ["C25", "D04"]
    not_in_puerto_rico = [
        c for c in NAMES if rules.get("no_weight_in_puerto_rico", star_year=2022, measure=c).value
    ]
    assert not_in_puerto_rico == ["D08", "D09", "D10"]


def test_a_measure_in_its_first_year_weighs_one():
    names = {"D14": "Statin Use in Persons with Diabetes (SUPD)"}
    weights = [
        with_measures_of(load_rules("stars"), names, year)
        .get("measure_weight", star_year=year, measure="D14")
        .value
        for year in (2019, 2020)
    ]
    assert weights == [1, 3]


def test_an_unknown_name_is_named_and_a_written_list_stays():
    rules = load_rules("stars")
    with pytest.raises(InputError, match=r"C01.*Brest"):
        with_measures_of(rules, {"C01": "Brest Cancer Screening"}, 2021)
    assert with_measures_of(rules, {"C01": "Brest Cancer Screening"}, 2026) is rules
    assert measure_name(" Annual Flu Vaccine 03/2018 – 05/2018") == "Annual Flu Vaccine"


def _write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def _tables(folder, heads, stars, year="2019"):
    first = ["CONTRACT_ID", "Organization Type", "Contract Name", "Marketing", "Parent", "DD1"]
    return [
        _write(
            folder / "stars.csv",
            [[f"{year} Star View: Medicare Report Card Master Table"], first,
             [""] * 5 + heads, ["S0001", "PDP", "A plan", "A", "A", *stars]],
        ),
        _write(
            folder / "cai.csv",
            [[f"{year} CAI View"],
             ["Contract Number", "Name", "Puerto Rico Only", "Part D PDP FAC"],
             ["S0001", "A plan", "No", "C"]],
        ),
    ]  # fmt: skip


HEADS = [
    "D07: Rating of Drug Plan", "D10: Medication Adherence for Diabetes Medications",
    "D13: MTM Program Completion Rate for CMR", "D14: Statin Use in Persons with Diabetes (SUPD)",
]  # fmt: skip


def test_a_drug_plan_of_2019(tmp_path):
    """Stars 4, 4, 5, 5 with weights 1.5, 3, 1, 1 (statin use is new): mean (6 + 12 + 5 + 5) / 6.5 =
    4.307692, above the 85th percentile 4.191489 with and 4.297297 without improvement measures.
    Variance 4 x (4.5 x 0.307692^2 + 2 x 0.692308^2) / (3 x 6.5) = 4 x 1.384615 / 19.5 = 0.284024:
    low, reward 0.4. 4.307692 + 0.4 + 0.047909 (category C) = 4.755601, to the half star 5.
    """
    settlement = PROGRAM.settle(_tables(tmp_path, HEADS, ["4", "4", "5", "5"]))
    runs = settlement.details["runs"]
    row = list(runs.items).index("part_d, with improvement, with new measures")
    assert runs.evaluation.value("mean_star", row) == Decimal("4.307692")
    assert runs.evaluation.value("variance", row) == Decimal("0.284024")
    assert runs.evaluation.value("unrounded_rating", row) == Decimal("4.755601")
    assert any("lack 10 of the 14 measures of Part D" in note for note in settlement.notes)


def test_tables_of_two_years_and_a_measure_twice_are_refused(tmp_path):
    tables = _tables(tmp_path, HEADS, ["4", "4", "5", "5"])
    other = _write(
        tmp_path / "cuts.csv",
        [["Part D Threshold"], ["Org Type", "Stars", "D07: MPF Price Accuracy"],
         *(["PDP", f"{n}star", "1"] for n in range(1, 6))],
    )  # fmt: skip
    with pytest.raises(InputError, match="D07 two names"):
        PROGRAM.settle([*tables, other])
    with pytest.raises(InputError, match="D07 has two columns"):
        PROGRAM.settle(_tables(tmp_path, [*HEADS, HEADS[0]], ["4", "4", "5", "5", "4"]))
