"""Which diagnoses count for risk adjustment, from the simulated claims.

A diagnosis counts for the year of the through date of a claim that is in the feed, paid and never
cancelled, and is a hospital inpatient claim, or a hospital outpatient, clinic or professional claim
with an eligible procedure. Every diagnosis of such a claim counts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.claim_records import Shown, diagnoses_on_claim
from openvbc.synth.columns import Columns, take
from openvbc.synth.conditions import COVID, DIAGNOSES, DIAGNOSIS
from openvbc.synth.institutional import BILL, HOSPITAL
from openvbc.synth.people import NEVER
from openvbc.synth.services import CODES, ELIGIBLE_FOR_RISK, ELIGIBLE_TO
from openvbc.synth.settings import Settings
from openvbc.synth.simulate import Shard

LINE_DIAGNOSES = 4
"""Diagnoses a professional claim carries."""


def _year(days: NDArray[Any]) -> NDArray[np.int64]:
    return np.asarray(days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970)


def _eligible(code: NDArray[Any], year: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether a procedure is on the list of its year of service."""
    listed = np.append([c in ELIGIBLE_FOR_RISK for c in CODES], False)
    last = np.append([ELIGIBLE_TO.get(c, 9999) for c in CODES], 0)
    return np.asarray(listed[code] & (year <= last[code]))


def counted_diagnoses(shard: Shard, settings: Settings) -> NDArray[np.int64]:
    """Distinct keys (person * years + year) * diagnoses + diagnosis, in order."""
    shown = Shown(np.zeros((0, 11), np.uint8), np.zeros(0), shard.illness, settings)
    years = len(settings.years)
    shared = ~shard.people.opted_out
    keys = []

    def add(table: Columns, day: str, code: NDArray[Any]) -> None:
        at = table["person"].astype(np.int64) * years + _year(table[day]) - settings.first_year
        keys.append(at * len(DIAGNOSES) + code)

    lines = shard.lines
    lines = take(
        lines,
        (lines["denied"] == 0) & ~lines["cancels"] & ~lines["withheld"]
        & (lines["withdrawn"] == NEVER) & shared[lines["person"]]
        & _eligible(lines["code"], _year(lines["day"])),
    )  # fmt: skip
    for n in range(LINE_DIAGNOSES):
        add(lines, "day", shown.diagnosis(lines["person"], lines["day"], lines["visit"], n))

    claims = shard.claims
    outpatient = np.isin(claims["bill"], [BILL[b] for b in ("131", "771", "711", "851")])
    outpatient &= _eligible(claims["line_code"], _year(claims["thru_day"]))
    claims = take(
        claims,
        ((claims["type"] == HOSPITAL) | outpatient) & ~claims["denied"] & ~claims["withheld"]
        & (claims["adjustment"] != 1) & (claims["withdrawn"] == NEVER) & shared[claims["person"]],
    )  # fmt: skip
    most = diagnoses_on_claim(claims, settings.light)
    for n in range(int(most.max(initial=0))):
        here = take(claims, most > n)
        code = shown.diagnosis(here["person"], here["from_day"], here["visit"], n)
        replaced = ((here["covid"] == 1) & (n == 0)) | ((here["covid"] == 2) & (n == 2))
        add(here, "thru_day", np.where(replaced, DIAGNOSIS[COVID], code))
    return np.unique(np.concatenate(keys))
