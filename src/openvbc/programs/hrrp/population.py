"""Peer groups, peer medians and the spread of hospitals, over every hospital of the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from openvbc.programs.hrrp.files import HospitalFigures
from openvbc.programs.published.standing_among import shares_worse
from openvbc.worksheets.kernel.arithmetic import Column
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet
from openvbc.worksheets.shared_savings.population import (
    Statistic,
    groups,
    half_unit,
    mean,
    median,
    statistic,
)

MEDIAN_DECIMALS = 4
"""Decimals with which supplemental files print medians."""
CLEAR_DIFFERENCE = 10
"""Readmissions by which observed must differ from expected for a hospital to show the shrinkage."""


def assign_peer_groups(hospitals: Iterable[HospitalFigures], number: int) -> dict[str, int]:
    """Each hospital's peer group: groups of equal size by dual proportion; what is printed wins.

    Printed are the group itself, or its medians: hospitals with the same printed medians are of one
    group. The groups of equal size need the whole population; printed medians do not.
    """
    known = [h for h in hospitals if h.dual_proportion is not None]
    proportions = [h.dual_proportion for h in known if h.dual_proportion is not None]
    computed = groups(proportions, number)
    group_of = {h.ccn: own for h, own in zip(known, computed, strict=True)}
    by_medians: dict[tuple[Decimal | None, ...], list[int]] = {}
    for index, hospital in enumerate(known):
        by_medians.setdefault(_printed_medians(hospital), []).append(index)
    if len(by_medians) == number:
        ordered = sorted(by_medians.values(), key=lambda own: mean([proportions[i] for i in own]))
        group_of = {known[i].ccn: group for group, own in enumerate(ordered, start=1) for i in own}
    for hospital in hospitals:
        if hospital.peer_group is not None:
            group_of[hospital.ccn] = hospital.peer_group
    return group_of


def _printed_medians(hospital: HospitalFigures) -> tuple[Decimal | None, ...]:
    figures = hospital.conditions.values()
    return tuple(None if f.median is None else f.median.value for f in figures)


def peer_medians(
    hospitals: Mapping[str, HospitalFigures], group_of: Mapping[str, int]
) -> dict[tuple[int, str], Statistic]:
    """For each peer group and condition the median ratio of every hospital that has a ratio.

    Hospitals with fewer discharges than the minimum are in the median; the minimum only spares
    them the penalty. The median that the file prints is the official one.
    """
    members: dict[tuple[int, str], list[HospitalFigures]] = {}
    for ccn, group in group_of.items():
        for condition in hospitals[ccn].conditions:
            members.setdefault((group, condition), []).append(hospitals[ccn])
    statistics = {}
    for (group, condition), ours in members.items():
        figures = [h.conditions[condition] for h in ours]
        ratios = [f.ratio for f in figures if f.ratio is not None]
        medians = Counter(f.median.value for f in figures if f.median is not None)
        official = medians.most_common(1)[0][0] if medians else None
        if ratios or official is not None:
            statistics[group, condition] = statistic(
                median,
                [r.value for r in ratios],
                [r.low for r in ratios],
                [r.high for r in ratios],
                official,
                MEDIAN_DECIMALS,
            )
    if any(_disagrees(each) for each in statistics.values()):
        # Not CMS's whole population, or one wrong median: only what is printed can be relied on;
        # what the file's ratios give stays beside it, to be compared.
        return {
            key: replace(
                statistic(median, [], official=each.official, official_decimals=MEDIAN_DECIMALS),
                computed=each.computed,
                count=each.count,
            )
            if each.official is not None
            else each
            for key, each in statistics.items()
        }
    return statistics


def _disagrees(each: Statistic) -> bool:
    """Whether the computed median is not the printed one in its decimals."""
    if each.official is None or each.computed is None:
        return False
    return abs(each.official - each.computed) > half_unit(MEDIAN_DECIMALS)


def between_hospital_variance(
    hospitals: Iterable[HospitalFigures], condition: str
) -> Decimal | None:
    """Variance of the hospital effects that the published rates imply; None if they are too few.

    Predicted lies between expected and observed, by the weight v / (1 + v) with v = discharges x
    expected x (1 - expected) x variance; each hospital whose observed rate is clearly apart from
    its expected one gives the variance, and the median is taken.
    """
    implied = []
    for hospital in hospitals:
        figures = hospital.conditions.get(condition)
        if figures is None or not figures.discharges or figures.readmissions is None:
            continue
        if figures.predicted is None or figures.expected is None:
            continue
        expected = figures.expected * figures.discharges
        if abs(figures.readmissions - expected) < CLEAR_DIFFERENCE:
            continue
        observed = figures.readmissions / figures.discharges
        weight = (figures.predicted - figures.expected) / (observed - figures.expected)
        information = expected * (1 - figures.expected)
        if 0 < weight < 1 and information > 0:
            implied.append(weight / (1 - weight) / information)
    return median(implied) if len(implied) >= CLEAR_DIFFERENCE else None


def shares_lower(
    hospitals: Mapping[str, HospitalFigures], group_of: Mapping[str, int]
) -> dict[tuple[str, str], Decimal]:
    """By hospital and condition, the share of the peer group with a lower ratio."""
    keys = [
        (ccn, condition, figures.ratio.value)
        for ccn, hospital in hospitals.items()
        for condition, figures in hospital.conditions.items()
        if figures.ratio is not None
    ]
    among = [f"{group_of.get(ccn, 0)} {condition}" for ccn, condition, _ in keys]
    # A lower ratio is the better one; "worse" of a figure where higher is better is lower.
    shares = shares_worse(among, [ratio for _, _, ratio in keys], lower_is_better=False)
    return {
        (ccn, condition): share
        for (ccn, condition, _), share in zip(keys, shares, strict=True)
        if share is not None
    }


@line(unit="factor", cite="42 CFR 412.152; the printed median wins where they differ")
def official_less_computed(official_median: Column, computed_median: Column) -> Column:
    """Printed median less the median of the file's ratios."""
    return official_median - computed_median


MEDIANS = Worksheet(
    "hrrp_peer_median",
    "Peer group medians",
    inputs=[
        Input("median_used", "factor", "Median used"),
        Input("lowest_median", "factor", "Lowest the rounding allows"),
        Input("highest_median", "factor", "Highest the rounding allows"),
        Input("official_median", "factor", "Median as printed", optional=True),
        Input("computed_median", "factor", "Median of the file's ratios", optional=True),
        Input("hospitals", "hospitals", "Hospitals with a ratio"),
    ],
    parameters=[],
    lines=[official_less_computed],
)
