"""The project file of a REACH entity run from claims, its contract, and the lists it names."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn, optional
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.own_files import MEMBER, OwnFile
from openvbc.project_file import Part, ProjectFile
from openvbc.steps.alignment import ENTITLEMENTS

ALIGNMENTS = ("CLAIMS", "VOLUNTARY")
Ratio = Annotated[Decimal, Field(ge=0, le=1)]

_ENTITLEMENT = CsvColumn(
    "entitlement", read.one_of(*ENTITLEMENTS), "AGED_DISABLED or ESRD", "AGED_DISABLED"
)
_ALIGNMENT = optional(
    "alignment", read.one_of(*ALIGNMENTS), "CLAIMS or VOLUNTARY; CLAIMS where empty", "CLAIMS"
)
CODES = OwnFile(
    "alignment_codes.csv",
    "alignment_code",
    "Codes of primary care qualified evaluation and management services, as CMS lists them.",
    (
        CsvColumn("hcpcs_code", read.code(5), "HCPCS or CPT code", "G0439"),
        optional("first_day", read.date, "first day of service on which it counts", "2021-01-01"),
        optional("last_day", read.date, "last day; empty if it goes on"),
    ),
)
SPECIALTIES = OwnFile(
    "alignment_specialties.csv",
    "alignment_specialty",
    "Specialties whose services align, as CMS lists them: primary care, and the others listed.",
    (
        CsvColumn("specialty_code", read.specialty, "CMS provider specialty", "08"),
        CsvColumn(
            "role", read.one_of("PRIMARY_CARE", "OTHER_SPECIALTY"),
            "PRIMARY_CARE or OTHER_SPECIALTY", "PRIMARY_CARE",
        ),
    ),
)  # fmt: skip
DESIGNATIONS = OwnFile(
    "designations.csv",
    "designation",
    "Clinicians that people named as the main source of their care, signed or on MyMedicare.gov.",
    (
        MEMBER,
        CsvColumn("designated_on", read.date, "day of the designation", "2022-11-02"),
        CsvColumn("tin", read.tin, "taxpayer number of the clinician", "012345678", filled=False),
        optional("npi", read.npi, "clinician", "9000000001"),
    ),
)
HIGH_NEEDS = OwnFile(
    "high_needs.csv",
    "high_needs_member",
    "People who meet a criterion of High Needs entities, as CMS told the entity.",
    (
        MEMBER,
        CsvColumn("first_day", read.date, "first day on which a criterion is met", "2022-11-01"),
    ),
)
RATE_BOOK = OwnFile(
    "rate_book.csv",
    "rate_book",
    "The rate book of the performance year, one row a county and entitlement.",
    (
        CsvColumn("performance_year", read.year, "year the rates are of", "2023"),
        CsvColumn("county", read.county, "five-digit FIPS code", "39035"),
        _ENTITLEMENT,
        CsvColumn("rate", read.money, "dollars a beneficiary and month", "1102.35"),
        optional("stop_loss_charge", read.money, "dollars a month, with stop-loss", "4.10"),
    ),
)
NATIONAL_AMOUNTS = OwnFile(
    "national_amounts.csv",
    "national_amount",
    "The adjusted national (FFS USPCC) amounts of the base years and the performance year.",
    (
        CsvColumn("calendar_year", read.year, "year of the amount", "2019"),
        _ENTITLEMENT,
        CsvColumn("amount", read.money, "dollars a beneficiary and month", "956.20"),
    ),
)
BASE_YEARS = OwnFile(
    "base_years.csv",
    "base_year",
    "What restates a base year to the performance year, one row a year and entitlement.",
    (
        CsvColumn("calendar_year", read.year, "base year", "2019"),
        _ENTITLEMENT,
        CsvColumn("base_area_factor", read.number, "area price factor, base year", "0.982"),
        CsvColumn(
            "performance_area_factor", read.number, "area price factor, performance year", "0.991"
        ),
        CsvColumn("risk_score", read.score, "normalised risk score, base year", "1.012"),
        _ALIGNMENT,
        optional(
            "amount", read.money,
            "dollars a month as CMS's report prints; measured from the claims where empty",
            "1003.55",
        ),
    ),
)  # fmt: skip
RISK = OwnFile(
    "entity_risk.csv",
    "entity_risk",
    "The entity's risk score by entitlement: the final one, or what the cascade computes it from.",
    (
        _ENTITLEMENT,
        _ALIGNMENT,
        optional("final_score", read.score, "capped score after the coding factor", "1.0312"),
        optional("raw_score_v24_reference", read.score, "raw V24 mean, reference year"),
        optional("raw_score_v28_reference", read.score, "raw V28 mean, reference year"),
        optional("raw_score_v24_performance", read.score, "raw V24 mean, performance year"),
        optional("raw_score_v28_performance", read.score, "raw V28 mean, performance year"),
        optional("normalization_reference", read.number, "normalisation factor, reference year"),
        optional(
            "normalization_performance", read.number, "normalisation factor, performance year"
        ),
        optional("demographic_score_reference", read.score, "demographic mean, reference year"),
        optional("demographic_score_performance", read.score, "demographic mean, this year"),
        optional("people_reference", read.number, "aligned people, reference year"),
        optional("coding_intensity_factor", read.number, "above one where coding rose"),
        optional("score_base_year_3", read.score, "normalised score of 2019; caps that of 2026"),
        optional(
            "newly_voluntary_months",
            read.number,
            "of the VOLUNTARY row's months those of people in their first year of it, with no cap",
        ),
        optional("newly_voluntary_score", read.score, "their normalised score"),
    ),
)
EQUITY = OwnFile(
    "equity.csv",
    "equity_member",
    "People whose months raise or lower the benchmark in the health equity adjustment.",
    (
        MEMBER,
        CsvColumn("equity_group", read.one_of("ADDED", "TAKEN"), "ADDED or TAKEN", "ADDED"),
    ),
)
MEMBER_SCORES = OwnFile(
    "member_scores.csv",
    "scored_member",
    "Normalised risk scores of people, by which stop-loss predicts their spending.",
    (MEMBER, CsvColumn("risk_score", read.score, "normalised risk score", "1.0432")),
)
STOP_LOSS_BANDS = OwnFile(
    "stop_loss_bands.csv",
    "stop_loss_band",
    "The bands of stop-loss: of what lies between from and to, the share is paid.",
    (
        _ENTITLEMENT,
        CsvColumn("from", read.money, "lower end of the band (USD a year)", "100000"),
        CsvColumn("to", read.money, "upper end; empty for the last band", "150000", filled=False),
        CsvColumn("share", read.number, "share paid, 0 to 1", "0.8"),
    ),
)
LISTS = (
    CODES, SPECIALTIES, DESIGNATIONS, HIGH_NEEDS, RATE_BOOK, NATIONAL_AMOUNTS, BASE_YEARS, RISK,
    EQUITY, MEMBER_SCORES, STOP_LOSS_BANDS,
)  # fmt: skip


class ReachInputs(ClaimInputs):
    """The feeds of the claim store, and the lists that CMS gives an entity or does not publish."""

    alignment_codes: Path | None = None
    alignment_specialties: Path | None = None
    designations: Path | None = None
    high_needs: Path | None = None
    rate_book: Path | None = None
    national_amounts: Path | None = None
    base_years: Path | None = None
    entity_risk: Path | None = None
    equity: Path | None = None
    member_scores: Path | None = None
    stop_loss_bands: Path | None = None


class ReachContract(BaseModel):
    """What the entity agreed and chose for one performance year."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entity_id: Annotated[str, Field(pattern=r"^[A-Z]\d{3,5}$")]
    performance_year: Annotated[int, Field(ge=2020, le=2026)]
    """2020 is the implementation period of Direct Contracting, from October."""
    entity_type: Literal["STANDARD", "NEW_ENTRANT", "HIGH_NEEDS"]
    risk_arrangement: Literal["GLOBAL", "PROFESSIONAL"]
    payment_mechanism: Literal["TCC", "PCC"]
    alignment_ends: dt.date
    """The last day of the recent alignment year of the performance year."""
    alignment_known_by: dt.date
    """Claims known later do not align in the performance year."""
    quarterly_alignment: bool
    """Whether designations made in the year align from the next quarter (Prospective Plus)."""
    retention_withhold: Annotated[Decimal, Field(ge=0, le=Decimal("0.1"))]
    stop_loss: bool
    takes_enhanced: bool = False
    base_years: tuple[int, int, int] | None = None
    """Needed of New Entrant and High Needs entities whose benchmark has own base years."""
    voluntary_base_years: tuple[int, int, int] | None = None
    """Needed of Standard entities with voluntarily aligned people whose history counts."""


class ReachKnown(Part):
    """What neither claims nor lists carry, as CMS told the entity."""

    quality_score: Ratio | None = None
    retrospective_trend_factor: Decimal | None = None
    completion_factor: Decimal | None = None
    high_performers_pool: Decimal | None = None
    equity_adjustment_up: Decimal | None = None
    equity_adjustment_down: Decimal | None = None
    stop_loss_neutrality_factor: Decimal | None = None
    estimated_amount: Decimal | None = None
    outside_withhold: Ratio | None = None
    primary_care_share: Ratio | None = None
    advanced_payment: Decimal | None = None
    advanced_reductions: Decimal | None = None


class ReachProject(ProjectFile):
    """A project of one entity and one performance year."""

    inputs: ReachInputs = ReachInputs()
    known: ReachKnown = ReachKnown()
