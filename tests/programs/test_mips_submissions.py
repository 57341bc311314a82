"""MIPS from submissions: measures to points, which count, categories, final score; by hand."""

import csv
import json
import os
import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import InputError
from openvbc.programs.mips.benchmarks import read_benchmarks
from openvbc.programs.mips.results import PROGRAM
from openvbc.programs.mips.simulation import SIMULATION
from openvbc.programs.mips.submissions.choices import choices
from openvbc.programs.mips.submissions.inventory import read_inventory, read_mvps
from openvbc.programs.mips.submissions.many import ManyParticipants, score_many
from openvbc.programs.mips.submissions.measure_rows import read_measures
from openvbc.programs.mips.submissions.quality import BenchmarkTable, QualityRows
from openvbc.programs.mips.submissions.settle import SubmittedFiles, settle_submissions
from openvbc.programs.run_folder import write_run
from openvbc.programs.simulation import Choices, Range, Scenarios, WhichRow
from openvbc.rules.load import load_rules

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared"))
QPP, P4P = SHARED / "data/qpp", SHARED / "data/p4p/qpp"
needs_qpp = pytest.mark.skipif(not QPP.is_dir(), reason="the inventories are not here")
NPI, OTHER = "1234567893", "1003000126"
HEAD = (
    "npi,measure,collection_type,numerator,denominator,performance_rate,cases,reported_share,"
    "answer\n"
)
QUALITY_HEAD = (
    "year,measure_id,measure_type,high_priority,inverse,metric_type,collection_types,first_year,"
    "seven_point_cap_removed\n"
)
RATES = {"A": 45, "B": 72, "C": 95, "D": 5, "E": 95, "F": 25, "G": 15}
"""Deciles begin at 1, 10, 20 ... 90: A 5.5, B 8.2 (an outcome), C 10, D 1 + 4/9, E 10 and by its
limit 7, F 3.5, G 2.5."""


def inventory(folder, year=2024, **changes):
    kinds = {**dict.fromkeys(RATES, "process"), "B": "outcome", **changes}
    quality = folder / "quality.csv"
    quality.write_text(QUALITY_HEAD + "".join(
        f"{year},{name},{kind},{int(name in 'BC')},0,singlePerformanceRate,registry,2015,\n"
        for name, kind in kinds.items()), encoding="utf-8")  # fmt: skip
    activities = folder / "ia.csv"
    activities.write_text(
        "year,measure_id,weight,subcategory,first_year,last_year\n"
        f"{year},IA_1,high,x,2017,\n{year},IA_2,medium,x,2017,\n", encoding="utf-8",
    )  # fmt: skip
    pi = folder / "pi.csv"
    names = (
        "PI_EP_1",
        "PI_EP_2",
        "PI_HIE_5",
        "PI_PEA_1",
        "PI_PHCDRR_1",
        "PI_PHCDRR_3",
        "PI_LVPP_1",
        "PI_EP_3",
        "PI_HIE_1",
        "PI_HIE_4",
        "PI_PHCDRR_2",
        "PI_PHCDRR_1_MULTI",
    )
    pi.write_text("year,measure_id,objective\n" + "".join(f"{year},{n},x\n" for n in names),
                  encoding="utf-8")  # fmt: skip
    return [quality, activities, pi]


def benchmarks(folder, year=2024):
    path = folder / "benchmarks.json"
    path.write_text(json.dumps([
        {"measureId": name, "benchmarkYear": year - 2, "performanceYear": year,
         "submissionMethod": "registry", "isToppedOut": name == "E",
         "isToppedOutByProgram": name == "E", "isInverse": False,
         **({"percentiles": {"1": 1, **{str(n): n for n in range(10, 100, 10)}, "99": 99}}
            if year >= 2023 else {"deciles": list(range(10, 100, 10))})}
        for name in RATES]), encoding="utf-8")  # fmt: skip
    return path


def submissions(folder, text, name="measures.csv"):
    path = folder / name
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def rates(who=NPI, **changes):
    return "".join(
        f"{who},{name},registry,{rate},100,,,,\n"
        for name, rate in {**RATES, **changes}.items()
        if rate is not None
    )


def settle(folder, text, people="", year=2024, **kinds):
    participants = None
    if people:
        participants = folder / "people.csv"
        participants.write_text(people, encoding="utf-8")
    files = SubmittedFiles(
        submissions(folder, text), benchmarks(folder, year), inventory(folder, year, **kinds),
        participants,
    )  # fmt: skip
    return settle_submissions(files, year)


def counted(settlement, pathway="traditional"):
    sheet = settlement.details[f"quality_measures_{pathway}"]
    return {item.split()[0] for item in sheet.items if "not counted" not in item}


def quality(settlement, pathway="traditional"):
    return settlement.details[f"quality_{pathway}"].evaluation


