"""BPCI Advanced episodes of one person at a time, in plain Python, from the specification's text.

Written from section 2.1 of the specification of bundled payments, step by step, and from its own
tables (``spec/params/bpcia``); nothing of the program is used. Amounts are whole cents; shares are
fractions, rounded half up once.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

DAY = dt.timedelta(days=1)
FOREVER = dt.date(9999, 12, 31)
REHAB_PLACES_SINCE = {"11": "2013-01-01", "22": "2013-01-01", "19": "2013-01-01",
                      "02": "2020-01-27"}  # fmt: skip


def rounded(value: Fraction) -> int:
    return int((value * 2 + 1) // 2)


class Lists:
    """The tables of the specification."""

    def __init__(self, folder: Path) -> None:
        def rows(name):
            with (folder / f"{name}.csv").open(encoding="utf-8") as file:
                return list(csv.DictReader(file))

        self.drg_category = {
            r["ms_drg"]: r["episode_category"].strip().upper() for r in rows("trigger_ms_drg")
        }
        self.hcpcs = {r["hcpcs"]: r for r in rows("trigger_hcpcs")}
        self.tavr = {r["procedure_code"] for r in rows("tavr_procedures")}
        self.shoulder = {r["procedure_code"] for r in rows("mjrue_trigger_procedures")}
        self.readmission = {r["ms_drg"] for r in rows("excluded_readmission_ms_drg")}
        self.mdc = {r["mdc"] for r in rows("excluded_mdc")}
        self.drugs = {r["hcpcs"] for r in rows("excluded_part_b_drugs")}
        self.bowel = {(r["ms_drg"], r["hcpcs"]) for r in rows("excluded_ibd_part_b")}
        self.clotting = {r["hcpcs"] for r in rows("hemophilia_hcpcs")}
        self.misc = defaultdict(set)
        for r in rows("misc_codes"):
            self.misc[r["list"]].add(r["code"])


def provider(ccn: str | None, lists: Lists) -> set[str]:
    """Step 3: what the certification number says."""
    if not ccn:
        return set()
    kinds = set()
    last4 = ccn[2:6]
    if ccn.isdigit() and ("0001" <= last4 <= "0886" or "0889" <= last4 <= "0899"):
        kinds.add("ach")
    if ccn.isdigit() and 450880 <= int(ccn) <= 450894:
        kinds.add("ach")
    if "1300" <= last4 <= "1399":
        kinds.add("cah")
    if "2000" <= last4 <= "2299" or ccn[2:3] == "W":
        kinds.add("ltch")
    if "3025" <= last4 <= "3099" or ccn[2:3] in "RT":
        kinds.add("irf")
    if ccn[:2] in lists.misc["excluded_state_ccn_prefix"]:
        kinds.add("maryland")
    if ccn[5:6] in ("E", "F"):
        kinds.add("emergency")
    if ccn[4:5] == "V":
        kinds.add("va")
    if ccn in lists.misc["cancer_hospital_ccn"]:
        kinds.add("cancer")
    if ccn in lists.misc["excluded_ccn"]:
        kinds.add("excluded")
    return kinds


@dataclass
class Claim:
    """A facility claim, or (for the rest) one line; cents."""

    kind: str
    name: str
    line: int | None
    start: dt.date
    end: dt.date
    cents: int | None
    paid: int
    hcpcs: str = ""
    ccn: str | None = None
    place: str = ""
    modifier: str = ""
    second: str = ""
    revenue: str = ""
    status: str | None = None
    drg: str | None = None
    disposition: str = ""
    outlier: int = 0
    other_payer: int = 0
    procedures: frozenset[str] = frozenset()
    demonstrations: str = ""
    bill: str = ""
    low: bool = False
    visits: tuple[dt.date, ...] = ()
    processed: dt.date | None = None


@dataclass
class Person:
    """What is known of a person."""

    claims: list[Claim]
    death: dt.date | None
    months: set[tuple[int, int]] | None
    """(year, month) with A and B and no Medicare Advantage; None: no record."""
    renal: set[tuple[int, int]]
    spans: list[tuple[str, dt.date, dt.date]]


@dataclass
class World:
    """What the user gave beside claims."""

    lists: Lists
    period: tuple[dt.date, dt.date]
    remap: dict[tuple[str, int], str] = field(default_factory=dict)
    weight: dict[tuple[int, str], tuple[str | None, Fraction | None]] = field(default_factory=dict)
    mdc_of: dict[str, str] = field(default_factory=dict)
    demonstration: dict[str, tuple[dt.date, dt.date]] = field(default_factory=dict)
    rank: dict[tuple[str, int], int] = field(default_factory=dict)
    surgery: set[tuple[str, int]] = field(default_factory=set)
    factor: list[tuple[str, dt.date, dt.date, Fraction]] = field(default_factory=list)


@dataclass
class Episode:
    """A candidate, and what became of it."""

    name: str
    category: str
    kind: str
    begin: dt.date
    end: dt.date
    legs: list[Claim]
    trigger: Claim
    cell: str
    status: str = "SETTLED"
    reason: str | None = None
    parts: dict[tuple[str, int | None], tuple[str, int, int]] = field(default_factory=dict)
    amount: int = 0
    monitored: int = 0
    updated: int = 0

    @property
    def last(self) -> dt.date:
        return self.end + 89 * DAY


def fiscal_year(day: dt.date) -> int:
    return day.year + (day.month >= 10)


def stays_of(person: Person, world: World) -> list[list[Claim]]:
    """Steps 2 and 4: paid stays of acute hospitals in chains of transfers."""
    acute = [
        c for c in person.claims
        if c.kind == "stay" and (c.cents is None or c.cents > 0)
        and provider(c.ccn, world.lists) & {"ach", "cah", "cancer"}
    ]  # fmt: skip
    acute.sort(key=lambda c: (c.start, c.end, c.name))
    chains: list[list[Claim]] = []
    for stay in acute:
        before = chains[-1][-1] if chains else None
        if before and before.ccn != stay.ccn and before.end == stay.start:
            chains[-1].append(stay)
        else:
            chains.append([stay])
    return chains


def drg_of(stay: Claim, world: World) -> str | None:
    """Step 1: the MS-DRG of the price's year."""
    return world.remap.get((stay.drg or "", fiscal_year(stay.end)), stay.drg)


