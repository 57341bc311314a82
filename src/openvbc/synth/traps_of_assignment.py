"""Traps of assignment: whose services count, for whom, in which step.

Each function plants one person; its name is the label, and it returns what a correct computation
must do with them.
"""

from __future__ import annotations

from openvbc.synth.institutional import HOSPITAL, SKILLED
from openvbc.synth.planting import Alignment, Planter, trap


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
    return "not assigned: aligned to a clinician outside the organisation, though in no other"


@trap
def voluntary_alignment_to_a_shared_number(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99214", 500.00)
    p.alignments.append(Alignment(who, p.period.year, p.shared_physician))
    return "assigned in step 1: a number of two organisations, this one too, is not outside it"


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
def code_not_on_the_list(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99213", 200.00)
    p.visit(who, p.day(60), p.outside_physician, "99284", 500.00)
    return "assigned in step 1: the code is not on the performance year's list"


@trap
def code_deleted_and_still_listed(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99213", 200.00)
    p.visit(who, p.day(60), p.outside_physician, "99201", 500.00)
    return "not assigned: a code that CPT deleted stays on the list"


@trap
def telephone_visit(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99213", 200.00)
    p.visit(who, p.day(300), p.outside_physician, "99441", 500.00)
    if p.period.has_emergency_month:
        return "not assigned: the window has a month of the emergency, so telephone visits count"
    return "assigned in step 1: no month of the window is of the emergency"


@trap
def home_visit_in_an_office(p: Planter, who: int) -> str:
    p.visit(who, p.day(30), p.own_physician, "99213", 200.00)
    p.visit(who, p.day(60), p.outside_physician, "99349", 500.00, place="11")
    if 2019 <= p.settings.performance_year <= 2022:
        return "assigned in step 1: a home visit counts only with place of service 12"
    return "not assigned: no place of service is asked of a home visit"
