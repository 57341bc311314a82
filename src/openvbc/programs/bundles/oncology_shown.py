"""What a report shows of cancer care: practices, spending, monthly fees, enhanced services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from openvbc.engine.base import Engine
from openvbc.input_file import rows_of_csv
from openvbc.programs.bundles.explained import explain_episode
from openvbc.programs.bundles.oncology_files import OncologyInputs
from openvbc.programs.bundles.shown import funnel_listing, phases_listing
from openvbc.programs.explanation import Explanation, Sentence
from openvbc.programs.listing import Field, Listing
from openvbc.rules.load import load_code_table
from openvbc.steps.episodes.terms import Terms

if TYPE_CHECKING:
    from openvbc.run import Run


def notes_of_oncology(terms: Terms, inputs: OncologyInputs) -> list[str]:
    """One note for each input that is not given, and what follows from it."""
    said = []
    if terms.amount_basis != "STANDARDIZED":
        said.append(
            f"Spending is {terms.amount_basis.lower()}, not price-standardised: it is not to be "
            "held against prices made of standardised amounts."
        )
    wanted = (
        (inputs.drug_costs, "No costs of Part D events: no fill adds to the spending of an "
         "episode."),
        (inputs.novel_therapies, "No list of novel therapies: no spending from claims is of one."),
        (inputs.prediction_codes, "No list of codes (prediction_codes): no term of the prediction "
         "is taken from claims, and no episode is removed for a therapy."),
        (inputs.drg_table, "No table of MS-DRGs: an episode with a stay that outlasts it is "
         "dropped for want of its geometric mean length."),
        (inputs.person_spans, "No spans of other primary payers or kidney failure: only payments "
         "on claims and months of enrolment are tested."),
        (inputs.claim_additions, "No covered charges: an outpatient therapy counts where its line, "
         "or its claim, was paid."),
    )  # fmt: skip
    return said + [note for path, note in wanted if path is None]


def explain_oncology_episode(run: Run, identifier: str, period: str | None = None) -> Explanation:
    """Trigger, window and lines of a candidate; of one that stands its practice and its cost."""
    from openvbc.engine.reading import reading

    whole = explain_episode(run, identifier, period)
    with reading() as engine:
        run.register(engine, "episode", "episode_initiator", "oncology_spending")
        engine.register_rows("asked", {"id": "string"}, [(identifier.strip(),)])
        rows = engine.rows(
            "select s.*, i.initiator, e.category from oncology_spending s "
            "join episode e on e.person_id = s.person_id and e.episode_id = s.episode_id "
            "join asked a on a.id = e.episode_id or a.id = e.trigger_claim_id "
            "left join episode_initiator i "
            "on i.person_id = s.person_id and i.episode_id = s.episode_id order by s.episode_id"
        )
    return Explanation([*whole.parts, *(Sentence(_in_words(row)) for row in rows)])


def _in_words(row: Mapping[str, Any]) -> str:
    whose = (
        f"Practice {row['initiator']}: {row['practice_visits']} of {row['qualifying_visits']} "
        "qualifying visits"
        if row["initiator"]
        else "No practice has the visits it needs"
    )
    reconciled = "" if row["is_reconciled"] else "; its cancer is not reconciled"
    return (
        f"{whose}; cancer {row['category']}{reconciled}. Part A and B "
        f"{row['medicare_payments']:,} before sequestration is undone (novel therapies "
        f"{row['novel_medicare_payments']:,}), Part D {row['drug_payments']:,} of {row['fills']} "
        f"fills, {row['fills_without_cost']} without a cost (novel therapies "
        f"{row['novel_drug_payments']:,})."
    )


def listings_of_oncology(run: Run, rules_name: str) -> list[Listing]:
    """The listings of a run."""
    from openvbc.engine.reading import reading

    with reading() as engine:
        run.register(
            engine, "episode", "episode_spending", "episode_initiator", "monthly_service",
            "oncology_spending",
        )  # fmt: skip
        practices = _practices(engine)
        return [
            funnel_listing(engine),
            phases_listing(engine),
            practices,
            _monthly(engine),
            _enhanced(run, rules_name, [str(row[0]) for row in practices.rows]),
        ]


def _practices(engine: Engine) -> Listing:
    rows = engine.rows(
        "select coalesce(i.initiator, 'unattributed') as practice, e.category, "
        "count(*) as episodes, "
        "cast(sum(s.medicare_payments) as decimal(18,2)) as medicare, "
        "cast(sum(s.drug_payments) as decimal(18,2)) as drugs, "
        "cast(sum(s.fills_without_cost) as bigint) as unknown "
        "from episode e join episode_initiator i "
        "on i.person_id = e.person_id and i.episode_id = e.episode_id "
        "join oncology_spending s on s.person_id = e.person_id and s.episode_id = e.episode_id "
        "group by 1, 2 order by 1, 2"
    )
    names = ("practice", "category", "episodes", "medicare", "drugs", "unknown")
    return Listing(
        "practices",
        "Practices",
        [
            Field("practice", role="who"), Field("cancer", role="who"),
            Field("episodes", "count"), Field("Part A and B", "USD"), Field("Part D", "USD"),
            Field("fills without a cost", "count"),
        ],
        [[row[name] for name in names] for row in rows],
        "Episodes that stand, by the practice of their visits; before sequestration is undone.",
        "small counts",
    )  # fmt: skip


def _monthly(engine: Engine) -> Listing:
    rows = engine.rows(
        "select practice, count(*) as services, count(distinct person_id) as people, "
        "cast(sum(paid_amount) as decimal(18,2)) as paid from monthly_service "
        "group by practice order by practice"
    )
    return Listing(
        "monthly_services",
        "Monthly enhanced services",
        [
            Field("practice", role="who"), Field("services", "count"), Field("people", "count"),
            Field("paid", "USD"),
        ],
        [[row[name] for name in ("practice", "services", "people", "paid")] for row in rows],
        "Of people who have an episode; which of them stand is in the settlement.",
        "small counts",
    )  # fmt: skip


def _enhanced(run: Run, rules_name: str, practices: list[str]) -> Listing:
    """A row a practice and activity: whether a document of it was named."""
    known = load_code_table(rules_name, "enhanced_service")
    _, rows = rows_of_csv(run.rule_table("enhanced_service"))
    documents = {(row["practice"], row["activity"]): row for _, row in rows}
    who = sorted({*practices, *(practice for practice, _ in documents)} - {"unattributed"})
    cells: list[list[Any]] = []
    for practice in who:
        for row in known:
            told = documents.get((practice, row["activity"]), {})
            day = told.get("documented_on")
            state = "documented" if day else "not documented"
            cells.append(
                [
                    practice, row["activity"], row["meaning"], state,
                    dt.date.fromisoformat(day) if day else None, told.get("evidence") or "",
                ]
            )  # fmt: skip
    return Listing(
        "enhanced_services",
        "Enhanced services: what is documented",
        [
            Field("practice", role="who"), Field("activity"), Field("meaning"),
            Field("state"), Field("documented on", "date"), Field("evidence"),
        ],
        cells,
        "What the practice named; nothing is inferred from claims.",
        "small counts",
    )  # fmt: skip
