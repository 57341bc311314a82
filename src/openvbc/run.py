"""A finished run: its folder, its tables, its settlement.

::

    run = Run.open("my-aco/run")
    run.table("assignment").rows()       # list of dicts
    run.table("assignment").arrow()      # a pyarrow Table (extra `arrow`)
    run.table("assignment").df()         # a pandas data frame (extra `dataframe`)
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openvbc.engine.base import Engine
from openvbc.engine.csv_file import as_it_was
from openvbc.engine.manifest import Manifest, check_file, damaged
from openvbc.engine.pipeline import RECORD, stored_parts
from openvbc.engine.sealed import read_sealed
from openvbc.engine.table import SmallTable
from openvbc.errors import InputError, Place
from openvbc.run_table import RunTable
from openvbc.run_times import PartTime

if TYPE_CHECKING:
    from openvbc.programs.claims_program import Outcome
    from openvbc.programs.settlement import Settlement

TABLES = "tables"
WORKSHEETS = "worksheets.json"
"""What the settlement's worksheets are; a run that could not be settled has none."""
RULE_TABLES = "rule_tables"
"""The small tables the steps were given: periods, parameters, code sets, as CSV."""
TIMES = "times.json"
SOURCE = "source.json"
"""Where the project and the store of the run are, its title and what its periods are called."""


