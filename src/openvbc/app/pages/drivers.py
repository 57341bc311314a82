"""Why the year came out as it did: the drivers, and one driver down to its people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openvbc.app.blocks import AppPage, Block, Choice, Lazy, Part
from openvbc.app.opened import OpenedRun
from openvbc.app.pages.compare import runs_beside
from openvbc.app.pages.table_rows import grid_of
from openvbc.errors import EmptyResult
from openvbc.programs.drivers.drivers import Drivers
from openvbc.programs.drivers.explain import parts_of, title_of
from openvbc.programs.explanation import Explanation, SmallGrid
from openvbc.programs.listing import Listing
from openvbc.report.list_pictures import picture_of
from openvbc.report.listings import SHOWN_ROWS, listing_section
from openvbc.report.page import Figure, Note, Section
from openvbc.report.run_analyst import explained_sections
from openvbc.run import Run

PEOPLE = 200
"""People of a driver on its page."""
PERSON, EFFECT = "Person", "Effect on the result"


def drivers_page(opened: OpenedRun, against: str, picture: str) -> AppPage:
    """Every list of the drivers; the largest open to their people.

    A program of one year is held against the earlier run in the folder `against`, if any; `picture`
    is the address of :func:`drivers_figure`.
    """
    parts: list[Part | Section] = []
    if not opened.drivers_open:
        choices = [(str(path), str(path)) for path in runs_beside(opened.folder)]
        earlier: list[Block] = [Choice("against", "Run of an earlier year", choices, against)]
        parts.append(Part("Held against", earlier))
    try:
        lists = _lists(opened, against)
    except EmptyResult as none_to_tell:
        words = f"{none_to_tell.what}. {none_to_tell.action or ''}".strip()
        parts.append(Part("None to tell", [Note(words, "warning")]))
        return AppPage("Why", parts, trail=[("/", opened.title)])
    if EFFECT in [field.label for field in lists[0].fields]:
        drawn = Lazy(picture, "The ten largest drivers")
        parts.insert(0, Part("What moved the result", [drawn]))
    for listing in lists:
        parts.append(listing_section(listing, _links(opened, listing)))
    return AppPage("Why", parts, trail=[("/", opened.title)])


def _lists(opened: OpenedRun, against: str) -> Sequence[Listing]:
    """The lists against the run in a folder; none named: against what the run itself knows."""
    if not against or opened.claims is None:
        return opened.driver_lists
    return opened.claims.driver_lists(opened.run, Run.open(Path(against)))


def _links(opened: OpenedRun, listing: Listing) -> dict[tuple[int, int], str]:
    """Drivers open to their page, people to theirs."""
    heads = [field.label for field in listing.fields]
    links: dict[tuple[int, int], str] = {}
    for down, row in enumerate(listing.rows[:SHOWN_ROWS]):
        if listing.name == "drivers" and opened.drivers_open and row[0] is not None:
            links |= {(down, at): f"/driver/{row[0]}" for at in (0, 2)}
        if PERSON in heads:
            at = heads.index(PERSON)
            links[down, at] = f"/person/{opened.key_of(row[at])}"
    return links


def driver_page(opened: OpenedRun, number: str) -> AppPage:
    """One driver: why, which services, whose."""
    all_drivers: Drivers = opened.drivers
    driver = all_drivers.driver(number)
    said = [
        part
        for part in parts_of(all_drivers, driver)
        if not (isinstance(part, SmallGrid) and part.fields[0].heading == PERSON)
    ]
    parts: list[Part | Section] = [*explained_sections(Explanation(said))]
    people: list[Block] = [
        grid_of(opened, all_drivers.people_of(driver.kind, PEOPLE), "The most dollars first.")
    ]
    parts.append(Part("People", people))
    return AppPage(title_of(all_drivers, driver), parts, trail=[("/drivers", "Why")])


def drivers_figure(opened: OpenedRun, against: str = "") -> Figure | None:
    """What each of the largest drivers did to the result, as the report draws it."""
    return picture_of(_lists(opened, against)[0])
