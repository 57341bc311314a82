"""The small tables the steps of a book are given: contracts, members, days, order weights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openvbc.claims.model import TABLES
from openvbc.engine.table import SmallTable
from openvbc.steps import membership

LARGEST = (1 << 62) - 1
"""Signatures of overlap stay below it."""

_TYPES: Mapping[str, Mapping[str, str]] = {
    "book_contract": {
        "contract_number": "int", "known_by": "date", "stop_loss_threshold": "decimal(18,2)",
        "is_prospective": "boolean", "precedence": "int",
    },
    "book_span": {
        "contract_number": "int", "member_id": "string", "first_day": "date", "last_day": "date",
        "aligned_on": "date", "is_voluntary": "boolean",
    },
    "book_exclusion": {
        "contract_number": "int", "member_id": "string", "first_day": "date", "last_day": "date",
    },
    "order_weight": {"place": "bigint", "weight": "bigint"},
    "known_day": {"known_by": "date", "is_latest": "boolean"},
    "overlap_credit": {
        "bit": "int", "signature": "bigint", "contract_number": "int", "is_credited": "boolean",
    },
    "given_dollar": {
        "payer": "string", "line_of_business": "string", "paid_on": "date",
        "amount": "decimal(12,2)", "member_id": "string", "provider": "string",
        "episode_contract": "int",
    },
    "contract_provider": {"contract_number": "int", "provider": "string"},
    "category_contract": {
        "contract_number": "int", "place": "int", "covers": "string", "payer": "string",
        "line_of_business": "string",
    },
    "attribution_pass": {
        "method_number": "int", "pass_number": "int", "measure": "string",
        "least_share": "decimal(9,6)", "first_day": "date", "last_day": "date",
        "by_specialty": "boolean", "any_service": "boolean",
    },
    "pass_service": {"method_number": "int", "pass_number": "int", "hcpcs_code": "string"},
    "pass_specialty": {"method_number": "int", "pass_number": "int", "specialty_code": "string"},
    "contract_method": {
        "contract_number": "int", "method_number": "int", "first_day": "date", "last_day": "date",
    },
}  # fmt: skip
_MADE_BY_STEPS: Mapping[str, Mapping[str, str]] = {
    "attributed_member": {
        "contract_number": "int", "person_id": "string", "first_day": "date", "last_day": "date",
        "aligned_on": "date", "is_voluntary": "boolean",
    },
    "paid_month": {
        "person_id": "string", "bit": "int", "provider": "string", "known_by": "date",
        "paid_amount": "decimal(18,2)",
    },
}  # fmt: skip
"""Tables that steps make of claims; without claims they are empty."""
OF_CLAIMS = tuple(_MADE_BY_STEPS)


def table(name: str, rows: Sequence[Sequence[Any]]) -> SmallTable:
    """A small table of the book by name."""
    return SmallTable(name, _TYPES[name], rows)


def without_claims() -> list[SmallTable]:
    """Empty tables in place of a claim store and of what steps make of it."""
    empty = [SmallTable(name, types, []) for name, types in _MADE_BY_STEPS.items()]
    for name in ("person", "person_identifier"):
        columns = {column.name: column.type for column in TABLES[name].columns}
        empty.append(SmallTable(name, columns, []))
    return empty


def month_table(year: int) -> SmallTable:
    """The months of the book's year."""
    made = membership.tables([], year, dt.date(year, 12, 31), None)
    return next(each for each in made if each.name == "contract_month")


@dataclass(frozen=True)
class Digits:
    """How the contracts of a month are written as one number: their numbers are its digits."""

    base: int

    @classmethod
    def of(cls, contracts: int) -> Digits:
        """For so many contracts, numbered from 1; as for one where none can be settled."""
        return cls(max(contracts, 1) + 1)

    @property
    def places(self) -> int:
        """How many contracts of one person fit."""
        count, weight = 0, 1
        while weight * self.base <= LARGEST:
            weight *= self.base
            count += 1
        return count

    def weights(self) -> SmallTable:
        """The table `order_weight`."""
        return table("order_weight", [(n + 1, self.base**n) for n in range(self.places)])

    def read(self, signature: int) -> list[int]:
        """The contract numbers of a signature, in the order of credit."""
        numbers = []
        while signature:
            signature, digit = divmod(signature, self.base)
            if digit:
                numbers.append(digit)
        return numbers


def money(value: Any) -> Decimal:
    """A sum of a step as the worksheets take it."""
    return Decimal(value or 0)
