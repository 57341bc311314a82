"""Hold a Shared Savings Program settlement against what CMS printed, line by line.

CMS rounds every field on its own, so dollars agree within one dollar and rates within half a unit
of the last place printed. Where a number depends on a quality score that is printed rounded, the
settlement is evaluated at both ends of the interval that the print allows, and the printed number
must lie between them. A difference that the rules of publication allow is listed with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openvbc.programs.mssp.historical_benchmark import historical_benchmark_score
from openvbc.programs.mssp.results_reasons import reason_for
from openvbc.programs.settlement import Difference, LineScore
from openvbc.worksheets.shared_savings.mssp import INPUTS, SHARED_SAVINGS

if TYPE_CHECKING:
    from openvbc.programs.mssp.results import ResultsSettlement

DOLLAR = Decimal(1)
SINGLE_PRECISION = Decimal("5e-9")
"""What the 2013 file's rates, printed with nine decimals, are off by."""
TINY = Decimal("0.0001")
"""Rates below this were printed in scientific notation, with three digits."""
WITHIN_A_DOLLAR = "$1"
AS_PRINTED = "half a unit of the last place printed"
ROUNDED_SCORE = "$1 beyond the interval that the printed quality score allows"

Which = Callable[[int], bool]
Amount = Callable[[int], Decimal | None]


class Verifier:
    """A settlement, and its neighbours at the ends of each printed quality score's interval."""

    def __init__(self, settlement: ResultsSettlement) -> None:
        self.settlement = settlement
        self.rows = settlement.printed
        self.evaluation = settlement.main.evaluation
        self.score_is_exact = [self._score_is_exact(row) for row in range(len(self.rows))]
        self.ends = [self.evaluation]
        if not all(self.score_is_exact):
            self.ends = [self._at_end(-1), self._at_end(+1)]

    def _score_is_exact(self, row: int) -> bool:
        printed = self.rows[row]
        steps = self.evaluation.rules.get("quality_score_steps", performance_year=printed.year)
        return (
            self.evaluation.value("sharing_rate_basis", row) != "score"
            or self.evaluation.value("pay_for_reporting", row)
            or printed.numbers["quality_score"] in (None, 0, 1)
            or steps.value is not None
        )

    def _at_end(self, sign: int) -> Any:
        rows = range(len(self.rows))
        columns = {item.name: list(self.evaluation.column(item.name)) for item in INPUTS}
        for row in rows:
            if not self.score_is_exact[row]:
                half = self.rows[row].resolution["quality_score"] / 2
                moved = columns["quality_score"][row] + sign * half
                columns["quality_score"][row] = min(max(moved, Decimal(0)), Decimal(1))
        return SHARED_SAVINGS.evaluate(columns, self.evaluation.rules)

    def is_kind(self, line: str, value: Any) -> Which:
        """Rows in which a line or parameter has the value."""
        return lambda row: self.evaluation.value(line, row) == value

    def printed(self, name: str) -> Amount:
        """A printed number, as a function of the row."""
        return lambda row: self.rows[row].numbers.get(name)

    def printed_flag(self, name: str) -> Amount:
        """A printed 0/1 flag as a number."""

        def flag(row: int) -> Decimal | None:
            value = self.rows[row].flag(name)
            return None if value is None else Decimal(value)

        return flag

    def score(
        self,
        line: str,
        label: str,
        printed: Amount,
        tolerance: str,
        slack: Decimal | str = DOLLAR,
        which: Which = lambda row: True,
        computed: Amount | None = None,
    ) -> LineScore:
        """Compare one line in the rows `which` applies to and that print it.

        `slack` is an amount, or the printed column half of whose last place is allowed.
        """
        agree = rows = 0
        differences = []
        for row in range(len(self.rows)):
            wanted = printed(row)
            if wanted is None or not which(row):
                continue
            rows += 1
            found = computed(row) if computed else self.evaluation.value(line, row)
            ends = [found] if computed else [end.value(line, row) for end in self.ends]
            allowed = self._slack(row, slack, wanted)
            numbers = [Decimal(end) for end in ends if end is not None]
            if numbers and min(numbers) - allowed <= wanted <= max(numbers) + allowed:
                agree += 1
                continue
            reason, explained = reason_for(line, self.rows[row], self.evaluation, row)
            contract = self.settlement.main.contracts[row]
            differences.append(Difference(contract, line, found, wanted, reason, explained))
        return LineScore(line, label, rows, agree, tolerance, differences)

    def _slack(self, row: int, slack: Decimal | str, wanted: Decimal) -> Decimal:
        if isinstance(slack, Decimal):
            return slack
        printed = self.rows[row]
        allowed = printed.resolution[slack] / 2 + SINGLE_PRECISION
        if slack == "savings_rate":
            # Benchmark and difference are themselves printed in whole dollars.
            allowed += DOLLAR / printed.settling("benchmark")
            if abs(wanted) < TINY:
                allowed = max(allowed, Decimal(1).scaleb(int(wanted.as_tuple().exponent)) / 2)
        return allowed


