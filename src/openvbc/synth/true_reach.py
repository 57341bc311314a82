"""The true benchmark and settlement of an invented REACH entity, worked from its own people.

Written from the specification, in plain arithmetic, and not with the engine: rates, factors and
known numbers are invented here and handed to the project as the lists CMS would give.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from openvbc.synth.reach_people import BASE_YEARS, COUNTIES, RUN_OUT, YEAR, Person

KINDS = ("AGED_DISABLED", "ESRD")
RATES = {
    (county, kind): Decimal(amount) + 10 * n
    for kind, amount in (("AGED_DISABLED", "1035.25"), ("ESRD", "7420.50"))
    for n, county in enumerate(COUNTIES)
}
CHARGES = {"AGED_DISABLED": Decimal("11.40"), "ESRD": Decimal("35.10")}
NATIONAL = {
    (year, kind): Decimal(amount)
    for kind, amounts in (
        ("AGED_DISABLED", ("862.10", "891.75", "925.40", "1078.90")),
        ("ESRD", ("7010.00", "7120.00", "7250.00", "7810.00")),
    )
    for year, amount in zip((*BASE_YEARS, YEAR), amounts, strict=True)
}
AREA = dict(zip((*BASE_YEARS, YEAR), map(Decimal, ("0.981", "0.984", "0.986", "0.992")),
                strict=True))  # fmt: skip
BASE_RISK = {
    (year, kind): Decimal(score) + Decimal("0.01") * n
    for kind, score in (("AGED_DISABLED", "0.99"), ("ESRD", "1.01"))
    for n, year in enumerate(BASE_YEARS)
}
SCORES = {
    ("CLAIMS", "AGED_DISABLED"): Decimal("1.0234"), ("CLAIMS", "ESRD"): Decimal("1.011"),
    ("VOLUNTARY", "AGED_DISABLED"): Decimal("0.9876"), ("VOLUNTARY", "ESRD"): Decimal("1.002"),
}  # fmt: skip
BANDS = (
    (Decimal(60_000), Decimal(120_000), Decimal("0.4")),
    (Decimal(120_000), Decimal(200_000), Decimal("0.6")),
    (Decimal(200_000), None, Decimal("0.8")),
)
ESRD_BASE = Decimal("6000.00")
"""The monthly amount of ESRD in the base years, given as CMS's report prints it."""
KNOWN = {
    "quality_score": Decimal("0.85"), "retrospective_trend_factor": Decimal("0.96671"),
    "completion_factor": Decimal("1.004"), "high_performers_pool": Decimal("1234.56"),
    "stop_loss_neutrality_factor": Decimal("0.97"), "estimated_amount": Decimal("1040.00"),
    "outside_withhold": Decimal("0.30"), "advanced_payment": Decimal("5000.00"),
    "advanced_reductions": Decimal("4500.00"),
}  # fmt: skip
PRIMARY_CARE_SHARE, MOST_PRIMARY_CARE_SHARE = Decimal("0.03"), Decimal("0.07")
"""Share of the benchmark that primary care is, and up to which it is topped up on request."""
WITHHELD = Decimal("0.02") * Decimal("0.15") + Decimal("0.02")
"""The withhold quality did not earn back, and retention."""
DISCOUNT = {"GLOBAL": Decimal("0.03"), "PROFESSIONAL": Decimal(0)}
"""Of 2023."""
CORRIDORS = {
    "GLOBAL": (("0.25", "1"), ("0.35", "0.5"), ("0.5", "0.25"), (None, "0.1")),
    "PROFESSIONAL": (("0.05", "0.5"), ("0.1", "0.35"), ("0.15", "0.15"), (None, "0.05")),
}
"""Where each band of the savings rate ends, and the entity's share of it."""


def known(mechanism: str) -> dict[str, Decimal]:
    """The totals the parties know: how total care or primary care is paid ahead, and all others."""
    if mechanism == "TCC":
        return KNOWN
    own = {name: value for name, value in KNOWN.items() if name != "outside_withhold"}
    return own | {"primary_care_share": PRIMARY_CARE_SHARE}


