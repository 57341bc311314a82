"""Whose costs are whose by two cost measures of MIPS, from a claim store: labelled estimates.

::

    costs = attribute_costs(store, 2026, Path("codes.csv"), Path("cost"))
    costs.listings        # persons, stays, and a row a clinician under a taxpayer number

Not CMS's measures: payments are neither standardised nor adjusted for risk, specialties and
services are not excluded, and the store holds the claims of its own people only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc._version import __version__
from openvbc.claims.report import StoreReport
from openvbc.engine.base import Engine
from openvbc.engine.digests import file_digest
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.manifest import InputFile, Manifest, claim_run_folder, records
from openvbc.engine.pipeline import Pipeline, Progress
from openvbc.engine.table import SmallTable, Value
from openvbc.errors import EmptyResult, InputError, Place
from openvbc.input_file import rows_of_csv
from openvbc.programs.listing import Field, Listing, write_csvs
from openvbc.rules.load import RuleSet, load_rules
from openvbc.steps import claims, cost_attribution, stays

TABLES = ("institutional_claim", "professional_line")
LISTS = ("visit", "related", "stay_visit", "procedure", "surgical_drg")
"""Lists of codes of the user's file: visits and related services of total per capita cost; visits
in a stay, main procedures and surgical MS-DRGs of Medicare spending per beneficiary."""
PER_CAPITA, PER_STAY = "total per capita cost", "Medicare spending per beneficiary"
_NEEDS = {PER_CAPITA: ("visit", "related"), PER_STAY: ("stay_visit", "procedure", "surgical_drg")}
_RULES = {
    "days_around": "candidate_event_days_around", "days_after": "candidate_event_days_after",
    "window_days": "risk_window_days", "days_before_stay": "stay_days_before",
    "days_after_stay": "stay_days_after",
}  # fmt: skip
_PERSONS = "select * from attributed_person order by tin, npi, person_id"
_STAYS = "select * from attributed_stay order by tin, npi, person_id, stay_id"
_CLINICIANS = {
    PER_CAPITA: "select tin, npi, count(*) as cases, cast(sum(days) as bigint) as days, "
    "cast(sum(paid_amount) as decimal(18,2)) as paid from attributed_person group by tin, npi "
    "order by tin, npi",
    PER_STAY: "select tin, npi, count(*) as cases, null as days, "
    "cast(sum(paid_amount) as decimal(18,2)) as paid from attributed_stay group by tin, npi "
    "order by tin, npi",
}
NOTES = (
    "Estimates: payments are neither standardised nor adjusted for risk, and no specialty or "
    "service is excluded. How the measures attribute is unverified: their own text was not read.",
    "The store holds the claims of its own people; CMS attributes by all claims of everybody.",
)


@dataclass(frozen=True)
class CostRun:
    """What was found."""

    listings: Sequence[Listing]
    notes: Sequence[str]


def attribute_costs(
    store: Path,
    year: int,
    codes: Path,
    folder: Path,
    overlays: Sequence[Path] = (),
    progress: Callable[[Progress], None] | None = None,
) -> CostRun:
    """Attribute people and stays to clinicians, and write a folder.

    Args:
        store: folder of the claim store.
        year: performance year.
        codes: the user's lists, a CSV file with the columns ``list`` and ``code`` (:data:`LISTS`).
        folder: where the run goes.
        overlays: rules that change parameters.
        progress: told of each step.

    Raises:
        InputError: the store or the lists cannot be used.
        ParameterMissing: a rule of the year is not known.
        EmptyResult: nothing is attributed.
    """
    lists = read_lists(codes)
    wanted = {m: _missing(lists, needs) for m, needs in _NEEDS.items()}
    if all(wanted.values()):
        raise InputError(
            "no measure has all its lists of codes",
            place=Place(codes.name),
            rule="; ".join(f"{m} lacks {', '.join(missing)}" for m, missing in wanted.items()),
            action="add the codes by the measures' information forms of the year",
            code="VBC-90331",
        )
    rules = load_rules("mips", tuple(overlays))
    claim_run_folder(folder)
    sources = StoreReport.load(store).checked().sources(TABLES)
    small = [
        *cost_tables(rules, year, lists),
        *(each.table for each in (stays.stay_types(), *stays.tables([stays.EVER]))),
    ]
    steps = {PER_CAPITA: "attributed_person", PER_STAY: "attributed_stay"}
    computed = [measure for measure, missing in wanted.items() if not missing]
    pipeline = Pipeline([*claims.steps(), *stays.steps(), *cost_attribution.steps()])
    with DuckDBEngine(threads=2, scratch=folder) as engine:
        made = pipeline.needed_for([steps[measure] for measure in computed]).run(
            engine, sources, small, folder / "tables", progress
        )
        for measure in computed:
            engine.register(steps[measure], made[steps[measure]].table.parts)
        listings = _listings(engine, year, computed)
        version = engine.version
    if not any(listing.rows for listing in listings):
        raise EmptyResult(
            f"no person and no stay of {year} can be attributed",
            action="see whether the store holds claims of the year, and the lists the right codes",
            code="VBC-90332",
        )
    notes = [
        *NOTES,
        *(f"Not computed: {m}; no codes of {', '.join(w)}." for m, w in wanted.items() if w),
    ]
    outputs = {file.name: file_digest([file]) for file in write_csvs(listings, folder)}
    Manifest(
        openvbc=__version__, program="mips", engine="duckdb", engine_version=version,
        rules={"mips": rules.digest}, project_sha256="", inputs=[InputFile.of(codes)],
        control_totals={}, steps=records(made), outputs=outputs, settings={"year": str(year)},
        notes=notes,
    ).write(folder)  # fmt: skip
    return CostRun(listings, notes)


def read_lists(path: Path) -> dict[str, list[str]]:
    """The user's lists of codes.

    Raises:
        InputError: a column is missing, or a list is not known.
    """
    heads, rows = rows_of_csv(path)
    codes_by_list: dict[str, set[str]] = {}
    for line, row in rows if {"list", "code"} <= set(heads) else ():
        if row["list"].strip() not in LISTS:
            raise InputError(
                "a list of codes is not known",
                place=Place(path.name, line, "list"),
                rule=f"one of {', '.join(LISTS)}",
                code="VBC-90333",
            )
        codes_by_list.setdefault(row["list"].strip(), set()).add(row["code"].strip().upper())
    if not codes_by_list:
        raise InputError(
            "there are no lists of codes",
            place=Place(path.name, 1),
            rule="a CSV file with the columns list and code",
            code="VBC-90334",
        )
    return {name: sorted(codes - {""}) for name, codes in codes_by_list.items()}


def _missing(lists: dict[str, list[str]], needs: Sequence[str]) -> list[str]:
    return [name for name in needs if not lists.get(name)]


def cost_tables(rules: RuleSet, year: int, lists: dict[str, list[str]]) -> list[SmallTable]:
    """The rules and codes as small tables."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)

    def number(name: str) -> Decimal:
        return Decimal(str(rules.get(name, performance_year=year).value))

    columns = {"first_day": "date", "last_day": "date", **dict.fromkeys(_RULES, "int")}
    columns["stay_visit_share"] = "decimal(9,4)"
    row: list[Value] = [first, last, *(int(number(name)) for name in _RULES.values())]
    codes = [(n, code) for n in LISTS if n != "surgical_drg" for code in lists.get(n, ())]
    days = [(first + dt.timedelta(days=n),) for n in range((last - first).days + 1)]
    drgs = [(code.zfill(3),) for code in lists.get("surgical_drg", ())]
    return [
        SmallTable("cost_rule", columns, [(*row, number("stay_visit_share"))]),
        SmallTable("cost_code", {"list": "string", "code": "string"}, codes),
        SmallTable("measured_day", {"day": "date"}, days),
        SmallTable("surgical_drg", {"drg_code": "string"}, drgs),
    ]


