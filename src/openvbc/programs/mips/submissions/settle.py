"""Settle submissions: measures to points, categories, final score and payment adjustment.

One row of the main sheet is one participant (clinician under a TIN, group, subgroup, virtual group
or APM entity), as the identifiers of the rows join. What is not computed from measures (cost,
bonuses, services paid) comes from the user's list of participants.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import optional
from openvbc.errors import EmptyResult, SetAside
from openvbc.programs.mips.benchmarks import read_benchmarks
from openvbc.programs.mips.category_scores import (
    COLUMNS,
    NOTES,
    PRESENTATION,
    bonus_over_limit,
    final_inputs,
    not_scored,
    score,
)
from openvbc.programs.mips.own_list import not_negative, read_list, reasons_of, whole
from openvbc.programs.mips.submissions.cost import cost_sheets
from openvbc.programs.mips.submissions.given_scores import (
    take_from_facility,
    take_from_group,
)
from openvbc.programs.mips.submissions.inventory import (
    Inventory,
    Mvp,
    read_inventory,
    read_mvps,
)
from openvbc.programs.mips.submissions.measure_rows import MeasureRow, read_measures
from openvbc.programs.mips.submissions.other_categories import score_activities
from openvbc.programs.mips.submissions.pathways import of_pathways
from openvbc.programs.mips.submissions.promoting_interoperability import (
    score_interoperability,
    unconfirmed_points,
)
from openvbc.programs.mips.submissions.quality import BenchmarkTable
from openvbc.programs.mips.submissions.quality_sheets import quality_sheets
from openvbc.programs.published.facility_files import check_year
from openvbc.programs.published.idle_columns import notes_of_idle_columns, results_of
from openvbc.programs.settlement import ContractYear, Settlement, Sheet
from openvbc.rules.load import RuleSet, load_rules
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.performance.mips.final_score import MIPS_FINAL_SCORE

PARTICIPANT = (
    *COLUMNS,
    optional("mvp", read.word, "the MVP it registered for", "G0053"),
    optional("less_burden", read.flag, "rural, shortage area or non-patient-facing"),
    optional("medical_home", read.flag, "patient-centered medical home"),
    optional("apm_participant", read.flag, "in an APM, with the credit of it"),
    optional("measures_applicable", whole, "quality measures that apply, where fewer than needed"),
    optional("survey_sample_too_small", read.flag, "registered for CAHPS, its sample too small"),
    optional("prior_achievement", not_negative(read.number), "quality, prior year, a ratio"),
    optional("prior_cost_score", score, "cost, prior year, a ratio"),
    optional("subgroup_of", read.word, "the group of a subgroup, as its row is identified"),
    optional("facility_quality_score", score, "of the hospital, where facility-based"),
    optional("facility_cost_score", score, "of the hospital, where facility-based"),
)
SCORES = {
    "mips_quality_category": ("quality_score",),
    "mips_cost_category": ("cost_category_score",),
    "mips_improvement_activities": ("improvement_activities_score",),
}
"""The score of a category, by its worksheet."""
MORE_NOTES = (
    "A reported share left empty is taken as complete.",
    "Rates and cases of measures from claims and of cost are CMS's: they are given, not computed.",
    "Attestations of promoting interoperability are taken as made.",
)


@dataclass(frozen=True)
class SubmittedFiles:
    """The files of a settlement: what was submitted, and what CMS publishes for the year."""

    measures: Path
    benchmarks: Path
    inventory: Sequence[Path]
    participants: Path | None = None
    mvps: Path | None = None

    @property
    def all(self) -> list[Path]:
        """Every file read."""
        others = (self.participants, self.mvps)
        return [self.measures, self.benchmarks, *self.inventory, *(f for f in others if f)]


@dataclass
class Submitted:
    """What was read: rows, who takes part, and what they are scored by."""

    rows: list[MeasureRow]
    people: dict[str, dict[str, Any]]
    """By identifier: what is given of each; scores are added as they are computed."""
    mvps: Mapping[str, Mvp]
    inventory: Inventory
    table: BenchmarkTable
    rules: RuleSet
    year: int
    aside: list[SetAside]
    notes: Sequence[str] = ()
    listed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By identifier: what the list of participants says, as it says it."""


def read_submitted(files: SubmittedFiles, year: int, overlays: Sequence[Path] = ()) -> Submitted:
    """Read all files of a year.

    Raises:
        InputError: a file cannot be read or is of another year. ParameterMissing: a rule of the
        year is not known.
    """
    rules = load_rules("mips", tuple(overlays))
    check_year(rules, ("performance_threshold", "applicable_percent"), year, "performance_year")
    inventory = read_inventory(files.inventory, year)
    benchmarks, aside = read_benchmarks(files.benchmarks, year)
    rows, refused = read_measures(files.measures, inventory)
    aside = [*aside, *refused]
    people = _participants(files, rows, rules, year, aside)
    mvps = read_mvps(files.mvps) if files.mvps else {}
    table = BenchmarkTable(benchmarks, "decimal")
    notes = _not_joined({row.who for row in rows}, people) if files.participants else []
    listed = {who: dict(person) for who, person in people.items()}
    return Submitted(rows, people, mvps, inventory, table, rules, year, aside, notes, listed)


