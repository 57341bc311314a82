"""Scores of very many participants from Parquet files: measures in, final scores out.

::

    found = score_parquet(files, Path("participants.parquet"), 2024, Path("scores.parquet"))
    found.scored, found.set_aside

The measures' file has the columns of a CSV list, with one column ``participant``. Numbers are
``float64``: for registers and planning. Money is settled from a list, in exact decimals
(:mod:`~openvbc.programs.mips.submissions.settle`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from openvbc.claims.arrow_columns import pyarrow
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.private_files import only_for_owner, private_folder
from openvbc.engine.quoting import literal
from openvbc.engine.scratch import scratch_folder
from openvbc.errors import EmptyResult, InputError, Place
from openvbc.input_file import regular_file
from openvbc.programs.mips.benchmarks import read_benchmarks
from openvbc.programs.mips.submissions.inventory import (
    CLAIMS,
    QUALITY,
    SURVEY,
    SURVEY_PART,
    WEB,
    Inventory,
    read_inventory,
)
from openvbc.programs.mips.submissions.many import RESULTS, ManyParticipants, score_many
from openvbc.programs.mips.submissions.quality import NONE, BenchmarkTable, QualityRows
from openvbc.programs.mips.submissions.quality_sheets import case_minimum
from openvbc.programs.published.facility_files import check_year
from openvbc.rules.load import RuleSet, load_rules

NEEDED = ("participant", "measure", "collection_type")
MEASURES = {
    **dict.fromkeys(NEEDED, "varchar"),
    **dict.fromkeys(
        ("numerator", "denominator", "performance_rate", "cases", "reported_share"), "double"
    ),
}
SCORES = (
    "cost_score", "improvement_activities_score", "promoting_interoperability_score",
    "complex_patient_bonus",
)  # fmt: skip
MEASURES["end_to_end"] = "boolean"
PEOPLE = {"participant": "varchar", "small_practice": "boolean", **dict.fromkeys(SCORES, "double")}
_KNOWN = {
    "measure": "varchar", "collection_type": "varchar", "measure_number": "int",
    "benchmark": "int", "is_proportion": "boolean", "measure_year": "double",
    "limit_removed": "boolean", "is_outcome": "boolean", "is_high_priority": "boolean",
    "by_claims": "boolean", "in_a_set": "boolean", "least_cases": "double", "largest": "double",
}  # fmt: skip
_JUDGED = """
create or replace temp table judged as
with given as (select *, row_number() over () as place from measures),
rated as (
  select g.* exclude (performance_rate),
    case when numerator is not null and denominator > 0 then numerator / denominator * 100
      else performance_rate end as rate,
    numerator is not null and denominator is not null as is_counted
  from given g
)
select r.*, k.* exclude (measure, collection_type), coalesce(r.denominator, r.cases) as of_cases,
  case
    when coalesce(r.participant, '') = '' then 'without a participant'
    when not exists (select 1 from known o where o.measure = r.measure)
      then 'a measure that is not of the year'
    when k.measure is null then 'a collection type that the measure does not have'
    when r.numerator > r.denominator then 'numerator over denominator'
    when r.reported_share > 1 then 'more reported than eligible'
    when r.rate is null or isnan(r.rate) then 'no rate, and no numerator and denominator'
    when r.rate < 0 or r.numerator < 0 or r.cases < 0 or r.reported_share < 0 then 'below zero'
    when k.is_proportion and not r.is_counted and r.rate > 0 and r.rate < 1
      then 'a rate that may be a fraction'
    when k.is_proportion and r.rate > 100 then 'a rate over 100'
    when k.in_a_set then 'the Web Interface, or a part of the CAHPS survey: give these as a list'
    when k.by_claims and r.rate > 10 * k.largest then 'a rate in another unit than its benchmark'
    when coalesce(r.denominator, r.cases) is null then 'how many cases is not told'
    when row_number() over (
      partition by r.participant, r.measure, r.collection_type order by r.place) > 1
      then 'the same measure a second time'
  end as reason
