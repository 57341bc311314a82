"""Social needs and results by strata of the people in a claim store.

::

    equity = look(Path("store"), Path("files"), dt.date(2024, 12, 31), folder)
    equity.divisions       # every measure by every division, before anything is hidden
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc._version import __version__
from openvbc.claims.report import StoreReport
from openvbc.engine.base import Engine
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.manifest import InputFile, Manifest, claim_run_folder, records
from openvbc.engine.pipeline import Pipeline, Progress
from openvbc.programs.listing import Listing
from openvbc.programs.person_files import FilesRead, people_of, read_person_files
from openvbc.programs.social_need.gap_parts import gaps_of_store
from openvbc.programs.social_need.given_files import FILES, outcomes_of
from openvbc.programs.social_need.need_lists import need_lists
from openvbc.programs.social_need.strata import Division, divide
from openvbc.rules.load import RuleSet, load_rules
from openvbc.steps import claims, social_need, stays
from openvbc.steps.social_need.tables import given_tables, rule_tables

STORE_TABLES = (
    "person", "coverage", "residence", "diagnosis", "institutional_claim", "professional_line",
)  # fmt: skip
RESULTS = ("eligible_person", "social_need", "screening", "area_rank", "person_stratum",
           "person_result")  # fmt: skip


@dataclass(frozen=True)
class Equity:
    """What was found."""

    folder: Path
    as_of: dt.date
    listings: Sequence[Listing]
    """Lists about people, for the house."""
    divisions: Sequence[Division]
    needs: Sequence[Mapping[str, Any]]
    """Each domain: screened, positive, documented, open, referred."""
    eligible: int
    screened: int
    areas: Sequence[Mapping[str, Any]]
    """Each index: people joined, by level; unranked; not joined."""
    shares: Mapping[str, Decimal | int | None]
    """What the health equity adjustment of MSSP asks for."""
    notes: Sequence[str]
    set_aside: int


def look(
    store: Path,
    files: Path,
    as_of: dt.date | None,
    folder: Path,
    *,
    lists: Sequence[Path] = (),
    references: Mapping[str, str] | None = None,
    within: str | None = None,
    threads: int = 2,
    progress: Callable[[Progress], None] | None = None,
) -> Equity:
    """Look at needs, areas and results by strata, as of a day, and write the run's tables.

    Args:
        store: folder of a claim store.
        files: folder of the user's files, see :mod:`openvbc.programs.social_need.given_files`.
        as_of: the day; the end of the last month with claims if None.
        folder: where the run goes.
        lists: Parquet lists of other commands with a column person; each becomes a measure.
        references: division to its reference stratum.
        within: division that stands for providers, for example practice; gaps are then parted
            within and between them.
        threads: of the engine.
        progress: told of each step.

    Raises:
        InputError: the store is damaged, or a file cannot be read.
    """
    claim_run_folder(folder)
    rules = load_rules(social_need.PROGRAM)
    report = StoreReport.load(store).checked()
    day = as_of or _last_day(report)
    sources = report.sources(STORE_TABLES)
    with DuckDBEngine(threads=threads, scratch=folder) as engine:
        kept = read_person_files(files, FILES, people_of(engine, report))
        small = [
            *(each.table for each in rule_tables(rules, day, kept.rows["area_value"])),
            *given_tables({**kept.rows, **_judged(kept)}, _listed(engine, lists)),
        ]
        pipeline = Pipeline([*claims.steps(), *social_need.steps()]).needed_for(RESULTS)
        made = pipeline.run(
            engine, sources, small, folder / "tables", progress, report.derived(stays.DERIVED)
        )
        for name in RESULTS:
            engine.register(name, made[name].table.parts)
        for table in small:
            if table.name == "given_referral":
                engine.register_small(table)
        equity = _found(engine, kept, folder, day, references, rules)
        if within is not None:
            gaps = gaps_of_store(engine, within, equity.divisions)
            equity = replace(equity, listings=[*equity.listings, gaps])
        version = engine.version
    Manifest(
        openvbc=__version__, program=social_need.PROGRAM, engine="duckdb", engine_version=version,
        rules={social_need.PROGRAM: rules.digest}, project_sha256=report.inputs_key,
        inputs=[InputFile.of(path) for path in (*kept.paths, *lists)],
        control_totals={
            e.file: {"in": e.records, "used": e.used, "set_aside": e.records - e.used}
            for e in kept.files
        },
        steps=records(made), outputs={}, settings={"as_of": str(day)}, notes=equity.notes,
    ).write(folder)  # fmt: skip
    return equity


def _judged(kept: FilesRead) -> dict[str, list[dict[str, Any]]]:
    """Answers with the domain and outcome each means."""
    answers = [
        {**row, "domain": domain, "outcome": outcome}
        for row in kept.rows["screening"]
        for domain, outcome in outcomes_of(row)
    ]
    return {"screening_answer": answers}


def _last_day(report: StoreReport) -> dt.date:
    known = sorted(month for month, lines in report.months.get("service", {}).items() if lines)
    month = dt.date.fromisoformat(f"{known[-1]}-01") if known else dt.date.today()
    after = dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return after - dt.timedelta(days=1)


def _listed(engine: Engine, lists: Sequence[Path]) -> list[tuple[str, str]]:
    """(list, person) of the lists given: who is on each."""
    list_members = []
    for path in lists:
        engine.register("given_list", path)
        rows = engine.rows("select distinct person from given_list where person is not null")
        list_members += [(f"on the list {path.stem}", str(row["person"])) for row in rows]
    return list_members


def _found(
    engine: Engine,
    kept: FilesRead,
    folder: Path,
    day: dt.date,
    references: Mapping[str, str] | None,
    rules: RuleSet,
) -> Equity:
    counted = engine.rows(_COUNTS)[0]
    rank = rules.get("deprived_national_rank").value
    shares = engine.rows(_SHARES.format(deprived=rank))[0]
    areas = engine.rows(_AREAS)
    notes = [f"As of {day}.", *kept.notes(), *_area_notes(areas)]
    if "screening.csv" not in kept.given:
        notes.append("No screening.csv: who has a need is known from claims alone, which tell of "
                     "few; no code on a claim does not mean no need.")  # fmt: skip
    return Equity(
        folder, day, need_lists(engine), divide(engine.rows(_STRATA), references),
        engine.rows(_NEEDS), counted["eligible"], counted["screened"], areas,
        shares, notes, kept.set_aside,
    )  # fmt: skip


def _area_notes(areas: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"{row['area_index']}: {row['people']:,} people {row['state']}; they are in no stratum."
        for row in areas
        if row["state"] != "joined"
    ]


_COUNTS = """
select count(*) as eligible,
  count(*) filter (person_id in (select person_id from screening where is_complete)) as screened
