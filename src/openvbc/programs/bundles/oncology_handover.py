"""Episodes of cancer care handed to the settlement of OCM or EOM as the tables it reads."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.csv_file import csv_file
from openvbc.programs.bundles.handed_over import EPISODE, FILE, factors_of_episodes
from openvbc.programs.bundles.oncology import OncologyFromClaims, OncologyGiven
from openvbc.programs.registry import program
from openvbc.programs.settlement import Settlement
from openvbc.rules.load import RuleSet, load_code_table, load_rules

SERVICES = "monthly_services.csv"
NOT_RECONCILED = "episodes of its cancer are not reconciled"
NO_PRACTICE = "no practice has the visits it needs"
UNATTRIBUTED = "unattributed"
MONEY = (
    "medicare_payments", "drug_payments", "novel_medicare_payments", "novel_drug_payments",
)  # fmt: skip


@dataclass(frozen=True)
class OncologyEpisode:
    """An episode that stands, as its settlement reads it."""

    row: Mapping[str, Any]
    markers: frozenset[str]
    removing: frozenset[str] = frozenset()
    """Markers for which the model removes an episode."""

    @property
    def dropped(self) -> str:
        """Why it is not settled although it stands; empty where it is."""
        if not self.row["initiator"]:
            return NO_PRACTICE
        if markers := sorted(self.markers & self.removing):
            return f"the model removes episodes with {markers[0].replace('_', '-')}"
        return "" if self.row["is_reconciled"] else NOT_RECONCILED


Cells = Callable[[OncologyEpisode], Mapping[str, Any]]


def episodes_of(engine: Engine, removing: frozenset[str] = frozenset()) -> list[OncologyEpisode]:
    """The episodes that stand, in order."""
    marker_rows = engine.rows("select person_id, episode_id, marker from episode_marker")
    markers: dict[Any, set[str]] = defaultdict(set)
    for row in marker_rows:
        markers[row["person_id"], row["episode_id"]].add(str(row["marker"]))
    rows = engine.rows(
        "select e.person_id, e.episode_id, e.category, e.anchor_begin, e.post_anchor_end, "
        "i.initiator, s.is_reconciled, s.medicare_payments, s.drug_payments, "
        "s.novel_medicare_payments, s.novel_drug_payments, s.is_of_part_d_only, "
        "s.fills_without_cost, s.sex, s.age from episode e "
        "join episode_initiator i on i.person_id = e.person_id and i.episode_id = e.episode_id "
        "join oncology_spending s on s.person_id = e.person_id and s.episode_id = e.episode_id "
        "where e.status = 'SETTLED' order by e.anchor_begin, e.episode_id"
    )
    return [
        OncologyEpisode(row, frozenset(markers[row["person_id"], row["episode_id"]]), removing)
        for row in rows
    ]


def write_episodes(
    path: Path,
    given: OncologyGiven,
    engine: Engine,
    key: str,
    episodes: Sequence[OncologyEpisode],
    cells_of: Cells,
    columns: Sequence[str],
) -> None:
    """The table of episodes, with the user's further columns."""
    heads = ["practice", key, EPISODE, "dropped", "cancer_type"]
    more, added = factors_of_episodes(given.inputs.episode_factors, heads, engine)
    own = [name for name in more if name not in columns]
    with csv_file(path) as writer:
        writer.writerow([*heads, *columns, *own])
        for each in episodes:
            row = each.row
            told = added.get(row["episode_id"], {})
            cells = {**cells_of(each), **{n: v for n, v in told.items() if v}}
            if "terms" in columns:
                cells["terms"] = _together(cells_of(each).get("terms"), told.get("terms"))
            writer.writerow([
                row["initiator"] or UNATTRIBUTED, given.period, row["episode_id"], each.dropped,
                row["category"], *(cells.get(name, "") for name in (*columns, *own)),
            ])  # fmt: skip


def settle_files(
    model: OncologyFromClaims, given: OncologyGiven, written: Sequence[Path]
) -> Settlement:
    """The settlement of the program over the user's tables and those written."""
    inputs = given.inputs
    files = [table for table in (inputs.accounts, inputs.prices, inputs.metrics) if table]
    settling = program(model.handover.program).published_program()
    return settling.settle([*files, *written], given.overlays)


