"""Cohorts from a store: observed rates, and the coefficients of a report on the store's stays."""

import csv
import datetime as dt
from math import exp
from pathlib import Path

import pytest

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.table import table_of
from openvbc.errors import EmptyResult, InputError
from openvbc.programs.readmission.cohorts import TABLES, build
from test_tables import given_table, read_csv

CASE = Path(__file__).parents[1] / "tables_readmission" / "windows_chains_and_plans"
KNOWN_TO = dt.date(2025, 12, 31)


@pytest.fixture
def engine():
    with DuckDBEngine(threads=1) as opened:
        yield opened


def _store(engine, folder, leave_out=()):
    folder.mkdir()
    tables = []
    for name in TABLES:
        path = CASE / "given" / f"{name}.csv"
        rows = read_csv(path) if path.exists() and name not in leave_out else []
        small = given_table(name, rows)
        engine.register_rows(name, small.columns, small.rows)
        engine.materialise(f"select * from {name}", folder / f"{name}.parquet")
        tables.append(table_of(name, folder / f"{name}.parquet"))
    return tables


def _row(settlement, facility, group, year):
    for row, contract in enumerate(settlement.main.contracts):
        if (contract.identifier, contract.group, contract.year) == (facility, group, year):
            return lambda line: settlement.main.evaluation.value(line, row)
    raise AssertionError(f"no {facility} {group} {year}")


def test_observed_rates_and_why_stays_do_not_count(engine, tmp_path):
    cohorts = build(_store(engine, tmp_path / "store"), [CASE / "lists"], KNOWN_TO, tmp_path / "t",
                    engine)  # fmt: skip
    heart_failure = _row(cohorts.settlement, "010001", "HF", 2024)
    assert heart_failure("index_stays") == 8
    assert heart_failure("observed_readmissions") == 3
    assert heart_failure("observed_rate") == 0.375
    assert cohorts.not_index["HF", "DIED"] == 1
    assert cohorts.not_index["HF", "WITHIN_30_DAYS_OF_AN_INDEX_STAY"] == 2


def _report(tmp_path):
    """An invented report: two risk factors; hospital effect -2.0, average effect -2.2."""
    sheets = {
        "results": [
            ["Table 2: Your Hospital's Measure Results on 30-Day Readmission"], ["HOSPITAL NAME"],
            ["FY 2025 HRRP"],
            ["Measure [a]", "Number of Eligible Discharges [b]", "Predicted Readmission Rate [d]"],
            ["HF", "1", "0.2"],
        ],
        "hf": [
            ["Table 5: Discharge-Level Information for the HF 30-Day Measure"], ["HOSPITAL NAME"],
            ["ID Number", "Index Stay (Yes/No)", "Unplanned Readmission within 30 Days (Yes/No)",
             "Male", "Renal Failure", "HOSP_EFFECT", "AVG_EFFECT"],
            ["--", "--", "--", "0.1", "0.5", "-2.0", "-2.2"],
            ["1", "Yes", "No", "1", "0", "N/A", "N/A"],
        ],
    }  # fmt: skip
    paths = []
    for name, rows in sheets.items():
        path = tmp_path / f"{name}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        paths.append(path)
    return paths


def _factors(tmp_path, text):
    path = tmp_path / "factors.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_predicted_and_expected_with_the_coefficients_of_a_report(engine, tmp_path):
    """CH2 of hospital 010002 is male with renal failure: 0.1 + 0.5 on top of each effect."""
    factors = _factors(tmp_path, "stay_id,measure,renal failure,MALE\nCH2,HF,1,1\n")
    cohorts = build(_store(engine, tmp_path / "store"), [CASE / "lists"], KNOWN_TO, tmp_path / "t",
                    engine, _report(tmp_path), factors)  # fmt: skip
    value = _row(cohorts.settlement, "010002", "HF", 2024)
    predicted, expected = 1 / (1 + exp(2.0 - 0.6)), 1 / (1 + exp(2.2 - 0.6))
    assert float(value("predicted_rate")) == pytest.approx(predicted, abs=1e-12)
    assert float(value("expected_rate")) == pytest.approx(expected, abs=1e-12)
    assert float(value("computed_ratio")) == pytest.approx(predicted / expected, abs=1e-12)
    # Not every stay of the other hospital has risk factors: no rate rather than a wrong one.
    assert _row(cohorts.settlement, "010001", "HF", 2024)("predicted_rate") is None


def test_a_missing_risk_factor_is_named(engine, tmp_path):
    factors = _factors(tmp_path, "stay_id,measure,MALE\nCH2,HF,1\n")
    with pytest.raises(InputError, match="Renal Failure"):
        build(_store(engine, tmp_path / "store"), [CASE / "lists"], KNOWN_TO, tmp_path / "t",
              engine, _report(tmp_path), factors)  # fmt: skip


def test_claims_without_an_index_stay_are_an_error(engine, tmp_path):
    sources = _store(engine, tmp_path / "store", leave_out=("institutional_claim",))
    with pytest.raises(EmptyResult, match="no index stay"):
        build(sources, [CASE / "lists"], KNOWN_TO, tmp_path / "t", engine)
