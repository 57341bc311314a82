"""Rows that print the same figures are read, settled and compared once, each for its own ACO."""

import csv

from openvbc.programs.mssp.results import PROGRAM

HEADER = [
    "ACO_ID",
    "Current_Start_Date",
    "Current_Track",
    "N_AB",
    "MinSavPerc",
    "BnchmkMinExp",
    "EarnSaveLoss",
    "Met_QPS",
    "Met_30pctl",
    "Met_Incentive",
    "Met_FirstYear",
    "QualScore",
    "ABtotBnchmk",
    "ABtotExp",
    "Rev_Exp_Cat",
]
ROW = [
    "07/01/2019",
    "EN",
    "78364",
    "2.00%",
    "99899684",
    "73426268",
    "1",
    "1",
    "0",
    "0",
    "89.91%",
    "1098668352",
    "998768668",
    "Low Revenue",
]


def _settled(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return PROGRAM.settle([path], (), {"year": "2023"})


def test_alike_rows_are_as_if_computed_one_by_one(tmp_path):
    other = [*ROW]
    other[HEADER.index("ABtotExp") - 1] = "1008768668"
    other[HEADER.index("BnchmkMinExp") - 1] = "89899684"
    rows = [["A1001", *ROW], ["A1002", *other], ["A1003", *ROW], ["A1004", *other]]
    together = _settled(tmp_path / "together.csv", rows)
    assert [c.identifier for c in together.main.contracts] == ["A1001", "A1002", "A1003", "A1004"]
    for number, row in enumerate(rows):
        alone = _settled(tmp_path / f"alone_{number}.csv", [row])
        for line in together.main.evaluation.columns:
            ours = together.main.evaluation.value(line, number)
            assert ours == alone.main.evaluation.value(line), line


def test_a_difference_of_alike_rows_is_told_of_each(tmp_path):
    wrong = [*ROW]
    wrong[HEADER.index("EarnSaveLoss") - 1] = "70000000"
    rows = [["A1001", *ROW], ["A1002", *wrong], ["A1003", *wrong]]
    verification = PROGRAM.verify(_settled(tmp_path / "two.csv", rows))
    found = [d for score in verification.scores for d in score.differences if not d.explained]
    assert [(d.contract.identifier, d.place.line) for d in found] == [("A1002", 3), ("A1003", 4)]


def test_the_year_in_a_name_that_is_not_the_one_asked_for_is_said(tmp_path):
    settlement = _settled(tmp_path / "results_2022.csv", [["A1001", *ROW]])
    assert any("says 2022; its rows are taken for 2023" in note for note in settlement.notes)
