"""Why an episode began, what is in it and what is not: ``vbc explain RUN episode ID``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from openvbc.errors import InputError
from openvbc.programs.asked_person import person_of_run
from openvbc.programs.explanation import (
    EXACT_DOLLARS,
    Explanation,
    Field,
    Heading,
    Part,
    Sentence,
    SmallGrid,
)
from openvbc.steps.episodes.terms import REASONS

if TYPE_CHECKING:
    from openvbc.engine.base import Engine
    from openvbc.run import Run

RULES = {
    "TRIGGER": "triggers, or is a leg of the transfer",
    "START_DATE": "by its first day",
    "EMERGENCY_DEPARTMENT": "emergency department on the day of the anchor or the day before",
    "EMERGENCY_VISIT": "physician of the emergency department on such a day",
    "GLOBAL_SURGERY": "surgery with global days, on the day of the anchor or the day before",
    "SURGEON_BEFORE": "the surgeon's, of a replacement that became the stay",
    "DISCHARGE_DAY": "in hospital or emergency room on the day of discharge",
    "BEFORE_ANCHOR": "before the anchor, and neither emergency nor surgery",
    "IN_EARLIER_EPISODE": "in an earlier episode of the person",
    "NO_AMOUNT": "has no amount on the basis chosen",
    "NO_PAYMENT": "nothing was paid",
    "OTHER_PAYER_FIRST": "another payer paid first",
    "AFTER_DEATH": "after the person's death",
    "DEMONSTRATION": "paid under a demonstration that is left out",
    "EXCLUDED_READMISSION": "a readmission whose MS-DRG is left out",
    "EXCLUDED_MDC": "a readmission whose category is left out",
    "VALVE_IN_CORONARY_EPISODE": "a valve replacement in a coronary episode",
    "DURING_EXCLUDED_STAY": "during a stay that is left out",
    "EXCLUDED_DRUG": "a drug that is left out",
    "BOWEL_DISEASE_DRUG": "a drug of inflammatory bowel disease, in its episode",
    "CLOTTING_FACTOR": "a clotting factor",
    "DEVICE_PASS_THROUGH": "a device passed through",
    "CARDIAC_REHABILITATION": "cardiac rehabilitation",
    "ONCOLOGY_CARE_FEE": "a monthly fee of an oncology model",
    "EXCLUDED_SERVICE": "a service that is left out",
    "EXCLUDED_DIAGNOSIS": "a claim for a diagnosis that is left out",
    "NOT_INCLUDED": "not among the services the contract includes",
}
"""Why a line came to its fate, in words."""
_PRORATIONS = {
    "MEAN_STAY": "geometric mean stay, the first day twice",
    "DAYS": "days",
    "VISITS": "visits",
    "SERVICE_DAYS": "days from the first to the last billable service",
}
_WINDOW = [Field("window"), Field("from", "date"), Field("to", "date"), Field("days", "count"),
           Field("", whole=True)]  # fmt: skip
_LINE = [
    Field("claim"), Field("kind of care"), Field("from", "date"), Field("to", "date"),
    Field("code"), Field("fate"), Field("why"), Field("amount", EXACT_DOLLARS),
    Field("in the episode", EXACT_DOLLARS), Field("after it", EXACT_DOLLARS),
]  # fmt: skip
_SHARE = [
    Field("claim"), Field("by"), Field("share"), Field("amount", EXACT_DOLLARS),
    Field("in the episode", EXACT_DOLLARS),
]  # fmt: skip
_WIDTH = 48


def explain_episode(run: Run, identifier: str, period: str | None = None) -> Explanation:
    """Trigger, windows, every line's fate, proration and limits of one candidate."""
    from openvbc.engine.reading import reading

    with reading() as engine:
        run.register(engine, "episode", "episode_line", "episode_limit", "episode_failed_test")
        engine.register_rows("asked", {"id": "string"}, [(identifier.strip(),)])
        rows = engine.rows(
            "select e.*, l.lower_limit, l.upper_limit, l.episodes as cell_episodes, l.is_given "
            "from episode e join asked a on a.id = e.episode_id or a.id = e.trigger_claim_id "
            "left join episode_limit l on l.category = e.category "
            "and l.price_cell = e.price_cell and l.fiscal_year = e.fiscal_year "
            "order by e.anchor_begin, e.episode_id"
        )
        if not rows:
            raise InputError(
                "no claim of that name begins an episode",
                action="name the episode as the table 'episode' has it: the claim of the first "
                "leg, or an outpatient claim and line",
                code="VBC-1110",
            )
        lines = engine.rows(
            "select l.* from episode_line l join asked a on true join episode e "
            "on e.person_id = l.person_id and e.episode_id = l.episode_id "
            "and (a.id = e.episode_id or a.id = e.trigger_claim_id) "
            "order by l.start_date, l.claim_id, l.claim_line_number"
        )
        failed = engine.rows(
            "select f.episode_id, f.reason from episode_failed_test f join asked a on true "
            "join episode e on e.person_id = f.person_id and e.episode_id = f.episode_id "
            "and (a.id = e.episode_id or a.id = e.trigger_claim_id) order by f.position"
        )
        acos = _acos(run, engine)
    parts: list[Part] = []
    for row in rows:
        mine = [line for line in lines if line["episode_id"] == row["episode_id"]]
        why = [f["reason"] for f in failed if f["episode_id"] == row["episode_id"]]
        parts += _parts(row, mine, why)
        parts += [
            Sentence(f"Touches an alignment to an ACO: {model.replace('_', ' ').title()}.")
            for episode, model in acos
            if episode == row["episode_id"]
        ]
    return Explanation(parts)


