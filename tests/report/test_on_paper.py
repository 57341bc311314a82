"""What paper shows of a page, and what only the screen does."""

from openvbc.report.page import Grid, Page, Section, render


def test_what_things_are_looked_up_in_stays_on_the_screen():
    grid = Grid(["a"], [["1"]])
    html = render(Page("A page", "", [Section("Told", [grid]), Section("Kept", [grid], "", False)]))
    assert '<section id="told">' in html
    assert '<section id="kept" class="screen">' in html
    assert "On paper long tables end after 25 rows" in html
