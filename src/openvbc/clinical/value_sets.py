"""Value sets the user loads: FHIR ValueSets, a measure package that holds them, or tables.

Read are ``.json`` and ``.ndjson`` (a ValueSet, a bundle, a package with ValueSets in it; the
expansion if there is one, else codes listed one by one) and ``.csv`` with the columns ``oid`` (or
``value set oid``), ``system`` (or ``code system``, ``code system oid``) and ``code``; each may end
in ``.gz``. Nothing is fetched, nothing shipped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openvbc.clinical.code_systems import code_system
from openvbc.clinical.fhir_files import Read, resources_of
from openvbc.errors import InputError, Place
from openvbc.input_file import rows_of_csv

_OID = ("oid", "value set oid", "value_set_oid", "valueset oid", "value set")
_SYSTEM = ("system", "code system oid", "code system", "code_system", "codesystem")
_CODE = ("code",)


@dataclass
class ValueSets:
    """Codes by the value set's OID (or the tail of its address)."""

    codes: Mapping[str, list[tuple[str, str]]]
    truncated: tuple[str, ...] = ()
    """Sets whose expansion says it has more codes than it lists."""
    without_codes: tuple[str, ...] = ()
    """Sets that are given without any code listed."""
    files: list[Path] = field(default_factory=list)


def read_value_sets(paths: Iterable[Path]) -> ValueSets:
    """Read every value set of the files and folders given.

    Raises:
        InputError: a path is not there, or holds no value set.
    """
    codes: dict[str, set[tuple[str, str]]] = defaultdict(set)
    truncated: set[str] = set()
    seen: set[str] = set()
    files = [file for path in paths for file in _files(path)]
    for file in files:
        if file.name.lower().removesuffix(".gz").endswith(".csv"):
            for oid, system, code in _table(file):
                codes[oid].add((system, code))
            continue
        for read in resources_of(file):
            for oid, listed, is_cut in _sets_of(read, file):
                seen.add(oid)
                codes[oid] |= listed
                if is_cut:
                    truncated.add(oid)
    if not any(codes.values()):
        raise InputError(
            "no value set is found in what was given",
            rule="value sets are FHIR ValueSets (.json, .ndjson) or tables "
            "(.csv: oid, system, code)",
            action="load the value sets of the measures under your own licence and name "
            "their folder",
            code="VBC-1904",
        )
    return ValueSets(
        {oid: sorted(members) for oid, members in codes.items() if members},
        tuple(sorted(truncated)),
        tuple(sorted(oid for oid in seen if not codes[oid])),
        files,
    )


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise InputError("there is no such file or folder", place=Place(str(path)), code="VBC-1905")
    if path.is_file():
        return [path]
    ends = (".json", ".ndjson", ".csv")
    return sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and file.name.lower().removesuffix(".gz").endswith(ends)
    )


def _sets_of(read: Read, file: Path) -> list[tuple[str, set[tuple[str, str]], bool]]:
    """Each value set of a resource: its name, its codes, whether it says that it has more."""
    try:
        return [
            (_tail(given), set(_codes_of(given)), _is_truncated(given))
            for given in _value_sets(read.resource or {})
        ]
    except (TypeError, AttributeError, KeyError, RecursionError) as error:
        raise InputError(
            "a value set is not in the form of FHIR R4",
            place=Place(file.name, read.line),
            action="give it as the terminology service wrote it",
            code="VBC-9104",
        ) from error


def _value_sets(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """ValueSets in a resource: itself, or those it contains."""
    if resource.get("resourceType") == "ValueSet":
        yield resource
    for each in resource.get("contained") or ():
        yield from _value_sets(each)


def _tail(given: Mapping[str, Any]) -> str:
    address = str(given.get("url") or given.get("id") or "")
    return address.split("|")[0].rsplit("/", 1)[-1].removeprefix("urn:oid:")


def _codes_of(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    expansion = given.get("expansion") or {}
    if expansion.get("contains"):
        yield from _contained(expansion["contains"])
        return
    for part in (given.get("compose") or {}).get("include") or ():
        for concept in part.get("concept") or ():
            yield code_system(part.get("system")) or "", str(concept["code"])


def _contained(entries: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        if entry.get("code") and not entry.get("abstract"):
            yield code_system(entry.get("system")) or "", str(entry["code"])
        yield from _contained(entry.get("contains") or ())


def _is_truncated(given: Mapping[str, Any]) -> bool:
    expansion = given.get("expansion") or {}
    total = expansion.get("total")
    return isinstance(total, int) and total > len(list(_contained(expansion.get("contains") or ())))


def _table(file: Path) -> Iterator[tuple[str, str, str]]:
    names, rows = rows_of_csv(file)
    heads = {name.strip().lower(): name for name in names}
    places = [
        next((heads[n] for n in known if n in heads), None) for known in (_OID, _SYSTEM, _CODE)
    ]
    if any(place is None for place in places):
        return
    oid, system, code = (str(place) for place in places)
    for _, row in rows:
        yield (
            (row[oid] or "").strip().removeprefix("urn:oid:"),
            code_system((row[system] or "").strip()) or "",
            (row[code] or "").strip(),
        )