def triggers(person: Person, world: World) -> list[Episode]:
    """Steps 5 to 7."""
    episodes = []
    for chain in stays_of(person, world):
        drg = drg_of(chain[-1], world)
        category = world.lists.drg_category.get(drg or "")
        if category is None:
            continue
        procedures = frozenset().union(*(leg.procedures for leg in chain))
        if drg in ("266", "267") and not procedures & world.lists.tavr:
            continue
        if drg == "483" and not procedures & world.lists.shoulder:
            continue
        episodes.append(
            Episode(chain[0].name, category, "IP", chain[0].start, max(c.end for c in chain),
                    chain, chain[-1], drg)
        )  # fmt: skip
    by_day = defaultdict(list)
    for line in person.claims:
        if line.kind == "outpatient" and line.hcpcs in world.lists.hcpcs and (line.cents or 0) > 0:
            by_day[line.start].append(line)
    for lines in by_day.values():
        best = min(
            lines,
            key=lambda c: (-c.cents, -(c.processed or dt.date.min).toordinal(), c.name, c.line),
        )
        said = world.lists.hcpcs[best.hcpcs]
        cell = {"27447": "470", "27130": "470", "23472": "483"}.get(best.hcpcs, best.hcpcs)
        episodes.append(
            Episode(f"{best.name}-{best.line}", said["episode_category"].strip().upper(), "OP",
                    best.start, best.start, [], best, cell)
        )  # fmt: skip
    return episodes


def months_between(first: dt.date, last: dt.date) -> list[tuple[int, int]]:
    count = (last.year - first.year) * 12 + last.month - first.month
    return [
        (first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1)
        for n in range(count + 1)
    ]


