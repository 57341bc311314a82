"""Stories of invented people with cancer: what is planted, and what must be found of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from openvbc.synth.oncology_people import (
    CANCERS,
    CENT,
    DRUG,
    FIRST_YEAR_OF_EOM,
    HOSPICE,
    ONCOLOGY,
    OTHER_DRUG,
    OTHERS,
    POOL,
    Claim,
    Patient,
    PlantedCare,
    six_months_after,
)

LOOKBACK = 59
"""Days before a fill in which a claim must name the cancer."""
ABOVE = Decimal("0.8")


def total(*claims: Claim) -> Decimal:
    """What claims of Part A and B add up to."""
    return sum((claim.amount for claim in claims), Decimal(0))


def _day(who: Patient, until: int = 150) -> date:
    return who.period + timedelta(who.draw.randint(0, until))


def _cancer(who: Patient) -> str:
    return who.draw.choice(sorted(CANCERS))


def _settled(
    who: Patient, begins: Claim, story: str, cancer: str, counted: list[Claim], **said: str
) -> PlantedCare:
    tin = said.get("tin", ONCOLOGY[0])
    care = PlantedCare(
        f"{begins.name}-1", story, "SETTLED", "", cancer, POOL.get(tin, tin), total(*counted),
        Decimal(0),
    )  # fmt: skip
    who.truth.append(care)
    return care


def _dropped(who: Patient, begins: Claim, story: str, reason: str) -> None:
    who.truth.append(PlantedCare(f"{begins.name}-1", story, "DROPPED", reason))


def plain(who: Patient) -> None:
    """A therapy, visits in the six months, one on the last day, care of the day after them."""
    cancer, day = _cancer(who), _day(who)
    end = six_months_after(day)
    begins = who.therapy(day, cancer)
    inside = [who.visit(day + timedelta(n), cancer) for n in (7, 30, 90)]
    inside += [who.other_care(day + timedelta(12)), who.other_care(end)]
    who.other_care(end + timedelta(1))
    who.other_care(day - timedelta(1))
    _settled(who, begins, "plain", cancer, [begins, *inside])


def no_visit(who: Patient) -> None:
    """A therapy whose six months have no visit with the cancer."""
    day = _day(who)
    begins = who.therapy(day, _cancer(who))
    who.other_care(day + timedelta(9))
    _dropped(who, begins, "trigger without visit", "NO_CANCER_VISIT")


def too_early(who: Patient) -> None:
    """A second therapy on the last day of the six months."""
    cancer, day = _cancer(who), _day(who, 3)
    begins = who.therapy(day, cancer)
    visit = who.visit(day + timedelta(3), cancer)
    again = who.therapy(six_months_after(day), cancer)
    who.visit(again.first + timedelta(5), cancer)
    _settled(who, begins, "too early second trigger", cancer, [begins, visit, again])
    _dropped(who, again, "too early second trigger", "INSIDE_EARLIER_EPISODE")


def next_episode(who: Patient) -> None:
    """An episode of the period before, and one that begins on the day after its end."""
    cancer = _cancer(who)
    day = who.period - timedelta(who.draw.randint(40, 170))
    before = who.therapy(day, cancer)
    who.visit(day + timedelta(3), cancer)
    begins = who.therapy(six_months_after(day) + timedelta(1), cancer)
    visit = who.visit(begins.first + timedelta(10), cancer)
    _dropped(who, before, "episode after episode", "OUTSIDE_THE_PERIOD")
    _settled(who, begins, "episode after episode", cancer, [begins, visit])


def death(who: Patient) -> None:
    """A death in the six months keeps the episode; coverage ends with it."""
    cancer, day = _cancer(who), _day(who)
    begins = who.therapy(day, cancer)
    visit = who.visit(day + timedelta(5), cancer)
    who.death = day + timedelta(who.draw.randint(20, 120))
    who.covered = [(date(who.period.year - 1, 1, 1), who.death)]
    _settled(who, begins, "death", cancer, [begins, visit])


def hospice(who: Patient) -> None:
    """Hospice care counts like other care."""
    cancer, day = _cancer(who), _day(who)
    begins = who.therapy(day, cancer)
    visit = who.visit(day + timedelta(5), cancer)
    care = who.facility("811", day + timedelta(60), 28, HOSPICE)
    _settled(who, begins, "hospice", cancer, [begins, visit, care])


def two_cancers(who: Patient) -> None:
    """The cancer of most visits, or of the most recent where there are as many."""
    first, second = who.draw.sample(sorted(CANCERS), 2)
    day = _day(who)
    begins = who.therapy(day, first)
    visits = [who.visit(day + timedelta(3), first), who.visit(day + timedelta(9), second)]
    if who.draw.random() < 0.5:
        visits.append(who.visit(day + timedelta(40), first))
        _settled(who, begins, "two cancers", first, [begins, *visits])
    else:
        _settled(who, begins, "two cancers", second, [begins, *visits])


def not_reconciled(who: Patient) -> None:
    """A cancer whose episodes are not reconciled stands, and is not settled."""
    day = _day(who)
    begins = who.therapy(day, "skin")
    visit = who.visit(day + timedelta(5), "skin")
    _settled(who, begins, "cancer not reconciled", "skin", [begins, visit])


def managed_care(who: Patient) -> None:
    """A switch to Medicare Advantage in the six months."""
    cancer, day = _cancer(who), _day(who)
    begins = who.therapy(day, cancer)
    who.visit(day + timedelta(5), cancer)
    last = (day.replace(day=1) + timedelta(100)).replace(day=1) - timedelta(1)
    who.covered = [(date(who.period.year - 1, 1, 1), last)]
    _dropped(who, begins, "switch to Medicare Advantage", "NOT_ENROLLED_THROUGHOUT")


def kidney(who: Patient) -> None:
    """Kidney failure in the six months."""
    cancer, day = _cancer(who), _day(who)
    begins = who.therapy(day, cancer)
    who.visit(day + timedelta(5), cancer)
    who.spans.append(("ESRD", six_months_after(day), six_months_after(day) + timedelta(400)))
    _dropped(who, begins, "kidney failure", "ESRD")


def other_payer(who: Patient) -> None:
    """Another payer first, to the first day of the six months."""
    cancer, day = _cancer(who), _day(who)
    begins = who.therapy(day, cancer)
    who.visit(day + timedelta(5), cancer)
    who.spans.append(("OTHER_PAYER_PRIMARY", day - timedelta(300), day))
    _dropped(who, begins, "other payer", "OTHER_PAYER_PRIMARY")


def no_oncology(who: Patient) -> None:
    """Visits only to a practice that is none of oncology."""
    cancer, day = _cancer(who), _day(who)
    begins = who.therapy(day, cancer)
    who.visit(day + timedelta(5), cancer, OTHERS)
    _dropped(who, begins, "visits elsewhere", "NO_CANCER_VISIT")


def practices(who: Patient) -> None:
    """A pool of two numbers has more visits than another practice, whose visit is not the first."""
    cancer, day = _cancer(who), _day(who)
    begins = who.therapy(day, cancer)
    visits = [
        who.visit(day + timedelta(3), cancer, ONCOLOGY[1]),
        who.visit(day + timedelta(9), cancer, ONCOLOGY[2]),
        who.visit(day + timedelta(40), cancer, ONCOLOGY[0]),
    ]
    _settled(who, begins, "two practices", cancer, [begins, *visits], tin=ONCOLOGY[1])


def drug(who: Patient) -> None:
    """A fill begins an episode, its cancer on a claim of the 59th day before."""
    cancer, day = _cancer(who), _day(who)
    who.visit(day - timedelta(LOOKBACK), cancer)
    begins = who.fill(day)
    later = who.fill(day + timedelta(30), OTHER_DRUG)
    visit = who.visit(day + timedelta(20), cancer)
    care = _settled(who, begins, "drug", cancer, [visit])
    care.episode = begins.name
    care.drugs = sum((_cost(fill) for fill in (begins, later)), Decimal(0))


def drug_too_late(who: Patient) -> None:
    """A fill whose cancer stands on a claim of the 60th day before begins nothing."""
    cancer, day = _cancer(who), _day(who)
    who.visit(day - timedelta(LOOKBACK + 1), cancer)
    who.fill(day)


def in_hospital(who: Patient) -> None:
    """A therapy given in hospital begins nothing."""
    cancer, day = _cancer(who), _day(who)
    who.therapy(day, cancer, place="21")
    who.visit(day + timedelta(5), cancer)


def monthly(who: Patient) -> None:
    """Eight monthly services in the window, of which six stand."""
    cancer, day = _cancer(who), _day(who)
    begins = who.therapy(day, cancer)
    visit = who.visit(day + timedelta(5), cancer)
    inside = [who.service(day + timedelta(7 * n)) for n in range(8)]
    is_ocm = who.period.year < FIRST_YEAR_OF_EOM
    counted = [begins, visit, *(inside if is_ocm else [])]
    care = _settled(who, begins, "monthly services", cancer, counted)
    care.services = 6 if is_ocm else None


def anything(who: Patient) -> None:
    """Care drawn at random, of which the truth says nothing: for programs held against another."""
    first, draw = who.period - timedelta(200), who.draw
    some = [*sorted(CANCERS), "skin"]
    tins = (*ONCOLOGY, OTHERS)
    for _ in range(draw.randint(1, 8)):
        who.therapy(first + timedelta(draw.randint(0, 420)), draw.choice(some),
                    tin=draw.choice(tins), place=draw.choice(("11", "22", "21")))  # fmt: skip
    for _ in range(draw.randint(0, 12)):
        who.visit(first + timedelta(draw.randint(0, 560)), draw.choice(some), draw.choice(tins))
    for _ in range(draw.randint(0, 4)):
        drug = draw.choice((DRUG, OTHER_DRUG))
        who.fill(first + timedelta(draw.randint(0, 500)), drug)
    for _ in range(draw.randint(0, 9)):
        who.service(first + timedelta(draw.randint(0, 500)), draw.choice(ONCOLOGY))
    for _ in range(draw.randint(0, 3)):
        who.other_care(first + timedelta(draw.randint(0, 500)))
    if draw.random() < 0.5:
        who.facility("811", first + timedelta(draw.randint(0, 500)), draw.randint(1, 60), HOSPICE)
    if draw.random() < 0.2:
        who.death = max(claim.last for claim in who.claims) + timedelta(draw.randint(0, 30))
        who.covered = [(date(who.period.year - 1, 1, 1), who.death)]


def healthy(who: Patient) -> None:
    """No cancer."""
    who.other_care(_day(who))


def _cost(fill: Claim) -> Decimal:
    assert fill.low_income is not None
    assert fill.above_threshold is not None
    return fill.low_income + (fill.above_threshold * ABOVE + Decimal("0.0001")).quantize(CENT)


STORIES: tuple[Callable[[Patient], None], ...] = (
    plain, no_visit, too_early, next_episode, death, hospice, two_cancers, not_reconciled,
    managed_care, kidney, other_payer, no_oncology, practices, drug, drug_too_late, in_hospital,
    monthly, healthy, *(anything,) * 6,
)  # fmt: skip


def patient(number: int, seed: int, period: date) -> Patient:
    """The person of a number: her story is drawn, and told."""
    draw = random.Random(seed * 1_000_003 + number)
    who = Patient(f"ONC{seed:03d}X{number:06d}", draw, period)
    who.covered = [(date(period.year - 1, 1, 1), date(period.year + 1, 12, 31))]
    who.sex = draw.choice(("female", "male"))
    who.birth = date(draw.randint(1925, 1952), draw.randint(1, 12), draw.randint(1, 28))
    draw.choice(STORIES)(who)
    return who
