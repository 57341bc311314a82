"""Every page of the app: it answers, it leads on, and what it says is what was settled."""

import csv
import io
import re
from collections import deque
from decimal import Decimal

import pytest

from app.pages_read import Read, cells
from openvbc.app.pages.drivers import drivers_page
from openvbc.errors import EmptyResult
from openvbc.format import show, show_short
from openvbc.programs.run_folder import MAIN
from openvbc.programs.stored_run import StoredRun
from openvbc.run import Run

MENU = [
    "/",
    "/drivers",
    "/year",
    "/what-if/0",
    "/sheets",
    "/analysis",
    "/people",
    "/lists",
    "/tables",
]
MENU += ["/compare", "/board"]
MOST_PAGES = 160


@pytest.fixture(scope="module")
def stored(finished):
    return StoredRun(finished / "run")


@pytest.fixture(scope="module")
def walked(app_client):
    """Pages by address, from the first one along every link, a few of each kind."""
    pages, waiting, seen = {}, deque(MENU), set(MENU)
    kinds = {}
    while waiting and len(pages) < MOST_PAGES:
        address = waiting.popleft()
        answer = app_client.get(address)
        assert answer.status_code == 200, (address, answer.text[:500])
        pages[address] = answer.text
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for link, _ in Read(answer.text).links:
            if not link.startswith("/"):
                continue
            kind = "csv" if "csv=" in link else link.split("/")[1].split("?")[0]
            if link not in seen and kinds.get(kind, 0) < (30 if kind == "number" else 3):
                kinds[kind] = kinds.get(kind, 0) + 1
                seen.add(link)
                waiting.append(link)
    return pages


def test_the_walk_meets_every_kind_of_page(walked):
    kinds = {address.split("/")[1].split("?")[0] for address in walked}
    wanted = {"sheet", "number", "behind", "assigned", "person", "claims", "table", "download"}
    wanted |= {"drivers", "driver"}
    assert wanted <= kinds


def test_every_number_that_opens_is_the_settled_one(walked, stored):
    rows = {sheet: stored.rows(sheet, None, None) for sheet in stored.sheets}
    units = {
        (sheet, item["name"]): item
        for sheet, kept in stored.sheets.items()
        for item in (*kept["inputs"], *kept["lines"])
    }
    compared = 0
    for html in walked.values():
        for link, words in Read(html).links:
            if not link.startswith("/number/") or "csv=" in link:
                continue
            sheet, row, name = link.split("?")[0].split("/")[2:]
            item = units.get((sheet, name))
            if item is None or words == item["label"]:
                continue
            value = rows[sheet][int(row)].values.get(name)
            assert words in (show(value, item["unit"]), show_short(value, item["unit"])), link
            compared += 1
    assert compared > 300


def test_nothing_is_loaded_from_outside_and_nothing_is_inline(walked):
    for address, html in walked.items():
        if html.lstrip().startswith("<!doctype"):
            read = Read(html)
            assert not read.outside, address
            assert not read.inline, address
            assert "<style" not in html
            assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html)), address


def test_every_page_has_one_title_and_the_menu(walked):
    for address, html in walked.items():
        if html.lstrip().startswith("<!doctype"):
            assert [tag for tag, _ in Read(html).headings].count("h1") == 1, address
            assert '<html lang="en">' in html
            assert 'aria-label="Pages"' in html


def test_no_address_holds_an_identifier(walked, finished):
    people = {r["person_id"] for r in Run.open(finished / "run").table("assignment").rows()}
    addresses = " ".join(walked) + " ".join(
        link for html in walked.values() for link, _ in Read(html).links
    )
    assert not any(person in addresses for person in people)


def test_people_behind_a_number_come_to_it(walked):
    shown = [html for html in walked.values() if "Added up again from these people" in html]
    assert shown
    assert not any("NOT the same" in html for html in shown)


def test_a_table_is_downloaded_whole(app_client, finished):
    rows = Run.open(finished / "run").table("per_capita_expenditure").rows()
    text = app_client.get("/download/per_capita_expenditure.csv").text
    told = list(csv.DictReader(io.StringIO(text)))
    assert len(told) == len(rows)
    assert [Decimal(row["amount"]) for row in told] == [row["amount"] for row in rows]


