"""Results files are told by their headings; what cannot be settled is set aside with its reason.

What a contract earns is worked by hand once; what is written otherwise is held against what the
same rows give when they are written plainly, so that these tests are about reading, not about law.
"""

from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvbc.errors import EmptyResult, InputError, OpenvbcError
from openvbc.programs.mssp.results import PROGRAM
from programs import results_files


class Plainly(NamedTuple):
    earned: dict
    differing: list


@pytest.fixture(scope="module")
def plainly(tmp_path_factory):
    """What the rows give, written as CMS writes them."""
    path = tmp_path_factory.mktemp("plainly") / "py2024.csv"
    settlement, earned = settled(results_files.write(path, results_files.rows()))
    assert len(set(earned.values())) == len(earned) == 3
    assert 0 not in earned.values()
    return Plainly(earned, differing(settlement))


def differing(settlement):
    """Lines and contracts in which what is computed is not what the file prints."""
    scores = PROGRAM.verify(settlement).scores
    return [
        (score.label, each.contract.identifier) for score in scores for each in score.differences
    ]


def settled(path, **options):
    settlement = PROGRAM.settle([path], options=options)
    evaluation = settlement.main.evaluation
    amounts = {
        contract.identifier: evaluation.value("earned_savings_or_owed_losses", row)
        for row, contract in enumerate(settlement.main.contracts)
    }
    assert settlement.rows_in == len(amounts) + len(settlement.set_aside)
    return settlement, amounts


def test_three_contracts_settle_and_agree(tmp_path):
    settlement, amounts = settled(
        results_files.write(tmp_path / "py2024.csv", results_files.rows())
    )
    assert amounts == {"A1001": 8_820_000, "A1002": 352_800, "A1003": -1_499_000}
    verification = PROGRAM.verify(settlement)
    assert {score.label: (score.agree, score.rows) for score in verification.scores} == {
        "Benchmark less expenditures": (3, 3),
        "Savings rate": (3, 3),
        "Minimum savings rate, one-sided": (1, 1),
        "Minimum savings rate, two-sided (election read from the file)": (2, 2),
        "Generated savings or losses": (3, 3),
        "Quality score at or above the percentile": (3, 3),
        "Quality performance standard met": (3, 3),
        "Half rate below the minimum savings rate": (3, 3),
        "Final sharing rate": (3, 3),
        "Final loss rate": (2, 2),
        "Earned savings, quality score exact": (2, 2),
        "Owed losses": (1, 1),
    }


@pytest.mark.parametrize(
    "heading",
    [
        str.upper,
        str.lower,
        lambda name: name.replace("_", " "),
        lambda name: name.replace("_", ""),
        lambda name: f" {name} ",
        lambda name: name.replace("_", "-").title(),
    ],
)
def test_headings_in_other_spellings(tmp_path, heading, plainly):
    path = results_files.write(tmp_path / "py2024.csv", results_files.rows(), heading)
    assert settled(path)[1] == plainly.earned


def test_columns_in_another_order(tmp_path, plainly):
    rows = [dict(reversed(row.items())) for row in results_files.rows()]
    assert settled(results_files.write(tmp_path / "py2024.csv", rows))[1] == plainly.earned


def money_with_separators(row):
    for name in ("ABtotBnchmk", "ABtotExp", "N_AB", "BnchmkMinExp"):
        row[name] = f"{int(row[name]):,}"


def money_with_signs(row):
    for name in ("ABtotBnchmk", "ABtotExp"):
        row[name] = f"${int(row[name]):,}"
    if row["BnchmkMinExp"].startswith("-"):
        row["BnchmkMinExp"] = f"({row['BnchmkMinExp'][1:]})"


def percent_signs(row):
    for name in ("Sav_rate", "MinSavPerc", "QualScore", "FinalShareRate", "FinalLossRate"):
        if row[name] != "-":
            row[name] += "%"


def fractions(row):
    for name in ("Sav_rate", "MinSavPerc", "QualScore", "FinalShareRate", "FinalLossRate"):
        if row[name] != "-":
            row[name] = str(Decimal(row[name]) / 100)


