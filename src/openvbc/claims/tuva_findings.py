"""What the tables of the Tuva input layer lack, and values in them that nobody understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from openvbc.claims.report import Finding
from openvbc.engine.base import Engine


def columns_lacking(found: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Columns that tables lack; of two that stand for one another one is enough."""
    for name, lacking in found.items():
        shown = [
            c for c in lacking if not c.startswith("diagnosis_code_") and not _stands_in(c, lacking)
        ]
        if shown:
            yield Finding(
                "columns that a table does not have", "warning",
                f"{name}: {', '.join(shown)}; what they would say is taken as not known",
            )  # fmt: skip


def _stands_in(column: str, lacking: Sequence[str]) -> bool:
    return any(column in pair and not set(pair) <= set(lacking) for pair in _EITHER)


_EITHER = (("person_id", "member_id"),)
"""Columns of which one is enough."""


_UNDERSTOOD = {
    "gender": ("lower(gender) in ('female', 'f', '2', 'male', 'm', '1', 'unknown', 'u', '0')",
               "the sex counts as unknown"),
    "original_reason_entitlement_code": (
        "split_part(original_reason_entitlement_code, '.', 1) in ('0', '1', '2', '3')",
        "the person counts as entitled by age",
    ),
    "medicare_status_code": (
        "split_part(medicare_status_code, '.', 1) in ('10', '11', '20', '21', '31')",
        "the months have no enrollment type, so they count for nobody",
    ),
    "dual_status_code": ("upper(dual_status_code) = 'NA' or "
                         "try_cast(split_part(dual_status_code, '.', 1) as int) between 0 and 10 "
        "or "
                         "try_cast(split_part(dual_status_code, '.', 1) as int) = 99",
                         "the person counts as not dual"),
}  # fmt: skip
"""Which values of a column are understood, and what follows where one is not."""


def not_understood(engine: Engine) -> Iterator[Finding]:
    """Values of the registered table ``eligibility`` that stand for nothing known."""
    for column, (known, otherwise) in _UNDERSTOOD.items():
        found = engine.rows(
            f"select count(*) as n from eligibility where {column} is not null "
            f"and not coalesce({known}, false)"
        )
        if int(found[0]["n"]):
            detail = f"eligibility, {column}: {otherwise}"
            yield Finding("values that are not understood", "warning", detail, int(found[0]["n"]))
