"""Public synthetic sets run through: person-years, per capita and truncation against plain Python.

Everybody with a month of coverage is taken as assigned and assignable, since these sets name no
practices. The oracle below reads the files itself, one person at a time, with fractions, and shares
no code with the project. Truncation: 99th percentile by nearest rank, annual amounts in cents.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import math
import os
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from claims.stores import rows
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.model import TABLES
from openvbc.claims.report import StoreReport
from openvbc.claims.store import build_store
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import table_of
from openvbc.rules.load import load_rules
from openvbc.steps import claims, expenditure, stays
from openvbc.steps.periods import Period, Periods

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "data" / "claims"

Key = tuple[str, int, str]
"""Person, year, enrollment type."""


def sample(name: str) -> Path:
    if not (SHARED / name).exists():
        pytest.skip(f"the public set {name} is not beside the checkout")
    return SHARED / name


def read(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", newline="") as stream:
        yield from csv.DictReader(stream)


def computed(report: StoreReport, folder: Path, years: list[int]) -> dict[tuple[int, str], tuple]:
    """Months, dollars, twelvefold truncated dollars and threshold by year and type."""
    periods = Periods(
        tuple(
            Period(
                str(year), year, 2024, dt.date(year, 1, 1), dt.date(year, 12, 31), None, False,
                dt.date(year, 1, 1), dt.date(year, 12, 31), dt.date(year + 1, 3, 31),
                dt.date(year + 1, 3, 31),
            )
            for year in years
        ),
        (),
    )  # fmt: skip
    rules = load_rules("mssp")
    small = [
        *periods.tables,
        *expenditure.tables(rules, periods, [], complete_without_factor=True),
        stays.stay_types(),
    ]
    with DuckDBEngine(threads=2) as engine:
        engine.register("enrollment", report.parts("enrollment"))
        assigned = folder / "assignment.parquet"
        engine.materialise(
            "select distinct person_id, cast(calendar_year as string) as period, "
            "true as is_assigned, true as is_assignable from enrollment",
            assigned,
        )
        sources = [
            table_of(t.name, *report.parts(t.name), bucketed=t.bucketed) for t in TABLES.values()
        ]
        pipeline = Pipeline([*claims.steps(), *stays.steps(), *expenditure.steps()])
        wanted = pipeline.needed_for(["per_capita_expenditure"])
        done = wanted.run(
            engine,
            [*sources, table_of("assignment", assigned)],
            [getattr(table, "table", table) for table in small],
            folder / "run",
        )
        engine.register("result", done["per_capita_expenditure"].table.parts)
        amount_rows = engine.rows("select * from result where population = 'ASSIGNED'")
    return {
        (int(row["period"]), row["enrollment_type"]): (
            row["person_months"], row["amount"], row["truncated_amount_times_12"],
            row["truncation_threshold"], row["truncated_persons"],
        )
        for row in amount_rows
    }  # fmt: skip


def oracle(months: dict[Key, int], paid: dict[Key, Decimal]) -> dict[tuple[int, str], tuple]:
    groups: dict[tuple[int, str], list[tuple[int, Decimal]]] = defaultdict(list)
    for key, count in months.items():
        groups[key[1], key[2]].append((count, paid.get(key, Decimal(0))))
    figures = {}
    for group, people in groups.items():
        annual = sorted(
            math.floor(Fraction(amount) * 1200 / count + Fraction(1, 2)) for count, amount in people
        )
        threshold = Decimal(annual[math.ceil(Fraction(99, 100) * len(annual)) - 1]) / 100
        cut = [min(amount * 12, threshold * count) for count, amount in people]
        above = sum(1 for count, amount in people if amount * 12 > threshold * count)
        total = sum((amount for _, amount in people), Decimal(0))
        figures[group] = (sum(c for c, _ in people), total, sum(cut, Decimal(0)), threshold, above)
    return figures


def test_the_ten_people_of_tuva(tmp_path: Path) -> None:
    folder = sample("tuva_10")
    report = build_store(ClaimInputs(tuva=folder), tmp_path / "store", buckets=1)
    assert all(entry.balanced and not entry.set_aside for entry in report.waterfall)

    months: dict[Key, int] = defaultdict(int)
    kinds: dict[tuple[str, int, int], str] = {}
    dual = {"1", "2", "3", "4", "5", "6", "8"}
    for span in read(folder / "eligibility.csv.gz"):
        start, end = span["enrollment_start_date"], span["enrollment_end_date"]
        first = int(start[:4]) * 12 + int(start[5:7]) - 1
        last = int(end[:4]) * 12 + int(end[5:7]) - 1
        status = span["medicare_status_code"]
        kind = {"11": "ESRD", "21": "ESRD", "31": "ESRD", "20": "DISABLED"}.get(status)
        is_dual = span["dual_status_code"].split(".")[0] in dual
        kind = kind or ("AGED_DUAL" if is_dual else "AGED_NON_DUAL")
        for number in range(first, last + 1):
            place = (span["person_id"], number // 12, number % 12 + 1)
            if place not in kinds:
                kinds[place] = kind
                months[span["person_id"], number // 12, kind] += 1
    assert sum(months.values()) == 309  # as counted by those who cut the sample

    ends: dict[tuple[str, str], str] = {}
    claims_of = list(read(folder / "medical_claim.csv.gz"))
    for line in claims_of:
        claim = (line["person_id"], line["claim_id"])
        ends[claim] = max(ends.get(claim, ""), line["claim_end_date"])
    paid: dict[Key, Decimal] = defaultdict(Decimal)
    for line in claims_of:
        day = ends[line["person_id"], line["claim_id"]]
        if line["claim_type"] == "professional":
            day = line["claim_line_end_date"] or line["claim_line_start_date"] or day
        kind = kinds.get((line["person_id"], int(day[:4]), int(day[5:7])))
        known = line["paid_date"] or day
        if kind and known <= f"{int(day[:4]) + 1}-03-31":
            paid[line["person_id"], int(day[:4]), kind] += Decimal(line["paid_amount"] or 0)
    assert computed(report, tmp_path, [2016, 2017, 2018]) == oracle(months, paid)
    everything = sum(Decimal(line["paid_amount"] or 0) for line in claims_of)
    stored = rows(
        report,
        "select (select sum(paid_amount) from institutional_claim) "
        "+ (select coalesce(sum(paid_amount), 0) from professional_line) as paid",
    )
    assert stored[0]["paid"] == everything


@pytest.mark.slow
def test_the_forty_thousand_people_of_synpuf(tmp_path: Path) -> None:
    folder = sample("synpuf")
    report = build_store(ClaimInputs(synpuf=folder), tmp_path / "store", buckets=4)
    months: dict[Key, int] = {}
    spans: dict[tuple[str, int], tuple[int, int, str]] = {}
    people = set()
    for year in (2008, 2009, 2010):
        for n in "1234":
            name = f"DE1_0_{year}_Beneficiary_Summary_File_Sample_{n}.csv.gz"
            for row in read(folder / name):
                person = row["DESYNPUF_ID"]
                people.add(person)
                kind = "DISABLED" if year - int(row["BENE_BIRTH_DT"][:4]) < 65 else "AGED_NON_DUAL"
                kind = "ESRD" if row["BENE_ESRD_IND"] == "Y" else kind
                both = min(
                    int(row["BENE_HI_CVRAGE_TOT_MONS"]), int(row["BENE_SMI_CVRAGE_TOT_MONS"])
                )
                managed = int(row["BENE_HMO_CVRAGE_TOT_MONS"])
                if both > managed:
                    months[person, year, kind] = both - managed
                    spans[person, year] = (managed + 1, both, kind)
    paid: dict[Key, Decimal] = defaultdict(Decimal)
    undated = 0
    for n in "1234":
        for row in read(folder / f"DE1_0_2008_to_2010_Inpatient_Claims_Sample_{n}.csv.gz"):
            day = row["CLM_THRU_DT"]
            if not day:
                undated += 1
                continue
            year, month = int(day[:4]), int(day[4:6])
            first, last, kind = spans.get((row["DESYNPUF_ID"], year), (1, 0, ""))
            if first <= month <= last:
                paid[row["DESYNPUF_ID"], year, kind] += Decimal(row["CLM_PMT_AMT"])
    assert len(people) == report.rows["person"] == 40_000
    assert report.set_aside() == {"no CLM_THRU_DT": undated}
    assert computed(report, tmp_path, [2008, 2009, 2010]) == oracle(months, paid)
