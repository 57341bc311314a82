"""Traps of spending: what is counted, in which month, known by when.

Each function plants one person, all of them assigned in every period; its name is the label, and it
returns what a correct computation must do with them.
"""

from __future__ import annotations

from datetime import date

from openvbc.synth.institutional import HOSPITAL
from openvbc.synth.planting import Payment, Planter, trap
from openvbc.synth.settings import day_number


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
def catheter_code_on_a_physician_claim(p: Planter, who: int) -> str:
    p.anchor(who)
    day = day_number(date(2023, 2, 10))
    if day <= p.year_start + 364:
        p.visit(who, day, p.supplier, "A4352", 40.00)
    return "assigned; the code is highly suspect billing on claims for equipment only"


@trap
def covid_19_discharge_after_the_emergency(p: Planter, who: int) -> str:
    p.anchor(who)
    start = day_number(date(2023, 5, 5))
    if start <= p.year_start + 340:
        p.claim(who, HOSPITAL, "111", p.facility("hospital"), start, start + 9, 45000.0, covid=1)
    return "assigned; admitted in the emergency, discharged after it: no month leaves"


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
def withheld_substance_use(p: Planter, who: int) -> str:
    p.anchor(who)
    p.visit(who, p.year_start + 90, p.own_specialist, "99215", 2500.00, withheld=True)
    return (
        "assigned; one claim is withheld from the feed, spending is lower than CMS's: a named gap"
    )


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