from eligible_person
"""
_NEEDS = """
with asked as (select distinct person_id from screening where is_complete),
need as (
  select n.*, a.person_id is not null as is_screened
  from social_need n
  join eligible_person e on e.person_id = n.person_id
  left join asked a on a.person_id = n.person_id
)
select domain,
  count(*) filter (is_open and is_screened and source = 'instrument') as positive_screened,
  count(*) filter (source = 'claim') as documented,
  count(*) filter (is_open) as open_needs,
  count(*) filter (is_open and exists (
    select 1 from given_referral r
    where r.person_id = need.person_id and r.domain = need.domain and r.closed_date is null
  )) as open_referred
from need
group by domain
order by domain
"""
_AREAS = """
select area_index, state, level, count(*) as people
from area_rank
group by all
order by area_index, state, level
"""
_STRATA = """
with divided as (select distinct division from person_stratum)
select r.measure, d.division, s.stratum, p.age_band || ', ' || p.sex as cell,
  count(distinct r.person_id) as people,
  cast(sum(r.numerator) as bigint) as numerator,
  cast(sum(r.denominator) as bigint) as denominator,
  sum(r.amount) as amount,
  sum(cast(r.amount as double) * cast(r.amount as double)) as squares
from person_result r
join eligible_person p on p.person_id = r.person_id
cross join divided d
left join person_stratum s on s.person_id = r.person_id and s.division = d.division
group by all
"""
_SHARES = """
select
  count(*) as people,
  count(*) filter (is_dual_or_low_income) as low_income_people,
  (select count(*) from area_rank where area_index = 'ADI national rank' and state = 'joined'
    and not is_approximate) as ranked_people,
  (select count(*) from area_rank where area_index = 'ADI national rank' and state = 'joined'
    and not is_approximate and value >= {deprived}) as deprived_people
from eligible_person
"""
