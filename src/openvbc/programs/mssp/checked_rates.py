"""Whether the rates that are to be scored can be meant: known measures, each once, in its unit.

A rate in another unit, a name that is mistyped or a measure given twice moves the score of an ACO
and with it dollars: such a list is refused whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from openvbc.errors import InputError
from openvbc.programs.mips.submissions.inventory import CLAIMS
from openvbc.programs.mssp.pathway_set import Known, ReportedRate, counted_as, one_name
from openvbc.rules.load import RuleSet

OTHER_UNIT = 10
"""So many times the largest boundary of its benchmark a rate cannot be meant."""


_A_MEASURE = re.compile(r"CMS\d{1,4}v\d{1,2}|[A-Z]{1,6}_\w{1,6}|\d{1,3}[A-Z]{0,3}", re.IGNORECASE)
"""What a measure's name looks like; a cell of another column is not repeated in a message."""


def _told(measure: str) -> str:
    return measure if _A_MEASURE.fullmatch(measure) else "that of this row"


def check_rates(rates: Sequence[ReportedRate], known: Known, rules: RuleSet) -> None:
    """Refuse rates that cannot be meant.

    Args:
        rates: of one ACO and year, from every source.
        known: the benchmarks of the year.
        rules: rules named ``mips``, which have the sets of the years.

    Raises:
        InputError: a rate outside its unit; a measure neither benchmarks nor a set of any year
            know; a measure given twice in one way.
    """
    names = {name for name, _ in known}
    for entry in rules.history("pathway_measures"):
        names |= set(str(entry.value).split())
    seen: dict[tuple[str, str], ReportedRate] = {}
    for rate in rates:
        key = one_name(rate.measure, rate.collection_type)
        if not {key[0], counted_as(key[0])} & names:
            raise InputError(
                f"it is not known which measure {_told(rate.measure)} is",
                place=rate.place,
                rule="neither the benchmarks nor the set of any year have it",
                action="name it as the benchmarks do, for example 236, CAHPS_1",
                code="VBC-1113",
            )
        if key in seen:
            raise InputError(
                f"measure {key[0]} is given twice as {key[1]}",
                place=rate.place,
                rule=f"it stands as well in {seen[key].place}",
                action="give it once; results of several practices are merged before they count",
                code="VBC-1144",
            )
        seen[key] = rate
        _check_unit(rate, known)


def _check_unit(rate: ReportedRate, known: Known) -> None:
    """Claims measures are in the unit of their benchmark, all others in percent."""
    benchmark = known.get(one_name(rate.measure, rate.collection_type))
    if rate.collection_type == CLAIMS:
        ends = [each for each in benchmark.boundaries if each is not None] if benchmark else []
        most = OTHER_UNIT * max(ends) if ends else None
        rule = f"the benchmark of {rate.measure} goes to {max(ends):g}" if ends else "0 or more"
    else:
        most, rule = Decimal(100), "a rate is 0 to 100 percent"
    if rate.rate < 0 or (most is not None and rate.rate > most):
        raise InputError(
            f"a rate of {rate.rate:f} of {rate.measure} ({rate.collection_type}) cannot be",
            place=rate.place,
            rule=rule,
            action="give it in the unit of the benchmark",
            code="VBC-1145",
        )


def check_is_percent(rate: ReportedRate) -> None:
    """Refuse a typed rate that looks like a share: between 0 and 1 where percent are meant.

    Raises:
        InputError: it does.
    """
    if rate.collection_type != CLAIMS and 0 < rate.rate < 1:
        raise InputError(
            f"a rate of {rate.rate:f} of {rate.measure} looks like a share",
            place=rate.place,
            rule="rates are in percent: 80 for 80%",
            action="write it in percent; one really below 1% is given by its counts (--results)",
            code="VBC-1146",
        )
