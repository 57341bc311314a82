"""The reports are complete in themselves, hold every contract, and their formulas compute."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from openvbc.errors import Place, SetAside
from openvbc.format import exact, in_words, more_exactly, show, show_short
from openvbc.programs.settlement import (
    ContractYear,
    Difference,
    LineScore,
    Presentation,
    Settlement,
    Sheet,
    Verification,
)
from openvbc.report import charts
from openvbc.report.excel import write_excel
from openvbc.report.formulas import agree
from openvbc.report.html import write_html
from openvbc.report.parameters import parameters_grid, rows_in_words
from openvbc.report.worksheet_data import worksheet_data
from openvbc.rules.load import load_rules
from openvbc.worksheets.kernel.arithmetic import maximum
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet
from spreadsheet import Workbook


@line(unit="USD", cite="42 CFR 425.605(c)")
def gross_savings(benchmark, expenditures):
    """Benchmark less expenditures."""
    return benchmark - expenditures


@line(unit="USD", cite="42 CFR 425.605", status="empirical")
def expenditures_taken(expenditures):
    """Expenditures, as what is taken from the benchmark."""
    return -expenditures


@line(unit="USD", cite="law")
def sequestered(gross_savings, sequestration_rate):
    """Sequestration of positive savings."""
    return -maximum(gross_savings, 0) * sequestration_rate


@line(unit="USD", cite="law")
def payment(gross_savings, sequestered):
    """Savings less sequestration."""
    return gross_savings + sequestered


@pytest.fixture
def settlement():
    sheet = Worksheet(
        "example",
        "Example settlement",
        [
            Input("benchmark", "USD", "Benchmark"),
            Input("expenditures", "USD", "Expenditures"),
            Input("performance_year", "year", "Performance year"),
        ],
        ["sequestration_rate"],
        [gross_savings, expenditures_taken, sequestered, payment],
    )
    given = {
        "benchmark": ["200000000", "150000000.50", "90000000"],
        "expenditures": ["193000000", "151000000", "88000000.25"],
        "performance_year": [2024, 2024, 2025],
    }
    contracts = [
        ContractYear("A0001", 2024, "BASIC E"),
        ContractYear("A0002", 2024, "ENHANCED", "<b>&"),
        ContractYear("A0003", 2025, "BASIC E"),
    ]
    return Settlement(
        "mssp",
        "Example: shared savings",
        Sheet(contracts, sheet.evaluate(given, load_rules("mssp"))),
        Presentation(
            headline=["benchmark", "expenditures", "payment"],
            result="payment",
            totals=["benchmark", "expenditures", "payment"],
            waterfall=[
                ("benchmark", "total"),
                ("expenditures_taken", "step"),
                ("gross_savings", "total"),
                ("sequestered", "step"),
                ("payment", "total"),
            ],
            distribution="payment",
        ),
        rows_in=4,
        set_aside=[SetAside("text where a number belongs", Place("file.csv", 5, "ABtotExp", "x"))],
        notes=["Invented."],
    )


def test_html_is_one_file_that_loads_nothing(settlement, tmp_path):
    score = LineScore(
        "payment", "Payment", 3, 2, "$1",
        [Difference(settlement.main.contracts[0], "payment", Decimal(1), None, "a bound", True)],
    )  # fmt: skip
    path = write_html(settlement, tmp_path / "out" / "r.html", Verification(settlement, [score]))
    text = path.read_text(encoding="utf-8")
    loads = re.findall(r"""(?:src|href)=["'](?!#|data:)([^"']+)""", text)
    assert loads == []
    assert "@import" not in text
    for contract in settlement.main.contracts:
        assert contract.identifier in text
    assert "<b>&" not in text.replace("\\u003cb\\u003e\\u0026", "")
    assert "A0002" in text
    assert "file.csv:5" in text
    assert "a bound" in text


def test_excel_formulas_give_the_exact_results(settlement, tmp_path):
    """Every formula, computed by a spreadsheet of the tests' own from the typed cells alone."""
    openpyxl = pytest.importorskip("openpyxl")
    path = write_excel(settlement, tmp_path / "r.xlsx")
    book = Workbook(path)
    assert book.pages.sheetnames == [
        "Summary", "BASIC E", "ENHANCED", "Lines", "Parameters", "Set aside",
    ]  # fmt: skip
    names = [cell.value for cell in book.pages["BASIC E"][3]]
    column = book.pages["BASIC E"].cell(4, names.index("payment") + 1).column_letter
    # (200,000,000 - 193,000,000) x 0.98 = 6,860,000; the third contract 1,999,999.75 x 0.98
    assert book.value("BASIC E", f"{column}4") == 6860000
    assert book.value("BASIC E", f"{column}5") == Decimal("1959999.755")
    kept = openpyxl.load_workbook(path, data_only=True)
    formulas = list(book.formulas())
    assert len(formulas) > 3 * 4
    for page, cell in formulas:
        assert agree(book.value(page, cell), Decimal(repr(kept[page][cell].value)))
    status = [cell.value for cell in kept["Parameters"]["F"]]
    assert "empirical" in status


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (Decimal("1234.5"), "USD", "$1,235"),
        (Decimal("-1234.4"), "USD", "−$1,234"),
        (Decimal("12.345"), "USD per capita", "$12.35"),
        (Decimal("0.03089"), "ratio", "3.09%"),
        (None, "USD", "–"),
        (True, "flag", "yes"),
        (Decimal("5000"), "people", "5,000"),
        (Decimal("2024"), "year", "2024"),
    ],
)
def test_values_are_shown_by_unit(value, unit, text):
    assert show(value, unit) == text


