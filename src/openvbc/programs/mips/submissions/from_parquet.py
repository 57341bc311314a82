"""Scores of very many participants from Parquet files: measures in, final scores out.

::

    scores = score_parquet(files, Path("participants.parquet"), 2024, Path("scores.parquet"))
    scores.scored, scores.set_aside

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
from openvbc.programs.mips.submissions.judged_rows import KNOWN, JudgedRows, judged_rows
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


@dataclass(frozen=True)
class ParquetScores:
    """How many were scored, and rows set aside by reason."""

    scored: int
    rows: int
    """Rows of the file of measures."""
    set_aside: Mapping[str, int]
    """Rows of it that are not scored, and rows of participants who stand there before."""


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
    benchmark_list, _ = read_benchmarks(benchmarks, year)
    table = BenchmarkTable(benchmark_list, "float")
    needed = rules.get("reported_share_needed", performance_year=year).value
    private_folder(path.parent)
    with (
        scratch_folder(path.parent) as scratch,
        DuckDBEngine(threads=2, scratch=scratch) as engine,
    ):
        _register(engine, "measures", measures, MEASURES, NEEDED)
        _register(engine, "people", participants, PEOPLE, ("participant",))
        engine.register_rows("known", KNOWN, _known_rows(known, table, rules, year))
        judged = judged_rows(engine, scratch, float(str(needed)), SCORES)
    if not len(judged.rows["who"]):
        raise EmptyResult(
            "no row of the file can be scored",
            place=Place(measures.name),
            rule="; ".join(judged.set_aside) or "the file has no row",
            code="VBC-90351",
        )
    people = judged.people
    scored = score_many(_quality_rows(judged), _many(people), table, rules, year)
    _write(people["participant"], scored, path)
    return ParquetScores(len(people["participant"]), judged.given, judged.set_aside)


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
    for measure, each in enumerate(quality):
        used = 9 if each.first_year is None else year - each.first_year + 1
        for kind in sorted(each.collection_types):
            values = (
                len(rows), each.name, kind, measure, table.number.get((each.name, kind), NONE),
                each.is_proportion, used, kind in each.limit_removed or kind == WEB,
                each.is_outcome, each.high_priority, kind == CLAIMS,
                kind == WEB or (kind == SURVEY and each.name.startswith(SURVEY_PART)),
                case_minimum(rules, each.name), table.largest(each.name, kind),
            )  # fmt: skip
            rows.append(tuple(None if value is None else str(value).lower()
                              if value is True or value is False else str(value)
                              for value in values))  # fmt: skip
    return rows


def _quality_rows(judged: JudgedRows) -> QualityRows:
    rows, number = judged.rows, judged.rows["known"]

    def known(name: str, kind: type) -> np.ndarray:
        column: np.ndarray = judged.known[name].astype(kind)[number]
        return column

    return QualityRows(
        rows["who"], known("measure_number", np.int64), known("benchmark", np.int64),
        rows["rate"], rows["of_cases"], rows["data_complete"], known("measure_year", np.float64),
        known("limit_removed", bool), known("is_outcome", bool), known("is_high_priority", bool),
        known("by_claims", bool), rows["end_to_end"], least_cases=known("least_cases", np.float64),
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
