"""Decoders agree with plain Python, value by value, for any text."""

from __future__ import annotations

import datetime as dt
import io
import re
from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from openvbc.claims.arrow_columns import text_column
from openvbc.claims.buckets import bucket_of, hash_of, hashes
from openvbc.claims.fixed_numbers import numbers
from openvbc.claims.fixed_width import NO_DATE, Block, blocks, dates
from openvbc.claims.null_dates import NULL_DATES


def columns(texts: list[str], width: int) -> np.ndarray:
    packed = b"".join(text.encode("latin-1").ljust(width)[:width] for text in texts)
    return np.frombuffer(packed, np.uint8).reshape(len(texts), width).T.copy()


NUMBER = re.compile(r"^ *-? *(\d+\.?\d*|\.\d+) *$")
number_like = st.text(alphabet="0123456789.- ~x", max_size=17)
amounts = st.decimals(-(10**9), 10**9, places=2).map(str)


@given(st.lists(number_like | amounts | amounts.map(lambda t: t.rjust(17)), min_size=1))
def test_numbers_are_exact_or_refused(texts: list[str]) -> None:
    values, blank, bad = numbers(columns(texts, 17), 2)
    for text, value, is_blank, is_bad in zip(texts, values, blank, bad, strict=True):
        plain = text.strip()
        if not plain.strip("~ "):
            assert is_blank
            assert not is_bad
            continue
        good = NUMBER.match(text) and not is_blank
        if good:
            exact = Decimal(plain.replace(" ", "")) * 100
            good = exact == exact.to_integral_value()
        if good and not is_bad:
            assert Decimal(int(value)) == exact
        if not good:
            assert is_bad, text
        if re.fullmatch(r"-?\d{1,10}(\.\d{0,2})?", plain):
            assert not is_bad, text


@given(st.lists(st.text(alphabet="0123456789-/ ", max_size=10) | st.dates().map(str), min_size=1))
def test_dates_are_those_of_the_calendar(texts: list[str]) -> None:
    days, wrong = dates(columns(texts, 10))
    for text, day, is_wrong in zip(texts, days, wrong, strict=True):
        padded = text.ljust(10)
        try:
            real = (
                dt.date.fromisoformat(padded) if re.fullmatch(r"\d{4}-\d\d-\d\d", padded) else None
            )
        except ValueError:
            real = None
        if not text.strip() or padded in NULL_DATES:
            assert day == NO_DATE
            assert not is_wrong
        elif real is not None and 1850 <= real.year <= 2199:
            assert dt.date(1970, 1, 1) + dt.timedelta(int(day)) == real
            assert not is_wrong
        else:
            assert is_wrong


@given(
    st.lists(st.sampled_from([b"a" * 5, b"b" * 9, b"c" * 4, b""])),
    st.sampled_from([b"\n", b"\r\n"]),
    st.booleans(),
    st.integers(1, 40),
)
def test_every_line_is_a_record_or_an_odd_one(
    lines: list[bytes], ending: bytes, ended: bool, size: int
) -> None:
    content = ending.join(lines) + (ending if ended else b"")
    records: dict[int, bytes] = {}
    for block in blocks(io.BytesIO(content), frozenset({5, 9}), size):
        if isinstance(block, Block):
            for number, record in zip(block.lines, block.records, strict=True):
                records[int(number)] = record.tobytes()
        else:
            for number, width in zip(block.lines, block.lengths, strict=True):
                records[int(number)] = b"c" * int(width)
    expected = {n: line for n, line in enumerate(content.split(ending), start=1) if line}
    assert records == expected


@given(st.lists(st.text(alphabet="ABC19 ~", max_size=7), min_size=1), st.integers(1, 7))
def test_text_loses_its_padding_and_nothing_else(texts: list[str], width: int) -> None:
    column = text_column(columns(texts, width)).to_pylist()
    for text, value in zip(texts, column, strict=True):
        plain = text[:width].strip(" ~" if width <= 2 else " ")
        if not plain.strip("~ "):
            assert value is None
        else:
            assert value == plain


@given(st.lists(st.text(alphabet="ABCDEFG0123456789", min_size=1, max_size=11), min_size=1))
def test_a_bucket_is_the_same_one_by_one_and_all_at_once(people: list[str]) -> None:
    assert [int(h) for h in hashes(columns(people, 11))] == [hash_of(p) for p in people]
    assert all(0 <= bucket_of(person, 7) < 7 for person in people)


def test_the_hash_is_the_published_one() -> None:
    # FNV-1a 64-bit test vectors of its authors' reference code: "", "a", "foobar".
    assert hash_of("") == 0xCBF29CE484222325
    assert hash_of("a") == 0xAF63DC4C8601EC8C
    assert hash_of("foobar") == 0x85944171F73967E8
