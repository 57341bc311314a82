"""What a program that runs from claims gives a project: steps, settlement, explanations.

A project file names its program; the project reads its deliveries into the claim store, and hands
the store to the program's :class:`ClaimsProgram`, one object declared in the program's folder. What
is measured is a result of its own: where the data do not suffice for a settlement,
:class:`Measured` still holds what they carry and :class:`Outcome` says what is lacking.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from openvbc.engine.base import Engine
from openvbc.engine.pipeline import Progress, StepResult
from openvbc.engine.table import SmallTable, Table
from openvbc.errors import EmptyResult, InputError, OpenvbcError, Place
from openvbc.programs.drivers.told_in_accounts import ToldInAccounts
from openvbc.programs.report_sections import ReportSection
from openvbc.programs.settlement import Settlement
from openvbc.project_file import ProjectFile
from openvbc.rules.load import RuleSet
from openvbc.steps.rule_table import Doubt

if TYPE_CHECKING:
    from openvbc.claims.completeness import Expected
    from openvbc.claims.report import Finding
    from openvbc.programs.drill_down import Behind, Lever
    from openvbc.programs.explanation import Explanation
    from openvbc.programs.listing import Listing
    from openvbc.run import Run


Elsewhere = Mapping[str, Collection[dt.date]]
"""By person, the first days of the months that another contract has the credit for."""
NOT_CONFIRMED = "Not confirmed: "
"""How a note begins that names a rule the steps used."""


@dataclass(frozen=True)
class Lacking:
    """Something the data or rules lack, so that a part of the result cannot be computed."""

    what: str
    """What is missing, for example ``nobody is assigned in BY1 (2021)``."""
    rule: str = ""
    """Why it is needed."""
    supply: str = ""
    """What would supply it."""

    @classmethod
    def of(cls, error: OpenvbcError) -> Lacking:
        """What an error says is lacking."""
        return cls(error.what, error.rule or "", error.action or "")

    def __str__(self) -> str:
        parts = [self.what, f"({self.rule})" if self.rule else ""]
        text = " ".join(part for part in parts if part)
        return f"{text}: {self.supply}" if self.supply else text


@dataclass(frozen=True)
class Workbench:
    """Where the steps of a run work."""

    engine: Engine
    store: Sequence[Table]
    """Tables of the claim store."""
    folder: Path
    """Where the tables the steps make go; a step whose inputs did not change is kept."""
    progress: Callable[[Progress], None] | None = None


@dataclass(frozen=True)
class Measured:
    """What the steps made, and which of the rules they used are not confirmed."""

    results: Mapping[str, StepResult]
    small: Sequence[SmallTable]
    """The small tables the steps were given: periods, parameters, code sets."""
    doubts: Sequence[Doubt]
    notes: Sequence[str] = ()
    lacking: Sequence[Lacking] = ()
    """What could not be measured, for example risk scores neither given nor computable."""

    def not_confirmed(self) -> list[str]:
        """One note a rule that is not confirmed: its doubtful parts, with status and citation."""
        by_name: dict[str, list[str]] = {}
        for doubt in self.doubts:
            said = f"{doubt.detail} {doubt.status} ({doubt.cite})"
            by_name.setdefault(doubt.name, []).append(said)
        return [f"{NOT_CONFIRMED}{name}: {'; '.join(said)}" for name, said in by_name.items()]


@dataclass(frozen=True)
class Outcome:
    """What came of a run: its settlement, or what it lacks for one."""

    title: str
    settlement: Settlement | None
    lacking: Sequence[Lacking] = ()
    """Why there is no settlement; empty where there is one."""
    notes: Sequence[str] = ()
    """What a reader of the measured tables must know; a settlement's notes hold them too."""

    def with_notes(self, notes: Sequence[str]) -> Outcome:
        """The same, with `notes` on the data before its own."""
        settlement = self.settlement
        if settlement is not None:
            settlement = replace(settlement, notes=[*notes, *settlement.notes])
        return replace(self, settlement=settlement, notes=[*notes, *self.notes])


