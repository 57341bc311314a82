"""SHA-256 of files; a file is read once as long as its stamp stays the same.

A stamp is size, time of writing, time of change, number and device. The times of a file that was
written a moment ago are in doubt, since a second write of the same size could bear them too: such
a file is hashed each time. Between runs the digests are kept in the claim store's private folder
(:func:`remembered`), so that deliveries that did not change are not read again. The time of change
cannot be set back as the time of writing can (on Windows it can); network drives may number files
anew, and then they are hashed. Whoever trusts no stamp asks to ``verify``.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from openvbc.engine.sealed import read_sealed, write_sealed

Stamp = tuple[int, int, int, int, int]
BOOK = "digests.json"
"""The digests kept between runs: path, stamp and SHA-256; nothing of what is in the files."""
_PIECE = 1 << 20
_SETTLED = 2_000_000_000
"""Nanoseconds after which a file system's clock tells two writes of the same size apart."""
_known: dict[str, tuple[Stamp, str]] = {}
_asked: set[str] = set()


def file_digest(paths: Iterable[Path]) -> str:
    """SHA-256 of a file, or of the digests of several (folders: of the files in them, by name)."""
    files: list[Path] = []
    for path in paths:
        files += sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    digests = [_digest(file) for file in files]
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def size_of(path: Path) -> int:
    """Bytes of a file, or of the files of a folder as Spark writes a part."""
    files = [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files)


@contextlib.contextmanager
def remembered(book: Path, *, verify: bool = False) -> Iterator[None]:
    """Within, files whose stamps the book holds are not read; afterwards it holds those asked for.

    Args:
        book: a file in a private folder; one that is missing or damaged is an empty one.
        verify: believe no stamp, neither the book's nor this process's: hash every file.
    """
    _asked.clear()
    held: dict[str, tuple[Stamp, str]] = {}
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        for path, (stamp, digest) in read_sealed(book)["files"].items():
            held[path] = (_five(stamp), str(digest))
    if verify:
        _known.clear()
    else:
        for path, known in held.items():
            _known.setdefault(path, known)
    yield
    files = {path: _known[path] for path in sorted(_asked) if path in _known}
    if files != held and book.parent.is_dir():
        write_sealed(book, {"files": files})


def is_settled(file: Path, moment: int) -> bool:
    """Whether a file or folder was last written so long before that no later write bears its times.

    Args:
        file: exists.
        moment: nanoseconds since 1970.
    """
    _, written, changed, _, _ = _stamp(file)
    return max(written, changed) < moment - _SETTLED


def _digest(file: Path) -> str:
    name, stamp = str(file.absolute()), _stamp(file)
    _asked.add(name)
    known = _known.get(name)
    if known is not None and known[0] == stamp:
        return known[1]
    digest = hashlib.sha256()
    begun = time.time_ns()
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    hex_digest = digest.hexdigest()
    if is_settled(file, begun) and _stamp(file) == stamp:
        _known[name] = (stamp, hex_digest)
    else:
        _known.pop(name, None)
    return hex_digest


def _stamp(file: Path) -> Stamp:
    status = file.stat()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev


def _five(stamp: list[int]) -> Stamp:
    size, written, changed, number, device = (int(part) for part in stamp)
    return size, written, changed, number, device
