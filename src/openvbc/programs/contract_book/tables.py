"""The results of a book as tables: CSV files in its folder, rows for terminal and page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from openvbc.engine.csv_file import csv_file
from openvbc.format import show
from openvbc.programs.contract_book.payment_category import categories
from openvbc.programs.contract_book.settle import SettledBook
from openvbc.programs.contract_book.settled_entry import SettledEntry
from openvbc.programs.contract_book.spending_shares import ShareLine
from openvbc.programs.listing import Field

COLUMNS = (
    Field("Contract"),
    Field("Payer"),
    Field("Line of business"),
    Field("Expected", "USD"),
    Field("Best case", "USD"),
    Field("Worst case", "USD"),
    Field("Reserved", "USD"),
)


def contract_rows(settled: SettledBook) -> list[list[Any]]:
    """One row a contract, in the order of identifiers."""
    return [
        [
            line.contract,
            line.settled.entry.payer,
            line.settled.entry.line_of_business,
            line.expected,
            line.ends and line.ends.best,
            line.ends and line.ends.worst,
            line.reserved,
        ]
        for line in settled.lines
    ]


def total_row(settled: SettledBook) -> list[Any]:
    """The sums over the contracts settled."""
    return [
        "In all", "", "", settled.expected, settled.best, settled.worst, settled.reserved,
    ]  # fmt: skip


def shown(value: Any, column: Field) -> str:
    """A cell for a reader: dollars whole, thousands apart."""
    return show(value, column.unit) if column.unit == "USD" else str(value)


def cash_by_month(settled: SettledBook) -> list[tuple[str, Decimal]]:
    """The sum of all payments by month; what has no month comes last, under an empty one."""
    sums: dict[str, Decimal] = {}
    for line in settled.cash:
        sums[line.month] = sums.get(line.month, Decimal(0)) + line.amount
    return list(sums.items())


def measured_tables(settled: SettledBook) -> dict[str, tuple[list[str], list[list[Any]]]]:
    """Members by month, overlaps and shares: heads and rows by the name of the table."""
    measured = settled.measured
    assert measured is not None
    known = {line.contract: line.settled for line in settled.lines}
    members = [
        [contract, f"{settled.book.year}-{month:02d}", count, credited]
        for contract, month, count, credited in measured.people.by_month
    ]
    overlaps = [
        [
            each.contract, each.lost_to, each.months, each.rule.says, each.rule.cite,
            each.rule.status, *_cost(known.get(each.contract)),
        ]
        for each in measured.people.lost
    ]  # fmt: skip
    return {
        "members": (["contract", "month", "members", "credited"], members),
        "overlaps": (
            ["contract", "credit went to", "person-months", "rule", "citation", "status",
             "cost of all overlaps of the contract", "months are in it as settled",
             "why the cost is not known"],
            overlaps,
        ),
        "provider_overlaps": (
            ["contract", "other", "providers in both", "payment stands of", "exclusive", "rule",
             "citation", "status"],
            [[each.contract, each.other, each.providers, each.goes_to,
              "yes" if each.rule.exclusive else "no", each.rule.says, each.rule.cite,
              each.rule.status] for each in measured.provider_overlaps],
        ),
        "shares": (list(SHARE_HEADS), [_share_row(line) for line in measured.shares]),
    }  # fmt: skip


def _cost(settled: SettledEntry | None) -> tuple[Decimal | None, str, str]:
    """Cost of a contract's overlaps, whether it counts these months, why the cost is not known."""
    if settled is None:
        return None, "", "the contract is not settled"
    counted = settled.counts_overlap or settled.cost_unknown
    return settled.overlap_cost, "yes" if counted else "no", settled.cost_unknown


SHARE_HEADS = (
    "line of business", "payer", "dollars", *(f"category {name}" for name in categories()),
    "categories 3 and 4", "under downside risk", "without a link to quality", "people",
    "people in categories 3 and 4", "people under downside risk",
)  # fmt: skip


def _share_row(line: ShareLine) -> list[Any]:
    dollars = line.dollars
    return [
        line.line_of_business, line.payer, dollars.total,
        *(_four(dollars.of([name])) for name in categories()),
        _four(dollars.accountable), _four(dollars.downside), _four(dollars.apart),
        line.people, line.accountable_people, line.downside_people,
    ]  # fmt: skip


def _four(share: Decimal) -> Decimal:
    """A share with four decimals, as the specification of these shares writes them."""
    return share.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def write_tables(settled: SettledBook, folder: Path) -> None:
    """Write the tables of a book into its folder, to the cent."""
    heads = [column.label.lower() for column in COLUMNS]
    _write(folder / "contracts.csv", heads, contract_rows(settled))
    cash = [[c.month, c.contract, c.what, c.amount] for c in settled.cash]
    _write(folder / "cash.csv", ["month", "contract", "what", "amount"], cash)
    if settled.measured is not None:
        for name, (heads, rows) in measured_tables(settled).items():
            _write(folder / f"{name}.csv", heads, rows)
    out = [[each.contract, each.why, each.what_to_do] for each in settled.left_out]
    _write(folder / "left_out.csv", ["contract", "why", "what to do"], out)


def _write(path: Path, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with csv_file(path) as writer:
        writer.writerow(heads)
        writer.writerows(["" if value is None else value for value in row] for row in rows)