def scores(settlement: ResultsSettlement) -> Sequence[LineScore]:
    """One score for each line that the files print; lines that no file prints are left out."""
    verifier = Verifier(settlement)
    printed, flag = verifier.printed, verifier.printed_flag
    one_sided = verifier.is_kind("risk_model", "one-sided")
    earned = printed("earned")

    def gross_as_printed(row: int) -> Decimal:
        both = verifier.rows[row]
        return both.settling("benchmark") - both.settling("expenditures")

    def earned_with(exact: bool) -> Which:
        return lambda row: (earned(row) or 0) > 0 and verifier.score_is_exact[row] == exact

    found = [
        verifier.score(
            "gross_savings", "Benchmark less expenditures", printed("gross_savings"),
            WITHIN_A_DOLLAR, computed=gross_as_printed,
        ),
        verifier.score(
            "savings_rate", "Savings rate", printed("savings_rate"), AS_PRINTED, "savings_rate"
        ),
        verifier.score(
            "minimum_savings_rate", "Minimum savings rate, one-sided",
            printed("minimum_savings_rate"), AS_PRINTED, "minimum_savings_rate", one_sided,
        ),
        verifier.score(
            "minimum_savings_rate", "Minimum savings rate, two-sided (election read from the file)",
            printed("minimum_savings_rate"), AS_PRINTED, "minimum_savings_rate",
            lambda row: not one_sided(row),
        ),
        verifier.score(
            "generated_savings_or_losses", "Generated savings or losses", printed("generated"),
            WITHIN_A_DOLLAR,
        ),
        verifier.score(
            "quality_score_meets_threshold", "Quality score at or above the percentile",
            flag("percentile_met"), "same",
        ),
        verifier.score(
            "quality_standard_met", "Quality performance standard met",
            flag("quality_standard_met"), "same",
        ),
        verifier.score(
            "shares_below_minimum_savings_rate", "Half rate below the minimum savings rate",
            flag("reduced_sharing"), "same",
        ),
        verifier.score(
            "final_sharing_rate", "Final sharing rate", printed("final_sharing_rate"), AS_PRINTED,
            "final_sharing_rate",
        ),
        verifier.score(
            "final_loss_rate", "Final loss rate", printed("final_loss_rate"), AS_PRINTED,
            "final_loss_rate",
        ),
        verifier.score(
            "earned_savings_or_owed_losses", "Earned savings, quality score exact", earned,
            WITHIN_A_DOLLAR, which=earned_with(True),
        ),
        verifier.score(
            "earned_savings_or_owed_losses", "Earned savings, quality score printed rounded",
            earned, ROUNDED_SCORE, which=earned_with(False),
        ),
        verifier.score(
            "earned_savings_or_owed_losses", "Owed losses", earned, WITHIN_A_DOLLAR,
            which=lambda row: (earned(row) or 0) < 0,
        ),
        verifier.score(
            "earned_savings_or_owed_losses", "Nothing earned or owed", earned, WITHIN_A_DOLLAR,
            which=lambda row: earned(row) == 0,
        ),
        verifier.score(
            "advance_investment_recoupment", "Advance investment payments recouped",
            printed("advance_investment_recouped"), WITHIN_A_DOLLAR,
        ),
        verifier.score(
            "advance_investment_balance_carried", "Advance investment payments carried",
            printed("advance_investment_carried"), WITHIN_A_DOLLAR,
        ),
    ]  # fmt: skip
    benchmark = historical_benchmark_score(
        [Path(source) for source in settlement.sources],
        settlement.main.evaluation.rules,
        settlement.trends,
        settlement.year,
    )
    return [score for score in (*found, benchmark) if score is not None and score.rows]
