"""What a reader of episodes must know about what was given and what was not."""

from __future__ import annotations

from openvbc.engine.base import Engine
from openvbc.steps.episodes.terms import Terms

NO_DIAGNOSES = (
    "No list of diagnoses (inputs.excluded_diagnoses): the model leaves out claims of Part B by "
    "their principal diagnosis, as CMS lists them; here none is left out by it."
)


def notes_of(terms: Terms, lacks_diagnoses: bool = False) -> list[str]:
    """One note for each input that is not given, and what follows from it."""
    given = terms.given
    said = [NO_DIAGNOSES] if lacks_diagnoses else []
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


def notes_of_stays(engine: Engine, terms: Terms) -> list[str]:
    """What is lacking of the groups of stays: none billed, or a year that no table has."""
    rows = engine.rows(
        "select fiscal_year, count(*) as stays, "
        "count(case when drg_billed is null then 1 end) as ungrouped "
        "from inpatient_stay group by fiscal_year order by fiscal_year"
    )
    said = []
    stays, ungrouped = (sum(int(row[name]) for row in rows) for name in ("stays", "ungrouped"))
    if ungrouped:
        said.append(
            f"{ungrouped:,} of {stays:,} inpatient stays carry no MS-DRG: they begin no episode, "
            "and as readmissions are not tested. Give deliveries whose stays have one."
        )
    known = {row[0] for row in terms.given.drg_weight}
    lacking = [row for row in rows if known and row["fiscal_year"] not in known]
    if lacking:
        years = ", ".join(str(row["fiscal_year"]) for row in lacking)
        count = sum(int(row["stays"]) for row in lacking)
        said.append(
            f"The table of MS-DRGs has no fiscal year {years} ({count:,} stays): how long they "
            "last on average is not known, and an episode that one outlasts is dropped. Give "
            "the rows of the grouper of that year."
        )
    remapped = {row[1] for row in terms.given.drg_remap}
    plain = [row for row in rows if remapped and row["fiscal_year"] not in remapped]
    if plain:
        years = ", ".join(str(row["fiscal_year"]) for row in plain)
        said.append(f"The remap of MS-DRGs has no fiscal year {years}: the MS-DRG billed triggers.")
    return said