def test_a_value_in_full_has_no_trailing_zeros():
    assert exact(Decimal("1.500")) == "1.5"


@pytest.mark.parametrize(
    ("value", "unit", "full"),
    [
        (False, "flag", ""),
        (None, "USD", ""),
        (Decimal("526.28"), "members", ""),
        (Decimal("1234.5"), "USD", "1234.5"),
        (Decimal("0.14"), "ratio", "0.14"),
        (Decimal("12.123456"), "factor", "12.123456"),
    ],
)
def test_a_value_is_told_in_full_where_what_is_shown_says_less(value, unit, full):
    assert more_exactly(value, unit) == full


def test_no_report_without_its_extra_is_said_in_words():
    source = Path(write_html.__code__.co_filename).parent
    assert all("import jinja2" not in f.read_text().split("def ")[0] for f in source.glob("*.py"))


def test_a_total_of_nothing_known_is_left_out(settlement):
    """Payment change without base payments is not known: no total of $0 is made up."""
    known = settlement.main.evaluation
    worksheet, rules, parameters = known.worksheet, known.rules, known.parameters
    unknown = known.columns | {
        "sequestered": np.array([Decimal("nan")] * known.count, dtype=object)
    }
    evaluation = Evaluation(worksheet, rules, unknown, parameters, {}, known.count)
    assert Sheet(settlement.main.contracts, evaluation).total("sequestered") is None
    assert settlement.main.total("sequestered") is not None


def test_axes_and_factors_are_written_as_people_write_them():
    assert show(Decimal(1), "factor") == "1.0000"
    assert show(Decimal("3.5"), "stars") == "3.5"
    assert show(Decimal("3.4567"), "stars") == "3.4567"
    billions = charts.waterfall([("All", 8 * 10**11, "total")], "", "USD").svg
    assert "$800B" in billions
    assert "G<" not in billions
    factors = [Decimal("0.97") + Decimal(n) / 1000 for n in range(30)]
    assert "0.98" in charts.distribution(factors, "Factor", "", percent=False).svg


def test_a_histogram_counts_whole_contracts_under_marks_that_differ():
    """Sixteen rates, each another: their bars are bins, and half a contract has no mark."""
    rates = [Decimal(n) / 200 - Decimal("0.02") for n in range(16)]
    svg = charts.distribution(rates, "Savings rate", "", percent=True).svg
    marks = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    percents = [mark for mark in marks if mark.endswith("%")]
    assert len(percents) == len(set(percents)) > 3
    counts = [mark for mark in marks if mark.replace(".", "").isdigit()]
    assert counts == ["0", "1", "2"]  # two of sixteen to each of eight bins


def test_a_loss_of_one_contract_is_said_outright(settlement, tmp_path):
    """A0002 spent 999,999.50 more than its benchmark; several contracts get no such sentence."""
    alone = Sheet([settlement.main.contracts[1]], settlement.main.evaluation.at([1]))
    text = write_html(replace(settlement, main=alone), tmp_path / "one.html").read_text()
    assert "A0002 owes $1,000,000 for" in text
    assert "A0002 owes" not in write_html(settlement, tmp_path / "all.html").read_text()