@dataclass(frozen=True, repr=False)
class Run:
    """A finished run in its folder."""

    folder: Path
    outcome: Outcome | None = None
    """What came of it; given by :meth:`openvbc.Project.run`, None when opened from a folder."""
    seconds: float = 0.0
    rows_set_aside: int = 0
    """Rows of the deliveries, and rows of the settlement, set aside for what is wrong with them or
    lacks; known of a run just made."""
    store_work: tuple[str, ...] = ()
    """What of a claim store that was there before this run read and made, in sentences."""

    def __repr__(self) -> str:
        state = "settled" if self.is_settled else f"not settled, lacks {len(self.lacking)}"
        return f"<Run {self.title!r} in {self.folder}: {state}>"

    def _repr_html_(self) -> str:
        from openvbc.notebook import html_table

        rows = [
            [f"Assigned people, {period}", f"{n:,}"] for period, n in self.people_assigned().items()
        ]
        rows.append(["Tables", ", ".join(self.tables)])
        notes = [f"lacking: {each}" for each in self.lacking]
        shown = html_table(self.title, [], rows, notes)
        return shown + (self.settlement._repr_html_() if self.settlement else "")

    @property
    def settlement(self) -> Settlement | None:
        """What was settled; None when opened from a folder, and where data or rules lack."""
        return self.outcome.settlement if self.outcome else None

    @property
    def is_settled(self) -> bool:
        """Whether the folder holds a settlement."""
        return (self.folder / WORKSHEETS).is_file()

    @property
    def lacking(self) -> list[str]:
        """Why there is no settlement, each with what would supply it; empty where there is one."""
        return list(self.manifest.lacking)

    @classmethod
    def open(cls, folder: str | Path) -> Run:
        """Open the folder of a finished run.

        Raises:
            InputError: the folder holds no finished run.
        """
        run = cls(Path(folder))
        _ = run.manifest
        return run

    @property
    def manifest(self) -> Manifest:
        """What the run read, by which rules, and what came out."""
        return Manifest.read(self.folder)

    @property
    def tables(self) -> list[str]:
        """Names of the tables the steps made."""
        return sorted(record.parent.name for record in self.folder.glob(f"{TABLES}/*/{RECORD}"))

    @property
    def times(self) -> dict[str, float]:
        """Seconds of each part when the run was last made."""
        return {name: part.seconds for name, part in self.profile.items()}

    @property
    def profile(self) -> dict[str, PartTime]:
        """What each part and step took when the run was last made; zero for what was kept."""
        try:
            return {n: PartTime(**part) for n, part in read_sealed(self.folder / TIMES).items()}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError):
            raise damaged(self.folder / TIMES) from None

    def table(self, name: str) -> RunTable:
        """A table by name, for example ``assignment``."""
        from openvbc.steps.described import described_steps

        place = self.folder / TABLES / name
        step = described_steps().get(name)
        if not place.is_dir() and step is not None and step.made != "kept":
            raise InputError(
                f"a run does not keep the table {name}",
                place=Place(str(self.folder)),
                rule="its rows only lead to those of other tables",
                action="'vbc explain RUN person ID' makes a person's rows again; in Python, "
                "openvbc.programs.made_again",
                code="VBC-1341",
            )
        if not place.is_dir():
            raise InputError(
                f"the run has no table named {name}",
                place=Place(str(self.folder)),
                action=f"choose one of: {', '.join(self.tables)}",
                code="VBC-134",
            )
        stored = stored_parts(place)
        if stored is None:
            raise damaged(place)
        return RunTable(name, stored[1])

    @property
    def periods(self) -> list[dict[str, Any]]:
        """The measured periods: period, calendar_year, windows and cut-offs as dates."""
        if f"{RULE_TABLES}/period.csv" not in self.manifest.outputs:
            return []
        return [
            {name: _typed(name, text) for name, text in row.items()}
            for row in self.rule_rows("period")
        ]

    def rule_rows(self, name: str) -> list[dict[str, str]]:
        """The rows of a small table the steps were given, every value as its text."""
        with self.rule_table(name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def _source(self) -> dict[str, Any]:
        try:
            return read_sealed(self.folder / SOURCE)
        except FileNotFoundError:
            return {}
        except ValueError:
            raise damaged(self.folder / SOURCE) from None

    def rule_table(self, name: str) -> Path:
        """The file of a small table the steps were given, as the manifest knows it."""
        return self.file(f"{RULE_TABLES}/{name}.csv")

    def given(self, name: str) -> SmallTable | None:
        """A small table as the steps were given it; None where the run does not say its types.

        An empty cell is null.
        """
        types = self._source().get("rule_columns", {}).get(name)
        if types is None:
            return None
        rows = [[as_it_was(row[c]) or None for c in types] for row in self.rule_rows(name)]
        return SmallTable(name, types, rows)

    def file(self, name: str) -> Path:
        """A file of the run, made sure of: it is the one the manifest knows."""
        check_file(self.folder, self.manifest, name)
        return self.folder / name

    @property
    def title(self) -> str:
        """Whose result, of which program and year."""
        return str(self._source().get("title", ""))

    @property
    def period_names(self) -> dict[str, str]:
        """Every measured period, in order, with the name a reader sees."""
        names: dict[str, str] = self._source().get("period_names", {})
        return names

    @property
    def periods_over(self) -> dict[str, str]:
        """Those whose last day is known, with their names: a part of a year is no year's sum.

        A period of which the run keeps no days counts as over.
        """
        open_still = {
            row["period"]
            for row in self.periods
            if row.get("known_by") and row.get("year_end") and row["known_by"] < row["year_end"]
        }
        return {p: name for p, name in self.period_names.items() if p not in open_still}

    @property
    def main_period(self) -> str:
        """The period that is settled."""
        return str(self._source().get("main_period", ""))

    @property
    def project(self) -> Path | None:
        """The project file the run was made from, if it is still there."""
        path = Path(self._source().get("project", ""))
        return path if path.is_file() else None

    @property
    def store(self) -> Path | None:
        """The claim store the run was made from, if it is still there."""
        store = self._source().get("store")
        return Path(store) if store and Path(store).is_dir() else None

    @property
    def store_digests(self) -> dict[str, str]:
        """SHA-256 of each table of the claim store the run was made from."""
        return dict(self._source().get("store_sha256", {}))

    def people_assigned(self) -> dict[str, int]:
        """How many people are assigned in each period; nothing where the run assigns nobody."""
        from openvbc.engine.reading import reading

        if "assignment" not in self.tables:
            return {}
        with reading() as engine:
            self.register(engine, "assignment")
            rows = engine.rows(
                "select period, count(*) as people from assignment where is_assigned "
                "group by period order by period"
            )
        return {row["period"]: row["people"] for row in rows}

    def register(self, engine: Engine, *names: str, prefix: str = "") -> None:
        """Make tables of the run readable in an engine, each as `prefix` and its name."""
        for name in names:
            engine.register(prefix + name, list(self.table(name).files))


def _typed(name: str, text: str) -> str | int | dt.date | None:
    if text == "":
        return None
    if name.endswith("_year"):
        return int(text)
    if name.startswith("has_"):
        return text == "true"
    return text if name == "period" else dt.date.fromisoformat(text)
