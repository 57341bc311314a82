"""What a settlement of the Star Ratings says about the tables it was given."""

from __future__ import annotations

from openvbc.programs.stars.levels import Levels
from openvbc.rules.parameter import rows as table_rows
from openvbc.rules.recovered import is_known


def notes_on(levels: Levels, *, summary: bool, stars: bool) -> list[str]:
    """What the result cannot know from the tables given, and what that does.

    Args:
        summary: whether the summary ratings were given.
        stars: whether the measure stars were given.
    """
    notes = []
    starred = {c for row, c in enumerate(levels.measures.items) if levels.has_star(row)}
    asked = set(levels.parts)
    without = sorted(c for c in asked - starred if levels.is_marked(c, "improvement"))
    if without:
        weights = {
            str(levels.rules.get("measure_weight", star_year=levels.year, measure=code).value)
            for code in without
        }
        notes.append(
            f"Not final: the improvement measures {', '.join(without)} (weight"
            f" {', '.join(sorted(weights))}) have no star in the tables given, because CMS"
            " publishes only their stars. Every rating is computed without them, and about one"
            " in four comes out another."
        )
    if lacking := _lacking(levels):
        notes.append(
            f"Not final: the tables lack {lacking}. Every rating that they enter is computed"
            " without them."
        )
    if not stars and not without:
        notes.append("Not final: measure stars are computed from cut points.")
    if not summary:
        notes.append(
            "The summary ratings were not given: who is rated is decided by the fewest measures"
            " (contracts of institutional special needs plans only cannot be told), and no"
            " contract is held harmless for a disaster, because the shares of members affected"
            " stand in that table only."
        )
    return notes


def _lacking(levels: Levels) -> str:
    """The measures of the year for which the tables have no column, in words; empty if none."""
    present = {code for c in levels.contracts for code in (*c.stars, *c.values)}
    listed = sorted(
        code for code in levels.parts if code not in present and code[0] in {c[0] for c in present}
    )
    if listed:
        return f"the measures {', '.join(listed)}"
    if not is_known(levels.rules, "measures_of_part", star_year=levels.year):
        return ""
    counts = next(table_rows(levels.rules.get("measures_of_part", star_year=levels.year).value))
    words = []
    for letter in "CD":
        own = sum(code[0] == letter for code in present)
        of_year = int(str(counts[f"part_{letter.lower()}"]))
        if own and own < of_year:
            words.append(f"{of_year - own} of the {of_year} measures of Part {letter}")
    return " and ".join(words)
