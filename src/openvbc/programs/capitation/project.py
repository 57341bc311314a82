"""The project file of a capitation contract run from claims, and the lists it names."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn, optional
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.own_files import OwnFile
from openvbc.project_file import Part, ProjectFile

ADDITION, TERMINATION = "ADDITION", "TERMINATION"


ROSTER = OwnFile(
    "roster.csv",
    "roster_change",
    "Members as the payer reports them (834), one row an addition, change or termination.",
    (
        CsvColumn("member_id", read.identifier, "identifier as in the claims", "1S00A00AA00"),
        CsvColumn(
            "action", read.one_of(ADDITION, TERMINATION),
            "ADDITION (or change) of a span, TERMINATION after last_day", "ADDITION",
        ),
        CsvColumn(
            "first_day", read.date, "first day of an addition", "2025-01-01", filled=False
        ),
        CsvColumn(
            "last_day", read.date, "last day; empty for an addition that goes on", "",
            filled=False,
        ),
        CsvColumn("rate_cell", read.word, "rate cell of an addition", "ADULT", filled=False),
        CsvColumn("received_on", read.date, "day the payer's file came", "2024-12-20"),
        optional("area", read.word, "area of an addition, where areas are agreed"),
        optional("risk_score", read.score, "risk score of an addition", "1.08"),
        optional("plan", read.word, "plan, where the roster holds several"),
    ),
)  # fmt: skip
RATES = OwnFile(
    "rates.csv",
    "capitation_rate",
    "The rate book of the contract year, one row a rate cell.",
    (
        CsvColumn("contract_year", read.year, "year the rates are of", "2025"),
        CsvColumn("rate_cell", read.word, "rate cell", "ADULT"),
        CsvColumn("rate", read.money, "dollars a member and month (or county premium)", "950.00"),
    ),
)
AREAS = OwnFile(
    "areas.csv",
    "area_factor",
    "Area factors of the contract year, one row an area; only where areas are agreed.",
    (
        CsvColumn("contract_year", read.year, "year the factors are of", "2025"),
        CsvColumn("area", read.word, "area", "NORTH"),
        CsvColumn("factor", read.number, "factor on the rate", "1.02"),
    ),
)
DIVISION = OwnFile(
    "division.csv",
    "responsibility",
    "The division of financial responsibility: which claim lines are which service, and whose.",
    (
        CsvColumn("service", read.word, "service of the contract", "office visits"),
        CsvColumn("fund", read.one_of("GROUP", "HOSPITAL", "SHARED", "PLAN"), "whose it is",
                  "GROUP"),
        CsvColumn("claim_kind", read.one_of("institutional", "professional"), "kind of claim",
                  "professional"),
        optional("priority", read.number, "lower goes first; 1 where empty", "1"),
        optional("claim_type_code", read.code(2), "only lines of this claim type", "71"),
        optional("hcpcs_low", read.code(5), "only procedures from this code", "99202"),
        optional("hcpcs_high", read.code(5), "to this one; the same where empty", "99215"),
        optional("specialty_code", read.specialty, "only lines of this specialty", "11"),
        optional("provider", read.word, "only of this taxpayer number or CCN", "012345678"),
    ),
)  # fmt: skip
SUB_CAPITATION = OwnFile(
    "sub_capitation.csv",
    "sub_capitation",
    "What was paid by capitation to others for a service, one row a provider, service and month.",
    (
        CsvColumn("provider", read.word, "taxpayer number or CCN", "012345678"),
        CsvColumn("service", read.word, "service of the division", "office visits"),
        CsvColumn("month", read.date, "a day of the month paid for", "2025-01-01"),
        CsvColumn("amount", read.money, "dollars paid", "12000.00"),
    ),
)
PAYMENTS = OwnFile(
    "payments.csv",
    "capitation_payment",
    "What the payer paid for each member and month (820), one row a payment; may be negative.",
    (
        CsvColumn("member_id", read.identifier, "identifier as in the claims", "1S00A00AA00"),
        CsvColumn("month", read.date, "a day of the month paid for", "2025-01-01"),
        CsvColumn("amount", read.money, "dollars paid", "991.00"),
        optional("rate_cell", read.word, "rate cell paid by", "ADULT"),
    ),
)


LASERS = OwnFile(
    "lasers.csv",
    "laser",
    "Members whose specific stop-loss deductible is another than the contract's, one row a member.",
    (
        CsvColumn("member_id", read.identifier, "identifier as in the claims", "1S00A00AA00"),
        CsvColumn("deductible", read.money, "the member's own deductible", "500000.00"),
    ),
)
EVENT_CODES = OwnFile(
    "event_codes.csv",
    "kick_code",
    "The codes by which a claim is of an event that is paid once, one row a code.",
    (
        CsvColumn("event", read.word, "event as the contract names it", "delivery"),
        CsvColumn(
            "code_kind",
            read.one_of("MS_DRG", "PROCEDURE"),
            "MS_DRG of a facility claim, PROCEDURE of a professional line",
            "MS_DRG",
        ),
        CsvColumn("code", read.word, "the code", "807"),
    ),
)


class CapitationInputs(ClaimInputs):
    """The feeds of the claim store, and the lists of the contract."""

    roster: Path | None = None
    rates: Path | None = None
    areas: Path | None = None
    division: Path | None = None
    sub_capitation: Path | None = None
    payments: Path | None = None
    lasers: Path | None = None
    event_codes: Path | None = None

    @property
    def roster_name(self) -> str:
        """Name of the roster's file, for a message."""
        return "" if self.roster is None else self.roster.name


class KnownTotals(Part):
    """Totals that neither claims nor roster carry, as the parties know them."""

    quality_score: Decimal | None = None
    quality_improvement: Decimal | None = None
    taxes_and_fees: Decimal | None = None
    prior_deficit: Decimal | None = None
    settled_before: Decimal | None = None


class CapitationProject(ProjectFile):
    """A project of one capitation contract and one contract year.

    `contract` is the contract itself, or ``file:`` with the path of its file.
    """

    inputs: CapitationInputs = CapitationInputs()
    known: KnownTotals = KnownTotals()
