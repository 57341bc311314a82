"""The finding of nursing bills that lost days, from the folder's own claims."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from claims.finding_cases import case_store
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import table_of
from openvbc.steps import claims, stays


def test_the_finding_snf_days_of_monthly_bills(tmp_path: Path) -> None:
    report = case_store("snf-days-of-monthly-bills", tmp_path / "store")
    sources = [
        table_of(name, *report.parts(name), bucketed=True)
        for name in ("institutional_claim", "professional_line")
    ]
    small = [t.table for t in (stays.stay_types(), *stays.tables([stays.EVER]))]
    steps = [*claims.steps(), *stays.steps()]
    with DuckDBEngine(threads=1) as engine:
        made = Pipeline(steps).needed_for(["stay"]).run(engine, sources, small, tmp_path / "run")
        engine.register("stay", made["stay"].table.parts)
        stay_rows = engine.rows(
            "select setting, admission_date, discharge_date, is_discharged, bills, days, "
            "cast(paid_amount as int) as paid from stay order by admission_date"
        )
    assert [tuple(row.values()) for row in stay_rows] == [
        ("SKILLED_NURSING", dt.date(2024, 3, 1), dt.date(2024, 5, 10), True, 3, 70, 21000),
        ("INPATIENT", dt.date(2024, 7, 1), dt.date(2024, 7, 1), True, 1, 1, 5000),
    ]
