"""What a report shows of a capitation contract: months, rate cells, funds, stop-loss, payments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from openvbc.engine.base import Engine
from openvbc.format import in_words
from openvbc.programs.capitation.at_risk import AT_RISK, register_lines
from openvbc.programs.capitation.not_yet_known import growth_by_month
from openvbc.programs.drivers.causes import cents
from openvbc.programs.drivers.covered import register_rule_table
from openvbc.programs.listing import Field, Listing

if TYPE_CHECKING:
    from openvbc.run import Run

FIGURES = (
    Field("revenue", "USD"), Field("expense at risk", "USD"),
    Field("revenue a member month", "USD per capita"),
    Field("expense a member month", "USD per capita"),
    Field("loss ratio", "ratio"),
)  # fmt: skip
NEAR_STOP_LOSS = Decimal("0.5")
"""Members are listed from this part of their stop-loss deductible on."""


def month_rows(run: Run, engine: Engine) -> list[list[Any]]:
    """Months of the contract year and the year: what came in, what went out, what may still."""
    _register(run, engine)
    rows = engine.rows(
        "with paid as (select month_number, sum(amount) as revenue, sum(case when kind = "
        "'ADJUSTMENT' then amount else 0 end) as adjusted from capitation_line "
        "group by month_number), spent as (select month_number, sum(at_risk) as at_risk "
        f"from ({AT_RISK}) l group by month_number), member as (select month_number, "
        "count(*) as member_months from capitated_month group by month_number) "
        "select t.first_day, coalesce(m.member_months, 0) as member_months, "
        "cast(coalesce(p.revenue, 0) as decimal(18, 2)) as revenue, "
        "cast(coalesce(p.adjusted, 0) as decimal(18, 2)) as adjusted, "
        "cast(coalesce(s.at_risk, 0) as decimal(18, 2)) as at_risk from capitation_month t "
        "left join member m on m.month_number = t.month_number "
        "left join paid p on p.month_number = t.month_number "
        "left join spent s on s.month_number = t.month_number order by t.month_number"
    )
    known_by = engine.rows("select known_by from capitation_term")[0]["known_by"]
    triangle = engine.rows("select incurred_month, age, amount from expense_triangle")
    growth = growth_by_month(triangle, known_by)
    cells = []
    for row in rows:
        more = cents(Fraction(growth.get(row["first_day"], Decimal(0))))
        figures = _figures(row["member_months"], row["revenue"], row["at_risk"])
        month: dt.date = row["first_day"]
        cells.append(
            [
                f"{month:%Y-%m}",
                row["member_months"],
                row["adjusted"],
                *figures,
                cents(Fraction(more)),
            ]
        )
    months, adjusted, revenue, at_risk, more = (
        sum(row[at] for row in cells) for at in (1, 2, 3, 4, 8)
    )
    cells.append(["year", months, adjusted, *_figures(months, revenue, at_risk), more])
    return cells


MONTHS = [
    Field("month", role="who"), Field("member months", "count"),
    Field("of revenue, adjusted later", "USD"), *FIGURES, Field("expense still expected", "USD"),
]  # fmt: skip


MONTHS_LEAD = (
    "Months of membership as the last capitation run knows them; expense by the month it was "
    "incurred in. Payments for events (kicks) are beside the months. Still expected: by chain "
    "ladder; it counts where the contract's clause on completion says so."
)


def listings_of(run: Run) -> list[Listing]:
    """The lists of a run, without those that have no rows."""
    from openvbc.engine.reading import reading

    with reading() as engine:
        made = [
            Listing(
                "capitation_months", "By month", MONTHS, month_rows(run, engine),
                MONTHS_LEAD, "small counts", in_pages=False,
            ),
            _rate_cells(engine),
            _funds(engine),
            _near_stop_loss(engine),
            *_exceptions(run, engine),
        ]  # fmt: skip
    return [listing for listing in made if listing.rows]


def _register(run: Run, engine: Engine) -> None:
    register_lines(engine, run)
    run.register(engine, "capitated_month", "capitation_line", "expense_triangle", "member_expense")
    register_rule_table(
        engine, run, "capitation_month", {"month_number": "int", "first_day": "date"}
    )


def _rate_cells(engine: Engine) -> Listing:
    """Revenue and expense by rate cell; what no member's month answers for has no cell."""
    rows = engine.rows(
        "with cell as (select person_id, month_number, min(rate_cell) as rate_cell "
        "from capitated_month group by person_id, month_number), "
        "paid as (select coalesce(c.rate_cell, '') as rate_cell, sum(l.amount) as revenue "
        "from capitation_line l left join cell c on c.person_id = l.person_id "
        "and c.month_number = l.month_number group by coalesce(c.rate_cell, '')), "
        "member as (select rate_cell, count(*) as member_months, count(distinct person_id) "
        "as members from capitated_month group by rate_cell), "
        "spent as (select coalesce(c.rate_cell, '') as rate_cell, sum(l.at_risk) as at_risk "
        f"from ({AT_RISK}) l left join cell c on c.person_id = l.person_id "
        "and c.month_number = l.month_number group by coalesce(c.rate_cell, '')) "
        "select k.rate_cell, coalesce(m.members, 0) as members, "
        "coalesce(m.member_months, 0) as member_months, "
        "cast(coalesce(p.revenue, 0) as decimal(18, 2)) as revenue, "
        "cast(coalesce(s.at_risk, 0) as decimal(18, 2)) as at_risk "
        "from (select rate_cell from member union select rate_cell from paid "
        "union select rate_cell from spent) k "
        "left join member m on m.rate_cell = k.rate_cell "
        "left join paid p on p.rate_cell = k.rate_cell "
        "left join spent s on s.rate_cell = k.rate_cell order by k.rate_cell"
    )
    cells = [
        [
            row["rate_cell"] or "no month any more",
            row["members"],
            row["member_months"],
            *_figures(row["member_months"], row["revenue"], row["at_risk"]),
        ]
        for row in rows
        if row["rate_cell"] or row["revenue"] or row["at_risk"]
    ]
    return Listing(
        "capitation_rate_cells",
        "By rate cell",
        [Field("rate cell", role="who"), Field("members", "count"),
         Field("member months", "count"), *FIGURES],
        cells,
        "A member who changed cells counts in each; stop-loss, sub-capitation and what is not yet "
        "known are in no cell.",
        "small counts",
    )  # fmt: skip