def test_from_measures_to_the_final_score(tmp_path):
    people = (
        "npi,cost_score,promoting_interoperability_score,covered_professional_services\n"
        f"{NPI},0.5,1,100000\n"
    )
    scores = settle(tmp_path, rates() + f"{NPI},IA_1,,,,,,,yes\n" * 1 + f"{NPI},IA_2,,,,,,,yes\n",
                   people)  # fmt: skip
    # 10 + 8.2 + 7 + 5.5 + 3.5 + 2.5 of 60; the seventh, D, does not count
    assert counted(scores) == set("ABCEFG")
    assert quality(scores).value("achievement_points") == Decimal("36.7")
    assert quality(scores).value("available_points") == 60
    # a high and a medium activity: 30 of 40
    # 100 x (0.3 x 36.7/60 + 0.3 x 0.5 + 0.15 x 0.75 + 0.25 x 1) = 18.35 + 15 + 11.25 + 25
    assert abs(scores.main.evaluation.value("final_score") - Decimal("69.6")) < Decimal("1e-20")
    assert scores.set_aside == []


def test_the_outcome_that_is_required_counts_however_low(tmp_path):
    settlement = settle(tmp_path, rates(B=5))
    assert counted(settlement) == set("ABCEFG"), "B, 1 + 4/9 points, before D with as many"
    settlement = settle(tmp_path, rates(B=2))
    assert "B" in counted(settlement)
    assert "D" not in counted(settlement)


def test_without_an_outcome_one_of_high_priority_is_required(tmp_path):
    settlement = settle(tmp_path, rates(), B="process", C="process")
    # B and C are of high priority: the better, C, is the one required; the best five others follow
    assert counted(settlement) == set("ABCEFG")
    # neither: one place stays empty; five count of sixty points: 10 x 10 is E and C
    settlement = settle(tmp_path, rates(B=None, C=None))
    assert quality(settlement).value("achievement_points") == (
        7 + Decimal("5.5") + Decimal("3.5") + Decimal("2.5") + 1 + Decimal(4) / 9
    )
    assert quality(settlement).value("available_points") == 60


def test_bonuses_of_the_first_years(tmp_path):
    # 2018: deciles 2 to 10 begin at 10 to 90, so the same points but no part below 10; floor 3.
    # B and G are outcomes: B is required, G brings 2; C of high priority 1: 3, below a tenth of 60.
    settlement = settle(tmp_path, rates(), year=2018, G="outcome")
    assert quality(settlement).value("measure_bonus_points") == 3
    settlement = settle(tmp_path, rates(), year=2022, G="outcome")
    assert quality(settlement).value("measure_bonus_points") == 0


def test_end_to_end_reporting_brings_a_point_each_to_2021(tmp_path):
    head = HEAD.replace("answer", "answer,end_to_end")
    lines = rates().splitlines()
    told = "".join(f"{line},{'yes' if n < 3 else ''}\n" for n, line in enumerate(lines))
    for year, bonus in ((2019, 4), (2022, 0)):
        # 2019: C of high priority 1, and three reported end to end; each within 6 of 60
        measures = tmp_path / "measures.csv"
        measures.write_text(head + told, encoding="utf-8")
        files = SubmittedFiles(measures, benchmarks(tmp_path, year), inventory(tmp_path, year))
        settlement = settle_submissions(files, year)
        assert quality(settlement).value("measure_bonus_points") == bonus
    told = "".join(f"{line},yes\n" for line in lines)
    measures.write_text(head + told, encoding="utf-8")
    files = SubmittedFiles(measures, benchmarks(tmp_path, 2019), inventory(tmp_path, 2019))
    # seven end to end: six at most, a tenth of what is available
    assert quality(settle_submissions(files, 2019)).value("measure_bonus_points") == 7


def test_who_has_fewer_that_apply(tmp_path):
    people = f"npi,measures_applicable\n{NPI},2\n"
    settlement = settle(tmp_path, rates(), people)
    assert counted(settlement) == {"B", "C"}
    assert quality(settlement).value("available_points") == 20


def test_completeness_cases_and_small_practices(tmp_path):
    text = f"{NPI},A,registry,,,45,19,,\n{NPI},B,registry,,,72,20,0.74,\n"
    text += f"{OTHER},A,registry,,,45,19,,\n"
    settlement = settle(tmp_path, text, f"npi,small_practice\n{NPI},no\n{OTHER},yes\n")
    points = settlement.details["quality_measures_traditional"].evaluation
    # 2024: too few cases 0, a small practice 3; incomplete data 0
    assert [points.value("measure_points", n) for n in range(3)] == [0, 0, 3]


