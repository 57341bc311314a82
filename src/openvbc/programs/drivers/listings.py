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


def lists_of(drivers: Drivers) -> list[Listing]:
    """The lists, without those that have no rows."""
    made = [
        care_listings.largest(drivers),
        care_listings.by_type(drivers),
        care_listings.by_category(drivers),
        care_listings.since_before(drivers),
        people_listings.behind_largest(drivers),
        people_listings.practices(drivers),
        people_listings.clinicians(drivers),
        people_listings.cohorts(drivers),
        people_listings.standing(drivers),
        people_listings.concentration(drivers),
        people_listings.high_cost(drivers),
        followed_listings.funnel(drivers),
        followed_listings.nursing_facilities(drivers),
        followed_listings.avoidable(drivers),
        followed_listings.leakage(drivers),
    ]
    return [listing for listing in made if listing.rows]
