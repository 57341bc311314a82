"""What a user gives beside claims, read from the files of the project."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from openvbc.engine.private_files import private_folder
from openvbc.engine.quoting import csv_scan, identifier
from openvbc.engine.reading import reading
from openvbc.engine.table import Table, Value, table_of
from openvbc.errors import InputError, Place
from openvbc.input_file import regular_file
from openvbc.programs.bundles import exclusion_files as excluded
from openvbc.programs.bundles import project as files
from openvbc.programs.bundles.aco_overlap import roster_of_run
from openvbc.programs.bundles.project import EpisodeInputs, rows_of, tenths
from openvbc.rules.load import load_code_table
from openvbc.steps.episodes.tables import CLAIM_ADDITION, SHARED
from openvbc.steps.episodes.terms import Given


def read_given(inputs: EpisodeInputs, first: dt.date, last: dt.date) -> Given:
    """The lists of the project; claim additions are read when the steps run.

    Args:
        inputs: the files of the project.
        first: first day on which an anchor that is settled ends.
        last: last such day; people whom a run assigned are on the roster for its year.

    Raises:
        InputError: a file cannot be used.
    """
    days = {row["global_days"] for row in load_code_table(SHARED, "global_surgery_days")}
    weights = rows_of(inputs.drg_table, files.DRG_TABLE)[0]
    ranks = rows_of(inputs.outpatient_ranks, files.OUTPATIENT_RANKS)[0]
    surgery = rows_of(inputs.global_days, files.GLOBAL_DAYS)[0]
    spans, lines = rows_of(inputs.person_spans, files.PERSON_SPANS)
    _in_order(inputs.person_spans, spans, lines)
    if inputs.assigned_people is not None:
        spans = [*spans, *roster_of_run(inputs.assigned_people, first, last)]
    updates, update_lines = rows_of(inputs.price_updates, files.PRICE_UPDATES)
    _in_order(inputs.price_updates, updates, update_lines, 1)
    _no_overlap(inputs.price_updates, updates, update_lines)
    alignments, alignment_lines = rows_of(inputs.aco_alignments, files.ACO_ALIGNMENTS)
    _in_order(inputs.aco_alignments, alignments, alignment_lines)
    members, member_lines = rows_of(inputs.groups, files.GROUPS)
    _in_order(inputs.groups, members, member_lines)
    _one_group(inputs.groups, members, member_lines)
    facilities, facility_lines = rows_of(inputs.facility_spans, files.FACILITY_SPANS)
    _in_order(inputs.facility_spans, facilities, facility_lines)
    return Given(
        group_member=members,
        aco_alignment=alignments,
        drg_remap=rows_of(inputs.drg_remap, files.DRG_REMAP)[0],
        drg_weight=[(year, drg, mdc, tenths(stay)) for year, drg, mdc, stay in weights],
        person_span=spans,
        facility_span=facilities,
        outpatient_rank=ranks,
        global_surgery=sorted({(code, year) for code, year, one in surgery if one in days}),
        update_factor=updates,
        given_limit=rows_of(inputs.spending_limits, files.SPENDING_LIMITS)[0],
    )


def read_exclusions(inputs: EpisodeInputs) -> dict[str, list[tuple[Value, ...]]]:
    """The lists of what is not grouped, where the rules of the program hold none."""
    stays, stay_lines = rows_of(inputs.excluded_stays, excluded.EXCLUDED_STAYS)
    for (drg, mdc), line in zip(stays, stay_lines, strict=True):
        if (drg is None) == (mdc is None):
            raise InputError(
                "a row names an MS-DRG and a category" if drg else "a row names nothing",
                place=Place(inputs.excluded_stays.name if inputs.excluded_stays else "", line),
                rule="a stay is left out by its MS-DRG, or by its major diagnostic category",
                action="write two rows of the two, or correct the row",
                code="VBC-99007",
            )
    services, service_lines = rows_of(inputs.excluded_lines, excluded.EXCLUDED_LINES)
    _in_order(inputs.excluded_lines, services, service_lines, 4)
    diagnoses, diagnosis_lines = rows_of(inputs.excluded_diagnoses, excluded.EXCLUDED_DIAGNOSES)
    _in_order(inputs.excluded_diagnoses, diagnoses, diagnosis_lines, 2)
    return {
        "excluded_diagnosis": [
            ("EXCLUDED_DIAGNOSIS", setting, code, first, last)
            for code, setting, first, last in diagnoses
        ],
        "excluded_stay": [
            ("EXCLUDED_READMISSION" if drg else "EXCLUDED_MDC", None, drg, mdc)
            for drg, mdc in stays
        ],
        "excluded_line": [
            ("EXCLUDED_SERVICE", setting, code, None, drg, place, first, last)
            for code, setting, drg, place, first, last in services
        ],
    }


def claim_additions(path: Path | None, folder: Path) -> Table | None:
    """Additions to claims and lines as Parquet below `folder`; None where none are given.

    Raises:
        InputError: a column is not known, or a value is none of its column.
    """
    if path is None:
        return None
    regular_file(path)
    target = private_folder(folder) / "claim_addition.parquet"
    with reading() as engine:
        described = engine.rows(f"describe select * from {csv_scan(path)}")
        names = {str(row["column_name"]).strip().lower(): row["column_name"] for row in described}
        _known(path, names)
        cells = {
            name: f"nullif(trim({identifier(names[name])}), '')" if name in names else "null"
            for name in CLAIM_ADDITION
        }
        for name, kind in CLAIM_ADDITION.items():
            wrong = engine.rows(
                "select min(line) as line from (select row_number() over () + 1 as line, "
                f"{cells[name]} as cell from {csv_scan(path)}) where cell is not null "
                f"and try_cast(cell as {kind}) is null"
            )[0]["line"]
            if wrong is not None:
                raise InputError(
                    f"{name} is not a {kind}",
                    place=Place(path.name, wrong, name),
                    rule="additions are used whole: a value left out moves money",
                    action="correct the row",
                    code="VBC-1103",
                )
        chosen = ", ".join(
            f"cast({cells[name]} as {kind}) as {name}" for name, kind in CLAIM_ADDITION.items()
        )
        doubled = engine.rows(
            f"select count(*) as n from (select {cells['claim_id']} as a, "
            f"{cells['claim_line_number']} as b from {csv_scan(path)} group by all "
            "having count(*) > 1)"
        )[0]["n"]
        if doubled:
            raise InputError(
                f"{doubled:,} claims or lines are added to twice",
                place=Place(path.name),
                rule="one row a claim, or a claim and line",
                action="keep the row that is right",
                code="VBC-1104",
            )
        engine.materialise(f"select {chosen} from {csv_scan(path)}", target)
    return table_of("claim_addition", target)


def _known(path: Path, names: dict[str, Any]) -> None:
    unknown = sorted(set(names) - set(CLAIM_ADDITION))
    if unknown or "claim_id" not in names:
        what = f"the column {unknown[0]} is not known" if unknown else "there is no claim_id"
        raise InputError(
            what,
            place=Place(path.name, 1),
            rule="columns: " + ", ".join(CLAIM_ADDITION),
            action="correct its name, or take it out",
            code="VBC-1105",
        )


def _in_order(
    path: Path | None, rows: Sequence[tuple[Any, ...]], lines: Sequence[int], at: int = 2
) -> None:
    """First and last day, which stand `at` a place and the next, are in order."""
    for row, line in zip(rows, lines, strict=True):
        first, last = row[at : at + 2]
        if first is not None and last is not None and last < first:
            raise InputError(
                "a span ends before it begins",
                place=Place(path.name if path else "", line, "last_day", str(last)),
                action="correct the row",
                code="VBC-1106",
            )


def _one_group(path: Path | None, rows: Sequence[tuple[Any, ...]], lines: Sequence[int]) -> None:
    """A clinician answers through one group at a time."""
    ordered = sorted(zip(rows, lines, strict=True), key=lambda each: (each[0][1], each[0][2]))
    for (one, before), (other, line) in pairwise(ordered):
        if one[1] == other[1] and one[0] != other[0] and other[2] <= one[3]:
            raise InputError(
                f"a clinician is in two groups on one day (lines {before} and {line})",
                place=Place(path.name if path else "", line, "npi", other[1]),
                rule="an episode has one initiator",
                action="end one membership before the other begins, or take one out",
                code="VBC-1108",
            )


def _no_overlap(path: Path | None, rows: Sequence[tuple[Any, ...]], lines: Sequence[int]) -> None:
    """Two factors for one claim would multiply its lines."""
    ordered = sorted(zip(rows, lines, strict=True), key=lambda each: each[0][:2])
    for (one, _), (other, line) in pairwise(ordered):
        if one[0] == other[0] and other[1] <= one[2]:
            raise InputError(
                f"two factors of {one[0]} hold on one day",
                place=Place(path.name if path else "", line, "first_day", str(other[1])),
                action="let each span end before the next begins",
                code="VBC-1107",
            )
