"""A report for sharing is another file, says so, and gives no count of 1 to 10 away."""

import html
import re
import stat

import pytest

import openvbc
from openvbc.commands.run_reports import _feeds, write_run_reports
from openvbc.errors import InputError
from openvbc.report.run_counts import run_counts
from openvbc.synth import Settings, generate
from report.generated_report import Generated
from report.printed_page import Printed, cells_of, recovered
from report.test_disclosure import attack

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("vl_convert", reason="charts need the extra report")


class Reported:
    """A run with both of its reports."""

    def __init__(self, folder):
        self.project = openvbc.Project(folder)
        self.run = self.project.run()
        self.risk, _ = self.project.review_risk()
        self.shared, self.own = folder / "shared", self.run.folder
        write_run_reports(self.run, self.shared, shared=True, risk=self.risk)
        write_run_reports(self.run, self.own, shared=False, risk=self.risk)

    def counts(self):
        """The register behind the shared page."""
        known = set(self.run.tables)
        feeds = _feeds(self.run)
        return run_counts(
            lambda name: self.run.table(name).rows() if name in known else [],
            list(self.run.period_names), self.risk, feeds["waterfall"], feeds["gaps"], True,
        )  # fmt: skip

    def tables(self):
        """The cells of every table of the shared page, by row."""
        page = (self.shared / "report-shared.html").read_text(encoding="utf-8")
        page = re.sub(r"<(script|style|svg).*?</\1>", "", page, flags=re.S)
        for row in re.findall(r"<tr>(.*?)</tr>", page, flags=re.S):
            cells = re.findall(r"<td[^>]*>(.*?)</td>", row, flags=re.S)
            yield [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in cells]


@pytest.fixture(scope="module")
def reported(own_copy):
    return Reported(own_copy)


def test_the_shared_report_is_a_file_of_its_own_and_says_so(reported):
    own = (reported.own / "report.html").read_text(encoding="utf-8")
    shared = (reported.shared / "report-shared.html").read_text(encoding="utf-8")
    assert "<title>For sharing" in shared
    assert shared.count("For sharing: small counts are hidden") >= 3
    assert "Private: shows small counts" in own
    assert "For sharing" not in own
    assert not (reported.shared / "report.html").exists()
    book = openpyxl.load_workbook(reported.shared / "report-shared.xlsx")
    assert book.properties.category == "For sharing: small counts are hidden"
    assert book["Summary"]["A3"].value == "For sharing: small counts are hidden"
    assert not {"benchmark", "counties", "Risk tiers by person"} & set(book.sheetnames)
    assert "Risk tiers by person" in openpyxl.load_workbook(reported.own / "report.xlsx").sheetnames


def test_running_again_neither_loses_sections_nor_touches_what_is_shared(reported):
    from typer.testing import CliRunner

    from openvbc.cli import app

    folder = reported.run.folder
    write_run_reports(reported.run, folder, shared=True, risk=reported.risk)
    before = (folder / "report-shared.html").read_bytes()
    assert 'id="risk"' in (folder / "report.html").read_text(encoding="utf-8")
    result = CliRunner().invoke(app, ["run", str(folder.parent)])
    assert result.exit_code in (0, 1), result.output
    assert 'id="risk"' in (folder / "report.html").read_text(encoding="utf-8")
    assert (folder / "report-shared.html").read_bytes() == before
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "report.html").stat().st_mode) == 0o600


def test_no_count_of_one_to_ten_is_shown_or_follows(reported):
    counts = reported.counts()
    assert len(counts.small) > 20
    assert attack(counts) == {}


def test_no_table_of_the_shared_page_shows_a_small_count(reported):
    """Small whole numbers stand only where they are a tier, an HCC or a kind of rule."""
    people = [row for row in reported.tables() if row and "hidden" in row]
    assert len(people) > 10
    for row in people:
        assert not set(row[3:]) & {str(n) for n in range(1, 11)}, row


