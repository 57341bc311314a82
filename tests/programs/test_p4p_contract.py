"""A payer's own contract: the shipped example against its hand computation, and bad terms."""

import csv
from collections import defaultdict
from decimal import Decimal
from importlib import resources

import pytest

import openvbc
from openvbc.errors import ContractError, InputError
from openvbc.programs.p4p_contract.from_claims import CLAIMS
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
        ("measure: emergency_visits", "measure: breast_cancer_screening", "appears twice"),
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


def _add(path, *rows):
    path.write_text(path.read_text(encoding="utf-8") + "\n".join(rows) + "\n", encoding="utf-8")


@pytest.mark.parametrize("rate", ["52", "-0.52", "1.2"])
def test_a_rate_that_cannot_be_meant_is_set_aside_and_its_money_held_back(example, rate):
    """Cedar's blood pressure as 52 for 52%: its part of the pool, 500,000 x 2,500 / 10,000 =
    125,000, is held back; nobody else gets it.
    """
    header, *rows = example[1].read_text(encoding="utf-8").splitlines()
    changed = []
    for row in rows:
        cells = dict(zip(header.split(","), row.split(","), strict=True))
        if cells["provider"] == "P1003" and cells["measure"] == "controlling_blood_pressure":
            cells |= {"numerator": "", "rate": rate}
        cells.setdefault("rate", "")
        changed.append(cells)
    names = list(changed[0])
    text = [",".join(names), *(",".join(cells[name] for name in names) for cells in changed)]
    example[1].write_text("\n".join(text) + "\n", encoding="utf-8")
    settlement = PROGRAM.settle(example)
    assert [item.reason for item in settlement.set_aside] == ["rate cannot be meant"]
    assert _values(settlement, "payment") == [Decimal(100_000), Decimal(175_000), None]
    assert _values(settlement, "held_back") == [0, 0, Decimal(125_000)]
    assert any("P1003" in note for note in settlement.notes)


def test_percent_is_read_as_what_it_says(example):
    """52% is 0.52 = 260 / 500: below the gate, as the numerator says."""
    before = _payment_by_provider(PROGRAM.settle(example))
    head, *rows = example[1].read_text(encoding="utf-8").splitlines()
    rows = [f"{row}," for row in rows]
    rows[-1] = rows[-1].replace(",260,500,,", ",,500,,52%")
    example[1].write_text("\n".join([f"{head},rate", *rows]), encoding="utf-8")
    assert _payment_by_provider(PROGRAM.settle(example)) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("3500,emergency", "3501,emergency"),
        ("260,500", "260,"),
        ("emergency_visits,720", "visits,720"),
    ],
)
@pytest.mark.parametrize("unearned", ["kept", "shared"])
def test_what_a_provider_in_doubt_could_get_is_paid_to_nobody(example, old, new, unearned):
    _change(example[0], "unearned: kept", f"unearned: {unearned}")
    sure = _payment_by_provider(PROGRAM.settle(example))
    _change(example[1], old, new)
    settlement = PROGRAM.settle(example)
    now = _payment_by_provider(settlement)
    assert None in now.values()
    for provider, payment in now.items():
        assert payment is None or payment <= sure[provider]
    held = sum(_values(settlement, "held_back"))
    paid = sum(payment for payment in now.values() if payment is not None)
    assert held > 0
    assert paid + held <= 500_000


def test_parts_of_a_pool_add_up_to_the_cent(example):
    """Three equal parts of 500,000 are 166,666.67, .67 and .66; rounded alone they are .67 each."""
    for members in ("4000", "3500", "2500"):
        text = example[1].read_text(encoding="utf-8")
        example[1].write_text(text.replace(f",{members},", ",1000,"), encoding="utf-8")
    parts = _values(PROGRAM.settle(example), "most_payable")
    assert sorted(parts) == [Decimal("166666.66"), Decimal("166666.67"), Decimal("166666.67")]
    assert sum(parts) == 500_000


def test_a_bonus_per_member_needs_no_word_on_unearned(example):
    text = example[0].read_text(encoding="utf-8")
    start = text.index("payment:\n")
    terms = "payment: {kind: per_member, bonus_per_member: 12.00, payout: in_proportion}\n"
    example[0].write_text(text[:start] + terms, encoding="utf-8")
    assert _values(PROGRAM.settle(example), "payment")[0] == Decimal("30172.80")


def test_a_row_without_provider_holds_every_payment(example):
    _change(example[1], "P1003,Cedar Health Center,2500,em", ",Cedar Health Center,2500,em")
    settlement = PROGRAM.settle(example)
    assert _values(settlement, "payment") == [None, None, None]
    assert sum(_values(settlement, "held_back")) == 500_000


def test_targets_beyond_a_ratio_need_a_plausible_range(example):
    _change(example[0], "gate: 0.55", "gate: 55")
    with pytest.raises(ContractError, match=r"target 55 lies outside 0 to 1; say plausible"):
        PROGRAM.settle(example)


def test_the_invented_sample_comes_out_as_planted(tmp_path):
    """Each member and measure, and the payments of totals that are counted in the truth."""
    folder = tmp_path / "sample"
    CLAIMS.generate(folder, 210, 3)
    run = openvbc.Project(folder).run()
    with (folder / "truth" / "measure_person.csv").open(newline="") as file:
        planted = list(csv.DictReader(file))
    measure_rows = {
        (row["provider"], row["measure"], row["person_id"], row["counts"], row["is_met"])
        for row in run.table("measure_person").rows()
    }
    assert measure_rows == {
        (row["provider"], row["measure"], row["member_id"], row["counts"] == "1",
         row["is_met"] == "1")
        for row in planted
    }  # fmt: skip
    assert len(measure_rows) == 630
    counted, members = defaultdict(lambda: [0, 0]), defaultdict(set)
    for row in planted:
        counts = int(row["counts"])
        sums = counted[row["provider"], row["measure"]]
        sums[0] += counts * int(row["is_met"])
        sums[1] += counts
        members[row["provider"]].add(row["member_id"])
    baseline = {"DOGWOOD": "0.40", "ELDER": "0.62", "FIR": "0.80"}
    lines = [
        f"{provider},{len(members[provider])},{measure},{met},{of},"
        f"{baseline[provider] if measure == 'screening' else ''}"
        for (provider, measure), (met, of) in sorted(counted.items())
    ]
    heads = "provider,members,measure,numerator,denominator,baseline_rate"
    (folder / "results.csv").write_text("\n".join([heads, *lines]) + "\n")
    by_totals = PROGRAM.settle([folder / "contract.yaml", folder / "results.csv"])
    payments = _values(run.settlement, "payment")
    assert payments == _values(by_totals, "payment")
    assert len(set(payments)) == 3, "three providers, three qualities"
