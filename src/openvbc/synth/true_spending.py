"""What assigned people cost, worked out from the simulation itself, in cents.

Spending of a person, period and enrollment type is the signed sum of payments incurred in a month
of that type and known by the run-out date, less teaching, disproportionate share and uncompensated
care amounts; COVID-19 episode months and their payments leave (42 CFR 425.611, 425.652(a)).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.columns import Columns
from openvbc.synth.institutional import COVID_FROM, COVID_UNTIL, HOSPITAL
from openvbc.synth.people import Population, month_of
from openvbc.synth.planting import Payment
from openvbc.synth.services import POSITION
from openvbc.synth.settings import Period, Settings

ADD_ONS = ("ime", "dsh", "capital_ime", "capital_dsh", "uncompensated")
SUSPECT_YEAR = 2023
"""Catheter supplies A4352 and A4353 on claims of types 72 and 82 leave the spending of 2023
(42 CFR 425.670); the generator writes equipment as type 82 and all other lines as type 71."""


class Flow(NamedTuple):
    """Every payment of a shard: who, in which month, how much (signed), known from when."""

    person: NDArray[Any]
    day: NDArray[Any]
    cents: NDArray[Any]
    load: NDArray[Any]


def flow_of(lines: Columns, equipment: Columns, claims: Columns, payments: list[Payment]) -> Flow:
    """All payments that can count; denied ones, encounters and suspect billing are left out."""
    parts = []
    for table, is_equipment in ((lines, False), (equipment, True)):
        years = table["day"].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        suspect = (table["code"] == POSITION["A4352"]) & (years == SUSPECT_YEAR) & is_equipment
        keep = (table["denied"] == 0) & ~suspect
        sign = np.where(table["cancels"], -1, 1)
        parts.append(
            (
                table["person"][keep],
                table["day"][keep],
                (sign * table["paid"])[keep],
                table["load"][keep],
            )
        )
    net = claims["paid"] - np.where(
        claims["type"] == HOSPITAL, sum(claims[name] for name in ADD_ONS), 0
    )
    sign = np.where(claims["adjustment"] == 1, -1, 1)
    keep = ~claims["denied"] & (claims["type"] != 61)
    parts.append(
        (claims["person"][keep], claims["thru_day"][keep], (sign * net)[keep], claims["load"][keep])
    )
    paid = np.array([(p.person, p.day, p.cents) for p in payments], np.int64).reshape(-1, 3)
    parts.append((paid[:, 0], paid[:, 1], paid[:, 2], np.full(len(paid), -(10**6))))
    return Flow(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def episode_months(
    claims: Columns, people: Population, period: Period, settings: Settings
) -> NDArray[np.bool_]:
    """Months of COVID-19 episodes: admission month to the month after discharge.

    The discharge lies in the emergency (425.611(b)(1)); the code means COVID-19 from April 2020.
    """
    out = np.zeros((people.count, settings.months + 2), bool)
    use = (claims["covid"] > 0) & (claims["type"] == HOSPITAL) & ~claims["denied"]
    use &= (claims["adjustment"] != 1) & (claims["load"] <= period.known_by)
    use &= period.known_by < claims["withdrawn"]
    use &= (claims["thru_day"] >= COVID_FROM) & (claims["thru_day"] <= COVID_UNTIL)
    first = month_of(claims["from_day"][use], settings)
    last = month_of(claims["thru_day"][use], settings) + 1
    for person, a, b in zip(claims["person"][use], first, last, strict=True):
        out[person, a : b + 1] = True
    return out[:, : settings.months]


def counted_months(
    people: Population, episodes: NDArray[np.bool_], period: Period, settings: Settings
) -> NDArray[np.int8]:
    """Enrollment type of each month of the year that counts, 0 where none does; person, month."""
    january = (period.year - settings.first_year) * 12
    year = slice(january, january + 12)
    counts = people.fee_for_service[:, year] & ~episodes[:, year]
    return np.where(counts, people.kind[:, year], 0)


def spending(
    flow: Flow, keep: NDArray[np.bool_], kinds: NDArray[np.int8], period: Period, settings: Settings
) -> NDArray[np.int64]:
    """Cents by person and enrollment type (0 to 4; 0 is spending in months that do not count)."""
    january = (period.year - settings.first_year) * 12
    month = month_of(flow.day, settings) - january
    use = keep & (month >= 0) & (month < 12) & (flow.load <= period.known_by)
    kind = kinds[flow.person[use], month[use]]
    out = np.zeros((len(kinds), 5), np.int64)
    np.add.at(out, (flow.person[use], kind), flow.cents[use])
    return out
