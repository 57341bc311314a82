"""Rate books: counties by hand, pairs told by rates, and what cannot be used."""

from decimal import Decimal

import pytest

from openvbc.errors import InputError
from openvbc.programs.medicare_advantage.results import PROGRAM
from openvbc.rules.load import load_rules
from openvbc.rules.parameter import rows as table_rows
from oracles.published import agreement, published

HEADER = "Code,State,County Name,Parts A&B 5% Bonus 2026 Rate,Parts A&B 3.5% Bonus 2026 Rate,"
HEADER += "Parts A&B 0% Bonus 2026 Rate,ESRD"
# Base 1,000: 115% and double bonus give 1,250, 1,220 and 1,150; 103.75% gives 1,087.50, 1,072.50.
ONE = "01001,AL,ONE,1250.00,1220.00,1150.00,9000.00"
TWO = "01002,AL,TWO,1087.50,1072.50,1037.50,9000.00"
LIMITED = "02001,AK,LIMITED,900.00,900.00,900.00,9500.00"


def settled(folder, *lines, name="rates2026.csv", year=None):
    path = folder / name
    path.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
    return PROGRAM.settle([path], options={"year": year} if year else {})


def disagreeing(settlement):
    return {s.line for s in PROGRAM.verify(settlement).scores if s.agree < s.rows}


def test_a_county_is_told_by_its_rates(tmp_path):
    settlement = settled(tmp_path, ONE, TWO, LIMITED)
    sheet = settlement.main.evaluation
    assert list(sheet.column("applicable_percentage"))[:2] == [Decimal("1.15"), Decimal("1.0375")]
    assert list(sheet.column("double_bonus")) == [True, False, False]
    assert list(sheet.column("base_amount"))[:2] == [1000, 1000]
    assert list(sheet.column("benchmark_at_full_bonus")) == [1250, Decimal("1087.50"), 900]
    assert "1 counties have one rate" in " ".join(settlement.notes)
    assert disagreeing(settlement) == set()


@pytest.mark.parametrize("double", [False, True])
@pytest.mark.parametrize("base", ["650.00", "1111.11", "1777.77"])
def test_every_pair_of_the_law_is_told_and_by_no_other(tmp_path, base, double):
    times = 2 if double else 1
    table = load_rules("medicare-advantage").get("applicable_percentages", payment_year=2026).value
    percents = [Decimal(str(row["percentage"])) for row in table_rows(table)]
    assert len(percents) == 7
    lines = []
    for number, percent in enumerate(percents):
        shown = [
            f"{Decimal(base) * (percent + times * points):.2f}"
            for points in (Decimal("0.05"), Decimal("0.035"), Decimal(0))
        ]
        lines.append(f"{number:05},AL,C,{','.join(shown)},9000")
    settlement = settled(tmp_path, *lines)
    assert list(settlement.main.evaluation.column("applicable_percentage")) == percents
    assert set(settlement.main.evaluation.column("double_bonus")) == {double}
    assert not settlement.set_aside


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("01003,AL,X,1250.10,1220.00,1150.00,9000", "the rates tell no percentage"),
        ("01003,AL,X,1200.00,1200.00,1150.00,9000", "the rates tell no percentage"),
        ("01003,AL,X,1250.00,1100.00,1150.00,9000", "a higher bonus has a lower rate"),
        ("01003,AL,X,1250.00,,1150.00,9000", "rate missing or not above zero"),
        ("Note,AL,X,1250.00,1220.00,1150.00,9000", "not a county's code"),
        ("01003,AL,X,many,1220.00,1150.00,9000", "text where a number belongs"),
        (ONE, "county is given twice"),
    ],
)
def test_a_row_that_cannot_be_used_is_set_aside(tmp_path, line, reason):
    settlement = settled(tmp_path, ONE, line)
    assert [aside.reason for aside in settlement.set_aside] == [reason]
    assert settlement.rows_in == 2


def test_another_dialysis_rate_in_a_state_differs(tmp_path):
    settlement = settled(tmp_path, ONE, TWO, "01004,AL,X,1250.00,1220.00,1150.00,9000.01")
    assert disagreeing(settlement) == {"esrd"}


def test_a_year_that_nothing_tells_stops(tmp_path):
    with pytest.raises(InputError, match="the payment year is not told"):
        settled(tmp_path, ONE, name="rates.csv")
    assert settled(tmp_path, ONE, name="rates.csv", year="2026").year == 2026


@pytest.fixture
def book():
    return published("capitation/ma_ratebook_cy2026_rows.csv")


def test_every_published_county_within_two_cents(book):
    counts = agreement(PROGRAM.verify(PROGRAM.settle(book)))
    assert {label: rows for label, (_, rows) in counts.items()} == {
        "Rate at full bonus": 7,
        "Rate of new plans": 7,
        "Percentage, told by the rates": 7,
        "Double bonus, told by the rates": 7,
        "One dialysis rate a State": 4,
    }
    assert all(agree == rows for agree, rows in counts.values())


@pytest.mark.parametrize(
    ("cell", "changed", "line"),
    [
        ("1369.86", "1369.91", "benchmark_at_full_bonus"),
        ("1336.99", "1337.04", "benchmark_at_new_plan_bonus"),
        (",1.0375,", ",1.075,", "applicable_percentage"),
        ("1.15,yes", "1.15,no", "double_bonus"),
        ("48020,VI,ST. JOHN,1012.87,1000.21,970.67,9014.77",
         "48020,VI,ST. JOHN,1012.87,1000.21,970.67,9014.78", "esrd"),
    ],
)  # fmt: skip
def test_each_line_can_fail(book, tmp_path, cell, changed, line):
    text = book[0].read_text("utf-8")
    assert cell in text
    path = tmp_path / "cy2026.csv"
    path.write_text(text.replace(cell, changed, 1), "utf-8")
    assert line in disagreeing(PROGRAM.settle([path]))
