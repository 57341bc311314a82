"""Invented results files in CMS's form: what a test of reading and refusing is given."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from openvbc.programs.mssp.results import PROGRAM

COLUMNS = {
    "ACO_ID": "A1001",
    "ACO_Name": "First",
    "Agreement_Period_Num": "1",
    "Current_Start_Date": "1/1/2024",
    "Current_Track": "EN",
    "Risk_Model": "Two-Sided",
    "N_AB": "16000",
    "Sav_rate": "6",
    "MinSavPerc": "2",
    "BnchmkMinExp": "12000000",
    "GenSaveLoss": "12000000",
    "DisAdj": "0",
    "EarnSaveLoss": "8820000",
    "Met_QPS": "1",
    "Met_AltQPS": "-",
    "Met_40pctl": "1",
    "Met_Incentive": "0",
    "Met_FirstYear": "0",
    "QualScore": "95.00",
    "AIPBalance": "-",
    "UpdatedBnchmk": "12500",
    "Guardrail": "0",
    "ABtotBnchmk": "200000000",
    "ABtotExp": "188000000",
    "FinalShareRate": "75",
    "ReducedSS": "0",
    "FinalLossRate": "40",
    "Rev_Exp_Cat": "High Revenue",
    "N_AB_Year_PY": "16000",
    "N_AB_Year_ESRD_PY": "120",
}
"""One contract of 2024: 12,000,000 x 0.75 x 0.98 = 8,820,000."""

SECOND = {
    # 2 percent, short of 3.29989: half of 40 percent; 1,800,000 x 0.20 x 0.98 = 352,800
    "ACO_ID": "A1002", "ACO_Name": "Second", "Current_Track": "A", "Risk_Model": "One-Sided",
    "N_AB": "7500", "Sav_rate": "2", "MinSavPerc": "3.3", "BnchmkMinExp": "1800000",
    "GenSaveLoss": "1800000", "DisAdj": "-", "EarnSaveLoss": "352800", "QualScore": "95.00",
    "AIPBalance": "1000000", "UpdatedBnchmk": "12000", "ABtotBnchmk": "90000000",
    "ABtotExp": "88200000", "FinalShareRate": "20", "ReducedSS": "1", "FinalLossRate": "-",
    "Rev_Exp_Cat": "Low Revenue", "N_AB_Year_PY": "7500", "N_AB_Year_ESRD_PY": "*",
}  # fmt: skip
THIRD = {
    # losses of 5 percent x 30 percent; limits by revenue are not published: a bound
    "ACO_ID": "A1003", "ACO_Name": "Third", "Current_Track": "E", "N_AB": "9000",
    "Sav_rate": "-5", "MinSavPerc": "1", "BnchmkMinExp": "-5000000", "GenSaveLoss": "-5000000",
    "DisAdj": "-1000", "EarnSaveLoss": "-1499000", "UpdatedBnchmk": "11111.1111",
    "ABtotBnchmk": "100000000", "ABtotExp": "105000000", "FinalShareRate": "50",
    "FinalLossRate": "30", "N_AB_Year_PY": "9000",
}  # fmt: skip


def rows() -> list[dict[str, str]]:
    """Three contracts that settle as printed."""
    return [dict(COLUMNS), COLUMNS | SECOND, COLUMNS | THIRD]


def as_settled(content: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows with the results in print that they settle to, whatever the law is: for tests that
    are not about it."""
    with TemporaryDirectory() as folder:
        settlement = PROGRAM.settle([write(Path(folder) / "py2024.csv", content)])
    value = settlement.main.evaluation.value
    rows_of = {each["ACO_ID"]: dict(each) for each in content}
    for number, contract in enumerate(settlement.main.contracts):
        row = rows_of[contract.identifier]
        row["EarnSaveLoss"] = str(value("earned_savings_or_owed_losses", number))
        for column, line in (("FinalShareRate", "final_sharing_rate"),
                             ("FinalLossRate", "final_loss_rate")):  # fmt: skip
            if row[column] != "-":
                row[column] = format(Decimal(value(line, number)) * 100, "f")
    return list(rows_of.values())


def write(path: Path, content: list[dict[str, str]], heading=lambda name: name) -> Path:
    """Write rows as CSV, each heading passed through `heading`."""
    names = list(content[0])
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow([heading(name) for name in names])
        writer.writerows([[row[name] for name in names] for row in content])
    return path
