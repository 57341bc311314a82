"""Public claims run through: person-years, per capita and truncation against plain Python.

DE-SynPUF (40,000 people, 2008 to 2010) and the ten people of the Tuva sample. The other computation
reads the published files itself, one person at a time, in exact fractions; it shares no code with
the reader or the steps. Everybody with a month that counts stands for the assignable population,
for neither set names an organisation.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import os
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest

from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.store import build_store
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import Table
from openvbc.programs.mssp.periods import measurement_periods
from openvbc.rules.load import load_rules
from openvbc.steps import attribution, claims, expenditure, stays

CLAIMS = Path(os.environ.get("OPENVBC_SHARED", Path(__file__).parents[3] / "shared"))
CLAIMS = CLAIMS / "data" / "claims"
STEPS = (
    "cancelled_chain", "withdrawn_claim", "covid_episode", "measured_enrollment", "payment_month",
    "person_payment", "person_expenditure", "truncation_threshold", "truncated_expenditure",
    "per_capita_expenditure",
    *(step.name for step in stays.steps()),
)  # fmt: skip


def rows(path: Path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def measured(inputs: ClaimInputs, start: dt.date, folder: Path) -> dict[tuple[int, str], dict]:
    """Per capita expenditure of everybody, by calendar year and enrollment type, from the steps."""
    store = build_store(inputs, folder / "store", buckets=2)
    tables = [Table(name, tuple(store.parts(name)), name) for name in store.tables]
    rules = load_rules("mssp")
    year = max(start.year, 2012)  # the first year with rules
    periods = measurement_periods(rules, year, start, "retrospective")
    small = [
        *periods.tables,
        *attribution.tables(rules, aco_id="NONE", performance_year=year),
        *expenditure.tables(rules, periods, (), complete_without_factor=True),
    ]
    everything = claims.steps() + stays.steps() + attribution.steps() + expenditure.steps()
    pipeline = Pipeline(step for step in everything if step.name in STEPS)
    years = {p.period: p.calendar_year for p in periods.periods}
    with DuckDBEngine(threads=2) as engine:
        everybody = folder / "population.parquet"
        engine.register(
            "enrollment", tuple(next(t for t in tables if t.name == "enrollment").parts)
        )
        engine.register_small(periods.tables[0].table)
        engine.materialise(
            "select distinct e.person_id, p.period, 'ASSIGNABLE' as population "
            "from enrollment e join period p on p.calendar_year = e.calendar_year",
            everybody,
        )
        tables.append(Table("population", (everybody,), "everybody"))
        results = pipeline.run(engine, tables, [t.table for t in small], folder / "tables")
        table = results["per_capita_expenditure"].table
        engine.register(table.name, table.parts)
        type_rows = engine.rows(f"select * from {table.name}")
    return {(years[r["period"]], r["enrollment_type"]): r for r in type_rows}


def expected(
    months: dict[tuple[str, int], dict[int, str]], paid: list[tuple[str, dt.date, Fraction]]
) -> dict[tuple[int, str], dict]:
    """The same figures from months {person, year: {month: type}} and payments, in fractions."""
    spent: dict[tuple[str, int, str], Fraction] = defaultdict(Fraction)
    for person, day, amount in paid:
        kind = months.get((person, day.year), {}).get(day.month)
        if kind:
            spent[person, day.year, kind] += amount
    people: dict[tuple[int, str], list[tuple[Fraction, int]]] = defaultdict(list)
    for (person, year), by_month in months.items():
        for kind in set(by_month.values()):
            count = sum(1 for of in by_month.values() if of == kind)
            people[year, kind].append((spent[person, year, kind], count))
    out = {}
    for key, members in people.items():
        annual = sorted(floor(x * 1200 / m + Fraction(1, 2)) for x, m in members)
        threshold = Fraction(annual[-(-99 * len(annual) // 100) - 1], 100)
        out[key] = {
            "persons": len(members),
            "person_months": sum(m for _, m in members),
            "amount": sum(x for x, _ in members),
            "truncation_threshold": threshold,
            "truncated_amount_times_12": sum(min(x * 12, threshold * m) for x, m in members),
            "truncated_persons": sum(x * 12 > threshold * m for x, m in members),
        }
    return out


def compare(ours: dict, theirs: dict) -> None:
    assert set(ours) == set(theirs)
    for key, row in theirs.items():
        for name, value in row.items():
            figure = ours[key][name]
            assert Fraction(figure) == value, (key, name, figure, float(value))


@pytest.mark.slow
@pytest.mark.skipif(not (CLAIMS / "synpuf").is_dir(), reason="DE-SynPUF is not here")
def test_synpuf(tmp_path):
    folder = CLAIMS / "synpuf"
    months: dict[tuple[str, int], dict[int, str]] = {}
    for path in sorted(folder.glob("*Beneficiary_Summary*")):
        year = int(path.name[6:10])
        for row in rows(path):
            a, b, hmo = (int(row[f"BENE_{x}_CVRAGE_TOT_MONS"]) for x in ("HI", "SMI", "HMO"))
            born = int(row["BENE_BIRTH_DT"][:4])
            aged = "DISABLED" if year - born < 65 else "AGED_NON_DUAL"
            kind = "ESRD" if row["BENE_ESRD_IND"] == "Y" else aged
            counted = dict.fromkeys(range(hmo + 1, min(a, b) + 1), kind)
            if counted:
                months[row["DESYNPUF_ID"], year] = counted
    paid = [
        (
            row["DESYNPUF_ID"],
            dt.date.fromisoformat(row["CLM_THRU_DT"]),
            Fraction(row["CLM_PMT_AMT"]),
        )
        for path in sorted(folder.glob("*Inpatient*"))
        for row in rows(path)
        if row["CLM_THRU_DT"]
    ]
    ours = measured(ClaimInputs(synpuf=folder), dt.date(2011, 1, 1), tmp_path)
    theirs = expected(months, paid)
    assert sum(row["person_months"] for row in theirs.values()) > 500_000
    compare(ours, theirs)


@pytest.mark.skipif(not (CLAIMS / "tuva_10").is_dir(), reason="the Tuva sample is not here")
def test_ten_people_of_tuva(tmp_path):
    folder = CLAIMS / "tuva_10"
    kinds = {"11": "ESRD", "21": "ESRD", "31": "ESRD", "20": "DISABLED"}
    months: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
    for row in rows(folder / "eligibility.csv.gz"):
        day = dt.date.fromisoformat(row["enrollment_start_date"]).replace(day=1)
        end = dt.date.fromisoformat(row["enrollment_end_date"])
        dual = row["dual_status_code"].split(".")[0].zfill(2) in {f"0{n}" for n in range(1, 9)}
        status = row["medicare_status_code"].split(".")[0]
        kind = kinds.get(status, "AGED_DUAL" if dual else "AGED_NON_DUAL")
        while day <= end:
            months[row["person_id"], day.year][day.month] = kind
            day = (day + dt.timedelta(days=32)).replace(day=1)
    facility: dict[str, list[dict[str, str]]] = defaultdict(list)
    paid = []
    for row in rows(folder / "medical_claim.csv.gz"):
        if row["claim_type"] == "institutional":
            facility[row["claim_id"]].append(row)
        else:
            line_end = row["claim_line_end_date"] or row["claim_end_date"]
            paid.append((row, line_end, row["paid_date"], Fraction(row["paid_amount"] or 0)))
    for lines in facility.values():
        end = max(line["claim_end_date"] for line in lines)
        known = max(line["paid_date"] for line in lines)
        paid.append((lines[0], end, known, sum(Fraction(n["paid_amount"] or 0) for n in lines)))
    in_time = [
        (row["person_id"], dt.date.fromisoformat(end), amount)
        for row, end, known, amount in paid
        if (known or end) <= f"{int(end[:4]) + 1}-03-31"
    ]
    ours = measured(ClaimInputs(tuva=folder), dt.date(2019, 1, 1), tmp_path)
    theirs = expected({k: v for k, v in months.items() if k[1] in (2016, 2017, 2018)}, in_time)
    assert sum(row["amount"] for row in theirs.values()) > 0
    compare(ours, theirs)


def test_the_rank_rule():
    """Of 200 people the 198th: the smallest amount that 99 of 100 do not exceed."""
    months = {(f"P{n}", 2020): dict.fromkeys(range(1, 13), "ESRD") for n in range(1, 201)}
    paid = [(f"P{n}", dt.date(2020, 5, 1), Fraction(n)) for n in range(1, 201)]
    figures = expected(months, paid)[2020, "ESRD"]
    assert figures["truncation_threshold"] == Decimal(198)
    assert figures["truncated_persons"] == 2
