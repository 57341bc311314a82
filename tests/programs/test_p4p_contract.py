"""A payer's own contract: the shipped example against its hand computation, and bad terms."""

from decimal import Decimal
from importlib import resources

import pytest

from openvbc.errors import ContractError, InputError
from openvbc.programs.p4p_contract.results import PROGRAM

EXAMPLE = resources.files("openvbc") / "book" / "p4p_contract"


@pytest.fixture
def example(tmp_path):
    paths = []
    for name in ("contract.yaml", "results.csv"):
        path = tmp_path / name
        path.write_text((EXAMPLE / name).read_text(encoding="utf-8"), encoding="utf-8")
        paths.append(path)
    return paths


def _change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _values(settlement, line):
    evaluation = settlement.main.evaluation
    return [evaluation.value(line, row) for row in range(evaluation.count)]


def test_the_example_comes_out_as_computed_by_hand(example):
    settlement = PROGRAM.settle(example)
    assert _values(settlement, "score") == [Decimal("0.6286"), 1, Decimal("0.7143")]
    assert _values(settlement, "gates_passed") == [True, True, False]
    assert _values(settlement, "payment") == [Decimal(100_000), Decimal(175_000), 0]
    assert settlement.rows_in == 9


def test_unearned_part_shared(example):
    """4,000 x 0.5 = 2,000 and 3,500 x 1 = 3,500 of 5,500: 500,000 x 20/55 and x 35/55."""
    _change(example[0], "unearned: kept", "unearned: shared")
    payments = _values(PROGRAM.settle(example), "payment")
    assert payments == [Decimal("181818.18"), Decimal("318181.82"), 0]


def test_bonus_per_member_in_proportion_to_the_score(example):
    """0.6286 x 12.00 x 4,000 = 30,172.80."""
    text = example[0].read_text(encoding="utf-8")
    start = text.index("payment:\n")
    example[0].write_text(
        text[:start]
        + "payment: {kind: per_member, bonus_per_member: 12.00, unearned: kept,"
        + " payout: in_proportion}\n",
        encoding="utf-8",
    )
    assert _values(PROGRAM.settle(example), "payment")[0] == Decimal("30172.80")


def test_the_order_of_rows_changes_nothing(example):
    before = _payment_by_provider(PROGRAM.settle(example))
    head, *rows = example[1].read_text(encoding="utf-8").splitlines()
    example[1].write_text("\n".join([head, *reversed(rows)]), encoding="utf-8")
    assert _payment_by_provider(PROGRAM.settle(example)) == before


def _payment_by_provider(settlement):
    names = [contract.identifier for contract in settlement.main.contracts]
    return dict(zip(names, _values(settlement, "payment"), strict=True))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("benchmark: 0.80", "benchmark: 0.60", "benchmark must be better"),
        ("minimum_members: 250\n", "", "minimum_members is missing"),
        ("kind: pool", "kind: pot", "payment.kind"),
        ("  pool: 500000\n", "", "kind pool needs pool"),
        ("title:", "titel:", "titel is not a term"),
        ("gate: 0.55", "threshold: 0.5", "either tiers, or threshold"),
        ("measure: emergency_visits", "measure: breast_cancer_screening", "stands twice"),
        ("weight: 3", "weight: -3", "weight"),
        ("points:\n", "points: [\n", "not valid YAML"),
    ],
)
def test_wrong_terms_are_named(example, old, new, said):
    _change(example[0], old, new)
    with pytest.raises(ContractError, match=said):
        PROGRAM.settle(example)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "breast_cancer_screening,312",
            "breast_cancer_screening,many",
            "text where a number belongs",
        ),
        ("312,400", "412,400", "numerator below zero or above the denominator"),
        ("emergency_visits,720", "visits,720", "measure is not in the contract"),
        ("3500,emergency", "3501,emergency", "provider has two numbers of members"),
        ("P1003,Cedar Health Center,2500,em", ",Cedar Health Center,2500,em", "no provider"),
        ("260,500", "260,", "denominator missing or negative"),
    ],
)
def test_wrong_results_are_set_aside(example, old, new, reason):
    _change(example[1], old, new)
    settlement = PROGRAM.settle(example)
    assert [item.reason for item in settlement.set_aside] == [reason]
    assert settlement.set_aside[0].place.line is not None
    assert settlement.rows_in == 9


def test_both_files_are_needed(example):
    with pytest.raises(InputError, match="one contract"):
        PROGRAM.settle(example[1:])