def other_marks(row):
    for name, value in row.items():
        if value == "-":
            row[name] = "N/A"
    row["Current_Start_Date"] = "01/01/2024 12:00:00 AM"
    row["Current_Track"] = {"EN": "Enhanced", "A": "BASIC A", "E": "Basic Level E"}[
        row["Current_Track"]
    ]


@pytest.mark.parametrize(
    "change", [money_with_separators, money_with_signs, percent_signs, fractions, other_marks]
)
def test_number_formats(tmp_path, change, plainly):
    rows = results_files.rows()
    for row in rows:
        change(row)
    settlement, amounts = settled(results_files.write(tmp_path / "py2024.csv", rows))
    assert amounts == plainly.earned
    assert differing(settlement) == plainly.differing


def test_tracks_in_columns_of_their_own(tmp_path, plainly):
    rows = results_files.rows()
    for row in rows:
        track = row.pop("Current_Track")
        row |= {"Current_BASIC_A": "0", "Current_BASIC_E": "0", "Current_ENHANCED": "0"}
        row[{"EN": "Current_ENHANCED"}.get(track, f"Current_BASIC_{track}")] = "1"
    assert settled(results_files.write(tmp_path / "py2024.csv", rows))[1] == plainly.earned


@pytest.mark.parametrize(
    "name", ["PY 2024 ACO Results PUF.csv", "Results_2024.csv", "py2024_a.csv"]
)
def test_year_told_by_the_name(tmp_path, name, plainly):
    assert settled(results_files.write(tmp_path / name, results_files.rows()))[1] == plainly.earned


def test_year_told_by_a_column_or_an_option(tmp_path, plainly):
    rows = [row | {"Performance_Year": "2024.0"} for row in results_files.rows()]
    assert settled(results_files.write(tmp_path / "results.csv", rows))[1] == plainly.earned
    path = results_files.write(tmp_path / "plain.csv", results_files.rows())
    assert settled(path, year="2024")[1] == plainly.earned
    with pytest.raises(InputError, match="--year"):
        settled(path)


def test_workbook(tmp_path, plainly):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    rows = results_files.rows()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append([int(v) if v.lstrip("-").isdigit() else v for v in row.values()])
    book.save(tmp_path / "py2024.xlsx")
    assert settled(tmp_path / "py2024.xlsx")[1] == plainly.earned


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("ABtotBnchmk", "lots", "text where a number belongs"),
        ("EarnSaveLoss", "n.m.", "text where a number belongs"),
        ("QualScore", "good", "text where a number belongs"),
        ("QualScore", "-4", "quality score out of range"),
        ("N_AB", "-16000", "negative person count"),
        ("N_AB_Year_ESRD_PY", "-120", "negative person count"),
        ("N_AB", "16000.5", "not a whole number of people"),
        ("N_AB", "0", "zero where an amount belongs"),
        ("N_AB", "*", "a value is missing"),
        ("N_AB", "57", "no minimum savings rate for so few people"),
        ("ABtotExp", "-1", "negative amount"),
        ("ABtotBnchmk", "0", "zero where an amount belongs"),
        ("Current_Track", "F", "unknown track"),
        ("Current_Track", "Track 1", "no rules for this year or track"),
        ("Current_Track", "", "track not told"),
        ("Current_Start_Date", "soon", "not a date"),
        ("MinSavPerc", "-", "a value the settlement needs is not told"),
    ],
)
def test_a_bad_cell_sets_its_row_aside_and_no_other(tmp_path, column, value, reason, plainly):
    rows = results_files.rows()
    rows[0][column] = value
    settlement, amounts = settled(results_files.write(tmp_path / "py2024.csv", rows))
    assert amounts == {each: plainly.earned[each] for each in ("A1002", "A1003")}
    (aside,) = settlement.set_aside
    assert aside.reason == reason
    assert aside.place.file == "py2024.csv"
    assert aside.place.line == 2
    if aside.place.column:
        assert aside.place.column == column
        assert aside.place.value == (value or None) or value in ("", "-")
    assert aside.detail


