"""Kinds of care by what they did to the result, the largest first: what lists of dollars show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openvbc.errors import InputError, Place
from openvbc.programs.drivers.causes import Causes
from openvbc.programs.drivers.kinds import Kind, Kinds
from openvbc.programs.drivers.yardstick import Yardstick

LARGEST = 10


@dataclass(frozen=True)
class Driver:
    """A kind of care that moved the result."""

    number: int
    """From 1, the largest first."""
    kind: Kind
    causes: Causes
    people: int
    """People with a payment of this kind in the year."""


@dataclass(frozen=True)
class CareDrivers:
    """Every kind of care against what it was given."""

    kinds: Kinds = field(repr=False)
    all: Sequence[Driver]
    """Every kind of care, the largest effect first, up or down."""

    @property
    def yardstick(self) -> Yardstick:
        """What the year is held against."""
        return self.kinds.yardstick

    @property
    def largest(self) -> Sequence[Driver]:
        """The ten largest."""
        return self.all[:LARGEST]

    def driver(self, number: str) -> Driver:
        """The driver of a number as written.

        Raises:
            InputError: there is none of that number.
        """
        if number.isdecimal() and 1 <= int(number) <= len(self.all):
            return self.all[int(number) - 1]
        raise InputError(
            "there is no driver of that number",
            place=Place(value=number),
            action=f"'vbc drivers RUN' lists them; there are 1 to {len(self.all)}",
            code="VBC-9902",
        )


def ranked(kinds: Kinds, people: Mapping[Kind, int]) -> list[Driver]:
    """Every kind of care by its effect; `people` had a payment of it in the year."""
    causes_by_kind = [(kind, kinds.against_benchmark(kind)) for kind in kinds.of]
    causes_by_kind.sort(key=lambda pair: (-abs(pair[1].effect), pair[0]))
    return [
        Driver(number, kind, causes, people.get(kind, 0))
        for number, (kind, causes) in enumerate(causes_by_kind, start=1)
    ]
