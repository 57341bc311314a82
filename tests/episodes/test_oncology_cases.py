"""Hand-worked episodes of cancer care: small claims in, fates, practices and amounts out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from engines_and_cases import on_every_engine
from episodes.episode_cases import Case, store_of
from episodes.test_episode_cases import differing, faults
from openvbc.engine.pipeline import Pipeline
from openvbc.programs.bundles.oncology import ENGINE, numbers_of
from openvbc.programs.registry import program
from openvbc.rules.load import load_rules
from openvbc.steps import oncology
from openvbc.steps.episodes.terms import Given, Terms
from openvbc.steps.oncology.tables import OncologyLists, tables
from own_yaml import texts_of_yaml

FOLDER = Path(__file__).parent / "oncology"
FIRST, LAST = dt.date(1965, 7, 30), dt.date(9999, 12, 31)
MODELS = {
    "cases": ("ocm", "performance_period", "PP3", dt.date(2017, 7, 2), dt.date(2018, 1, 1)),
    "cases_eom": ("eom", "period_start", "2023-07-01", dt.date(2023, 7, 1), dt.date(2023, 12, 31)),
}
LISTS = {
    "initiating_therapy": [("HCPCS", "J9271", FIRST, LAST), ("NDC", "123456789", FIRST, LAST)],
    "cancer_diagnosis": [
        ("C3411", "lung", FIRST, True), ("C3412", "lung", FIRST, True),
        ("C50911", "breast", FIRST, True), ("C786", "liver", dt.date(2017, 1, 2), True),
        ("D471", "mds", dt.date(2017, 7, 2), True), ("C4490", "skin", FIRST, False),
    ],
    "practice_member": [
        ("111111111", "111111111", True), ("222222222", "P2", True), ("333333332", "P2", True),
        ("444444444", "444444444", False),
    ],
    "novel_therapy": [
        ("HCPCS", "J9999", "lung", FIRST, LAST), ("HCPCS", "J9998", "breast", FIRST, LAST),
        ("NDC", "999999999", "lung", FIRST, LAST), ("NDC", "111111111", "lung", FIRST,
                                                    dt.date(2017, 10, 1)),
    ],
}  # fmt: skip
PARTS = (
    ("practice", "episode_initiator"), ("visits", "oncology_spending"),
    ("spending", "oncology_spending"),
)  # fmt: skip
TABLES = ("episode", "episode_line", "episode_initiator", "oncology_spending")


def cases(file: str) -> list[Case]:
    written = texts_of_yaml(FOLDER / f"{file}.yaml")
    return [Case(file, f"ON{n:02d}", said) for n, said in enumerate(written["cases"], start=1)]


def run(engine, file: str, folder: Path) -> dict[str, list[dict]]:
    name, key, period, first, last = MODELS[file]
    claims = program(name).claims_program()
    every = cases(file)
    store, spans = store_of(every)
    given = Given(claim_addition=store.addition(), person_span=spans)
    terms = Terms(ENGINE, claims.lists(), "PAID", first, last, LAST, given)
    numbers, _ = numbers_of(load_rules(name), key, period)
    lists = OncologyLists(**LISTS, drug_cost=store.drug_costs)
    small = {t.table.name: t.table for t in tables(terms, numbers, lists, name)} | store.tables()
    made = Pipeline(oncology.steps()).run(engine, [], list(small.values()), folder)
    table_rows = {}
    for table in TABLES:
        engine.register(table, made[table].table.parts)
        table_rows[table] = engine.rows(f"select * from {table}")
    return table_rows


@on_every_engine(MODELS, "cases_eom")
def test_every_case_comes_out_as_worked(any_engine, case, tmp_path):
    """Both files by name; all cases of a file at once."""
    table_rows = run(any_engine, case, tmp_path)
    wrong = []
    for each in cases(case):
        said = faults(each, table_rows)
        for part, table in PARTS:
            for name, expected in each.said.get(part, {}).items():
                rows = [r for r in table_rows[table] if r["episode_id"] == f"{each.person}.{name}"]
                said += differing(f"{part} {name}", expected, rows[0]) if rows else [f"no {name}"]
        wrong += [f"{each}: {fault}" for fault in said]
    assert not wrong, "\n".join(wrong)
