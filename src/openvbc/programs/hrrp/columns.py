"""The supplemental file's columns by condition: none lacks one, and a condition that is absent is
said."""

from __future__ import annotations

from collections.abc import Sequence

from openvbc.errors import InputError, Place
from openvbc.programs.hrrp.layouts import CONDITIONS, SPELLINGS
from openvbc.programs.published.published_file import PublishedTable
from openvbc.rules.load import RuleSet

BY_CONDITION = {
    "ratio": "excess readmission ratio", "discharges": "number of discharges",
    "median": "peer group median", "drg_ratio": "DRG payment ratio",
}  # fmt: skip
"""Columns that repeat for each condition, and what a message calls them."""


def notes_of_conditions(tables: Sequence[PublishedTable], rules: RuleSet, year: int) -> list[str]:
    """What is said of conditions of the year that a file does not give at all.

    Raises:
        InputError: a condition lacks a column that the others have.
    """
    counted = [
        condition
        for condition in CONDITIONS
        if rules.get("condition_in_program", fiscal_year=year, condition=condition).value
    ]
    notes = []
    for table in tables:
        given = {name: {SPELLINGS[item] for item in table.items(name)} for name in BY_CONDITION}
        known = set().union(*given.values())
        source = table.source or table.path.name
        for name, words in BY_CONDITION.items():
            lacking = [each for each in counted if each in known and each not in given[name]]
            if given[name] and lacking:
                raise InputError(
                    f"the {words} of {', '.join(lacking)} is absent",
                    place=Place(source),
                    rule=f"it stands there for {', '.join(sorted(given[name]))}",
                    action="give the file with all its columns, as CMS publishes it",
                    code="VBC-1133",
                )
        if absent := [each for each in counted if each not in known]:
            notes.append(
                f"{source} does not give {', '.join(absent)}: the reduction of {year} is reckoned"
                " without."
            )
    return notes