def _listings(engine: Engine, year: int, computed: Sequence[str]) -> list[Listing]:
    listings = [_clinicians(engine, year, computed)]
    if PER_CAPITA in computed:
        fields = (
            Field("Person", role="who"), Field("Taxpayer number", role="who"),
            Field("NPI", role="who"), Field("Candidate events", "count", "evidence"),
            Field("From", "date", "evidence"), Field("Days", "count"), Field("Paid", "USD"),
        )  # fmt: skip
        rows = [list(row.values()) for row in engine.rows(_PERSONS)]
        title = f"People attributed {year}, {PER_CAPITA} (estimate)"
        listings.append(Listing("attributed_persons", title, fields, rows))
    if PER_STAY in computed:
        stay_fields = (
            Field("Person", role="who"), Field("Stay", role="who"), Field("MS-DRG"),
            Field("Kind"), Field("Taxpayer number", role="who"), Field("NPI", role="who"),
            Field("Visits", "count", "evidence"), Field("Of visits", "count", "evidence"),
            Field("Paid", "USD"),
        )  # fmt: skip
        rows = [list(row.values()) for row in engine.rows(_STAYS)]
        title = f"Stays attributed {year}, {PER_STAY} (estimate)"
        listings.append(Listing("attributed_stays", title, stay_fields, rows))
    return listings


def _clinicians(engine: Engine, year: int, computed: Sequence[str]) -> Listing:
    fields = (
        Field("Measure"), Field("Taxpayer number", role="who"), Field("NPI", role="who"),
        Field("Cases", "count"), Field("Paid", "USD"), Field("Paid a case", "USD"),
        Field("Paid a person and year", "USD"),
    )  # fmt: skip
    rows: list[list[Any]] = []
    for measure in computed:
        for row in engine.rows(_CLINICIANS[measure]):
            paid = Decimal(row["paid"])
            cent = Decimal("0.01")
            yearly = (paid * 365 / row["days"]).quantize(cent) if row["days"] else None
            each = (paid / row["cases"]).quantize(cent) if row["days"] is None else None
            rows.append([measure, row["tin"], row["npi"], row["cases"], paid, each, yearly])
    title = f"Cost by clinician {year} (estimates)"
    return Listing("clinicians", title, fields, rows, NOTES[0], "small counts")
