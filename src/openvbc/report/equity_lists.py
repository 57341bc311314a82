"""What a report on needs and strata shows: needs, areas, adjustments, strata; for others or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openvbc.format import HIDDEN
from openvbc.programs.listing import Field, Listing
from openvbc.programs.quality.intervals import wilson
from openvbc.programs.settlement import About
from openvbc.programs.social_need.equity import Equity
from openvbc.programs.social_need.strata import PAYMENTS, SCREENED
from openvbc.report.disclosure import Disclosure
from openvbc.report.hidden_sums import Key
from openvbc.report.strata import register, strata_lists
from openvbc.rules.load import load_code_table
from openvbc.steps.social_need import PROGRAM

_NEEDS = (
    Field("Need", role="who"),
    Field("People", "count"),
    Field("Screened whole", "count"),
    Field("Screening rate", "ratio"),
    Field("Positive, of those screened", "count"),
    Field("Prevalence among them", "ratio"),
    Field("Low, 95%", "ratio"),
    Field("High, 95%", "ratio"),
    Field("Documented on claims", "count"),
    Field("Open needs", "count"),
    Field("of these referred", "count"),
    Field("Remark"),
)
_AREAS = (
    Field("Index", role="who"),
    Field("State"),
    Field("Level"),
    Field("People", "count"),
    Field("Remark"),
)
_RULES = (
    Field("Program", role="who"),
    Field("Adjustment"),
    Field("First year", "year"),
    Field("Last year", "year"),
    Field("What it is"),
    Field("Computed by"),
    Field("Citation", role="evidence"),
    Field("Status"),
)


def safe_lists(equity: Equity, *, shared: bool) -> list[Listing]:
    """The lists that name nobody.

    Args:
        equity: what was looked at.
        shared: hide counts of 1 to 10 people, and what would reveal them.
    """
    shown = Disclosure(shared)
    register(shown, equity.divisions)
    _register_needs(shown, equity)
    _register_areas(shown, equity)
    return [
        _needs(equity, shown),
        _areas(equity, shown),
        *strata_lists(equity.divisions, shown),
        _adjustments(equity.as_of.year),
    ]


def _register_needs(shown: Disclosure, equity: Equity) -> None:
    shown.count("eligible", equity.eligible)
    shown.tie_if_equal("eligible", ("people", PAYMENTS, "all"))
    shown.subset("screened", equity.screened, "eligible")
    shown.tie_if_equal("screened", ("numerator", SCREENED, "all"))
    for row in equity.needs:
        domain = row["domain"]
        shown.subset(("positive", domain), row["positive_screened"], "screened")
        shown.subset(("documented", domain), row["documented"], "eligible")
        shown.subset(("open", domain), row["open_needs"], "eligible")
        shown.subset(("referred", domain), row["open_referred"], ("open", domain))
        shown.adds_up(("open", domain), [("positive", domain)])
        shown.tie_if_equal(("open", domain), ("people", PAYMENTS, f"need: {domain}", "open"))


def _register_areas(shown: Disclosure, equity: Equity) -> None:
    by_index: dict[str, list[Key]] = {}
    for row in equity.areas:
        key = (row["area_index"], row["state"], row["level"])
        shown.count(key, row["people"])
        by_index.setdefault(row["area_index"], []).append(key)
    for name, keys in by_index.items():
        shown.adds_up("eligible", keys)
        known = ("known", PAYMENTS, name)
        joined = [key for key in keys if isinstance(key, tuple) and key[1] == "joined"]
        if known in shown.values and joined:
            shown.adds_up(known, joined)


def _needs(equity: Equity, shown: Disclosure) -> Listing:
    rows: list[list[Any]] = []
    rate = equity.screened / equity.eligible if equity.eligible else None
    for row in equity.needs:
        domain = row["domain"]
        counts: dict[Any, int] = {
            "eligible": equity.eligible,
            "screened": equity.screened,
            ("positive", domain): row["positive_screened"],
            ("documented", domain): row["documented"],
            ("open", domain): row["open_needs"],
            ("referred", domain): row["open_referred"],
        }
        people, screened, positive, documented, is_open, referred = (
            None if shown.hides(key) else count for key, count in counts.items()
        )
        both = positive is not None and screened
        share = [positive / screened, *wilson(positive, screened)] if both else [None] * 3  # type: ignore[operator,arg-type]
        remark = HIDDEN if any(shown.hides(key) for key in counts) else ""
        known_rate = None if people is None or screened is None else rate
        rows.append([domain, people, screened, known_rate, positive, *share, documented,
                     is_open, referred, remark])  # fmt: skip
    lead = "Documented on claims is no prevalence: look at the screening rate beside it."
    return Listing("needs", "Social needs", _NEEDS, rows, lead, _about(shown))


def _areas(equity: Equity, shown: Disclosure) -> Listing:
    rows = [
        [
            row["area_index"], row["state"], row["level"],
            None if shown.hides(key) else row["people"], HIDDEN if shown.hides(key) else "",
        ]
        for row in equity.areas
        for key in [(row["area_index"], row["state"], row["level"])]
    ]  # fmt: skip
    lead = "What does not join is left missing. ZIP and county values feed no settlement."
    return Listing("areas", "Area indices", _AREAS, rows, lead, _about(shown))


def _about(shown: Disclosure) -> About:
    return "safe" if shown.shared else "people"


def _adjustments(year: int) -> Listing:
    rows: Sequence[Sequence[Any]] = [
        [
            row["program"], row["adjustment"], int(row["first_year"]),
            int(row["last_year"]) if row["last_year"] else None, row["what"],
            row["computed_by"], row["cite"], row["status"],
        ]
        for row in load_code_table(PROGRAM, "adjustment")
        if int(row["first_year"]) <= year <= int(row["last_year"] or year)
    ]  # fmt: skip
    return Listing(
        "adjustments", f"Equity adjustments in force in {year}", _RULES, rows,
        "Past years keep their rules; what ended is not deleted.", "safe",
    )  # fmt: skip
