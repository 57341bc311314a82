"""Chains of identifiers end at the current one, whatever the order in which links arrive."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from openvbc.claims.identity import Link, identities


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
    found = [current[:, n].tobytes().decode().strip() for n in range(len(people))]
    assert found == [who.of(person) for person in people]
