"""A study of what a program changed, from the claim store and the list of its people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openvbc._version import __version__
from openvbc.claims.csv_table import CsvColumn, optional
from openvbc.claims.csv_values import date
from openvbc.claims.own_files import MEMBER
from openvbc.claims.report import StoreReport
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.manifest import InputFile, Manifest, claim_run_folder, records
from openvbc.engine.pipeline import Pipeline, Progress
from openvbc.engine.table import SmallTable
from openvbc.errors import EmptyResult, InputError, Place
from openvbc.programs.effect.estimate import Balance, Effect, Method, balance, effects
from openvbc.programs.effect.matching import Matching, match
from openvbc.programs.effect.sample import Sample, sample_of, statistics
from openvbc.programs.person_files import PersonFile, Reasons, people_of, read_person_files
from openvbc.rules.load import RuleSet, load_rules
from openvbc.steps import claims, effect, stays
from openvbc.steps.rule_table import code_table

STORE_TABLES = (
    "person", "coverage", "institutional_claim", "institutional_line", "professional_line",
)  # fmt: skip
OUTCOMES = ("payments", "admissions", "emergency")


def _twice(rows: Sequence[Any], reasons: Reasons) -> None:
    """A person with two starts is in no comparison that can be made."""
    seen: dict[Any, int] = {}
    for at, row in enumerate(rows):
        if reasons[at] is None and seen.setdefault(row["person_id"], at) != at:
            reasons[at] = "a second start of a person; the first counts"


MEMBERS = PersonFile(
    "program.csv",
    "program_member",
    (
        MEMBER,
        CsvColumn("start_date", date, "day the program began for the person", "2024-03-15"),
        optional("program", str.strip, "name of the program, for the title", "Care at home"),
    ),
    refuse_together=_twice,
)


@dataclass(frozen=True)
class Study:
    """What was found."""

    folder: Path
    method: Method
    members: int
    """People of the program compared."""
    others: int
    unmatched: int
    left_out: int
    """People of the list who could not be looked at: not covered before, or no month after."""
    effects: Sequence[Effect]
    balance: Sequence[Balance]
    largest_imbalance: float
    notes: Sequence[str]
    set_aside: int


def study(
    store: Path,
    files: Path,
    folder: Path,
    *,
    method: Method = "matched",
    threads: int = 2,
    progress: Callable[[Progress], None] | None = None,
) -> Study:
    """Compare the people of ``program.csv`` with others of the claim store.

    Args:
        store: folder of a claim store.
        files: folder of ``program.csv``: member_id, start_date.
        folder: where the run goes.
        method: matched, or differences (difference in differences of everybody).
        threads: of the engine.
        progress: told of each step.

    Raises:
        ExtraMissing: the statistics library is not installed.
        InputError: the list cannot be read, is missing, or people cannot be compared.
        EmptyResult: too few people can be compared; a number without a comparison is not given.
    """
    statistics()
    if not (files / MEMBERS.file).exists():
        raise InputError(
            "there is no list of the people of the program",
            place=Place(str(files / MEMBERS.file)),
            rule="columns: member_id, start_date",
            action="write it, a row a person",
            code="VBC-1994",
        )
    claim_run_folder(folder)
    rules = load_rules(effect.PROGRAM)
    report = StoreReport.load(store).checked()
    sources = report.sources(STORE_TABLES)
    with DuckDBEngine(threads=threads, scratch=folder) as engine:
        kept = read_person_files(files, [MEMBERS], people_of(engine, report))
        starts = kept.rows[MEMBERS.table]
        pipeline = Pipeline([*claims.steps(), *stays.steps(), *effect.steps()])
        made = pipeline.needed_for(["effect_outcome"]).run(
            engine, sources, small_tables(rules, starts), folder / "tables", progress,
            report.derived(stays.DERIVED),
        )  # fmt: skip
        engine.register("effect_outcome", made["effect_outcome"].table.parts)
        rows = engine.rows("select * from effect_outcome")
        version = engine.version
    comparison = compare(rows, rules, method, folder, listed=len(starts), notes=kept.notes(),
                    set_aside=kept.set_aside)  # fmt: skip
    Manifest(
        openvbc=__version__, program=effect.PROGRAM, engine="duckdb", engine_version=version,
        rules={effect.PROGRAM: rules.digest}, project_sha256=report.inputs_key,
        inputs=[InputFile.of(path) for path in kept.paths],
        control_totals={"people": {"listed": len(starts), "compared": comparison.members}},
        steps=records(made), outputs={}, settings={"method": method}, notes=comparison.notes,
    ).write(folder)  # fmt: skip
    return comparison


def compare(
    rows: Sequence[Any],
    rules: RuleSet,
    method: Method,
    folder: Path,
    *,
    listed: int,
    notes: Sequence[str] = (),
    set_aside: int = 0,
) -> Study:
    """The comparison over rows of `effect_outcome`."""

    def number(name: str) -> float:
        return float(str(rules.get(name).value))

    sample = sample_of(rows, OUTCOMES)
    matching: Matching | None = None
    if method == "matched" and sample.is_member.any() and not sample.is_member.all():
        matching = match(sample, number("caliper"), int(number("matches_each")))
    members = _members(sample, matching)
    least = int(number("least_members"))
    others = _others(sample, matching)
    if min(members, others) < least:
        raise EmptyResult(
            f"fewer than {least} people can be compared on each side",
            rule="a number before and after, without people to compare with, is not given",
            action="take more people, a longer time, or --method differences",
            code="VBC-6997",
        )
    return Study(
        folder, method, members, others, matching.unmatched if matching else 0,
        listed - int(sample.is_member.sum()), effects(sample, method, matching),
        balance(sample, matching), number("largest_imbalance"), notes, set_aside,
    )  # fmt: skip


def _members(sample: Sample, matching: Matching | None) -> int:
    places = sample.is_member if matching is None else sample.is_member[matching.places]
    return int(places.sum())


def _others(sample: Sample, matching: Matching | None) -> int:
    places = sample.is_member if matching is None else sample.is_member[matching.places]
    return int((~places).sum())


def small_tables(rules: RuleSet, starts: Sequence[Any]) -> list[SmallTable]:
    """People of the program, the months of start, and the months around them."""
    before = int(str(rules.get("months_before").value))
    after = int(str(rules.get("months_after").value))
    members = [(row["person_id"], row["start_date"].replace(day=1)) for row in starts]
    cohorts = [
        (start, moved(start, -before), moved(start, -before + before // 2),
         moved(start, after - 1), before)
        for start in sorted({start for _, start in members})
    ]  # fmt: skip
    months: list[tuple[dt.date, int, int]] = []
    if cohorts:
        month, last = cohorts[0][1], cohorts[-1][3]
        while month <= last:
            months.append((month, month.year, 1 << (month.month - 1)))
            month = moved(month, 1)
    centers = code_table(
        "episode_construction", "emergency_revenue_center", "emergency_revenue_center",
        {"revenue_center_code": "string"},
    )  # fmt: skip
    return [
        SmallTable("program_member", {"person_id": "string", "start_month": "date"}, members),
        SmallTable(
            "effect_cohort",
            {"start_month": "date", "first_month": "date", "middle_month": "date",
             "last_month": "date", "months_before": "int"},
            cohorts,
        ),
        SmallTable(
            "effect_month", {"month": "date", "calendar_year": "int", "bit": "int"}, months
        ),
        centers.table,
        *(t.table for t in (stays.stay_types(), *stays.tables([stays.EVER]))),
    ]  # fmt: skip


def moved(month: dt.date, count: int) -> dt.date:
    """First day of the month so many months later."""
    number = month.year * 12 + month.month - 1 + count
    return dt.date(number // 12, number % 12 + 1, 1)
