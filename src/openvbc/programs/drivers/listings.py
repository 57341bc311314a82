"""Every list of the drivers of a run, in the order in which a reader asks."""

from __future__ import annotations

from openvbc.engine.reading import reading
from openvbc.programs.drivers import care_listings, followed_listings, people_listings
from openvbc.programs.drivers.drivers import Drivers, drivers_of
from openvbc.programs.listing import Listing
from openvbc.run import Run

DRIVERS = "drivers"
"""How the names of these lists begin."""
FIRST = ("drivers", "drivers_types", "drivers_categories", "drivers_history")
"""The lists of dollars, with which a reader begins."""


def driver_listings(run: Run) -> list[Listing]:
    """The lists of a run.

    Raises:
        EmptyResult: the run has no drivers to tell, and why.
    """
    with reading() as engine:
        return lists_of(drivers_of(run, engine))


def lists_of(found: Drivers) -> list[Listing]:
    """The lists, without those that have no rows."""
    made = [
        care_listings.largest(found),
        care_listings.by_type(found),
        care_listings.by_category(found),
        care_listings.since_before(found),
        people_listings.behind_largest(found),
        people_listings.practices(found),
        people_listings.clinicians(found),
        people_listings.cohorts(found),
        people_listings.standing(found),
        people_listings.concentration(found),
        people_listings.high_cost(found),
        followed_listings.funnel(found),
        followed_listings.nursing_facilities(found),
        followed_listings.avoidable(found),
        followed_listings.leakage(found),
    ]
    return [listing for listing in made if listing.rows]