def test_promoting_interoperability_by_measure(tmp_path):
    text = (
        f"{NPI},PI_EP_1,,90,100,,,,\n{NPI},PI_EP_2,,,,,,,yes\n{NPI},PI_HIE_5,,,,,,,yes\n"
        f"{NPI},PI_PEA_1,,96,100,,,,\n{NPI},PI_PHCDRR_1,,,,,,,yes\n"
    )
    whole = text + f"{NPI},PI_PHCDRR_3,,,,,,,yes\n"
    settlement = settle(tmp_path, rates() + whole)
    # 9 + 10 + 30 + 24 + 12.5 + 12.5 = 98
    assert settlement.main.evaluation.value("promoting_interoperability_score") == Decimal("0.98")
    settlement = settle(tmp_path, rates() + text)
    assert settlement.main.evaluation.value("promoting_interoperability_score") == 0, (
        "one is missing"
    )
    settlement = settle(tmp_path, rates() + whole + f"{NPI},PI_LVPP_1,,,,,,,yes\n")
    assert [each.reason for each in settlement.set_aside] == [
        "promoting interoperability cannot be scored"
    ]
    assert settlement.main.evaluation.value("promoting_interoperability_score") is None


def test_a_share_earns_whole_points_and_one_at_least(tmp_path):
    text = (
        f"{NPI},PI_EP_1,,1,100,,,,\n{NPI},PI_EP_2,,,,,,,yes\n{NPI},PI_HIE_5,,,,,,,yes\n"
        f"{NPI},PI_PEA_1,,97,100,,,,\n{NPI},PI_PHCDRR_1,,,,,,,yes\n{NPI},PI_PHCDRR_3,,,,,,,yes\n"
    )
    # a tenth of a point is 1, 24.25 is 24: 1 + 10 + 30 + 24 + 12.5 + 12.5
    settlement = settle(tmp_path, rates() + text)
    assert settlement.main.evaluation.value("promoting_interoperability_score") == Decimal("0.9")


@pytest.mark.skipif(not P4P.is_dir(), reason="the scoring examples are not here")
def test_the_scoring_example_of_promoting_interoperability(tmp_path):
    """Numerators, denominators and answers of CMS's example; it comes to its 64 points."""
    example = json.loads((P4P / "scoring_example_output_aci.json").read_text(encoding="utf-8"))
    category = example["parts"][0]["original"]
    text, names = "", []
    for each in category["parts"][0]["parts"]:
        names.append(each["name"])
        if "formula" in each["metadata"]:
            met, of = re.search(r"(\d+)/(\d+)", each["metadata"]["formula"]).groups()
            text += f"{NPI},{each['name']},,{met},{of},,,,\n"
        else:
            text += f"{NPI},{each['name']},,,,,,,yes\n"
    every = inventory(tmp_path, 2019)
    every[2].write_text("year,measure_id,objective\n" + "".join(f"2019,{n},x\n" for n in names),
                        encoding="utf-8")  # fmt: skip
    given = submissions(tmp_path, rates() + text)
    settled = settle_submissions(SubmittedFiles(given, benchmarks(tmp_path, 2019), every), 2019)
    value = settled.main.evaluation.value("promoting_interoperability_score")
    assert value * 100 == category["value"] == 64


def test_promoting_interoperability_of_other_years(tmp_path):
    text = (
        f"{NPI},PI_EP_1,,80,100,,,,\n{NPI},PI_EP_2,,,,,,,yes\n{NPI},PI_HIE_5,,,,,,,yes\n"
        f"{NPI},PI_PEA_1,,50,100,,,,\n{NPI},PI_PHCDRR_1,,,,,,,yes\n{NPI},PI_PHCDRR_3,,,,,,,yes\n"
    )
    # 2022: 8 + 40 + 20 + 5 + 5, and 10 for the query of monitoring programs
    # 2026, as in 2024: 8 + 10 + 30 + 13 (12.5 in whole points) + 12.5 + 12.5
    for year, score in ((2022, "0.88"), (2026, "0.86")):
        settlement = settle(tmp_path, rates() + text, year=year)
        value = settlement.main.evaluation.value("promoting_interoperability_score")
        assert value == Decimal(score)
        assert any("unverified" in note for note in settlement.notes)
    assert not any("interoperability in" in n for n in settle(tmp_path, rates() + text).notes)