def test_revenue_category_is_not_guessed(tmp_path):
    rows = results_files.rows()
    rows[1]["Rev_Exp_Cat"] = ""
    settlement, amounts = settled(results_files.write(tmp_path / "py2024.csv", rows))
    assert sorted(amounts) == ["A1001", "A1003"]
    assert settlement.set_aside[0].place.column == "Rev_Exp_Cat"


def test_a_duplicate_is_set_aside(tmp_path, plainly):
    rows = results_files.rows()
    rows.append(rows[1] | {"ABtotExp": "1"})
    settlement, amounts = settled(results_files.write(tmp_path / "py2024.csv", rows))
    assert amounts == plainly.earned
    assert settlement.set_aside[0].reason == "duplicate ACO"
    assert "py2024.csv:3" in settlement.set_aside[0].detail


def test_rows_of_another_length(tmp_path, plainly):
    path = results_files.write(tmp_path / "py2024.csv", results_files.rows())
    with path.open("a", encoding="utf-8") as file:
        file.write("Source: CMS\n\n" + ",".join(["1"] * 40) + "\n")
    settlement, amounts = settled(path)
    assert amounts == plainly.earned
    assert [aside.reason for aside in settlement.set_aside] == [
        "row is cut short",
        "row has more cells than the header",
    ]


@pytest.mark.parametrize("column", ["N_AB", "ABtotBnchmk", "ABtotExp"])
def test_a_needed_column_is_missing_or_renamed(tmp_path, column):
    rows = results_files.rows()
    path = results_files.write(
        tmp_path / "py2024.csv", rows, lambda name: f"{name}_new" if name == column else name
    )
    with pytest.raises(InputError) as caught:
        settled(path)
    assert f"lacks the column {column}" in str(caught.value)
    assert "closest in the file" in str(caught.value)


@pytest.mark.parametrize("year", ["2011", "2031"])
def test_a_year_without_rules(tmp_path, year):
    path = results_files.write(tmp_path / "plain.csv", results_files.rows())
    with pytest.raises(EmptyResult) as caught:
        settled(path, year=year)
    assert f"performance_year {year}" in str(caught.value)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\x00\x01", "{}", "<html></html>"])
def test_not_a_results_file(tmp_path, text):
    path = tmp_path / "py2024.csv"
    path.write_text(text)
    with pytest.raises(OpenvbcError, match="VBC-"):
        settled(path)


@pytest.mark.parametrize(("absent", "count"), [("column", 3), ("cell", 1)])
def test_savings_that_follow_from_rounded_amounts_are_noted(tmp_path, absent, count):
    rows = results_files.rows()
    assert len(rows) == 3
    renamed = (lambda name: name.replace("BnchmkMinExp", "BMinusE")) if absent == "column" else str
    if absent == "cell":
        rows[2]["BnchmkMinExp"] = ""
    path = results_files.write(tmp_path / "py2024.csv", rows, renamed)
    said = f"py2024.csv: {count} rows without BnchmkMinExp"
    assert any(note.startswith(said) for note in settled(path)[0].notes)
    whole = results_files.write(tmp_path / "other_2024.csv", results_files.rows())
    assert not any("BnchmkMinExp" in note for note in settled(whole)[0].notes)


def test_columns_that_cannot_be_compared_are_noted(tmp_path, plainly):
    rows = results_files.rows()
    path = results_files.write(
        tmp_path / "py2024.csv", rows, lambda name: name.replace("EarnSaveLoss", "EarnSavLoss2")
    )
    settlement, amounts = settled(path)
    assert amounts == plainly.earned
    assert any("no column EarnSaveLoss" in note for note in settlement.notes)


