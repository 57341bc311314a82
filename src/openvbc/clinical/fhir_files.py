"""Streaming FHIR resources from NDJSON, bundles and QRDA category I documents, packed or not.

``.ndjson`` and ``.jsonl`` hold a resource a line, ``.json`` one resource or one bundle, ``.xml``
one patient's chart as a QRDA category I document (`qrda1.py`); each may end in ``.gz``. A ``.zip``
holds documents, bundles and files of lines, as practices hand over QRDA; its places are numbers of
files in it. A line that is not JSON is a problem with its place, never an exception.
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

from openvbc.claims.found_files import contents_of_zip, is_of_the_desktop
from openvbc.clinical.qrda1 import qrda1_resources
from openvbc.input_file import MIB, RATIO, UNCHECKED, in_words, regular_file, too_large

LINES = (".ndjson", ".jsonl")
WHOLE = (".json",)
DOCUMENT = (".xml",)
PACKED = (".zip",)
NOT_JSON = "not valid JSON"
NO_RESOURCE = "not a FHIR resource"
NOT_KNOWN = "file of a zip that is neither QRDA I (.xml) nor FHIR"
EMPTY_ENTRY = "entry of a bundle without a resource"
DAMAGED = "packed file is damaged"

RESOURCE_LIMIT = 64 * MIB
"""A line of NDJSON, which is one resource, or a document, which is one patient's chart."""
PIECE = 32 * MIB
"""Lines of NDJSON that are taken together, when they are taken as a set."""
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
    """Every file of a folder, and below, that may hold FHIR or QRDA category I."""
    if folder.is_file():
        return [folder]
    return sorted(path for path in folder.rglob("*") if path.is_file() and _kind(path))


def other_files(folder: Path) -> list[Path]:
    """The files of a folder that are of no kind that is read; files of desktops do not count."""
    if folder.is_file():
        return []
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not _kind(path)
        and not is_of_the_desktop(path.name, path.relative_to(folder).parts)
    )


def resources_of(path: Path) -> Iterator[Read]:
    """Every resource of a file in order.

    Raises:
        InputError: VBC-185 it is a pipe or device; VBC-186 it, or a line, is larger than any is.
    """
    if _kind(path) == "packed":
        yield from _packed(path)
        return
    try:
        with _open(path) as stream:
            if _kind(path) == "lines":
                for number, line in _numbered(stream, path):
                    yield read_line(number, line)
            elif _kind(path) == "document":
                resources = qrda1_resources(_content(stream, path, RESOURCE_LIMIT))
                for number, (resource, reason) in enumerate(resources, start=1):
                    yield Read(number, resource, reason)
            else:
                yield from _whole(stream, path)
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, gzip.BadGzipFile | EOFError | zlib.error):
            yield Read(0, None, DAMAGED)
        else:
            raise


def _packed(path: Path) -> Iterator[Read]:
    """The resources of every file in a zip; the place is the number of the file, from 1."""
    for number, (name, content) in enumerate(contents_of_zip(path, BUNDLE_LIMIT), start=1):
        kind = _kind(Path(name))
        if name.lower().endswith(".gz") or kind in ("", "packed"):
            yield Read(number, None, NOT_KNOWN)
        elif kind == "document":
            for resource, reason in qrda1_resources(content):
                yield Read(number, resource, reason)
        elif kind == "lines":
            for line in content.splitlines():
                if line.strip():
                    yield read_line(number, line)
        else:
            for read in _of_json(content):
                yield Read(number, read.resource, read.problem)


def pieces_of(path: Path) -> Iterator[tuple[list[tuple[int, bytes]], str]]:
    """Pieces of a file that holds a resource a line: numbered lines, and what ended it too early.

    Raises:
        InputError: as `resources_of`.
    """
    piece: list[tuple[int, bytes]] = []
    problem = ""
    try:
        with _open(path) as stream:
            size = 0
            for number, line in _numbered(stream, path):
                piece.append((number, line))
                size += len(line)
                if size > PIECE:
                    yield piece, ""
                    piece, size = [], 0
    except (gzip.BadGzipFile, EOFError, zlib.error):
        problem = DAMAGED
    yield piece, problem


def holds_lines(path: Path) -> bool:
    """Whether a file holds a resource a line."""
    return _kind(path) == "lines"


def read_line(number: int, line: bytes) -> Read:
    """The resource of a line."""
    try:
        resource = json.loads(line)
    except (ValueError, RecursionError):
        return Read(number, None, NOT_JSON)
    return _checked(number, resource)


def _kind(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(LINES):
        return "lines"
    if name.endswith(DOCUMENT):
        return "document"
    if name.endswith(PACKED):
        return "packed"
    return "whole" if name.endswith(WHOLE) else ""


def _open(path: Path) -> IO[bytes]:
    regular_file(path)
    if path.name.lower().endswith(".gz"):
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def _numbered(stream: IO[bytes], path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not empty."""
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
        if line.strip():
            yield number, line


def _content(stream: IO[bytes], path: Path, limit: int = BUNDLE_LIMIT) -> bytes:
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise too_large(path.name, f"more than {in_words(limit)}", in_words(limit))
    return content


def _whole(stream: IO[bytes], path: Path) -> Iterator[Read]:
    yield from _of_json(_content(stream, path))


def _of_json(content: bytes) -> Iterator[Read]:
    """The resource, or those of the bundle or list, that a document holds."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        yield Read(1, None, NOT_JSON)
        return
    if isinstance(document, dict) and document.get("resourceType") == "Bundle":
        for number, entry in enumerate(document.get("entry") or [], start=1):
            resource = entry.get("resource") if isinstance(entry, dict) else None
            yield _checked(number, resource) if resource else Read(number, None, EMPTY_ENTRY)
        return
    if isinstance(document, list):
        for number, each in enumerate(document, start=1):
            yield _checked(number, each)
        return
    yield _checked(1, document)


def _checked(number: int, resource: Any) -> Read:
    if isinstance(resource, dict) and isinstance(resource.get("resourceType"), str):
        return Read(number, resource)
    return Read(number, None, NO_RESOURCE)
