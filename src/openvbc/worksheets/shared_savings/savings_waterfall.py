"""The steps between benchmark and payment, signed, for reading a settlement as a waterfall.

Benchmark, less expenditures, is gross savings; gross savings and the four further steps add up to
the earned savings or owed losses. Nothing here is an input of the settlement.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, where
from openvbc.worksheets.kernel.line import line

CITE = "42 CFR 425.605, 425.610"


@line(unit="USD", cite=CITE)
def expenditures_deducted(total_expenditures: Column) -> Column:
    """Expenditures, negative."""
    negative: Column = -total_expenditures
    return negative


@line(
    unit="USD",
    cite=CITE,
)
def savings_or_losses_not_counted(
    meets_minimum_loss_rate: Column, gross_savings: Column, generated_savings: Column
) -> Column:
    """What counts of the gross savings or losses less all of it: those inside the minimum rates."""
    counted = where(meets_minimum_loss_rate, gross_savings, generated_savings)
    uncounted: Column = counted - gross_savings
    return uncounted


@line(
    unit="USD",
    label="Part kept or borne by Medicare",
    cite=CITE,
)
def part_kept_by_medicare(
    shared_savings: Column,
    shared_losses_before_limit: Column,
    gross_savings: Column,
    savings_or_losses_not_counted: Column,
) -> Column:
    """The contract's share less what counts: the part that stays with Medicare."""
    counted = gross_savings + savings_or_losses_not_counted
    kept: Column = shared_savings - shared_losses_before_limit - counted
    return kept


@line(unit="USD", cite=CITE)
def sequestration_withheld(
    shared_savings_after_sequestration: Column, shared_savings: Column
) -> Column:
    """Shared savings after sequestration less those before it."""
    withheld: Column = shared_savings_after_sequestration - shared_savings
    return withheld


@line(
    unit="USD",
    label="Limits, and relief for extreme circumstances",
    cite=CITE,
)
def limit_and_relief(
    earned_savings_or_owed_losses: Column,
    shared_savings_after_sequestration: Column,
    shared_losses_before_limit: Column,
) -> Column:
    """What the payment limit takes, and what loss limit, relief and proration give."""
    before = shared_savings_after_sequestration - shared_losses_before_limit
    rest: Column = earned_savings_or_owed_losses - before
    return rest
