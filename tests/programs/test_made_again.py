"""Tables a run does not keep are made again, of one person or of everybody, alike."""

import shutil
from decimal import Decimal

import pytest

from openvbc.engine.reading import reading
from openvbc.engine.sealed import read_sealed, write_sealed
from openvbc.errors import EmptyResult, InputError
from openvbc.programs.made_again import made_again
from openvbc.run import SOURCE, Run

NAMES = ("assignment_charges", "primary_care_line", "payment_month")


def test_of_one_person_as_of_everybody_and_as_the_run_decided(finished):
    run = Run.open(finished / "run")
    with reading() as engine:
        made_again(run, engine, NAMES)
        everybody = {name: engine.rows(f"select * from {name} order by all") for name in NAMES}
    rows = run.table("assignment").rows("step = 'STEP_1'")
    people = sorted({row["person_id"] for row in rows})[:5]
    assert len(people) == 5
    for person in people:
        with reading() as engine:
            made_again(run, engine, NAMES, [person])
            for name in NAMES:
                own = [row for row in everybody[name] if row["person_id"] == person]
                assert own
                assert engine.rows(f"select * from {name} order by all") == own
    won = {(r["person_id"], r["period"]): r["entity"] for r in rows}
    for (person, period), entity in won.items():
        charges = {
            r["entity"]: r["step_1_charges"]
            for r in everybody["assignment_charges"]
            if (r["person_id"], r["period"]) == (person, period)
        }
        assert charges[entity] == max(charges.values())
    counted = sum(r["amount"] for r in everybody["payment_month"] if r["set_aside"] is None)
    assert counted == sum((r["amount"] for r in run.table("person_expenditure").rows()), Decimal(0))


def test_a_table_that_is_not_kept_says_where_its_rows_are(finished):
    run = Run.open(finished / "run")
    assert not set(NAMES) & set(run.tables)
    with pytest.raises(InputError, match="does not keep the table primary_care_line"):
        run.table("primary_care_line")


def test_another_store_or_an_older_run_is_refused(finished, tmp_path):
    folder = shutil.copytree(finished / "run", tmp_path / "run")
    source = read_sealed(folder / SOURCE)
    for lost, message in (("store_sha256", "made anew since"), ("rule_columns", "does not say")):
        write_sealed(folder / SOURCE, {k: v for k, v in source.items() if k != lost})
        with reading() as engine, pytest.raises(EmptyResult, match=message):
            made_again(Run.open(folder), engine, ["assignment_charges"], ["nobody"])