def flags(e: Episode, person: Person, world: World) -> list[str]:
    """Step 8, in the order of the specification's table."""
    lists, said = world.lists, []
    lookback = e.begin - 180 * DAY
    last = min(e.last, person.death) if person.death else e.last
    if person.months is None:
        said.append("NO_ENROLLMENT_RECORD")
    if person.months is None or any(m not in person.months for m in months_between(lookback, last)):
        said.append("NOT_ENROLLED_THROUGHOUT")
    dead = person.death is not None and e.begin <= person.death <= e.end
    if dead or (e.legs and e.legs[-1].disposition == "20"):
        said.append("DIED_IN_ANCHOR")
    spans = [
        (kind, first, first + 1094 * DAY if kind == "KIDNEY_TRANSPLANT" else end)
        for kind, first, end in person.spans
    ]
    touching = {kind for kind, first, end in spans if first <= last and end >= lookback}
    if touching & {"ESRD", "KIDNEY_TRANSPLANT"} or any(
        m in person.renal for m in months_between(lookback, last)
    ):
        said.append("ESRD")
    anchor = e.legs or [e.trigger]
    if "OTHER_PAYER_PRIMARY" in touching or sum(c.other_payer for c in anchor) > 0:
        said.append("OTHER_PAYER_PRIMARY")
    if e.legs and max((e.end - e.begin).days, 1) > 59:
        said.append("ANCHOR_TOO_LONG")
    where = provider(anchor[0].ccn, lists)
    if "ach" not in where or where & {"cancer", "cah", "emergency", "va", "excluded"}:
        said.append("NOT_AN_ACUTE_HOSPITAL")
    if "maryland" in where:
        said.append("EXCLUDED_STATE")
    mdcs = [world.mdc_of.get(drg_of(c, world) or "") for c in e.legs]
    if len(e.legs) > 1 and (
        any(provider(c.ccn, lists) & {"cah", "cancer"} for c in e.legs)
        or any(drg_of(c, world) in lists.readmission for c in e.legs)
        or any(m in lists.mdc for m in mdcs)
    ):
        said.append("TRANSFER_CHAIN")
    shown = world.demonstration.get(anchor[0].ccn or "")
    if shown and shown[0] <= e.last and shown[1] >= e.begin:
        said.append("DEMONSTRATION_HOSPITAL")
    if mdcs and mdcs[-1] in lists.mdc:
        said.append("EXCLUDED_MDC")
    if e.kind == "OP" and not highest(e, person, world):
        said.append("NOT_HIGHEST_RANKED")
    return said


def highest(e: Episode, person: Person, world: World) -> bool:
    """Step 7, the rank; a claim without status indicators cannot be judged."""
    line = e.trigger
    if line.status is None:
        return True
    since = world.lists.hcpcs[line.hcpcs]["c_apc_transition_year"]
    if since and line.start.year >= int(since) and line.status != "J1":
        return False
    ranks = {
        c.line: world.rank[c.hcpcs, c.start.year]
        for c in person.claims
        if c.kind == "outpatient" and c.name == line.name and c.status == "J1"
        and (c.hcpcs, c.start.year) in world.rank
    }  # fmt: skip
    return not ranks or ranks.get(line.line) == min(ranks.values())


LOWER = "MS-MAJOR JOINT REPLACEMENT OF THE LOWER EXTREMITY"
CORONARY = {"IP-PERCUTANEOUS CORONARY INTERVENTION", "OP-PERCUTANEOUS CORONARY INTERVENTION"}
VALVE = "IP-TRANSCATHETER AORTIC VALVE REPLACEMENT"


def overlap(candidates: list[Episode]) -> None:
    """Step 9: against the last kept one, in order."""
    kept: Episode | None = None
    for new in sorted(candidates, key=lambda e: (e.begin, e.kind, e.end, e.name)):
        if kept is None or not kept.begin <= new.begin <= kept.last:
            kept = new
            continue
        both = kept.category == new.category == LOWER
        replaces = (
            (both and kept.kind == new.kind)
            or (both and kept.kind != new.kind and kept.begin != new.begin)
            or (kept.category in CORONARY and new.category == VALVE)
        )
        loser = kept if replaces else new
        loser.status = "DROPPED"
        loser.reason = "REPLACED_BY_LATER_EPISODE" if replaces else "INSIDE_EARLIER_EPISODE"
        kept = new if replaces else kept


