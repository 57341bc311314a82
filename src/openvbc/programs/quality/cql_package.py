"""A measure of the user's own as a CQL package, computed by fqm-execution where that is installed.

::

    package = run_package(Path("package.json"), Path("charts"), 2026, Path("node_modules"), folder)
    package.counts.rate

For small populations: the engine takes tenths of a second a person. Nothing of it is shipped; it
runs only where the user names its folder, and without the network (``no_network.js``). The package
is a FHIR bundle: one Measure, Libraries with compiled logic (ELM), and its ValueSets. Patients of
different practices are not joined.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from openvbc.clinical.fhir_files import resources_of
from openvbc.clinical.load import practices_of
from openvbc.engine.manifest import claim_run_folder
from openvbc.engine.outside_program import answer_of
from openvbc.engine.real_path import real_path
from openvbc.engine.scratch import scratch_folder
from openvbc.errors import EmptyResult, InputError, Place
from openvbc.format import in_words
from openvbc.input_file import content_of
from openvbc.programs.listing import Field, Listing, write_csvs
from openvbc.programs.quality.measuring import Counts
from openvbc.steps.quality.definition import POPULATIONS

MOST_PEOPLE = 5_000
AT_ONCE = 200
PACKAGE_LIMIT = 256 * 1024 * 1024
MODULE = "fqm-execution"
WHO = ("subject", "patient", "beneficiary")
"""Where a resource names its patient."""
Resource = dict[str, Any]


@dataclass(frozen=True)
class PackageRun:
    """What a package came to."""

    measure: str
    counts: Counts
    resources: int
    set_aside: Mapping[str, int]
    """Resources that were not given to the engine, by reason."""
    listings: Sequence[Listing]


def run_package(
    package: Path, charts: Path, year: int, modules: Path | None, folder: Path
) -> PackageRun:
    """Compute a package on charts, and write ``rates.csv`` and ``people.csv`` into `folder`.

    Args:
        package: FHIR bundle of a Measure, its Libraries and ValueSets.
        charts: folder of FHIR files; each folder in it is a practice.
        year: calendar year measured.
        modules: folder in which fqm-execution is installed (``node_modules``).
        folder: where the run goes.

    Raises:
        InputError: Node or the engine is not there, the package is none or lacks value sets, there
            are more people than this is for, or the engine failed.
        EmptyResult: the charts hold no patient.
    """
    node = _engine(modules)
    assert modules is not None
    measure, name = _package(package)
    aside: Counter[str] = Counter()
    people, total = _people(charts, aside)
    claim_run_folder(folder)
    rows: list[list[Any]] = []
    ours = resources.files(__name__.rpartition(".")[0])
    with (
        scratch_folder(folder) as scratch,
        resources.as_file(ours / "cql_engine.js") as file,
        resources.as_file(ours / "no_network.js") as guard,
    ):
        for practice, chosen in people.items():
            for begin in range(0, len(chosen), AT_ONCE):
                part = dict(list(chosen.items())[begin : begin + AT_ONCE])
                asked = {
                    "measure": measure,
                    "patients": [_bundle(each) for each in part.values()],
                    "period": [f"{year}-01-01", f"{year}-12-31"],
                }
                said = answer_of(
                    [node, *_FLAGS, "--require", str(real_path(guard)), str(real_path(file))],
                    json.dumps(asked), scratch / "engine",
                    surroundings={"NODE_PATH": str(real_path(modules))},
                )  # fmt: skip
                flags_by_person = _answer(said, name)
                rows += [[practice, who, *_flags(flags_by_person.get(who, {}))] for who in part]
    counts = _counts(rows)
    listings = (_rates(name, year, counts), _listed(name, year, rows))
    write_csvs(listings, folder)
    return PackageRun(name, counts, total, dict(aside), listings)


_FLAGS = ("--max-old-space-size=3072",)


def _engine(modules: Path | None) -> str:
    node = shutil.which("node")
    if node is None or modules is None or not (modules / MODULE).is_dir():
        raise InputError(
            "Node is not installed, so no CQL package can be computed" if node is None
            else "fqm-execution, which computes a CQL package, is not where you say" if modules
            else "where fqm-execution is installed is not told",
            place=Place(str(modules)) if modules else None,
            rule="packages are computed by fqm-execution; it is not shipped and never looked for",
            action="npm install fqm-execution, and give its folder: --node-modules node_modules",
            code="VBC-1119",
        )  # fmt: skip
    return str(real_path(Path(node)))


def _package(path: Path) -> tuple[Resource, str]:
    try:
        document = json.loads(content_of(path, PACKAGE_LIMIT))
    except (ValueError, RecursionError):
        document = None
    entries = document.get("entry") if isinstance(document, dict) else None
    held = [e.get("resource") for e in entries or () if isinstance(e, dict)]
    measures = [r for r in held if isinstance(r, dict) and r.get("resourceType") == "Measure"]
    if len(measures) != 1 or not isinstance(document, dict):
        raise InputError(
            "this is no CQL package", place=Place(path.name),
            rule="a FHIR bundle (JSON) with one Measure, its Libraries with compiled logic, and "
            "its ValueSets", code="VBC-1124",
        )  # fmt: skip
    scoring = measures[0].get("scoring")
    coded = scoring.get("coding") if isinstance(scoring, dict) else None
    kinds = {each.get("code") for each in coded or () if isinstance(each, dict)}
    if kinds != {"proportion"} or len(measures[0].get("group") or ()) != 1:
        raise InputError(
            "only a proportion measure with one group is computed from a CQL package",
            place=Place(path.name),
            rule="other scorings, and several groups, have no one rate",
            code="VBC-1128",
        )
    return document, str(measures[0].get("name") or measures[0].get("id") or "measure")[:60]


def _people(charts: Path, aside: Counter[str]) -> tuple[dict[str, dict[str, list[Resource]]], int]:
    """Resources by practice and patient; what belongs to nobody is counted by reason."""
    people: dict[str, dict[str, list[Resource]]] = {}
    total = 0
    for practice, files in practices_of(charts).items():
        held: dict[str, list[Resource]] = {}
        others: list[tuple[str, Resource]] = []
        for read in (each for file in files for each in resources_of(file)):
            total += 1
            resource = read.resource
            if resource is None:
                aside[read.problem] += 1
            elif resource.get("resourceType") == "Patient":
                who = str(resource.get("id") or "")
                if not who:
                    aside["a patient without an identifier"] += 1
                elif who in held:
                    aside["two patients with one identifier"] += 1
                else:
                    held[who] = [resource]
            else:
                others.append((_whose(resource), resource))
        for who, resource in others:
            if who in held:
                held[who].append(resource)
            else:
                aside["of no patient of the practice"] += 1
        people[practice] = held
    count = sum(map(len, people.values()))
    if not count:
        raise EmptyResult(
            "the charts hold no patient", place=Place(str(charts)),
            rule="; ".join(f"{n:,} {reason}" for reason, n in aside.items()) or None,
        code="VBC-6018")  # fmt: skip
    if count > MOST_PEOPLE:
        raise InputError(
            f"{count:,} people are too many for a CQL package",
            rule=f"at most {MOST_PEOPLE:,}: the engine takes tenths of a second a person",
            action="give fewer, or write the measure as SQL (--own-measures)",
            code="VBC-1125",
        )
    return people, total


def _whose(resource: Resource) -> str:
    for name in WHO:
        given = resource.get(name)
        if isinstance(given, dict):
            return str(given.get("reference", "")).rpartition("/")[2].removeprefix("urn:uuid:")
    return ""


def _bundle(held: Sequence[Resource]) -> Resource:
    entries = [{"resource": each} for each in held]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _answer(said: str, name: str) -> Mapping[str, Mapping[str, bool]]:
    try:
        answer = json.loads(said)
    except ValueError:
        answer = {}
    if missing := answer.get("missing"):
        raise InputError(
            f"the measure {name} cannot be computed: value sets are missing",
            rule=", ".join(map(str, missing))[:400],
            action="put the ValueSets into the package, under your own licence",
            code="VBC-1126",
        )
    people = answer.get("people")
    if not isinstance(people, dict):
        raise InputError(
            f"fqm-execution answered nothing that can be read for the measure {name}",
            action="compute the package with fqm-execution alone to see why",
            code="VBC-1127",
        )
    return people


def _flags(membership: Mapping[str, bool]) -> list[bool]:
    """Whether a person is in each population, which FHIR names with hyphens."""
    return [bool(membership.get(name.replace("_", "-"))) for name in POPULATIONS]


def _counts(rows: Sequence[Sequence[Any]]) -> Counts:
    sums = (sum(map(bool, column)) for column in list(zip(*rows, strict=True))[2:])
    return Counts(**dict(zip(POPULATIONS, sums, strict=True)))


def _rates(name: str, year: int, counts: Counts) -> Listing:
    fields = [Field("Measure", role="who")]
    fields += [Field(in_words(each), "count") for each in POPULATIONS]
    row = [name, *(getattr(counts, each) for each in POPULATIONS), counts.rate]
    return Listing(
        "rates", f"CQL package {name}, {year}", [*fields, Field("Rate", "ratio")], [row],
        "As fqm-execution computed it; this program's own measures do not use it.", "safe",
    )  # fmt: skip


def _listed(name: str, year: int, rows: Sequence[Sequence[Any]]) -> Listing:
    fields = [Field("Practice", role="who"), Field("Patient", role="who")]
    fields += [Field(in_words(each)) for each in POPULATIONS]
    return Listing("people", f"CQL package {name}, {year}: people", fields, rows)


def reasons(run: PackageRun) -> Iterator[str]:
    """Each reason for which resources were not used, with their number."""
    for reason, count in sorted(run.set_aside.items()):
        yield f"set aside: {count:,} {reason}"