def cents(amount: Decimal) -> Decimal:
    """To the cent, half up."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


class TrueReach:
    """Totals of people as they are added, and what they settle to."""

    def __init__(self) -> None:
        self.months: dict[tuple[int, str, str], int] = defaultdict(int)
        self.spent: dict[tuple[int, str, str], Decimal] = defaultdict(Decimal)
        self.regional: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self.equity: dict[str, int] = defaultdict(int)
        self.bands, self.charge, self.people = Decimal(0), Decimal(0), 0

    def add(self, who: Person) -> Iterator[tuple[int, str, Decimal]]:
        """Count a person; year, entitlement and spending where a month counts."""
        self.people += bool(who.months(YEAR))
        for year in (*BASE_YEARS, YEAR):
            how = who.alignment if year == YEAR else "CLAIMS"
            by_kind: dict[str, Decimal] = {}
            predicted: dict[str, Decimal] = defaultdict(Decimal)
            for month in who.months(year):
                kind = who.entitlement(year, month)
                by_kind.setdefault(kind, Decimal(0))
                by_kind[kind] += sum(
                    (b.amount for b in who.bills
                     if (b.day.year, b.day.month) == (year, month)
                     and b.known_on <= _run_out(year)),
                    Decimal(0),
                )  # fmt: skip
                self.months[year, how, kind] += 1
                if year == YEAR:
                    rate = RATES[who.county_in(year, month), kind]
                    self.regional[how, kind] += rate
                    predicted[kind] += rate
                    self.charge += CHARGES[kind]
                    self.equity[who.equity] += 1
            for kind, amount in by_kind.items():
                self.spent[year, how, kind] += amount
                if year == YEAR:
                    self.bands += cents(_in_bands(amount - cents(predicted[kind] * who.score)))
                yield year, kind, amount

    def settlement(self, arrangement: str = "GLOBAL", mechanism: str = "TCC") -> dict[str, Decimal]:
        """Line of the settlement to its value; under primary care the top-up is taken."""
        benchmark = Decimal(0)
        months = 0
        spent = Decimal(0)
        for (year, how, kind), count in self.months.items():
            if year == YEAR:
                benchmark += cents(self._monthly(how, kind) * count)
                months += count
                spent += self.spent[year, how, kind]
        final = cents(
            benchmark * KNOWN["retrospective_trend_factor"] * (1 - DISCOUNT[arrangement] - WITHHELD)
        )
        final += KNOWN["high_performers_pool"]
        settled = final + 30 * self.equity["ADDED"] - 6 * self.equity["TAKEN"]
        payout = cents(self.bands * KNOWN["stop_loss_neutrality_factor"])
        cost = cents(spent * KNOWN["completion_factor"]) + self.charge - payout
        gross = settled - cost
        shared = _corridor(gross / settled, CORRIDORS[arrangement]) * settled
        paid = cents(shared - max(shared, Decimal(0)) * Decimal("0.02"))
        estimated = KNOWN["estimated_amount"] * months
        capitation, topped_up = Decimal(0), Decimal(0)
        if mechanism == "TCC":
            capitation = cents(estimated * (1 - KNOWN["outside_withhold"]))
        else:
            topped_up = cents(estimated * (MOST_PRIMARY_CARE_SHARE - PRIMARY_CARE_SHARE))
        taken = capitation + topped_up + KNOWN["advanced_payment"] - KNOWN["advanced_reductions"]
        return {
            "aligned_beneficiaries": Decimal(self.people), "aligned_months": Decimal(months),
            "unadjusted_benchmark": benchmark, "final_benchmark": final,
            "settlement_benchmark": settled, "expenditure": spent, "stop_loss_payout": payout,
            "stop_loss_charge": self.charge, "net_cost_of_care": cost, "gross_savings": gross,
            "shared_savings_after_sequestration": paid, "total_care_capitation": capitation,
            "enhanced_primary_care_capitation": topped_up, "settlement_due": paid - taken,
        }  # fmt: skip

    def _monthly(self, how: str, kind: str) -> Decimal:
        """The monthly benchmark of a category."""
        regional = self.regional[how, kind] / self.months[YEAR, how, kind]
        if how == "VOLUNTARY":
            return regional * SCORES[how, kind]
        history = Decimal(0)
        for year, parts in zip(BASE_YEARS, (10, 30, 60), strict=True):
            amount = ESRD_BASE
            if kind != "ESRD":
                amount = self.spent[year, how, kind] / self.months[year, how, kind]
            amount = amount / AREA[year] * AREA[YEAR] / BASE_RISK[year, kind]
            history += parts * (amount * (NATIONAL[YEAR, kind] / NATIONAL[year, kind])) / 100
        change = Decimal("0.6") * history + Decimal("0.4") * regional - history
        national = NATIONAL[YEAR, kind]
        change = min(max(change, Decimal("-0.02") * national), Decimal("0.05") * national)
        return (history + change) * SCORES[how, kind]


def _run_out(year: int) -> date:
    return RUN_OUT.replace(year=year + 1)


def _in_bands(above: Decimal) -> Decimal:
    paid = Decimal(0)
    for low, high, share in BANDS:
        top = above if high is None else min(above, high)
        paid += max(top - low, Decimal(0)) * share
    return paid


def _corridor(rate: Decimal, bands: tuple[tuple[str | None, str], ...]) -> Decimal:
    size, shared, low = abs(rate), Decimal(0), Decimal(0)
    for end, share in bands:
        top = size if end is None else min(size, Decimal(end))
        shared += max(top - low, Decimal(0)) * Decimal(share)
        if end is not None:
            low = Decimal(end)
    return shared if rate >= 0 else -shared
