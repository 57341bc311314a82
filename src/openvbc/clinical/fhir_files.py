"""Streaming FHIR resources from NDJSON and bundles, packed or not.

``.ndjson`` and ``.jsonl`` hold a resource a line, ``.json`` one resource or one bundle; each may
end in ``.gz``. A line that is not JSON is a problem with its place, never an exception.
"""

from __future__ import annotations

import gzip
import itertools
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from openvbc.input_file import MIB, RATIO, UNCHECKED, in_words, regular_file, too_large

LINES = (".ndjson", ".jsonl")
WHOLE = (".json",)
NOT_JSON = "not valid JSON"
NO_RESOURCE = "not a FHIR resource"
EMPTY_ENTRY = "entry of a bundle without a resource"
DAMAGED = "packed file is damaged"

RESOURCE_LIMIT = 64 * MIB
"""A line of NDJSON, which is one resource."""
BUNDLE_LIMIT = 512 * MIB
"""A file that is read whole."""
_ALLOWED = f"at most {in_words(RESOURCE_LIMIT)} a resource"


@dataclass(frozen=True, slots=True)
class Read:
    """What stands in a place of a file: a resource, or why there is none."""

    line: int
    """Line of NDJSON, entry of a bundle, from 1."""
    resource: dict[str, Any] | None
    problem: str = ""


def fhir_files(folder: Path) -> list[Path]:
    """Every file of a folder, and below, that may hold FHIR."""
    if folder.is_file():
        return [folder]
    return sorted(path for path in folder.rglob("*") if path.is_file() and _kind(path))


def resources_of(path: Path) -> Iterator[Read]:
    """Every resource of a file in order.

    Raises:
        InputError: VBC-185 it is a pipe or device; VBC-186 it, or a line, is larger than any is.
    """
    try:
        with _open(path) as stream:
            if _kind(path) == "lines":
                yield from _lines(stream, path)
            else:
                yield from _whole(stream, path)
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, gzip.BadGzipFile | EOFError | zlib.error):
            yield Read(0, None, DAMAGED)
        else:
            raise


def _kind(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(LINES):
        return "lines"
    return "whole" if name.endswith(WHOLE) else ""


def _open(path: Path) -> IO[bytes]:
    regular_file(path)
    if path.name.lower().endswith(".gz"):
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def _lines(stream: IO[bytes], path: Path) -> Iterator[Read]:
    loads = json.loads
    left = max(UNCHECKED, path.stat().st_size * RATIO)
    for number in itertools.count(1):
        line = stream.readline(RESOURCE_LIMIT + 1)
        if not line:
            return
        left -= len(line)
        if len(line) > RESOURCE_LIMIT:
            raise too_large(path.name, "a line that is too long", _ALLOWED, number)
        if left < 0:
            raise too_large(
                path.name, f"more than {RATIO} times its size", f"{RATIO} times at most"
            )
        if not line.strip():
            continue
        try:
            found = loads(line)
        except (ValueError, RecursionError):
            yield Read(number, None, NOT_JSON)
            continue
        yield _checked(number, found)


def _whole(stream: IO[bytes], path: Path) -> Iterator[Read]:
    content = stream.read(BUNDLE_LIMIT + 1)
    if len(content) > BUNDLE_LIMIT:
        raise too_large(path.name, f"more than {in_words(BUNDLE_LIMIT)}", in_words(BUNDLE_LIMIT))
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        yield Read(1, None, NOT_JSON)
        return
    if isinstance(found, dict) and found.get("resourceType") == "Bundle":
        for number, entry in enumerate(found.get("entry") or [], start=1):
            resource = entry.get("resource") if isinstance(entry, dict) else None
            yield _checked(number, resource) if resource else Read(number, None, EMPTY_ENTRY)
        return
    if isinstance(found, list):
        for number, each in enumerate(found, start=1):
            yield _checked(number, each)
        return
    yield _checked(1, found)


def _checked(number: int, found: Any) -> Read:
    if isinstance(found, dict) and isinstance(found.get("resourceType"), str):
        return Read(number, found)
    return Read(number, None, NO_RESOURCE)
