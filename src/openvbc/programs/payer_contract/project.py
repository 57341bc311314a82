"""The project file of a payer's contract run from claims, and the roster of its members."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn, read_csv_file
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.own_files import OwnFile
from openvbc.errors import EmptyResult, InputError, Place
from openvbc.project_file import Part, ProjectFile
from openvbc.steps.membership import RosterSpan

ROSTER = OwnFile(
    "roster.csv",
    "roster_span",
    "The members of a contract, one row a span of membership.",
    (
        CsvColumn("member_id", read.word, "identifier as it stands in the claims", "1S00A00AA00"),
        CsvColumn("first_day", read.date, "first day of membership", "2025-01-01"),
        CsvColumn("last_day", read.date, "last day of membership", "2025-12-31"),
    ),
)


class PayerInputs(ClaimInputs):
    """The feeds of the claim store, and the list of members."""

    roster: Path | None = None


class KnownTotals(Part):
    """Totals that no claim carries, as the parties know them; only what the terms need."""

    given_benchmark: Decimal | None = None
    premium: Decimal | None = None
    peer_per_member_per_month: Decimal | None = None
    risk_ratio: Decimal | None = None
    care_management_fees: Decimal | None = None
    quality_score: Decimal | None = None


class PayerProject(ProjectFile):
    """A project of one payer's contract and one contract year.

    `contract` is the contract itself, or ``file:`` with the path of its file.
    """

    inputs: PayerInputs = PayerInputs()
    known: KnownTotals = KnownTotals()


def read_roster(path: Path) -> list[RosterSpan]:
    """The spans of a roster.

    Raises:
        InputError: a row cannot be used, or a span ends before it begins; the list is used whole.
        EmptyResult: the roster names nobody.
    """
    rows = read_csv_file(path, ROSTER.columns, ROSTER.table)
    for reason, lines in rows.entry.lines.items():
        raise InputError(
            f"a row of the roster cannot be used: {reason}",
            place=Place(path.name, lines[0] if lines else None),
            rule="a roster is used whole: a member left out moves money",
            action="correct the row",
            code="VBC-236",
        )
    columns: dict[str, list[Any]] = rows.columns
    spans: list[RosterSpan] = list(
        zip(columns["member_id"], columns["first_day"], columns["last_day"], strict=True)
    )
    for (_, first, last), line in zip(spans, rows.lines, strict=True):
        if last < first:
            raise InputError(
                "a span of membership ends before it begins",
                place=Place(path.name, line, "last_day", str(last)),
                action="correct the row",
                code="VBC-237",
            )
    if not spans:
        raise EmptyResult(
            "the roster names nobody", place=Place(path.name), action="give the members",
            code="VBC-602",
        )  # fmt: skip
    return spans
