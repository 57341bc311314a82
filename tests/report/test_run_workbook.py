"""The workbook of a run from claims: an analyst's sheets; their numbers are the run's."""

import re
from decimal import Decimal

import pytest

from openvbc.run import Run
from spreadsheet import Workbook

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")
SHEETS = ("Assignment", "Per capita", "Service categories", "Utilisation", "Months",
          "Ten largest drivers", "By practice", "Data quality")  # fmt: skip


def assert_legible(page):
    """On paper it lies across, and fits at a scale that is read or goes on to more sheets."""
    assert page.page_setup.orientation == "landscape"
    widths = [page.column_dimensions[c[0].column_letter].width for c in page.iter_cols()]
    if page.sheet_properties.pageSetUpPr and page.sheet_properties.pageSetUpPr.fitToPage:
        # a landscape Letter sheet holds about 125 characters at 100 percent
        assert 125 / sum(widths) > 0.6, page.title
        assert page.page_setup.fitToWidth in (None, 1)
        assert page.page_setup.fitToHeight == 0
    else:
        assert page.page_setup.scale >= 60, page.title
        assert page.print_title_cols, page.title


@pytest.fixture(scope="module")
def pages(finished):
    return openpyxl.load_workbook(finished / "run" / "report.xlsx")


def rows_of(page):
    heads, *rows = page.iter_rows(min_row=4, values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_every_list_is_a_table_with_filters_and_is_set_up_to_print(pages):
    for name in SHEETS:
        page = pages[name]
        (table,) = page.tables.values()
        assert table.autoFilter is not None
        assert table.ref.startswith("A4:")
        assert_legible(page)
        assert page.print_title_rows == "$4:$4"
    assert len({t for page in pages for t in page.tables}) == sum(len(p.tables) for p in pages)


def test_categories_months_and_drivers_have_a_chart(pages):
    drawn = {page.title for page in pages if page._charts}
    assert {"Service categories", "Utilisation", "Months", "By practice"} <= drawn


def test_per_capita_and_categories_are_the_run_s(finished, pages):
    run = Run.open(finished / "run")
    names = run.period_names
    rows_by_group = {(r["Year"], r["Enrollment type"]): r for r in rows_of(pages["Per capita"])}
    wanted = run.table("per_capita_expenditure").rows("population = 'ASSIGNED'")
    words = {"ESRD": "ESRD", "DISABLED": "Disabled", "AGED_DUAL": "Aged, dual",
             "AGED_NON_DUAL": "Aged, non-dual"}  # fmt: skip
    compared = 0
    for row in wanted:
        if row["person_months"]:
            cell = rows_by_group[names[row["period"]], words[row["enrollment_type"]]]
            exact = row["truncated_amount_times_12"] / row["person_months"]
            assert cell["Per capita"] == pytest.approx(float(exact))
            assert cell["People"] == row["persons"]
            compared += 1
    assert compared == len(rows_by_group) > 8
    months = sum(r["person_months"] for r in wanted if r["period"] == "PY")
    spent = sum(
        r["amount"]
        for r in run.table("category_expenditure").rows("population = 'ASSIGNED'")
        if r["period"] == "PY"
    )
    shown = sum(r[names["PY"]] for r in rows_of(pages["Service categories"]))
    assert shown == pytest.approx(float(spent * 12 / Decimal(months)))


def test_assignment_and_months_add_up(finished, pages):
    run = Run.open(finished / "run")
    year = run.period_names["PY"]
    everyone = len(run.table("assignment").rows("period = 'PY'"))
    assert sum(r[year] for r in rows_of(pages["Assignment"])) == everyone
    paid = sum(r["amount"] for r in run.table("monthly_tracking").rows("period = 'PY'"))
    of_year = [r for r in rows_of(pages["Months"]) if r["Year"] == year]
    assert sum(r["Paid"] for r in of_year) == pytest.approx(float(paid))


def test_an_input_of_the_benchmark_moves_the_summary_and_numbers_have_names(finished, pages):
    assert "earned_savings_or_owed_losses" in pages.defined_names
    workbook = Workbook(finished / "run" / "report.xlsx")
    place = pages.defined_names["benchmark_expenditures"].attr_text
    cell = place.split("!")[1].replace("$", "")
    before = workbook.value("Summary", cell)
    given = next(
        row[1].coordinate
        for row in workbook.pages["benchmark"].iter_rows(min_row=5)
        if row[7].value == "national_expenditure_performance_year_aged_non_dual"
    )
    workbook.change("benchmark", given, 1)
    assert workbook.value("Summary", cell) != before


def test_what_is_typed_into_per_capita_moves_the_summary(finished, pages):
    """Spending per capita is the benchmark's input, not a copy: a tenth off the last year before
    the performance year, and the benchmark falls."""
    page = pages["Per capita"]
    heads = [cell.value for cell in page[4]]
    year = Run.open(finished / "run").period_names["BY3"]
    (row,) = [r for r in page.iter_rows(min_row=5)
              if (r[0].value, r[1].value) == (year, "Aged, non-dual")]  # fmt: skip
    cell = row[heads.index("Per capita")]
    assert cell.fill.fgColor.rgb.endswith("FFF8D6")  # an input, as on the sheets
    inputs = {
        row[7].value: row[1].value
        for row in pages["benchmark"].iter_rows(min_row=5)
        if str(row[1].value).startswith("='Per capita'!")
    }
    assert inputs["expenditure_benchmark_year_3_aged_non_dual"].endswith(cell.coordinate)
    assert len(inputs) == 2 * len(rows_of(page))  # spending and person-years of every row
    workbook = Workbook(finished / "run" / "report.xlsx")
    place = pages.defined_names["benchmark_expenditures"].attr_text.split("!")[1]
    place = place.replace("$", "")
    before = workbook.value("Summary", place)
    workbook.change("Per capita", cell.coordinate, cell.value * 0.9)
    assert workbook.value("Summary", place) < before


def test_every_sheet_is_linked_from_the_summary_and_back(pages):
    def leads(page):
        cells = (cell for row in page.iter_rows() for cell in row if cell.hyperlink)
        return [cell.hyperlink.location.split("!")[0].strip("'") for cell in cells]

    assert set(leads(pages["Summary"])) == set(pages.sheetnames) - {"Summary"}
    for name in SHEETS:
        assert leads(pages[name]) == ["Summary"]


def test_every_file_says_what_was_used_and_what_was_set_aside(finished, pages):
    from openvbc.claims.report import StoreReport

    report = StoreReport.load(Run.open(finished / "run").store)
    rows = rows_of(pages["Data quality"])
    assert len(rows) == len(report.waterfall) > 0
    for row in rows:
        assert row["Rows in"] == row["Used"] + row["Set aside"]
        assert bool(row["Reasons"]) == (row["Set aside"] > 0)


def test_the_cards_of_a_shared_savings_run_tell_rates_and_quality(finished):
    page = (finished / "run" / "report.html").read_text(encoding="utf-8")
    cards = set(re.findall(r'class="label">([^<]+)<', page))
    rates = {"Savings rate", "Minimum savings rate (and minimum loss rate)", "Final sharing rate"}
    assert rates | {"Quality score that counts"} <= cards
