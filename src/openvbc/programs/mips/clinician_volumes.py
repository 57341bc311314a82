"""What each clinician and taxpayer number bills, from a claim store, for the low-volume tests.

::

    volumes = clinician_volumes(store, 2026, Path("fee_schedule.csv"), Path("out"))
    volumes.clinicians          # a CSV file as `vbc qpp eligibility` takes it
    volumes.statuses            # small practice, hospital-based, ASC-based

A store holds the claims of its own people. Whoever is above every limit in it is above it; whoever
is below may be above with other people's claims.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.csv_values import Refused
from openvbc.claims.report import StoreReport
from openvbc.engine.csv_file import write_csv
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline, Progress
from openvbc.engine.table import SmallTable
from openvbc.errors import EmptyResult, InputError, Place, SetAside
from openvbc.input_file import rows_of_csv
from openvbc.programs.listing import Listing
from openvbc.programs.listing import write_csv as write_listing
from openvbc.programs.mips.special_statuses import read_practices, special_statuses
from openvbc.rules.load import RuleSet, load_rules
from openvbc.rules.parameter import rows as table_rows
from openvbc.steps import claims, clinician_volume

TABLES = ("institutional_claim", "professional_line")
CODE_HEADS = ("hcpcs_code", "hcpcs", "code")
FACING = "patient_facing"
"""Column of the list of services that says which are patient-facing."""
SEGMENTS = ("first", "second")
_COUNTED = ("charges", "patients", "services")
_COLUMNS = ["npi", "tin", *(f"{what}_{s}" for s in SEGMENTS for what in _COUNTED)]
_VOLUMES = "select * from clinician_volume order by tin, npi, segment"
_UNNAMED = "select count(*) as lines from covered_service where tin = '' or npi = ''"
_LATEST = "select max(claim_line_start_date) as day, max(load_date) as known from professional_line"


@dataclass(frozen=True)
class Segment:
    """A segment of the determination period."""

    name: str
    first_day: dt.date
    last_day: dt.date
    known_by: dt.date
    """Last day on which a claim of the segment may have become known."""


@dataclass(frozen=True)
class Volumes:
    """What was found."""

    clinicians: Path
    statuses: Listing
    notes: Sequence[str]


def clinician_volumes(
    store: Path,
    year: int,
    services: Path | None,
    folder: Path,
    overlays: Sequence[Path] = (),
    progress: Callable[[Progress], None] | None = None,
    practices: Path | None = None,
) -> Volumes:
    """Add up charges, patients and services by clinician, taxpayer number and segment.

    Args:
        store: folder of the claim store.
        year: performance year.
        services: codes paid under the physician fee schedule, a CSV file; needed from 2018.
        folder: where ``clinicians.csv``, ``special_statuses.csv`` and the tables go.
        overlays: rules that change parameters.
        progress: told of each step.
        practices: which taxpayer numbers are rural or in a shortage area, a CSV file.

    Raises:
        InputError: the store or the list of codes cannot be used.
        ParameterMissing: the year's determination period is not known.
        EmptyResult: no line falls into a segment.
    """
    rules = load_rules("mips", tuple(overlays))
    segments = segments_of(rules, year)
    small = list(_tables(rules, year, segments, services))
    sources = StoreReport.load(store).checked().sources(TABLES)
    pipeline = Pipeline([*claims.steps(), *clinician_volume.steps()])
    with DuckDBEngine(threads=2, scratch=folder) as engine:
        made = pipeline.needed_for(["clinician_volume"]).run(
            engine, sources, small, folder / "tables", progress
        )
        for name in ("clinician_volume", "covered_service"):
            engine.register(name, made[name].table.parts)
        for table in sources:
            engine.register(table.name, table.parts)
        rows = engine.rows(_VOLUMES)
        unnamed = engine.rows(_UNNAMED)[0]["lines"]
        latest = engine.rows(_LATEST)[0]
    if not rows:
        raise EmptyResult(
            "no line of the claim store counts in a segment of the determination period",
            rule="; ".join(f"{s.name}: {s.first_day} to {s.last_day}" for s in segments),
            action="see whether the store holds professional claims of these days, and the list "
            "of codes the year's",
            code="VBC-90321",
        )
    given = [s for s in segments if latest["day"] >= s.first_day]
    path = folder / "clinicians.csv"
    write_csv(path, _clinicians(rows, given), _COLUMNS)
    listed, aside = read_practices(practices)
    statuses = special_statuses(rules, year, rows, _says_facing(services), listed)
    write_listing(statuses, folder / "special_statuses.csv")
    notes = [*_notes(segments, given, latest, unnamed), *(_aside_in_words(each) for each in aside)]
    return Volumes(path, statuses, notes)


def _says_facing(services: Path | None) -> bool:
    """Whether the list of services says which are patient-facing."""
    if services is None:
        return False
    return any(head.strip().lower() == FACING for head in rows_of_csv(services)[0])


def _aside_in_words(aside: SetAside) -> str:
    return f"List of practices, set aside: {aside.reason} ({aside.place})."


def segments_of(rules: RuleSet, year: int) -> list[Segment]:
    """The two segments of a performance year."""

    def number(name: str) -> int:
        return int(str(rules.get(name, performance_year=year).value))

    begins = year - number("determination_first_year_offset")
    month, runout = number("determination_first_month"), number("determination_runout_days")
    segments = []
    for name, first_year in zip(SEGMENTS, (begins, begins + 1), strict=True):
        end_year, end_month = (first_year + 1, month - 1) if month > 1 else (first_year, 12)
        last = dt.date(end_year, end_month, monthrange(end_year, end_month)[1])
        known_by = last + dt.timedelta(days=runout)
        segments.append(Segment(name, dt.date(first_year, month, 1), last, known_by))
    return segments


def _tables(
    rules: RuleSet, year: int, segments: Sequence[Segment], services: Path | None
) -> Iterable[SmallTable]:
    every = bool(rules.get("every_part_b_service_counts", performance_year=year).value)
    places = table_rows(rules.get("place_based_places", performance_year=year).value)
    yield SmallTable(
        "determination_segment",
        {"segment": "string", "first_day": "date", "last_day": "date", "known_by": "date"},
        [(s.name, s.first_day, s.last_day, s.known_by) for s in segments],
    )
    yield SmallTable("volume_rule", {"every_service": "boolean"}, [(every,)])
    codes = _codes(services, year) if not every else {}
    yield SmallTable(
        "covered_code",
        {"hcpcs_code": "string", "is_patient_facing": "boolean"},
        [(code, bool(facing)) for code, facing in codes.items()],
    )
    yield SmallTable(
        "place_of_status",
        {"place_of_service_code": "string", "status": "string"},
        [(str(row["place"]), str(row["status"])) for row in places],
    )


def _codes(path: Path | None, year: int) -> dict[str, bool | None]:
    """The codes of the fee schedule, each with whether it is patient-facing; None: not said."""
    if path is None:
        raise InputError(
            f"which services count in {year} is not known without the fee schedule's codes",
            rule="from 2018 the low-volume tests count covered professional services: those paid "
            "under the physician fee schedule (42 CFR 414.1305)",
            action="give --services codes.csv, a column hcpcs_code, from CMS's relative value "
            "files of the year",
            code="VBC-90322",
        )
    heads, rows = rows_of_csv(path)
    head = next((h for h in heads if h.strip().lower() in CODE_HEADS), None)
    facing = next((h for h in heads if h.strip().lower() == FACING), None)
    facing_by_code: dict[str, bool | None] = {}
    for line, row in rows if head else ():
        code = row[str(head)].strip().upper()
        said = None if facing is None else _flag(row[facing], path, line)
        if facing_by_code.setdefault(code, said) != said:
            raise InputError(
                "a code is patient-facing in one row of the list of services and not in another",
                place=Place(path.name, line, FACING, code),
                action="leave one of the two",
                code="VBC-99062",
            )
    codes = {code: facing_by_code[code] for code in sorted(facing_by_code) if code}
    if not codes:
        raise InputError(
            "the list of services has no codes",
            place=Place(path.name, 1),
            rule=f"a CSV file with a column {', '.join(CODE_HEADS[:-1])} or {CODE_HEADS[-1]}",
            code="VBC-90323",
        )
    return codes


def _flag(text: str, path: Path, line: int) -> bool:
    """Whether a code is patient-facing, as the list writes it; empty is no."""
    try:
        return bool(text.strip()) and bool(read.flag(text.strip()))
    except Refused as refused:
        raise InputError(
            "a cell of the list of services is neither yes nor no",
            place=Place(path.name, line, FACING, text[:20]),
            rule=str(refused),
            action="write yes or no",
            code="VBC-99061",
        ) from None


def _clinicians(
    rows: Sequence[Mapping[str, Any]], segments: Sequence[Segment]
) -> Iterable[dict[str, Any]]:
    """A row a clinician under a number, and a row a number; who is seen first only is 0 later."""
    clinicians: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        clinicians.setdefault((row["tin"], row["npi"]), {})[row["segment"]] = row
    for (tin, npi), seen in clinicians.items():
        line: dict[str, Any] = {"npi": npi, "tin": tin}
        started = False
        for segment in segments:
            started = started or segment.name in seen
            for what in _COUNTED:
                none = 0 if started else ""
                line[f"{what}_{segment.name}"] = seen.get(segment.name, {}).get(what, none)
        yield {name: line.get(name, "") for name in _COLUMNS}


def _notes(
    segments: Sequence[Segment],
    given: Sequence[Segment],
    latest: Mapping[str, Any],
    unnamed: int,
) -> list[str]:
    said = [
        "An estimate: the store holds the claims of its own people. Who is above every limit is so "
        "in any case; who is at or below one may be above with the claims of other people.",
        "A service is a line with an allowed charge; how CMS counts services was read in a "
        "secondary source.",
    ]
    said += [
        f"The {s.name} segment ({s.first_day} to {s.last_day}) is not judged: the store's claims "
        f"end on {latest['day']}."
        for s in segments
        if s not in given
    ]
    said += [
        f"The {s.name} segment ends on {s.last_day}, the store's claims on {latest['day']}: it is "
        "not complete."
        for s in given
        if latest["day"] < s.last_day
    ]
    if unnamed:
        said.append(f"{unnamed:,} lines name no clinician or no taxpayer number.")
    return said
