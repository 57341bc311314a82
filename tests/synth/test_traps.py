"""Every planted person comes out as planted: what the trap says against what the truth computes."""

import csv
from datetime import date
from decimal import Decimal

import pytest

from openvbc.synth import Settings, generate
from openvbc.synth.traps import TRAPS

ORDERS = {
    "retrospective 2024": {},
    "prospective 2024": {"assignment_method": "prospective", "track": "ENHANCED"},
    "retrospective 2025": {"performance_year": 2025, "agreement_start": date(2025, 1, 1)},
    "prospective 2026, agreement of 2024": {
        "performance_year": 2026,
        "assignment_method": "prospective",
    },
    "two-way 2024": {"agreement_start": date(2022, 1, 1)},
}


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module", params=ORDERS.values(), ids=ORDERS)
def truth(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("traps") / "aco"
    generate(Settings(people=250, seed=4, light=True, **request.param), folder)
    assigned = {
        r["person_id"]: r for r in rows(folder / "truth" / "assignment.csv") if r["period"] == "PY"
    }
    planted = [r for r in rows(folder / "truth" / "traps.csv") if r["label"] in TRAPS]
    months = {}
    for r in rows(folder / "truth" / "person_months.csv"):
        months.setdefault((r["person_id"], r["period"]), []).append(r)
    return folder, planted, assigned, months


def expected(trap):
    """(assigned, step or None for any) of what a trap says must happen."""
    text = trap["what_must_happen"]
    if trap["label"] == "opted_out" or text.startswith("not assigned"):
        return False, ""
    for number in "123":
        if text.startswith(f"assigned in step {number}"):
            return True, f"STEP_{number}"
    if text.startswith("assigned by voluntary alignment"):
        return True, "VOLUNTARY_ALIGNMENT"
    assert text.startswith("assigned"), text
    return True, None


def test_every_planted_person_is_assigned_as_the_trap_says(truth):
    _, planted, assigned, _ = truth
    assert {t["label"] for t in planted} == set(TRAPS)
    wrong = []
    for trap in planted:
        row = assigned[trap["person_id"]]
        is_assigned, step = expected(trap)
        if (row["is_assigned"] == "1") != is_assigned or step not in (None, row["step"]):
            wrong.append((trap["label"], row["step"], row["reason"]))
    assert not wrong


def of(truth, label):
    _, planted, _, months = truth
    person = next(t["person_id"] for t in planted if t["label"] == label)
    return sorted(months.get((person, "PY"), []), key=lambda r: r["enrollment_type"])


@pytest.mark.parametrize(
    ("label", "months"),
    [
        ("months_with_neither_part", {"AGED_NON_DUAL": 9}),
        ("death_in_the_year", {"AGED_NON_DUAL": 6}),
        ("turns_sixty_five", {"DISABLED": 4, "AGED_NON_DUAL": 8}),
        ("becomes_dual", {"AGED_NON_DUAL": 6, "AGED_DUAL": 6}),
        ("kidney_failure", {"ESRD": 12}),
        ("disabled_and_dual", {"DISABLED": 12}),
        ("aged_and_dual", {"AGED_DUAL": 12}),
    ],
)
def test_months_of_planted_people(truth, label, months):
    months_by_type = {r["enrollment_type"]: int(r["person_months"]) for r in of(truth, label)}
    assert months_by_type == months


SPENT = {
    "cancelled_after_run_out": "30000.00",  # the cancellation came on 5 April
    "late_spending": "0.00",  # loaded on 1 April
    "spending_on_the_last_day": "40000.00",  # loaded on 31 March
    "twin_claims": "2469.12",  # 2 x 1,234.56
    "adjusted_chain": "21000.00",  # 20,000 - 20,000 + 21,000
    "changed_through_date": "20000.00",  # 20,000 - 20,000 + 20,000
    "stay_over_new_year": "25000.00",
    "header_and_lines_differ": "15000.00",  # the header, whatever the lines say
    "encounter_claim": "0.00",
    "teaching_add_ons": "25660.00",  # 31,000 - 3,000 - 1,200 - 150 - 90 - 900
    "null_dates": "700.00",
    "overlapping_deliveries": "4321.00",  # once
    "non_claims_payment": "1234.56",
    "withheld_substance_use": "0.00",  # 2,000.00 that the feed does not hold
}
"""What is planted in the performance year, beside the visits."""


@pytest.mark.parametrize(("label", "amount"), SPENT.items())
def test_spending_of_planted_people_to_the_cent(truth, label, amount):
    """Two visits of 100.00, paid 80.00 each; prospective windows close before the year begins."""
    folder, *_ = truth
    retrospective = "retrospective" in (folder / "openvbc.yaml").read_text()
    visits = Decimal("160.00") if retrospective else Decimal("0.00")
    paid = sum(Decimal(r["amount"]) for r in of(truth, label))
    assert paid == visits + Decimal(amount)


def test_covid_19_months_and_payments_leave_the_year(truth):
    """Admitted on 20 May and discharged on 4 June: May, June and July leave, with the payment."""
    folder, planted, _, months = truth
    person = next(t["person_id"] for t in planted if t["label"] == "covid_19_episode")
    text = next(t["what_must_happen"] for t in planted if t["label"] == "covid_19_episode")
    year = int(text.split("in ")[1][:4])
    periods = {r["calendar_year"]: r["period"] for r in rows(folder / "truth" / "assignment.csv")}
    (person_row,) = months[person, periods[str(year)]]
    assert int(person_row["person_months"]) == 9
    assert Decimal(person_row["amount"]) < 1000