def test_a_table_of_a_page_is_downloaded_as_it_is_shown(app_client, stored):
    told = list(csv.DictReader(io.StringIO(app_client.get("/sheet/settlement/0?csv=0").text)))
    (row,) = stored.rows(MAIN, None, None)
    by_label = {each["Line"]: each["Value"] for each in told}
    for item in stored.sheets[MAIN]["lines"]:
        value = show(row.values[item["name"]], item["unit"])
        assert by_label[item["label"]].lstrip("'") == value


def test_a_person_is_found_by_an_identifier_sent_in_the_body(app_client, finished):
    person = Run.open(finished / "run").table("assignment").rows("is_assigned")[0]["person_id"]
    answer = app_client.post("/person", data={"identifier": f" {person} "})
    assert answer.status_code == 200
    assert f"Person {person}" in answer.text
    assert person not in str(answer.url)


def test_an_identifier_nobody_has_is_not_repeated(app_client):
    answer = app_client.post("/person", data={"identifier": "NOBODY4711"})
    assert answer.status_code == 404
    assert "nobody in this run has that identifier" in answer.text
    assert "NOBODY4711" not in answer.text


def test_claim_lines_are_those_of_the_store(app_client, finished):
    run = Run.open(finished / "run")
    assigned = run.table("assignment").rows("is_assigned and period = 'PY'")[0]["person_id"]
    page = app_client.post("/person", data={"identifier": assigned})
    year = next(p["calendar_year"] for p in run.periods if p["period"] == "PY")
    address = next(a for a, _ in Read(page.text).links if a.endswith(f"/{year}"))
    from openvbc.claims.report import StoreReport
    from openvbc.engine.duckdb import DuckDBEngine

    with DuckDBEngine() as engine:
        engine.register("line", StoreReport.load(run.store).parts("professional_line"))
        lines = engine.rows(
            f"select claim_id, paid_amount from line where person_id = '{assigned}' "
            f"and year(claim_line_end_date) = {year}"
        )
    html = app_client.get(address).text
    shown = [row for row in cells(html) if len(row) > 5]
    assert lines
    for line in lines:
        amount = f"{line['paid_amount'].normalize():,f}"
        assert any(line["claim_id"] in row and amount in row for row in shown)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nothing", 404),
        ("/table/nothing", 404),
        ("/number/settlement/0/nothing", 404),
        ("/number/settlement/99/net_payment", 404),
        ("/sheet/nothing/0", 404),
        ("/assigned/XX", 404),
        ("/person/nobody", 409),
        ("/download/nothing.csv", 404),
        ("/compare?with=/no/such/run", 409),
        ("/sheet/settlement/0?csv=99", 404),
    ],
)
def test_an_address_that_leads_nowhere_says_what_to_do(app_client, address, status):
    answer = app_client.get(address)
    assert answer.status_code == status
    assert "What to do" in answer.text


def test_a_run_compared_with_itself_does_not_differ(app_client, finished):
    html = app_client.get("/compare", params={"with": str(finished / "run")}).text
    assert "Every line of the settlement is the same." in html
    assert "Nobody&#39;s assignment changed." in html


def test_drivers_that_cannot_be_told_are_said_on_their_page():
    """Before, the link from the lists led to an error page."""

    class NothingTold:
        drivers_open, claims, title = True, None, "A run"

        @property
        def driver_lists(self):
            raise EmptyResult("the year is not settled", action="settle it", code="VBC-6001")

    page = drivers_page(NothingTold(), "", "/picture/drivers")
    words = [block.text for part in page.parts for block in part.blocks]
    assert words == ["the year is not settled. settle it"]


def test_a_number_of_a_raw_table_has_the_minus_of_every_other_page():
    from openvbc.app.pages.table_rows import _cell

    assert _cell(Decimal("-1234.50")) == "−1,234.5"
    assert _cell(-3) == "−3"
    assert _cell("A-1") == "A-1"  # an identifier is no number
    assert _cell(Decimal("1E-3")) == "0.001"
