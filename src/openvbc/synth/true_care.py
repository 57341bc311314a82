"""Which simulated services may decide assignment, and whose they are.

Services count under the performance year's list of primary care codes (42 CFR 425.400(c)) and the
facility rules (425.404); what a claim is known to be on a day is left to :mod:`true_assignment`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.columns import Columns, take
from openvbc.synth.institutional import BILL, HOSPITAL, NO_CODE, REVENUE_OF, SKILLED
from openvbc.synth.network import OTHERS, OWN, Network
from openvbc.synth.services import (
    CODES,
    OTHER,
    PLACES,
    POSITION,
    PRIMARY_CARE,
    is_added_in_emergency,
    is_primary_care,
)  # fmt: skip
from openvbc.synth.settings import Settings

_NURSING = tuple(POSITION[c] for c in ("99308", "99309"))
_PLANNING = POSITION["99497"]
_HOME = tuple(POSITION[c] for c in ("99347", "99349"))
HOME_TEST = range(2019, 2023)
"""Performance years whose list wants place of service 12 of a home visit (425.400(c)(1))."""


class Care(NamedTuple):
    """Services that may decide assignment, one a row, whoever gave them."""

    person: NDArray[Any]
    day: NDArray[Any]
    role: NDArray[Any]
    entity: NDArray[Any]
    charge: NDArray[Any]
    load: NDArray[Any]
    withdrawn: NDArray[Any]
    nursing: NDArray[Any]
    """Line in a nursing place: drops out inside a skilled nursing stay."""
    planning: NDArray[Any]
    """Advance care planning: drops out inside an inpatient stay."""
    emergency: NDArray[Any]
    """Code that counts only where the window has a month of the COVID-19 emergency."""


class Stays(NamedTuple):
    """Inpatient and skilled nursing stays."""

    person: NDArray[Any]
    first: NDArray[Any]
    last: NDArray[Any]
    load: NDArray[Any]
    withdrawn: NDArray[Any]
    skilled: NDArray[Any]


class Entities:
    """Organisations, taxpayer numbers and facilities outside them, in the order of their names."""

    def __init__(self, network: Network) -> None:
        def name(kind: str, number: str, acos: tuple[str, ...]) -> str:
            return f"ACO {acos[0]}" if acos else f"{kind} {number}"

        tin = [name("TIN", t, a) for t, a in zip(network.tins, network.tin_aco, strict=True)]
        ccn = [
            name("CCN", c, (a,) if a else ())
            for c, a in zip(network.ccns, network.ccn_aco, strict=True)
        ]
        self.names = sorted({*tin, *ccn, f"ACO {OWN}", *(f"ACO {o}" for o in OTHERS)})
        place = {n: i for i, n in enumerate(self.names)}
        shared = np.array([len(a) > 1 for a in network.tin_aco])
        self.of_tin = np.where(shared, -1, [place[n] for n in tin])
        self.of_facility = np.array([place[n] for n in ccn])
        self.own = place[f"ACO {OWN}"]
        self.is_aco = np.array([n.startswith("ACO") for n in self.names])


def care_of(
    lines: Columns, claims: Columns, network: Network, entities: Entities, settings: Settings
) -> Care:
    """The services of a shard that are primary care under the performance year's list."""
    added = np.array([is_added_in_emergency(c, settings.performance_year) for c in CODES])
    listed = added | np.array([is_primary_care(c, settings.performance_year) for c in CODES])
    listed[POSITION["G0463"]] = False
    role = network.role[lines["provider"]]
    entity = entities.of_tin[network.provider_tin[lines["provider"]]]
    keep = listed[lines["code"]] & (role != OTHER) & (entity >= 0)
    keep &= (lines["denied"] == 0) & ~lines["cancels"] & (lines["allowed"] > 0)
    nursing = np.isin(lines["code"], _NURSING)
    keep &= ~(nursing & (lines["place"] == PLACES.index("31")))
    if settings.performance_year in HOME_TEST:
        keep &= ~np.isin(lines["code"], _HOME) | (lines["place"] == PLACES.index("12"))
    part_b = [
        lines["person"][keep], lines["day"][keep], role[keep], entity[keep], lines["allowed"][keep],
        lines["load"][keep], lines["withdrawn"][keep], nursing[keep],
        lines["code"][keep] == _PLANNING, added[lines["code"][keep]],
    ]  # fmt: skip

    clinic = np.isin(claims["bill"], (BILL["771"], BILL["711"]))
    teaching = network.facilities("teaching")[0]
    code_listed = np.append(listed, False)
    billed = code_listed[np.minimum(claims["line_code"], NO_CODE)]
    method_ii = (
        (claims["bill"] == BILL["851"]) & (claims["line_revenue"] == REVENUE_OF["0960"]) & billed
    )
    electing = (claims["bill"] == BILL["131"]) & (claims["facility"] == teaching)
    electing &= billed | (claims["line_code"] == POSITION["G0463"])
    clinician = network.role[claims["provider"]]
    where = np.where(clinic, PRIMARY_CARE, clinician)
    use = (clinic | method_ii | electing) & (where != OTHER)
    use &= ~claims["denied"] & (claims["adjustment"] != 1) & (claims["paid"] > 0)
    none = np.zeros(int(use.sum()), bool)
    facility = [
        claims["person"][use], claims["from_day"][use], where[use],
        entities.of_facility[claims["facility"][use]], claims["paid"][use], claims["load"][use],
        claims["withdrawn"][use], none, none, none,
    ]  # fmt: skip
    return Care(*(np.concatenate(pair) for pair in zip(part_b, facility, strict=True)))


def stays_of(claims: Columns) -> Stays:
    """Stays that take services out of the count."""
    skilled = np.isin(claims["type"], (SKILLED, 30))
    use = (skilled | (claims["type"] == HOSPITAL)) & ~claims["denied"] & (claims["adjustment"] != 1)
    known = take(claims, use)
    return Stays(
        known["person"], known["from_day"], known["thru_day"], known["load"], known["withdrawn"],
        skilled[use],
    )  # fmt: skip