@pytest.mark.parametrize(
    ("year", "more", "score"),
    [
        # 8 + 10 + 20 + 36, two registries of five 10, and both bonuses of five: 94
        (2019, "EP_2:yes EP_3:yes HIE_1:50 HIE_4:100 PHCDRR_1:yes PHCDRR_3:yes", "0.94"),
        # a third registry adds nothing; in 2020 one bonus: 8 + 10 + 20 + 36 + 10 + 5
        (2020, "EP_2:yes HIE_1:50 HIE_4:100 PHCDRR_1:yes PHCDRR_3:yes PHCDRR_2:yes", "0.89"),
        # one registry alone is not enough: the category is zero
        (2020, "EP_2:yes HIE_1:50 HIE_4:100 PHCDRR_1:yes", "0"),
        # the exchange in both directions stands for the two, the bonus is ten: 104 is 100
        (2021, "EP_2:yes HIE_5:yes PHCDRR_1:yes PHCDRR_1_MULTI:yes", "1"),
    ],
)
def test_promoting_interoperability_before_2022(tmp_path, year, more, score):
    text = f"{NPI},PI_EP_1,,80,100,,,,\n{NPI},PI_PEA_1,,90,100,,,,\n"
    for word in more.split():
        name, said = word.split(":")
        row = f"{NPI},PI_{name},,,,,,,yes\n"
        text += row if said == "yes" else f"{NPI},PI_{name},,{said},100,,,,\n"
    settlement = settle(tmp_path, rates() + text, year=year)
    assert settlement.main.evaluation.value("promoting_interoperability_score") == Decimal(score)
    assert any("unverified" in note for note in settlement.notes)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"{NPI},A,registry,,,101,20,,", "a rate over 100"),
        (f"{NPI},A,registry,,,0.45,20,,", "a rate that may be a fraction"),
        (f"{NPI},A,registry,101,100,,,,", "numerator over denominator"),
        (f"{NPI},A,registry,50,100,45,,,", "the rate is not numerator over denominator"),
        (f"{NPI},A,claims,45,100,,,,", "a collection type that the measure does not have"),
        (f"{NPI},Z,registry,45,100,,,,", "a measure that is not of the year"),
        (f"{NPI},A,registry,,,45,,,", "how many cases is not told"),
        (f"{NPI},A,registry,45,100,,,80,", "more reported than eligible"),
        (f"{NPI},A,registry,45,100,,,,\n{NPI},A,registry,46,100,,,,",
         "the same measure a second time"),
        (",A,registry,45,100,,,,", "neither npi nor tin nor entity"),
        (f"{NPI},IA_1,,,,,,,", "neither an answer nor a rate"),
        (f"{NPI},PI_EP_1,,,,101,,,", "a rate over 100"),
        (f"{NPI},PI_EP_1,,,,,,,yes", "promoting interoperability cannot be scored"),
    ],
)  # fmt: skip
def test_rows_that_are_set_aside_leave_others_as_they_are(row, reason, tmp_path):
    alone = settle(tmp_path, rates(OTHER))
    settlement = settle(tmp_path, rates(OTHER) + row + "\n")
    assert [each.reason for each in settlement.set_aside] == [reason]
    others = [n for n, each in enumerate(settlement.main.contracts) if each.identifier == OTHER]
    assert settlement.main.evaluation.value("final_score", others[0]) == (
        alone.main.evaluation.value("final_score")
    )


def test_a_damaged_npi_and_files_of_another_year(tmp_path):
    settlement = settle(tmp_path, rates() + "1234567890,A,registry,45,100,,,,\n")
    assert len(settlement.set_aside) == 1
    files = SubmittedFiles(
        submissions(tmp_path, rates()), benchmarks(tmp_path, 2024), inventory(tmp_path, 2023)
    )
    with pytest.raises(InputError, match="no measure of 2024"):
        settle_submissions(files, 2024)
    files = SubmittedFiles(
        submissions(tmp_path, rates()), benchmarks(tmp_path, 2023), inventory(tmp_path, 2024)
    )
    with pytest.raises(InputError, match="not of performance year 2024"):
        settle_submissions(files, 2024)


def test_a_pathway_scores_its_own_measures(tmp_path):
    mvps = tmp_path / "mvp.json"
    mvps.write_text(json.dumps([{"mvpId": "M1", "qualityMeasureIds": list("ABCD")}]), "utf-8")
    people = tmp_path / "people.csv"
    people.write_text(f"npi,pathway,mvp\n{NPI},MVP,M1\n{OTHER},MVP,M2\n", encoding="utf-8")
    files = SubmittedFiles(
        submissions(tmp_path, rates() + rates(OTHER)), benchmarks(tmp_path), inventory(tmp_path),
        people, mvps,
    )  # fmt: skip
    settlement = settle_submissions(files, 2024)
    # 10 + 8.2 + 5.5 + 1 + 4/9 of 40
    assert quality(settlement, "mvp").value("available_points") == 40
    assert (
        quality(settlement, "mvp").value("achievement_points") == Decimal("24.7") + Decimal(4) / 9
    )
    reasons = sorted(each.reason for each in settlement.set_aside)
    assert reasons == ["a measure that is not of the pathway"] * 3 + [
        "an MVP that the file of the year does not have"
    ]