def settle_ocm(
    model: OncologyFromClaims, given: OncologyGiven, engine: Engine, folder: Path
) -> Settlement:
    """OCM: payments, novel therapies, terms of the prediction, and monthly services."""
    from openvbc.programs.ocm.prediction import Prediction

    episodes = episodes_of(engine)
    asked = bool(given.lists.prediction_code)
    prediction = Prediction.of(given.period, given.lists.prediction_code)

    def cells(each: OncologyEpisode) -> Mapping[str, Any]:
        said = {name: each.row[name] for name in MONEY}
        said |= {"episode_start": each.row["anchor_begin"],
                 "episode_end": each.row["post_anchor_end"]}  # fmt: skip
        said["terms"] = prediction.terms(each.row, each.markers) if asked else ""
        return said

    columns = (*MONEY, "terms", "episode_start", "episode_end")
    write_episodes(folder / FILE, given, engine, "performance_period", episodes, cells, columns)
    written = [folder / FILE]
    rules = load_rules("ocm", list(given.overlays))
    services, alone = assigned_services(engine, episodes, rules)
    if services:
        with csv_file(folder / SERVICES) as writer:
            writer.writerow(["practice", "performance_period", EPISODE, "service_date"])
            writer.writerows([[p, given.period, e, day] for p, e, day in services])
        written.append(folder / SERVICES)
    settlement = settle_files(model, given, written)
    notes = [*settlement.notes, *prediction.notes()]
    if alone:
        notes.append(
            f"{alone:,} monthly services are of people without an episode of the practice in this "
            "period: they are in no line here, and are given back unless another period has it."
        )
    return replace(settlement, notes=notes)


def assigned_services(
    engine: Engine, episodes: Sequence[OncologyEpisode], rules: RuleSet
) -> tuple[list[tuple[str, str, dt.date]], int]:
    """Monthly services of the practices' episodes (practice, episode, day), and how many have none.

    A service belongs to the first episode of person and practice whose window it lies in and that
    has not its six yet; else to the last whose window it lies in, where it does not stand; outside
    every window to the nearest.
    """
    window = dt.timedelta(days=int(str(rules.get("monthly_service_window_days").value)))
    most = int(str(rules.get("most_monthly_services").value))
    mine: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for each in episodes:
        if not each.dropped:
            mine[each.row["person_id"], each.row["initiator"]].append(each.row)
    counted: dict[str, int] = defaultdict(int)
    services = []
    alone = 0
    rows = engine.rows(
        "select person_id, practice, service_date from monthly_service "
        "order by service_date, claim_id, claim_line_number"
    )
    for row in rows:
        known = mine.get((row["person_id"], row["practice"]), [])
        if not known:
            alone += 1
            continue
        day = row["service_date"]
        near = [
            e for e in known
            if e["anchor_begin"] - window <= day <= e["post_anchor_end"] + window
        ]  # fmt: skip
        free = [e for e in near if counted[e["episode_id"]] < most]
        episode = free[0] if free else near[-1] if near else min(known, key=_away(day))
        counted[episode["episode_id"]] += bool(near)
        services.append((str(row["practice"]), str(episode["episode_id"]), day))
    return services, alone


def _away(day: dt.date) -> Callable[[Mapping[str, Any]], int]:
    def days(episode: Mapping[str, Any]) -> int:
        first: dt.date = episode["anchor_begin"]
        last: dt.date = episode["post_anchor_end"]
        return max((first - day).days, (day - last).days, 0)

    return days


def settle_eom(
    model: OncologyFromClaims, given: OncologyGiven, engine: Engine, folder: Path
) -> Settlement:
    """EOM: payments without monthly fees, drugs, and the part of the fees that counts."""
    codes = load_code_table("eom", "removed_therapy")
    episodes = episodes_of(engine, frozenset(row["marker"] for row in codes))
    rules = load_rules("eom", list(given.overlays))
    fees = counted_fees(engine, episodes, rules)

    def cells(each: OncologyEpisode) -> Mapping[str, Any]:
        said = {name: each.row[name] for name in MONEY[:2]}
        said["counted_monthly_fees"] = fees[each.row["episode_id"]]
        return said

    columns = (*MONEY[:2], "counted_monthly_fees")
    write_episodes(folder / FILE, given, engine, "period_start", episodes, cells, columns)
    return settle_files(model, given, [folder / FILE])


def counted_fees(
    engine: Engine, episodes: Sequence[OncologyEpisode], rules: RuleSet
) -> Mapping[str, Decimal]:
    """By episode, the base part of the monthly fees of its days (USD)."""
    rows = engine.rows("select person_id, service_date from monthly_service")
    days: dict[str, list[dt.date]] = defaultdict(list)
    for row in rows:
        days[row["person_id"]].append(row["service_date"])
    total: dict[str, Decimal] = defaultdict(Decimal)
    for each in episodes:
        for day in days[each.row["person_id"]]:
            if each.row["anchor_begin"] <= day <= each.row["post_anchor_end"]:
                fee = rules.get("monthly_service_fee_base", service_date=day).value
                total[each.row["episode_id"]] += Decimal(str(fee))
    return total


def _together(terms: Any, told: Any) -> str:
    named = [part.strip() for text in (terms, told) for part in str(text or "").split(";")]
    return "; ".join(dict.fromkeys(part for part in named if part))
