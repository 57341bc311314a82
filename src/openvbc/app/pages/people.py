"""People: searched, behind a number, and one by one down to their claim lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openvbc.app.blocks import AppPage, Block, Links, Part, Search
from openvbc.app.opened import OpenedRun
from openvbc.app.pages.number import behind_of
from openvbc.app.pages.table_rows import grid_of, pages
from openvbc.claims.buckets import bucket_of
from openvbc.engine.quoting import literal
from openvbc.errors import EmptyResult
from openvbc.report.page import Note, Section
from openvbc.report.run_analyst import explained_sections

SHOWN = 100
"""People on a page."""
CLAIM_TABLES = {
    "institutional_claim": ("claim_end_date", "Hospital, nursing home, hospice, home health"),
    "professional_line": ("claim_line_end_date", "Physicians and suppliers, line by line"),
    "pharmacy_claim": ("dispensing_date", "Prescriptions"),
}
CLAIM_COLUMNS = (
    "claim_id", "claim_line_number", "claim_type_code", "claim_start_date", "claim_end_date",
    "claim_line_start_date", "dispensing_date", "facility_ccn", "drg_code", "hcpcs_code",
    "place_of_service_code", "specialty_code", "rendering_npi", "rendering_tin",
    "primary_diagnosis_code", "diagnosis_code_1", "paid_amount", "allowed_amount",
    "source_file", "source_line",
)  # fmt: skip


def people_page(opened: OpenedRun, problem: str = "") -> AppPage:
    """The search, and the lists of people there are."""
    blocks: list[Block] = [Note(problem, "warning")] if problem else []
    blocks.append(Search())
    links = [
        (f"/assigned/{period}", f"Assigned, {name}")
        for period, name in opened.run.period_names.items()
    ]
    if opened.people_assigned:
        blocks.append(Links(links, "Lists of people"))
    return AppPage("People", [Part("Search a person", blocks)])


def behind_page(opened: OpenedRun, sheet: str, number: int, name: str, *, page: int) -> AppPage:
    """The people a number is made of, the largest first."""
    behind = behind_of(opened, name)
    if behind is None:
        raise EmptyResult("no people stand behind this number by name", code="VBC-6904")
    item = opened.described(sheet, name)
    order = f"t.{behind.largest} desc nulls last, t.person_id" if behind.largest else "t.person_id"
    rows = opened.query(
        f"select t.* from {behind.table} t where {behind.where} order by {order} "
        f"limit {SHOWN + 1} offset {page * SHOWN}", behind.table, *behind.needs,
    )  # fmt: skip
    address = f"/number/{sheet}/{number}/{name}"
    blocks = _listed(opened, rows, f"/behind/{sheet}/{number}/{name}", page)
    return AppPage(
        f"People behind: {item['label']}", [Part("People", blocks, behind.says)],
        trail=[(address, str(item["label"]))],
    )  # fmt: skip


def assigned_page(opened: OpenedRun, period: str, page: int) -> AppPage:
    """Everybody assigned in a period, with what they cost."""
    if period not in opened.run.period_names:
        raise opened.nothing("period", period)
    rows = opened.query(
        "select a.person_id, a.step, a.entity, e.person_months, e.amount from assignment a "
        "left join (select person_id, sum(person_months) as person_months, sum(amount) as amount "
        f"from person_expenditure where period = {literal(period)} group by person_id) e "
        f"on e.person_id = a.person_id where a.period = {literal(period)} and a.is_assigned "
        f"order by e.amount desc nulls last, a.person_id limit {SHOWN + 1} offset {page * SHOWN}",
        "assignment", "person_expenditure",
    )  # fmt: skip
    title = f"Assigned, {opened.run.period_names[period]}"
    blocks = _listed(opened, rows, f"/assigned/{period}", page)
    return AppPage(title, [Part("People", blocks)], trail=[("/people", "People")])


def _listed(
    opened: OpenedRun, rows: Sequence[Mapping[str, Any]], address: str, page: int
) -> list[Block]:
    grid = grid_of(opened, rows[:SHOWN])
    return [grid, *pages(address, page, more=len(rows) > SHOWN)]


def person_page(opened: OpenedRun, key: str) -> AppPage:
    """Why a person counts, what they cost, and the way to every claim line."""
    person = opened.person(key)
    subjects = opened.claims.subjects() if opened.claims else {}
    parts: list[Part | Section] = []
    if "person" in subjects:
        parts += explained_sections(subjects["person"](opened.run, person, None))
    if opened.store is not None:
        years = sorted({p["calendar_year"] for p in opened.run.periods}, reverse=True)
        links = [(f"/claims/{key}/{year}", f"Claim lines of {year}") for year in years]
        parts.insert(0, Part("Claims", [Links(links, "Claims")]))
    return AppPage(f"Person {person}", parts, trail=[("/people", "People")])


def claims_page(opened: OpenedRun, key: str, year: int) -> AppPage:
    """Every claim line of a person incurred in a year, as it stands in the claim store."""
    person, store = opened.person(key), opened.store
    if store is None:
        raise EmptyResult(
            "the claim store of this run is not there any more",
            action="run again: vbc run",
            code="VBC-6905",
        )
    claims_by_table: dict[str, list[dict[str, Any]]] = {}
    for everywhere in (False, True):  # a person renamed may lie in the bucket of the earlier name
        claims_by_table = {
            table: _claims(opened, table, person, year, everywhere)
            for table in CLAIM_TABLES
            if table in store.tables
        }
        if any(claims_by_table.values()):
            break
    parts = []
    for table, rows in claims_by_table.items():
        title = CLAIM_TABLES[table][1]
        if rows:
            names = [name for name in CLAIM_COLUMNS if name in rows[0]]
            shown = [{name: row[name] for name in names} for row in rows]
            parts.append(Part(title, [grid_of(opened, shown)], f"{len(rows):,} rows, {year}."))
    if not parts:
        parts = [Part("Claims", [Note(f"No claim of {year} is known.")])]
    trail = [("/people", "People"), (f"/person/{key}", f"Person {person}")]
    return AppPage(f"Claims of {year}", parts, trail=trail)


def _claims(
    opened: OpenedRun, table: str, person: str, year: int, everywhere: bool
) -> list[dict[str, Any]]:
    """The rows of one person, of their bucket or of every one; files are sorted by person."""
    parts, date = opened.checked_parts(table), CLAIM_TABLES[table][0]
    if not everywhere:
        parts = [parts[bucket_of(person, len(parts))]]
    opened.engine.register_people("of_the_store", parts, [person])
    return opened.engine.rows(
        f"select * from of_the_store where year({date}) = {year} order by {date}, claim_id"
    )
