"""A capitation contract computed once more, in plain Python, one person at a time.

Written from the contract's words and not from the steps: a loop over months and runs, dictionaries,
no SQL. It knows the division of the generator by its sentences.
"""

import csv
import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def cents(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fund_of(row):
    """The sentences of the generated division."""
    kind = row["claim_type_code"]
    if "bill_type_code" in row:  # a facility claim
        return {"40": "SHARED", "50": "PLAN"}.get(kind, "HOSPITAL")
    return "PLAN" if kind == "82" else "GROUP"


class Plain:
    """Everything of every person of a generated project."""

    def __init__(self, project, store, year, known_by):
        self.year = year
        self.person_of = {r["member_id"]: r["person_id"] for r in store["person_identifier"]}
        rates = {r["rate_cell"]: Decimal(r["rate"]) for r in rows(project / "rates.csv")}
        areas = {r["area"]: Decimal(r["factor"]) for r in rows(project / "areas.csv")}
        firsts = [dt.date(year, month, 1) for month in range(1, 13)]
        run_days = [*firsts, *(dt.date(year + 1, m, 1) for m in (1, 2, 3)), known_by]
        changes = defaultdict(list)
        for row in rows(project / "roster.csv"):
            received = dt.date.fromisoformat(row["received_on"])
            who = self.person_of.get(row["member_id"], row["member_id"])
            changes[who].append((received, row))
        self.months, self.lines = {}, {}
        for who, own in changes.items():
            own.sort(key=lambda each: each[0])
            paid = defaultdict(Decimal)
            months, lines = {}, {}
            for run, day in enumerate(run_days, start=1):
                known = [row for received, row in own if received <= day]
                for month in range(1, min(run, 12) + 1):
                    if run - month > 3:  # further back than the contract reaches
                        continue
                    state = status(known, firsts[month - 1])
                    due = Decimal(0)
                    if state is not None:
                        rate = rates[state["rate_cell"]] * areas[state["area"]]
                        due = cents(rate * Decimal("1.02") * Decimal(state["risk_score"]) - 35)
                        months[month] = due
                    else:
                        months.pop(month, None)
                    if due != paid[month]:
                        lines[run, month] = due - paid[month]
                        paid[month] = due
            self.months[who], self.lines[who] = months, lines
        self.expense = self._expense(store, known_by)

    def _expense(self, store, known_by):
        expense = defaultdict(lambda: defaultdict(Decimal))
        for row in store["institutional_claim"] + store["professional_line"]:
            day = row.get("claim_line_end_date") or row["claim_end_date"]
            known = row["load_date"] or day
            who = row["person_id"]
            if row["is_denied"] or known > known_by or day.year != self.year:
                continue
            if day.month in self.months.get(who, {}):
                expense[who][fund_of(row)] += row["paid_amount"]
        return expense

    def at_risk(self, who):
        own = self.expense[who]
        return cents(own["GROUP"] + own["HOSPITAL"] + own["SHARED"] / 2)

    def recovered(self, who):
        return cents(max(self.at_risk(who) - 100_000, Decimal(0)) * Decimal("0.9"))


def status(known, first_day):
    """The last change that says something of the month; None where it is no membership."""
    state = None
    for row in known:
        last = row["last_day"] and dt.date.fromisoformat(row["last_day"])
        if row["action"] == "ADDITION":
            begins = dt.date.fromisoformat(row["first_day"])
            if begins <= first_day and (not last or first_day <= last):
                state = row
        elif first_day > last:
            state = None
    return state
