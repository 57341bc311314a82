"""Hold a Shared Savings Program settlement against what CMS printed, line by line.

CMS rounds every field on its own, so dollars agree within one dollar and rates within half a unit
of the last place printed; flags must be equal. Where a number depends on a quality score that is
printed rounded, the settlement is evaluated at both ends of the interval that the print allows, and
the printed number must lie between them. A difference that the rules of publication allow is listed
with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from operator import eq, lt, not_, sub
from pathlib import Path
from typing import Any

from openvbc.errors import Place
from openvbc.programs.mssp.historical_benchmark import historical_benchmark_line, may_be_national
from openvbc.programs.mssp.results_columns import SETTLING
from openvbc.programs.mssp.results_file import results_layout
from openvbc.programs.mssp.results_reasons import earned_reason, minimum_savings_rate_reason
from openvbc.programs.mssp.results_row import ColumnsOfRows, ResultsRow
from openvbc.programs.published.along import Distinct, InColumn, Pairs, Same
from openvbc.programs.published.compared_line import ComparedLine, Kind
from openvbc.programs.published.options import year_asked
from openvbc.programs.published.settling import FileSettlement
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.shared_savings.contract_inputs import INPUTS
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS

SINGLE_PRECISION = Decimal("5e-9")
"""What the 2013 file's rates, printed with nine decimals, are off by."""
TINY = Decimal("0.0001")
"""Rates below this were printed in scientific notation, with three digits."""
ROUNDED_SCORE = "$1 beyond the interval that the printed quality score allows"

Settlement = FileSettlement[ResultsRow]


class Verifier:
    """A settlement, and its neighbours at the ends of each printed quality score's interval."""

    def __init__(self, settlement: Settlement) -> None:
        self.settlement = settlement
        self.rows = settlement.printed
        self.main = settlement.main
        self.evaluation = settlement.main.evaluation
        self._columns = ColumnsOfRows(self.rows)
        self._printed: dict[str, InColumn[Decimal | None]] = {}
        self._computed: dict[tuple[int, str], InColumn[Any]] = {}
        self.resolutions = {id(row.resolution): row.resolution for row in self.rows}
        """One a file and year."""
        self.labels = {column.name: column.label for column in results_layout().columns}
        self.alike = Distinct.of([row.alike for row in self.rows])
        self.score_is_exact = self._scores_are_exact()
        self.ends = [self.evaluation]
        if not all(self.score_is_exact):
            self.ends = [self._at_end(-1), self._at_end(+1)]

    def _scores_are_exact(self) -> list[bool]:
        """Of each row whether its quality score follows from the print, or decides nothing."""
        rules = self.evaluation.rules
        steps = {
            year: rules.get("quality_score_steps", performance_year=year).value is not None
            for year in {row.year for row in self.rows}
        }
        return [
            steps[row.year]
            or basis != "score"
            or bool(reporting)
            or printed is None
            or printed in (0, 1)
            for row, basis, reporting, printed in zip(
                self.rows,
                self.evaluation.values("sharing_rate_basis"),
                self.evaluation.values("pay_for_reporting"),
                self.printed("quality_score").values,
                strict=True,
            )
        ]

    def _at_end(self, sign: int) -> Evaluation:
        columns = {item.name: self.evaluation.column(item.name).tolist() for item in INPUTS}
        for row, exact in enumerate(self.score_is_exact):
            if not exact:
                half = self.rows[row].resolution["quality_score"] / 2
                moved = columns["quality_score"][row] + sign * half
                columns["quality_score"][row] = min(max(moved, Decimal(0)), Decimal(1))
        return SHARED_SAVINGS.evaluate(columns, self.evaluation.rules)

    def printed(self, name: str) -> InColumn[Decimal | None]:
        """A column of printed numbers."""
        if name not in self._printed:
            self._printed[name] = InColumn(self._columns.numbers(name))
        return self._printed[name]

    def computed(self, evaluation: Evaluation, line: str) -> InColumn[Any]:
        """A column of the settlement, or of its neighbour at an end."""
        key = (id(evaluation), line)
        if key not in self._computed:
            self._computed[key] = InColumn(evaluation.values(line))
        return self._computed[key]

    def place(self, name: str) -> Callable[[int], Place]:
        """Where it stands."""
        return lambda row: self.rows[row].printed_at(name)

    def money(self, line: str, label: str, printed: str, **more: Any) -> ComparedLine:
        """A line of dollars."""
        return self._line(line, label, Kind.MONEY, printed, **more)

    def rate(self, line: str, label: str, printed: str, **more: Any) -> ComparedLine:
        """A line of rates, printed with some decimals."""
        decimals = {
            key: None if (unit := each.get(printed)) is None else -unit.adjusted()
            for key, each in self.resolutions.items()
        }
        each_row: Same[int | None] | InColumn[int | None]
        if len(decimals) == 1:
            each_row = Same(*decimals.values())
        else:
            each_row = InColumn([decimals[id(row.resolution)] for row in self.rows])
        is_savings_rate = printed == "savings_rate"
        slack = self._slack_of_savings_rate() if is_savings_rate else Same(SINGLE_PRECISION)
        return self._line(
            line, label, Kind.RATE, printed, decimals=each_row, slack=slack, **more
        )  # fmt: skip

    def flag(self, line: str, label: str, printed: str) -> ComparedLine:
        """A line of flags."""
        return ComparedLine(
            line, label, Kind.FLAG, self.main, self.computed(self.evaluation, line),
            InColumn(self._columns.flags(printed)), self.place(printed),
            self.labels[printed],
            alike=self.alike,
        )  # fmt: skip

    def _line(self, line: str, label: str, kind: Kind, printed: str, **more: Any) -> ComparedLine:
        computed = more.pop("computed", None) or self.computed(self.evaluation, line)
        if len(self.ends) > 1 and "ends" not in more:
            low, high = (self.computed(end, line) for end in self.ends)
            more["ends"] = Pairs(low, high)
        return ComparedLine(
            line, label, kind, self.main, computed, self.printed(printed), self.place(printed),
            self.labels[printed], alike=self.alike, **more,
        )  # fmt: skip

    def _slack_of_savings_rate(self) -> InColumn[Decimal]:
        # Benchmark and difference are themselves printed in whole dollars.
        allowed = [SINGLE_PRECISION + 1 / row.settling("benchmark") for row in self.rows]
        for row, rate in enumerate(self.printed("savings_rate").values):
            if rate is not None and abs(rate) < TINY:
                last = Decimal(1).scaleb(int(rate.as_tuple().exponent)) / 2
                unit = self.rows[row].resolution["savings_rate"]
                allowed[row] = max(allowed[row], last - unit / 2)
        return InColumn(allowed)


