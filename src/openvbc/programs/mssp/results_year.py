"""Whether the year a results file is taken for can be that of its rows.

The year in a file's name, or the one asked for, may be wrong. Rows contradict it where their
agreement had not begun, or their track did not exist: a few are slips and are set aside one by one,
many mean that the file is another year's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from openvbc.errors import InputError, Place
from openvbc.programs.mssp.results_row import ResultsRow, ResultsTable
from openvbc.programs.mssp.results_rules import tracks_of
from openvbc.rules.load import RuleSet

FEW = 20
"""One row in so many may contradict the year before the file does."""
YEARS = range(2012, 2031)


def check_year_of_content(table: ResultsTable, rules: RuleSet) -> None:
    """Stop where the rows of a file show that it is not of the year it is taken for.

    Raises:
        InputError: names the year taken and the years that the rows fit.
    """
    year = table.year_by_name
    if year is None or not tracks_of(year, rules):
        return  # rows of a year without rules are set aside with that reason
    wrong = _contradicting(table.rows, year, rules)
    if wrong < 2 or wrong * FEW <= len(table.rows):
        return
    fits = [str(y) for y in YEARS if y != year and not _contradicting(table.rows, y, rules)]
    raise InputError(
        f"the file is taken for {year}, and {wrong} of its {len(table.rows)} rows cannot be of it",
        place=Place(table.published.source),
        rule="their agreement begins later, or their track did not exist; the rows fit "
        + (", ".join(fits) or "no single year"),
        action="say the year of the file with --year, or name the file by it",
        code="VBC-162",
    )


def _contradicting(rows: Sequence[ResultsRow], year: int, rules: RuleSet) -> int:
    """Rows that cannot be of the year; all, if no track of it is known."""
    tracks = set(tracks_of(year, rules))
    end = dt.date(year, 12, 31)
    return sum(
        not tracks
        or (row.agreement_start is not None and row.agreement_start > end)
        or bool(set(row.tracks) - tracks)
        for row in rows
    )
