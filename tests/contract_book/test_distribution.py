"""What was earned, shared by a formula: worked by hand, to the cent, nothing lost or made."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import OpenvbcError
from openvbc.programs.distribution.formula import read_formula
from openvbc.programs.distribution.shared import distribute

FORMULA = """distribution: Savings of 2025
policy: Board resolution of 4 March 2026
amount: 189200.00
kept: {share: 0.20, clause: "2"}
losses: organisation
pools:
  - pool: primary care
    share: 0.75
    clause: "3.1"
    by:
      - {measure: lives, weight: 0.50}
      - {measure: quality, times: lives, weight: 0.30}
      - {measure: citizenship, weight: 0.20}
    gates: [{measure: quality, at_least: 0.60}]
    unearned: shared
  - {pool: specialists, share: 0.25, clause: "3.2", by: [{measure: contribution, weight: 1}]}
practices: practices.csv
clinicians: clinicians.csv
within: [{measure: visits, weight: 1}]
"""
PRACTICES = """practice,name,pool,lives,quality,citizenship,contribution
P1,Alder,primary care,3000,0.90,1,0
P2,Birch,primary care,1000,0.60,1,0
P3,Cedar,primary care,4000,0.59,1,0
S1,Dogwood,specialists,0,0,0,2
S2,Elm,specialists,0,0,0,1
"""
CLINICIANS = "clinician,practice,visits\nC1,P1,1\nC2,P1,2\n"


def shared(folder, formula=FORMULA, practices=PRACTICES, clinicians=CLINICIANS):
    (folder / "formula.yaml").write_text(formula)
    (folder / "practices.csv").write_text(practices)
    (folder / "clinicians.csv").write_text(clinicians)
    return distribute(read_formula(folder / "formula.yaml"))


def test_what_a_pool_does_not_share_by_may_be_left_empty(tmp_path):
    """Specialists have no lives, primary care no contribution; an own measure is asked for."""
    blank = PRACTICES.replace(",1,0\n", ",1,\n").replace(",0,0,0,", ",,,,")
    assert (blank.count(",1,\n"), blank.count(",,,,")) == (3, 2)
    assert amounts(shared(tmp_path, practices=blank)) == amounts(shared(tmp_path))
    with pytest.raises(OpenvbcError, match="no quality") as stopped:
        shared(tmp_path, practices=blank.replace("1000,0.60", "1000,"))
    assert stopped.value.place.line == 3
    with pytest.raises(OpenvbcError, match="no visits"):
        shared(tmp_path, clinicians=CLINICIANS.replace("C1,P1,1", "C1,P1,"))


def amounts(split):
    return {one.recipient.identifier: one.amount for pool in split.pools for one in pool.practices}


def test_the_formula_as_worked_by_hand(tmp_path):
    """Kept 20% of 189,200 = 37,840; shared 151,360: primary care 113,520, specialists 37,840.

    Cedar's quality 0.59 closes its gate: Alder and Birch share all of primary care.
    Lives 3,000 : 1,000; quality x lives 2,700 : 600; citizenship 1 : 1.
    Alder 0.5 x 0.75 + 0.3 x 2,700 / 3,300 + 0.2 x 0.5 = 0.375 + 0.245454... + 0.1 = 0.720454...
    x 113,520 = 81,786.00; Birch the rest, 31,734.00.
    Dogwood 2/3 of 37,840 = 25,226.67, Elm 12,613.33.
    Clinicians of Alder: a third 27,262.00, two thirds 54,524.00.
    """
    split = shared(tmp_path)
    assert split.kept == Decimal("37840.00")
    assert amounts(split) == {
        "P1": Decimal("81786.00"), "P2": Decimal("31734.00"), "P3": 0,
        "S1": Decimal("25226.67"), "S2": Decimal("12613.33"),
    }  # fmt: skip
    assert [one.amount for one in split.clinicians["P1"]] == [
        Decimal("27262.00"), Decimal("54524.00"),
    ]  # fmt: skip


def test_what_a_closed_gate_leaves_may_be_kept(tmp_path):
    """Then Cedar counts: lives 3,000 of 8,000; quality x lives 2,700 of 5,660; citizenship 1 of 3.

    Alder 113,520 x 0.1875 + 113,520 x 810 / 5,660 + 113,520 / 15 = 21,285 + 16,245.795053 + 7,568 =
    45,098.795053; Birch 7,095 + 3,610.176678 + 7,568 = 18,273.176678; the rest 50,148.028269.
    Down to cents 45,098.79, 18,273.17, 50,148.02: two cents are left, for the largest remainders,
    the organisation's 0.83 and Birch's 0.67.
    """
    split = shared(tmp_path, FORMULA.replace("unearned: shared", "unearned: kept"))
    assert amounts(split)["P1"] == Decimal("45098.79")
    assert amounts(split)["P2"] == Decimal("18273.18")
    assert split.pools[0].kept == Decimal("50148.03")


def test_a_loss_is_the_organisations_or_shared_as_savings_are(tmp_path):
    loss = FORMULA.replace("amount: 189200.00", "amount: -1000.00")
    alone = shared(tmp_path, loss)
    assert (alone.kept, alone.pools) == (Decimal("-1000.00"), ())
    split = shared(tmp_path, loss.replace("losses: organisation", "losses: as savings"))
    assert sum(amounts(split).values()) + split.kept == Decimal("-1000.00")
    assert all(amount <= 0 for amount in amounts(split).values())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("weight: 0.50", "weight: 0.40"), "add up to 0.90, not 1"),
        (("share: 0.25", "share: 0.20"), "pools add up to 0.95, not 1"),
        (("    unearned: shared\n", ""), "say unearned: shared or kept"),
        (("losses: organisation\n", ""), "losses is missing"),
        (("amount: 189200.00\n", ""), "give either amount or from_book"),
        (("within: [{measure: visits, weight: 1}]\n", ""), "within and clinicians go together"),
        (("measure: citizenship", "measure: kindness"), "no column kindness"),
        (("at_least: 0.60", "at_least: 0.99"), "no practice of the pool primary care passes"),
        (("at_least: 0.60", "at_least: 60"), "the gate of a measure is in percent"),
    ],
)
def test_a_formula_that_cannot_be_is_refused(tmp_path, change, said):
    with pytest.raises(OpenvbcError, match=said):
        shared(tmp_path, FORMULA.replace(*change))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("S2,Elm", "S1,Elm"), "a practice is given twice"),
        (("Elm,specialists", "Elm,surgeons"), "a pool the formula does not have"),
        (("P2,Birch,primary care,1000", "P2,Birch,primary care,-1"), "a measure is negative"),
        (("0,0,0,2\n", "0,0,0,\n"), "no contribution"),
        ((",0.90,", ",90,"), "one measure is written as a ratio and in percent"),
    ],
)
def test_a_list_that_cannot_be_is_refused(tmp_path, change, said):
    with pytest.raises(OpenvbcError, match=said):
        shared(tmp_path, practices=PRACTICES.replace(*change))


LIVES = st.lists(st.integers(0, 5000), min_size=1, max_size=9).filter(any)


@given(LIVES, st.integers(-(10**7), 10**7))
def test_nothing_is_lost_or_made(tmp_path_factory, lives, cents):
    folder = tmp_path_factory.mktemp("shared")
    formula = f"""distribution: D
policy: P
amount: {Decimal(cents) / 100:.2f}
losses: as savings
pools: [{{pool: A, share: 1, clause: "1", by: [{{measure: lives, weight: 1}}]}}]
practices: practices.csv
"""
    rows = "".join(f"P{number},A,{count}\n" for number, count in enumerate(lives))
    split = shared(folder, formula, "practice,pool,lives\n" + rows)
    assert split.kept + sum(amounts(split).values()) == Decimal(cents) / 100


def test_the_command_writes_a_page_a_practice(tmp_path):
    shared(tmp_path)
    folder = tmp_path / "out"
    arguments = ["distribute", str(tmp_path / "formula.yaml"), "--output", str(folder)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    page = (folder / "practices" / "P1.html").read_text()
    assert "$81,786.00" in page
    assert "Birch" not in page  # a practice's page is for it alone
    assert "81786.00" in (folder / "distribution.csv").read_text()