def group(e: Episode, earlier: list[Episode], person: Person, world: World) -> bool:
    """Steps 10 to 12 for one kept episode; False where a mean stay is not known."""
    lists = world.lists
    nominal = e.last
    last = min(nominal, person.death) if person.death else nominal
    watched = nominal + 30 * DAY
    legs = {c.name for c in e.legs}
    closed = []
    for c in person.claims:
        if c.kind == "stay" and c.name not in legs and e.begin <= c.start <= watched and c.cents:
            drg = drg_of(c, world)
            mdc = world.mdc_of.get(drg or "")
            valve = e.category in CORONARY and drg in ("266", "267")
            if drg in lists.readmission or mdc in lists.mdc or valve:
                closed.append(c)
    emergency_days = {
        c.start for c in person.claims
        if c.kind == "outpatient" and c.revenue in lists.misc["ed_revenue_center"]
        and e.begin - DAY <= c.start <= e.begin
    }  # fmt: skip
    known = True
    for c in person.claims:
        before = e.begin - DAY if c.kind in ("outpatient", "professional") else e.begin
        if not before <= c.start <= watched or (c.kind == "stay" and c.cents is not None
                                                and c.cents <= 0):  # fmt: skip
            continue
        fate, part, rest = "LEFT_OUT", 0, 0
        if grouped(c, e, closed, earlier, last, nominal, world):
            fate = period(c, e, last, emergency_days, world)
            if fate != "LEFT_OUT":
                until = watched if fate == "MONITORED" else last
                anchor = c.name in legs and c.kind == "stay"
                share = (c.cents, True) if anchor else prorated(c, until, world)
                if share[0] is None:
                    known = False
                    e.parts[c.name, c.line] = (fate, -1, -1)
                    continue
                part = share[0]
                if fate == "MONITORED":
                    part, rest = 0, part
                elif last == nominal:
                    rest = c.cents - part
                e.amount += part
                e.monitored += rest
                e.updated += rounded(part * factor(c, world))
        e.parts[c.name, c.line] = (fate, part, rest)
    return known


def grouped(c, e, closed, earlier, last, nominal, world) -> bool:
    lists = world.lists
    if c.cents is None or c.cents <= 0 or c.other_payer > 0:
        return False
    if c.start < e.begin and any(c.start <= other.last for other in earlier):
        return False  # a dollar is in one episode: that of the earlier window
    if last < nominal and c.start > last:
        return False
    if c in closed or (
        c.kind == "professional" and any(s.start <= c.start <= s.end for s in closed)
    ):
        return False
    if c.kind in ("outpatient", "professional", "equipment"):
        if c.hcpcs in lists.drugs | lists.clotting | {"G9678", "M0010"}:
            return False
        if e.kind == "IP" and (e.cell, c.hcpcs) in lists.bowel:
            return False
    if c.kind == "outpatient" and c.status == "H":
        return False
    if c.hcpcs in lists.misc["cardiac_rehab_hcpcs"]:
        since = REHAB_PLACES_SINCE.get(c.place)
        if c.kind == "outpatient":
            return False
        if c.kind == "professional" and since and c.start >= dt.date.fromisoformat(since):
            return False
    codes = {c.demonstrations[n : n + 2] for n in range(0, 10, 2)}
    return not ("73" in codes and c.bill[:2] in ("81", "82"))


def period(c, e, last, emergency_days, world) -> str:
    lists = world.lists
    near = e.begin - DAY <= c.start <= e.begin
    if c.kind == "stay" and c.name in {leg.name for leg in e.legs}:
        return "ANCHOR"
    if e.kind == "OP" and c.name == e.trigger.name and c.start == e.begin and (
        c.kind == "outpatient"
    ):  # fmt: skip
        return "ANCHOR"
    if c.kind == "outpatient" and c.revenue in lists.misc["ed_revenue_center"] and near:
        return "ANCHOR"
    if c.kind == "professional" and c.place == "23" and c.start in emergency_days:
        return "ANCHOR"
    components = {c.modifier, c.second} & {"TC", "26", "53"}
    two = c.modifier in components and c.second in components
    if c.kind == "professional" and near and not two and (c.hcpcs, c.start.year) in world.surgery:
        return "ANCHOR"
    if c.start < e.begin:
        return "LEFT_OUT"
    if e.begin <= c.start < e.end:
        return "ANCHOR"
    if c.kind == "professional" and c.start == e.end and c.place in ("21", "23"):
        return "ANCHOR"
    return "POST_ANCHOR" if c.start <= last else "MONITORED"


