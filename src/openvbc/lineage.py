"""Where each table of a run comes from: the tables, lists and rules that the step before it read.

::

    lineage = lineage_of(Run.open("my-aco/run"))
    lineage.made_from("assignment")        # what its step reads, each with its kind
    lineage.read_by("participant")         # tables made of it
    lineage.mermaid()                      # the map as text that Mermaid draws

It follows from the headers of the steps whose tables a run keeps; for a table it does not keep
stands what that is made from. No row is read, and nothing in it is about a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from openvbc.claims.model import TABLES as CLAIM_TABLES
from openvbc.clinical.model import TABLES as CLINICAL_TABLES
from openvbc.engine.csv_file import csv_file
from openvbc.engine.private_files import private_folder, write_text
from openvbc.errors import InputError, Place
from openvbc.export import refuse_to_replace
from openvbc.run import RULE_TABLES, Run
from openvbc.steps.described import described_steps

COLUMNS = ("table", "what_it_is", "made_from", "kind", "citation")
"""Of the map as CSV: one row a table and what it is made from."""

COMPUTED = {"risk_score": "computed_risk_score"}
"""Tables that a run reads from the store, or makes under another name where none is given."""


class Kind(StrEnum):
    """What a table is made from."""

    STEP = "table of the run"
    STORE = "claim store"
    CHARTS = "clinical store"
    RULES = "rules and terms"
    GIVEN = "given to the run"


@dataclass(frozen=True)
class Origin:
    """One of the things that a step reads."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Lineage:
    """The map of a run: every table with its origins, in the order of their names."""

    origins: Mapping[str, Sequence[Origin]]
    meaning: Mapping[str, str]
    """What each table is."""
    citation: Mapping[str, str]

    def made_from(self, table: str) -> Sequence[Origin]:
        """What the step of a table reads; nothing of a table that no step of this version makes."""
        return self.origins.get(table, ())

    def read_by(self, name: str) -> list[str]:
        """Tables of the run that are made of a table, list or rule."""
        return [t for t, origins in self.origins.items() if any(o.name == name for o in origins)]

    def rows(self) -> list[tuple[str, str, str, str, str]]:
        """The map row by row, as :data:`COLUMNS` names them."""
        return [
            (table, self.meaning[table], origin.name, origin.kind, self.citation[table])
            for table, origins in self.origins.items()
            for origin in origins
        ]

    def mermaid(self) -> str:
        """The map as a Mermaid flowchart, from the store and the rules to what is made of them."""
        of_kind: dict[Kind, list[str]] = {kind: [] for kind in Kind}
        for origins in self.origins.values():
            for origin in origins:
                if origin.name not in of_kind[origin.kind]:
                    of_kind[origin.kind].append(origin.name)
        lines = ["flowchart LR"]
        for kind in (Kind.STORE, Kind.CHARTS, Kind.RULES, Kind.GIVEN):
            if names := sorted(of_kind[kind]):
                lines += [f'  subgraph {kind.name.lower()}_ ["{kind}"]']
                lines += [f"    {kind.name.lower()}_{name}[{name}]" for name in names]
                lines += ["  end"]
        lines += [f"  step_{table}([{table}])" for table in self.origins]
        lines += [
            f"  {origin.kind.name.lower()}_{origin.name} --> step_{table}"
            for table, origins in self.origins.items()
            for origin in origins
        ]
        return "\n".join(lines) + "\n"


def lineage_of(run: Run) -> Lineage:
    """The map of a finished run."""
    steps, made, outputs = described_steps(), run.tables, run.manifest.outputs
    known = [name for name in made if name in steps]

    def origin(name: str) -> Origin:
        if COMPUTED.get(name) in made:
            return Origin(COMPUTED[name], Kind.STEP)
        if name in made:
            return Origin(name, Kind.STEP)
        if f"{RULE_TABLES}/{name}.csv" in outputs:
            return Origin(name, Kind.RULES)
        if name in CLAIM_TABLES:
            return Origin(name, Kind.STORE)
        return Origin(name, Kind.CHARTS if name in CLINICAL_TABLES else Kind.GIVEN)

    def read(name: str) -> list[str]:
        """What a step reads, itself or through tables that no run keeps; each once."""
        inputs: dict[str, None] = {}
        for each in steps[name].inputs:
            passes = each in steps and steps[each].made != "kept" and each not in made
            inputs |= dict.fromkeys(read(each) if passes else [each])
        return list(inputs)

    return Lineage(
        {name: [origin(each) for each in read(name)] for name in known},
        {name: steps[name].purpose for name in known},
        {name: steps[name].cite for name in known},
    )


def export_lineage(run: Run, path: Path) -> Lineage:
    """Write the map into a new file: CSV by the ending ``.csv``, Mermaid by ``.mmd`` or ``.md``.

    Raises:
        InputError: the file is there already, or has another ending.
    """
    ending = path.suffix.lower()
    if ending not in (".csv", ".mmd", ".md"):
        raise InputError(
            "the map of tables is written as CSV or as Mermaid",
            place=Place(value=path.name),
            action="let the file's name end with .csv, .mmd or .md",
            code="VBC-99021",
        )
    refuse_to_replace(path)
    lineage = lineage_of(run)
    private_folder(path.parent)
    if ending == ".csv":
        with csv_file(path) as writer:
            writer.writerow(COLUMNS)
            writer.writerows(lineage.rows())
    else:
        text = lineage.mermaid()
        write_text(path, f"```mermaid\n{text}```\n" if ending == ".md" else text)
    return lineage
