"""Every file under the paths a user gives, through folders, zips, zips in zips and gzip.

Nothing is passed over: what is no regular file is refused, an archive that is damaged, empty, glued
to another or unpacks beyond all measure is refused, and what remains is listed. Files that desktop
systems leave in folders are the one exception.
"""

from __future__ import annotations

import errno
import gzip
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

from openvbc.errors import InputError, Place
from openvbc.input_file import (
    GIB,
    RATIO,
    UNCHECKED,
    in_words,
    regular_file,
    too_large,
    unreadable,
)  # fmt: skip

DAMAGED = (
    OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error,
    struct.error, UnicodeDecodeError, ValueError, IndexError, OverflowError,
)  # fmt: skip
"""What reading a damaged, cut off or locked archive raises."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Errors of a full disk, which is not the delivery's fault."""

FILES, ENTRIES, NESTING = 100_000, 10_000, 3
"""Files under one path, entries of a zip, zips inside zips: at most."""
LARGEST = 400 * GIB
"""One unpacked file: a CCLF5 of some ten million people."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
"""How zips begin: with a file, with their end (an empty one), split."""
NOT_KNOWN = "a file that is not known, so not used"
"""Name of the finding about a file that no reader takes."""
DESKTOP = (".ds_store", "thumbs.db", "desktop.ini", ".gitkeep", ".localized")


@dataclass(frozen=True)
class FoundFile:
    """A file, on disk or packed, not yet opened."""

    name: str
    """Its own name, without folders and without ``.gz``."""
    container: Path
    """The file on disk that it is, or is in."""
    inner: tuple[str, ...] = ()
    """Names inside zips, from the outermost."""
    gzipped: bool = False
    size: int = 0
    """Bytes unpacked, as far as known beforehand."""

    @property
    def place(self) -> str:
        """What files of one delivery have in common: the folder or zip they are in."""
        if not self.inner:
            return str(self.container.parent)
        return "/".join((str(self.container), *self.inner[:-1]))

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The bytes; an archive that cannot be read to its end is an InputError (VBC-1007)."""
        with ExitStack() as stack:
            try:
                stream: IO[bytes] = stack.enter_context(self.container.open("rb"))
                packed = self.container.stat().st_size
                for name in self.inner:
                    bundle = stack.enter_context(zipfile.ZipFile(stream))
                    stream = stack.enter_context(bundle.open(name))
                if self.gzipped:
                    stream = cast(IO[bytes], stack.enter_context(gzip.GzipFile(fileobj=stream)))
            except DAMAGED as error:
                raise damaged(self.name, error) from error
            bounded = max(UNCHECKED, packed * RATIO) if self.inner or self.gzipped else LARGEST
            yield cast(IO[bytes], _Guarded(stream, self.name, bounded))

    def head(self, size: int = 1 << 16) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(size)

    def content(self, limit: int) -> bytes:
        """The whole, if it is at most `limit` bytes."""
        with self.open() as stream:
            file_bytes = stream.read(limit + 1)
        if len(file_bytes) > limit:
            raise too_large(self.name, f"more than {in_words(limit)}", f"at most {in_words(limit)}")
        return file_bytes


class _Guarded:
    """A stream whose damage is said in words, and that gives no more than `left` bytes."""

    def __init__(self, stream: IO[bytes], name: str, left: int) -> None:
        self.stream, self.name, self.left = stream, name, left

    def read(self, size: int = -1) -> bytes:
        """Read on, within the bound."""
        try:
            chunk = self.stream.read(self.left + 1 if size < 0 else size)
        except DAMAGED as error:
            if isinstance(error, OSError) and error.errno in FULL:
                raise
            raise damaged(self.name, error) from error
        self.left -= len(chunk)
        if self.left < 0:
            raise _bomb(self.name)
        return chunk


def walk(paths: tuple[Path, ...], what: str) -> Iterator[FoundFile]:
    """Every file under the paths, in the order of their names.

    Raises:
        InputError: VBC-101 a path does not exist; VBC-110, VBC-1007 an archive is damaged; VBC-185
            no regular file; VBC-186 a bound is passed.
    """
    for path in paths:
        if not path.exists():
            raise InputError(
                f"the folder or file with {what} does not exist",
                place=Place(file=str(path)),
                action="correct the path in the project file",
                code="VBC-101",
            )
        for number, file in enumerate(_files(path)):
            if number >= FILES:
                raise too_large(str(path), f"more than {FILES:,} files", f"at most {FILES:,} files")
            yield from _unpacked(file)


def all_regular(paths: list[Path]) -> None:
    """Refuse pipes, devices and links to nothing before any file is read (VBC-185, VBC-101)."""
    for path in paths:
        for file in _files(path):
            regular_file(file)


