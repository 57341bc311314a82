"""Read the division of financial responsibility and the sub-capitation paid for its services."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from pathlib import Path

from openvbc.claims.csv_values import Refused, ccn, tin
from openvbc.claims.own_rows import Row, rows_of
from openvbc.errors import InputError, Place
from openvbc.programs.capitation.project import DIVISION, SUB_CAPITATION
from openvbc.steps.capitation import Held

INSTITUTIONAL = "institutional"
LONGEST_CCN = 6


def read_division(path: Path) -> list[Held]:
    """The rows of the division of financial responsibility.

    Raises:
        InputError: a service is in two funds.
    """
    division: list[Held] = []
    fund_of: dict[str, str] = {}
    for line, row in rows_of(path, DIVISION):
        if fund_of.setdefault(row["service"], row["fund"]) != row["fund"]:
            raise InputError(
                "a service is in two funds",
                place=Place(path.name, line, "fund", row["fund"]),
                rule="every service is in exactly one fund",
                action="correct the row, or give the service another name",
                code="VBC-1089",
            )
        provider = _provider(row["provider"], {row["claim_kind"]})
        if wrong := _wrong_division(row, provider):
            column, what = wrong
            raise InputError(
                what,
                place=Place(path.name, line, column, str(row[column])),
                rule="a row that no claim line can be, or that says less than it seems to, moves "
                "lines to other funds",
                action="correct the row",
                code="VBC-99011",
            )
        priority = row["priority"]
        division.append(
            Held(
                row["service"], row["fund"], 1 if priority is None else int(priority),
                row["claim_kind"], row["claim_type_code"], row["hcpcs_low"],
                row["hcpcs_high"] or row["hcpcs_low"], row["specialty_code"], provider,
            )
        )  # fmt: skip
    return division


def _provider(text: str | None, kinds: Collection[str]) -> str | None:
    """A certification number or a taxpayer number, as claims of the kinds have it; "" if neither.

    Where both can be, what is no longer than a certification number is one.
    """
    if text is None:
        return None
    is_facility = INSTITUTIONAL in kinds and (len(kinds) == 1 or len(text) <= LONGEST_CCN)
    try:
        provider_number: str = (ccn if is_facility else tin)(text)
    except Refused:
        return ""
    return provider_number


def _wrong_division(row: Row, provider: str | None) -> tuple[str, str] | None:
    """Column and what is wrong with it; None where nothing is."""
    low, high = row["hcpcs_low"], row["hcpcs_high"]
    if provider == "":
        kind = "certification" if row["claim_kind"] == INSTITUTIONAL else "taxpayer"
        return "provider", f"a provider of {row['claim_kind']} lines that is no {kind} number"
    if row["priority"] is not None and row["priority"] != int(row["priority"]):
        return "priority", "a priority that is no whole number"
    if high is not None and (low is None or high < low):
        return "hcpcs_high", "procedures to a code, and the code they begin with is not before it"
    if row["claim_kind"] == INSTITUTIONAL:
        for column in ("hcpcs_low", "specialty_code"):
            if row[column] is not None:
                return column, "institutional claims are divided whole: they have no such code"
    return None


def read_sub_capitation(
    path: Path, kinds: Mapping[str, Collection[str]], months: Mapping[tuple[int, int], int]
) -> tuple[list[tuple[int, str, str, Decimal]], Decimal]:
    """Month, provider, service and amount of every sub-capitation; the dollars of other months.

    Args:
        path: the list.
        kinds: by service of the division the kinds of its claims.
        months: by year and month its number in the contract year.
    """
    payments: list[tuple[int, str, str, Decimal]] = []
    others = Decimal(0)
    for line, row in rows_of(path, SUB_CAPITATION):
        service = row["service"]
        provider = _provider(row["provider"], kinds.get(service, ()))
        if service not in kinds or not provider:
            column = "provider" if service in kinds else "service"
            raise InputError(
                "a provider that is neither a taxpayer number nor a certification number"
                if service in kinds else "a service that the division does not name",
                place=Place(path.name, line, column, row[column]),
                rule="a sub-capitation is of a provider for a service of the division, and so of "
                "one fund",
                action="correct the row, or add the service to the division",
                code="VBC-1090",
            )  # fmt: skip
        month = months.get((row["month"].year, row["month"].month))
        if month is None:
            others += row["amount"]
        else:
            payments.append((month, provider, service, row["amount"]))
    return payments, others