def test_submissions_as_json(tmp_path):
    path = tmp_path / "submission.json"
    value = {"performanceMet": 45, "performanceNotMet": 55, "reportingRate": 90}
    path.write_text(json.dumps({"data": {"submission": {
        "taxpayerIdentificationNumber": "000123456", "nationalProviderIdentifier": NPI,
        "measurementSets": [
            {"category": "quality", "submissionMethod": "registry",
             "measurements": [{"measureId": "A", "value": value}]},
            {"category": "ia", "measurements": [{"measureId": "IA_1", "value": True}]},
            {"category": "pi", "measurements": [
                {"measureId": "PI_EP_1", "value": {"numerator": 9, "denominator": 10}}]},
        ]}}}), "utf-8")  # fmt: skip
    rows, aside = read_measures(path, read_inventory(inventory(tmp_path), 2024))
    assert aside == []
    assert [(r.who, r.measure.name, r.rate, r.cases, r.answer) for r in rows] == [
        (f"{NPI}-000123456", "A", 45, 100, None),
        (f"{NPI}-000123456", "IA_1", None, None, True),
        (f"{NPI}-000123456", "PI_EP_1", 90, 10, None),
    ]
    assert rows[0].reported_share == Decimal("0.9")
    path.write_text("[1]", "utf-8")
    with pytest.raises(InputError, match="not a submission"):
        read_measures(path, {})


def test_many_at_once_are_scored_as_few_are(tmp_path):
    chance = np.random.default_rng(7)
    names, who = list(RATES), [f"E{n}" for n in range(60)]
    given = {each: {m: int(chance.integers(0, 101)) for m in names if chance.random() < 0.8}
             for each in who}  # fmt: skip
    given = {each: scores or {"A": 50} for each, scores in given.items()}
    small = [bool(chance.random() < 0.5) for _ in who]
    cost = [None if chance.random() < 0.3 else int(chance.integers(0, 100)) / 100 for _ in who]
    measures = tmp_path / "measures.csv"
    measures.write_text(HEAD.replace("npi", "entity") + "".join(
        f"{each},{m},registry,{rate},100,,,,\n" for each in who for m, rate in given[each].items()
    ), "utf-8")  # fmt: skip
    people = tmp_path / "people.csv"
    people.write_text("entity,small_practice,cost_score,improvement_activities_score\n" + "".join(
        f"{each},{'yes' if s else 'no'},{'' if c is None else c},1\n"
        for each, s, c in zip(who, small, cost, strict=True)), "utf-8")  # fmt: skip
    files = SubmittedFiles(measures, benchmarks(tmp_path), inventory(tmp_path), people)
    exact = settle_submissions(files, 2024)
    order = {each.identifier: n for n, each in enumerate(exact.main.contracts)}
    table = BenchmarkTable(read_benchmarks(files.benchmarks, 2024)[0], "float")
    flat = [(n, m, rate) for n, each in enumerate(who) for m, rate in given[each].items()]
    is_b = np.array([m == "B" for _, m, _ in flat])
    ones = np.ones(len(flat))
    rows = QualityRows(
        np.array([n for n, _, _ in flat]), np.array([names.index(m) for _, m, _ in flat]),
        np.array([table.number[m, "registry"] for _, m, _ in flat]),
        np.array([float(rate) for _, _, rate in flat]), ones * 100, ones > 0, ones * 9, ones < 0,
        is_b, np.array([m in "BC" for _, m, _ in flat]), ones < 0,
    )  # fmt: skip
    nothing = np.full(len(who), np.nan)
    many = score_many(
        rows,
        ManyParticipants(
            np.array(small), np.array([np.nan if c is None else c for c in cost]),
            np.ones(len(who)), nothing, nothing,
        ),
        table, load_rules("mips"), 2024,
    )  # fmt: skip
    for name in ("quality_score", "final_score"):
        for n, each in enumerate(who):
            assert abs(float(exact.main.evaluation.value(name, order[each])) - many[name][n]) < 1e-9


@needs_qpp
@pytest.mark.parametrize("year", [2017, 2020, 2024, 2026])
def test_inventories_hold_what_the_files_hold(year):
    paths = sorted(QPP.glob("*_measures_2017_2027.csv"))
    paths = [path for path in paths if not path.name.startswith("mvp")]
    measures = read_inventory(paths, year)
    for path in paths:
        with path.open(encoding="utf-8") as stream:
            rows = [row for row in csv.DictReader(stream) if row["year"] == str(year)]
        category = path.name.split("_")[0]
        ours = [each for each in measures.values() if each.category == category]
        assert len(ours) == len({row["measure_id"] for row in rows}) > 0, path.name


