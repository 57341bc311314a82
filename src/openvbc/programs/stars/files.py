"""The data tables of the Medicare Advantage Star Ratings, read by contract.

CMS publishes them as one sheet (file) each: measure data, measure stars, cut points of Part C and
Part D, the adjustment categories (CAI), and the summary ratings. Their headers stand in several
rows (domain, measure, period); a measure is told by its code, such as ``C01``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.file_grid import HEADER_WITHIN, grids
from openvbc.programs.published.published_cell import parse_number, plain
from openvbc.programs.stars.cut_points import (
    MEASURE_CODE,
    read_cut_points,
    without_percent,
)
from openvbc.programs.stars.measures_by_name import measure_name
from openvbc.programs.stars.star_tables import StarContract, StarTables

_CONTRACT = re.compile(r"[A-Z]\d{4}")
_YEAR = re.compile(r"\b(20\d\d)\b")
_YEAR_OF_NAME = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_DISASTER = re.compile(r"(20\d\d) disaster")

NOT_REQUIRED = "plan not required to report measure"
NO_NUMBER = frozenset(
    {
        "medicare shows only a star rating for this topic", "plan too new to be measured",
        "plan too small to be measured", "not enough data available", "no data available",
        "cms identified issues with this plan's data", "not applicable", "not required to report",
        "benefit not offered by plan", NOT_REQUIRED,
    }
)  # fmt: skip


def read_star_files(files: Sequence[Path]) -> StarTables:
    """Read every table, whatever its order or name."""
    tables = StarTables()
    for path in files:
        for grid in grids(path):
            _read_grid(path, grid, tables)
    return tables


def _read_grid(path: Path, grid: list[list[str]], tables: StarTables) -> None:
    title = " ".join(cell for row in grid[:2] for cell in row[:1])
    titled, named = _YEAR.search(title), set(_YEAR_OF_NAME.findall(path.stem))
    if titled and len(named) == 1 and {titled.group(1)} != named:
        tables.notes.append(
            f"The name of {path.name} says {', '.join(named)}, its title {titled.group(1)}: the"
            " title is followed."
        )
    if titled or len(named) == 1:
        tables.years[path.name] = int(titled.group(1) if titled else named.pop())
    first = next((n for n, row in enumerate(grid) if row and _is_contract(row[0])), None)
    if first is None:
        kind = "cut points"
        _codes(path, [cell for row in grid[:HEADER_WITHIN] for cell in row], tables)
        tables.cut_points |= read_cut_points(path, grid, tables.set_aside)
    else:
        headings = _headings(grid[:first])
        codes = _codes(path, headings, tables)
        words = [plain(h) for h in headings]
        if not any("contract" in word.split() for word in words):
            raise _not_a_table(path)
        if codes:
            kind = _measure_kind(title, grid[first:], codes)
            _read_measures(path, grid, first, codes, kind, tables)
        elif any("fac" in word.split() for word in words):
            kind = "adjustment categories"
            _read_categories(path, grid, first, words, tables)
        elif any(word.endswith("overall") or "summary" in word for word in words):
            kind = "summary ratings"
            _read_ratings(path, grid, first, words, tables)
        else:
            raise _not_a_table(path)
    tables.kinds[path.name] = kind


def _codes(path: Path, headings: list[str], tables: StarTables) -> dict[int, str]:
    """The number of the measure in each column that has one; a number stands once in a table."""
    codes: dict[int, str] = {}
    for index, heading in enumerate(headings):
        if (code_match := MEASURE_CODE.search(heading)) is None:
            continue
        code = code_match.group(1)
        if code in codes.values():
            raise InputError(
                f"the measure {code} has two columns",
                place=Place(path.name, column=heading),
                action="leave the one that is meant",
                code="VBC-1303",
            )
        codes[index] = code
        tables.note_measure(path.name, code, measure_name(heading[code_match.end() :]))
    return codes


def _not_a_table(path: Path) -> InputError:
    return InputError(
        "not a Star Ratings table that is known",
        place=Place(path.name),
        rule="known: measure data, measure stars, cut points, CAI, summary ratings",
        action="give the data tables as CMS publishes them, with their header rows",
        code="VBC-1069",
    )


def _is_contract(cell: str) -> bool:
    return _CONTRACT.fullmatch(cell.strip().upper()) is not None


def _headings(rows: list[list[str]]) -> list[str]:
    """The texts above each column, joined."""
    width = max((len(row) for row in rows), default=0)
    return [
        " ".join(row[i].strip() for row in rows if i < len(row) and row[i].strip())
        for i in range(width)
    ]


def _measure_kind(title: str, rows: list[list[str]], codes: dict[int, str]) -> str:
    words = plain(title)
    if "star view" in words or "measure star" in words:
        return "measure stars"
    if "data view" in words or "measure data" in words:
        return "measure data"
    cells = (row[i].strip() for row in rows for i in codes if i < len(row))
    return "measure data" if any(cell.endswith("%") for cell in cells) else "measure stars"


def _contract_of(
    path: Path, line: int, row: list[str], width: int, seen: set[str], tables: StarTables
) -> StarContract | None:
    """The contract of a row of at least `width` cells; other rows are set aside."""
    identifier = row[0].strip().upper() if row else ""
    place = Place(path.name, line)
    if not _is_contract(identifier):
        if any(cell.strip() for cell in row):
            tables.set_aside.append(
                SetAside("not a contract number", place, "a letter and four digits are expected")
            )
        return None
    if identifier in seen:
        tables.set_aside.append(SetAside("contract appears twice in the file", place))
        return None
    if len(row) < width:
        tables.set_aside.append(
            SetAside("row is cut short", place, f"it has {len(row)} cells of at least {width}")
        )
        return None
    seen.add(identifier)
    return tables.contracts.setdefault(identifier, StarContract(identifier, place))


def _read_measures(
    path: Path,
    grid: list[list[str]],
    first: int,
    codes: dict[int, str],
    kind: str,
    tables: StarTables,
) -> None:
    headings = _headings(grid[:first])
    seen: set[str] = set()
    width = max(3, *codes) + 1
    for line, row in enumerate(grid[first:], start=first + 1):
        contract = _contract_of(path, line, row, width, seen, tables)
        if contract is None:
            continue
        contract.organization_type = row[1].strip() or contract.organization_type
        contract.name = row[2].strip() or contract.name
        target = contract.stars if kind == "measure stars" else contract.values
        for index, code in codes.items():
            cell = row[index].strip()
            if plain(cell) == NOT_REQUIRED:
                contract.not_required.add(code)
            target[code] = _number(cell, path, line, code, tables)
            if target is contract.stars:
                contract.cells["stars", code] = Place(path.name, line, headings[index], cell)


def _number(cell: str, path: Path, line: int, column: str, tables: StarTables) -> Decimal | None:
    if cell.lower() in NO_NUMBER:
        return None
    try:
        return parse_number(without_percent(cell))
    except ValueError:
        tables.set_aside.append(
            SetAside(
                "text where a number belongs (the measure counts as not rated)",
                Place(path.name, line, column, cell),
            )
        )
        return None


TAKEN_AS_NONE = "the rating is not adjusted"
_CATEGORY_COLUMNS = (
    ("part_c", r"part c fac"),
    ("part_d_mapd", r"part d ma pd fac"),
    ("part_d_pdp", r"part d pdp fac"),
    ("overall", r"overall fac"),
)


def _read_categories(
    path: Path, grid: list[list[str]], first: int, words: list[str], tables: StarTables
) -> None:
    where = {
        name: i
        for name, pattern in _CATEGORY_COLUMNS
        for i, word in enumerate(words)
        if re.search(pattern, word)
    }
    puerto_rico = next((i for i, word in enumerate(words) if "puerto rico" in word), None)
    seen: set[str] = set()
    blank: Counter[str] = Counter()
    width = max([*where.values(), puerto_rico or 0], default=0) + 1
    for line, row in enumerate(grid[first:], start=first + 1):
        contract = _contract_of(path, line, row, width, seen, tables)
        if contract is None:
            continue
        for name, index in where.items():
            cell = row[index].strip()
            if re.fullmatch(r"[A-Z]", cell.upper()):
                contract.categories[name] = cell.upper()
                continue
            blank[name] += not cell
            value = _number(cell, path, line, words[index], tables)
            if value is not None and (value < 1 or value != int(value)):
                place = Place(path.name, line, words[index], cell)
                tables.set_aside.append(
                    SetAside("not an adjustment category", place, TAKEN_AS_NONE)
                )
                value = None
            contract.categories[name] = None if value is None else int(value)
        if puerto_rico is not None:
            contract.puerto_rico_only = row[puerto_rico].strip().lower() == "yes"
    tables.note_untold(path.name, _CATEGORY_COLUMNS, where, blank, TAKEN_AS_NONE)


_RATING_COLUMNS = (
    ("part_c", r"part c (?:summary|rating)"),
    ("part_d", r"part d (?:summary|rating)"),
    ("overall", r"overall(?: rating)?$"),
)


def _read_ratings(
    path: Path, grid: list[list[str]], first: int, words: list[str], tables: StarTables
) -> None:
    where = {
        name: i
        for name, pattern in _RATING_COLUMNS
        for i, word in enumerate(words)
        if re.search(pattern, word)
    }
    disaster = {int(m.group(1)): i for i, w in enumerate(words) if (m := _DISASTER.search(w))}
    organization = next((i for i, word in enumerate(words) if "organization type" in word), None)
    headings = _headings(grid[:first])
    seen: set[str] = set()
    blank: Counter[str] = Counter()
    width = max([*where.values(), *disaster.values(), organization or 0], default=0) + 1
    for line, row in enumerate(grid[first:], start=first + 1):
        contract = _contract_of(path, line, row, width, seen, tables)
        if contract is None:
            continue
        if organization is not None:
            contract.organization_type = row[organization].strip()
        for name, index in where.items():
            contract.ratings[name] = row[index].strip()
            blank[name] += not row[index].strip()
            contract.cells["ratings", name] = Place(
                path.name, line, headings[index], row[index].strip()
            )
        for year, index in disaster.items():
            value = _number(row[index].strip(), path, line, words[index], tables)
            if value is not None:
                contract.disaster[year] = value
    tables.note_untold(path.name, _RATING_COLUMNS, where, blank, "no rating of theirs is given")
