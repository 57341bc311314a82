"""What a list as a whole shows: columns it lacks, rows that appear twice, numbers beyond belief."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from openvbc.claims.code_forms import is_identifier
from openvbc.claims.csv_table import CsvRows
from openvbc.claims.people_codes import CONSEQUENCES, known_codes
from openvbc.claims.plausible import LARGEST_PAYMENT, MEAN_SCORE, ODD_SCORES, ONE_SCORE, mean
from openvbc.claims.report import Finding

ONE_ROW = {
    "risk_score": ("member_id", "calendar_year", "enrollment_type"),
    "voluntary_alignment": ("member_id", "performance_year"),
    "non_claims_payment": ("member_id", "payment_date", "paid_amount", "program"),
    "coverage_span": (
        "member_id", "start_date", "end_date", "part_a", "part_b", "medicare_advantage",
        "enrollment_type",
    ),
    "participant": ("aco_id", "performance_year", "tin", "npi", "ccn", "start_date", "end_date"),
}  # fmt: skip
"""What a row of a list is about: no two rows are about the same."""
HARMLESS = ("coverage_span", "participant")
"""Lists in which a row that appears twice changes nothing; it is said all the same."""


def list_findings(table: str, rows: CsvRows) -> list[Finding]:
    """Everything that a list as a whole shows; nothing names a person."""
    return [*columns_lacking(rows), *_twice(table, rows), *_beyond_belief(table, rows)]


def columns_lacking(rows: CsvRows) -> Iterator[Finding]:
    """Columns the file does not have, and what follows; with them those that nobody reads."""
    lacking = [column for column in rows.missing_columns if column.without]
    if not lacking:
        return
    names = ", ".join(f"{column.name} ({column.without})" for column in lacking)
    others = f"; not read: {', '.join(rows.other_columns[:5])}" if rows.other_columns else ""
    yield Finding(
        "columns that a list does not have", "warning", f"{rows.entry.file}: {names}{others}"
    )


def report_values(rows: CsvRows, months: Sequence[str]) -> Iterator[Finding]:
    """Values of an assignment list report's rows that are used, and are none of their kind.

    Args:
        rows: A report's rows.
        months: The columns of the monthly enrollment flags.
    """
    file = rows.entry.file
    odd = sum(not is_identifier(member) for member in rows.columns["BENE_MBI_ID"])
    if odd:
        yield Finding(
            "identifiers of another form", "warning",
            f"{file}: BENE_MBI_ID; no Medicare identifier looks so; who is meant has no claims",
            odd,
        )  # fmt: skip
    known = known_codes("BENE_SEX_CD")
    strange = sum(sex is not None and not known(sex) for sex in rows.columns["BENE_SEX_CD"])
    if strange:
        yield Finding(
            "codes of people that are not understood", "warning",
            f"{file}: BENE_SEX_CD; {CONSEQUENCES['BENE_SEX_CD']}", strange,
        )  # fmt: skip
    blanks = {month: sum(flag is None for flag in rows.columns[month]) for month in months}
    some = [month for month, count in blanks.items() if 0 < count < len(rows.lines)]
    if some:
        yield Finding(
            "months without an enrollment flag", "warning",
            f"{file}: {', '.join(some)}; a blank counts as not enrolled, as 0 does",
            sum(blanks[month] for month in some),
        )  # fmt: skip


def _twice(table: str, rows: CsvRows) -> Iterator[Finding]:
    names = ONE_ROW.get(table, ())
    if not names or not rows.lines:
        return
    counts = Counter(zip(*(rows.columns[name] for name in names), strict=True))
    twice = sum(count - 1 for count in counts.values() if count > 1)
    if twice:
        harmless = table in HARMLESS
        yield Finding(
            "rows of a list that appear twice",
            "warning" if harmless else "error",
            f"{rows.entry.file}: {twice:,} of {len(rows.lines):,} rows repeat another's "
            f"{', '.join(names)}",
            twice,
            "" if harmless else f"rows twice in {rows.entry.file}",
        )


def _beyond_belief(table: str, rows: CsvRows) -> Iterator[Finding]:
    if table == "risk_score":
        kinds = zip(
            rows.columns["calendar_year"], rows.columns["enrollment_type"],
            rows.columns["risk_score"], rows.columns["demographic_score"], strict=True,
        )  # fmt: skip
        yield from score_means(rows.entry.file, list(kinds))
    if table == "non_claims_payment":
        amounts: list[Decimal] = rows.columns["paid_amount"]
        large = sum(abs(amount) > LARGEST_PAYMENT for amount in amounts)
        file = rows.entry.file
        if large:
            yield Finding(
                "payments beyond belief", "error",
                f"{file}: above {LARGEST_PAYMENT:,} USD for one person; are they cents?", large,
                f"amounts of {file}",
            )  # fmt: skip
        if amounts:
            yield Finding(
                "payments outside claims were added", "warning",
                f"{file}: {len(amounts):,} rows, {sum(amounts):,.2f} USD in all",
            )  # fmt: skip


FEW = 20
"""Scores of a year and type from which their mean says something."""


def score_means(file: str, scores: Sequence[tuple[Any, ...]]) -> Iterator[Finding]:
    """Means of (year, type, score, demographic score) that are no risk scores' means."""
    groups: dict[tuple[int, str], list[tuple[Decimal | None, Decimal | None]]] = {}
    for year, kind, score, demographic in scores:
        groups.setdefault((year, kind), []).append((score, demographic))
    for (year, kind), pairs in sorted(groups.items()):
        for name, values in zip(("risk", "demographic"), zip(*pairs, strict=True), strict=True):
            figure = mean(values)
            if len(values) >= FEW and figure is not None and not MEAN_SCORE.holds(figure):
                yield Finding(
                    "scores beyond belief", "error",
                    f"{file}: the mean {name} score of {kind} in {year} is {figure:.3f}; believed: "
                    f"{MEAN_SCORE}", len(values), f"scores of {file} {year} {kind}",
                )  # fmt: skip
    known = [score for _, _, score, _ in scores if score]
    odd = sum(not ONE_SCORE.holds(score) for score in known)
    if len(known) >= FEW and odd > ODD_SCORES * len(known):
        yield Finding(
            "scores beyond belief", "error",
            f"{file}: {odd:,} of {len(known):,} scores are not {ONE_SCORE}; are some in another "
            "unit?", odd, f"scores of {file}",
        )  # fmt: skip
