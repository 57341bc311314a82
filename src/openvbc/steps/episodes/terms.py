"""What makes an episode under one model: numbers, lists, and what a user gives beside claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from openvbc.engine.table import SmallTable, Table, Value
from openvbc.steps.rule_table import Doubt, RuleTable

Rows = Sequence[Sequence[Value]]

AMOUNT_BASES = ("STANDARDIZED", "ALLOWED", "PAID")
"""What the spending of an episode may be measured in."""

TESTS: Mapping[str, str] = {
    "NOT_ON_THE_ROSTER": "the person is on no roster when the anchor begins",
    "NO_ENROLLMENT_RECORD": "nothing is known of the person's coverage",
    "NOT_ENROLLED_THROUGHOUT": "a month from the lookback to the end lacks Part A, Part B, or is "
    "of Medicare Advantage",
    "DIED_IN_ANCHOR": "the person died in the anchor",
    "DIED_IN_EPISODE": "the person died before the end of the episode",
    "ESRD": "end-stage renal disease, or a kidney transplant not long enough ago",
    "OTHER_PAYER_PRIMARY": "another payer pays first",
    "ANCHOR_TOO_LONG": "the anchor stay is too long",
    "NOT_AN_ACUTE_HOSPITAL": "the anchor is not of an acute hospital that may anchor",
    "EXCLUDED_STATE": "the anchor hospital is of a state that is left out",
    "TRANSFER_CHAIN": "a leg of the transfer is of a facility or a kind that is left out",
    "DEMONSTRATION_HOSPITAL": "the anchor hospital is in a demonstration that is left out",
    "EXCLUDED_MDC": "the stay is of a major diagnostic category that is left out",
    "NOT_HIGHEST_RANKED": "another service of the claim ranks above the trigger",
    "BPCI_EPISODE": "the person is in an episode of the bundled payments initiative",
    "JOINED_TO_INPATIENT": "the outpatient procedure begins an inpatient episode",
    "NO_CANCER_VISIT": "there is no visit with the cancer that would make it an episode",
    "NOT_OVER": "the episode is not over in the data",
}
"""Tests a model may put a candidate to; the reason an episode is dropped where it fails one."""

OUTCOMES: Mapping[str, str] = {
    "INSIDE_EARLIER_EPISODE": "begins inside an earlier episode of the person",
    "REPLACED_BY_LATER_EPISODE": "a later episode of the person takes its place",
    "OUTSIDE_THE_PERIOD": "the anchor (of some models the episode) does not end in the period that "
    "is settled",
    "NO_STANDARDIZED_AMOUNT": "a claim line in it has no amount on the basis chosen",
    "NO_MEAN_LENGTH_OF_STAY": "a stay that outlasts it has no geometric mean length",
}
"""Reasons that are no tests of a model but follow from the engine."""

REASONS: Mapping[str, str] = {**TESTS, **OUTCOMES}


@dataclass(frozen=True)
class Numbers:
    """The numbers of a model. Days of the end of the anchor count: it is day 1."""

    post_anchor_days: int
    monitoring_days: int
    lookback_days: int
    days_before_anchor: int
    maximum_anchor_days: int
    transplant_days: int
    fiscal_year_months: int
    other_hospitals_by_mean_stay: bool
    """Whether long-term care and rehabilitation stays are prorated by geometric mean stay."""
    home_health_by_days_of_service: bool
    """Whether home health is prorated by the days from its first to its last billable service."""
    settled_by_episode_end: bool
    """Whether an episode is of the period in which it ends, else of that of its anchor's end."""
    pre_anchor_days: int = 0
    """Days before the anchor whose care counts whole; none under the models of CMS."""
    joined_outpatient_days: int | None = None
    """Days before an inpatient anchor in which an outpatient one of the category is the same."""
    surgeon_days_before: int | None = None
    """Days before an inpatient anchor from which the surgeon's line of a trigger belongs to it."""
    lower_percentile: int | None = None
    upper_percentile: int | None = None


@dataclass(frozen=True)
class Given:
    """What claims do not carry and a user gives; each may be empty, which the run says."""

    claim_addition: SmallTable | Table | None = None
    drg_remap: Rows = ()
    """(MS-DRG billed, fiscal year, MS-DRG of the prices' year)."""
    drg_weight: Rows = ()
    """(fiscal year, MS-DRG, major diagnostic category, geometric mean stay in tenths of a day)."""
    person_span: Rows = ()
    """(member, kind, first day, last day)."""
    facility_span: Rows = ()
    """(certification number, kind, first day, last day)."""
    outpatient_rank: Rows = ()
    """(HCPCS, calendar year, rank; 1 is the highest)."""
    global_surgery: Rows = ()
    """(HCPCS, calendar year) with global days that belong to the anchor."""
    group_member: Rows = ()
    """(taxpayer number, clinician, first day, last day) of physician groups that answer."""
    update_factor: Sequence[tuple[str, dt.date, dt.date, Decimal]] = ()
    """(kind of care, first and last day of the claim's end, factor)."""
    given_limit: Rows = ()
    """(category, price cell, fiscal year, lower limit, upper limit)."""
    aco_alignment: Rows = ()
    """(member, kind of contract, first day, last day) of accountable care organisations."""


@dataclass(frozen=True)
class Terms:
    """A model of episodes as the engine takes it."""

    numbers: Numbers
    lists: Mapping[str, RuleTable]
    """The lists of the model by table name; see :data:`openvbc.steps.episodes.tables.LISTS`."""
    amount_basis: str
    first_day: dt.date
    """Episodes that end, or whose anchor ends, from this day ..."""
    last_day: dt.date
    """... to this day are settled."""
    known_by: dt.date
    given: Given = field(default_factory=Given)
    number_doubts: tuple[Doubt, ...] = ()
    """What is not sure of the numbers."""
