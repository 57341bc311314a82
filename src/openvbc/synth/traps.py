"""Every trap of the specification, planted as people with a label."""

from __future__ import annotations

from openvbc.synth import traps_of_assignment, traps_of_eligibility, traps_of_spending
from openvbc.synth.planting import TRAPS, Planter, Trap

__all__ = ["TRAPS", "plant_traps"]

MODULES = (traps_of_assignment, traps_of_eligibility, traps_of_spending)
"""Importing them registers their traps."""


def plant_traps(p: Planter, copies: int) -> None:
    """Plant every trap `copies` times, on the first people of the shard."""
    who = 0
    for _ in range(copies):
        for label, plant in TRAPS.items():
            p.plain(who)
            p.traps.append(Trap(label, who, "PY", plant(p, who)))
            who += 1
