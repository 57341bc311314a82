"""Values in CSV files: repaired where the right form is certain, refused where it is not."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvbc.claims import csv_values as read
from openvbc.claims.csv_values import Refused


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (read.tin, "12345678", "012345678"),
        (read.tin, "12-3456789", "123456789"),
        (read.tin, "'012345678", "012345678"),
        (read.tin, '="012345678"', "012345678"),
        (read.tin, "12345678.0", "012345678"),
        (read.ccn, "10001", "010001"),
        (read.ccn, "36t001", "36T001"),
        (read.npi, "9000000001.0", "9000000001"),
        (read.county, "1001", "01001"),
        (read.county, "foreign", "FOREIGN"),
        (read.date, "2/29/2024", dt.date(2024, 2, 29)),
        (read.date, "20240229", dt.date(2024, 2, 29)),
        (read.date, "2024-02-29 00:00:00", dt.date(2024, 2, 29)),
        (read.date, "9999-12-31", None),
        (read.money, "$1,234.50", Decimal("1234.50")),
        (read.money, "(12.00)", Decimal("-12.00")),
        (read.flag, "Yes", True),
        (read.code(2), "2.0", "02"),
        (read.identifier, "1eg4-te5-mk73", "1EG4TE5MK73"),
        (read.identifier, "'001234", "001234"),
    ],
)
def test_what_is_certain_is_repaired(parse, text: str, value: object) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (read.tin, "1.23E+08"),
        (read.tin, "1234567890"),
        (read.npi, "900000001"),
        (read.ccn, "3.6E+05"),
        (read.date, "2023-02-29"),
        (read.date, "13/13/2024"),
        (read.date, "1/1/" + "9" * 40),
        (read.year, "9" * 5000),
        (read.money, "1.005"),
        (read.money, "1e30"),
        (read.money, "nan"),
        (read.flag, "perhaps"),
        (read.identifier, "N/A"),
        (read.identifier, "unknown"),
        (read.identifier, "000000000"),
        (read.identifier, "?"),
        (read.identifier, "-1"),  # else the person 1
        (read.identifier, "12345.0"),  # leading zeros may be lost with it
    ],
)
def test_what_is_not_is_refused(parse, text: str) -> None:
    with pytest.raises(Refused):
        parse(text)


PARSERS = [
    read.tin, read.npi, read.ccn, read.county, read.date, read.year, read.number, read.money,
    read.score, read.flag, read.word, read.identifier, read.code(2), read.one_of("A", "B"),
]  # fmt: skip


@given(st.text(max_size=40) | st.from_regex(r"[-+]?\d{1,30}([./eE-]\d{1,30}){0,3}", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in PARSERS:
        with suppress(Refused):
            parse(text.strip())
