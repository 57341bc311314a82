"""Pictures of lists on a page: what is drawn, in which order and colour."""

import re
from decimal import Decimal

import pytest

from openvbc.programs.listing import Field, Listing
from openvbc.report.charts import GAIN, LOSS
from openvbc.report.list_pictures import picture_of
from openvbc.report.listings import listing_sections


def listing(name, labels, rows):
    return Listing(name, "A list", [Field(label) for label in labels], rows)


def bars_of(svg):
    """Colours of the bars in the order drawn, and what a screen reader says of each."""
    bars = re.findall(r'<path aria-label="([^"]*)"[^>]*fill="([^"]*)"', svg)
    return [(label, colour) for label, colour in bars if "series" in label]


def test_a_driver_that_saved_is_green_and_one_that_cost_is_red():
    labels = ("Driver", "Group", "Service category", "Effect on the result")
    rows = [[1, "Aged", "Outpatient", Decimal(-300)], [2, "Aged", "Hospice", Decimal(100)],
            [None, "Rounding", "", Decimal(5)]]  # fmt: skip
    svg = picture_of(listing("drivers", labels, rows)).svg
    drawn = bars_of(svg)
    assert [colour for _, colour in drawn] == [LOSS, GAIN]
    assert "1 Aged, Outpatient" in drawn[0][0]
    assert "2 Aged, Hospice" in drawn[1][0]
    assert "Rounding" not in svg


def test_settled_and_dropped_episodes_are_added_up_by_category():
    rows = [["Sepsis", "settled", 3], ["Sepsis", "dropped: died", 2], ["Sepsis", "dropped: age", 4]]
    drawn = bars_of(picture_of(listing("funnel", ("category", "outcome", "episodes"), rows)).svg)
    assert {label.split("episodes: ")[1].split(";")[0] for label, _ in drawn} == {"3", "6"}


def test_what_a_cell_has_no_months_for_is_not_drawn():
    """Three bars of two cells; a cell is drawn whatever it is called."""
    labels = ("rate cell", "revenue a member month", "expense a member month")
    rows = [["adult", Decimal(10), Decimal(8)], ["year", Decimal(11), None]]
    drawn = bars_of(picture_of(listing("capitation_rate_cells", labels, rows)).svg)
    assert [label.split("USD a member month: ")[1].split(";")[0] for label, _ in drawn] == [
        "10", "8", "11",
    ]  # fmt: skip
    assert "year" in drawn[2][0]


@pytest.mark.parametrize("name", ["drivers", "practices"])
def test_a_list_without_such_numbers_has_no_picture(name):
    rows = [["Hospital", 3]]
    (section,) = listing_sections([listing(name, ("Group", "People"), rows)])
    assert [block.kind for block in section.blocks] == ["grid"]
