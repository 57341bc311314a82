"""An agreed adjustment for social risk, as a contract writes it, over groups.

::

    title: Social risk payment
    clause: Agreement of 1 March 2025, section 7
    metric: share dual or low income
    unit: member months
    bins: [{from: 0.2, amount: 1.00}, {from: 0.4, amount: 2.50}]   # or linear: {above, amount}
    limit: 50000.00            # of a group, either way; may be left out
    budget_neutral: true

Below the first bin nothing is paid; the last bin whose beginning the metric reaches counts. A
linear adjustment pays `amount` for each 1 of the metric above `above`.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from openvbc.claims.csv_table import CsvColumn
from openvbc.claims.csv_values import number, word
from openvbc.errors import ContractError, InputError, Place, RuleError
from openvbc.programs.listing import Field as Heading
from openvbc.programs.listing import Listing
from openvbc.programs.person_files import PersonFile, read_person_files
from openvbc.rules.exact_yaml import read_yaml, text_of_yaml
from openvbc.rules.load import load_rules
from openvbc.steps.social_need import PROGRAM
from openvbc.validation import wrong_fields
from openvbc.worksheets.terms.equity_adjuster import EQUITY_ADJUSTER

GROUPS = PersonFile(
    "adjuster_group.csv",
    "adjuster_group",
    (
        CsvColumn("group", word, "the group, for example a practice", "Practice A"),
        CsvColumn("metric", number, "its measure", "0.31"),
        CsvColumn("units", number, "its units", "12000"),
    ),
    lambda row: "units below zero" if row["units"] < 0 else None,
)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Bin(_Strict):
    begins: Annotated[Decimal, Field(alias="from")]
    amount: Decimal


class _Linear(_Strict):
    above: Decimal
    amount: Decimal


class Adjuster(_Strict):
    """What the parties agreed."""

    title: Annotated[str, Field(min_length=1)]
    clause: Annotated[str, Field(min_length=1)]
    metric: Annotated[str, Field(min_length=1)]
    unit: Annotated[str, Field(min_length=1)]
    bins: list[_Bin] = []
    linear: _Linear | None = None
    limit: Annotated[Decimal | None, Field(ge=0)] = None
    budget_neutral: bool = False

    @model_validator(mode="after")
    def one_way(self) -> Self:
        """Bins in order, or a slope, not both and not neither."""
        if bool(self.bins) == (self.linear is not None):
            raise ValueError("give bins or linear, one of them")
        begins = [each.begins for each in self.bins]
        if begins != sorted(set(begins)):
            raise ValueError("bins stand in order, each begins once")
        return self

    def amount_at(self, metric: Decimal) -> Decimal:
        """The agreed amount a unit."""
        if self.linear is not None:
            return max(metric - self.linear.above, Decimal(0)) * self.linear.amount
        reached = [each.amount for each in self.bins if each.begins <= metric]
        return reached[-1] if reached else Decimal(0)


def read_adjuster(path: Path) -> Adjuster:
    """Read and check the agreed adjustment.

    Raises:
        ContractError: it is no YAML, or says something that cannot be.
    """
    text = text_of_yaml(path)
    try:
        return Adjuster.model_validate(read_yaml(text, path.name))
    except RuleError as error:
        raise ContractError(
            f"the adjustment cannot be read: {error.what}", place=error.place, code="VBC-2998"
        ) from error
    except ValidationError as error:
        wrong = "; ".join(wrong_fields(error, "a field of an adjustment", Adjuster.model_fields))
        raise ContractError(
            f"the adjustment says something that cannot be: {wrong}",
            place=Place(path.name),
            rule="title, clause, metric, unit, bins or linear, limit, budget_neutral",
            code="VBC-2997",
        ) from error


def adjusted(adjuster: Adjuster, folder: Path) -> Listing:
    """The adjustment of every group of ``adjuster_group.csv``.

    Raises:
        InputError: the file is missing, or a row of it cannot be used.
    """
    read = read_person_files(folder, [GROUPS], {})
    rows = read.rows[GROUPS.table]
    if read.set_aside or not rows:
        raise InputError(
            "the groups of the adjustment cannot be used",
            place=Place(str(folder / GROUPS.file)),
            rule=read.notes()[0] if read.set_aside else "columns: group, metric, units",
            action="correct the file: a group left out would move the money of the others",
            code="VBC-1991",
        )
    given = {
        "units": [row["units"] for row in rows],
        "amount_per_unit": [adjuster.amount_at(row["metric"]) for row in rows],
        "limit": [adjuster.limit] * len(rows),
        "neutral_per_unit": [None] * len(rows),
    }
    rules = load_rules(PROGRAM)
    evaluation = EQUITY_ADJUSTER.evaluate(given, rules)
    whole = sum(given["units"], Decimal(0))
    if adjuster.budget_neutral and whole:
        together = sum(
            (Decimal(evaluation.value("adjustment_limited", row)) for row in range(len(rows))),
            Decimal(0),
        )
        given["neutral_per_unit"] = [together / whole] * len(rows)
        evaluation = EQUITY_ADJUSTER.evaluate(given, rules)
    names = ("adjustment_before_limit", "adjustment_limited", "equity_adjustment_agreed")
    cells = [
        [row["group"], row["metric"], row["units"], given["amount_per_unit"][at],
         *(evaluation.value(name, at) for name in names)]
        for at, row in enumerate(rows)
    ]  # fmt: skip
    fields = [
        Heading("Group", role="who"), Heading(adjuster.metric, "factor"),
        Heading(adjuster.unit, "count"), Heading("Amount a unit", "USD per unit"),
        Heading("Before the limit", "USD"), Heading("Limited", "USD"), Heading("Adjustment", "USD"),
    ]  # fmt: skip
    return Listing("agreed_adjustment", adjuster.title, fields, cells, adjuster.clause, "safe")
