"""Which bucket of the store a person belongs to.

The bucket is the FNV-1a hash (64 bit) of the person's first identifier, modulo the number of
buckets: a published function that gives the same answer in every language and engine, today and
later.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

OFFSET_BASIS = 0xCBF29CE484222325
PRIME = 0x100000001B3
BLANK = 32


def hash_of(identifier: str) -> int:
    """FNV-1a of one identifier's UTF-8 bytes."""
    value = OFFSET_BASIS
    for byte in identifier.encode():
        value = ((value ^ byte) * PRIME) & 0xFFFFFFFFFFFFFFFF
    return value


def bucket_of(identifier: str, buckets: int) -> int:
    """Bucket of one person."""
    return hash_of(identifier) % buckets


def hashes(columns: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """FNV-1a of many identifiers.

    `columns` holds one identifier a column, one byte a row, padded at the end with blanks, which do
    not count.
    """
    value = np.full(columns.shape[1], OFFSET_BASIS, dtype=np.uint64)
    prime = np.uint64(PRIME)
    for row in columns:
        blank = row == BLANK
        mixed = value ^ row
        mixed *= prime
        value = np.where(blank, value, mixed) if blank.any() else mixed
    return value
