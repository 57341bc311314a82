"""Alignment of REACH by tables worked by hand: every case below tests/tables_alignment.

A case is a folder as those of ``test_tables``. case.yaml may say ``quarterly``, ``high_needs`` and
``against_prediction``; given/ holds rows of the store and of the lists, which are ``code``,
``specialty``, ``designation``, ``high_needs``, ``rate``, ``equity``, ``score`` and ``band``.
The performance year is 2023; its alignment years begin on 1 July of 2020 and 2021. With
``implementation_period`` it is October 2020 to March 2021, in two periods.
"""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from openvbc.claims.model import TABLES
from openvbc.engine.pipeline import Pipeline
from openvbc.steps import alignment, claims
from openvbc.steps.alignment import AlignmentLists, AlignmentPeriod, AlignmentTerm, Designation
from openvbc.steps.expenditure import claim_services
from test_tables import as_written, given_table, normal, read_csv

FOLDER = Path(__file__).parent / "tables_alignment"
CASES = sorted(path.parent for path in FOLDER.rglob("case.yaml"))
EVER = (dt.date(2000, 1, 1), dt.date(2099, 12, 31))
PERIOD = AlignmentPeriod(
    "PY", 2023, 1, dt.date(2020, 7, 1), dt.date(2021, 7, 1), dt.date(2022, 6, 30),
    dt.date(2022, 9, 30), dt.date(2024, 3, 31),
)  # fmt: skip

# The implementation period of Direct Contracting: October 2020, and on to March 2021.
OCTOBER = AlignmentPeriod(
    "PY", 2020, 10, dt.date(2018, 7, 1), dt.date(2019, 7, 1), dt.date(2020, 6, 30),
    dt.date(2020, 9, 30), dt.date(2021, 3, 31),
)  # fmt: skip
NEXT_YEAR = replace(
    OCTOBER, period="PY_2021", calendar_year=2021, first_month=1, last_month=3, continues="PY",
    known_by=dt.date(2021, 6, 30),
)  # fmt: skip


def day(written):
    return dt.date.fromisoformat(written)


def number(written):
    return Decimal(written) if written else None


def lists_of(given):
    """The lists of a case; codes and specialties have what most cases need."""

    def rows(name, *readers):
        list_rows = given.pop(name, [])
        return [
            tuple(read(v) for read, v in zip(readers, row.values(), strict=True))
            for row in list_rows
        ]

    return AlignmentLists(
        codes=[(code, *EVER) for (code,) in rows("code", str)] or [("99213", *EVER)],
        specialties=rows("specialty", str, str) or [("08", "PRIMARY_CARE")],
        designations=[
            Designation(m, d, t or None, n or None)
            for m, d, t, n in rows("designation", str, day, str, str)
        ],
        high_needs=rows("high_needs", str, day),
        rates=rows("rate", str, str, number, number),
        equity=rows("equity", str, str),
        scores=rows("score", str, number),
        bands=rows("band", str, number, number, number),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_alignment_case(case, any_engine, tmp_path):
    asked = yaml.safe_load((case / "case.yaml").read_text(encoding="utf-8"))
    given = {path.stem: read_csv(path) for path in (case / "given").glob("*.csv")}
    lists = lists_of(given)
    periods = [OCTOBER, NEXT_YEAR] if asked.get("implementation_period") else [PERIOD]
    term = AlignmentTerm(
        "D1", periods[0].calendar_year, 1, 2, Decimal("0.10"), asked.get("high_needs", False),
        asked.get("against_prediction", True),
    )  # fmt: skip
    starts = alignment.starts(periods[0], asked.get("quarterly", False))
    small = [*alignment.tables(periods, term, lists, starts), claim_services().table]
    small += [given_table(name, given.pop(name, [])) for name in TABLES]
    assert not given
    wanted = {path.stem: read_csv(path) for path in (case / "expected").glob("*.csv")}
    steps = Pipeline([*claims.steps(), *alignment.steps()]).needed_for(wanted)
    results = steps.run(any_engine, [], small, tmp_path)
    for name, expected in wanted.items():
        any_engine.register(name, results[name].table.parts)
        columns = list(expected[0])
        table_rows = any_engine.rows(f"select {', '.join(columns)} from {name}")
        got = sorted(tuple(as_written(row[c]) for c in columns) for row in table_rows)
        assert got == sorted(tuple(normal(row[c]) for c in columns) for row in expected), name
