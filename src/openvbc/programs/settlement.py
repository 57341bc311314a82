"""What every program gives back: settled contracts, what was set aside, and how it compares.

A *program* (a folder such as ``openvbc.programs.mssp``) holds an
object with this shape, named in :mod:`openvbc.programs.registry`; the commands and the reports know
programs only through it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from openvbc.errors import Place, SetAside
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.line import Input, Line


@dataclass(frozen=True, slots=True)
class ContractYear:
    """Which contract (or facility) and year a settled row is for."""

    identifier: str
    """As published, for example ``A1234``, a CCN, a Medicare Advantage contract number."""
    year: int
    """Performance year, program year or fiscal year."""
    group: str = ""
    """What reports group by: track and level, risk arrangement, peer group."""
    name: str = ""


About = Literal["people", "small counts", "safe"]
"""What a sheet or list tells of: people one by one (what says nothing is taken for that), groups
that may be of few people, or nothing that names or counts few. Only the last is ever shared."""


@dataclass(frozen=True)
class Sheet:
    """One computed worksheet: row `n` of `evaluation` is `contracts[n]` (and `items[n]`).

    A program has a main sheet, one row a contract, and may have detail sheets with several rows a
    contract (a measure, a condition); there `items` names what each row is.
    """

    contracts: Sequence[ContractYear]
    evaluation: Evaluation
    items: Sequence[str] | None = None
    about: About = "people"

    def labelled(self, name: str) -> tuple[str, str]:
        """The label and unit of a line or input."""
        column = self.evaluation.worksheet.named(name)
        return column.label, column.unit

    def total(self, name: str, rows: Iterable[int] | None = None) -> Decimal | None:
        """The exact sum of a line or input over rows that have it; None where none has."""
        rows = range(len(self.contracts)) if rows is None else rows
        values = (self.evaluation.value(name, row) for row in rows)
        present = [Decimal(value) for value in values if value is not None]
        return sum(present, Decimal(0)) if present else None


@dataclass(frozen=True)
class Presentation:
    """How people look at a program's results; every name is a line or input of the main sheet."""

    headline: Sequence[str]
    """Columns of the summary table, the result last."""
    result: str
    """The line that is the money (or the factor) settled."""
    totals: Sequence[str] = ()
    """Columns that add up over contracts and get a total line."""
    waterfall: Sequence[tuple[str, str]] = ()
    """(line, kind) from benchmark to payment: ``total`` is drawn from zero, ``step`` is a signed
    change. Benchmark (total), expenditures as a negative step, what was generated (total), the
    steps of sharing, the payment (total)."""
    before: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Lines of detail sheets (by the sheet's name) that a run's summary shows first."""
    distribution: str | None = None
    """The line whose distribution over contracts is drawn."""
    beside: Sequence[str] = ()
    """Lines that the cards of a single contract show ahead of the result: what led to it."""
    unit: str = "contract"
    """What one row is called: ``hospital``, ``practice``."""

    @property
    def units(self) -> str:
        """Several of them."""
        return " or ".join(
            f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in "aeiou" else f"{word}s"
            for word in self.unit.split(" or ")
        )


@dataclass(frozen=True)
class LaidOver:
    """A change of rules in force in a settlement, and what each contract came to without it."""

    name: str
    """A flexibility's identifier, or the file name of an overlay."""
    what: str
    """What it changes, from when to when, by which source and how well that is known."""
    rows: Sequence[int]
    """Rows of the main sheet in which it is in force."""
    without: Mapping[int, Any]
    """The result of each of these rows without it; empty where it was not computed."""
    not_computed: str = ""
    """Why there is no result without it, and how to have one."""


@dataclass(frozen=True)
class Again:
    """How the contracts of a settlement are settled again by other rules."""

    settle: Callable[[RuleSet], Sheet]
    """The main sheet by the rules given."""
    shipped: Callable[[], RuleSet] | None
    """The rules without the overlays that were laid over them; None where overlays change what was
    measured too."""
    overlays: Sequence[str] = ()
    """File names of these overlays, in order."""


@dataclass(frozen=True, repr=False)
class Settlement:
    """A file (or several) of contracts, settled. rows_in = contracts settled + rows set aside."""

    program: str
    title: str
    main: Sheet
    presentation: Presentation
    rows_in: int
    set_aside: Sequence[SetAside]
    details: Mapping[str, Sheet] = field(default_factory=dict)
    sources: Sequence[Path] = ()
    notes: Sequence[str] = ()
    """Caveats a reader must know, for example what is not published."""
    differs: int = 0
    """Results that the files print and that differ from those computed, without a reason that the
    files bear out; a note says which lines."""
    is_final: bool = True
    """False while the period that is settled is not over: there is no payment to show."""
    again: Again | None = None
    """How to settle by other rules, where the program says it."""
    laid_over: Sequence[LaidOver] = ()
    """What is laid over the rules here; told by :mod:`openvbc.programs.laid_over`."""

    @property
    def not_used(self) -> Sequence[SetAside]:
        """Rows set aside for what is wrong with them or lacks, not by a rule of the program."""
        return [row for row in self.set_aside if not row.by_rule]

    def __repr__(self) -> str:
        settled, aside = len(self.main.contracts), len(self.set_aside)
        return f"<Settlement {self.title!r}: {settled} settled, {aside} set aside>"

    def _repr_html_(self) -> str:
        from openvbc.format import show
        from openvbc.notebook import html_table

        evaluation, view = self.main.evaluation, self.presentation
        sheet = evaluation.worksheet
        described: dict[str, Input | Line] = {**sheet.inputs, **sheet.lines}
        shown = self.main.contracts[:SHOWN_IN_NOTEBOOK]
        rows = [
            [
                f"{who.identifier} {who.year}",
                *(show(evaluation.value(name, at), described[name].unit) for name in view.headline),
            ]
            for at, who in enumerate(shown)
        ]
        heads = ["", *(described[name].label for name in view.headline)]
        left = len(self.main.contracts) - len(shown)
        more = [f"{left:,} more {view.units}"] if left else []
        return html_table(self.title, heads, rows, [*more, *self.notes[:3]])


SHOWN_IN_NOTEBOOK = 25
"""So many contracts are shown in a notebook."""


@dataclass(frozen=True)
class Difference:
    """One row in which computed and published differ by more than the tolerance."""

    contract: ContractYear
    line: str
    computed: Decimal | str | None
    published: Decimal | str | None
    reason: str = ""
    """Why, where it is known; empty where it is not."""
    explained: bool = False
    """The difference is one the rules of publication allow (a bound holds, a documented case)."""
    item: str = ""
    """The measure or condition, where the line has several a contract."""
    place: Place = field(default_factory=Place)
    """Where the published value stands."""


@dataclass(frozen=True)
class LineScore:
    """How one line did against what was published."""

    line: str
    label: str
    rows: int
    agree: int
    """Rows within the tolerance (or inside the interval that printed rounding allows)."""
    tolerance: str
    differences: Sequence[Difference] = ()
    kind: str = ""
    """money, rate, flag, count or code: the tolerance follows from it."""

    @property
    def explained(self) -> int:
        """Rows that differ for a reason the rules of publication allow."""
        return sum(difference.explained for difference in self.differences)


@dataclass(frozen=True)
class NotCompared:
    """A line of a verification about which the files let nothing be said, and why."""

    label: str
    reason: str


@dataclass(frozen=True, repr=False)
class Verification:
    """A settlement held against what was published, line by line.

    Every line that a program declares is either scored or named as not compared.
    """

    settlement: Settlement
    scores: Sequence[LineScore]
    not_compared: Sequence[NotCompared] = ()

    @property
    def unexplained(self) -> int:
        """Differences without a reason that the files bear out."""
        return sum(len(score.differences) - score.explained for score in self.scores)

    def __repr__(self) -> str:
        title, lines = self.settlement.title, len(self.scores)
        return f"<Verification {title!r}: {lines} lines, {self.unexplained} unexplained>"

    def _repr_html_(self) -> str:
        from openvbc.notebook import html_table

        heads = ["line", "tolerance", "rows", "agree", "explained", "unexplained"]
        rows = [
            [
                s.label, s.tolerance, f"{s.rows:,}", f"{s.agree:,}", f"{s.explained:,}",
                f"{s.rows - s.agree - s.explained:,}",
            ]
            for s in self.scores
        ]  # fmt: skip
        notes = [f"not compared: {each.label}, {each.reason}" for each in self.not_compared]
        return html_table(self.settlement.title, heads, rows, notes)


@runtime_checkable
class BeginsFiles(Protocol):
    """A program settled from the user's own file, which it can begin."""

    begins: Sequence[str]
    """Names of what it writes: the file to fill in, then what says what its columns mean."""

    def begin(self, folder: Path) -> None:
        """Write them into the folder."""
        ...


class PublishedProgram(Protocol):
    """What a program over published result files offers to the commands."""

    name: str
    title: str

    def settle(
        self,
        files: Sequence[Path],
        overlays: Sequence[Path] = (),
        options: Mapping[str, str] | None = None,
    ) -> Settlement:
        """Read result files as published and settle every contract in them.

        `options` are the program's own (``year`` among them); one it does not know is an
        :class:`~openvbc.errors.InputError`.
        """
        ...

    def verify(self, settlement: Settlement) -> Verification:
        """Hold a settlement against what the files published."""
        ...
