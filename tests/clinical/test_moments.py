"""A FHIR date or time is a day and a time of day in UTC; what is not known stays unknown."""

import datetime as dt

import pytest

from openvbc.clinical.moments import moment

EPOCH = dt.date(1970, 1, 1)


def day(number):
    return (EPOCH + dt.timedelta(number)).isoformat()


@pytest.mark.parametrize(
    ("text", "first", "last", "time"),
    [
        ("2026-03-01", "2026-03-01", "2026-03-01", None),
        ("2026", "2026-01-01", "2026-12-31", None),
        ("2024-02", "2024-02-01", "2024-02-29", None),
        ("2026-12-31T23:59:59.000+00:00", "2026-12-31", "2026-12-31", 86_399_000),
        # 23:30 five hours behind UTC is 04:30 of the next day: (4 x 60 + 30) x 60,000
        ("2026-12-31T23:30:00-05:00", "2027-01-01", "2027-01-01", 16_200_000),
        # 01:00 two hours ahead of UTC is 23:00 of the day before
        ("2026-01-01T01:00:00+02:00", "2025-12-31", "2025-12-31", 82_800_000),
        ("2026-01-01T08:00:00.500Z", "2026-01-01", "2026-01-01", 28_800_500),
        ("2026-01-01T08:00", "2026-01-01", "2026-01-01", 28_800_000),
    ],
)
def test_a_moment_is_read(text, first, last, time):
    span = moment(text)
    assert (day(span.first_day), day(span.last_day), span.time) == (first, last, time)


def test_a_time_without_a_zone_is_known_as_such():
    assert not moment("2026-01-01T08:00:00").has_zone
    assert moment("2026-01-01T08:00:00Z").has_zone


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "2026-02-30", "20260101", 5, "2026-01-01T99:00:00Z"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        moment(text)
