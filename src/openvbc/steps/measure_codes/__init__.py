"""Measures of a payer's contract told by codes on claims: who counts, and who meets them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from importlib import resources

from openvbc.engine.step import Step, steps_in
from openvbc.engine.table import SmallTable


def steps() -> list[Step]:
    """The steps `provider_member`, `measure_person` and `measure_result`.

    They read `withdrawn_claim` of :mod:`openvbc.steps.claims`.
    """
    return steps_in(resources.files(__name__))


def tables(
    members: Iterable[tuple[str, str]],
    codes: Sequence[tuple[str, str, str, str]],
    year: int,
) -> list[SmallTable]:
    """What the steps are given.

    Args:
        members: provider and member.
        codes: measure, role (DENOMINATOR, NUMERATOR, EXCLUSION), kind of code, code. A measure
            without a code of the denominator counts every member.
        year: claims of this year count.
    """
    named = sorted({measure for measure, _, _, _ in codes})
    told = {measure for measure, role, _, _ in codes if role == "DENOMINATOR"}
    return [
        SmallTable(
            "measured_member", {"provider": "string", "member_id": "string"}, list(members)
        ),
        SmallTable(
            "measure_code",
            {"measure": "string", "role": "string", "code_kind": "string", "code": "string"},
            list(codes),
        ),
        SmallTable(
            "paid_measure", {"measure": "string", "counts_every_member": "boolean"},
            [(measure, measure not in told) for measure in named],
        ),
        SmallTable(
            "measured_year", {"first_day": "date", "last_day": "date"},
            [(dt.date(year, 1, 1), dt.date(year, 12, 31))],
        ),
    ]  # fmt: skip
