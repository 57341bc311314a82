"""Every trap of the specification as a planted person: one function a trap, its name the label.

Each function plants one person and says what a correct computation must do with them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from openvbc.synth.institutional import HOSPITAL, SKILLED
from openvbc.synth.network import FOREIGN
from openvbc.synth.people import AGED_DUAL, DISABLED, ESRD
from openvbc.synth.planting import Alignment, Payment, Planter, Trap
from openvbc.synth.settings import day_number

Plant = Callable[[Planter, int], str]
TRAPS: dict[str, Plant] = {}


def trap(plant: Plant) -> Plant:
    """Register a trap under its name."""
    TRAPS[plant.__name__] = plant
    return plant


@trap
def plurality_by_a_cent(p: Planter, who: int) -> str:
    p.visit(who, p.day(40), p.own_physician, "99214", 310.00)
    p.visit(who, p.day(50), p.rival_physician, "99214", 309.99)
    p.visit(who, p.day(60), p.outside_physician, "99214", 250.00)
    return "assigned in step 1: 310.00 against 309.99 and 250.00, each entity by itself"


@trap
def plurality_lost_by_a_cent(p: Planter, who: int) -> str:
    p.visit(who, p.day(40), p.own_physician, "99214", 309.99)
    p.visit(who, p.day(50), p.outside_physician, "99214", 310.00)
    return "not assigned: another entity has one cent more"


@trap
def recency_tie_won(p: Planter, who: int) -> str:
    p.visit(who, p.day(200), p.own_physician, "99214", 200.00)
    p.visit(who, p.day(100), p.outside_physician, "99214", 200.00)
    return "assigned in step 1: equal charges, the most recent visit decides"


@trap
def recency_tie_lost(p: Planter, who: int) -> str:
    p.visit(who, p.day(100), p.own_physician, "99214", 200.00)
    p.visit(who, p.day(200), p.outside_physician, "99214", 200.00)
    return "not assigned: equal charges, the other entity was seen last"


@trap
def specialist_step_2(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_specialist, "99214", 500.00)
    p.visit(who, p.day(90), p.rival_specialist, "99214", 300.00)
    return "assigned in step 2: specialists only, no primary care role from anyone"


@trap
def step_2_blocked(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_specialist, "99214", 900.00)
    p.visit(who, p.day(90), p.outside_physician, "99212", 1.00)
    return "not assigned: one dollar of primary care outside closes step 2"


@trap
def step_3_expanded_window(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_nurse, "99214", 220.00)
    p.visit(who, p.day(60), p.outside_nurse, "99214", 400.00)
    if p.period.expanded_start is None:
        return "not assigned: nurse practitioners alone never pass the pre-step before 2025"
    p.visit(who, p.period.expanded_start + 90, p.own_physician, "99214", 200.00)
    return "assigned in step 3: nurse in 12 months, physician in 24, 420.00 against 400.00"


@trap
def nurse_practitioner_only(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_nurse, "99214", 500.00)
    return "not assigned: no physician of the organisation in any window"


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
def shared_taxpayer_number(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.shared_physician, "99214", 500.00)
    return "not assigned: the number bills for two organisations, its services count for nobody"


@trap
def shared_number_does_not_block(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.shared_physician, "99214", 500.00)
    p.visit(who, p.day(60), p.own_specialist, "99213", 90.00)
    return "assigned in step 2: services of a shared number are left out and block nothing"


@trap
def voluntary_alignment(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.outside_physician, "99214", 500.00)
    p.alignments.append(Alignment(who, p.period.year, p.own_physician))
    return "assigned by voluntary alignment although the plurality lies elsewhere"


@trap
def voluntary_alignment_without_service(p: Planter, who: int) -> str:
    p.alignments.append(Alignment(who, p.period.year, p.own_specialist))
    return "assigned by voluntary alignment without any service"


@trap
def voluntary_alignment_elsewhere(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99214", 500.00)
    p.alignments.append(Alignment(who, p.period.year, p.rival_physician))
    return "not assigned: aligned to another organisation, which supersedes claims"


@trap
def voluntary_alignment_to_no_organisation(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99214", 500.00)
    p.alignments.append(Alignment(who, p.period.year, p.outside_physician))
    return "assigned in step 1: a clinician in no organisation blocks nothing"


@trap
def voluntary_alignment_not_eligible(p: Planter, who: int) -> str:
    p.alignments.append(Alignment(who, p.period.year, p.own_physician))
    p.people.advantage[who, p.month(5)] = True
    return "not assigned: alignment does not cure a month in Medicare Advantage"


@trap
def visit_in_skilled_nursing_place(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99213", 200.00)
    p.visit(who, p.day(60), p.outside_physician, "99309", 600.00, place="31")
    return "assigned in step 1: the visit in place of service 31 does not count"


@trap
def visit_in_skilled_nursing_stay(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99213", 200.00)
    p.visit(who, p.day(60), p.outside_physician, "99309", 600.00, place="32")
    p.claim(
        who,
        SKILLED,
        "211",
        p.facility("skilled_nursing"),
        p.day(50),
        p.day(70),
        9000.0,
        revenue="0022",
    )
    return "assigned in step 1: the nursing visit falls in a skilled nursing stay"


@trap
def visit_in_nursing_facility(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99213", 200.00)
    p.visit(who, p.day(60), p.outside_physician, "99309", 600.00, place="32")
    return "not assigned: a nursing facility is not a skilled nursing facility, the visit counts"


@trap
def advance_care_planning_in_hospital(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99213", 200.00)
    p.visit(who, p.day(61), p.outside_physician, "99497", 300.00, place="21")
    p.claim(who, HOSPITAL, "111", p.facility("hospital"), p.day(60), p.day(64), 8000.0)
    return "assigned in step 1: advance care planning in an inpatient stay does not count"


@trap
def clinic_visit_at_teaching_hospital(p: Planter, who: int) -> str:
    p.outpatient(who, p.day(30), "teaching", 300.0, revenue="0510", code="G0463")
    p.visit(who, p.day(60), p.outside_physician, "99213", 200.00)
    return "assigned in step 1: the clinic visit counts at a hospital on the teaching list"


@trap
def clinic_visit_at_other_hospital(p: Planter, who: int) -> str:
    p.outpatient(
        who,
        p.day(30),
        "teaching",
        900.0,
        1,
        revenue="0510",
        code="G0463",
        provider=p.outside_physician,
    )
    p.visit(who, p.day(60), p.own_physician, "99213", 200.00)
    return "assigned in step 1: the clinic visit at a hospital not on the list does not count"


@trap
def health_center_visit(p: Planter, who: int) -> str:
    p.outpatient(who, p.day(30), "health_center", 190.0, revenue="0521", code="T1015")
    p.visit(who, p.day(60), p.outside_physician, "99213", 180.00)
    return "assigned in step 1: every service of the organisation's health centre is primary care"


@trap
def rural_clinic_outside(p: Planter, who: int) -> str:
    p.outpatient(who, p.day(30), "rural_clinic", 500.0, 1, revenue="0521", code="T1015")
    p.visit(who, p.day(60), p.own_physician, "99213", 200.00)
    return "not assigned: a rural health clinic outside has the plurality"


@trap
def critical_access_method_ii(p: Planter, who: int) -> str:
    p.outpatient(who, p.day(30), "critical_access", 300.0, revenue="0960", code="99213")
    p.visit(who, p.day(60), p.outside_physician, "99213", 200.00)
    return "assigned in step 1: professional revenue centre of the organisation's hospital counts"


@trap
def opted_out(p: Planter, who: int) -> str:
    p.anchor(who)
    p.people.opted_out[who] = True
    return "assigned by CMS; no claims in the feed, so not assigned from it: a named gap"


@trap
def denied_line(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99213", 200.00)
    p.visit(who, p.day(60), p.outside_physician, "99214", 500.00, denied=2)
    return "assigned in step 1: the denied line counts for nothing, in charges and in spending"


@trap
def denied_claim(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99213", 200.00)
    p.visit(who, p.day(60), p.outside_physician, "99214", 500.00, denied=1)
    p.claim(
        who, HOSPITAL, "111", p.facility("hospital"), p.day(60), p.day(64), 12000.0, denied=True
    )
    return "assigned in step 1: denied claims count for nothing, in charges and in spending"


@trap
def late_claim(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99213", 200.00)
    late = p.period.assignment_known_by + 8
    p.visit(who, p.day(60), p.outside_physician, "99214", 500.00, load=late)
    return "assigned in step 1: the other claim was loaded after the run-out"


@trap
def cancelled_visit(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99213", 200.00)
    p.cancel(p.visit(who, p.day(60), p.outside_physician, "99214", 500.00), p.day(110))
    return "assigned in step 1: the other visit was cancelled"


@trap
def replaced_visit(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99213", 200.00)
    first = p.visit(who, p.day(60), p.outside_physician, "99214", 500.00)
    p.cancel(first, p.day(110), {"allowed": 10_000, "paid": 8_000})
    return "assigned in step 1: the other visit was billed again at 100.00"


@trap
def cancelled_own_visit(p: Planter, who: int) -> str:
    p.cancel(p.visit(who, p.day(30), p.own_physician, "99214", 500.00), p.day(80))
    p.visit(who, p.day(60), p.own_nurse, "99213", 100.00)
    return "not assigned: the only physician visit was cancelled, the pre-step fails"


@trap
def cancelled_after_run_out(p: Planter, who: int) -> str:
    p.anchor(who)
    start = p.year_start + 60
    stay = p.claim(who, HOSPITAL, "111", p.facility("hospital"), start, start + 4, 30000.0)
    p.cancel(stay, p.period.known_by + 5)
    return "assigned; the stay counts in full, its cancellation was loaded after the run-out"


@trap
def late_spending(p: Planter, who: int) -> str:
    p.anchor(who)
    start = p.year_start + 340
    p.claim(who, HOSPITAL, "111", p.facility("hospital"), start, start + 4, 40000.0,
            effective=p.period.known_by, load=p.period.known_by + 1)  # fmt: skip
    return "assigned; the stay does not count, it was loaded on 1 April"


@trap
def spending_on_the_last_day(p: Planter, who: int) -> str:
    p.anchor(who)
    start = p.year_start + 340
    p.claim(
        who,
        HOSPITAL,
        "111",
        p.facility("hospital"),
        start,
        start + 4,
        40000.0,
        load=p.period.known_by,
    )
    return "assigned; the stay counts, it was loaded on 31 March"


@trap
def twin_claims(p: Planter, who: int) -> str:
    p.anchor(who)
    start = p.year_start + 90
    for _ in range(2):
        p.outpatient(who, start, "hospital", 1234.56, revenue="0320")
    return "assigned; two legitimate claims under one key, both are paid"


@trap
def adjusted_chain(p: Planter, who: int) -> str:
    p.anchor(who)
    start = p.year_start + 30
    stay = p.claim(who, HOSPITAL, "111", p.facility("hospital"), start, start + 7, 20000.0)
    p.cancel(stay, start + 60, {"paid": 2_100_000})
    return "assigned; 20,000 cancelled, 21,000 stands"


@trap
def changed_through_date(p: Planter, who: int) -> str:
    p.anchor(who)
    start = p.year_start + 40
    stay = p.claim(who, HOSPITAL, "111", p.facility("hospital"), start, start + 20, 20000.0)
    p.cancel(stay, start + 80, {"thru_day": start + 6})
    return "assigned; the cancellation carries the wrong through date, the adjustment the right one"


@trap
def stay_over_new_year(p: Planter, who: int) -> str:
    p.anchor(who)
    start = p.year_start - 3
    p.claim(who, HOSPITAL, "111", p.facility("hospital"), start, start + 8, 25000.0)
    return "assigned; the stay is incurred on its through date, in the performance year"


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
def covid_19_episode(p: Planter, who: int) -> str:
    p.anchor(who)
    year = next((y for y in p.settings.measured_years if y in (2021, 2022)), None)
    year = year or next((y for y in p.settings.measured_years if y == 2020), 2023)
    start = day_number(date(year, 5 if year < 2023 else 2, 20))
    p.claim(who, HOSPITAL, "111", p.facility("hospital"), start, start + 15, 45000.0, covid=2)
    return f"assigned; in {year} the month of admission to the month after discharge leave the year"


@trap
def suspect_billing(p: Planter, who: int) -> str:
    p.anchor(who)
    for month in (2, 3, 4):
        day = day_number(date(2023, month, 10))
        if day <= p.year_start + 364:
            p.visit(who, day, p.supplier, "A4352", 7500.00, table=p.equipment)
    return "assigned; catheter supplies of 2023 are significant, anomalous, highly suspect billing"


@trap
def header_and_lines_differ(p: Planter, who: int) -> str:
    p.anchor(who)
    start = p.year_start + 70
    p.claim(
        who,
        HOSPITAL,
        "111",
        p.facility("hospital"),
        start,
        start + 5,
        15000.0,
        lines=4,
        mismatch=True,
    )
    return "assigned; the header payment counts, the lines do not add up to it"


@trap
def encounter_claim(p: Planter, who: int) -> str:
    p.anchor(who)
    start = p.year_start + 100
    p.claim(who, 61, "111", p.facility("hospital"), start, start + 5, 50000.0)
    return "assigned; an encounter (claim type 61) is not fee-for-service spending"


@trap
def teaching_add_ons(p: Planter, who: int) -> str:
    p.anchor(who)
    start = p.year_start + 100
    hospital = p.facility("hospital")
    stay = p.claim(
        who, HOSPITAL, "111", hospital, start, start + 5, 30000.0, ime=300_000, dsh=120_000,
        capital_ime=15_000, capital_dsh=9_000, uncompensated=90_000,
    )  # fmt: skip
    p.cancel(stay, start + 50, {"paid": 3_100_000})
    return (
        "assigned; 31,000.00 less 5,340.00 of teaching, disproportionate share, uncompensated care"
    )


@trap
def null_dates(p: Planter, who: int) -> str:
    p.anchor(who)
    start = p.year_start + 100
    p.outpatient(who, start, "hospital", 700.0, revenue="0320", effective=-1_000_000)
    return "assigned; the processing date 1000-01-01 means none, the claim counts"


@trap
def other_initiative(p: Planter, who: int) -> str:
    p.anchor(who)
    p.people.other_initiative[who] = True
    return "not assigned: in another shared savings initiative"


@trap
def withheld_substance_use(p: Planter, who: int) -> str:
    p.anchor(who)
    p.visit(who, p.year_start + 90, p.own_specialist, "99215", 2500.00, withheld=True)
    return (
        "assigned; one claim is withheld from the feed, spending is lower than CMS's: a named gap"
    )


@trap
def code_not_on_the_list(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99213", 200.00)
    p.visit(who, p.day(60), p.outside_physician, "99201", 500.00)
    return "assigned in step 1: the code is not on the performance year's list"


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


@trap
def overlapping_deliveries(p: Planter, who: int) -> str:
    p.anchor(who)
    p.outpatient(who, p.year_start + 100, "hospital", 4321.0, revenue="0320", repeat=True)
    return "assigned; two deliveries hold the same claim, it counts once"


@trap
def non_claims_payment(p: Planter, who: int) -> str:
    p.anchor(who)
    p.payments.append(Payment(who, p.year_start + 45, 123_456))
    return "assigned; 1,234.56 paid outside claims is spending"


def _die(p: Planter, who: int, day: date) -> None:
    p.people.death[who] = day_number(day)
    after = (day.year - p.settings.first_year) * 12 + day.month
    for months in (p.people.part_a, p.people.part_b):
        months[who, after:] = False


def _rename(p: Planter, who: int, *days: int) -> None:
    import numpy as np

    from openvbc.synth.people import identifiers

    number = np.array([p.people.first + who], np.int64) * 7919 + 104_729
    for version in range(2):
        p.people.mbi[who, version] = identifiers(number, version + 1)[0]
    p.people.mbi_changed[who] = (*(1_000_000,) * (2 - len(days)), *days)
    if len(days) == 1:
        p.people.mbi[who, 0] = p.people.mbi[who, 1]


def plant_traps(p: Planter, copies: int) -> None:
    """Plant every trap `copies` times, on the first people of the shard."""
    who = 0
    for _ in range(copies):
        for label, plant in TRAPS.items():
            p.plain(who)
            p.traps.append(Trap(label, who, "PY", plant(p, who)))
            who += 1