@settings(deadline=None)
@given(
    column=st.sampled_from(list(results_files.COLUMNS)),
    row=st.integers(0, 2),
    value=st.one_of(
        st.text(max_size=12),
        st.integers(-(10**15), 10**15).map(str),
        st.decimals(allow_nan=True, allow_infinity=True).map(str),
    ),
)
def test_whatever_stands_in_a_cell_no_row_is_lost(tmp_path_factory, column, row, value):
    rows = results_files.rows()
    rows[row][column] = value
    path = results_files.write(tmp_path_factory.mktemp("any") / "py2024.csv", rows)
    try:
        settlement, amounts = settled(path)
    except OpenvbcError:
        return
    assert settlement.rows_in == 3
    PROGRAM.verify(settlement)
    untouched = {f"A100{n + 1}" for n in range(3) if n != row}
    if column not in ("ACO_ID",):
        assert untouched <= set(amounts)


FIRST_RESULTS = """\
ACO Identifier,"ACO Name (LBN or DBA, if applicable)",Agreement Start Date,Track 2 ACO,\
Total Assigned Beneficiaries,Total Benchmark Expenditures,Total Expenditures,\
Total Benchmark Expenditures Minus Total Assigned Beneficiary Expenditures,\
Total Benchmark Expenditures Minus Total Assigned Beneficiary Expenditures as % of Total Benchmark,\
"Generated Savings/Losses1,2","Earned Shared Savings Payments/Owe Losses3,4",\
Minimum Savings Rate,Quality Score,Final Sharing Rate
A00001,One,7/1/12,0,12000,"$100,000,000","$90,000,000","$10,000,000",10.0%,"$10,000,000",\
"$4,900,000",2.88%,100%,50%
A00002,Two,1/1/13,1,12000,"$100,000,000","$103,000,000","($3,000,000)",-3.0%,"($3,000,000)",\
"($1,200,000)",2.00%,100%,60%
"""


def test_the_long_headings_of_the_first_years(tmp_path):
    # Track 1: 10,000,000 x 0.50 x 0.98. Track 2: 3,000,000 x (1 - 0.60).
    path = tmp_path / "Performance_Year_1_2013.csv"
    path.write_text(FIRST_RESULTS)
    settlement, amounts = settled(path)
    assert amounts == {"A00001": 4_900_000, "A00002": -1_200_000}
    assert [c.group for c in settlement.main.contracts] == ["Track 1", "Track 2"]
    assert not [d for s in PROGRAM.verify(settlement).scores for d in s.differences]


def six_months(**changes):
    # The half year prints half of 12,500 x 8,000 = 100,000,000 and of 90,000,000 spent.
    # 5,000,000 x 0.50 x 0.90 = 2,250,000; nothing withheld; limit 5,000,000.
    row = {
        "ACO_ID": "A2001", "ACO_Name": "Half", "Agreement_Period_Num": "2",
        "Current_Start_Date": "01/01/2016 12:00:00 AM", "Current_Track_1": "1",
        "Current_Track_2": "0", "Current_Track_3": "0", "Current_Track_1_Plus": "0",
        "Current_BASIC_A": "0", "N_AB": "8500", "Sav_rate": "0.1", "MinSavPerc": "0.0315",
        "BnchmkMinExp": "5000000", "GenSaveLoss": "5000000", "DisAdj": "",
        "EarnSaveLoss": "2250000", "Met_QPS": "1", "QualScore": "0.9", "UpdatedBnchmk": "12500",
        "ABtotBnchmk": "50000000", "ABtotExp": "45000000", "FinalShareRate": "0.45",
        "N_AB_Year_PY": "8000",
    }  # fmt: skip
    return row | changes


