"""Gaps by hand, on every engine: open, closed, superseded, suspected; and how each is closed."""

from __future__ import annotations

from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import SmallTable
from openvbc.steps.risk.gaps import gap_tables
from openvbc.steps.risk.steps import closing_steps, exposure_steps
from openvbc.steps.risk.tables import SCORED_PERSON, Scoring, fact_tables

SCORINGS = [Scoring("V28", 2023), Scoring("V28", 2024)]
KEY = "P|AGED_NON_DUAL"
CONDITIONS = {
    2023: {280: "J449", 226: "I509", 38: "E119", 155: "F331"},  # I509 was coded, and so on
    2024: {226: "I509", 37: "E1122"},  # 37 drops 38: diabetes is worse, not gone
}


def table(name: str, columns: str, *rows: tuple[object, ...]) -> SmallTable:
    kinds = dict(part.split(":") for part in columns.split())
    return SmallTable(name, kinds, list(rows))


def given() -> list[SmallTable]:
    person = ("1950-01-01", "female", "0", "00", False, False, False, False, None, None)
    people = {**SCORED_PERSON, "beneficiary_id": "string", "enrollment_type": "string"}
    coded = [(y, h, c) for y, codes_by_hcc in CONDITIONS.items() for h, c in codes_by_hcc.items()]
    return [
        *fact_tables(SCORINGS),
        *(rule.table for rule in gap_tables(SCORINGS, 2024, "PY")),
        SmallTable(
            "scored_person",
            people,
            [(KEY, y, *person, "P", "AGED_NON_DUAL") for y in (2023, 2024)],
        ),
        table(
            "risk_condition",
            "person_id:string payment_year:int model:string hcc:int dropped_by:int",
            *((KEY, y, "V28", h, None) for y, h, _ in coded),
        ),
        table(
            "risk_raw_score",
            "person_id:string payment_year:int model:string",
            *((KEY, y, "V28") for y in (2023, 2024)),
        ),
        table(
            "counted_diagnosis",
            "person_id:string payment_year:int diagnosis_code:string",
            *(("P", y, c) for y, _, c in coded),
        ),
        table(
            "scored_diagnosis",
            "person_id:string payment_year:int diagnosis_code:string",
            *((KEY, y, c) for y, _, c in coded),
        ),
        table("population", "person_id:string period:string population:string",
              ("P", "PY", "ASSIGNED")),
        table("risk_service_year", "payment_year:int service_year:int", (2024, 2023)),
        table(
            "diagnosis",
            "person_id:string claim_id:string claim_end_date:date diagnosis_code:string",
            ("P", "c1", "2023-03-01", "Z9981"),  # home oxygen, no respiratory failure coded
            ("P", "c2", "2022-03-01", "Z89511"),  # of another year
            ("P", "c3", "2023-05-01", "I509"),
        ),
        table(
            "pharmacy_claim",
            "person_id:string claim_id:string dispensing_date:date ndc_code:string",
            ("P", "d1", "2023-02-01", "00078065920"),
            ("P", "d2", "2023-03-01", "00078065920"),  # but a heart failure code is there
            ("P", "d3", "2023-04-01", "00597007541"),  # once only: two fills are asked for
        ),
    ]  # fmt: skip


def test_gaps_and_their_closing(any_engine, tmp_path):
    steps = Pipeline([*exposure_steps(), *closing_steps()])
    results = steps.run(any_engine, [], given(), tmp_path)
    for name, result in results.items():
        any_engine.register(f"made_{name}", result.table.parts)
    states = {r["hcc"]: r["state"] for r in any_engine.rows("select * from made_recapture")}
    assert states == {280: "OPEN", 226: "CLOSED", 38: "SUPERSEDED", 155: "OPEN"}
    gaps = {
        (r["kind"], r["diagnosis_code"]) for r in any_engine.rows("select * from made_open_gap")
    }
    assert gaps == {("RECAPTURE", "J449"), ("RECAPTURE", "F331"), ("SUSPECT", "J9611")}
    closed: dict[str, set[str]] = {}
    for row in any_engine.rows("select * from made_closing_diagnosis"):
        closed.setdefault(row["person_id"].split("#")[1], set()).add(row["diagnosis_code"])
    now = {"I509", "E1122"}
    assert closed["ALL"] == now | {"J449", "F331", "J9611"}
    assert sorted(len(codes - now) for gap, codes in closed.items() if gap != "ALL") == [1, 1, 1]