@needs_qpp
@pytest.mark.parametrize(("year", "count"), [(2023, 12), (2024, 16), (2025, 21), (2026, 27)])
def test_pathways_hold_what_the_tables_hold(year, count):
    pathways = read_mvps(P4P / f"mvp_{year}.json")
    assert len(pathways) == count
    table = {}
    with (QPP / "mvp_measures_2023_2027.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if row["year"] == str(year) and row["category"] == "quality":
                table.setdefault(row["mvp_id"], set()).add(row["measure_id"])
    assert {name: set(mvp.quality) for name, mvp in pathways.items()} == table


def test_the_command_asks_for_what_it_needs(tmp_path):
    measures = str(submissions(tmp_path, rates()))
    asked = ["qpp", "submissions", measures, "--year", "2024", "--no-reports", "--output",
             str(tmp_path / "run")]  # fmt: skip
    with pytest.raises(InputError, match="the year's benchmarks and measures"):
        CliRunner().invoke(app, asked, catch_exceptions=False)
    for path in inventory(tmp_path):
        asked += ["--inventory", str(path)]
    result = CliRunner().invoke(app, [*asked, "--benchmarks", str(benchmarks(tmp_path))])
    assert result.exit_code == 0, result.output


def test_what_a_choice_is_worth(tmp_path):
    mvps = tmp_path / "mvp.json"
    mvps.write_text(json.dumps([{"mvpId": "M1", "qualityMeasureIds": list("ABCE")}]), "utf-8")
    people = tmp_path / "people.csv"
    people.write_text(
        "npi,cost_score,improvement_activities_score,promoting_interoperability_score\n"
        f"{NPI},0.5,1,1\n", encoding="utf-8",
    )  # fmt: skip
    files = SubmittedFiles(
        submissions(tmp_path, rates()), benchmarks(tmp_path), inventory(tmp_path), people, mvps
    )
    made, _ = choices(files, 2024)
    gains = {each.change: each.points_gained for each in made}
    # A from 45 to 50: 5.5 to 6 points; 0.5 of 60 x 30
    assert gains["A (registry) from 45.00 to 50.00"] == Decimal("0.25")
    # D from 5 to 10: 1 + 4/9 to 2 points, still the seventh: worth nothing
    assert gains["D (registry) from 5.00 to 10.00"] == 0
    # E is at its limit of 7 whatever its rate: there is no better decile than the tenth
    assert not any(each.startswith("E") for each in gains)
    # the pathway: 10 + 8.2 + 7 + 5.5 of 40 in place of 36.7 of 60, times 30
    expected = (Decimal("30.7") / 40 - Decimal("36.7") / 60) * 30
    assert abs(gains["pathway MVP M1"] - expected) < Decimal("1e-20")
    run = tmp_path / "out"
    asked = ["qpp", "submissions", str(files.measures), "--year", "2024", "--benchmarks",
             str(files.benchmarks), "--participants", str(people), "--mvps", str(mvps),
             "--output", str(run), "--no-reports"]  # fmt: skip
    for path in files.inventory:
        asked += ["--inventory", str(path)]
    wide = CliRunner(env={"COLUMNS": "200"})
    result = wide.invoke(app, asked)
    assert result.exit_code == 0, result.output
    csv = tmp_path / "choices.csv"
    result = wide.invoke(app, ["simulate", str(run), "--output", str(csv)])
    assert result.exit_code == 0, result.output
    assert "pathway MVP M1" in result.output
    assert csv.read_text().startswith("Participant,Choice,Final score,Points gained")
    result = wide.invoke(app, ["simulate", str(run), "--quality-score", "0.5..0.6"])
    assert "services paid of this participant are not known" in str(result.exception)
    people.write_text(people.read_text() + f"{OTHER},0.5,1,1\n", encoding="utf-8")
    result = wide.invoke(app, ["simulate", str(run)])
    assert "is gone or was changed" in str(result.exception)


def test_a_clinician_identified_in_two_ways_is_said(tmp_path):
    """With a taxpayer number on the list and without in the submissions: two participants."""
    known = f"npi,tin,cost_score\n{NPI},111111111,0.5\n"
    notes = settle(tmp_path, rates(), known).notes
    assert any("1 clinicians stand on the list" in note for note in notes)
    notes = settle(tmp_path, rates(), f"npi,cost_score\n{NPI},0.5\n").notes
    assert not any("stand on the list" in note for note in notes)


def test_dollars_over_a_range_of_quality(tmp_path):
    """At the law's ends: below the threshold both are the same, and the exact line in dollars."""
    people = tmp_path / "people.csv"
    people.write_text(
        "npi,cost_score,improvement_activities_score,promoting_interoperability_score,"
        f"covered_professional_services\n{NPI},0.5,1,1,100000\n", encoding="utf-8",
    )  # fmt: skip
    files = SubmittedFiles(
        submissions(tmp_path, rates()), benchmarks(tmp_path), inventory(tmp_path), people
    )
    settlement = settle_submissions(files, 2024)
    write_run(settlement, tmp_path / "run")
    same = Scenarios(10, 1, quality_score=Range(0.1, 0.1))
    least, most = SIMULATION.run(tmp_path / "run", WhichRow(), same, Choices()).outcomes
    # 0.1 x 30 + 0.5 x 30 + 15 + 25 = 58 points, below 75: the scale runs from
    # 0% at 75 to -9% at zero: -9% x (75 - 58) / 75
    expected = -0.09 * 17 / 75 * 100_000
    assert least.amounts[0] == pytest.approx(expected, abs=5)
    assert (least.amounts == most.amounts).all()


def test_a_pathway_that_the_year_does_not_have(tmp_path):
    people = f"npi,pathway\n{NPI},APP\n{OTHER},traditional\n"
    settlement = settle(tmp_path, rates() + rates(OTHER), people, year=2018)
    assert [each.identifier for each in settlement.main.contracts] == [OTHER]
    assert "in 2018 are not known" in settlement.set_aside[0].reason


def test_a_subgroup_has_scores_of_its_group(tmp_path):
    people = (
        "entity,tin,subgroup_of,cost_score,promoting_interoperability_score\n"
        "S1,,123456789,,\nS2,,987654321,,\n,123456789,,0.5,\n"
    )
    text = rates().replace(NPI, "")
    participants = tmp_path / "people.csv"
    participants.write_text(people, encoding="utf-8")
    measures = tmp_path / "measures.csv"
    measures.write_text(
        HEAD.replace("npi", "entity")
        + "".join(f"{who}{line}\n" for who in ("S1", "S2") for line in text.splitlines()),
        encoding="utf-8",
    )
    files = SubmittedFiles(measures, benchmarks(tmp_path), inventory(tmp_path), participants)
    settlement = settle_submissions(files, 2024)
    row = [each.identifier for each in settlement.main.contracts].index("S1")
    main = settlement.main.evaluation
    assert main.value("cost_score", row) == Decimal("0.5")
    assert main.value("promoting_interoperability_score", row) == 0, "the group submitted none"
    assert "a subgroup whose group does not take part" in {e.reason for e in settlement.set_aside}


def test_facility_scores_where_they_are_higher(tmp_path):
    people = (
        "npi,facility_quality_score,facility_cost_score\n" + f"{NPI},0.9,0.8\n{OTHER},0.1,0.1\n"
    )
    main = settle(tmp_path, rates() + rates(OTHER), people).main.evaluation
    assert (main.value("quality_score", 0), main.value("cost_score", 0)) == (
        Decimal("0.9"), Decimal("0.8"),
    )  # fmt: skip
    assert abs(main.value("quality_score", 1) - Decimal("36.7") / 60) < Decimal("1e-20")
    assert main.value("cost_score", 1) is None
    before = settle(tmp_path, rates() + rates(OTHER), people, year=2018)
    assert "facility-based scores begin with 2019" in before.set_aside[0].reason


def test_before_2022_quality_and_cost_together_decide_on_a_facility(tmp_path):
    """2019, with cost 0.45 x quality + 0.15 x cost: 0.9 and 0.8 are 52.5, own 1 and 0.4 are 51.

    Where nothing has a cost of its own its quality weighs 0.6, so one of 0.9 is 54 against 52.5.
    """
    people = (
        "npi,quality_score,cost_score,facility_quality_score,facility_cost_score,"
        "promoting_interoperability_score,improvement_activities_score\n"
        f"{NPI},1,0.4,0.9,0.8,1,1\n{OTHER},0.9,,0.9,0.8,1,1\n"
    )
    settlement = settle(
        tmp_path, f"{NPI},IA_1,,,,,,,yes\n{OTHER},IA_1,,,,,,,yes\n", people, year=2019
    )
    main = settlement.main.evaluation
    assert [main.value("cost_score", n) for n in (0, 1)] == [Decimal("0.8"), None]


def test_a_clinician_in_two_groups_counts_in_the_first(tmp_path):
    head = HEAD.replace("npi,", "npi,tin,entity,")
    one, two = (f"{NPI},111111111,{group}," for group in ("V1", "V2"))
    text = "".join(f"{one}{n},registry,{r},100,,,,\n" for n, r in RATES.items())
    other = f"{NPI},222222222,V2,A,registry,45,100,,,,\n"
    path = tmp_path / "measures.csv"
    path.write_text(head + text + f"{two}A,registry,45,100,,,,\n" + other, encoding="utf-8")
    files = SubmittedFiles(path, benchmarks(tmp_path), inventory(tmp_path))
    settlement = settle_submissions(files, 2024)
    assert [each.reason for each in settlement.set_aside] == ["a clinician in two groups"]
    assert [each.identifier for each in settlement.main.contracts] == [
        f"{NPI}-111111111-V1", f"{NPI}-222222222-V2",
    ]  # fmt: skip


def test_submissions_are_settled_as_a_program_too(tmp_path):
    measures = submissions(tmp_path, rates() + f"{NPI},Z,registry,45,100,,,,\n")
    given = [
        "settle", "--program", "mips", str(measures), "--year", "2024", "--no-reports",
        "--output", str(tmp_path / "run"),
    ]  # fmt: skip
    option = ["--option", f"benchmarks={benchmarks(tmp_path)}"]
    named = ",".join(map(str, inventory(tmp_path)))
    ran = CliRunner().invoke(app, [*given, *option, "--option", f"inventory={named}"])
    assert ran.exit_code == 3, ran.output
    assert "a measure that is not of the year" in ran.output
    ran = CliRunner().invoke(app, [*given, *option])
    assert isinstance(ran.exception, InputError)
    assert "inventory" in str(ran.exception)
    options = {"year": "2024", "benchmarks": str(benchmarks(tmp_path)), "inventory": named}
    with pytest.raises(InputError, match="prints no score"):
        PROGRAM.verify(PROGRAM.settle([measures], options=options))


def test_a_measure_of_the_app_that_is_not_reported_earns_nothing(tmp_path):
    """2024, electronic set: 001 134 236 479 484 321; the two of claims are not the ACO's to report.

    001 and 134 are reported, 236 and 321 are not: 5.5 + 8.2 of 40. With too few cases 134 leaves.
    """
    table = tmp_path / "quality.csv"
    table.write_text(QUALITY_HEAD + "".join(
        f"2024,{name},process,1,0,singlePerformanceRate,{kind},2015,\n"
        for name, kind in (("001", "registry"), ("134", "registry"), ("236", "registry"),
                           ("321", "certifiedSurveyVendor"), ("479", "administrativeClaims"),
                           ("484", "administrativeClaims"))), encoding="utf-8")  # fmt: skip
    path = benchmarks(tmp_path)
    text = path.read_text("utf-8").replace('"A"', '"001"').replace('"B"', '"134"')
    path.write_text(text, encoding="utf-8")
    people = tmp_path / "people.csv"
    people.write_text(f"npi,pathway\n{NPI},APP\n{OTHER},APP\n", encoding="utf-8")
    measures = submissions(
        tmp_path, "".join(f"{who},001,registry,45,100,,,,\n{who},134,registry,72,{n},,,,\n"
                          for who, n in ((NPI, 100),))
        + f"{OTHER},001,registry,45,100,,,,\n{OTHER},134,registry,,,72,19,,\n",
    )  # fmt: skip
    settlement = settle_submissions(SubmittedFiles(measures, path, [table], people), 2024)
    category = quality(settlement, "app")
    assert category.value("achievement_points", 0) == Decimal("13.7")
    assert category.value("available_points", 0) == 40
    assert category.value("achievement_points", 1) == Decimal("5.5")
    assert category.value("available_points", 1) == 30


TRANSITION_2017 = (
    "PPHI_1:yes TRANS_EP_1:50 TRANS_PEA_1:64 TRANS_HIE_1:1 TRANS_PSE_1:30 TRANS_SM_1:31 "
    "TRANS_PHCDRR_1:yes PHCDRR_2:yes PHCDRR_4:yes IACEHRT_1:yes"
)
EDITION_2018 = "PPHI_1:yes LVPP_1:yes PEA_1:95 HIE_1:50 HIE_2:55 PHCDRR_2:yes PHCDRR_4:yes"


@pytest.mark.parametrize(
    ("year", "words", "score"),
    [
        # 50; 7 tenths of 20, a tenth of 20, 3, 4 and 10; registries 5 once; activities 10
        (2017, TRANSITION_2017, "0.98"),
        # the newer edition's 10 for access stands beside the older one's 14: it counts once
        (2017, TRANSITION_2017 + " PEA_1:100", "0.98"),
        # an exclusion meets the requirement and earns none of the 2
        (2017, TRANSITION_2017.replace("TRANS_HIE_1:1", "TRANS_LVOTC_1:yes"), "0.96"),
        # a requirement nothing meets, or by nobody: no base, and so nothing
        (2017, TRANSITION_2017.replace("TRANS_HIE_1:1 ", ""), "0"),
        (2017, TRANSITION_2017.replace("TRANS_HIE_1:1", "TRANS_HIE_1:0"), "0"),
        # 50; 10 + 5 + 6; a registry 10 and a second one 5; the edition of 2015 alone 10
        (2018, EDITION_2018, "0.96"),
        # a measure of the older edition: 1 point more, and no bonus for the newer
        (2018, EDITION_2018 + " TRANS_PSE_1:10", "0.87"),
        (2018, EDITION_2018 + " HIE_3:100 CCTPE_1:100", "1"),
        (2018, EDITION_2018 + " PHCDRR_2_MULTI:yes", "0.96"),
    ],
)
def test_advancing_care_information(tmp_path, year, words, score):
    prefix = "ACI_" if year == 2017 else "PI_"
    text = ""
    for word in words.split():
        name, said = word.split(":")
        text += f"{NPI},{prefix}{name},,"
        text += ",,,,,yes\n" if said == "yes" else f"{said},100,,,,\n"
    every = inventory(tmp_path, year)
    lines = {line.split(",")[1] for line in text.splitlines()}
    every[2].write_text(
        "year,measure_id,objective\n" + "".join(f"{year},{name},x\n" for name in sorted(lines)),
        encoding="utf-8",
    )
    given = submissions(tmp_path, rates() + text)
    files = SubmittedFiles(given, benchmarks(tmp_path, year), every)
    settlement = settle_submissions(files, year)
    value = settlement.main.evaluation.value("promoting_interoperability_score")
    assert value == Decimal(score)
