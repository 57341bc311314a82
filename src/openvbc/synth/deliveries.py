"""The calendar of claim deliveries, and which delivery each record comes in.

CMS sends what was loaded since the last delivery; after the end of a year a run-out delivery brings
the year's late claims. The first delivery brings the history.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.network import OWN
from openvbc.synth.settings import Settings, day_number, day_of

_TIME = "T1200000"


class Delivery(NamedTuple):
    """One zip: the year it is for, Y monthly or R run-out, and its day."""

    year: int
    kind: str
    day: int

    @property
    def stamp(self) -> str:
        """Year, date and time as in file names."""
        return f"{self.kind}{self.year % 100:02d}.D{day_of(self.day):%y%m%d}.{_TIME}"

    @property
    def name(self) -> str:
        """Name of the zip."""
        return f"P.{OWN}.ACO.ZC{self.stamp}.zip"

    def member(self, file: str) -> str:
        """Name of the member for a file, such as CCLF5."""
        return f"P.{OWN}.ACO.ZC{file[-1]}{self.stamp}"


def deliveries(settings: Settings) -> list[Delivery]:
    """All deliveries in order of their day."""
    out = []
    months = 12 // settings.deliveries_per_year
    for year in range(settings.benchmark_years[0], settings.performance_year + 1):
        for number in range(1, settings.deliveries_per_year + 1):
            out.append(Delivery(year, "Y", day_number(date(year, number * months, 26))))
        out.append(Delivery(year, "R", day_number(date(year + 1, 4, 20))))
    return sorted(out, key=lambda d: d.day)


def delivery_of(
    incurred: NDArray[Any], load: NDArray[Any], plan: list[Delivery], settings: Settings
) -> NDArray[np.int16]:
    """Position of the delivery each record comes in; -1 if it is loaded after the last one."""
    year = incurred.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    monthly = [n for n, d in enumerate(plan) if d.kind == "Y"]
    days = np.array([plan[n].day for n in monthly])
    place = np.searchsorted(days, load)
    out = np.append(np.array(monthly), -1)[place].astype(np.int16)
    for number, delivery in enumerate(plan):
        if delivery.kind == "R":
            last = max(d.day for d in plan if d.kind == "Y" and d.year == delivery.year)
            out[(year == delivery.year) & (load > last) & (load <= delivery.day)] = number
    return out


def with_repeats(
    delivery: NDArray[np.int16], repeat: NDArray[Any], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
    """Rows in order of delivery, records that come twice included: row positions and deliveries."""
    again = np.flatnonzero(repeat & (delivery >= 0) & (delivery < count - 1))
    rows = np.concatenate([np.flatnonzero(delivery >= 0), again])
    where = np.concatenate([delivery[delivery >= 0], delivery[again] + 1])
    order = np.argsort(where, kind="stable")
    return rows[order], where[order]
