"""Which measures apply to whom: by year, pathway, specialty set and collection type.

Read from CMS's inventories of the year, which the user gives; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openvbc.errors import EmptyResult, InputError
from openvbc.programs.listing import Field, Listing
from openvbc.programs.mips.submissions.inventory import (
    Measure,
    Mvp,
    read_inventory,
    read_mvps,
)

_FIELDS = (
    Field("Measure", role="who"),
    Field("Category"),
    Field("Type"),
    Field("High priority"),
    Field("Collection types"),
    Field("Pathways", role="evidence"),
    Field("Specialty sets", role="evidence"),
)


def applicable(
    inventory: Sequence[Path], mvps: Path | None, year: int, wanted: Sequence[str] = ()
) -> Listing:
    """The measures of a year for everything that is wanted together.

    Args:
        inventory: ``measures-data.json``, or a table a category.
        mvps: ``mvp.json``, for the contents of MVPs where the inventory does not name them.
        year: performance year.
        wanted: a pathway (``mips``, ``app1``, an MVP), a specialty set, a collection type or a
            category each, as the files name them.

    Raises:
        InputError: a file is no inventory, or nothing is known by a wanted name.
        EmptyResult: no measure is for all of them together.
    """
    measures = read_inventory(inventory, year)
    pathways = read_mvps(mvps) if mvps else {}
    known = sorted({name for each in measures.values() for name in _labels(each, pathways)})
    for name in wanted:
        if name not in known:
            raise InputError(
                f"no measure of {year} is for {name[:60]}",
                rule=f"known by these files: {', '.join(known)}",
                action="name it as the files do; pathways and specialties stand in "
                "measures-data.json, the contents of MVPs in mvp.json (--mvps)",
                code="VBC-90341",
            )
    common_measures = [
        each
        for each in measures.values()
        if all(name in _labels(each, pathways) for name in wanted)
    ]
    if not common_measures:
        raise EmptyResult(
            f"no measure of {year} is for {', '.join(wanted)} together", code="VBC-90342"
        )
    rows = [
        [
            each.name,
            each.category,
            each.kind,
            "yes" if each.high_priority else "no",
            " ".join(sorted(each.collection_types)),
            " ".join(sorted(_pathways(each, pathways))),
            " ".join(sorted(each.specialties or ())),
        ]
        for each in sorted(common_measures, key=lambda each: (each.category, each.name))
    ]
    unsaid = sum(each.specialties is None for each in common_measures if each.category == "quality")
    lead = "As CMS's inventories of the year say."
    if unsaid:
        lead += f" Of {unsaid:,} quality measures the files given do not tell the specialty sets."
    asked = f" for {', '.join(wanted)}" if wanted else ""
    return Listing("measures", f"Measures {year}{asked}", _FIELDS, rows, lead, "safe")


def _pathways(measure: Measure, mvps: Mapping[str, Mvp]) -> set[str]:
    inside = {
        name
        for name, mvp in mvps.items()
        if measure.name in mvp.quality | mvp.activities | mvp.cost | mvp.population | mvp.claims
    }
    return inside | (measure.programs or frozenset())


def _labels(measure: Measure, mvps: Mapping[str, Mvp]) -> set[str]:
    return (
        {measure.category}
        | measure.collection_types
        | (measure.specialties or frozenset())
        | _pathways(measure, mvps)
    )