def contents_of_zip(path: Path, limit: int) -> Iterator[tuple[str, bytes]]:
    """The files of a zip in the order of their names, each with its content; opened once.

    Raises:
        InputError: VBC-1007 the zip is damaged, locked or empty; VBC-186 a file of it is larger
            than `limit`.
    """
    regular_file(path)
    try:
        with zipfile.ZipFile(path) as bundle:
            entries = [entry for entry in bundle.infolist() if not entry.is_dir()]
            _right_zip(path.name, bundle, entries)
            for entry in sorted(entries, key=lambda entry: entry.filename):
                parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
                if is_of_the_desktop(parts[-1] if parts else "", parts):
                    continue
                if entry.file_size > limit:
                    raise too_large(path.name, f"a file of more than {in_words(limit)}",
                                    f"at most {in_words(limit)}")  # fmt: skip
                yield entry.filename, bundle.read(entry)
    except DAMAGED as error:
        raise damaged(path.name, error) from error


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if not file.is_dir() and not is_of_the_desktop(file.name, file.relative_to(path).parts):
            yield file


def is_of_the_desktop(name: str, parts: tuple[str, ...]) -> bool:
    """Whether a desktop system left a file of this name below these folders."""
    return name.lower() in DESKTOP or name.startswith(("._", "~$")) or "__MACOSX" in parts


def _unpacked(file: Path) -> Iterator[FoundFile]:
    size = regular_file(file).st_size
    try:
        with file.open("rb") as stream:
            start = stream.read(4)
            if start in _ZIP or (_says_zip(file.name) and zipfile.is_zipfile(stream)):
                yield from _of_zip(stream, file, ())
                return
    except PermissionError as error:
        raise unreadable(file, error) from error
    except DAMAGED as error:
        raise damaged(file.name, error) from error
    if start[:2] == b"\x1f\x8b":
        yield FoundFile(_without_gz(file.name), file, gzipped=True, size=size * 10)
    elif _says_zip(file.name):
        raise InputError(
            "the file is named .zip but is not a zip archive",
            place=Place(file=file.name),
            action="download the delivery again; the copy is damaged",
            code="VBC-110",
        )
    else:
        yield FoundFile(file.name, file, size=size)


def _of_zip(stream: IO[bytes], file: Path, above: tuple[str, ...]) -> Iterator[FoundFile]:
    """The files of a zip, those of zips in it too; an Excel workbook is one file."""
    name = above[-1] if above else file.name
    if len(above) >= NESTING:
        raise too_large(file.name, f"zips in zips in zips, more than {NESTING} deep",
                        f"at most {NESTING}")  # fmt: skip
    with zipfile.ZipFile(stream) as bundle:
        entries = [entry for entry in bundle.infolist() if not entry.is_dir()]
        if any(entry.filename == "[Content_Types].xml" for entry in entries):
            yield FoundFile(PurePosixPath(name).name, file, above, size=sum(_sizes(entries)))
            return
        _right_zip(name, bundle, entries)
        for entry in sorted(entries, key=lambda entry: entry.filename):
            parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
            base = parts[-1] if parts else entry.filename
            if is_of_the_desktop(base, parts):
                continue
            inner = (*above, entry.filename)
            with bundle.open(entry) as packed:
                start = packed.read(4)
            if start in _ZIP:
                with bundle.open(entry) as packed:
                    yield from _of_zip(packed, file, inner)
            elif start[:2] == b"\x1f\x8b":
                yield FoundFile(_without_gz(base), file, inner, True, entry.file_size * 10)
            else:
                yield FoundFile(base, file, inner, size=entry.file_size)


def _right_zip(name: str, bundle: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse a zip that is empty, glued behind another, or that lies about what it holds."""
    if not entries:
        raise damaged(name, ValueError("the zip holds no file"))
    if len(entries) > ENTRIES:
        raise too_large(name, f"{len(entries):,} entries", f"at most {ENTRIES:,} in a zip")
    first = min(entry.header_offset for entry in bundle.infolist())
    if first > 0 and _starts_like_a_zip(bundle):
        raise damaged(name, ValueError("two zips stand one behind the other; the first is hidden"))
    for entry in entries:
        if entry.file_size > max(UNCHECKED, entry.compress_size * RATIO):
            raise _bomb(name)
        if entry.file_size > LARGEST:
            raise too_large(name, f"a file of {in_words(entry.file_size)}", in_words(LARGEST))
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise damaged(name, ValueError("two files in the zip have one name"))


def _starts_like_a_zip(bundle: zipfile.ZipFile) -> bool:
    stream = cast(IO[bytes], bundle.fp)
    stream.seek(0)
    return stream.read(4) == b"PK\x03\x04"


def _sizes(entries: list[zipfile.ZipInfo]) -> Iterator[int]:
    return (entry.file_size for entry in entries)


def _says_zip(name: str) -> bool:
    return name.lower().endswith(".zip")


def _without_gz(name: str) -> str:
    return name[:-3] if name.lower().endswith(".gz") else name


def damaged(name: str, error: Exception) -> InputError:
    """A file that cannot be read to its end."""
    why = str(error).split("\n")[0] if isinstance(error, ValueError) else _plain(error)
    return InputError(
        f"the file cannot be read to its end: {why}",
        place=Place(file=name),
        rule="a delivery is used whole or not at all",
        action="download the delivery again; the copy is damaged",
        code="VBC-1007",
    )


def _bomb(name: str) -> InputError:
    return too_large(name, f"an archive that unpacks to more than {RATIO} times its size",
                     f"at most {RATIO} times")  # fmt: skip


def _plain(error: Exception) -> str:
    return str(error).split("\n")[0] or type(error).__name__
