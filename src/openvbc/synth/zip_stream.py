"""Zip files whose members grow side by side, compressed as they come.

The standard library writes one member after the other. A delivery has twelve, each fed a little by
every shard of people, so each member is a raw deflate stream in a file of its own until
:func:`assemble` puts them behind zip headers. Time stamps are fixed: same data, same bytes.
"""

from __future__ import annotations

import shutil
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

_LEVEL = 1
_DATE = (1980 - 1980) << 9 | 1 << 5 | 1
_BIG = 0xFFFFFFFF


class MemberStream:
    """One member of a zip: name, compressed bytes so far, checksum and sizes."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.path = folder / f"{name}.part"
        self.path.write_bytes(b"")
        self.size = 0
        self.records = 0
        self.packed_size = 0
        self.checksum = 0
        self._compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)

    def write(self, data: bytes | memoryview, records: int = 0) -> None:
        """Add bytes to the member."""
        self.size += len(data)
        self.records += records
        self.checksum = zlib.crc32(data, self.checksum)
        self._append(self._compressor.compress(data))

    def _append(self, packed: bytes) -> None:
        if packed:
            self.packed_size += len(packed)
            with self.path.open("ab") as part:
                part.write(packed)

    def close(self) -> None:
        """Flush what the compressor still holds."""
        self._append(self._compressor.flush())


def assemble(path: Path, members: Sequence[MemberStream]) -> None:
    """Write the zip of closed members and remove their parts."""
    directory = []
    with path.open("wb") as out:
        for member in members:
            offset = out.tell()
            name = member.name.encode("ascii")
            big = struct.pack("<HHQQ", 1, 16, member.size, member.packed_size)
            out.write(
                struct.pack(
                    "<IHHHHHIIIHH", 0x04034B50, 45, 0, 8, 0, _DATE,
                    member.checksum, _BIG, _BIG, len(name), len(big),
                )
                + name
                + big
            )  # fmt: skip
            with member.path.open("rb") as part:
                shutil.copyfileobj(part, out, 1 << 20)
            member.path.unlink()
            big = struct.pack("<HHQQQ", 1, 24, member.size, member.packed_size, offset)
            directory.append(
                struct.pack(
                    "<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 8, 0, _DATE,
                    member.checksum, _BIG, _BIG, len(name), len(big), 0, 0, 0, 0, _BIG,
                )
                + name
                + big
            )  # fmt: skip
        start = out.tell()
        out.write(b"".join(directory))
        length = out.tell() - start
        count = len(members)
        end = out.tell()
        out.write(
            struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, length, start)
            + struct.pack("<IIQI", 0x07064B50, 0, end, 1)
            + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, _BIG, _BIG, 0)
        )
