"""A sheet of discharges in a hospital-specific report: index stays with their risk factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.hrrp.hospital_report_sheet import column_named, header_of, number_in
from openvbc.worksheets.kernel.arithmetic import Column
from openvbc.worksheets.performance.readmission_risk import RiskModel


@dataclass(frozen=True)
class Discharges:
    """A sheet of discharges: the index stays with their risk factors."""

    model: RiskModel
    risk_factors: Column
    readmissions: int
    rows: int
    """Discharges listed, index stays or not."""
    factors: tuple[str, ...]
    """Names of the risk factors, in the order of the coefficients."""


def _is_discharge(row: list[str], width: int) -> bool:
    """Whether a row is a discharge: notes fill the first cell only."""
    return len(row) >= width and sum(bool(cell.strip()) for cell in row) > width // 2


def read_discharges(
    path: Path, grid: list[list[str]], condition: str | None, set_aside: list[SetAside]
) -> Discharges | None:
    """The index stays of a sheet with their risk factors; None where no model can be made of it.

    Raises:
        InputError: VBC-113, the sheet lacks a column that tells stays from other rows.
    """
    number, headings = header_of(path, grid, "id number")
    index_stay = column_named(headings, "index stay yes no")
    readmitted = column_named(headings, "unplanned readmission within 30 days")
    hospital, average = column_named(headings, "hosp effect"), column_named(headings, "avg effect")
    if condition is None or None in (index_stay, readmitted, hospital, average):
        raise InputError(
            "a sheet of discharges lacks its condition, index stays or effects",
            place=Place(path.name),
            action="give the sheet as CMS delivers it",
            code="VBC-1018",
        )
    assert index_stay is not None
    assert readmitted is not None
    weights, line = grid[number + 1], number + 2
    effect_of_hospital = number_in(path, weights, line, hospital)
    effect_of_average = number_in(path, weights, line, average)
    factors = {
        index: value
        for index in range(len(weights))
        if index not in (hospital, average)
        and (value := number_in(path, weights, line, index)) is not None
    }
    stays: list[list[float]] = []
    readmissions = rows = 0
    for line, row in enumerate(grid[number + 2 :], start=number + 3):
        if not _is_discharge(row, len(headings)):
            if row and row[0].strip().isdigit():
                set_aside.append(SetAside("row is cut short", Place(path.name, line)))
            continue
        rows += 1
        values = _index_stay(path, row, line, index_stay, factors, set_aside)
        if values is not None:
            stays.append(values)
            readmissions += row[readmitted].strip().lower() == "yes"
    if effect_of_hospital is None or effect_of_average is None or not stays:
        return None
    coefficients = np.array([float(value) for value in factors.values()])
    model = RiskModel(coefficients, float(effect_of_hospital), float(effect_of_average))
    names = tuple(grid[number][index].strip() for index in factors)
    return Discharges(model, np.array(stays), readmissions, rows, names)


def _index_stay(
    path: Path,
    row: list[str],
    line: int,
    index_stay: int,
    factors: Mapping[int, Decimal],
    set_aside: list[SetAside],
) -> list[float] | None:
    """The risk factors of an index stay; None where the row is not one, or cannot be used."""
    answer = row[index_stay].strip().lower()
    if answer not in {"yes", "no"}:
        set_aside.append(SetAside("index stay is neither Yes nor No", Place(path.name, line)))
    if answer != "yes":
        return None
    values = [number_in(path, row, line, index) for index in factors]
    if None in values:
        set_aside.append(SetAside("index stay without its risk factors", Place(path.name, line)))
        return None
    return [float(str(value)) for value in values]
