"""Hospital VBP files: every domain and measure column is understood, and none of the year lacks.

A domain whose heading is misspelt would drop out of the total, and a measure whose column is would
count as not scored; both change totals without a word. So an unknown one is an error, and so is an
absent one unless the user says that it is absent (option ``absent``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from difflib import get_close_matches

from openvbc.errors import InputError, Place
from openvbc.programs.published.published_cell import plain
from openvbc.programs.published.published_file import PublishedTable
from openvbc.rules.load import RuleSet

_OF_A_MEASURE = ("threshold", "benchmark", "performance")
"""Columns without which a measure cannot be scored."""
_REPEATED = (*_OF_A_MEASURE, "floor", "baseline", "achievement", "improvement", "score")
_PROGRAM_WORDS = frozenset(
    {"score", "points", "rate", "threshold", "benchmark", "floor", "domain", "baseline"}
)


def said_absent(text: str) -> set[str]:
    """The measures and domains that the option ``absent`` names, in plain spelling."""
    return {plain(name) for name in text.split(",") if name.strip()}


def check_columns_are_understood(table: PublishedTable) -> None:
    """No column that seems to be the program's is left unread."""
    used = set(table.where.values())
    for index, heading in enumerate(table.header):
        words = set(plain(heading).split())
        if index not in used and words & _PROGRAM_WORDS and "footnote" not in words:
            raise InputError(
                "the column is not understood",
                place=Place(table.path.name, column=heading.strip()),
                rule=f"a {table.layout.kind} has columns such as"
                " 'HAI-1 Performance Rate' or 'Unweighted Normalized Safety Domain Score'",
                action="correct the heading, or take the column out if it is your own",
                code="VBC-175",
            )


def check_domains(
    totals: Sequence[PublishedTable],
    measured: Collection[str],
    rules: RuleSet,
    year: int,
    absent: Collection[str],
) -> None:
    """The domains given are those of the year: known, and with weights that add up to one.

    Args:
        totals: total performance score files.
        measured: domains whose measures are given.
        rules: the rules of Hospital VBP.
        year: fiscal year.
        absent: domains that the user says are absent.
    """
    weights = {
        plain(str(name)): Decimal(str(entry.value))
        for entry in rules.history("domain_weight")
        if entry.applies["fiscal_year"].matches(year)
        for name in entry.applies["domain"].values or ()
    }
    for table in totals:
        given = table.items("unweighted")
        if not given:
            raise InputError(
                "the file gives no unweighted domain score",
                place=Place(table.path.name),
                rule="the total is computed from the unweighted scores and the year's weights",
                action="give the total performance score file with all its columns",
                code="VBC-176",
            )
        for domain in dict.fromkeys((*given, *table.items("weighted"))):
            if domain not in weights:
                raise _unknown("domain", domain, weights, year, table)
    together = {plain(d) for d in measured} | {d for t in totals for d in t.items("unweighted")}
    known_absent = weights.keys() & set(absent)
    if sum((weights[d] for d in together | known_absent), Decimal(0)) < 1:
        lacking = sorted(set(weights) - together - known_absent)
        raise InputError(
            f"a domain of fiscal year {year} is absent: {', '.join(lacking)}",
            rule="without it the other domains would count for more, and every total would change",
            action="give its file or column, or say that it is absent:"
            f" --option absent='{', '.join(lacking)}'",
            code="VBC-1020",
        )


def check_measures(
    tables: Sequence[PublishedTable], rules: RuleSet, year: int, absent: Collection[str]
) -> set[str]:
    """The measures given are those of the year; returns the domains they belong to."""
    domain_of = {
        plain(str(name)): str(entry.value)
        for entry in rules.history("measure_domain")
        if entry.applies["fiscal_year"].matches(year)
        for name in entry.applies["measure"].values or ()
    }
    given: set[str] = set()
    for table in tables:
        for item in dict.fromkeys(item for name in _REPEATED for item in table.items(name)):
            if item not in domain_of:
                raise _unknown("measure", item, domain_of, year, table)
            lacking = [name for name in _OF_A_MEASURE if not table.has(name, item)]
            if lacking:
                raise InputError(
                    f"the measure {item} lacks its column of {', '.join(lacking)}",
                    place=Place(table.path.name),
                    rule="a measure without it would count as not scored",
                    action="give the measure file with all its columns",
                    code="VBC-1021",
                )
            given.add(item)
    domains = {domain_of[item] for item in given}
    missing = sorted(m for m, d in domain_of.items() if d in domains and m not in {*given, *absent})
    if missing:
        raise InputError(
            f"measures of fiscal year {year} are absent: {', '.join(missing)}",
            place=Place(", ".join(table.path.name for table in tables)),
            rule="without them the other measures of the domain would count for more",
            action="give the measure file with all its columns, or say that they are absent:"
            f" --option absent='{', '.join(missing)}'",
            code="VBC-1022",
        )
    return domains


def _unknown(
    what: str, item: str, known: Collection[str], year: int, table: PublishedTable
) -> InputError:
    near = get_close_matches(item, list(known), n=1, cutoff=0.5)
    return InputError(
        f"{item!r} is not a {what} of fiscal year {year}",
        place=Place(table.path.name),
        rule=f"known: {', '.join(sorted(known))}",
        action=f"correct the heading; is {near[0]!r} meant?" if near else "correct the heading",
        code="VBC-1023",
    )
