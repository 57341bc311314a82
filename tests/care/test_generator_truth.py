"""The generator's truth: every planted row is found with its state and date, none invented."""

from __future__ import annotations

import csv
import datetime as dt

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.programs import listing as listing_words
from openvbc.programs.care import listings
from openvbc.programs.care.changes import change_listing

LISTS = {
    "transition": "setting || ' ' || admission_date || ' ' || discharge_date as key, state, "
                  "cast(contact_due as varchar) as due",
    "emergency_follow_up": "cast(visit_date as varchar) as key, state, "
                           "cast(contact_due as varchar) as due",
    "care_gap": "gap, '' as state, cast(due as varchar) as due",
    "cohort_member": "cohort, '' as state, '' as due",
    "prevention_event": "indicator || ' ' || encounter_date as key, '' as state, '' as due",
}  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Every story three times, as a user makes it."""
    pytest.importorskip("hl7")
    folder = tmp_path_factory.mktemp("sample") / "care"
    said = CliRunner().invoke(app, ["care", str(folder), "--sample", "--people", "87"])
    assert said.exit_code == 3, said.output  # a planted contact cannot be used
    return folder, said.output


def found(folder, table, columns):
    path = folder / "care" / "2024-03-15" / "lists" / f"{table}.parquet"
    with DuckDBEngine(threads=1) as engine:
        engine.register(table, path)
        rows = engine.rows(f"select person_id, {columns} from {table}")
    return sorted(tuple(row.values()) for row in rows)


@pytest.mark.parametrize("table", LISTS)
def test_what_is_planted_is_found_and_nothing_else(sample, table):
    folder, _ = sample
    with (folder / "truth" / "planted.csv").open(encoding="utf-8") as file:
        planted = [row for row in csv.DictReader(file) if row["list"] == table]
    wanted = sorted((r["person_id"], r["key"], r["state"], r["due"]) for r in planted)
    assert wanted
    assert found(folder, table, LISTS[table]) == wanted


def test_what_was_set_aside_is_said(sample):
    assert "a contact before the discharge it is about" in sample[1]
    assert "an admission that was taken back" in sample[1]


def test_nobody_is_named_on_the_terminal_or_the_page(sample):
    folder, said = sample
    page = (folder / "care" / "2024-03-15" / "manager.html").read_text(encoding="utf-8")
    assert "C0000" not in said
    assert "C0000" not in page


def test_a_list_is_a_list(sample):
    """Opened as a workbook: frozen heads, filters, widths, set up to print; no names unasked."""
    book = pytest.importorskip("openpyxl").load_workbook(
        sample[0] / "care" / "2024-03-15" / "work-lists.xlsx"
    )
    from openpyxl.utils import column_index_from_string

    assert len(book.worksheets) == 10
    for page in book.worksheets:
        assert page.freeze_panes == "B5"
        assert [each.ref[:3] for each in page.tables.values()] == ["A4:"]
        assert page.print_title_rows == "$4:$4"
        assert page.page_setup.orientation == "landscape"
        fitted = page.sheet_properties.pageSetUpPr and page.sheet_properties.pageSetUpPr.fitToPage
        if fitted:
            assert page.page_setup.fitToHeight == 0
        else:  # wider than is read on one page: it goes on, with the people's column repeated
            assert page.page_setup.scale >= 60
            assert page.print_title_cols
        assert page.column_dimensions["A"].width > 12
        printed = page.print_area.rpartition("$A$1:$")[2].partition("$")[0]
        assert not fitted or column_index_from_string(printed) <= 14
        assert "Name" not in [cell.value for cell in page[4][:2]]
    due = [cell.value for cell in book["Transitions 2024-03-15"]["D"][4:]]
    assert isinstance(due[0], dt.datetime)  # a day, so that 'before today' can be filtered
    days = [day for day in due if day]
    assert days == sorted(days)


def test_a_later_day_is_compared_and_names_stand_where_they_were_given(sample):
    """Four weeks later with names: what moved and is done; names in the workbook alone."""
    folder, _ = sample
    (folder / "names.csv").write_text(
        "member_id,name\nC000001,Invented Person\nZZ9,Nobody\n", "utf-8"
    )
    text = (folder / "care.yaml").read_text(encoding="utf-8")
    (folder / "care.yaml").write_text(text + "names: names.csv\n", encoding="utf-8")
    said = CliRunner().invoke(app, ["care", str(folder), "--as-of", "2024-04-12"])
    assert said.exit_code == 3, said.output
    assert "1 rows set aside: names: a person that no claim feed names" in said.output
    assert "Invented Person" not in said.output
    day = folder / "care" / "2024-04-12"
    assert "Invented Person" not in (day / "manager.html").read_text(encoding="utf-8")
    book = pytest.importorskip("openpyxl").load_workbook(day / "work-lists.xlsx")
    assert (day / "lists" / "changes.parquet").is_file()
    rows = list(book.worksheets[0].iter_rows(min_row=5, values_only=True))
    assert book.worksheets[0].title == "Changes since 2024-03-15"
    assert {row[4] for row in rows} >= {"MOVED", "DONE"}
    assert "Invented Person" in {row[1] for row in book.worksheets[1].iter_rows(values_only=True)}


def test_a_day_made_again_is_the_same_day(sample):
    """No step runs a second time; the lists and notes must not need one to have run."""
    folder, _ = sample
    lists = folder / "care" / "2024-03-15" / "lists"
    before = {path.name: path.read_bytes() for path in lists.iterdir()}
    said = CliRunner().invoke(app, ["care", str(folder), "--as-of", "2024-03-15"])
    assert said.exit_code == 3, said.output
    assert {path.name: path.read_bytes() for path in lists.iterdir()} == before


def test_a_long_list_shows_its_most_urgent_rows_and_says_where_all_are(monkeypatch):
    """Three gaps where two fit: the two that are due first, and the words."""
    monkeypatch.setattr(listings, "MOST_ROWS", 2)
    monkeypatch.setattr(listing_words, "MOST_ROWS", 2)
    gaps = listings.GAPS
    columns = dict.fromkeys(gaps.fields, "string")
    rows = [("A", "o", "g", f"2024-0{month}-01", *[None] * 5) for month in (3, 1, 2)]
    with DuckDBEngine(threads=1) as engine:
        engine.register_rows("care_gap", columns, rows)
        listing = listings.listing(gaps, engine, dt.date(2024, 3, 15))
    assert [row[3] for row in listing.rows] == ["2024-01-01", "2024-02-01"]
    assert listing.lead.startswith("The first 2 of 3 rows; lists/care_gap.parquet has all.")


def test_new_moved_and_done_by_hand(tmp_path):
    """A is the same, B has another date, C is gone, D is new."""
    columns = {"person_id": "string", "owner": "string", "source": "string", "gap": "string",
               "due": "date"}  # fmt: skip
    before = [("A", "o", "P", "g", "2024-01-01"), ("B", "o", "P", "g", "2024-01-01"),
              ("C", "o", "P", "g", "2024-01-01")]  # fmt: skip
    now = [before[0], ("B", "o", "P", "g", "2024-02-01"), ("D", "o", "P", "g", "2024-03-01")]
    with DuckDBEngine(threads=1) as engine:
        engine.register_rows("care_gap", columns, before)
        engine.materialise("select * from care_gap", tmp_path / "care_gap.parquet")
        engine.register_rows("care_gap", columns, now)
        written = tmp_path / "changes.parquet"
        rows = change_listing(engine, tmp_path, "2024-01-01", written).rows
        engine.register("changes", written)
        assert engine.rows("select count(*) as n from changes") == [{"n": 3}]
    assert [(row[0], row[3], row[5], row[6]) for row in rows] == [
        ("C", "DONE", "2024-01-01", None),
        ("B", "MOVED", "2024-01-01", "2024-02-01"),
        ("D", "NEW", None, "2024-03-01"),
    ]


def test_people_beyond_the_minutes_of_their_owner_are_listed(sample, tmp_path):
    owners = [row[1] for row in found(sample[0], "panel", "owner")]
    owner = max(set(owners), key=owners.count)
    (tmp_path / "capacity.csv").write_text(f"owner,minutes_a_year\n{owner},0\n", encoding="utf-8")
    text = f"as_of: 2024-03-15\nstore: {sample[0] / 'store'}\nowners: {sample[0] / 'owners.csv'}\n"
    (tmp_path / "care.yaml").write_text(text + "capacity: capacity.csv\n", encoding="utf-8")
    said = CliRunner().invoke(app, ["care", str(tmp_path)])
    assert said.exit_code == 0, said.output
    over = found(tmp_path, "panel_overflow", "owner, place")
    assert [row[1] for row in over] == [owner] * owners.count(owner)
    assert sorted(row[2] for row in over) == list(range(1, owners.count(owner) + 1))
    day = tmp_path / "care" / "2024-03-15"
    book = pytest.importorskip("openpyxl").load_workbook(day / "work-lists.xlsx", read_only=True)
    titles = " ".join(book.sheetnames)
    assert "Beyond capacity" in titles
    assert "Owners" in titles
    (tmp_path / "care.yaml").write_text(text, encoding="utf-8")
    assert CliRunner().invoke(app, ["care", str(tmp_path)]).exit_code == 0
    assert not (day / "lists" / "panel_overflow.parquet").exists()
