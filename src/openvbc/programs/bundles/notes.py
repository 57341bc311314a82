"""What a reader of episodes must know about what was given and what was not."""

from __future__ import annotations

from openvbc.steps.episodes.terms import Terms


def notes_of(terms: Terms) -> list[str]:
    """One note for each input that is not given, and what follows from it."""
    given = terms.given
    said = []
    if terms.amount_basis != "STANDARDIZED":
        said.append(
            f"Spending is {terms.amount_basis.lower()}, not price-standardised: it is not to be "
            "held against prices made of standardised amounts."
        )
    wanted = (
        (
            given.drg_weight,
            "No table of MS-DRGs: categories of stays are not tested, and an episode with a stay "
            "that outlasts it is dropped for want of its geometric mean length.",
        ),
        (
            given.outpatient_rank,
            "No ranks of outpatient services: whether a trigger is the highest of its claim is "
            "not tested by rank.",
        ),
        (
            given.global_surgery,
            "No global days: surgeons' lines on the day before an anchor are left out, those of "
            "its first day come to a phase by date.",
        ),
        (
            given.update_factor,
            "No price updates: spending stands at the prices of its own time (factor 1).",
        ),
        (
            given.given_limit,
            "No published limits: spending is held within percentiles of the episodes of these "
            "claims, which are not the nation's.",
        ),
        (
            [row for row in given.person_span if row[1] == "OTHER_PAYER_PRIMARY"],
            "No spans of other primary payers: only payments of others on claims are tested.",
        ),
    )
    return said + [note for rows, note in wanted if not rows]
