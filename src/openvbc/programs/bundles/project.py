"""The project file of a bundle contract run from claims, and the files it may name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn, read_csv_file
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.own_files import OwnFile, refuse_misread
from openvbc.engine.table import Value
from openvbc.errors import InputError, Place
from openvbc.programs.bundles.aco_overlap import ACO_MODELS
from openvbc.programs.bundles.exclusion_files import EXCLUDED_LINES, EXCLUDED_STAYS, category
from openvbc.project_file import ProjectFile
from openvbc.steps.episodes.tables import KINDS_OF_SPAN, SETTINGS

_DRG = read.code(3)
_YEAR = CsvColumn("fiscal_year", read.year, "federal fiscal year of the discharge", "2025")
_HCPCS = CsvColumn("hcpcs_code", read.code(5), "procedure or product", "27447")
_FIRST = CsvColumn("first_day", read.date, "first day", "2025-01-01")
_LAST = CsvColumn("last_day", read.date, "last day", "2025-12-31")
_CALENDAR = CsvColumn("calendar_year", read.year, "calendar year", "2025")


def _whole(text: str) -> int:
    whole_number = read.number(text)
    if whole_number != int(whole_number) or whole_number < 1:
        raise read.Refused("not a whole number from one")
    return int(whole_number)


def _global_days(text: str) -> str:
    """As the fee schedule prints it: three digits or letters; lost leading zeros are restored."""
    days_code: str = read.code(3)(text)
    return days_code


DRG_TABLE = OwnFile(
    "drg_table.csv",
    "drg_weight",
    "MS-DRGs of a fiscal year: category and geometric mean length of stay (CMS's table 5).",
    (
        _YEAR,
        CsvColumn("ms_drg", _DRG, "MS-DRG, three digits", "470"),
        CsvColumn("mdc", category, "major diagnostic category, two digits", "08", filled=False),
        CsvColumn("geometric_mean_stay", read.number, "days, to a tenth", "1.9", filled=False),
    ),
)
DRG_REMAP = OwnFile(
    "drg_remap.csv",
    "drg_remap",
    "MS-DRGs of other years, as the grouper of the price's year has them.",
    (
        CsvColumn("ms_drg", _DRG, "MS-DRG as billed", "246"),
        _YEAR,
        CsvColumn("ms_drg_of_prices", _DRG, "MS-DRG of the price's year", "321"),
    ),
)
PERSON_SPANS = OwnFile(
    "person_spans.csv",
    "person_span",
    "What is known of people beside claims, in spans of days.",
    (
        CsvColumn("member_id", read.identifier, "identifier as in the claims", "1S00A00AA00"),
        CsvColumn("kind", read.one_of(*KINDS_OF_SPAN), " or ".join(KINDS_OF_SPAN), "ESRD"),
        _FIRST,
        _LAST,
    ),
)
ACO_ALIGNMENTS = OwnFile(
    "aco_alignments.csv",
    "aco_alignment",
    "Days on which people are aligned to an ACO, by kind of its contract.",
    (
        CsvColumn("member_id", read.identifier, "identifier as in the claims", "1S00A00AA00"),
        CsvColumn("aco_model", read.one_of(*ACO_MODELS), " or ".join(ACO_MODELS), "MSSP_BASIC"),
        _FIRST,
        _LAST,
    ),
)
FACILITY_SPANS = OwnFile(
    "facility_spans.csv",
    "facility_span",
    "Hospitals in a demonstration that is left out, in spans of days.",
    (
        CsvColumn("facility_ccn", read.ccn, "certification number", "010001"),
        CsvColumn("kind", read.one_of("DEMONSTRATION"), "DEMONSTRATION", "DEMONSTRATION"),
        _FIRST,
        _LAST,
    ),
)
OUTPATIENT_RANKS = OwnFile(
    "outpatient_ranks.csv",
    "outpatient_rank",
    "Ranks of comprehensive outpatient services (CMS's addendum J).",
    (_HCPCS, _CALENDAR, CsvColumn("line_rank", _whole, "rank, 1 the highest", "12")),
)
GLOBAL_DAYS = OwnFile(
    "global_days.csv",
    "global_surgery",
    "Global days of the physician fee schedule.",
    (_HCPCS, _CALENDAR, CsvColumn("global_days", _global_days, "as published", "090")),
)
PRICE_UPDATES = OwnFile(
    "price_updates.csv",
    "update_factor",
    "Factors to the prices of the performance year, by kind of care and day a claim ends.",
    (
        CsvColumn("setting", read.one_of(*SETTINGS), " or ".join(SETTINGS), "SKILLED_NURSING"),
        _FIRST,
        _LAST,
        CsvColumn("factor", read.number, "factor", "1.024"),
    ),
)
SPENDING_LIMITS = OwnFile(
    "spending_limits.csv",
    "given_limit",
    "Limits between which spending counts, where they are published.",
    (
        CsvColumn("category", read.word, "episode category", "IP-Sepsis"),
        CsvColumn("price_cell", read.word, "MS-DRG or ambulatory classification", "871"),
        _YEAR,
        CsvColumn("lower_limit", read.number, "USD", "5200.00", filled=False),
        CsvColumn("upper_limit", read.number, "USD", "84300.00", filled=False),
    ),
)
GROUPS = OwnFile(
    "groups.csv",
    "group_member",
    "Physician groups that answer for episodes, a clinician a row.",
    (
        CsvColumn("tin", read.tin, "taxpayer number of the group", "012345678"),
        CsvColumn("npi", read.npi, "clinician who bills through it", "1234567893"),
        _FIRST,
        _LAST,
    ),
)


LISTS_OF_EPISODES: Mapping[str, OwnFile] = {
    "drg_table": DRG_TABLE,
    "excluded_stays": EXCLUDED_STAYS,
    "excluded_lines": EXCLUDED_LINES,
}
"""Lists that a project of a model names from the first, by input."""


def columns_of(lists: Mapping[str, OwnFile]) -> dict[str, tuple[str, ...]]:
    """The columns of lists, by input."""
    return {name: tuple(c.name for c in form.columns) for name, form in lists.items()}


class EpisodeInputs(ClaimInputs):
    """The feeds of the claim store, and what claims do not carry."""

    claim_additions: Path | None = None
    drg_table: Path | None = None
    drg_remap: Path | None = None
    person_spans: Path | None = None
    facility_spans: Path | None = None
    outpatient_ranks: Path | None = None
    global_days: Path | None = None
    price_updates: Path | None = None
    spending_limits: Path | None = None
    excluded_stays: Path | None = None
    excluded_lines: Path | None = None
    excluded_diagnoses: Path | None = None
    groups: Path | None = None
    aco_alignments: Path | None = None
    assigned_people: Path | None = None
    """Folder of an ACO's run: only people it assigned have episodes (shadow bundles)."""
    accounts: Path | None = None
    prices: Path | None = None
    metrics: Path | None = None
    episode_factors: Path | None = None
    baseline_run: Path | None = None
    """Folder of a run of the same program over earlier days: its episodes price this one's."""


