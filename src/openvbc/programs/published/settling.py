"""The skeleton of a program that settles published files.

Every such program reads its options and rules, reads the files into rows, finds their year, sets
rows aside, evaluates its worksheets and gives back a
:class:`~openvbc.programs.settlement.Settlement`; and declares the lines in which that is held
against what the files print. A program says what differs::

    class Example(FileProgram[ExampleRow]):
        name, title, rules_name = "example", "Example program", "example"
        presentation, notes = PRESENTATION, NOTES

        def read(self, files, rules, asked): ...      # rows of the files and their year
        def evaluate(self, reading, rules): ...       # worksheets over the rows
        def lines(self, settlement): ...              # what is compared, and where it is printed

`settle` and `verify` are here, once.
"""

from __future__ import annotations

import gc
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from openvbc.errors import EmptyResult, InputError, SetAside
from openvbc.programs.published.compared_line import (
    ComparedLine,
    Held,
    printed_otherwise,
    verification,
)
from openvbc.programs.published.options import read_options
from openvbc.programs.published.printed_cells import PrintedCells
from openvbc.programs.settlement import (
    Again,
    Presentation,
    Settlement,
    Sheet,
    Verification,
)
from openvbc.rules.load import RuleSet, load_rules

Row = TypeVar("Row")


@dataclass
class Reading(Generic[Row]):
    """What the files held: rows to settle, rows set aside, and what else a program keeps."""

    rows: list[Row]
    set_aside: list[SetAside] = field(default_factory=list)
    year: int | None = None
    """The one year of the files; None where each row has its own."""
    cells: PrintedCells = field(default_factory=PrintedCells)
    notes: Sequence[str] = ()
    title: str = ""
    """The settlement's title where it is not the program's with the year."""
    rows_in: int | None = None
    """Rows of the files; None where it is rows settled plus rows set aside."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What `evaluate` needs beside the rows, by name."""


