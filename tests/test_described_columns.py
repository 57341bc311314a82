"""The columns of every table a run writes are described where the table is made.

That each step describes its own is held where its SQL is read (test_sql_subset.py).
"""

from pathlib import Path

from openvbc.engine.step import Step
from openvbc.run_table import RunTable
from openvbc.steps.described import described_steps

FILES = sorted((Path(__file__).parents[1] / "src" / "openvbc" / "steps").rglob("*.sql"))


def test_every_step_has_its_own_name():
    assert len(described_steps()) == len(FILES)


def test_a_described_column_may_go_on_in_the_next_line():
    text = (
        "-- purpose: a\n-- grain: b\n-- scope: person\n-- inputs: c\n-- cite: d\n"
        "-- columns:\n--   person_id: the person\n--   paid: what was paid\n--     (USD)\n--\n"
        "--   not: a column\nselect person_id, paid from c"
    )
    columns = Step.from_text("x", text).columns
    assert columns == {"person_id": "the person", "paid": "what was paid (USD)"}


def test_a_table_of_a_run_says_what_its_columns_mean():
    table = RunTable("completion_triangle", [])
    assert list(table.columns) == ["incurred_month", "age", "amount"]
    assert "USD" in table.columns["amount"]
    assert "payments of assigned people" in table._repr_html_()
    assert RunTable("no_step_makes_it", []).columns == {}
