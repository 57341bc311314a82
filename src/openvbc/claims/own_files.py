"""The CSV files of our own: their columns, meanings and an example of each.

``docs/input-files.md`` is made from these tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn, CsvRows, read_csv_file
from openvbc.enrollment_type import ENROLLMENT_TYPES
from openvbc.errors import InputError, Place

MEMBER = CsvColumn(
    "member_id", read.identifier, "any identifier the person ever had", "1S00A00AA00"
)
_TYPE = read.one_of(*ENROLLMENT_TYPES)


@dataclass(frozen=True)
class OwnFile:
    """A CSV file: its purpose and columns."""

    name: str
    table: str
    purpose: str
    columns: tuple[CsvColumn, ...]


def read_whole(path: Path, form: OwnFile, why: str) -> CsvRows:
    """Read a file of which no row may be left out, and say why; its first bad row stops it."""
    rows = read_csv_file(path, form.columns, form.table)
    for reason, lines in rows.entry.lines.items():
        raise InputError(
            f"a row cannot be used: {reason}",
            place=Place(file=path.name, line=lines[0] if lines else None),
            rule=why,
            action="correct the row",
            code="VBC-105",
        )
    refuse_misread(rows, form, path)
    return rows


def refuse_misread(rows: CsvRows, form: OwnFile, path: Path) -> None:
    """Refuse a column that is not known where one that may be absent is: it may be that one.

    Raises:
        InputError: VBC-1083, with the column.
    """
    if rows.missing_columns:
        lacking = ", ".join(column.name for column in rows.missing_columns)
        refuse_other_columns(rows, form, path, f"columns that it may have and lacks: {lacking}")


def refuse_other_columns(rows: CsvRows, form: OwnFile, path: Path, rule: str) -> None:
    """Refuse a column that is not known.

    Raises:
        InputError: VBC-1083, with the column.
    """
    if rows.other_columns:
        raise InputError(
            f"{form.name} has a column that is not understood",
            place=Place(path.name, 1, rows.other_columns[0]),
            rule=rule,
            action="correct its name, or take it out",
            code="VBC-1083",
        )


PARTICIPANTS = OwnFile(
    "participants.csv",
    "participant",
    "The providers of the ACO, and of any other ACO known, one row each; `tin` or `ccn` must be "
    "filled.",
    (
        CsvColumn("aco_id", read.organization, "organisation", "A9001"),
        CsvColumn("performance_year", read.year, "year the list is for", "2024"),
        CsvColumn("tin", read.tin, "taxpayer number, nine digits", "012345678", filled=False),
        CsvColumn(
            "npi",
            read.npi,
            "clinician; empty when the whole TIN participates",
            "",
            False,
            False,
            "every clinician of a taxpayer number takes part",
        ),
        CsvColumn(
            "ccn",
            read.ccn,
            "facility certification number",
            "",
            False,
            False,
            "no facility takes part",
        ),
        CsvColumn(
            "start_date",
            read.date,
            "first day on the list; empty if from the start",
            "",
            False,
            False,
            "all take part from the start",
        ),
        CsvColumn(
            "end_date",
            read.date,
            "last day on the list; empty if to the end",
            "",
            False,
            False,
            "all take part to the end",
        ),
    ),
)
ELIGIBILITY = OwnFile(
    "eligibility.csv",
    "coverage_span",
    "Coverage of each person in spans of whole months. Where a calendar year occurs here, this "
    "file gives all months of that year, and a person without a row is not enrolled.",
    (
        MEMBER,
        CsvColumn("start_date", read.since, "first day of the span", "2024-01-01"),
        CsvColumn(
            "end_date", read.date, "last day; empty if it goes on", "2024-12-31", filled=False
        ),
        CsvColumn("part_a", read.flag, "has Part A", "1"),
        CsvColumn("part_b", read.flag, "has Part B", "1"),
        CsvColumn(
            "medicare_advantage", read.flag, "in Medicare Advantage, a cost plan or PACE", "0"
        ),
        CsvColumn(
            "enrollment_type",
            _TYPE,
            "ESRD, DISABLED, AGED_DUAL or AGED_NON_DUAL",
            "AGED_NON_DUAL",
            filled=False,
        ),
        CsvColumn(
            "dual_status_code",
            read.code(2),
            "Medicaid dual status code",
            "00",
            False,
            False,
            "only the enrollment type tells who is dual",
        ),
        CsvColumn(
            "other_initiative",
            read.flag,
            "assigned to another shared savings initiative",
            "0",
            False,
            False,
            "nobody is in another initiative",
        ),
        CsvColumn(
            "state_county",
            read.county,
            "five-digit FIPS code of residence, or FOREIGN",
            "39035",
            False,
            False,
            "nobody's county is known from it",
        ),
    ),
)
RISK_SCORES = OwnFile(
    "risk_scores.csv",
    "risk_score",
    "Risk scores by person, year and type, renormalised to the national assignable mean.",
    (
        MEMBER,
        CsvColumn("calendar_year", read.year, "year the score is for", "2024"),
        CsvColumn("enrollment_type", _TYPE, "type the score is for", "AGED_NON_DUAL"),
        CsvColumn("risk_score", read.score, "prospective CMS-HCC score", "1.0432", filled=False),
        CsvColumn(
            "demographic_score",
            read.score,
            "demographic score",
            "0.98",
            False,
            False,
            "no demographic scores",
        ),
        CsvColumn(
            "hcc_version",
            read.word,
            "model version",
            "V28",
            False,
            False,
            "the model of the scores is not known",
        ),
    ),
)
VOLUNTARY_ALIGNMENT = OwnFile(
    "voluntary_alignment.csv",
    "voluntary_alignment",
    "Primary clinicians designated by people themselves.",
    (
        MEMBER,
        CsvColumn("performance_year", read.year, "year the designation is valid for", "2024"),
        CsvColumn("tin", read.tin, "taxpayer number of the clinician", "012345678", filled=False),
        CsvColumn(
            "npi",
            read.npi,
            "clinician",
            "9000000001",
            False,
            False,
            "only the taxpayer number is known",
        ),
    ),
)
NON_CLAIMS_PAYMENTS = OwnFile(
    "non_claims_payments.csv",
    "non_claims_payment",
    "Individually identifiable final payments under demonstrations and models, outside claims.",
    (
        MEMBER,
        CsvColumn("payment_date", read.date, "date the payment belongs to", "2024-06-30"),
        CsvColumn("paid_amount", read.money, "amount, negative when taken back", "120.00"),
        CsvColumn(
            "program",
            read.word,
            "what paid it",
            "Primary Care First",
            False,
            False,
            "what paid it is not known",
        ),
    ),
)
OWN_FILES = (PARTICIPANTS, ELIGIBILITY, RISK_SCORES, VOLUNTARY_ALIGNMENT, NON_CLAIMS_PAYMENTS)
