"""Bundled Payments for Care Improvement Advanced: reconciliation of an episode initiator.

CMS reconciliation workbooks: quality takes a part of a gain and forgives a part of a loss, then
the result is held within a share of the targets; spending after episodes is owed outside it.
Grain: one row an episode initiator and performance period. USD, the result to the cent.
"""

from __future__ import annotations

from openvbc.worksheets.bundles.limits import within_limits
from openvbc.worksheets.kernel.arithmetic import Column, maximum, otherwise, round_half_up, where
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

WORKBOOK = "CMS reconciliation workbooks, model years 1 to 3"


@line(unit="USD", cite=WORKBOOK, status="secondary")
def total_reconciliation_amount(total_target: Column, total_spending: Column) -> Column:
    """Targets less spending of the initiator's episodes."""
    return total_target - total_spending


@line(unit="USD", cite=WORKBOOK, status="unverified")
def quality_adjustment(
    total_reconciliation_amount: Column,
    composite_quality_score: Column,
    most_quality_adjustment: Column,
) -> Column:
    """What quality takes of a gain (negative), or forgives of a loss (positive).

    The maximum adjustment times one less the score, or times the score.
    """
    most = total_reconciliation_amount * most_quality_adjustment
    score = composite_quality_score / 100
    return where(total_reconciliation_amount >= 0, -(most * (1 - score)), -(most * score))


@line(unit="USD", cite=WORKBOOK, status="unverified")
def after_quality(total_reconciliation_amount: Column, quality_adjustment: Column) -> Column:
    """The total plus the quality adjustment."""
    return total_reconciliation_amount + quality_adjustment


@line(unit="USD", cite=WORKBOOK, status="secondary")
def limit(total_target: Column, stop_gain: Column) -> Column:
    """The share of the targets that a gain may come to."""
    return total_target * stop_gain


@line(unit="USD", cite=WORKBOOK, status="secondary")
def limited_amount(
    after_quality: Column, total_target: Column, stop_gain: Column, stop_loss: Column
) -> Column:
    """The amount after quality, held between stop-loss and stop-gain."""
    return within_limits(after_quality, total_target, stop_gain, total_target, stop_loss)


@line(unit="USD", cite="summaries of the model", status="unverified")
def post_episode_repayment(post_episode_spending: Column, post_episode_threshold: Column) -> Column:
    """Spending of 30 days after episodes above its threshold; zero where not given."""
    return otherwise(maximum(post_episode_spending - post_episode_threshold, 0), 0)


@line(unit="USD", cite=WORKBOOK, status="secondary", rounding="half up to the cent")
def reconciliation(
    limited_amount: Column,
    post_episode_repayment: Column,
    left_risk: Column,
    kept_when_risk_is_left: Column,
) -> Column:
    """The limited amount less the repayment; negative is owed by the initiator.

    Where the initiator left gain and loss, the share of it that such an initiator keeps; missing in
    a year that gave no such choice.
    """
    amount = round_half_up(limited_amount - post_episode_repayment, 2)
    return where(left_risk, amount * kept_when_risk_is_left, amount)


@line(unit="USD", cite=WORKBOOK, status="secondary", label="Due now (owed negative)")
def due_now(reconciliation: Column, settled_before: Column) -> Column:
    """The reconciliation recomputed less what was settled before: a true-up."""
    return reconciliation - otherwise(settled_before, 0)


@line(unit="USD", cite="for the picture of the settlement")
def spending_deducted(total_spending: Column) -> Column:
    """Spending, as the step from target to total."""
    return -total_spending


@line(unit="USD", cite="for the picture of the settlement")
def limited_away(limited_amount: Column, after_quality: Column) -> Column:
    """What the limit takes, as a step."""
    return limited_amount - after_quality


@line(unit="USD", cite="for the picture of the settlement")
def repayment_deducted(post_episode_repayment: Column) -> Column:
    """The repayment, as a negative step."""
    return -post_episode_repayment


BPCI_ADVANCED = Worksheet(
    "bpci_advanced",
    "BPCI Advanced: reconciliation",
    [
        Input("model_year", "year", "Model year (1 to 8)"),
        Input("period", "text", "Performance period", optional=True),
        Input("episodes", "count", "Episodes"),
        Input("total_target", "USD", "Targets"),
        Input("total_spending", "USD", "Spending"),
        Input("composite_quality_score", "score", "Composite quality score, 0 to 100"),
        Input("post_episode_spending", "USD", "Spending of 30 days after episodes", optional=True),
        Input("post_episode_threshold", "USD", "Its upper threshold", optional=True),
        Input("settled_before", "USD", "Settled before", optional=True),
        Input(
            "left_risk", "flag", "The initiator left gain and loss", optional=True, missing=False
        ),
    ],
    ["most_quality_adjustment", "stop_gain", "stop_loss", "kept_when_risk_is_left"],
    [
        total_reconciliation_amount, quality_adjustment, after_quality, limit, limited_amount,
        post_episode_repayment, reconciliation, due_now, spending_deducted, limited_away,
        repayment_deducted,
    ],
)  # fmt: skip
