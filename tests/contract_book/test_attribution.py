"""Who is in a contract by the care they used: passes, measures and shares worked by hand."""

import datetime as dt
from decimal import Decimal

import pytest

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.programs.contract_book.attribution import Method, attribution_tables
from openvbc.programs.contract_book.people_tables import table
from openvbc.steps import book as steps
from test_tables import given_table

YEAR = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
LINES = [  # person, provider, specialty, day, allowed
    ("P1", "T1", "08", "2024-03-01", "100"), ("P1", "T1", "08", "2024-04-01", "100"),
    ("P1", "T2", "08", "2024-05-01", "300"),
    ("P2", "T1", "06", "2024-05-01", "500"), ("P2", "T2", "08", "2024-06-01", "50"),
    ("P3", "T1", "08", "2023-06-01", "80"),
    ("P4", "T1", "08", "2024-02-01", "60"), ("P4", "T2", "08", "2024-02-01", "40"),
    ("P5", "T1", "30", "2023-09-01", "70"), ("P5", "T2", "30", "2024-09-01", "60"),
]  # fmt: skip
IMAGING = {"P5": "77067"}
"""Services that are no primary care, by person; everybody else's are."""


def attributed(folder, population, measure="charges", months=12, share=None):
    """People of T1, contract 1."""
    rows = [
        {
            "claim_id": f"C{n}", "claim_line_number": "1", "person_id": person,
            "claim_line_start_date": day,
            "hcpcs_code": IMAGING.get(person, "99213"), "specialty_code": specialty,
            "rendering_tin": provider, "allowed_amount": allowed, "claim_type_code": "71",
        }
        for n, (person, provider, specialty, day, allowed) in enumerate(LINES)
    ]  # fmt: skip
    method = Method(population, measure, months, True, share, 2025)
    made = attribution_tables({1: method}, {1: YEAR})
    small = [table(name, table_rows) for name, table_rows in made.items()]
    small += [table("contract_provider", [(1, "T1")]), given_table("professional_line", rows)]
    pipeline = Pipeline(step for step in steps.steps() if step.name == "attributed_member")
    with DuckDBEngine(threads=1) as engine:
        results = pipeline.run(engine, [], small, folder)
        engine.register("found", results["attributed_member"].table.parts)
        return {row["person_id"] for row in engine.rows("select person_id from found")}


@pytest.mark.parametrize(
    ("asked", "people"),
    [
        # P1: T2 has 300 of 500. P2: T1 has 500 of 550. P4: T1 has 60 of 100. P3: no care in 2024.
        ({"population": "plurality"}, {"P2", "P4"}),
        # By visits P1 is T1's (2 of 3); P2 and P4 have one each: the charges decide, then for T1.
        ({"population": "plurality", "measure": "visits"}, {"P1", "P2", "P4"}),
        # Over 24 months P3 is T1's as well.
        ({"population": "plurality", "months": 24}, {"P2", "P3", "P4"}),
        # A share of 60% is reached exactly by P4; 61% only by P2.
        ({"population": "majority", "share": Decimal("0.60")}, {"P2", "P4"}),
        ({"population": "majority", "share": Decimal("0.61")}, {"P2"}),
        # Cardiology (06) is no primary care: the first pass gives P2 to T2. P3 by the third pass.
        ({"population": "hierarchy"}, {"P3", "P4"}),
        # P5 had no primary care: of whatever service over 24 months T1 has 70 and T2 60.
        ({"population": "fallback"}, {"P3", "P4", "P5"}),
    ],
)
def test_who_is_in_the_contract(tmp_path, asked, people):
    assert attributed(tmp_path / "tables", **asked) == people
