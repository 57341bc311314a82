"""Who gets the credit for a person's month: every rule tried, order indifferent, nobody twice."""

import csv
import datetime as dt
import os
from itertools import combinations, permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvbc.programs.contract_book.overlap import (
    Alignment,
    Holder,
    credits_of,
    excludes,
    rule_between,
)
from openvbc.programs.contract_book.overlap_rules import OF_PEOPLE, overlap_rules

SHARED = Path(os.environ.get("OPENVBC_SHARED", Path(__file__).parents[3] / "shared"))
DAY = dt.date(2025, 1, 1)


def holder(name, initiative="", **more):
    return Holder(name, "CMS", "Traditional Medicare", initiative, **more)


def kept(alignments, day=DAY):
    return {each.contract for each in credits_of(alignments, day) if each.kept}


@pytest.mark.parametrize("rule", overlap_rules(), ids=lambda r: f"{min(r.initiatives)}-{r.cite}")
def test_every_rule_says_what_its_row_says_and_only_in_its_time(rule):
    for one in rule.initiatives:
        for other in rule.others - {one} | (rule.others & {one}):
            day = max(rule.first_day, dt.date(1990, 1, 1))
            pair = [holder("A", one, is_total_cost=False), holder("B", other, is_total_cost=False)]
            first_rule = rule_between(*pair, day)
            assert first_rule is not None
            if first_rule is not rule:  # a row above it is about these two as well
                continue
            credit = kept([Alignment(each) for each in pair], day)
            decides = rule.exclusive and rule.scope in OF_PEOPLE
            assert len(credit) == (1 if decides else 2)
            if decides and (one in rule.goes_to) != (other in rule.goes_to):
                assert credit == ({"A"} if one in rule.goes_to else {"B"})
            before = rule.first_day - dt.timedelta(days=1)
            assert rule_between(*pair, before) is not rule


ALIASES = {"BPCI(-A) LEJR": ["BPCI", "BPCI-A"], "ADVANCED APM": ["ADVANCED APM"]}


def names(text):
    """The initiatives a cell of the tables names, as the rules here spell them."""
    whole = text.split("(")[0].strip().upper().removesuffix(" PROSPECTIVE ASSIGNMENT")
    if "ANY OTHER SHARED-SAVINGS" in text.upper():
        return ["REACH", "GPDC", "NGACO", "PIONEER", "IAH", "MDTCOC"]
    if "ANY ACO" in text.upper():
        return ["MSSP", "REACH", "BPCI-A"]
    if whole in ("ANY FFS MODEL", "MEDICARE MODELS", "MEDICARE ACO"):
        return ["MSSP", "REACH"]
    if whole == "MEDICAID MCO":
        return ["MEDICAID MCO VBP"]
    if whole == "CMMI MODELS":
        return ["ADVANCED APM"]
    if text.upper() in ALIASES:
        return ALIASES[text.upper()]
    return [each.strip() for each in (whole or text.upper()).replace("/", "|").split("|")]


def as_written(rule):
    last = "" if rule.last_day == dt.date.max else rule.last_day.isoformat()
    return rule.exclusive, rule.first_day.isoformat(), last


@pytest.mark.parametrize("table", ["registry/overlap.csv", "attribution/overlap_matrix.csv"])
def test_every_row_of_the_specification_is_known(table):
    path = SHARED / "spec" / "params" / table
    if not path.is_file():
        pytest.skip("the specification is not beside the checkout (OPENVBC_SHARED)")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 15
    for row in rows:
        for one in names(row["a"]):
            for other in names(row["b"]):
                rules = [
                    rule for rule in overlap_rules()
                    if (one in rule.initiatives and other in rule.others)
                    or (other in rule.initiatives and one in rule.others)
                ]  # fmt: skip
                assert rules, (table, one, other)
                if "exclusive" in row:
                    said = (row["exclusive"] == "yes", row["from"], row["to"])
                    assert said in [as_written(rule) for rule in rules], (one, other)


def test_voluntary_then_earlier_then_prospective_then_precedence_then_the_identifier():
    """Each criterion decides only where those before it are equal."""
    base = holder("B", prospective=False, precedence=1)
    rival = holder("A")
    early, late = dt.date(2024, 1, 1), dt.date(2025, 1, 1)
    assert kept([Alignment(base, True, late), Alignment(rival, False, early)]) == {"B"}
    assert kept([Alignment(base, False, early), Alignment(rival, False, late)]) == {"B"}
    assert kept([Alignment(base, False, late), Alignment(rival, False, late)]) == {"A"}
    alike = holder("A", prospective=False)
    assert kept([Alignment(base), Alignment(alike)]) == {"B"}
    assert kept([Alignment(holder("B")), Alignment(holder("A"))]) == {"A"}


def test_contracts_of_different_payers_are_no_overlap():
    other = Holder("B", "Northwind", "Commercial")
    assert rule_between(holder("A"), other, DAY) is None
    assert kept([Alignment(holder("A")), Alignment(other)]) == {"A", "B"}


def test_who_loses_to_somebody_who_lost_keeps_the_month():
    """KCC goes before MSSP, and MSSP's month is no reason to take AHEAD's from it."""
    three = [
        Alignment(holder("K", "KCC", is_total_cost=False)),
        Alignment(holder("L", "LEAD", is_total_cost=False), True),
        Alignment(holder("A", "AHEAD", is_total_cost=False)),
    ]
    credit = kept(three, dt.date(2027, 1, 1))
    assert credit == {"K", "L"}  # LEAD excludes AHEAD, voluntary first; KCC says nothing of either


INITIATIVES = ["", "MSSP", "REACH", "KCC", "MA", "LEAD", "AHEAD", "BPCI-A", "GUIDE"]
HOLDERS = st.builds(
    Holder,
    contract=st.sampled_from([f"C{n}" for n in range(8)]),
    payer=st.sampled_from(["CMS", "North"]),
    line_of_business=st.just("Commercial"),
    initiative=st.sampled_from(INITIATIVES),
    is_total_cost=st.booleans(),
    prospective=st.booleans(),
    precedence=st.integers(0, 2),
)
ALIGNED = st.lists(
    st.builds(Alignment, HOLDERS, st.booleans(), st.sampled_from([DAY, dt.date(2024, 7, 1)])),
    max_size=6, unique_by=lambda one: one.holder.contract,
)  # fmt: skip


@given(ALIGNED, st.sampled_from([DAY, dt.date(2027, 3, 1)]))
def test_nobody_has_two_that_exclude_each_other_and_order_changes_nothing(aligned, day):
    all_credits = credits_of(aligned, day)
    by_name = {one.holder.contract: one.holder for one in aligned}
    assert sorted(each.contract for each in all_credits) == sorted(by_name)
    holders = [by_name[each.contract] for each in all_credits if each.kept]
    assert all(excludes(one, other, day) is None for one, other in combinations(holders, 2))
    for each in all_credits:
        if not each.kept:
            assert excludes(by_name[each.contract], by_name[each.lost_to], day) is each.rule
    for other in list(permutations(aligned))[:24]:
        assert credits_of(other, day) == all_credits
