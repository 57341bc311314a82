"""Every count that the report of a run shows, with what it adds up to, in one register.

The keys are what the composers of the page ask with: ``("assigned", "PY")``, ``("type", "ESRD")``
(an enrollment type is shown in every table and chart of the report, or in none). What is not
registered here is hidden in a report for others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openvbc.format import SMALLEST_SHOWN_COUNT
from openvbc.programs.risk.review import RiskReview
from openvbc.report.disclosure import Disclosure

Rows = Sequence[Mapping[str, Any]]


def outcome_of(row: Mapping[str, Any]) -> str:
    """How a row of the assignment came out, as the report lists it."""
    if row["is_assigned"]:
        return f"Assigned: {row['step']}"
    return f"Not assigned: {row['reason'] or 'NOT_ASSIGNED'}"


def run_counts(
    table: Callable[[str], Rows],
    periods: Sequence[str],
    risk: RiskReview | None,
    waterfall: Sequence[tuple[str, int, int, Mapping[str, int]]],
    gaps: Sequence[tuple[str, str, int | None]],
    shared: bool,
) -> Disclosure:
    """Register the counts of a run, its risk review and its deliveries."""
    counts = Disclosure(shared)
    if not shared:
        return counts
    _people(counts, table("assignment"), periods)
    _types(counts, table("per_capita_expenditure"))
    _services(counts, table)
    for row in table("monthly_person_months"):
        key = ("month", row["period"], row["month"])
        counts.count(key, counts.values.get(key, 0) + row["person_months"])
    if risk is not None:
        _risk(counts, risk, periods)
    for file, records, used, reasons in waterfall:
        few = any(0 < n < SMALLEST_SHOWN_COUNT for n in (records, used, *reasons.values()))
        counts.count(("file", file), records, small=few)
        _one_row_a_person(counts, file, records, used)
    for name, _, count in gaps:
        if count is not None:
            counts.count(("known gap", name), count)
    return counts


def _one_row_a_person(counts: Disclosure, file: str, records: int, used: int) -> None:
    """A list of people tells how many there are: rows as many as people are taken to be theirs."""
    for total, people in list(counts.values.items()):
        if not (
            isinstance(total, tuple) and len(total) == 2 and total[0] in ("assigned", "scored")
        ):
            continue
        if people == records:
            counts.adds_up(total, [("file", file)])
        elif people == used:
            counts.count(("rows used", file), used)
            counts.tie(("rows used", file), ("file", file))
            counts.adds_up(total, [("rows used", file)])


def _people(counts: Disclosure, rows: Rows, periods: Sequence[str]) -> None:
    outcomes: Counter[tuple[str, str]] = Counter()
    assigned: dict[str, set[str]] = {period: set() for period in periods}
    for row in rows:
        outcomes[row["period"], outcome_of(row)] += 1
        if row["is_assigned"]:
            assigned.setdefault(row["period"], set()).add(row["person_id"])
    for (period, outcome), value in outcomes.items():
        counts.count(("outcome", period, outcome), value)
    for period, people in assigned.items():
        if people:
            # The settlement shows it: it cannot be hidden.
            counts.count(("assigned", period), len(people), fixed=True)
            steps = [("outcome", p, o) for p, o in outcomes if p == period and o[0] == "A"]
            counts.adds_up(("assigned", period), steps)
    if len(periods) > 1 and assigned[periods[-2]] and assigned[periods[-1]]:
        before, now = assigned[periods[-2]], assigned[periods[-1]]
        counts.count("both", len(before & now))
        counts.count("joined", len(now - before))
        counts.count("left", len(before - now))
        counts.adds_up(("assigned", periods[-1]), ["both", "joined"])
        counts.adds_up(("assigned", periods[-2]), ["both", "left"])


def _types(counts: Disclosure, rows: Rows) -> None:
    """People and months by enrollment type: a type is shown everywhere or nowhere."""
    months: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row["population"] != "ASSIGNED":
            continue
        period, kind = row["period"], row["enrollment_type"]
        counts.count(("people", period, kind), row["persons"])
        counts.count(("truncated", period, kind), row["truncated_persons"])
        counts.count(("months", period, kind), row["person_months"])
        months[period][kind] = row["person_months"]
        _of_type(counts, ("people", period, kind), kind)
        _of_type(counts, ("months", period, kind), kind)
    for period, of_types in months.items():
        # Rates and dollars a person-year give the months of everybody away.
        counts.count(("months", period), sum(of_types.values()), fixed=True)
        counts.adds_up(("months", period), [("months", period, kind) for kind in of_types])
        if ("assigned", period) in counts.values:
            # Where nobody changes type, the people of the types are the people assigned.
            counts.adds_up(("assigned", period), [("people", period, kind) for kind in of_types])


def _of_type(counts: Disclosure, key: tuple[str, ...], kind: str) -> None:
    if ("type", kind) not in counts.values:
        counts.count(("type", kind), 0)
    counts.tie(key, ("type", kind))


def _services(counts: Disclosure, table: Callable[[str], Rows]) -> None:
    """Events behind rates (rate x person-years), and the people behind dollars by category."""
    events: Counter[tuple[str, str]] = Counter()
    for row in table("utilization"):
        if row["population"] == "ASSIGNED":
            events[row["period"], row["measure"]] += int(row["events"])
    for (period, measure), value in events.items():
        counts.count(("events", period, measure), value)
    for period, measure in events:
        whole = (period, measure.removesuffix("_ADMITTED"))
        if whole != (period, measure) and whole in events:
            counts.adds_up(("events", *whole), [("events", period, measure)])
    people: dict[tuple[str, str], int] = {}
    dollars: dict[str, Counter[str]] = defaultdict(Counter)
    for row in table("category_expenditure"):
        if row["population"] == "ASSIGNED":
            key = (row["period"], row["service_category"])
            # A person may be of two types: the largest is the fewest there can be in all.
            people[key] = max(people.get(key, 0), row["persons"])
            dollars[row["period"]][row["service_category"]] += abs(int(row["amount"]))
    for (period, category), value in people.items():
        few = 0 < events.get((period, category), 0) < SMALLEST_SHOWN_COUNT
        counts.count(("category", period, category), value, small=few)
        counts.count(("dollars", period, category), dollars[period][category])
        counts.tie(("category", period, category), ("dollars", period, category))
    for period, of_categories in dollars.items():
        counts.count(("dollars", period), sum(of_categories.values()), fixed=True)
        counts.adds_up(("dollars", period), [("dollars", period, c) for c in of_categories])


def _risk(counts: Disclosure, risk: RiskReview, periods: Sequence[str]) -> None:
    scored: Counter[int] = Counter()
    for row in risk.mean_scores:
        year, kind = row["calendar_year"], row["enrollment_type"]
        counts.count(("scored", year, kind), row["people"])
        _of_type(counts, ("scored", year, kind), kind)
        scored[year] += row["people"]
    for year, total in scored.items():
        counts.count(("scored", year), total, shown=False)
        kinds = [r["enrollment_type"] for r in risk.mean_scores if r["calendar_year"] == year]
        counts.adds_up(("scored", year), [("scored", year, kind) for kind in kinds])
    latest = max(scored, default=0)
    tiers = Counter(row["tier"] for row in risk.tiers)
    for tier, value in tiers.items():
        counts.count(("tier", tier), value)
    if latest and tiers:
        counts.adds_up(("scored", latest), [("tier", tier) for tier in tiers])
    if latest and ("assigned", periods[-1]) in counts.values:
        counts.adds_up(("assigned", periods[-1]), [("scored", latest)])
    _segments(counts, risk.raw_scores, latest)
    for row in risk.prevalence:
        if row["calendar_year"] == latest:
            key = ("condition", row["model"], row["hcc"])
            counts.subset(key, row["people"], ("scored", latest))
    if risk.exposure is not None:
        _open_gaps(counts, risk.exposure.states, risk.exposure.by_condition)


def _segments(counts: Disclosure, rows: Rows, latest: int) -> None:
    by_model: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in rows:
        if row["calendar_year"] == latest:
            key = ("segment", row["model"], row["segment"])
            counts.count(key, row["people"])
            by_model[row["model"]].append(key)
    for keys in by_model.values():
        if ("scored", latest) in counts.values:
            counts.adds_up(("scored", latest), keys)


def _open_gaps(counts: Disclosure, states: Rows, by_condition: Rows) -> None:
    for row in states:
        counts.count(("gaps", row["kind"], row["state"]), row["count"])
    kinds: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in by_condition:
        key = ("open gaps", row["kind"], row["condition"])
        people = ("people with gaps", row["kind"], row["condition"])
        counts.count(key, row["gaps"])
        counts.count(people, row["people"])
        counts.tie(key, people)
        kinds[row["kind"]].append(key)
    for kind, keys in kinds.items():
        if ("gaps", kind, "OPEN") in counts.values:
            counts.adds_up(("gaps", kind, "OPEN"), keys)
