"""CMS's assignment lists (tables 1-1 to 1-9) against the people a run assigns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openvbc.claims import csv_values as read
from openvbc.claims.alr import FLAGS
from openvbc.claims.alr_files import NAME, AssignmentReport, find_reports
from openvbc.claims.csv_table import CsvColumn, read_csv
from openvbc.engine.base import Engine
from openvbc.engine.quoting import literal
from openvbc.run import Run

PERSON = CsvColumn("BENE_MBI_ID", read.identifier, "beneficiary", "1S00A00AA00")
MONTHS = [
    CsvColumn(flag, read.code(4), "monthly enrollment", "", required=False, filled=False)
    for flag in FLAGS
]


@dataclass(frozen=True)
class ListTable:
    """One table of one list against the run; people are counted once."""

    source: str
    period: str
    table: str
    people: int
    also_ours: int
    """Of them, assigned by the run in the period."""
    without_claims: int
    """Of them, in no claim or list of the run: people who declined data sharing are among them."""
    only_ours: int | None
    """Assigned by the run and not on table 1-1; None for the others, which list services."""
    months_without_claims: Decimal
    """Months of those without claims by the table's monthly flags (1-1 alone)."""
    set_aside: int
    """Rows of the table that cannot be used."""


def is_assignment_list(path: Path) -> bool:
    """Whether a file is a table of an assignment list, by CMS's name of it."""
    return NAME.match(path.stem if path.suffix.lower() == ".csv" else path.name) is not None


def list_tables(run: Run, engine: Engine, paths: Sequence[Path]) -> list[ListTable]:
    """Every table against the run's assignment of its year; other years are passed by."""
    if not paths:
        return []
    years = {p["calendar_year"]: p["period"] for p in run.periods}
    run.register(engine, "assignment", "measured_enrollment")
    known = ""
    if run.store is not None:
        from openvbc.claims.report import StoreReport

        parts = StoreReport.load(run.store).checked_parts("person_identifier")
        engine.register("person_identifier", parts)
        known = (
            "select l.member_id, i.person_id from listed l "
            "join person_identifier i on i.member_id = l.member_id union "
        )
    return [
        _table(engine, report, years[report.calendar_year], known)
        for report in find_reports(tuple(paths))
        if report.calendar_year in years
    ]


def _table(engine: Engine, report: AssignmentReport, period: str, known: str) -> ListTable:
    columns = [PERSON, *(MONTHS if report.table == "1" else [])]
    table = read_csv(report.name, report.content(), columns, "assignment list")
    found_rows = table.columns
    people = found_rows[PERSON.name]
    flags = [found_rows[flag] for flag in FLAGS if flag in found_rows]
    months = [sum((flag[at] or "0") != "0" for flag in flags) for at in range(len(people))]
    engine.register_rows(
        "listed", {"member_id": "string", "months": "int"}, list(zip(people, months, strict=True))
    )
    (counts,) = engine.rows(
        f"with named as ({known}select member_id, member_id as person_id from listed), "
        "seen as (select distinct person_id from measured_enrollment "
        f"where period = {literal(period)}), "
        "one as (select n.member_id, max(case when a.is_assigned then 1 else 0 end) as ours, "
        "max(case when a.person_id is not null and e.person_id is not null then 1 else 0 end) "
        "as seen from named n left join assignment a on a.person_id = n.person_id "
        f"and a.period = {literal(period)} left join seen e on e.person_id = n.person_id "
        "group by n.member_id), "
        "months as (select member_id, max(months) as months from listed group by member_id) "
        "select count(*) as people, coalesce(sum(ours), 0) as ours, "
        "coalesce(sum(1 - seen), 0) as unseen, "
        "coalesce(sum(case when seen = 0 then m.months else 0 end), 0) as months, "
        "(select count(*) from assignment a where a.is_assigned and a.period = "
        f"{literal(period)} and a.person_id not in (select person_id from named)) as only_ours "
        "from one o join months m on m.member_id = o.member_id"
    )
    return ListTable(
        report.name, period, f"1-{report.table}", int(counts["people"]), int(counts["ours"]),
        int(counts["unseen"]), int(counts["only_ours"]) if report.table == "1" else None,
        Decimal(int(counts["months"])), sum(table.entry.set_aside.values()),
    )  # fmt: skip