def _funds(engine: Engine) -> Listing:
    rows = engine.rows(
        "select fund, service, count(distinct person_id) as members, count(*) as claim_lines, "
        "cast(sum(expense) as decimal(18, 2)) as expense, "
        f"cast(sum(at_risk) as decimal(18, 2)) as at_risk from ({AT_RISK}) l "
        "group by fund, service order by at_risk desc, fund, service"
    )
    return Listing(
        "capitation_funds",
        "By fund and service",
        [Field("fund", role="who"), Field("service", role="who"), Field("members", "count"),
         Field("claim lines", "count"), Field("expense", "USD"), Field("expense at risk", "USD")],
        [
            [in_words(row["fund"]), in_words(row["service"] or "–"), row["members"],
             row["claim_lines"], row["expense"], row["at_risk"]]
            for row in rows
        ],
        "Every claim line of a member's month is in one fund; lines in none, or in the division "
        "twice, have no service, and nothing is settled while there are any.",
        "small counts",
    )  # fmt: skip


def _near_stop_loss(engine: Engine) -> Listing:
    rows = engine.rows(
        "select person_id, at_risk, stop_loss_deductible, stop_loss_recovery from member_expense "
        f"where at_risk >= stop_loss_deductible * {NEAR_STOP_LOSS} "
        "order by at_risk desc, person_id"
    )
    return Listing(
        "capitation_stop_loss",
        "Members near or beyond stop-loss",
        [Field("person", role="who"), Field("expense at risk", "USD"),
         Field("deductible", "USD", "evidence"), Field("of the deductible", "ratio"),
         Field("recovered", "USD")],
        [
            [row["person_id"], row["at_risk"], row["stop_loss_deductible"],
             row["at_risk"] / row["stop_loss_deductible"] if row["stop_loss_deductible"] else None,
             row["stop_loss_recovery"]]
            for row in rows
        ],
        f"Members whose expense at risk reached {NEAR_STOP_LOSS:.0%} of their deductible.",
        in_pages=False,
    )  # fmt: skip


def _exceptions(run: Run, engine: Engine) -> Sequence[Listing]:
    """What was paid against what the roster says; nothing where no payments were given."""
    if "payment_exception" not in run.tables:
        return []
    run.register(engine, "payment_exception")
    rows = engine.rows(
        "select person_id, month_number, exception, due, paid, difference from payment_exception "
        "order by month_number, person_id, exception"
    )
    kinds = engine.rows(
        "select exception, count(*) as member_months, count(distinct person_id) as members, "
        "cast(sum(difference) as decimal(18, 2)) as difference from payment_exception "
        "group by exception order by exception"
    )
    return [
        Listing(
            "capitation_payment_kinds", "Payments against the roster",
            [Field("exception", role="who"), Field("members", "count"),
             Field("member months", "count"), Field("paid less due", "USD")],
            [[in_words(row["exception"]), row["members"], row["member_months"], row["difference"]]
             for row in kinds],
            "Months whose payment is not what the roster and the rates say.", "small counts",
        ),
        Listing(
            "capitation_payment_exceptions", "Payments to be asked about",
            [Field("person", role="who"), Field("month number", "count"), Field("exception"),
             Field("due", "USD", "evidence"), Field("paid", "USD", "evidence"),
             Field("paid less due", "USD")],
            [[row["person_id"], row["month_number"], in_words(row["exception"]), row["due"],
              row["paid"], row["difference"]] for row in rows],
            "Every month whose payment is not what the roster and the rates say.",
            in_pages=False,
        ),
    ]  # fmt: skip


def _figures(months: int, revenue: Decimal, at_risk: Decimal) -> list[Any]:
    """Revenue, expense, both a member month, and the loss ratio."""
    each = [cents(Fraction(amount) / months) if months else None for amount in (revenue, at_risk)]
    return [revenue, at_risk, *each, at_risk / revenue if revenue else None]
