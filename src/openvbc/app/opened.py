"""A run opened once and kept in memory: what every page reads.

People are called by keys that mean something in this session only, so that no identifier stands in
an address, which browsers keep.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from openvbc.claims.report import StoreReport
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.manifest import NAME
from openvbc.errors import EmptyResult, InputError, Place
from openvbc.lineage import Lineage, lineage_of
from openvbc.programs.asked_person import person_asked
from openvbc.programs.claims_program import ClaimsProgram
from openvbc.programs.drivers.drivers import Drivers, drivers_of
from openvbc.programs.drivers.listings import lists_of
from openvbc.programs.explanation import Explanation
from openvbc.programs.listing import Listing
from openvbc.programs.program import Program
from openvbc.programs.registry import program
from openvbc.programs.run_folder import MAIN
from openvbc.programs.stored_run import StoredRow, StoredRun
from openvbc.programs.what_if import WhatIf
from openvbc.run import Run

MEMORY = "600MB"
"""What the engine may take; what does not fit goes to a private folder of the run."""


class OpenedRun:
    """A finished run: its worksheets if it is settled, its tables, its people."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run = Run.open(folder)
        self.manifest = self.run.manifest
        self._seen = stamp(folder)
        self._rows: dict[str, list[StoredRow]] = {}
        self._registered: set[str] = set()
        self._secret = secrets.token_bytes(32)
        self._people: dict[str, str] = {}
        self._questions: dict[int, WhatIf] = {}
        self._checked: dict[str, list[Path]] = {}
        self._driver_engine: DuckDBEngine | None = None

    @property
    def has_changed(self) -> bool:
        """Whether the folder was written anew since it was opened."""
        return stamp(self.folder) != self._seen

    def close(self) -> None:
        """Give back the engine and what it keeps on disk."""
        if "engine" in self.__dict__:
            self.engine.close()
        if self._driver_engine is not None:
            self._driver_engine.close()

    @cached_property
    def program(self) -> Program:
        """The run's program."""
        return program(self.manifest.program)

    @property
    def claims(self) -> ClaimsProgram | None:
        """What the program knows of its claims; None where the run has no tables."""
        return self.program.claims_program() if self.program.claims and self.tables else None

    @cached_property
    def title(self) -> str:
        """Whose result, of which program and year."""
        if self.stored is not None:
            return str(self.stored.worksheets["title"])
        return self.run.title or self.program.title

    @cached_property
    def stored(self) -> StoredRun | None:
        """The worksheets; None where the run could not be settled."""
        try:
            return StoredRun(self.folder)
        except EmptyResult:
            return None

    @cached_property
    def tables(self) -> list[str]:
        """Names of the tables the steps made."""
        return self.run.tables

    @cached_property
    def engine(self) -> DuckDBEngine:
        """One for all pages."""
        return DuckDBEngine(memory_limit=MEMORY, scratch=self.folder)

    def query(self, sql: str, *tables: str) -> list[dict[str, Any]]:
        """Rows of a query over tables of the run, each made sure of once."""
        for name in tables:
            if name not in self._registered:
                self.run.register(self.engine, name)
                self._registered.add(name)
        return self.engine.rows(sql)

    @cached_property
    def store(self) -> StoreReport | None:
        """The claim store, if it is still there."""
        return StoreReport.load(self.run.store) if self.run.store else None

    @cached_property
    def tracking(self) -> Explanation | None:
        """How the settled period is going, by month; None where that is not known."""
        if self.claims is None:
            return None
        try:
            return self.claims.track(self.run)
        except EmptyResult:
            return None

    @cached_property
    def forecast(self) -> Explanation | None:
        """How the settled period may end; None where that cannot be said."""
        if self.claims is None:
            return None
        try:
            return self.claims.forecast(self.run, None, 1)
        except EmptyResult:
            return None

    @cached_property
    def listings(self) -> Sequence[Listing]:
        """The lists of the run's program without the drivers; none of a settled file."""
        return self.claims.own_listings(self.run) if self.claims else ()

    @cached_property
    def drivers(self) -> Drivers:
        """Why the year came out as it did, with an engine of its own that holds the tables.

        Raises:
            EmptyResult: there are none to tell, and why.
        """
        self._driver_engine = DuckDBEngine(memory_limit=MEMORY, scratch=self.folder)
        return drivers_of(self.run, self._driver_engine)

    @property
    def drivers_open(self) -> bool:
        """Whether each driver opens to its people."""
        return self.claims is not None and "driver" in self.claims.subjects()

    @cached_property
    def driver_lists(self) -> Sequence[Listing]:
        """The lists of the drivers.

        Raises:
            EmptyResult: there are none to tell, and why.
        """
        if self.drivers_open:
            return lists_of(self.drivers)
        if self.claims is None:
            raise EmptyResult("no claims were read for this result", code="VBC-99045")
        return self.claims.driver_lists(self.run)

    @property
    def is_final(self) -> bool:
        """Whether the period that is settled is over."""
        return self.stored is None or bool(self.stored.worksheets.get("is_final", True))

    def checked_parts(self, table: str) -> list[Path]:
        """The files of a table of the claim store, made sure of once."""
        assert self.store is not None
        if table not in self._checked:
            self._checked[table] = self.store.checked_parts(table)
        return self._checked[table]

    @cached_property
    def lineage(self) -> Lineage:
        """What each table of the run was made from."""
        return lineage_of(self.run)

    @cached_property
    def people_assigned(self) -> dict[str, int]:
        """How many people are assigned in each period."""
        return self.run.people_assigned()

    def sheet(self, name: str) -> Mapping[str, Any]:
        """What a sheet is: title, inputs, lines.

        Raises:
            InputError: there is none of that name.
        """
        if self.stored is None or name not in self.stored.sheets:
            raise self.nothing("sheet", name)
        description: Mapping[str, Any] = self.stored.sheets[name]
        return description

    def rows(self, sheet: str) -> list[StoredRow]:
        """Every row of a sheet."""
        if sheet not in self._rows:
            self.sheet(sheet)
            assert self.stored is not None
            self._rows[sheet] = self.stored.rows(sheet, None, None)
        return self._rows[sheet]

    def row(self, sheet: str, number: int) -> StoredRow:
        """One row of a sheet; InputError if it has no such row."""
        rows = self.rows(sheet)
        if not 0 <= number < len(rows):
            raise self.nothing("row", f"{sheet} {number}")
        return rows[number]

    def described(self, sheet: str, name: str) -> Mapping[str, Any]:
        """The line or input of a sheet."""
        kept = self.sheet(sheet)
        for item in (*kept["lines"], *kept["inputs"]):
            if item["name"] == name:
                description: Mapping[str, Any] = item
                return description
        raise self.nothing("line", name)

    def question(self, number: int) -> WhatIf:
        """What-if questions about a contract; kept, so that the next answer comes at once."""
        if self.stored is None:
            raise EmptyResult("nothing was settled, so there is nothing to move", code="VBC-6016")
        self.row(MAIN, number)
        if number not in self._questions:
            levers = self.claims.levers() if self.claims else ()
            self._questions[number] = WhatIf(self.stored, levers, number)
        return self._questions[number]

    def nothing(self, kind: str, name: str) -> InputError:
        """The error for an address that leads nowhere."""
        return InputError(
            f"this run has no such {kind}",
            place=Place(value=name),
            action="go back to the first page; the run may have been made anew meanwhile",
            code="VBC-19003",
        )

    def key_of(self, person: str) -> str:
        """What a person is called in the addresses of this session."""
        key = hmac.new(self._secret, person.encode(), sha256).hexdigest()[:24]
        self._people[key] = person
        return key

    def person(self, key: str) -> str:
        """The person of a key; InputError if this session gave none such."""
        if key not in self._people:
            raise InputError(
                "this address of a person is of an earlier session",
                action="search the person again",
                code="VBC-19004",
            )
        return self._people[key]

    def search(self, identifier: str) -> str:
        """The key of the person who has, or had, an identifier.

        Raises:
            EmptyResult: nobody in the run has it; the message does not repeat it.
        """
        if self.store is not None and "person_identifier" not in self._registered:
            self.engine.register("person_identifier", self.checked_parts("person_identifier"))
            self._registered.add("person_identifier")
        known = person_asked(self.engine, identifier, self.store is not None)
        where = self._table_of_people()
        matching_rows = self.query(
            f"select min(person_id) as person_id from {where} where person_id in ({known})", where
        )
        if not matching_rows or matching_rows[0]["person_id"] is None:
            raise EmptyResult(
                "nobody in this run has that identifier",
                action="check the identifier; people who opted out are in no claim file",
                code="VBC-6004",
            )
        return self.key_of(matching_rows[0]["person_id"])

    def _table_of_people(self) -> str:
        """The table that names everybody."""
        wanted: Sequence[str] = ("assignment", "population", "measured_enrollment")
        for name in (*wanted, *self.tables):
            if name in self.tables and "person_id" in self.run.table(name).columns:
                return name
        raise EmptyResult("this run has no people in it", code="VBC-6903")


def stamp(folder: Path) -> tuple[int, int] | None:
    """When and how large the manifest was written; None where it is not there."""
    try:
        manifest_status = (folder / NAME).stat()
    except OSError:
        return None
    return manifest_status.st_mtime_ns, manifest_status.st_size