def test_what_is_owed_though_something_was_earned_is_no_loss(settlement, tmp_path):
    """As where advances are taken back: the picture ends with another line than what is due."""
    alone = Sheet([settlement.main.contracts[1]], settlement.main.evaluation.at([1]))
    view = replace(settlement.presentation, waterfall=(("benchmark", "total"),))
    shown = replace(settlement, main=alone, presentation=view)
    text = write_html(shown, tmp_path / "one.html").read_text()
    assert "callout loss" not in text
    assert re.search(r"A0002 owes \$1,000,000 for \d{4}, though the year earned", text)


def test_bars_start_at_zero_and_charts_have_names():
    svg = charts.waterfall(
        [("Benchmark", 100, "total"), ("Spent", -70, "step"), ("Saved", 30, "total")], "Why 30."
    ).svg
    assert 'role="img" aria-label="Why 30."' in svg
    tops = re.findall(r'd="M[\d.]+,([\d.]+)h46v([\d.]+)h-46Z"', svg)
    (_, benchmark), (_, spent) = tops[:2]
    assert float(spent) / float(benchmark) == pytest.approx(0.7, abs=0.01)
    assert ">$100<" in svg
    assert f">{show_short(Decimal(-70), 'USD')}<" in svg


def test_a_table_among_the_inputs_is_told_row_by_row():
    bands = [{"from": Decimal(0), "to": Decimal("0.02"), "share_paid": Decimal("0.5")},
             {"from": Decimal("0.02"), "to": None, "share_paid": Decimal("0.10")}]  # fmt: skip
    assert rows_in_words(bands) == "from 0, to 0.02, share paid 0.5; from 0.02, share paid 0.1"
    assert rows_in_words(()) == "none"


def test_what_is_settled_is_called_by_its_own_name(settlement, tmp_path):
    view = replace(settlement.presentation, unit="facility")
    text = write_html(replace(settlement, presentation=view), tmp_path / "f.html").read_text(
        "utf-8"
    )
    assert "3 facilities settled" in text
    assert ">Facilities settled<" in text
    assert "<label>Facility <select" in text
    assert "contract" not in re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", text, flags=re.S)


@pytest.mark.parametrize(
    ("unit", "units"),
    [("hospital", "hospitals"), ("county", "counties"), ("entity", "entities"), ("ACO", "ACOs"),
     ("group or clinician", "groups or clinicians")],
)  # fmt: skip
def test_several_of_a_unit(unit, units):
    assert Presentation([], "result", unit=unit).units == units


def test_an_input_says_where_it_is_from_and_decimals_end(settlement):
    given = {"benchmark": [Decimal(2) / 3], "expenditures": [1], "performance_year": [2024]}
    worksheet = settlement.main.evaluation.worksheet
    sheet = Sheet(settlement.main.contracts[:1], worksheet.evaluate(given, load_rules("mssp")))
    data = worksheet_data(sheet, "payment", files="results.csv")
    nodes = {node["name"]: node for node in data["nodes"]}
    assert nodes["benchmark"]["formula"] == "Input, from results.csv"
    shown = dict(zip(nodes, data["contracts"][0]["values"], strict=True))
    assert shown["benchmark"] == ["$0.67", "0.666666666666…"]


def test_what_is_not_confirmed_is_a_table_the_least_known_first():
    from openvbc.programs.book import settle_book

    settled = settle_book()["mssp"]
    first, every = parameters_grid([settled.main, *settled.details.values()])
    assert "Not confirmed" in first.caption
    status = [row[1] for row in first.rows]
    assert status == sorted(status, reverse=True)
    assert set(status) <= {"secondary", "unverified"}
    doubtful = {row[0] for row in every.rows if row[5] in ("secondary", "unverified")}
    assert {row[0] for row in first.rows} == doubtful


def test_names_keep_their_capitals_in_words():
    assert in_words("benchmark_A9016") == "Benchmark A9016"
    assert in_words("Parkinson's and Huntington's diseases").endswith("Huntington's diseases")
    assert in_words("STEP_1_ELSEWHERE") == "Step 1 elsewhere"
