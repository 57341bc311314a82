"""Predicted and expected readmission rates from a hospital-specific report's coefficients.

CMS's model is a logistic regression with an effect for each hospital. A stay's chance of an
unplanned readmission is ``1 / (1 + e^-(effect + sum of coefficient x risk factor))``: with the
hospital's own effect it is *predicted*, with the average hospital's it is *expected*. A hospital's
rates are the means over its index stays; their quotient is the excess readmission ratio.

Chances are floats (no amount is computed with them); agreement with CMS's reports is 1e-8.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from openvbc.worksheets.kernel.arithmetic import Column, ratio
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet


@dataclass(frozen=True)
class RiskModel:
    """What a hospital-specific report gives for a condition."""

    coefficients: Column
    """One for each risk factor."""
    hospital_effect: float
    average_effect: float

    def chances(self, risk_factors: Column, effect: float) -> Column:
        """Each stay's chance; `risk_factors` has a row a stay, a column a risk factor."""
        with np.errstate(all="ignore"):
            score: Column = effect + risk_factors @ self.coefficients
            # Beyond 700 the power overflows, and the chance is 0 or 1 in all its digits.
            chances: Column = 1 / (1 + np.exp(np.clip(-score, -700, 700)))
        return chances

    def predicted(self, risk_factors: Column) -> Decimal:
        """The mean chance with the hospital's own effect."""
        return Decimal(repr(float(self.chances(risk_factors, self.hospital_effect).mean())))

    def expected(self, risk_factors: Column) -> Decimal:
        """The mean chance with the average hospital's effect."""
        return Decimal(repr(float(self.chances(risk_factors, self.average_effect).mean())))

    def between_hospital_variance(self, risk_factors: Column, readmissions: int) -> Decimal | None:
        """The variance of hospital effects that would give this hospital its effect.

        At its most likely value, effect - average = variance x (readmissions - sum of chances).
        None where the two sides differ in sign, as in invented reports.
        """
        surplus = readmissions - float(self.chances(risk_factors, self.hospital_effect).sum())
        apart = self.hospital_effect - self.average_effect
        if surplus == 0 or apart / surplus <= 0:
            return None
        return Decimal(repr(apart / surplus))


@line(
    unit="factor",
    cite="42 CFR 412.152, excess readmission ratio",
)
def computed_ratio(predicted_rate: Column, expected_rate: Column) -> Column:
    """Predicted / expected rate of the index stays."""
    return ratio(predicted_rate, expected_rate)


@line(unit="ratio", cite="observed: readmissions / index stays")
def observed_rate(observed_readmissions: Column, index_stays: Column) -> Column:
    """Unplanned readmissions within 30 days / index stays."""
    return ratio(observed_readmissions, index_stays)


RISK = Worksheet(
    "hrrp_readmission_risk",
    "Predicted, expected and excess readmissions from discharges",
    inputs=[
        Input("fiscal_year", "year", "Fiscal year of payment"),
        Input("condition", "text", "Condition"),
        Input("index_stays", "discharges", "Index stays"),
        Input("observed_readmissions", "readmissions", "Unplanned readmissions within 30 days"),
        Input("predicted_rate", "ratio", "Predicted rate, from coefficients", optional=True),
        Input("expected_rate", "ratio", "Expected rate, from coefficients", optional=True),
        Input("published_predicted_rate", "ratio", "Predicted rate as reported", optional=True),
        Input("published_expected_rate", "ratio", "Expected rate as reported", optional=True),
        Input("published_ratio", "factor", "Excess readmission ratio as reported", optional=True),
    ],
    parameters=[],
    lines=[observed_rate, computed_ratio],
)