from rated r
left join known k on k.measure = r.measure and k.collection_type = r.collection_type
"""
_PEOPLE = """
create or replace temp table person as
select participant, row_number() over (order by participant) - 1 as who,
  {columns}
from (select distinct participant from judged where reason is null) j
left join (
  select *, row_number() over (partition by participant) as place from people
) p using (participant)
where coalesce(p.place, 1) = 1 and {usable}
"""


@dataclass(frozen=True)
class ParquetScores:
    """How many were scored, and rows set aside by reason."""

    scored: int
    rows: int
    set_aside: Mapping[str, int]


def score_parquet(
    measures: Path,
    benchmarks: Path,
    inventory: Sequence[Path],
    participants: Path | None,
    year: int,
    path: Path,
    overlays: Sequence[Path] = (),
) -> ParquetScores:
    """Score everyone of a file of measures, in traditional MIPS.

    Args:
        measures: one row a measure of a participant (:data:`MEASURES`).
        benchmarks: CMS's benchmarks of the year.
        inventory: the year's measures.
        participants: small practice and the scores of the other categories (:data:`PEOPLE`).
        year: performance year.
        path: where the scores go (:data:`~openvbc.programs.mips.submissions.many.RESULTS`).
        overlays: rules that change parameters.

    Raises:
        InputError: a file cannot be read, has other columns, or is of another year.
        EmptyResult: no row can be scored.
        ParameterMissing: a rule of the year is not known.
    """
    rules = load_rules("mips", tuple(overlays))
    check_year(rules, ("performance_threshold", "applicable_percent"), year, "performance_year")
    known = read_inventory(inventory, year)
    found, _ = read_benchmarks(benchmarks, year)
    table = BenchmarkTable(found, "float")
    needed = rules.get("reported_share_needed", performance_year=year).value
    private_folder(path.parent)
    with (
        scratch_folder(path.parent) as scratch,
        DuckDBEngine(threads=2, scratch=scratch) as engine,
    ):
        _register(engine, "measures", measures, MEASURES, NEEDED)
        _register(engine, "people", participants, PEOPLE, ("participant",))
        engine.register_rows("known", _KNOWN, _known_rows(known, table, rules, year))
        engine.rows(_JUDGED)
        engine.rows(_PEOPLE.format(columns=_columns(), usable=_usable()))
        aside = {
            str(row["reason"]): int(row["n"])
            for row in engine.rows(
                "select coalesce(reason, 'a score of the participant is not between 0 and 1') "
                "as reason, count(*) as n from judged where reason is not null or participant not "
                "in (select participant from person) group by 1 order by 1"
            )
        }
        total = engine.rows("select count(*) as n from judged")[0]["n"]
        rows = _numpy(engine, scratch / "rows.parquet", _ROWS.format(needed=float(str(needed))))
        people = _numpy(engine, scratch / "people.parquet", "select * from person order by who")
    if not len(rows["who"]):
        raise EmptyResult(
            "no row of the file can be scored",
            place=Place(measures.name),
            rule="; ".join(aside) or "the file has no row",
            code="VBC-90351",
        )
    scored = score_many(_quality_rows(rows), _many(people), table, rules, year)
    _write(people["participant"], scored, path)
    return ParquetScores(len(people["who"]), int(total), aside)


_ROWS = """
select p.who, j.measure_number, j.benchmark, j.rate, j.of_cases,
  j.reported_share is null or j.reported_share >= {needed} as data_complete,
  j.measure_year, j.limit_removed, j.is_outcome, j.is_high_priority, j.by_claims, j.least_cases,
  coalesce(j.end_to_end, false) as end_to_end
