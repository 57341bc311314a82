"""What the run measured: the year by month, the analyst's sections, the program's lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openvbc.app.blocks import AppPage, Links, Part
from openvbc.app.opened import OpenedRun
from openvbc.report import run_analyst
from openvbc.report.disclosure import Disclosure
from openvbc.report.listings import listing_sections
from openvbc.report.page import Note, Section


def _table(opened: OpenedRun, name: str) -> Sequence[Mapping[str, Any]]:
    return opened.run.table(name).rows() if name in opened.tables else []


def year_page(opened: OpenedRun) -> AppPage:
    """The settled period by month, enrollment type and service category."""
    sections = run_analyst.tracking(
        opened.tracking,
        lambda name: _table(opened, name),
        opened.run.main_period,
        Disclosure(shared=False),
    )
    parts: list[Part | Section] = [*sections]
    if opened.forecast is not None:
        parts.insert(0, Part("How it may end", run_analyst.explained_blocks(opened.forecast)))
    if not parts:
        said = "This program follows no year by month: see Result, Why and Lists."
        parts = [Part("The year", [Note(said)])]
    return AppPage("Where the year stands", parts, trail=[("/", opened.title)])


def analysis_page(opened: OpenedRun) -> AppPage:
    """Assignment, spending per capita, service categories, utilisation."""
    parts: list[Part | Section] = [*_sections(opened)]
    names = opened.run.period_names
    if parts and (still := [name for p, name in names.items() if p not in _over(opened)]):
        said = f"{', '.join(still)}: not over, so no year's sum is shown; see The year."
        parts.insert(0, Part("Years that are over", [Note(said, "warning")]))
    if not parts:
        said = "Assignment, spending a person and utilisation are no part of this program: see Why."
        parts = [Part("Analysis", [Note(said)])]
    return AppPage("Analysis", parts, trail=[("/", opened.title)])


def _over(opened: OpenedRun) -> dict[str, str]:
    """The periods whose sums are a year's: not the settled one before it is final."""
    over, main = opened.run.periods_over, opened.run.main_period
    return {p: name for p, name in over.items() if opened.is_final or p != main}


def _sections(opened: OpenedRun) -> list[Section]:
    asked = opened.claims.report_sections if opened.claims else ()

    def table(name: str) -> Sequence[Mapping[str, Any]]:
        if name == "assignment" and name in opened.tables:
            return opened.query(OUTCOMES, name)
        return _table(opened, name)

    return run_analyst.sections(asked, table, Disclosure(shared=False), _over(opened))


OUTCOMES = (
    "select period, is_assigned, step, reason, count(*) as people from assignment "
    "group by period, is_assigned, step, reason"
)
"""People by outcome, so that no row a person is read."""


def lists_page(opened: OpenedRun) -> AppPage:
    """The lists of the run's program."""
    parts: list[Part | Section] = [*listing_sections(opened.listings)]
    if not parts:
        parts = [Part("Lists", [Note("The program of this run makes no lists of its own.")])]
    if opened.claims is not None:
        parts.append(Part("Drivers", [Links([("/drivers", "Why the year came out as it did")])]))
    return AppPage("Lists", parts, trail=[("/", opened.title)])
