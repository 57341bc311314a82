"""Traps of eligibility and identity: coverage, residence, death, enrollment type, identifiers.

Each function plants one person; its name is the label, and it returns what a correct computation
must do with them.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from openvbc.synth.network import FOREIGN
from openvbc.synth.people import AGED_DUAL, DISABLED, ESRD, identifiers
from openvbc.synth.planting import Planter, trap
from openvbc.synth.settings import day_number


@trap
def part_b_only_month(p: Planter, who: int) -> str:
    p.anchor(who)
    p.people.part_a[who, p.month(4)] = False
    return "not assigned in the performance year: one month with Part B only"


@trap
def part_a_only_month(p: Planter, who: int) -> str:
    p.anchor(who)
    p.people.part_b[who, p.month(11)] = False
    return "not assigned in the performance year: one month with Part A only"


@trap
def medicare_advantage_month(p: Planter, who: int) -> str:
    p.anchor(who)
    p.people.advantage[who, p.month(12)] = True
    return "not assigned in the performance year: one month in Medicare Advantage"


@trap
def months_with_neither_part(p: Planter, who: int) -> str:
    p.visit(who, p.day(120), p.own_physician, "99214", 200.00)
    for months in (p.people.part_a, p.people.part_b):
        months[who, p.month(1) : p.month(4)] = False
    return "assigned with nine months: months with neither part are harmless"


@trap
def death_in_the_year(p: Planter, who: int) -> str:
    p.anchor(who)
    _die(p, who, date(p.settings.performance_year, 6, 20))
    return "assigned with six months: the month of death counts, later months do not"


@trap
def death_before_the_year(p: Planter, who: int) -> str:
    p.anchor(who)
    _die(p, who, date(p.settings.performance_year - 1, 12, 20))
    return "not assigned in the performance year: died before it began"


@trap
def moved_abroad(p: Planter, who: int) -> str:
    p.anchor(who)
    p.people.county[who, p.month(10) :] = FOREIGN
    return "not assigned in the performance year: lives outside the United States at its end"


@trap
def opted_out(p: Planter, who: int) -> str:
    p.anchor(who)
    p.people.opted_out[who] = True
    return "assigned by CMS; no claims in the feed, so not assigned from it: a named gap"


@trap
def identifier_changed_once(p: Planter, who: int) -> str:
    p.anchor(who)
    _rename(p, who, p.year_start + 150)
    return "assigned: claims lie under two identifiers"


@trap
def identifier_changed_twice(p: Planter, who: int) -> str:
    p.anchor(who)
    _rename(p, who, p.year_start - 200, p.year_start + 200)
    return "assigned: claims lie under three identifiers, joined by a chain of cross-references"


@trap
def other_initiative(p: Planter, who: int) -> str:
    p.anchor(who)
    p.people.other_initiative[who] = True
    return "not assigned: in another shared savings initiative"


@trap
def turns_sixty_five(p: Planter, who: int) -> str:
    p.anchor(who)
    p.people.birth[who] = day_number(date(p.settings.performance_year - 65, 5, 9))
    p.people.original_reason[who] = 1
    p.people.kind[who, : p.month(5)] = DISABLED
    return "assigned; four months disabled, eight months aged non-dual"


@trap
def becomes_dual(p: Planter, who: int) -> str:
    p.anchor(who)
    p.people.dual[who, p.month(7) :] = True
    p.people.kind[who, p.month(7) :] = AGED_DUAL
    return "assigned; six months aged non-dual, six months aged dual"


@trap
def kidney_failure(p: Planter, who: int) -> str:
    p.anchor(who)
    p.people.kind[who] = ESRD
    return "assigned; every month is of the ESRD type, whatever the age"


@trap
def disabled_and_dual(p: Planter, who: int) -> str:
    p.anchor(who)
    p.people.birth[who] = day_number(date(p.settings.performance_year - 50, 3, 3))
    p.people.original_reason[who] = 1
    p.people.dual[who] = True
    p.people.kind[who] = DISABLED
    return "assigned; disabled under 65, dual status does not change the type"


@trap
def aged_and_dual(p: Planter, who: int) -> str:
    p.anchor(who)
    p.people.dual[who] = True
    p.people.kind[who] = AGED_DUAL
    return "assigned; every month is aged dual"


@trap
def hospice_spans(p: Planter, who: int) -> str:
    p.anchor(who)
    return "assigned; several demographic records, one for each stay in hospice"


def _die(p: Planter, who: int, day: date) -> None:
    p.people.death[who] = day_number(day)
    after = (day.year - p.settings.first_year) * 12 + day.month
    for months in (p.people.part_a, p.people.part_b):
        months[who, after:] = False


def _rename(p: Planter, who: int, *days: int) -> None:
    number = np.array([p.people.first + who], np.int64) * 7919 + 104_729
    for version in range(2):
        p.people.mbi[who, version] = identifiers(number, version + 1)[0]
    p.people.mbi_changed[who] = (*(1_000_000,) * (2 - len(days)), *days)
    if len(days) == 1:
        p.people.mbi[who, 0] = p.people.mbi[who, 1]
