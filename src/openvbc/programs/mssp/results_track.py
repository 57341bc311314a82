"""The track of a results row: the one flagged or printed, else the one its rates are of.

Files of 2013 flag Track 2 only, or no track: then the sharing rate tells Track 2 from Track 1.
"""

from __future__ import annotations

from openvbc.errors import SetAside
from openvbc.programs.mssp.results_row import ResultsRow
from openvbc.programs.mssp.results_rules import rates_to_choose, tracks_of
from openvbc.rules.load import RuleSet


def track_of(row: ResultsRow, rules: RuleSet) -> str | SetAside:
    """The track, or why the row cannot be settled under one."""
    if len(row.tracks) == 1:
        return row.tracks[0]
    if row.tracks:
        detail = f"flagged: {', '.join(row.tracks)}"
        return SetAside("more than one track flagged", row.place, detail)
    left = set(tracks_of(row.year, rules)) - row.table.track_columns
    if row.table.track_columns and len(left) == 1:
        return left.pop()
    return _track_from_rate(row, rules)


def _track_from_rate(row: ResultsRow, rules: RuleSet) -> str | SetAside:
    """Where a row names no track: the one track of the year that has the printed maximum rate.

    Without a maximum rate the final one will do where quality left it whole. A final rate of zero
    leaves the election: a one-sided contract has none.
    """
    maxima = {
        track: rules.get("maximum_sharing_rate", performance_year=row.year, track=track).value
        for track in tracks_of(row.year, rules)
    }
    if len(set(maxima.values())) == len(maxima):
        rate = row.amount("maximum_sharing_rate")
        if rate is None and row.amount("quality_score") in (None, 0, 1):
            rate = row.amount("final_sharing_rate")
        fits = [track for track, maximum in maxima.items() if maximum == rate]
        if len(fits) == 1:
            return fits[0]
        if rate == 0:
            printed = row.amount("minimum_savings_rate")
            fits = [t for t in maxima if (printed in rates_to_choose(t, rules))]
            return fits[0] if len(fits) == 1 else min(maxima)
    detail = "a column Current_Track (A to E, EN), or a column for each track with one of them set"
    return SetAside("track not told", row.place, detail)
