"""The rates an ACO reports: typed in a list, computed by a quality run, or both."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn, read_csv_file
from openvbc.claims.csv_values import Refused
from openvbc.errors import InputError, Place
from openvbc.programs.mips.submissions.inventory import CLAIMS, ELECTRONIC, SURVEY, WEB
from openvbc.programs.mssp.checked_rates import check_is_percent
from openvbc.programs.mssp.pathway_set import MEDICARE, REGISTRY, ReportedRate
from openvbc.programs.quality.handover.given_results import measure_number, read_results
from openvbc.programs.quality.quality_run import stored_quality
from openvbc.rules.load import RuleSet

COLLECTION_TYPES = (
    ELECTRONIC, REGISTRY, WEB, "claims", CLAIMS, SURVEY, MEDICARE,
)  # fmt: skip


def _cases(text: str) -> Decimal:
    count = read.number(text)
    if count < 0 or count != count.to_integral_value():
        raise Refused("cases that are no whole number")
    return count


def _share(text: str) -> Decimal:
    share = read.number(text)
    if not 0 <= share <= 1:
        raise Refused("a data completeness outside 0 to 1 (0.82 for 82%)")
    return share


COLUMNS = (
    CsvColumn("measure", read.word, "measure as benchmarks name it", "236"),
    CsvColumn("collection_type", read.one_of(*COLLECTION_TYPES), "how it was reported", ELECTRONIC),
    CsvColumn("rate", read.number, "rate in the unit of the benchmark, mostly percent", "71.5"),
    CsvColumn("cases", _cases, "cases it counts", "412", required=False, filled=False),
    CsvColumn(
        "data_completeness", _share, "share of the eligible reported, 0.82 for 82%", "0.82",
        required=False, filled=False,
    ),
)  # fmt: skip


def typed_rates(path: Path, year: int, rules: RuleSet) -> list[ReportedRate]:
    """Read a list of rates, one row a measure and collection type.

    Raises:
        InputError: the list cannot be read, or a row of it: a rate left out would move the score.
    """
    csv_rows = read_csv_file(path, COLUMNS, "rates of measures")
    if csv_rows.entry.set_aside or csv_rows.other_columns:
        reason = next(iter(csv_rows.entry.set_aside), f"column {', '.join(csv_rows.other_columns)}")
        line = next(iter(csv_rows.entry.lines.get(reason, [])), None)
        raise InputError(
            f"the list of rates cannot be used: {reason}",
            place=Place(path.name, line),
            rule=f"columns: {', '.join(column.name for column in COLUMNS)}",
            action="correct it; a rate left out would move the score",
            code="VBC-1912",
        )
    columns = csv_rows.columns
    empty: list[Decimal | None] = [None] * len(csv_rows.lines)
    rows = zip(
        columns["measure"], columns["collection_type"], columns["rate"],
        columns.get("cases") or empty, columns.get("data_completeness") or empty, strict=True,
    )  # fmt: skip
    cases, share = _gates(rules, year)
    typed = [
        ReportedRate(
            measure_number(measure) or measure, kind, rate,
            data_complete=complete is None or complete >= share,
            enough_cases=counted is None or counted >= cases,
            cases=None if counted is None else int(counted),
            place=Place(path.name, line),
            says_completeness=complete is not None,
        )
        for line, (measure, kind, rate, counted, complete) in zip(csv_rows.lines, rows, strict=True)
    ]  # fmt: skip
    for each in typed:
        check_is_percent(each)
    return typed


def computed_rates(
    run: Path, year: int, rules: RuleSet, data_completeness: Decimal | None
) -> list[ReportedRate]:
    """The rates of a quality run as electronic measures, in percent.

    Args:
        run: folder of the quality run.
        year: performance year, which must be the run's.
        rules: rules named ``mips``.
        data_completeness: share of the eligible whose charts are in the run; None: not known.
    """
    stored = stored_quality(run)
    if stored.year != year:
        raise InputError(
            f"the quality run measured {stored.year}, the score is of {year}",
            place=Place(str(run)),
            code="VBC-1913",
        )
    cases, share = _gates(rules, year)
    return [
        ReportedRate(
            rate.number, ELECTRONIC, 100 * rate.counts.rate,
            data_complete=data_completeness is None or data_completeness >= share,
            enough_cases=rate.counts.eligible >= cases,
            cases=rate.counts.eligible,
            place=Place(run.name),
            says_completeness=data_completeness is not None,
        )
        for rate in stored.rates
        if rate.counts.rate is not None
    ]  # fmt: skip


def _gates(rules: RuleSet, year: int) -> tuple[Decimal, Decimal]:
    """The least cases and the least data completeness a measure is scored with."""
    return (
        Decimal(str(rules.get("least_cases").value)),
        Decimal(str(rules.get("least_data_completeness", performance_year=year).value)),
    )


def others_rates(path: Path, year: int, rules: RuleSet) -> list[ReportedRate]:
    """The rates of a file others computed, in percent: QRDA III, QPP submission, MeasureReports.

    A measure is known by its number, its version-specific identifier or its CMS number.

    Raises:
        InputError: the file contradicts itself, is of another year, or names a measure not known.
    """
    cases, share = _gates(rules, year)
    rate_list = []
    for result in read_results(path):
        if result.year is None:
            raise InputError(
                "the results do not say which year they are of",
                place=Place(path.name),
                rule="a measure is scored by the calendar year",
                action="ask whoever made the file, or give the rates in a list",
                code="VBC-1141",
            )
        if result.year != year:
            raise InputError(
                f"the results are of {result.year}, the score is of {year}",
                place=Place(path.name),
                code="VBC-1112",
            )
        number = measure_number(result.measure)
        if number is None:
            raise InputError(
                f"it is not known which measure {result.measure[:60]} is",
                place=Place(path.name),
                rule="known are QPP numbers, and the identifiers of the measures of vbc quality",
                action="give its rate in a list: measure, collection_type, rate",
                code="VBC-1113",
            )
        counts = result.counts
        if counts.rate is not None:
            reported = counts.eligible + counts.denominator_exclusion + counts.denominator_exception
            complete = Decimal(reported) / counts.initial_population >= share
            rate_list.append(
                ReportedRate(
                    number, result.collection_type, 100 * counts.rate,
                    data_complete=complete, enough_cases=counts.eligible >= cases,
                    cases=counts.eligible, place=Place(path.name),
                )
            )  # fmt: skip
    return rate_list