def test_six_months_of_2019(tmp_path):
    # Losses 5,000,000 x (1 - 0.75 x 0.80 = 0.40) = 2,000,000 less half of the 100,000 printed.
    losing = six_months(
        ACO_ID="A2002", Current_Track_1="0", Current_Track_3="1", MinSavPerc="0.01",
        ABtotExp="55000000", BnchmkMinExp="-5000000", GenSaveLoss="-5000000", Sav_rate="-0.1",
        QualScore="0.8", FinalShareRate="0.6", DisAdj="-100000", EarnSaveLoss="-1950000",
    )  # fmt: skip
    path = results_files.write(tmp_path / "py2019.csv", [six_months(), losing])
    settlement, amounts = settled(path)
    assert amounts == {"A2001": 2_250_000, "A2002": -1_950_000}
    evaluation = settlement.main.evaluation
    assert evaluation.value("performance_year_months", 0) == 6
    assert evaluation.value("updated_benchmark_expenditures", 0) == 100_000_000
    scores = {score.label: score for score in PROGRAM.verify(settlement).scores}
    assert scores["Owed losses"].agree == 1
    assert scores["Earned savings, quality score printed rounded"].agree == 1


def test_a_year_of_twelve_months_in_2019(tmp_path):
    row = six_months(UpdatedBnchmk="6250")
    _, amounts = settled(results_files.write(tmp_path / "py2019.csv", [row]))
    assert amounts == {"A2001": 2_250_000}


def test_years_in_one_file_may_print_rates_in_different_ways(tmp_path, plainly):
    fractions_of_2022 = []
    for row in results_files.rows():
        row |= {"ACO_ID": row["ACO_ID"].replace("A1", "A2"), "Current_Start_Date": "1/1/2022"}
        fractions(row)
        fractions_of_2022.append(row | {"year": "2022"})
    of_2024 = [row | {"year": "2024"} for row in results_files.rows()]
    settlement, amounts = settled(
        results_files.write(tmp_path / "all_years.csv", of_2024 + fractions_of_2022)
    )
    # The second of 2022 is short of its minimum savings rate: no half rate yet.
    assert amounts == plainly.earned | {
        "A2001": plainly.earned["A1001"], "A2002": 0, "A2003": plainly.earned["A1003"],
    }  # fmt: skip
    rates = settlement.main.evaluation.column("minimum_savings_rate")
    assert rates[0] == rates[3] == Decimal("0.02")


def test_a_row_of_another_year_than_asked_for_is_set_aside(tmp_path):
    rows = [row | {"year": "2023"} for row in results_files.rows()]
    rows[0]["year"] = "2024"
    settlement, amounts = settled(results_files.write(tmp_path / "a.csv", rows), year="2024")
    assert set(amounts) == {"A1001"}
    asides = {(aside.reason, aside.place.line) for aside in settlement.set_aside}
    assert asides == {("another year than asked for", 3), ("another year than asked for", 4)}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"ACO_ID": "", "ACO_Name": ""}, "no identifier"),
        ({"ACO_ID": "Total", "ACO_Name": ""}, "a total line, not an ACO"),
        ({"AIPBalance": "-5"}, "negative amount"),
        ({"ABtotExp": "188000,5"}, "text where a number belongs"),
    ],
)
def test_rows_that_cannot_be_trusted_are_set_aside(tmp_path, changed, reason):
    rows = results_files.rows()
    rows[0] |= changed
    settlement, amounts = settled(results_files.write(tmp_path / "py2024.csv", rows))
    assert "A1001" not in amounts
    assert [aside.reason for aside in settlement.set_aside] == [reason]


def test_both_performance_years_of_2019_settle_and_a_repeated_one_does_not(tmp_path):
    """Renewed in July 2019: another agreement start is another performance year."""
    first = results_files.rows()[0] | {"Current_Start_Date": "01/01/2016"}
    second = first | {"Current_Start_Date": "07/01/2019"}
    path = results_files.write(tmp_path / "py2019.csv", [first, second, second])
    settlement = PROGRAM.settle([path])
    assert len(settlement.main.contracts) == 2
    assert [(a.reason, a.place.line) for a in settlement.set_aside] == [("duplicate ACO", 4)]


def test_a_file_of_trends_that_is_not_there_is_told(tmp_path):
    path = results_files.write(tmp_path / "py2024.csv", results_files.rows())
    with pytest.raises(InputError, match="no such file of trends"):
        settled(path, trends=str(tmp_path / "nope.csv"))
