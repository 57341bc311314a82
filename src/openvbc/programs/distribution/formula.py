"""The formula by which an organisation shares what it earned: its file, read and checked.

::

    distribution: Shared savings of 2025
    policy: Board resolution of 4 March 2026
    amount: 189200.00
    kept: {share: 0.20, clause: "2"}
    losses: organisation
    pools:
      - pool: primary care
        share: 0.70
        clause: "3.1"
        by:
          - {measure: attributed_lives, weight: 0.50}
          - {measure: quality, times: attributed_lives, weight: 0.30}
          - {measure: citizenship, weight: 0.20}
        gates: [{measure: quality, at_least: 0.60}]
        unearned: shared
    practices: practices.csv
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from openvbc.errors import ContractError, Place, RuleError
from openvbc.project_file import Part
from openvbc.rules.exact_yaml import read_yaml, text_of_yaml
from openvbc.validation import wrong_fields

Text = Annotated[str, Field(min_length=1)]
Share = Annotated[Decimal, Field(ge=0, le=1)]


class Component(Part):
    """A measure by which a part of a pool is shared."""

    measure: Text
    weight: Annotated[Decimal, Field(gt=0, le=1)]
    times: str = ""
    """Another measure it is multiplied by, so that a large practice counts as one."""


class Gate(Part):
    """The least value of a measure without which a practice gets nothing of the pool."""

    measure: Text
    at_least: Decimal


class Pool(Part):
    """A part of what is shared, for the practices that name it."""

    pool: Text
    share: Share
    clause: Text
    by: Annotated[tuple[Component, ...], Field(min_length=1)]
    gates: tuple[Gate, ...] = ()
    unearned: Literal["shared", "kept"] | None = None
    """What a closed gate leaves: shared among the others, or kept by the organisation."""

    @model_validator(mode="after")
    def _whole(self) -> Pool:
        total = sum((each.weight for each in self.by), Decimal(0))
        if total != 1:
            raise ValueError(f"the weights of pool {self.pool} add up to {total}, not 1")
        if self.gates and self.unearned is None:
            raise ValueError(f"pool {self.pool} has gates: say unearned: shared or kept")
        return self

    def measures(self) -> list[str]:
        """Every measure it reads."""
        named = [name for each in self.by for name in (each.measure, each.times)]
        return sorted({name for name in [*named, *(gate.measure for gate in self.gates)] if name})


class Kept(Part):
    """What the organisation keeps before anything is shared."""

    share: Share
    clause: Text


class FromBook(Part):
    """The amount as a settled book has it."""

    run: Path
    contracts: Annotated[tuple[Text, ...], Field(min_length=1)]


class Formula(Part):
    """The whole file."""

    distribution: Text
    policy: Text
    amount: Decimal | None = None
    from_book: FromBook | None = None
    kept: Kept | None = None
    losses: Literal["organisation", "as savings"]
    """Who bears a loss: the organisation alone, or practices by the same formula."""
    pools: Annotated[tuple[Pool, ...], Field(min_length=1)]
    practices: Path
    clinicians: Path | None = None
    within: tuple[Component, ...] = ()
    """How a practice's amount is shared among its clinicians."""

    @model_validator(mode="after")
    def _whole(self) -> Formula:
        if (self.amount is None) == (self.from_book is None):
            raise ValueError("give either amount or from_book")
        if self.amount is not None and self.amount != self.amount.quantize(Decimal("0.01")):
            raise ValueError("the amount has more than two decimals")
        total = sum((pool.share for pool in self.pools), Decimal(0))
        if total != 1:
            raise ValueError(f"the shares of the pools add up to {total}, not 1")
        names = Counter(pool.pool for pool in self.pools)
        if doubled := [name for name, count in names.items() if count > 1]:
            raise ValueError(f"two pools are called {', '.join(doubled)}")
        if bool(self.within) != (self.clinicians is not None):
            raise ValueError("within and clinicians go together")
        if self.within and sum((each.weight for each in self.within), Decimal(0)) != 1:
            raise ValueError("the weights within a practice do not add up to 1")
        return self


def read_formula(path: Path) -> Formula:
    """Read and check a formula; its paths are taken from the folder of the file.

    Raises:
        ContractError: it cannot be read, or says something that cannot be.
    """
    try:
        terms = Formula.model_validate(read_yaml(text_of_yaml(path), path.name))
    except RuleError as error:
        raise ContractError(
            f"the formula cannot be read: {error.what}", place=error.place, code="VBC-9035"
        ) from error
    except ValidationError as error:
        wrong = "; ".join(wrong_fields(error, "a key of a formula", Formula.model_fields))
        raise ContractError(
            f"the formula is not valid: {wrong}",
            place=Place(path.name),
            action="correct what is named",
            code="VBC-9036",
        ) from None
    base = path.parent
    book = terms.from_book
    return terms.model_copy(
        update={
            "practices": base / terms.practices,
            "clinicians": terms.clinicians and base / terms.clinicians,
            "from_book": book and book.model_copy(update={"run": base / book.run}),
        }
    )


def measures_within(components: Sequence[Component]) -> list[str]:
    """Every measure that clinicians need."""
    return sorted({name for each in components for name in (each.measure, each.times) if name})