def _not_joined(submitted: set[str], people: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A warning of clinicians whom the list and the submissions identify in different ways.

    A row of the list is of whoever submitted with the same npi, tin and entity; with one more or
    one less it is of somebody else.
    """
    listed = {who: str(person["npi"]) for who, person in people.items() if person.get("npi")}
    clinicians = {npi for who, npi in listed.items() if who not in submitted}
    strangers = {who.split("-")[0] for who in submitted - set(listed)}
    count = len(clinicians & strangers)
    if not count:
        return []
    return [
        f"Data warning: {count:,} clinicians stand on the list of participants and in the "
        "submissions under different identifiers (with a taxpayer number or without): they are "
        "scored as two. Write npi, tin and entity the same way in both."
    ]


def scored(given: Submitted) -> tuple[list[str], Evaluation, dict[str, Sheet]]:
    """Everyone who can be scored, the final scores in that order, and the sheets below them.

    Who cannot be is set aside.
    """
    people, rules, year, aside = given.people, given.rules, given.year, given.aside
    largest = given.table.largest
    rows = of_pathways(given.rows, people, given.mvps, rules, year, aside, largest)
    details: dict[str, Sheet] = {}
    for pathway in dict.fromkeys(person["pathway"] for person in people.values()):
        details |= quality_sheets(rows, people, given.table, pathway, rules, year, given.inventory)
    details |= cost_sheets(rows, people, given.table, rules, year, aside)
    _others(rows, people, rules, year, aside, details)
    take_from_group(people, aside)
    take_from_facility(people, rules, year, aside)
    kept = list(people)
    for who in kept:
        people[who].update(not_scored(people[who], year, rules))
    evaluation = MIPS_FINAL_SCORE.evaluate(final_inputs([people[w] for w in kept], year), rules)
    aside += [
        SetAside("no weights for what is not scored", people[kept[n]]["place"], missing.what)
        for n, missing in evaluation.refused.items()
    ]
    usable = [number for number in range(len(kept)) if number not in evaluation.refused]
    if not usable:
        raise EmptyResult(
            "nobody who submitted could be scored", place=aside[0].place if aside else None,
            rule=reasons_of(aside), action="give measures of the year with their cases",
            code="VBC-1932",
        )  # fmt: skip
    return [kept[n] for n in usable], evaluation.at(usable), details


def settle_submissions(
    files: SubmittedFiles, year: int, overlays: Sequence[Path] = ()
) -> Settlement:
    """Score everyone who submitted something.

    Raises:
        InputError: a file cannot be read or is of another year. EmptyResult: nobody can be scored.
        ParameterMissing: a rule of the year is not known.
    """
    given = read_submitted(files, year, overlays)
    who, evaluation, details = scored(given)
    whose = [ContractYear(each, year, given.people[each]["pathway"]) for each in who]
    main = Sheet(whose, evaluation)
    return Settlement(
        "mips", f"MIPS from submissions, performance year {year}", main,
        PRESENTATION, len(who) + len(given.aside), given.aside, details=details,
        sources=tuple(files.all),
        notes=(
            *given.notes, *NOTES, *MORE_NOTES, *unconfirmed_points(year, given.rows),
            *_idle(given.listed, main, details),
        ),
    )  # fmt: skip


def _idle(
    listed: Mapping[str, Mapping[str, Any]], main: Sheet, details: Mapping[str, Sheet]
) -> Iterator[str]:
    """What is said of columns of the list that move nothing of a participant who has them."""
    below = [(each, SCORES.get(each.evaluation.worksheet.name, ())) for each in details.values()]
    for sheet, results in [(main, results_of(PRESENTATION)), *below]:
        if results:
            given = [listed.get(each.identifier, {}) for each in sheet.contracts]
            yield from notes_of_idle_columns(sheet, given, results)


def _participants(
    files: SubmittedFiles,
    rows: Sequence[MeasureRow],
    rules: RuleSet,
    year: int,
    aside: list[SetAside],
) -> dict[str, dict[str, Any]]:
    """Everyone of the list and everyone who submitted, with what is given of them."""
    listed: dict[str, dict[str, Any]] = {}
    if files.participants is not None:
        list_rows, refused = read_list(files.participants, PARTICIPANT, "participants")
        aside += refused
        listed = {row.identifier: {**row.values, "place": row.place} for row in list_rows}
    empty = dict.fromkeys(column.name for column in PARTICIPANT)
    for row in rows:
        listed.setdefault(row.who, {**empty, "place": row.place})
    for who, person in list(listed.items()):
        person["pathway"] = person["pathway"] or "traditional"
        if over := bonus_over_limit(person["complex_patient_bonus"], rules, year, person["place"]):
            aside.append(over)
            del listed[who]
    return listed


def _others(
    rows: Sequence[MeasureRow],
    people: dict[str, dict[str, Any]],
    rules: RuleSet,
    year: int,
    aside: list[SetAside],
    details: dict[str, Sheet],
) -> None:
    """Activities and promoting interoperability, where the list does not give the score itself."""
    _take(
        people, "promoting_interoperability_score", score_interoperability(rows, rules, year, aside)
    )
    activities = score_activities(rows, people, rules, year)
    if activities is not None:
        who, scores = activities
        details["improvement_activities"] = Sheet(
            [ContractYear(each, year, people[each]["pathway"]) for each in who], scores
        )
        _take(people, "improvement_activities_score", dict(zip(who, _column(scores), strict=True)))


def _column(evaluation: Evaluation) -> list[Decimal]:
    return [
        evaluation.value("improvement_activities_score", n)
        for n in range(len(evaluation.column("activity_points")))
    ]


def _take(people: dict[str, dict[str, Any]], name: str, scores: Mapping[str, Decimal]) -> None:
    for who, value in scores.items():
        if people[who][name] is None:
            people[who][name] = value