class ClaimsProgram(Protocol):
    """A program that runs from claims. `given` is what :meth:`prepare` made of the project file."""

    project_file: type[ProjectFile]
    """The keys and input files its projects may have."""
    template: str
    """Name of the commented project file that ``vbc init`` writes, a file of the package."""
    main_period: str
    """The period that is settled, as its steps name it."""
    period_names: Mapping[str, str]
    """Every period the steps measure, in order, with the name a reader sees."""

    report_sections: Sequence[ReportSection]
    """Sections of the report that are composed from the tables of shared steps, in order."""
    list_templates: Mapping[str, Sequence[str]]
    """Columns of the lists that ``vbc init`` begins beside the project file, by input."""

    def prepare(self, project: ProjectFile, rules: RuleSet, place: Place) -> Any:
        """Read and check the contract, the factors and the lists the project names.

        Raises:
            OpenvbcError: one of them says something that cannot be.
        """
        ...

    def expected_data(
        self, project: ProjectFile, given: Any
    ) -> tuple[Expected | None, list[Finding]]:
        """What the measured periods need of the deliveries, and what the program's lists lack."""
        ...

    def measure(self, given: Any, bench: Workbench) -> Measured:
        """Run the steps over the store."""
        ...

    def measure_again(self, given: Any, bench: Workbench) -> Measured:
        """What :meth:`settle` reads of the steps, where a run is settled by other rules too."""
        ...

    def settle(self, given: Any, engine: Engine, measured: Measured) -> Outcome:
        """Settle what was measured, or say what is lacking for it."""
        ...

    def elsewhere(self, given: Any, bench: Workbench, months: Elsewhere) -> tuple[Any, Workbench]:
        """What to measure and settle instead where these months of people are another contract's.

        EmptyResult where the program cannot tell its result without them.
        """
        ...

    def subjects(self) -> Mapping[str, Callable[[Run, str, str | None], Explanation]]:
        """What ``vbc explain RUN <subject> ID`` explains, for example ``person``.

        Each is called with the run, the identifier as the user gave it, and a period or None.
        """
        ...

    def listings(self, run: Run) -> Sequence[Listing]:
        """Lists that the report of a run shows beside its settlement, the drivers among them."""
        ...

    def own_listings(self, run: Run) -> Sequence[Listing]:
        """The same without the drivers, which take the longest to tell."""
        ...

    def track(self, run: Run) -> Explanation:
        """How the period that is not over is going; EmptyResult where nothing of it is known."""
        ...

    def forecast(self, run: Run, benchmark_error: float | None, seed: int) -> Explanation:
        """How the period that is not over may end; EmptyResult where that cannot be said."""
        ...

    def explain_driver(self, run: Run, number: str, period: str | None = None) -> Explanation:
        """A driver by its number in ``vbc drivers``; EmptyResult where there is nothing to tell."""
        ...

    def driver_lists(self, run: Run, against: Run | None = None) -> Sequence[Listing]:
        """Why the year came out as it did, held against an earlier run where one is named.

        EmptyResult where there is nothing to tell.
        """
        ...

    def behind(self, name: str) -> Behind | None:
        """The people an input of its sheets is made of; None where it is made of none."""
        ...

    def input_shown(self, period: str, enrollment_type: str, column: str) -> str:
        """The input of its sheets that a cell of the analyst's per capita table is; empty: none."""
        ...

    def levers(self) -> Sequence[Lever]:
        """What a reader may move of a settled contract; empty: every number that was given."""
        ...

    def review_risk(self, given: Any, bench: Workbench, measured: Measured) -> Any:
        """The risk review of a run, a :class:`~openvbc.programs.risk.review.RiskReview`."""
        ...

    def generate(self, folder: Path, people: int, seed: int) -> None:
        """Invent deliveries and a project of them, to try the program on."""
        ...


class PlainClaimsProgram(ToldInAccounts):
    """What a claims program has if it says nothing else; a program may build on it.

    Still its own: `project_file`, `template`, `main_period`, `period_names`, and the methods
    `prepare`, `measure` and `settle`.
    """

    project_file: type[ProjectFile] = ProjectFile
    report_sections: Sequence[ReportSection] = ()
    list_templates: Mapping[str, Sequence[str]] = MappingProxyType({})

    def expected_data(
        self, project: ProjectFile, given: Any
    ) -> tuple[Expected | None, list[Finding]]:
        """Nothing is expected of the deliveries by name: they follow no calendar of CMS."""
        return None, []

    def measure(self, given: Any, bench: Workbench) -> Measured:
        """Run the steps over the store."""
        raise NotImplementedError

    def measure_again(self, given: Any, bench: Workbench) -> Measured:
        """All of its steps."""
        return self.measure(given, bench)

    def elsewhere(self, given: Any, bench: Workbench, months: Elsewhere) -> tuple[Any, Workbench]:
        """Its people do not come by month."""
        raise EmptyResult("its program does not take months of people out", code="VBC-6020")

    def subjects(self) -> Mapping[str, Callable[[Run, str, str | None], Explanation]]:
        """Nothing to explain but the numbers."""
        return {}

    def track(self, run: Run) -> Explanation:
        """Nothing to follow."""
        raise EmptyResult("this program does not follow a period that is not over", code="VBC-604")

    def forecast(self, run: Run, benchmark_error: float | None, seed: int) -> Explanation:
        """No forecast."""
        raise EmptyResult(
            "this program has no forecast of a year",
            action="'vbc simulate RUN' shows what may come",
            code="VBC-6913",
        )

    def behind(self, name: str) -> Behind | None:
        """Nobody by name."""
        return None

    def input_shown(self, period: str, enrollment_type: str, column: str) -> str:
        """None."""
        return ""

    def levers(self) -> Sequence[Lever]:
        """None of its own."""
        return []

    def review_risk(self, given: Any, bench: Workbench, measured: Measured) -> Any:
        """No risk review."""
        return None

    def generate(self, folder: Path, people: int, seed: int) -> None:
        """No invented deliveries."""
        raise InputError("this program has no generator of deliveries", code="VBC-126")
