"""A payer's contract settled from totals: a row a provider of what was counted and spent.

``vbc settle --program payer-contract CONTRACT.yaml TOTALS.csv``. The totals have the columns
``provider, member months, spending`` and those that the contract's terms need: ``benchmark``,
``premium``, ``risk ratio``, ``over stop-loss``, ``care management fees``, ``quality score``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openvbc.errors import InputError, SetAside
from openvbc.programs.payer_contract.sheet import (
    PRESENTATION,
    TOTALS,
    not_needed,
    notes_of,
    settled_sheet,
    wrong,
)
from openvbc.programs.published.contract_file import contract_beside
from openvbc.programs.published.layout import Column, Layout
from openvbc.programs.published.published_cell import plain
from openvbc.programs.published.published_file import PublishedTable, read_tables
from openvbc.programs.published.settling import FileProgram, Reading, Settled
from openvbc.programs.settlement import ContractYear
from openvbc.programs.terms.agreed import Agreed, read_agreed
from openvbc.rules.load import RuleSet

LAYOUT = Layout(
    "totals of a payer's contract",
    (
        Column("provider", "provider(?: id)?|tin|group", "text", True, "provider"),
        Column("name", "(?:provider )?name", "text"),
        Column("member_months", "member[ -]?months", required=True, label="member months"),
        Column("spending", "spending|expenditures", required=True, label="spending"),
        Column("given_benchmark", "benchmark"),
        Column("premium", "premium"),
        Column("peer_per_member_per_month", "peers?'? (?:spending )?(?:a|per) member and month"),
        Column("risk_ratio", "risk ratio"),
        Column("over_stop_loss", "(?:spending )?over stop[ -]?loss"),
        Column("care_management_fees", "care management fees"),
        Column("quality_score", "quality score"),
    ),
    identifier="provider",
)


@dataclass(frozen=True)
class ProviderTotals:
    """One provider's row."""

    identifier: str
    name: str
    totals: Mapping[str, Decimal | None]


class PayerContract(FileProgram[ProviderTotals]):
    """The program as the commands know it."""

    name = "payer-contract"
    title = "Payer's contract"
    rules_name = "payer-contract"
    presentation = PRESENTATION
    options = ()
    unit = "provider"

    def rules(self, files: Sequence[Path], overlays: Sequence[Path]) -> RuleSet:
        """The contract's own terms, and nothing else."""
        if overlays:
            raise InputError(
                "the terms are in the contract; there is nothing to overlay", code="VBC-233"
            )
        return read_agreed(contract_beside(files, self.name, "totals")).rules

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[ProviderTotals]:
        """One contract (YAML) and its totals (CSV or Excel)."""
        contract = contract_beside(files, self.name, "totals")
        agreed = read_agreed(contract)
        rows: dict[str, ProviderTotals] = {}
        set_aside: list[SetAside] = []
        for path in files:
            if path != contract:
                for table in read_tables(path, (LAYOUT,), self.name):
                    _read(table, agreed, rows, set_aside)
        return Reading(
            list(rows.values()), set_aside, agreed.year,
            notes=[*notes_of(agreed), *not_needed(agreed, [row.totals for row in rows.values()])],
            title=f"{agreed.title}, {agreed.year}", more={"agreed": agreed},
        )  # fmt: skip

    def evaluate(self, reading: Reading[ProviderTotals], rules: RuleSet) -> Settled[ProviderTotals]:
        """One row a provider."""
        agreed: Agreed = reading.more["agreed"]
        who = [
            ContractYear(row.identifier, agreed.year, agreed.contract, row.name)
            for row in reading.rows
        ]
        sheet = settled_sheet(agreed, who, [row.totals for row in reading.rows])
        return Settled(reading.rows, sheet)


PROGRAM = PayerContract()


def _read(
    table: PublishedTable,
    agreed: Agreed,
    rows: dict[str, ProviderTotals],
    set_aside: list[SetAside],
) -> None:
    set_aside += table.set_aside
    for row in range(table.count):
        identifier = table.text(row, "provider")
        place = table.place(row, "provider")
        try:
            totals = {name: table.number(row, name) for name in TOTALS if table.has(name)}
        except InputError as error:
            set_aside.append(SetAside("text where a number belongs", error.place, error.what))
            continue
        problem = wrong(agreed, totals)
        if not identifier or plain(identifier).startswith(("total", "sum", "all ")):
            set_aside.append(SetAside("a row that is of no provider", place))
        elif identifier in rows:
            set_aside.append(SetAside("a provider that stands before", place))
        elif problem is not None:
            set_aside.append(SetAside(problem.reason, place, problem.detail))
        else:
            name = table.text(row, "name") if table.has("name") else ""
            rows[identifier] = ProviderTotals(identifier, name, totals)
