"""Static tables in a real browser: sorted by keyboard, totals over what is shown, rows open."""

from pathlib import Path

import pytest

from browsers import CHROMIUM, MARKS, NOT_INSTALLED
from openvbc.programs.book import settle_book
from openvbc.report.html import write_html
from openvbc.report.page import Grid, Page, Section, render

sync_api = pytest.importorskip("playwright.sync_api", reason=NOT_INSTALLED)
axe_package = pytest.importorskip("axe_playwright_python", reason=NOT_INSTALLED)
pytestmark = MARKS


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def shown(page):
    return page.eval_on_selector_all(
        "tbody tr:not([hidden])", "rows => rows.map(r => [...r.cells].map(c => c.textContent))"
    )


def foot(page):
    return page.eval_on_selector_all("tfoot td", "cells => cells.map(c => c.textContent)")


def test_heads_sort_and_totals_follow_the_filter(browser, tmp_path):
    rows = [["Anna", "$1,000", "10.00%"], ["Bo", "−$2,500", "30.00%"], ["Cy", "$400", "–"],
            ["Anton", "$20", "5.00%"]]  # fmt: skip
    total = ["Total", "−$1,080", "11.00%"]
    grid = Grid(["Name", "Paid", "Rate"], rows, numeric=frozenset({"Paid", "Rate"}), total=total,
                searchable=True)  # fmt: skip
    file = tmp_path / "page.html"
    file.write_text(render(Page("t", "", [Section("s", [grid])])))
    page = browser.new_page()
    page.goto(file.as_uri())
    paid = page.get_by_role("button", name="Paid")
    paid.focus()
    page.keyboard.press("Enter")
    assert [row[1] for row in shown(page)] == ["−$2,500", "$20", "$400", "$1,000"]
    assert page.locator("th").nth(1).get_attribute("aria-sort") == "ascending"
    page.keyboard.press("Enter")
    assert [row[1] for row in shown(page)] == ["$1,000", "$400", "$20", "−$2,500"]
    page.get_by_role("button", name="Rate").click()
    assert [row[2] for row in shown(page)] == ["5.00%", "10.00%", "30.00%", "–"]
    page.get_by_label("Filter the rows").fill("an")
    # 1,000 + 20; the rate is no sum of rates and is left out rather than wrong
    assert foot(page) == ["Total of the 2 rows shown", "$1,020", ""]
    page.get_by_label("Filter the rows").fill("bo")
    assert foot(page)[1] == "−$2,500"
    page.get_by_label("Filter the rows").fill("")
    assert foot(page) == total


def test_a_row_opens_its_worksheet(browser, tmp_path):
    path = write_html(settle_book()["mssp"], tmp_path / "settlement.html")
    page = browser.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda r: problems.append(r.url) if not r.url.startswith("file") else None)
    page.goto(path.as_uri())
    row = page.locator("#contracts tbody tr").nth(4)
    contract = row.locator("td").first.inner_text()
    row.get_by_role("link", name=contract).click()
    chosen = page.locator("#explore-worksheet .contract option:checked").inner_text()
    assert chosen.startswith(contract)
    page.locator("#explore-worksheet .contract").select_option("2")
    assert page.url.endswith("#explore-worksheet:2")
    assert not problems


def test_the_rows_shown_are_downloaded_as_csv(browser, tmp_path):
    rows = [["Anna, A.", "−$1,000"], ["=Bo", "10.00%"], ["Cy", "–"]]
    grid = Grid(["Name", "Paid"], rows, numeric=frozenset({"Paid"}), searchable=True)
    file = tmp_path / "page.html"
    file.write_text(render(Page("t", "", [Section("Paid out", [grid])])))
    page = browser.new_page()
    page.goto(file.as_uri())
    assert page.get_by_role("table", name="Paid out").count() == 1

    def downloaded():
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Download as CSV: Paid out").click()
        assert waiting.value.suggested_filename == "paid-out-1.csv"
        return waiting.value.path().read_text("utf-8-sig").splitlines()

    assert downloaded() == [
        '"Name","Paid"', '"Anna, A.",-1000', "\"'=Bo\",10.00%", '"Cy","–"',
    ]  # fmt: skip
    page.get_by_label("Filter the rows").fill("cy")
    assert downloaded() == ['"Name","Paid"', '"Cy","–"']


@pytest.mark.parametrize("width", [1280, 390])
def test_no_report_is_wider_than_the_screen(browser, finished, tmp_path, width):
    pages = [finished / "run" / "report.html"]
    pages += [write_html(result, tmp_path / f"{n}.html") for n, result in settle_book().items()]
    page = browser.new_page(viewport={"width": width, "height": 844})
    for path in pages:
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
    page.close()


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_report(browser, finished, tmp_path, colors):
    pages = [
        finished / "run" / "report.html",
        write_html(settle_book()["mssp"], tmp_path / "settlement.html"),
    ]
    axe = (Path(axe_package.__file__).parent / "axe.min.js").read_text("utf-8")
    page = browser.new_page(color_scheme=colors)
    found = []
    for path in pages:
        page.goto(path.as_uri())
        page.evaluate(axe)
        for violation in page.evaluate("axe.run()")["violations"]:
            if violation["impact"] in ("serious", "critical"):
                found.append((path.name, violation["id"], violation["nodes"][0]["html"][:200]))
    page.close()
    assert found == []
