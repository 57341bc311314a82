"""The stories of invented people of a REACH entity: what care they had, and so how aligned."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from openvbc.synth.reach_people import (
    ANOTHER,
    ANYBODY,
    BASE_YEARS,
    COUNTIES,
    KNOWN_BY,
    LISTED,
    NOT_LISTED,
    OLDER,
    OTHER,
    PRIMARY,
    RECENT,
    RIVAL,
    SHARED,
    SPECIALIST_VISIT,
    STRANGER,
    UNLISTED,
    VISIT,
    WHOLE,
    YEAR,
    Bill,
    Person,
)  # fmt: skip

STORIES = (
    "OWN_PRIMARY_CARE", "WEIGHTS_FOR", "WEIGHTS_AGAINST", "SPECIALISTS", "JUST_A_TENTH",
    "TIE_WON", "TIE_LOST", "DESIGNATED", "DESIGNATED_ELSEWHERE", "DESIGNATED_IN_THE_YEAR",
    "MANAGED_IN_JANUARY", "DIES", "JOINS_MANAGED_CARE", "KIDNEY_DISEASE", "NO_SERVICE",
    "CLINICIAN_NOT_LISTED", "SPECIALTY_NOT_LISTED", "KNOWN_TOO_LATE", "MOVES", "PAIR_LISTED",
    "RIVAL_ENTITY", "DESIGNATION_CHANGED", "LARGE_CLAIMS",
)  # fmt: skip


def person(number: int, seed: int) -> Person:
    """The person of a number; the same seed gives the same person."""
    rng = random.Random(seed * 1_000_003 + number)
    story = STORIES[number % len(STORIES)]
    member = Person(f"R{seed:02d}{number:07d}", story, rng.choice(COUNTIES))
    member.score = Decimal(rng.randrange(600, 2400)) / 1000
    member.equity = rng.choice(("ADDED", "TAKEN", "", ""))
    member.in_history = number % 3 != 0
    _history(member, rng)
    _STORIES[story](member, rng)
    _care(member, rng)
    return member


def _visit(
    day: date, allowed: int, tin: str, npi: str = ANYBODY, specialty: str = PRIMARY,
    paid_on: date | None = None,
) -> Bill:  # fmt: skip
    code = VISIT if specialty == PRIMARY else SPECIALIST_VISIT
    exact = Decimal(allowed)
    return Bill(
        day, (exact * 4 / 5).quantize(Decimal("0.01")), code, specialty, tin, npi, paid_on, exact
    )


def _older(
    member: Person, allowed: int, tin: str, npi: str = ANYBODY, specialty: str = PRIMARY
) -> None:
    member.bills.append(_visit(OLDER + timedelta(100), allowed, tin, npi, specialty))


def _recent(
    member: Person,
    allowed: int,
    tin: str,
    after: int = 100,
    npi: str = ANYBODY,
    specialty: str = PRIMARY,
) -> None:
    member.bills.append(_visit(RECENT + timedelta(after), allowed, tin, npi, specialty))


def _history(member: Person, rng: random.Random) -> None:
    """A visit in each alignment year of the base years: of the entity, or of somebody else."""
    tin = WHOLE if member.in_history else ANOTHER
    for year in (2014, 2015, 2016, 2017):
        day = date(year, 7, 1) + timedelta(rng.randrange(0, 300))
        member.bills.append(_visit(day, rng.randrange(60, 240), tin))


def _care(member: Person, rng: random.Random) -> None:
    """Care in the measured years that aligns nobody: stays, tests, and some known too late."""
    for year in (*BASE_YEARS, YEAR):
        for month in rng.sample(range(1, 13), rng.randrange(2, 7)):
            day = date(year, month, rng.randrange(1, 28))
            if member.death is not None and day > member.death:
                continue
            cents = Decimal(rng.randrange(2_000, 90_000)) / 100
            member.bills.append(Bill(day, cents, "80053", "69", STRANGER, ANYBODY))
        if rng.random() < 0.3:
            day = date(year, rng.randrange(1, 12), 15)
            if member.death is None or day <= member.death:
                member.bills.append(Bill(day, Decimal(rng.randrange(300_000, 1_200_000)) / 100))
        if rng.random() < 0.1:
            late = date(year + 1, 5, 2)
            if member.death is None or member.death.year > year:
                member.bills.append(Bill(date(year, 11, 3), Decimal("777.77"), paid_on=late))


def _own(member: Person, rng: random.Random) -> None:
    member.alignment = "CLAIMS"
    _older(member, rng.randrange(80, 200), WHOLE)
    _recent(member, rng.randrange(300, 500), WHOLE)
    _recent(member, rng.randrange(80, 200), STRANGER)


def _weights_for(member: Person, rng: random.Random) -> None:
    member.alignment = "CLAIMS"
    _recent(member, 300, WHOLE)
    _older(member, 500, STRANGER)


def _weights_against(member: Person, rng: random.Random) -> None:
    member.reason = "PLURALITY_ELSEWHERE"
    _older(member, 500, WHOLE)
    _recent(member, 300, STRANGER)


def _specialists(member: Person, rng: random.Random) -> None:
    """30 of 330 weighted is a little under a tenth: specialists compete."""
    member.alignment = "CLAIMS"
    _older(member, 30, STRANGER)
    _recent(member, 150, WHOLE, specialty=OTHER)


def _just_a_tenth(member: Person, rng: random.Random) -> None:
    """30 of 300: primary care alone competes, and it was given elsewhere."""
    member.reason = "NO_SERVICE_OF_THE_ENTITY"
    _older(member, 30, STRANGER)
    _recent(member, 135, WHOLE, specialty=OTHER)


def _tie_won(member: Person, rng: random.Random) -> None:
    member.alignment = "CLAIMS"
    _recent(member, 200, WHOLE, after=150)
    _recent(member, 200, STRANGER, after=149)


def _tie_lost(member: Person, rng: random.Random) -> None:
    """200 of the older year equal 100 of the recent one; the recent service decides."""
    member.reason = "TIE_LOST"
    _older(member, 200, WHOLE)
    _recent(member, 100, STRANGER)


def _designated(member: Person, rng: random.Random) -> None:
    member.alignment = "VOLUNTARY"
    member.designations.append((date(2022, 11, 2), WHOLE))
    _recent(member, 400, STRANGER)


def _designated_elsewhere(member: Person, rng: random.Random) -> None:
    _own(member, rng)
    member.alignment, member.reason = "", "DESIGNATED_ELSEWHERE"
    member.designations.append((date(2022, 10, 5), STRANGER))


def _designated_in_the_year(member: Person, rng: random.Random) -> None:
    """Named on 20 February: aligned from the second quarter."""
    member.alignment, member.first_month = "VOLUNTARY", 4
    member.designations.append((date(YEAR, 2, 20), WHOLE))
    _recent(member, 400, STRANGER)


def _managed_in_january(member: Person, rng: random.Random) -> None:
    _own(member, rng)
    member.alignment, member.reason, member.managed_from = "", "MEDICARE_ADVANTAGE", 1


def _dies(member: Person, rng: random.Random) -> None:
    _own(member, rng)
    member.death = date(YEAR, rng.randrange(2, 12), 17)


def _joins_managed_care(member: Person, rng: random.Random) -> None:
    _own(member, rng)
    member.managed_from = rng.randrange(3, 12)


def _kidney_disease(member: Person, rng: random.Random) -> None:
    _own(member, rng)
    member.kidney_from = rng.randrange(2, 12)


def _no_service(member: Person, rng: random.Random) -> None:
    member.reason = "NO_QUALIFYING_SERVICE"


def _clinician_not_listed(member: Person, rng: random.Random) -> None:
    member.reason = "NO_SERVICE_OF_THE_ENTITY"
    _recent(member, 400, SHARED, npi=UNLISTED)


def _specialty_not_listed(member: Person, rng: random.Random) -> None:
    member.reason = "NO_QUALIFYING_SERVICE"
    _recent(member, 400, WHOLE, specialty=NOT_LISTED)


def _known_too_late(member: Person, rng: random.Random) -> None:
    """The larger service of the entity was paid after the list was made."""
    member.reason = "PLURALITY_ELSEWHERE"
    _recent(member, 90, WHOLE)
    late = KNOWN_BY + timedelta(1)
    member.bills.append(_visit(RECENT + timedelta(200), 500, WHOLE, paid_on=late))
    _recent(member, 100, STRANGER)


def _moves(member: Person, rng: random.Random) -> None:
    _own(member, rng)
    member.moves_in = rng.randrange(2, 12)


def _pair_listed(member: Person, rng: random.Random) -> None:
    member.alignment = "CLAIMS"
    _recent(member, 250, SHARED, npi=LISTED)
    _recent(member, 200, SHARED, npi=UNLISTED)


def _rival_entity(member: Person, rng: random.Random) -> None:
    member.reason = "PLURALITY_ELSEWHERE"
    _recent(member, 210, RIVAL)
    _recent(member, 200, WHOLE)


def _designation_changed(member: Person, rng: random.Random) -> None:
    """The last designation before the year counts."""
    member.alignment = "VOLUNTARY"
    member.designations += [(date(2022, 3, 1), STRANGER), (date(2022, 12, 31), WHOLE)]


def _large_claims(member: Person, rng: random.Random) -> None:
    _own(member, rng)
    most = 16_000_000 if rng.random() < 0.25 else 1_200_000
    stay = Decimal(rng.randrange(most // 2, most)) / 100
    member.bills.append(Bill(date(YEAR, 6, 12), stay))


_STORIES = dict(
    zip(
        STORIES,
        (
            _own, _weights_for, _weights_against, _specialists, _just_a_tenth, _tie_won,
            _tie_lost, _designated, _designated_elsewhere, _designated_in_the_year,
            _managed_in_january, _dies, _joins_managed_care, _kidney_disease, _no_service,
            _clinician_not_listed, _specialty_not_listed, _known_too_late, _moves, _pair_listed,
            _rival_entity, _designation_changed, _large_claims,
        ),
        strict=True,
    )
)  # fmt: skip
