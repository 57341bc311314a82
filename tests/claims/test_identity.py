"""Chains of identifiers end at the current one, whatever the order in which links arrive."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.cclf_text import delivery, record
from claims.finding_cases import case_store, findings
from claims.stores import rows
from openvbc.claims.data_notes import data_checks, data_notes
from openvbc.claims.identity import Described, Identities, Link, identities
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.store import build_store


def test_a_chain_over_deliveries_ends_at_the_newest() -> None:
    who = identities([Link("B", "A", (1, "")), Link("C", "B", (2, "")), Link("Z", "Y", (1, ""))])
    assert [who.of(name) for name in "ABCYZQ"] == ["C", "C", "C", "Z", "Z", "Q"]


def test_a_circle_is_decided_by_the_newest_link_and_counted() -> None:
    who = identities([Link("B", "A", (1, "")), Link("A", "B", (2, ""))])
    assert (who.of("A"), who.of("B"), who.circular) == ("A", "A", 1)


def test_a_link_to_itself_says_nothing() -> None:
    who = identities([Link("A", "A", (1, ""))])
    assert who.of("A") == "A"
    assert not who.current


links = st.lists(st.tuples(st.sampled_from("ABCDEFGH"), st.sampled_from("ABCDEFGH")), max_size=9)


@given(links, st.randoms())
def test_linked_identifiers_are_one_person_in_any_order(pairs, random) -> None:
    made = [Link(new, old, (n, "")) for n, (new, old) in enumerate(pairs)]
    who = identities(made)
    random.shuffle(made)
    assert identities(made).current == who.current
    for new, old in pairs:
        assert who.of(new) == who.of(old)
        assert who.of(who.of(old)) == who.of(old)


@given(links, st.lists(st.sampled_from("ABCDEFGHXY"), min_size=1))
def test_many_at_once_is_one_by_one(pairs, people) -> None:
    who = identities(Link(new, old, (n, "")) for n, (new, old) in enumerate(pairs))
    packed = "".join(person.ljust(11) for person in people).encode()
    columns = np.frombuffer(packed, np.uint8).reshape(len(people), 11).T
    current, _ = who.replace(columns)
    identifiers = [current[:, n].tobytes().decode().strip() for n in range(len(people))]
    assert identifiers == [who.of(person) for person in people]


A_1940, B_1955 = Described("1940-01-05", "2"), Described("1955-07-09", "1")


def links_of(*pairs: str) -> list[Link]:
    """Links written current<previous, one a pair of letters."""
    return [Link(pair[0], pair[1], (n, "")) for n, pair in enumerate(pairs)]


def people(who: Identities, names: str) -> list[str]:
    """Identifiers of each person, as sorted words."""
    groups: dict[str, str] = {}
    for name in names:
        groups[who.of(name)] = groups.get(who.of(name), "") + name
    return sorted(groups.values())


@pytest.mark.parametrize(
    ("links_given", "known", "expected", "disputed", "nobody"),
    [
        # one old number, two people: it belongs to neither
        ("AX BX", {"A": A_1940, "B": B_1955}, ["A", "B", "X"], 1, 1),
        # the old number is described as one of them
        ("AX BX", {"A": A_1940, "B": B_1955, "X": A_1940}, ["AX", "B"], 1, 0),
        # two numbers of one person and a third person's
        ("AX CX BX", {"A": A_1940, "B": B_1955, "C": A_1940}, ["AC", "B", "X"], 1, 1),
        # a chain whose ends differ
        ("BA CB", {"A": A_1940, "C": B_1955}, ["A", "B", "C"], 1, 1),
        # a chain whose ends agree
        ("BA CB", {"A": A_1940, "C": A_1940}, ["ABC"], 0, 0),
        # nothing but the sex known, and it differs
        ("BA", {"A": Described("", "1"), "B": Described("", "2")}, ["A", "B"], 1, 2),
        # the birth date of one unknown: sex agrees
        ("BA", {"A": Described("", "2"), "B": A_1940}, ["AB"], 0, 0),
        # the sex of the old number fits only one of the two
        ("AX BX", {"A": A_1940, "B": B_1955, "X": Described("", "1")}, ["A", "BX"], 1, 0),
        # a tail behind the shared number leads to both as well
        ("AX BX XY", {"A": A_1940, "B": B_1955}, ["A", "B", "X", "Y"], 1, 2),
        # a tail behind one of them is that one's
        ("AX BX XY AZ", {"A": A_1940, "B": B_1955}, ["AZ", "B", "X", "Y"], 1, 2),
        # a circle of two people
        ("AB BA", {"A": A_1940, "B": B_1955}, ["A", "B"], 1, 0),
        # a circle of one
        ("AB BA", {"A": A_1940, "B": A_1940}, ["AB"], 0, 0),
    ],
)
def test_linked_identifiers_are_one_person_only_where_they_can_be(
    links_given: str,
    known: dict[str, Described],
    expected: list[str],
    disputed: int,
    nobody: int,
) -> None:
    pairs = links_given.split()
    who = identities(links_of(*pairs), known)
    names = "".join(sorted(set(links_given.replace(" ", ""))))
    assert people(who, names) == expected
    assert (who.disputed, who.nobody) == (disputed, nobody)


def test_several_successors_that_nothing_describes_are_said() -> None:
    assert identities(links_of("AX", "BX")).untested == 1
    assert identities(links_of("AX", "BX"), {"A": A_1940, "B": A_1940}).untested == 0
    assert identities(links_of("BA", "CB")).untested == 0


def test_the_finding_reused_old_number(tmp_path: Path) -> None:
    report = case_store("reused-old-number", tmp_path / "store")
    persons = rows(
        report,
        "select p.person_id, p.birth_date, p.sex, p.death_date, l.paid_amount from person p "
        "join professional_line l on l.person_id = p.person_id order by 1",
    )
    assert [tuple(row.values()) for row in persons] == [
        ("1S00A00AA11", date(1940, 1, 5), "female", date(2023, 2, 1), Decimal("100.00")),
        ("1S00A00AA22", date(1955, 7, 9), "male", None, Decimal("250.00")),
    ]
    assert findings(report)["linked identifiers of different people"] == 1
    assert findings(report)["an old identifier of several people"] == 1
    notes = " ".join(data_notes(data_checks(report)))
    assert "linked identifiers of different people" in notes
    assert "1S00A00AA" not in notes


def test_a_birth_date_that_a_newer_delivery_corrects_joins_again(tmp_path: Path) -> None:
    def row(person: str, born: str) -> bytes:
        return record("8", BENE_MBI_ID=person, BENE_DOB=born, BENE_SEX_CD="1")

    old, new = "1S00A00AA01", "1S00A00AA02"
    link = record("9", HICN_MBI_XREF_IND="M", CRNT_NUM=new, PRVS_NUM=old)
    first = {"8": [row(old, "1940-01-05"), row(new, "1941-01-05")], "9": [link]}
    delivery(tmp_path / "cclf", first, date="240115")
    inputs = ClaimInputs(cclf=(tmp_path / "cclf",))
    report = build_store(inputs, tmp_path / "store", buckets=1)
    assert report.rows["person"] == 2
    assert findings(report)["linked identifiers of different people"] == 1
    delivery(tmp_path / "cclf", {"8": [row(new, "1940-01-05")]}, date="240215")
    report = build_store(inputs, tmp_path / "store", buckets=1)
    assert report.rows["person"] == 1
    assert findings(report) == {"an identifier with two birth dates or sexes": 1}
