"""The cut points of the Star Ratings: the bounds at which a measure gets each star."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.published_cell import parse_number

MEASURE_CODE = re.compile(r"\b([CD]\d\d)\s*:")
"""A measure's code in a heading, such as ``C01: Breast Cancer Screening``."""
_CUT = re.compile(r"([<>]=?)\s*(-?[\d.,]+)")


@dataclass(frozen=True)
class CutPoints:
    """The bounds at which a measure gets 2, 3, 4 and 5 stars."""

    bounds: tuple[Decimal, Decimal, Decimal, Decimal]
    lower_is_better: bool


def without_percent(cell: str) -> str:
    """A cell without its percent sign: the tables print shares in percent, with the sign or not."""
    return cell.strip().removesuffix("%")


def read_cut_points(
    path: Path, grid: list[list[str]], set_aside: list[SetAside]
) -> dict[tuple[str, str], CutPoints]:
    """Cut points by organisation group and measure; what cannot be read is set aside."""
    header = next(
        (n for n, row in enumerate(grid) if any(MEASURE_CODE.search(cell) for cell in row)), None
    )
    if header is None:
        raise _no_table(path)
    codes = {
        i: m.group(1) for i, cell in enumerate(grid[header]) if (m := MEASURE_CODE.search(cell))
    }
    by_star: dict[tuple[str, str], dict[int, str]] = {}
    width = max(codes) + 1
    for line, row in enumerate(grid[header + 1 :], start=header + 2):
        if row and len(row) < width:
            set_aside.append(SetAside("row is cut short", Place(path.name, line)))
            continue
        labels = [cell.strip() for cell in row[: min(codes)]]
        star = next((int(x[0]) for x in labels if re.fullmatch(r"[1-5]\s*stars?", x.lower())), None)
        if star is None:
            continue
        group = next((x for x in labels if x.upper() in {"MA-PD", "PDP"}), "").upper()
        for index, code in codes.items():
            by_star.setdefault((group, code), {})[star] = row[index].strip()
    if not by_star:  # a table of contracts whose numbers are not understood has measure codes too
        raise _no_table(path)
    cut_points = {}
    for key, cells in by_star.items():
        bounds = _bounds(cells)
        if bounds is not None:
            cut_points[key] = bounds
        else:
            set_aside.append(
                SetAside(
                    "cut points of a measure cannot be read",
                    Place(path.name, column=key[1]),
                    "five rows are expected, such as '>= 58 % to < 71 %'",
                )
            )
    return cut_points


def _no_table(path: Path) -> InputError:
    return InputError(
        "no contract numbers and no cut points were found",
        place=Place(path.name),
        action="give the Star Ratings data tables as CMS publishes them",
        code="VBC-1070",
    )


def _bounds(cells: dict[int, str]) -> CutPoints | None:
    """Bounds from cells such as ``>= 58 % to < 71 %``, ``> 10 % to <= 12 %`` or ``100%``."""
    if set(cells) != {1, 2, 3, 4, 5}:
        return None
    lower_is_better = cells[1].lstrip().startswith(">")
    wanted = "<=" if lower_is_better else ">="
    bounds = []
    for star in (2, 3, 4, 5):
        parts = dict(_CUT.findall(cells[star]))
        try:
            bound = parse_number(parts.get(wanted) or without_percent(cells[star]))
        except ValueError:
            bound = None
        if bound is None:
            return None
        bounds.append(bound)
    return CutPoints((bounds[0], bounds[1], bounds[2], bounds[3]), lower_is_better)
