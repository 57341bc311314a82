"""The map of a run's tables as a section of its page."""

from __future__ import annotations

from openvbc.format import in_words
from openvbc.lineage import Kind, Lineage
from openvbc.report.page import Grid, Section

HEADS = ("Table", "What it is", "Made from tables", "Claims and charts", "Rules, terms, lists",
         "Citation")  # fmt: skip


def lineage_section(lineage: Lineage) -> Section | None:
    """One row a table with what its step reads; None where no table of the run is known."""
    rows = []
    for table in lineage.origins:
        of_kind: dict[Kind, list[str]] = {kind: [] for kind in Kind}
        for origin in lineage.made_from(table):
            of_kind[origin.kind].append(origin.name)
        tables, claims, given = (
            ", ".join(name for kind in kinds for name in of_kind[kind])
            for kinds in (
                (Kind.STEP,), (Kind.STORE, Kind.CHARTS), (Kind.RULES, Kind.GIVEN),
            )
        )  # fmt: skip
        what = in_words(lineage.meaning[table])
        rows.append([table, what, tables, claims, given, lineage.citation[table]])
    if not rows:
        return None
    lead = (
        "Which tables, claims and rules each table of the run was made from. The numbers of the "
        "worksheets are sums over these tables; 'vbc export RUN --lineage map.mmd' draws the map."
    )
    return Section("Where tables come from", [Grid(HEADS, rows, searchable=True)], lead, False)
