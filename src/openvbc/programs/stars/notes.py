"""What a settlement of the Star Ratings says about the tables it was given."""

from __future__ import annotations

from openvbc.programs.stars.levels import Levels


def notes_on(levels: Levels, *, summary: bool, stars: bool) -> list[str]:
    """What the result cannot know from the tables given, and what that does.

    Args:
        summary: whether the summary ratings were given.
        stars: whether the measure stars were given.
    """
    found = []
    starred = {c for row, c in enumerate(levels.measures.items) if levels.has_star(row)}
    asked = set(levels.parts)
    without = sorted(c for c in asked - starred if levels.is_marked(c, "improvement"))
    if without:
        weights = {
            str(levels.rules.get("measure_weight", star_year=levels.year, measure=code).value)
            for code in without
        }
        found.append(
            f"Not final: the improvement measures {', '.join(without)} (weight"
            f" {', '.join(sorted(weights))}) have no star in the tables given, because CMS"
            " publishes only their stars. Every rating is computed without them, and about one"
            " in four comes out another."
        )
    elif not stars:
        found.append("Not final: measure stars are computed from cut points.")
    if not summary:
        found.append(
            "The summary ratings were not given: who is rated is decided by the fewest measures"
            " (contracts of institutional special needs plans only cannot be told), and no"
            " contract is held harmless for a disaster, because the shares of members affected"
            " stand in that table only."
        )
    return found