def _acos(run: Run, engine: Engine) -> list[tuple[str, str]]:
    """Episodes and the kinds of ACO contracts they touch."""
    if "episode_aco" not in run.tables:
        return []
    run.register(engine, "episode_aco")
    rows = engine.rows("select distinct episode_id, aco_model from episode_aco order by 1, 2")
    return [(row["episode_id"], row["aco_model"]) for row in rows]


def _parts(row: Mapping[str, Any], lines: list[dict[str, Any]], failed: list[str]) -> list[Part]:
    parts: list[Part] = [Heading(f"Episode {row['episode_id']}", row["category"])]
    kind = {"INPATIENT": "MS-DRG", "PHARMACY": "drug"}.get(row["setting"], "HCPCS")
    billed = row["drg_billed"]
    mapped = f" (billed {billed})" if billed and billed != row["trigger_code"] else ""
    legs = f", {row['legs']} legs of a transfer" if row["legs"] > 1 else ""
    where = f"; anchor facility {row['facility_ccn']}" if row["facility_ccn"] else ""
    parts.append(
        Sentence(
            f"Triggered by {kind} {row['trigger_code']}{mapped} on claim "
            f"{row['trigger_claim_id']}{where}{legs}."
        )
    )
    parts.append(SmallGrid("Windows", _WINDOW, _windows(row)))
    if row["status"] == "DROPPED":
        other = f" (episode {row['other_episode_id']})" if row["other_episode_id"] else ""
        parts.append(Sentence(f"Dropped: {REASONS.get(row['reason'], row['reason'])}{other}."))
        parts += [Sentence(f"Also: {REASONS.get(more, more)}.") for more in failed[1:]]
        if not lines:
            return parts
    cells = [
        [
            _name(line), line["setting"].replace("_", " ").lower(), line["start_date"],
            line["end_date"], line["hcpcs_code"] or line["drg"],
            line["fate"].replace("_", " ").lower(), RULES.get(line["rule"], line["rule"]),
            line["amount"], line["episode_amount"], line["monitored_amount"],
        ]
        for line in lines
    ]  # fmt: skip
    parts.append(SmallGrid("Claim lines", _LINE, cells))
    shares = [
        [
            _name(line), _PRORATIONS[line["proration"]],
            f"{line['share_part']} of {line['share_whole']}", line["amount"],
            line["episode_amount"],
        ]
        for line in lines
        if line["proration"] != "WHOLE"
    ]  # fmt: skip
    if shares:
        parts.append(SmallGrid("Claims that outlast a window", _SHARE, shares))
    return [*parts, *_limits(row)]


def _windows(row: Mapping[str, Any]) -> list[list[Any]]:
    one = dt.timedelta(days=1)
    spans = [
        ("lookback", row["lookback_begin"], row["anchor_begin"] - one, "."),
        ("anchor", row["anchor_begin"], row["anchor_end"], "#"),
        ("after the anchor", row["anchor_end"], row["last_day"], "="),
        ("watched", row["post_anchor_end"] + one, row["monitor_end"], "-"),
    ]
    whole = max((row["monitor_end"] - row["lookback_begin"]).days, 1)
    drawn = []
    for name, first, last, mark in spans:
        if last < first:
            continue
        left = (first - row["lookback_begin"]).days * _WIDTH // whole
        wide = max(((last - first).days + 1) * _WIDTH // whole, 1)
        drawn.append([name, first, last, (last - first).days + 1, " " * left + mark * wide])
    return drawn


def _limits(row: Mapping[str, Any]) -> list[Part]:
    said = [
        f"Spending {row['episode_amount']:,} (before the anchor {row['pre_anchor_amount']:,}, "
        f"anchor {row['anchor_amount']:,}, after it {row['post_anchor_amount']:,}); at the "
        f"period's prices {row['updated_amount']:,}."
    ]
    if row["status"] == "SETTLED" and row["upper_limit"] is not None:
        lower = "none" if row["lower_limit"] is None else f"{row['lower_limit']:,}"
        source = "given" if row["is_given"] else f"of {row['cell_episodes']:,} episodes here"
        said.append(
            f"Limits of {row['price_cell']} in fiscal year {row['fiscal_year']} ({source}): "
            f"{lower} to {row['upper_limit']:,}; it counts {row['limited_amount']:,}."
        )
    said.append(f"Watched days after it: {row['monitored_amount']:,}.")
    return [Sentence(text) for text in said]


def _name(line: Mapping[str, Any]) -> str:
    number = line["claim_line_number"]
    return line["claim_id"] if number is None else f"{line['claim_id']} line {number}"


_CANDIDATE = [
    Field("episode"), Field("category"), Field("anchor from", "date"), Field("to", "date"),
    Field("outcome"), Field("spending", EXACT_DOLLARS),
]  # fmt: skip


def explain_person(run: Run, identifier: str, period: str | None = None) -> Explanation:
    """The candidate episodes of a person, in order, and what became of each."""
    from openvbc.engine.reading import reading

    with reading() as engine:
        run.register(engine, "episode")
        known = person_of_run(engine, run, identifier)
        rows = engine.rows(
            f"select * from episode where person_id in ({known}) order by anchor_begin, episode_id"
        )
    if not rows:
        return Explanation([Sentence("no claim of this person begins an episode")])
    cells = [
        [
            row["episode_id"], row["category"], row["anchor_begin"], row["anchor_end"],
            "settled" if row["status"] == "SETTLED"
            else REASONS.get(row["reason"], row["reason"]),
            row["episode_amount"],
        ]
        for row in rows
    ]  # fmt: skip
    return Explanation([SmallGrid("Candidate episodes", _CANDIDATE, cells)])
