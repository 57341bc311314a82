"""The risk steps on every engine: which claims count, who is scored how, the same rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from openvbc.claims.model import TABLES
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import SmallTable
from openvbc.steps.risk.claims import claim_tables, enrollment_status
from openvbc.steps.risk.steps import diagnosis_steps, risk_steps, shared_savings_steps, source_steps
from openvbc.steps.risk.tables import SCORED_DIAGNOSIS, SCORED_PERSON, Scoring, fact_tables
from oracles.risk_people import random_people

YEAR = 2024
SCORINGS = [Scoring("V24", YEAR), Scoring("V28", YEAR), Scoring("ESRD_V24", YEAR)]


def given(name: str, *rows: dict[str, object]) -> SmallTable:
    columns = {c.name: c.type for c in TABLES[name].columns}
    return SmallTable(name, columns, [tuple(row.get(c) for c in columns) for row in rows])


def claim(number: str, bill: str, day: str, **more: object) -> dict[str, object]:
    return {"claim_id": number, "person_id": "P", "bill_type_code": bill, "claim_end_date": day,
            "sign": 1, "is_denied": False, "load_date": day, **more}  # fmt: skip


def line(number: str, code: str, day: str = "2023-05-05", **more: object) -> dict[str, object]:
    return {"claim_id": number, "person_id": "P", "claim_type_code": "71", "hcpcs_code": code,
            "claim_line_end_date": day, "sign": 1, "is_denied": False, "load_date": day,
            **more}  # fmt: skip


def dx(number: str, code: str, day: str = "2023-05-05", **more: object) -> dict[str, object]:
    return {"claim_id": number, "person_id": "P", "diagnosis_code": code, "code_version": "0",
            "claim_end_date": day, **more}  # fmt: skip


# Each claim carries a diagnosis of its own, so that the diagnosis says which claims counted.
CLAIMS = {
    "institutional_claim": [
        claim("inpatient", "111", "2023-02-01"),
        claim("outpatient with an eligible code", "131", "2023-02-01"),
        claim("outpatient without", "131", "2023-02-01"),
        claim("nursing facility", "211", "2023-02-01"),
        claim("inpatient of another year", "111", "2022-12-31"),
    ],
    "institutional_line": [
        line("outpatient with an eligible code", "99284"),
        line("outpatient without", "36415"),
        line("nursing facility", "99284"),
    ],
    "professional_line": [
        line("office visit", "99213"),
        line("blood drawn", "36415"),
        line("wheelchair", "99213", claim_type_code="82"),
        line("denied visit", "99213", is_denied=True),
        line("cancelled visit", "99213"),
        line("visit known too late", "99213", load_date="2025-04-01"),
        line("visit with an old code version", "99213"),
    ],
    "diagnosis": [
        dx("inpatient", "I509", "2023-02-01"),  # V28 226
        dx("outpatient with an eligible code", "E1122", "2023-02-01"),  # V28 37
        dx("outpatient without", "C9000", "2023-02-01"),
        dx("nursing facility", "C3490", "2023-02-01"),
        dx("inpatient of another year", "F200", "2022-12-31"),
        dx("office visit", "J449"),  # V28 280
        dx("blood drawn", "G35"),
        dx("wheelchair", "I70213"),
        dx("denied visit", "K7460"),
        dx("cancelled visit", "Z89511"),
        dx("visit known too late", "M069"),
        dx("visit with an old code version", "N184", code_version="9"),
        dx("no such claim", "N186"),
    ],
}
WITHDRAWN = SmallTable(
    "withdrawn_claim",
    {"person_id": "string", "claim_id": "string", "withdrawn_on": "date"},
    [("P", "cancelled visit", "2023-08-01")],
)
PEOPLE = [
    given(
        "person",
        {"person_id": "P", "birth_date": "1950-01-01", "sex": "female",
         "original_reason_entitlement_code": "0"},
        {"person_id": "Q", "birth_date": "1980-06-01", "sex": "male",
         "original_reason_entitlement_code": None},
        {"person_id": "R", "birth_date": None, "sex": "male"},
        {"person_id": "S", "birth_date": "1950-01-01", "sex": "unknown"},
    ),
    given(
        "enrollment",
        *(
            {
                "person_id": person,
                "calendar_year": 2024,
                "enrollment_type": kind,
                "month_mask": months,
            }
            for person, kind, months in (
                ("P", "AGED_NON_DUAL", 63),
                ("P", "AGED_DUAL", 4032),
                ("Q", "DISABLED", 4095),
                ("R", "DISABLED", 4095),
                ("S", "ESRD", 4095),
            )
        ),
    ),
    given(
        "coverage",
        {"person_id": "P", "calendar_year": 2023, "part_b_mask": 4095, "dual_mask": 0},
        {"person_id": "P", "calendar_year": 2024, "part_b_mask": 4095, "dual_mask": 4032},
        {"person_id": "Q", "calendar_year": 2023, "part_b_mask": 2047, "dual_mask": 0},
        {"person_id": "Q", "calendar_year": 2024, "part_b_mask": 4095, "dual_mask": 4095},
    ),
]  # fmt: skip
MEASURED = [
    SmallTable(
        "measured_enrollment",
        {"person_id": "string", "period": "string", "calendar_year": "int",
         "enrollment_type": "string", "person_months": "int"},
        [("P", "PY", 2024, "AGED_NON_DUAL", 6), ("P", "PY", 2024, "AGED_DUAL", 6)],
    ),
    SmallTable(
        "population",
        {"person_id": "string", "period": "string", "population": "string"},
        [("P", "PY", "ASSIGNABLE")],
    ),
]  # fmt: skip


def small_tables() -> list[SmallTable]:
    return [
        *fact_tables(SCORINGS),
        *claim_tables(SCORINGS, {YEAR: dt.date(2025, 3, 31)}),
        enrollment_status().table,
        *(given(name, *rows) for name, rows in CLAIMS.items()),
        WITHDRAWN,
        *PEOPLE,
        *MEASURED,
    ]


def ran(engine, steps, small, folder):
    results = Pipeline(steps).run(engine, [], small, folder)
    rows_by_table = {}
    for name, result in results.items():
        engine.register(f"made_{name}", result.table.parts)
        rows_by_table[name] = sorted(
            (tuple(row.values()) for row in engine.rows(f"select * from made_{name}")), key=repr
        )
    return rows_by_table


def test_which_claims_count_and_how_people_are_scored(any_engine, tmp_path):
    steps = [*diagnosis_steps(), *shared_savings_steps(), *risk_steps(), *source_steps()]
    made = ran(any_engine, steps, small_tables(), tmp_path)
    assert {row[2] for row in made["counted_diagnosis"]} == {"I509", "E1122", "J449"}
    reasons = {
        row["claim_id"]: row["reason"]
        for row in any_engine.rows("select claim_id, reason from made_diagnosis_source")
    }
    assert reasons == {
        "inpatient": "INPATIENT",
        "outpatient with an eligible code": "OUTPATIENT",
        "outpatient without": "NO_ELIGIBLE_PROCEDURE",
        "nursing facility": "BILL_TYPE",
        "office visit": "PROFESSIONAL",
        "blood drawn": "NO_ELIGIBLE_PROCEDURE",
        "wheelchair": "CLAIM_TYPE",
        "denied visit": "DENIED",
        "cancelled visit": "CANCELLED",
        "visit known too late": "KNOWN_LATER",
        "no such claim": "NO_SUCH_CLAIM",
    }
    scores = {
        (row["person_id"], row["model"]): (row["segment"], row["raw_score"])
        for row in any_engine.rows("select * from made_risk_raw_score")
    }
    # V28, female of 74: HCC37, HCC226, HCC280, DIABETES_HF, HF_CHR_LUNG, D3 0
    # CNA 0.395 + 0.166 + 0.360 + 0.319 + 0.112 + 0.078; CFA of the dual months of the same year
    assert scores["P|AGED_NON_DUAL", "V28"] == ("CNA", Decimal("1.430"))
    assert scores["P|AGED_DUAL", "V28"][0] == "CFA"
    assert scores["Q|DISABLED", "V28"][0] == "NE"  # eleven months of Part B in 2023
    assert not any(key[0].startswith(("R", "S")) for key in scores)
    means = any_engine.rows("select * from made_risk_mean where model = 'V28'")
    assert {row["enrollment_type"]: row["person_months"] for row in means} == {
        "AGED_NON_DUAL": 6,
        "AGED_DUAL": 6,
    }


@pytest.mark.parametrize("model", ["V28", "ESRD_V24"])
def test_the_same_rows_on_every_engine(any_engine, tmp_path, model):
    people = random_people(60, model, YEAR, seed=7)
    persons = [
        (p.person_id, YEAR, p.birth_date, p.sex, p.entitlement, p.dual, p.institutional,
         p.new_enrollee, p.special_needs_plan, p.low_income, p.kidney_status, p.months)
        for p in people
    ]  # fmt: skip
    small = [
        *fact_tables([Scoring(model, YEAR)]),
        SmallTable("scored_person", SCORED_PERSON, persons),
        SmallTable(
            "scored_diagnosis",
            SCORED_DIAGNOSIS,
            [(p.person_id, YEAR, code) for p in people for code in sorted(set(p.diagnoses))],
        ),
    ]
    made = ran(any_engine, risk_steps(), small, tmp_path / "any")
    with DuckDBEngine(threads=1) as duckdb:
        assert made == ran(duckdb, risk_steps(), small, tmp_path / "duckdb")
    assert made["risk_raw_score"]
