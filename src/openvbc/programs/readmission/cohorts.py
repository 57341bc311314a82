"""Readmission cohorts from an organization's claims: index stays, observed rates and, with the
coefficients of CMS's hospital-specific report, predicted and expected rates and the excess ratio.

::

    cohorts = build(store, [lists], dt.date(2025, 12, 31), folder)
    cohorts.settlement      # one row a hospital, measure and year of discharge
    cohorts.not_index       # why stays are no index stays, counted

Coefficients are national and yearly; risk factors of the stays come from the user (a row a
stay, headed as in the report), because CMS derives them from claims of all settings of a year.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from openvbc.claims.report import StoreReport
from openvbc.engine.base import Engine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import Table
from openvbc.errors import EmptyResult, InputError, Place
from openvbc.input_file import rows_of_csv
from openvbc.programs.hrrp.hospital_report_discharges import Discharges
from openvbc.programs.hrrp.hospital_report_files import read_sheets
from openvbc.programs.published.published_cell import parse_number, plain
from openvbc.programs.settlement import ContractYear, Presentation, Settlement, Sheet
from openvbc.rules.load import load_rules
from openvbc.steps import claims, readmission, stays
from openvbc.steps.readmission.lists import read_lists
from openvbc.worksheets.performance.readmission_risk import RISK

TABLES = ("institutional_claim", "professional_line", "procedure", "person", "coverage")
PRESENTATION = Presentation(
    headline=("index_stays", "observed_readmissions", "observed_rate", "computed_ratio"),
    unit="cohort",
    result="observed_rate",
    totals=("index_stays", "observed_readmissions"),
    distribution="observed_rate",
)


@dataclass(frozen=True)
class Cohorts:
    """What was built: the rates, and why stays are no index stays."""

    settlement: Settlement
    not_index: Mapping[tuple[str, str], int]
    """(measure, reason) to stays."""


def store_tables(store: Path) -> list[Table]:
    """The tables of a claim store that the steps read."""
    return StoreReport.load(store).checked().sources(TABLES)


def build(
    sources: Sequence[Table],
    list_folders: Sequence[Path],
    known_to: dt.date,
    folder: Path,
    engine: Engine,
    report_files: Sequence[Path] = (),
    risk_factors: Path | None = None,
) -> Cohorts:
    """Build the cohorts of every hospital in the claims.

    Args:
        sources: tables of the claim store, see :func:`store_tables`.
        list_folders: where the code lists stand, see :mod:`openvbc.steps.readmission.lists`.
        known_to: the last day of which claims are known.
        folder: where the tables of the steps go.
        engine: what runs the steps.
        report_files: a hospital-specific report, for its coefficients.
        risk_factors: CSV ``stay_id, measure`` and a column a risk factor of the report.

    Raises:
        InputError: a list, the report or the risk factors cannot be used.
        EmptyResult: the claims hold no index stay.
    """
    rules = load_rules("readmission")
    small = [t.table for t in (*readmission.tables(rules, known_to), *read_lists(*list_folders))]
    pipeline = Pipeline([*claims.steps(), *stays.steps(), *readmission.steps()])
    made = pipeline.needed_for(["readmission_rate"]).run(engine, sources, small, folder)
    for name in ("readmission_rate", "readmission", "index_stay"):
        engine.register(name, made[name].table.parts)
    rates = engine.rows(
        "select facility_ccn, measure, cohort, discharge_year, index_stays, readmissions "
        "from readmission_rate order by facility_ccn, measure, cohort nulls first, discharge_year"
    )
    if not rates:
        raise EmptyResult(
            "the claims hold no index stay",
            action="see index_test in the folder for the reason of each stay",
            code="VBC-6010",
        )
    counted = engine.rows(
        "select measure, reason, count(*) as stays from index_stay "
        "where not is_index group by measure, reason order by measure, reason"
    )
    modelled = {}
    if report_files and risk_factors is not None:
        followed = engine.rows(
            "select stay_id, measure, facility_ccn, discharge_date from readmission"
        )
        modelled = _modelled(followed, read_sheets(report_files).discharges, risk_factors)
    evaluation = RISK.evaluate(_inputs(rates, modelled), rules)
    contracts = [
        ContractYear(row["facility_ccn"], row["discharge_year"], _group(row)) for row in rates
    ]
    not_index = {(row["measure"], row["reason"]): row["stays"] for row in counted}
    settlement = Settlement(
        program="readmissions",
        title="Readmission cohorts from claims",
        main=Sheet(contracts, evaluation),
        presentation=PRESENTATION,
        rows_in=len(contracts),
        set_aside=(),
        sources=tuple((risk_factors and [risk_factors]) or ()),
        notes=(
            "Claims of a delivery may lack stays of people outside it; rates are of these claims.",
            *(f"{n:,} stays are no index stay of {m}: {r}" for (m, r), n in not_index.items()),
        ),
    )
    return Cohorts(settlement, not_index)


def _group(row: Mapping[str, Any]) -> str:
    return f"{row['measure']} {row['cohort']}" if row["cohort"] else str(row["measure"])


def _inputs(
    rates: Sequence[Mapping[str, Any]],
    modelled: Mapping[tuple[str, str, int], tuple[Decimal, Decimal]],
) -> dict[str, Any]:
    pairs = [
        modelled.get((row["facility_ccn"], row["measure"], row["discharge_year"])) for row in rates
    ]
    return {
        "fiscal_year": [row["discharge_year"] for row in rates],
        "condition": [row["measure"] for row in rates],
        "index_stays": [row["index_stays"] for row in rates],
        "observed_readmissions": [row["readmissions"] for row in rates],
        "predicted_rate": [pair and pair[0] for pair in pairs],
        "expected_rate": [pair and pair[1] for pair in pairs],
    }


def _modelled(
    stays: Sequence[Mapping[str, Any]], models: Mapping[str, Discharges], path: Path
) -> dict[tuple[str, str, int], tuple[Decimal, Decimal]]:
    """(predicted, expected) by hospital, measure and year, where every index stay has factors."""
    given = _read_factors(path, models)
    rows: dict[tuple[str, str, int], list[list[float] | None]] = {}
    for stay in stays:
        key = (stay["facility_ccn"], stay["measure"], stay["discharge_date"].year)
        rows.setdefault(key, []).append(given.get((stay["measure"], stay["stay_id"])))
    rates_by_hospital = {}
    for key, factors in rows.items():
        model = models.get(key[1])
        known = [each for each in factors if each is not None]
        if model is not None and len(known) == len(factors):
            matrix = np.array(known)
            rates_by_hospital[key] = (model.model.predicted(matrix), model.model.expected(matrix))
    return rates_by_hospital


def _read_factors(
    path: Path, models: Mapping[str, Discharges]
) -> dict[tuple[str, str], list[float]]:
    """Risk factors by measure and stay, in the order of the report's coefficients."""
    names, rows = rows_of_csv(path)
    heads = {plain(name): name for name in names}
    for needed in ("stay id", "measure"):
        if needed not in heads:
            raise InputError(
                f"the risk factors lack a column {needed.replace(' ', '_')}",
                place=Place(path.name),
                code="VBC-1062",
            )
    risk_factors: dict[tuple[str, str], list[float]] = {}
    for line, row in rows:
        measure = row[heads["measure"]].strip()
        if measure not in models:
            continue
        values = []
        for name in models[measure].factors:
            cell = row.get(heads.get(plain(name), ""), None)
            try:
                value = None if cell is None else parse_number(cell)
            except ValueError:
                value = None
            if value is None:
                raise InputError(
                    f"a stay lacks the risk factor {name!r}",
                    place=Place(path.name, line),
                    action="give every risk factor of the report's sheet, 0 where absent",
                    code="VBC-1063",
                )
            values.append(float(value))
        risk_factors[measure, row[heads["stay id"]].strip()] = values
    return risk_factors
