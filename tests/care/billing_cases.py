"""The worked billing cases of the specification as rows of a claim store, a person a case.

What a case does not speak of is given so that it does not decide: three chronic conditions, a
visit to each practice a month before, a contact on the first business day after a discharge.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from episode_store import Store
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import SmallTable
from openvbc.rules.load import load_rules
from openvbc.steps import care, care_billing, claims, stays
from openvbc.steps.care_billing.tables import (
    LOGS,
    condition_tables,
    model_tables,
    practice_tables,
    rule_tables,
)
from own_yaml import plain_yaml

NPI = {"A": "1000000001", "B": "1000000002"}
TIN = {"1": "100000001", "2": "100000002", "A": "100000011", "B": "100000012"}
FIRST, LAST = dt.date(2015, 1, 1), dt.date(2026, 12, 1)


class BillingStore(Store):
    """A claim store with the logs beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.logs: dict[str, list[dict[str, Any]]] = {name: [] for name in LOGS}

    def covered(self, person: str, years=range(2014, 2028), death=None) -> None:
        self.add("person", person_id=person, birth_date="1950-01-01", sex="female",
                 death_date=death)  # fmt: skip
        for year in years:
            self.add("coverage", person_id=person, calendar_year=year, part_a_mask="1-12",
                     part_b_mask="1-12")  # fmt: skip

    def line(self, person, claim, code, day, *, units=1, npi="1000000001", tin="100000001",
             received=None, number=1) -> None:  # fmt: skip
        self.add(
            "professional_line", claim_id=claim, claim_line_number=number, person_id=person,
            claim_type_code="71", claim_line_start_date=day, hcpcs_code=code, units=units,
            rendering_npi=npi, rendering_tin=tin, effective_date=received, paid_amount="10.00",
        )  # fmt: skip

    def log(self, table: str, **row: Any) -> None:
        assert set(row) <= set(LOGS[table]), set(row) - set(LOGS[table])
        self.logs[table].append(row)

    def log_tables(self) -> dict[str, SmallTable]:
        return {
            name: SmallTable(name, columns, [[row.get(c) for c in columns] for row in rows])
            for (name, columns), rows in zip(LOGS.items(), self.logs.values(), strict=True)
        }


def cases(path) -> list[tuple[str, Mapping[str, Any]]]:
    """(section, case) of the file, each with a number as its name where it has none."""
    content = plain_yaml(path)
    return [
        (section, {"name": f"{section} {number}", **case})
        for section, rows in content.items()
        for number, case in enumerate(rows, start=1)
    ]


def _month_of(section: str, case: Mapping[str, Any], claim: Mapping[str, Any]) -> str:
    if "month" in claim:
        return str(claim["month"])
    if "month" in case:
        return str(case["month"])
    return f"{case.get('year', 2025 if section != 'ccm' else 2023)}-03"


def add_case(store: BillingStore, person: str, section: str, case: Mapping[str, Any]) -> None:
    """Put a case into the store."""
    store.covered(person)
    qualified = case.get("qmb")
    store.log("given_fact", person_id=person, first_date="2010-01-01",
              chronic_conditions=case.get("chronic_conditions", 3),
              is_qualified_beneficiary=qualified)  # fmt: skip
    discharge = case.get("discharge") or ("2025-03-07" if "disposition" in case else None)
    if discharge:
        store.add(
            "institutional_claim", claim_id=f"{person}.stay", person_id=person,
            claim_type_code="60", bill_type_code="111", facility_ccn="010001",
            claim_start_date=str(dt.date.fromisoformat(str(discharge)) - dt.timedelta(days=4)),
            claim_end_date=str(discharge), paid_amount="9000.00",
            discharge_disposition_code=case.get("disposition", "01"),
        )  # fmt: skip
    claims = list(case.get("claims", ()))
    if section == "tcm" and not claims and ("visit" in case or "disposition" in case):
        codes = ("99496", "99495") if "visit" in case else ("99495",)
        claims = [{"code": code} for code in codes]
    month = "2025-03"
    for number, claim in enumerate(claims):
        month = _month_of(section, case, claim)
        day = str(claim.get("dos") or f"{month}-28")
        if section == "tcm":
            day = str(case.get("visit", "2025-03-14"))
        tin = TIN[claim.get("tin", "1")]
        npi = NPI[claim.get("npi", claim.get("tin", "A") if claim.get("tin") == "B" else "A")]
        store.line(person, f"{person}.{number}", claim["code"], day, units=claim.get("units", 1),
                   npi=npi, tin=tin,
                   received=str(claim.get("received") or "2027-01-01"))  # fmt: skip
        before = dt.date.fromisoformat(f"{month}-01") - dt.timedelta(days=20)
        if discharge is None or section != "tcm":
            store.line(person, f"{person}.{number}.visit", "99214", str(before), npi=npi, tin=tin)
        else:
            store.line(person, f"{person}.{number}.visit", "99214", "2025-02-01", npi=npi, tin=tin)
    by_month = {str(m): {"clinical_staff": n} for m, n in case.get("minutes_by_month", {}).items()}
    if "minutes" in case:
        by_month[month] = case["minutes"]
    for written, minutes in by_month.items():
        for staff, count in minutes.items():
            store.log("time_entry", person_id=person, service_date=f"{written}-10", minutes=count,
                      staff_type=staff, tin=TIN["1"] + person)  # fmt: skip
    if "visit" in case:
        store.log("transition_contact", person_id=person, discharge_date=str(case["discharge"]),
                  contact_date="2025-03-10", kind="contact", tin=TIN["1"] + person)  # fmt: skip
        store.log("transition_contact", person_id=person, discharge_date=str(case["discharge"]),
                  contact_date=str(case["visit"]), kind="visit", medical_decision=case["mdm"],
                  tin=TIN["1"] + person)  # fmt: skip
    if "data_days" in case:
        store.log("device_data", person_id=person, service_month=f"{month}-01",
                  data_days=case["data_days"], tin=TIN["1"] + person)  # fmt: skip
    if by_month or "data_days" in case or "visit" in case:
        # A log speaks for a practice; the other cases have none, so here the practice is its own.
        for row in store.rows["professional_line"]:
            if row["person_id"] == person:
                row["rendering_tin"] = TIN["1"] + person


def run_steps(store, folder, span, wanted, own=(TIN["1"],), engine=None, further=()):
    """The tables `wanted`, by name, as rows; on DuckDB if no engine is given; `further` steps."""
    rules = load_rules("care_billing")
    logs = store.log_tables()
    small = {
        **{t.table.name: t.table for t in condition_tables(span)},
        **store.tables(),
        **logs,
        **{t.table.name: t.table for t in rule_tables(rules, span)},
        **{t.name: t for t in practice_tables(logs)},
        **{t.name: t for t in model_tables([])},
        "own_practice": SmallTable("own_practice", {"tin": "string"}, [(t,) for t in own]),
        **{t.table.name: t.table for t in (stays.stay_types(), *stays.tables([stays.EVER]))},
    }
    steps = [*claims.steps(), *stays.steps(), *care.steps(), *care_billing.steps(), *further]
    pipeline = Pipeline(steps)
    with DuckDBEngine(threads=2) if engine is None else nullcontext(engine) as engine:
        made = pipeline.needed_for(wanted).run(engine, [], small.values(), folder)
        rows_by_table = {}
        for name in wanted:
            engine.register(name, made[name].table.parts)
            rows_by_table[name] = engine.rows(f"select * from {name}")
    return rows_by_table