from judged j
join person p on p.participant = j.participant
where j.reason is null
order by p.who, j.place
"""


def _register(
    engine: DuckDBEngine,
    name: str,
    path: Path | None,
    columns: Mapping[str, str],
    needed: Sequence[str],
) -> None:
    """Make a file readable with exactly the columns that are known, empty where it lacks them."""
    present: list[str] = []
    if path is not None:
        pyarrow()
        from pyarrow import parquet

        regular_file(path)
        try:
            present = list(parquet.read_schema(path).names)
        except Exception as error:  # whatever the library says of a damaged file
            raise InputError(
                "this is no Parquet file, or it is damaged", place=Place(path.name),
                code="VBC-90352",
            ) from error  # fmt: skip
        other = [each for each in present if each not in columns]
        lacking = [each for each in needed if each not in present]
        if other or lacking:
            raise InputError(
                f"columns are not known: {', '.join(other)[:200]}" if other
                else f"columns are missing: {', '.join(lacking)}",
                place=Place(path.name), rule=f"columns: {', '.join(columns)}", code="VBC-90353",
            )  # fmt: skip
        engine.register(f"{name}_file", path)
    select = ", ".join(
        f"try_cast({column if column in present else 'null'} as {kind}) as {column}"
        for column, kind in columns.items()
    )
    source = f"{name}_file" if path is not None else "(select 1 where false)"
    engine.rows(f"create or replace temp view {name} as select {select} from {source}")


def _known_rows(
    inventory: Inventory, table: BenchmarkTable, rules: RuleSet, year: int
) -> list[tuple[str | None, ...]]:
    rows: list[tuple[str | None, ...]] = []
    quality = [each for each in inventory.values() if each.category == QUALITY]
    for number, each in enumerate(quality):
        used = 9 if each.first_year is None else year - each.first_year + 1
        for kind in sorted(each.collection_types):
            values = (
                each.name, kind, number, table.number.get((each.name, kind), NONE),
                each.is_proportion, used, kind in each.limit_removed or kind == WEB,
                each.is_outcome, each.high_priority, kind == CLAIMS,
                kind == WEB or (kind == SURVEY and each.name.startswith(SURVEY_PART)),
                case_minimum(rules, each.name), table.largest(each.name, kind),
            )  # fmt: skip
            rows.append(tuple(None if value is None else str(value).lower()
                              if value is True or value is False else str(value)
                              for value in values))  # fmt: skip
    return rows


def _columns() -> str:
    return ",\n  ".join(["coalesce(small_practice, false) as small_practice", *SCORES])


def _usable() -> str:
    shares = [name for name in SCORES if name != "complex_patient_bonus"]
    tests = [f"coalesce({name} between 0 and 1, true)" for name in shares]
    return " and ".join([*tests, "coalesce(complex_patient_bonus >= 0, true)"])


def _numpy(engine: DuckDBEngine, path: Path, select: str) -> dict[str, np.ndarray]:
    """The columns of a query as arrays; null numbers are NaN."""
    from pyarrow import parquet

    engine.rows(f"copy ({select}) to {literal(path.absolute())} (format parquet)")
    found = parquet.read_table(path)
    return {name: found.column(name).to_numpy(zero_copy_only=False) for name in found.column_names}


def _quality_rows(rows: Mapping[str, np.ndarray]) -> QualityRows:
    def flags(name: str) -> np.ndarray:
        return rows[name].astype(bool)

    return QualityRows(
        rows["who"], rows["measure_number"], rows["benchmark"], rows["rate"].astype(np.float64),
        rows["of_cases"].astype(np.float64), flags("data_complete"),
        rows["measure_year"].astype(np.float64), flags("limit_removed"), flags("is_outcome"),
        flags("is_high_priority"), flags("by_claims"), flags("end_to_end"),
        least_cases=rows["least_cases"].astype(np.float64),
    )  # fmt: skip


def _many(people: Mapping[str, np.ndarray]) -> ManyParticipants:
    scores = {name: people[name].astype(np.float64) for name in SCORES}
    scores["complex_patient_bonus"] = np.nan_to_num(scores["complex_patient_bonus"])
    return ManyParticipants(people["small_practice"].astype(bool), **scores)


def _write(participants: np.ndarray, scored: Mapping[str, Any], path: Path) -> None:
    pa = pyarrow()
    from pyarrow import parquet

    table = pa.table({"participant": participants, **{name: scored[name] for name in RESULTS}})
    parquet.write_table(table, path, compression="zstd")
    only_for_owner(path)
