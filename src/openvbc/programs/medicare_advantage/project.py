"""The project file of a group's contract with a Medicare Advantage plan, and its own lists."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn, optional
from openvbc.claims.own_files import MEMBER, OwnFile
from openvbc.programs.capitation.project import CapitationInputs, CapitationProject, KnownTotals
from openvbc.steps.medicare_advantage import SWEEPS

KINDS = {"RATED": "rated", "NEW": "new", "NOT_REPORTED": "not reported"}
"""Kinds of plan as a list has them, and as the law's worksheet calls them."""
PLANS = OwnFile(
    "plans.csv",
    "plan",
    "The plans of the contract with their bids of the year, one row a plan.",
    (
        CsvColumn("contract_year", read.year, "year the bid is of", "2025"),
        CsvColumn("plan", read.word, "plan, the rate cell of the roster", "H0001-001"),
        CsvColumn("bid", read.money, "bid for Parts A and B, a member and month", "950.00"),
        CsvColumn("plan_kind", read.one_of(*KINDS), "RATED, NEW or NOT_REPORTED", "RATED"),
        optional("stars", read.number, "star rating of a rated plan", "4.0"),
        optional("benchmark", read.money,
                 "the plan's own benchmark; needed where it has several counties", "1100.00"),
        optional("rebate_risk_score", read.score, "projected risk score in the bid; one if none",
                 "1.02"),
    ),
)  # fmt: skip
RISK_SWEEPS = OwnFile(
    "sweeps.csv",
    "risk_sweep_score",
    "Risk scores of the members at each sweep, as the plan or CMS reports them.",
    (
        MEMBER,
        CsvColumn("sweep", read.one_of(*SWEEPS), "INITIAL, MID_YEAR or FINAL", "INITIAL"),
        CsvColumn("received_on", read.date, "day it was reported", "2025-08-05"),
        optional("risk_score", read.score, "payment score: normalised, coding taken off", "1.08"),
        optional("raw_risk_score", read.score, "raw score, instead of it", "1.21"),
    ),
)


class MedicareAdvantageInputs(CapitationInputs):
    """The feeds of the claim store, the lists of a capitation, and those of plans."""

    plans: Path | None = None
    rate_book: Path | None = None
    sweeps: Path | None = None


class MedicareAdvantageKnown(KnownTotals):
    """Totals that neither claims nor lists carry."""

    normalization_factor: Decimal | None = None
    recovered_by_audit: Decimal | None = None


class MedicareAdvantageProject(CapitationProject):
    """A project of one contract of a provider group with a plan, and one payment year."""

    inputs: MedicareAdvantageInputs = MedicareAdvantageInputs()
    known: MedicareAdvantageKnown = MedicareAdvantageKnown()