@dataclass(frozen=True)
class Settled(Generic[Row]):
    """The sheets of the rows that were settled, in their order."""

    rows: Sequence[Row]
    main: Sheet
    details: Mapping[str, Sheet] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class FileSettlement(Settlement, Generic[Row]):
    """A settlement that keeps what the files printed, to be verified against."""

    printed: Sequence[Row] = ()
    """The rows settled, one each of the main sheet."""
    cells: PrintedCells = field(default_factory=PrintedCells)
    year: int | None = None
    """The year asked for or found; None where each row has its own."""
    asked: Mapping[str, str] = field(default_factory=dict)
    result_lines: list[ComparedLine] = field(default_factory=list)
    """The lines in which it was held against the print when it was settled, if it was."""
    held: Held = field(default_factory=dict)
    """How those did that are results; a verification does not compare them again."""


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Python does not look for circles among what is made: rows and cells make none, and looking
    through all of them again and again takes a quarter of the time of a large file."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class FileProgram(ABC, Generic[Row]):
    """A program that settles published files: what is the same for all of them."""

    name: ClassVar[str]
    title: ClassVar[str]
    rules_name: ClassVar[str]
    presentation: ClassVar[Presentation]
    notes: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[tuple[str, ...]] = ("year",)
    year_called: ClassVar[str] = ""
    """What a title says before the year, where that is no calendar year: ``fiscal year``."""
    unit: ClassVar[str] = "row"
    """What a message calls one of what is settled: ``hospital``, ``contract``."""

    @property
    def presented(self) -> Presentation:
        """How results are shown, each row by its own name; a plain row is a contract."""
        if self.unit == FileProgram.unit:
            return self.presentation
        return replace(self.presentation, unit=self.unit)

    def settle(
        self,
        files: Sequence[Path],
        overlays: Sequence[Path] = (),
        options: Mapping[str, str] | None = None,
    ) -> FileSettlement[Row]:
        """Settle everything in the files.

        Raises:
            InputError: a file is not one of the program's, or its year is told nowhere.
            EmptyResult: nothing in any file could be settled.
        """
        asked = read_options(self.name, options or {}, self.options)
        if not files:
            raise InputError(
                "no file was given", action="name the files as they are published", code="VBC-1045"
            )
        paths = [Path(file) for file in files]
        rules = self.rules(paths, overlays)
        with _no_collecting():
            reading = self.read(paths, rules, asked)
            if not reading.rows:
                raise self.nothing(reading.set_aside)
            settled = self.evaluate(reading, rules)
        for missing in settled.main.evaluation.refused.values():
            raise missing  # a row without its parameter is set aside by `evaluate`, or stops here
        unasked = rules.notes_of_unasked() if overlays else ()  # before idle facts ask for more
        set_aside = reading.set_aside
        rows_in = reading.rows_in

        def again(others: RuleSet) -> Sheet:
            with _no_collecting():
                return self.evaluate(replace(reading, set_aside=list(set_aside)), others).main

        settlement: FileSettlement[Row] = FileSettlement(
            program=self.name,
            title=reading.title or self.titled(reading.year),
            main=settled.main,
            presentation=self.presented,
            rows_in=len(settled.main.contracts) + len(set_aside) if rows_in is None else rows_in,
            set_aside=set_aside,
            details=settled.details,
            sources=tuple(paths),
            notes=(
                *self.notes,
                *reading.notes,
                *self.idle(settled),
                *unasked,
            ),
            printed=settled.rows,
            cells=reading.cells,
            year=reading.year,
            asked=asked,
            again=Again(
                again, lambda: self.rules(paths, ()), [Path(each).name for each in overlays]
            ),
        )
        return settlement if overlays else self._held_against_print(settlement)

    def _held_against_print(self, settlement: FileSettlement[Row]) -> FileSettlement[Row]:
        """The settlement, and what is said where the files print other results; by the rules as
        they ship alone: another rule is meant to give another result."""
        results = {settlement.presentation.result, *settlement.presentation.headline}
        with _no_collecting():
            settlement.result_lines.extend(self.result_lines(settlement))
            differs, said = printed_otherwise(settlement.result_lines, results, settlement.held)
        return (
            replace(settlement, differs=differs, notes=(*settlement.notes, *said))
            if differs
            else settlement
        )

    def idle(self, settled: Settled[Row]) -> list[str]:
        """What is said of facts that are given and decide nothing; nothing of published files."""
        return []

    def verify(self, settlement: Settlement) -> Verification:
        """Hold a settlement of this program against what its files printed."""
        if not isinstance(settlement, FileSettlement):
            raise InputError(
                "only a settlement of results files can be verified against them", code="VBC-1061"
            )
        with _no_collecting():
            return verification(settlement, self.lines(settlement), settlement.held)

    def rules(self, files: Sequence[Path], overlays: Sequence[Path]) -> RuleSet:
        """The rules in force, with the overlays given."""
        return load_rules(self.rules_name, tuple(overlays))

    def titled(self, year: int | None) -> str:
        """The title of a settlement."""
        if year is None:
            return f"{self.title}: settlement"
        return f"{self.title}, {f'{self.year_called} {year}'.strip()}"

    def nothing(self, set_aside: Sequence[SetAside]) -> EmptyResult:
        """What is said where no row can be settled."""
        reasons = "; ".join(sorted({aside.reason for aside in set_aside}))
        return EmptyResult(
            f"no {self.unit} could be settled",
            place=set_aside[0].place if set_aside else None,
            rule=reasons or None,
            action=(set_aside[0].detail if set_aside else "") or "give a file with rows",
            code="VBC-6009",
        )

    @abstractmethod
    def read(self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]) -> Reading[Row]:
        """Read the files into rows, and find their year."""

    @abstractmethod
    def evaluate(self, reading: Reading[Row], rules: RuleSet) -> Settled[Row]:
        """Evaluate the worksheets; rows that cannot be evaluated go into `reading.set_aside`."""

    def lines(self, settlement: FileSettlement[Row]) -> Sequence[ComparedLine]:
        """The lines held against what the files print; none where they print no outcome."""
        return ()

    def result_lines(self, settlement: FileSettlement[Row]) -> Sequence[ComparedLine]:
        """The lines among which the results are: all, where the others cost nothing more."""
        return self.lines(settlement)
