"""Who bills: organisations, taxpayer numbers, clinicians and facilities of an invented region.

Identifiers cannot be real ones: clinician numbers start with 9, which no issued number does;
taxpayer numbers start with the prefix 00; facility numbers use a state and number range that is
not assigned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.services import NURSE, OTHER, PRIMARY_CARE, SPECIALIST, SPECIALTY_ROLES

OWN = "A9001"
OTHERS = ("A9002", "A9003")
COUNTIES = ("39049", "39041", "39089", "39129", "39045", "39097", "12011", "48201")
"""State and county codes; the last two lie outside the region."""
REGION = 6
FOREIGN = len(COUNTIES)

FACILITY_KINDS = {
    "hospital": 501, "critical_access": 1380, "rehabilitation": 3090, "psychiatric": 4090,
    "long_term": 2090, "skilled_nursing": 6400, "home_health": 7990, "hospice": 1790,
    "health_center": 1980, "rural_clinic": 3990, "dialysis": 2890, "teaching": 780,
}  # fmt: skip
_FACILITIES_EACH = {"hospital": 8, "critical_access": 2, "skilled_nursing": 10, "health_center": 4,
                    "rural_clinic": 2, "teaching": 2, "dialysis": 3, "home_health": 5,
                    "hospice": 3}  # fmt: skip


@dataclass(frozen=True)
class Network:
    """Clinicians as parallel arrays; taxpayer numbers and facilities with their organisation."""

    tins: list[str]
    tin_aco: list[tuple[str, ...]]
    npis: list[str]
    provider_tin: NDArray[np.int32]
    specialty: list[str]
    role: NDArray[np.int8]
    ccns: list[str]
    ccn_kind: list[str]
    ccn_aco: list[str]

    def facilities(self, kind: str) -> NDArray[np.int32]:
        """Positions of all facilities of a kind."""
        return np.array([n for n, k in enumerate(self.ccn_kind) if k == kind], np.int32)

    def providers(self, role: int, aco: str | bool | None = True) -> NDArray[np.int32]:
        """Positions of clinicians of a role; `aco` None: in no organisation, True: anywhere."""
        member = [self.tin_aco[t] for t in self.provider_tin]
        keep = [
            r == role and (aco is True or (m == () if aco is None else m == (aco,)))
            for r, m in zip(self.role, member, strict=True)
        ]
        return np.flatnonzero(keep).astype(np.int32)

    def colleagues(self, role: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """For every clinician one of `role` under the same taxpayer number, by rank modulo size.

        Returns `start` and `size` into the positions sorted by taxpayer number.
        """
        order = self.by_tin(role)
        tins = self.provider_tin[order]
        start = np.searchsorted(tins, self.provider_tin).astype(np.int32)
        size = np.searchsorted(tins, self.provider_tin, "right").astype(np.int32) - start
        return start, size

    def by_tin(self, role: int) -> NDArray[np.int32]:
        """Positions of clinicians of a role, sorted by taxpayer number."""
        chosen = np.flatnonzero(self.role == role)
        return chosen[np.argsort(self.provider_tin[chosen], kind="stable")].astype(np.int32)


def build_network(people: int, seed: int) -> Network:
    """The region's providers; their number grows with the population."""
    rng = np.random.default_rng([seed, 7])
    specialties: dict[int, list[str]] = {}
    for code, role in SPECIALTY_ROLES.items():
        specialties.setdefault(role, []).append(code)
    scale = max(1, round(people / 2500))
    groups: list[tuple[tuple[str, ...], int]] = [
        ((OWN,), 5 + scale),
        ((OTHERS[0],), 2 + scale // 4),
        ((OTHERS[1],), 1 + scale // 4),
        ((OWN, OTHERS[0]), 1),
        ((), 5 + scale),
    ]
    tins: list[str] = []
    tin_aco: list[tuple[str, ...]] = []
    npis: list[str] = []
    provider_tin: list[int] = []
    specialty: list[str] = []
    role_of: list[int] = []
    taken: set[str] = set()
    for aco, count in groups:
        for _ in range(count):
            tin = f"00{rng.integers(10**6, 10**7)}"
            while tin in taken:
                tin = f"00{rng.integers(10**6, 10**7)}"
            taken.add(tin)
            tins.append(tin)
            tin_aco.append(aco)
            for role, size in ((PRIMARY_CARE, 4), (NURSE, 3), (SPECIALIST, 4), (OTHER, 4)):
                for _n in range(size):
                    npis.append(f"9{len(npis) + 1:09d}")
                    provider_tin.append(len(tins) - 1)
                    specialty.append(str(rng.choice(specialties[role])))
                    role_of.append(role)
    ccns: list[str] = []
    kinds: list[str] = []
    ccn_aco: list[str] = []
    for kind, first in FACILITY_KINDS.items():
        for n in range(_FACILITIES_EACH.get(kind, 1)):
            ccns.append(f"09{first + n:04d}")
            kinds.append(kind)
            clinic = kind in ("health_center", "rural_clinic", "critical_access", "teaching")
            ccn_aco.append(OWN if clinic and n % 2 == 0 else "")
    return Network(
        tins, tin_aco, npis, np.array(provider_tin, np.int32), specialty,
        np.array(role_of, np.int8), ccns, kinds, ccn_aco,
    )  # fmt: skip