def result_lines(settlement: Settlement) -> Sequence[ComparedLine]:
    """The lines that follow from the settlement alone."""
    verifier = Verifier(settlement)
    return [*_savings(verifier), *_quality(verifier), *_payment(verifier)]


def compared_lines(settlement: Settlement) -> Sequence[ComparedLine]:
    """Every line that results files print, whether these files do or not."""
    lines = settlement.result_lines or result_lines(settlement)
    rules = settlement.main.evaluation.rules
    trends = settlement.asked.get("trends")
    benchmark = historical_benchmark_line(
        _sources(settlement, rules),
        rules,
        Path(trends) if trends else None,
        year_asked(settlement.asked),
    )
    return lines if benchmark is None else [*lines, benchmark]


def _sources(settlement: Settlement, rules: RuleSet) -> list[Path]:
    """The files of which a row may be trended nationally; the others print no benchmark to hold."""
    wanted = may_be_national(rules)
    named = {
        row.table.path
        for row in settlement.printed
        if row.agreement_start is None or wanted(row.agreement_start, None)
    }
    set_aside = {aside.place.file for aside in settlement.set_aside}
    return [
        Path(source)
        for source in settlement.sources
        if Path(source) in named or Path(source).name in set_aside
    ]


def _savings(verifier: Verifier) -> list[ComparedLine]:
    """From gross savings to generated savings or losses."""
    rows, evaluation, rate = verifier.rows, verifier.evaluation, verifier.rate
    rate_reason = partial(minimum_savings_rate_reason, rows)

    one_sided = [model == "one-sided" for model in evaluation.values("risk_model")]
    benchmark, expenditures = (verifier.printed(name) for name in SETTLING[1:])
    gross_as_printed = map(sub, benchmark.values, expenditures.values)

    return [
        verifier.money(
            "gross_savings", "Benchmark less expenditures", "gross_savings",
            computed=InColumn(list(gross_as_printed)), ends=None,
        ),
        rate("savings_rate", "Savings rate", "savings_rate"),
        rate(
            "minimum_savings_rate", "Minimum savings rate, one-sided", "minimum_savings_rate",
            applies=InColumn(one_sided), reason=rate_reason,
        ),
        rate(
            "minimum_savings_rate", "Minimum savings rate, two-sided (election read from the file)",
            "minimum_savings_rate", applies=InColumn(list(map(not_, one_sided))),
            reason=rate_reason,
        ),
        verifier.money("generated_savings_or_losses", "Generated savings or losses", "generated"),
    ]  # fmt: skip


def _quality(verifier: Verifier) -> list[ComparedLine]:
    """The quality standard, and the rates that follow from the score."""
    flag, rate = verifier.flag, verifier.rate
    return [
        flag(
            "quality_score_meets_threshold", "Quality score at or above the percentile",
            "percentile_met",
        ),
        flag(
            "quality_standard_met", "Quality performance standard met", "quality_standard_met"
        ),
        flag(
            "shares_below_minimum_savings_rate", "Half rate below the minimum savings rate",
            "reduced_sharing",
        ),
        rate("final_sharing_rate", "Final sharing rate", "final_sharing_rate"),
        rate("final_loss_rate", "Final loss rate", "final_loss_rate"),
    ]  # fmt: skip


def _payment(verifier: Verifier) -> list[ComparedLine]:
    """What is earned or owed, and what of it pays back advances."""
    money, earned = verifier.money, verifier.printed("earned").values

    def paid_with(exact: bool) -> InColumn[bool]:
        told = zip(earned, verifier.score_is_exact, strict=True)
        return InColumn([each is not None and each > 0 and own == exact for each, own in told])

    def paid_where(is_paid: Callable[[Decimal, int], bool]) -> InColumn[bool]:
        return InColumn([each is not None and is_paid(each, 0) for each in earned])

    paid = partial(
        money, "earned_savings_or_owed_losses", printed="earned",
        reason=partial(earned_reason, verifier.rows, verifier.evaluation),
    )  # fmt: skip
    return [
        paid("Earned savings, quality score exact", applies=paid_with(True)),
        paid(
            "Earned savings, quality score printed rounded", applies=paid_with(False),
            tolerance=ROUNDED_SCORE,
        ),
        paid("Owed losses", applies=paid_where(lt)),
        paid("Nothing earned or owed", applies=paid_where(eq)),
        money(
            "advance_investment_recoupment", "Advance investment payments recouped",
            "advance_investment_recouped",
        ),
        money(
            "advance_investment_balance_carried", "Advance investment payments carried",
            "advance_investment_carried",
        ),
    ]  # fmt: skip
