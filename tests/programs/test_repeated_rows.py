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
EARNED = HEADER.index("EarnSaveLoss") - 1


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
    right, wrong = [*ROW], [*ROW]
    earned = _settled(tmp_path / "one.csv", [["A1001", *ROW]]).main.evaluation
    right[EARNED] = str(earned.value("earned_savings_or_owed_losses"))
    wrong[EARNED] = "70000000"
    rows = [["A1001", *right], ["A1002", *wrong], ["A1003", *wrong]]
    verification = PROGRAM.verify(_settled(tmp_path / "two.csv", rows))
    differences = [d for score in verification.scores for d in score.differences if not d.explained]
    assert [(d.contract.identifier, d.place.line) for d in differences] == [
        ("A1002", 3),
        ("A1003", 4),
    ]


def test_the_year_in_a_name_that_is_not_the_one_asked_for_is_said(tmp_path):
    settlement = _settled(tmp_path / "results_2022.csv", [["A1001", *ROW]])
    assert any("says 2022; its rows are taken for 2023" in note for note in settlement.notes)


def _loss(path, limit):
    """Level E of 2019, twelve months, spent 4% above its benchmark of 100 million."""
    head = ["ACO_ID", "Current_Start_Date", "Current_BASIC_E", "N_AB", "N_AB_Year_PY", "MinSavPerc",
            "BnchmkMinExp", "EarnSaveLoss", "Met_QPS", "QualScore", "UpdatedBnchmk", "ABtotBnchmk",
            "ABtotExp", "Rev_Exp_Cat", "DisAdj", *(["RevLossLimit"] if limit else [])]  # fmt: skip
    row = ["A1001", "01/01/2019", "1", "10000", "10000", "2.00%", "-4000000", "-1200000", "1", "1",
           "10000", "100000000", "104000000", "Low Revenue", "0",
           *([limit] if limit else [])]  # fmt: skip
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, row])
    return PROGRAM.settle([path], (), {"year": "2019"}).main.evaluation


def test_the_limit_that_the_file_says_was_used_ends_the_bound(tmp_path):
    """30% of 4 million is 1.2 million, below 4% of the benchmark: owed in full. Revenue, which is
    not published, could lower it, unless the file says that the benchmark limits.
    """
    flags = {limit: _loss(tmp_path / f"loss_{limit}.csv", limit) for limit in ("", "0", "1")}
    assert {e.value("shared_losses_owed") for e in flags.values()} == {1_200_000}
    bounds = {limit: bool(e.value("owed_is_upper_bound")) for limit, e in flags.items()}
    assert bounds == {"": True, "0": False, "1": True}


def test_rows_without_an_identifier_are_said_to_be_called_by_their_line(tmp_path):
    path = tmp_path / "nameless.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER[1:], ROW])
    settlement = PROGRAM.settle([path], (), {"year": "2023"})
    assert any("rows are called by their line" in note for note in settlement.notes)
