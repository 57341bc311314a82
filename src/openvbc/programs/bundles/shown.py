"""What a report shows of episodes: the funnel, spending by phase, the spread between providers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from openvbc.engine.base import Engine
from openvbc.programs.listing import Field, Listing
from openvbc.steps.episodes.terms import REASONS

if TYPE_CHECKING:
    from openvbc.run import Run

FEWEST_FOR_QUARTILE = 4
"""Providers a category must have before a better quarter of them is spoken of."""


@dataclass(frozen=True)
class Funnel:
    """Candidates = settled + dropped, with the reasons."""

    candidates: int
    settled: int
    dropped: Mapping[str, int]

    def sentences(self) -> list[str]:
        """The funnel in words, the commonest reason first."""
        if not self.candidates:
            return []
        whole = sum(self.dropped.values())
        said = [
            f"Candidate episodes {self.candidates:,} = settled {self.settled:,} + dropped "
            f"{whole:,}."
        ]
        ordered = sorted(self.dropped.items(), key=lambda each: (-each[1], each[0]))
        return said + [f"Dropped {n:,}: {REASONS.get(why, why)}." for why, n in ordered]


def funnel(engine: Engine) -> Funnel:
    """The funnel of the episodes registered in an engine."""
    rows = engine.rows("select status, reason, count(*) as n from episode group by status, reason")
    dropped = Counter[str]()
    settled = 0
    for row in rows:
        if row["status"] == "SETTLED":
            settled += int(row["n"])
        else:
            dropped[str(row["reason"])] += int(row["n"])
    return Funnel(settled + sum(dropped.values()), settled, dropped)


def listings_of(run: Run) -> list[Listing]:
    """The listings of a run."""
    from openvbc.engine.reading import reading

    with reading() as engine:
        run.register(engine, "episode", "episode_spending", "episode_line")
        clinician = "coalesce(e.operating_npi, e.attending_npi)"
        return [
            funnel_listing(engine),
            phases_listing(engine),
            _spread(engine, "hospital", "e.facility_ccn"),
            _spread(engine, "clinician", clinician),
            _post_acute(engine),
            *_overlap(run, engine),
        ]


def funnel_listing(engine: Engine) -> Listing:
    """Candidates by category and what became of them."""
    rows = engine.rows(
        "select category, status, reason, count(*) as n from episode "
        "group by category, status, reason order by category, status desc, n desc, reason"
    )
    cells = [
        [
            row["category"],
            "settled" if row["status"] == "SETTLED" else "dropped: "
            + REASONS.get(row["reason"], str(row["reason"])),
            row["n"],
        ]
        for row in rows
    ]  # fmt: skip
    return Listing(
        "funnel",
        "Candidate episodes",
        [Field("category", role="who"), Field("outcome"), Field("episodes", "count")],
        cells,
        "Every claim that may begin an episode, and what became of it.",
        "small counts",
    )


def phases_listing(engine: Engine) -> Listing:
    """Spending of settled episodes by category, phase and kind of care."""
    rows = engine.rows(
        "select e.category, s.fate, s.setting, count(distinct e.episode_id) as episodes, "
        "cast(sum(s.episode_amount) as decimal(18,2)) as spent, "
        "cast(sum(s.monitored_amount) as decimal(18,2)) as watched "
        "from episode e join episode_spending s "
        "on s.person_id = e.person_id and s.episode_id = e.episode_id "
        "where e.status = 'SETTLED' and s.fate <> 'LEFT_OUT' "
        "group by e.category, s.fate, s.setting order by e.category, s.fate, s.setting"
    )
    names = ("category", "fate", "setting", "episodes", "spent", "watched")
    cells = [[_words(row[name]) for name in names] for row in rows]
    return Listing(
        "phases",
        "Spending by phase and kind of care",
        [
            Field("category", role="who"), Field("phase"), Field("kind of care"),
            Field("episodes", "count"), Field("in the episode", "USD"),
            Field("in the days after it", "USD"),
        ],
        cells,
        "Settled episodes.",
        "small counts",
    )  # fmt: skip


def _spread(engine: Engine, name: str, column: str) -> Listing:
    rows = engine.rows(
        f"select e.category, {column} as provider, count(*) as episodes, "
        "cast(sum(e.limited_amount) as decimal(18,3)) as spent, "
        "count(r.episode_id) as readmitted from episode e left join ("
        "select distinct person_id, episode_id from episode_line where rule <> 'TRIGGER' "
        "and setting = 'INPATIENT_ACUTE' and fate = 'POST_ANCHOR') r "
        "on r.person_id = e.person_id and r.episode_id = e.episode_id "
        f"where e.status = 'SETTLED' and {column} is not null group by e.category, {column} "
        "order by e.category, provider"
    )
    means: dict[str, list[Decimal]] = {}
    for row in rows:
        row["mean"] = row["spent"] / row["episodes"]
        means.setdefault(row["category"], []).append(row["mean"])
    better = {name: quarter(provider_means) for name, provider_means in means.items()}
    cells = []
    for row in rows:
        best = better[row["category"]]
        worth = None if best is None else max(row["mean"] - best, Decimal(0)) * row["episodes"]
        cells.append(
            [
                row["category"], row["provider"], row["episodes"], row["mean"],
                Decimal(row["readmitted"]) / row["episodes"], worth,
            ]
        )  # fmt: skip
    return Listing(
        f"{name}s",
        f"Spread between {name}s",
        [
            Field("category", role="who"), Field(name, role="who"),
            Field("episodes", "count"), Field("mean spending", "USD"),
            Field("readmitted", "ratio"), Field("worth of the better quarter", "USD"),
        ],
        cells,
        "Spending within limits, not adjusted for risk. The worth is what the episodes of one "
        f"would save at the mean that the better quarter of {name}s keeps below; empty with fewer "
        f"than {FEWEST_FOR_QUARTILE} in the category.",
        "small counts",
    )  # fmt: skip


def quarter(means: Sequence[Decimal]) -> Decimal | None:
    """The mean at which the better quarter of hospitals ends; None for few hospitals."""
    if len(means) < FEWEST_FOR_QUARTILE:
        return None
    return sorted(means)[-(-len(means) // 4) - 1]


def _post_acute(engine: Engine) -> Listing:
    rows = engine.rows(
        "select l.setting, l.provider, count(distinct l.episode_id) as episodes, "
        "cast(sum(l.episode_amount) as decimal(18,2)) as spent from episode_line l "
        "join episode e on e.person_id = l.person_id and e.episode_id = l.episode_id "
        "where e.status = 'SETTLED' and l.fate = 'POST_ANCHOR' and l.setting in "
        "('SKILLED_NURSING', 'HOME_HEALTH', 'REHABILITATION', 'LONG_TERM') "
        "group by l.setting, l.provider order by l.setting, spent desc, l.provider"
    )
    means: dict[str, list[Decimal]] = {}
    for row in rows:
        row["mean"] = row["spent"] / row["episodes"]
        means.setdefault(row["setting"], []).append(row["mean"])
    better = {name: quarter(provider_means) for name, provider_means in means.items()}
    cells = []
    for row in rows:
        best = better[row["setting"]]
        worth = None if best is None else max(row["mean"] - best, Decimal(0)) * row["episodes"]
        cells.append(
            [
                _words(row["setting"]), row["provider"], row["episodes"], row["spent"],
                row["mean"], worth,
            ]
        )  # fmt: skip
    return Listing(
        "post_acute",
        "Post-acute providers",
        [
            Field("kind of care", role="who"), Field("provider", role="who"),
            Field("episodes", "count"), Field("spending", "USD"), Field("an episode", "USD"),
            Field("worth of the better quarter", "USD"),
        ],
        cells,
        "Care after the anchor of settled episodes. The worth is what the episodes of one would "
        "save at the mean that the better quarter of providers of the kind of care keeps below.",
        "small counts",
    )  # fmt: skip


def _overlap(run: Run, engine: Engine) -> list[Listing]:
    """Episodes of people aligned to an ACO, by kind of its contract; none where nobody is."""
    if "episode_aco" not in run.tables:
        return []
    run.register(engine, "episode_aco")
    rows = engine.rows(
        "select aco_model, category, count(*) as episodes, "
        "cast(sum(limited_amount) as decimal(18,3)) as spent from episode_aco "
        "group by aco_model, category order by aco_model, category"
    )
    if not rows:
        return []
    names = ("aco_model", "category", "episodes", "spent")
    return [
        Listing(
            "aco_overlap",
            "Overlap with accountable care organisations",
            [
                Field("contract of the ACO", role="who"), Field("category", role="who"),
                Field("episodes", "count"), Field("spending", "USD"),
            ],
            [[_words(row[name]) for name in names] for row in rows],
            "Settled episodes that touch an alignment; which of them the ACO keeps is a rule of "
            "the program, and the reason beside an episode that is dropped for it.",
            "small counts",
        )
    ]  # fmt: skip


def _words(value: Any) -> Any:
    return value.replace("_", " ").lower() if isinstance(value, str) and value.isupper() else value
