"""What a program is, declared once: commands, reports and docs know programs only through it.

Every folder of :mod:`openvbc.programs` that holds a ``program.py`` with a ``PROGRAM`` is a program;
:mod:`openvbc.programs.registry` finds it. A new program is a new folder and touches no old file.
The declaration is light: what a program computes with is named as ``module:object`` and imported
when it is first used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from openvbc.errors import InputError

if TYPE_CHECKING:
    from openvbc.programs.claims_program import ClaimsProgram
    from openvbc.programs.settlement import PublishedProgram
    from openvbc.programs.simulation import Simulation
    from openvbc.worksheets.kernel.worksheet import Worksheet


class ContractModel(StrEnum):
    """The four shapes of value-based payment; a program is one of them."""

    PAY_FOR_PERFORMANCE = "pay for performance"
    SHARED_SAVINGS = "shared savings"
    BUNDLED_PAYMENTS = "bundled payments"
    CAPITATION = "capitation"


@dataclass(frozen=True)
class Program:
    """The declaration of one program."""

    name: str
    """As commands take it, for example ``snf-vbp``; its folders have ``_`` for ``-``."""
    title: str
    contract_model: ContractModel
    worksheets: Sequence[str] = ()
    """Modules whose worksheets it settles with, below ``openvbc.worksheets``."""
    published: str = ""
    """``module:object`` of its :class:`~openvbc.programs.settlement.PublishedProgram`, which
    settles result files as published; empty where it has none."""
    claims: str = ""
    """``module:object`` of its :class:`~openvbc.programs.claims_program.ClaimsProgram`, which runs
    a project from claims; empty where it has none."""
    simulation: str = ""
    """``module:object`` of its :class:`~openvbc.programs.simulation.Simulation`; empty where a
    settled contract of it cannot be simulated."""
    standing: str = ""
    """``module:object`` of the columns of a facility's own page; empty where it has none."""
    told_by: Sequence[Sequence[str]] = ()
    """Words, in plain spelling, that stand together in the first rows of a published file of it."""
    takes_lists: Sequence[str] = ()
    """Words in the header of a user's own list of dollars that it takes."""

    @property
    def folder(self) -> str:
        """Its folder in ``rules``, ``programs`` and the tests' cases."""
        return self.name.replace("-", "_")

    def published_program(self) -> PublishedProgram:
        """What settles and verifies its published result files.

        Raises:
            InputError: the program has no published results to settle.
        """
        if not self.published:
            raise InputError(
                f"{self.title} has no result files to settle; it runs from claims",
                action=f"'vbc init DIR --program {self.name}' begins a project",
                code="VBC-1043",
            )
        return cast("PublishedProgram", loaded(self.published))

    def claims_program(self) -> ClaimsProgram:
        """What runs a project of it from claims.

        Raises:
            InputError: the program does not run from claims.
        """
        if not self.claims:
            raise InputError(
                f"{self.title} does not run from claims; it settles published result files",
                action=f"vbc settle --program {self.name} FILES",
                code="VBC-1044",
            )
        return cast("ClaimsProgram", loaded(self.claims))

    def simulated(self) -> Simulation:
        """What simulates a settled contract of it.

        Raises:
            InputError: the program has no simulation.
        """
        if not self.simulation:
            raise InputError(f"contracts of {self.title} cannot be simulated", code="VBC-1081")
        return cast("Simulation", loaded(self.simulation))

    def all_worksheets(self) -> list[Worksheet]:
        """Every worksheet it settles with, in the order declared."""
        from openvbc.worksheets.kernel.worksheet import Worksheet

        worksheets_by_name: dict[str, Worksheet] = {}
        for module in self.worksheets:
            for value in vars(import_module(f"openvbc.worksheets.{module}")).values():
                if isinstance(value, Worksheet):
                    worksheets_by_name.setdefault(value.name, value)
        return list(worksheets_by_name.values())


def loaded(reference: str) -> Any:
    """The object a ``module:object`` reference names."""
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)
