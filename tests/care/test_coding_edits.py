"""National correct coding edits that the user loads: pairs of codes and units, by hand."""

import datetime as dt

import pytest

from care.billing_cases import BillingStore, run_steps
from openvbc.engine.table import SmallTable
from openvbc.programs.care_billing.coding_edits import edits_of_care, looked_for
from openvbc.programs.person_files import FilesRead
from openvbc.steps.care_billing.tables import Span

SPAN = Span(dt.date(2025, 3, 1), dt.date(2025, 3, 1), dt.date(2020, 1, 1))
SAME, OTHER = "1000000001", "1000000002"


def pair(store, first, second, indicator, last=None):
    store.log("coding_pair", column_1=first, column_2=second, first_date="2025-01-01",
              last_date=last, modifier_indicator=indicator)  # fmt: skip


def limit(store, code, units, adjudication):
    store.log("coding_limit", code=code, most_units=units, adjudication=adjudication,
              first_date="2025-01-01")  # fmt: skip


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """A to F bill 99490 on 28 March and a second code; G and H bill 99439 twice on one day."""
    store = BillingStore()
    pair(store, "99490", "99091", "0")
    pair(store, "99490", "99484", "1")
    pair(store, "99490", "99457", "0", last="2025-02-28")
    pair(store, "99490", "99458", "9")
    limit(store, "99439", 2, "2")
    limit(store, "99489", 2, "1")
    for person, code, day, npi, modifier in (
        ("A", "99091", "2025-03-28", SAME, None),  # denied: no modifier helps
        ("A2", "99091", "2025-03-28", SAME, "25"),  # denied all the same
        ("B", "99091", "2025-03-28", OTHER, None),  # another practitioner
        ("C", "99091", "2025-03-27", SAME, None),  # another day
        ("D", "99484", "2025-03-28", SAME, "25"),  # a modifier that lifts the edit
        ("E", "99484", "2025-03-28", SAME, "GT"),  # none that does, and others are not kept
        ("F", "99457", "2025-03-28", SAME, None),  # the edit had ended
        ("F2", "99458", "2025-03-28", SAME, None),  # the edit is void
    ):
        store.covered(person)
        store.line(person, f"{person}1", "99490", "2025-03-28")
        store.line(person, f"{person}2", code, day, npi=npi)
        if modifier:
            store.rows["professional_line"][-1]["hcpcs_modifier_1"] = modifier
    for person, code in (("G", "99439"), ("H", "99489")):
        store.covered(person)
        store.line(person, f"{person}1", code, "2025-03-28", units=2)  # two are allowed,
        store.line(person, f"{person}2", code, "2025-03-28", units=1)  # a day or a line
    wanted = ("billed_coding", "billed_verdict")
    return run_steps(store, tmp_path_factory.mktemp("edits"), SPAN, wanted)


def test_the_edits_that_speak_against_a_service(tables):
    said = {(row["person_id"], row["rule_id"], row["verdict"]) for row in tables["billed_coding"]}
    assert said == {
        ("A", "N01", "deny"), ("A2", "N01", "deny"), ("E", "N01", "review"), ("G", "N02", "deny"),
    }  # fmt: skip
    evidence = {row["person_id"]: row["evidence"] for row in tables["billed_coding"]}
    assert evidence["A"] == "99490 of 2025-03-28 by the same practitioner"
    assert evidence["G"] == "3 units on 2025-03-28, at most 2"


def test_an_edit_is_a_failure_of_the_service_it_does_not_pay(tables):
    """Column 1 keeps its own verdict."""
    rules = {(row["person_id"], row["code"]): row["rule_id"] for row in tables["billed_verdict"]}
    assert rules["E", "99484"] is not None
    assert rules["A", "99490"] != "N01"


def test_edits_of_other_codes_are_passed_by_and_the_other_code_of_a_pair_is_looked_for():
    read = FilesRead({
        "coding_pair": [{"column_1": "99214", "column_2": "99490"},
                        {"column_1": "99490", "column_2": "70450"}],
        "coding_limit": [{"code": "70450"}],
    })  # fmt: skip
    edits_of_care(read)
    assert read.rows == {"coding_pair": [{"column_1": "99214", "column_2": "99490"}],
                         "coding_limit": []}  # fmt: skip
    billed = SmallTable("billed_code", {"code": "string"}, [("99490",)])
    assert looked_for(billed, read.rows["coding_pair"]).rows == [("99214",), ("99490",)]