def prorated(c: Claim, until: dt.date, world: World) -> tuple[int | None, bool]:
    """Step 11: cents of the claim up to a day."""
    if c.kind in ("outpatient", "professional", "equipment") or c.end <= until:
        return c.cents, True
    days = (until - c.start).days + 1
    total = (c.end - c.start).days + 1
    if c.kind == "home" and c.low and c.visits:
        return rounded(Fraction(c.cents * sum(v <= until for v in c.visits), len(c.visits))), True
    where = provider(c.ccn, world.lists)
    by_mean = c.kind == "stay" and (
        ("ach" in where and "cancer" not in where) or where & {"ltch", "irf"}
    )
    if not by_mean:
        return rounded(Fraction((c.cents - c.outlier) * days, total)) + rounded(
            Fraction(c.outlier * days, total)
        ), True
    mean = world.weight.get((fiscal_year(c.end), c.drg or ""), (None, None))[1]
    if mean is None:
        return None, False
    plain = c.cents - c.outlier
    if days < mean - 1:
        plain = rounded(min((days + 1) * Fraction(plain) / mean, Fraction(plain)))
    return plain + rounded(Fraction(c.outlier * days, total)), True


SETTINGS = {"nursing": "SKILLED_NURSING", "home": "HOME_HEALTH", "hospice": "HOSPICE",
            "outpatient": "OUTPATIENT", "professional": "PROFESSIONAL",
            "equipment": "EQUIPMENT"}  # fmt: skip


def factor(c: Claim, world: World) -> Fraction:
    """Step 12: factor to the prices of the performance year."""
    for setting, first, last, value in world.factor:
        if SETTINGS.get(c.kind) == setting and first <= c.end <= last:
            return value
    return Fraction(1)


def episodes_of(person: Person, world: World) -> list[Episode]:
    """Every candidate of the person, in the order found."""
    candidates = triggers(person, world)
    standing = []
    for e in candidates:
        failed = flags(e, person, world)
        if failed:
            e.status, e.reason = "DROPPED", failed[0]
        else:
            standing.append(e)
    overlap(standing)
    kept = sorted((e for e in standing if e.status == "SETTLED"), key=lambda e: e.begin)
    for at, e in enumerate(kept):
        known = group(e, kept[:at], person, world)
        if not world.period[0] <= e.end <= world.period[1]:
            e.status, e.reason = "DROPPED", "OUTSIDE_THE_PERIOD"
        elif not known:
            e.status, e.reason = "DROPPED", "NO_MEAN_LENGTH_OF_STAY"
    return candidates


def percentile_5(values: list[int], percent: int) -> Fraction:
    """SAS PCTLDEF=5: the empirical distribution with averaging."""
    values = sorted(values)
    place = Fraction(len(values) * percent, 100)
    j = int(place)
    if place == j:
        return Fraction(values[j - 1] + values[min(j, len(values) - 1)], 2)
    return Fraction(values[j])


def winsorised(every: list[Episode]) -> dict[str, Fraction]:
    """Step 13: cents of each settled episode within the 1st and 99th percentile of its cell."""
    cells = defaultdict(list)
    for e in every:
        if e.status == "SETTLED":
            cells[e.category, e.cell, fiscal_year(e.end)].append(e)
    cents_by_episode = {}
    for members in cells.values():
        amounts = [e.updated for e in members]
        low, high = percentile_5(amounts, 1), percentile_5(amounts, 99)
        for e in members:
            cents_by_episode[e.name] = min(max(Fraction(e.updated), low), high)
    return cents_by_episode