class EpisodeProject(ProjectFile):
    """A project of one bundle contract and one period."""

    inputs: EpisodeInputs = EpisodeInputs()


def rows_of(path: Path | None, file: OwnFile) -> tuple[list[tuple[Any, ...]], list[int]]:
    """The rows of a file, and their lines; nothing where it is not given.

    Raises:
        InputError: a row cannot be used; the lists move money, so each is used whole.
    """
    if path is None:
        return [], []
    rows = read_csv_file(path, file.columns, file.table)
    for reason, lines in rows.entry.lines.items():
        raise InputError(
            f"a row of {file.name} cannot be used: {reason}",
            place=Place(path.name, lines[0] if lines else None),
            rule="the file is used whole: a row left out moves money",
            action="correct the row",
            code="VBC-1101",
        )
    refuse_misread(rows, file, path)
    columns: dict[str, list[Any]] = rows.columns
    records = list(zip(*(columns[c.name] for c in file.columns), strict=True))
    _no_doubles(path, file, records, rows.lines)
    return records, list(rows.lines)


def _no_doubles(
    path: Path, file: OwnFile, rows: Sequence[tuple[Any, ...]], lines: Sequence[int]
) -> None:
    """Lists that are looked up must answer with one row."""
    if file.table not in _KEYS:
        return
    keys, what = _KEYS[file.table]
    seen: dict[tuple[Any, ...], int] = {}
    for row, line in zip(rows, lines, strict=True):
        key = row[:keys]
        if key in seen:
            raise InputError(
                f"{what or f'two rows of {file.name} answer one question'} "
                f"(lines {seen[key]} and {line})",
                place=Place(path.name, line),
                rule="each is looked up by " + ", ".join(
                    c.name for c in file.columns[:keys]
                ),
                action="keep the one that is right",
                code="VBC-1102",
            )  # fmt: skip
        seen[key] = line


_KEYS = {
    "drg_weight": (2, ""), "drg_remap": (2, ""), "outpatient_rank": (2, ""), "given_limit": (3, ""),
    "cancer_diagnosis": (1, "a diagnosis is given twice"),
    "practice_member": (1, "a taxpayer number is in two practices"),
    "drug_cost": (1, "a fill is given twice"),
}  # fmt: skip
"""So many first columns of a list tell what it is looked up by, and what is said of two rows."""


def tenths(days: Decimal | None) -> Value:
    """Days to a tenth as a whole number of tenths."""
    if days is None:
        return None
    return int((days * 10).quantize(Decimal(1), ROUND_HALF_UP))