def pages(reported):
    return (
        (reported.own / "report.html").read_text(encoding="utf-8"),
        (reported.shared / "report-shared.html").read_text(encoding="utf-8"),
    )


def test_nothing_small_follows_from_the_page_as_it_is_printed(reported):
    own, shared = pages(reported)
    cells = cells_of(Printed(own), Printed(shared))
    assert sum(0 < cell.value < 11 for cell in cells) > 20
    assert sum(cell.shown for cell in cells) > 50
    assert recovered(own, shared) == []


OF_PEOPLE = re.compile(r"people|person|beneficiar|count")
"""Units of what counts people."""
NO_COUNT = ("agreement_performance_year", "performance_year_in_track")
"""In the unit `count`, but no count of people."""


def test_the_shared_workbook_holds_no_small_count(reported):
    """Every row of value and unit; of the private workbook the same look finds person-years."""
    small_counts = {}
    for name in (reported.shared / "report-shared.xlsx", reported.own / "report.xlsx"):
        rows = [row for sheet in openpyxl.load_workbook(name) for row in sheet.values]
        counts = [r for r in rows if len(r) > 7 and r[2] and OF_PEOPLE.search(str(r[2]))]
        small = [r for r in counts if isinstance(r[1], int | float) and 0 < r[1] < 11]
        small_counts[name.stem] = [r[7] for r in small if r[7] not in NO_COUNT]
        assert counts
    assert small_counts["report-shared"] == []


def test_the_attacker_of_pages_can_win(reported):
    """Against the private page itself, and where one hidden cell beside a small one is told."""
    own, _ = pages(reported)
    assert len(recovered(own, own)) > 20
    table = "<section id=a><p>100 people</p><table><tr><td>PY<td>x<td>%s</tr>"
    table = (table + "<tr><td>PY<td>y<td>%s</tr></table></section>").replace("<td>", "</td><td>")
    table = table.replace("<tr></td>", "<tr>").replace("</tr>", "</td></tr>")
    assert recovered(table % (96, 4), table % (96, "hidden")) == ["by sums: a: PY|PY y  = 4"]
    assert recovered(table % (96, 4), table % ("hidden", "hidden")) == []


def test_no_person_is_named_in_what_is_shared(reported):
    names = {row["person_id"] for row in reported.run.table("assignment").rows()}
    page = (reported.shared / "report-shared.html").read_text(encoding="utf-8")
    assert not [name for name in names if name in page]
    assert [name for name in names if name in (reported.own / "report.html").read_text()]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_other_populations_give_nothing_away(seed, tmp_path):
    generate(Settings(people=200 + 400 * seed, seed=seed, light=True), tmp_path)
    assert attack(Reported(tmp_path).counts()) == {}


def attack_pages(seeds, folder):
    """Small counts met, reports refused, and what the attacker found in each page."""
    met, refused, leaks_by_seed = 0, 0, {}
    for seed in seeds:
        report = Generated(seed)
        own = report.write(folder, shared=False)
        try:
            shared = report.write(folder, shared=True)
        except InputError as error:
            refused += error.code == "VBC-510"
            continue
        met += sum(0 < cell.value < 11 for cell in cells_of(Printed(own), Printed(shared)))
        if leaks := recovered(own, shared):
            leaks_by_seed[seed] = leaks
    return met, refused, leaks_by_seed


def test_nothing_small_follows_from_pages_of_generated_reports(tmp_path):
    met, _, leaks = attack_pages(range(4), tmp_path)
    assert met > 20
    assert leaks == {}


@pytest.mark.slow
@pytest.mark.parametrize("slice_", range(4))
def test_nothing_small_follows_from_two_hundred_pages(tmp_path, slice_):
    met, refused, leaks = attack_pages(range(100 + 50 * slice_, 150 + 50 * slice_), tmp_path)
    assert met > 400
    assert refused < 8
    assert leaks == {}
