"""Prices of an own baseline: what the episodes of an earlier run of one's own cost.

Where no price file of CMS is at hand, a hospital or a payer prices episodes by its own past: the
mean of the limited spending of the settled episodes of another run of the same program, by who
answers for them and what is priced alike, times a trend that the user gives. Such a price carries
no adjustment of risk, of peers or of a region, and says so wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from openvbc.engine.csv_file import csv_file
from openvbc.engine.reading import reading
from openvbc.errors import ContractError, InputError, Place
from openvbc.programs.bundles.project import EpisodeInputs
from openvbc.run import Run
from openvbc.steps.episodes.terms import Terms

TREND = "baseline_trend"
FILE = "prices.csv"
EPISODES_OF_INITIATORS = (
    "select e.*, coalesce(i.initiator, e.facility_ccn) as initiator, "
    "case when i.basis <> 'HOSPITAL' then e.facility_ccn end as at_hospital "
    "from episode e left join episode_initiator i "
    "on i.person_id = e.person_id and i.episode_id = e.episode_id"
)
"""Episodes with who answers for them and, of a group, at which hospital; what is settled and what
prices it are told by it alike."""
LEAST, MOST = Decimal("0.5"), Decimal(2)
"""Between which a trend is believed: beyond, a percentage or an amount was meant."""


@dataclass(frozen=True)
class PricedAlike:
    """How a program's settlement is told an own price."""

    alike: tuple[str, ...]
    """Columns of an episode that tell, with its initiator, which episodes are priced alike."""
    prices: tuple[str, ...]
    """Headings of the price table in which the mean stands."""
    constants: Mapping[str, str]
    """Headings of the price table with what holds of every own price."""
    of_episodes: Mapping[str, str]
    """Headings of the table of episodes, with what holds unless the user's factors say it;
    ``{year}`` stands for the contract's year."""


@dataclass(frozen=True)
class OwnBaseline:
    """The means of a baseline, and where they are from."""

    means: tuple[tuple[tuple[str, ...], Decimal], ...]
    """Initiator and the columns that are priced alike; USD an episode, cents, with the trend."""
    note: str


def read_own_baseline(
    inputs: EpisodeInputs,
    contract: Mapping[str, Any],
    program: str,
    alike: tuple[str, ...],
    terms: Terms,
    place: Place,
) -> OwnBaseline | None:
    """The baseline the project names; None where it names none.

    Args:
        inputs: the files of the project, `baseline_run` among them.
        contract: what the project says of its contract, `baseline_trend` and `amounts` in it.
        program: the program's name, which the run must be of.
        alike: columns of an episode that tell which episodes are priced alike.
        terms: of the program, with the period that is settled: a baseline is over before it.
        place: the project file.

    Raises:
        ContractError: a trend without a run, or a run without a trend, or beside a price file.
        InputError: the run is of another program, other amounts, or days that are settled.
    """
    if inputs.baseline_run is None:
        if TREND in contract:
            raise ContractError(
                f"contract.{TREND} is given and no inputs.baseline_run",
                place=place,
                rule="the trend carries the prices of an own baseline to this year",
                action="name the folder of the baseline's run, or take the trend out",
                code="VBC-2025",
            )
        return None
    trend = _trend(contract, place)
    if inputs.prices is not None:
        raise ContractError(
            "inputs.prices and inputs.baseline_run both say prices",
            place=place,
            rule="an episode has one price",
            action="keep either CMS's price file or the baseline of your own run",
            code="VBC-2026",
        )
    run = _run(inputs.baseline_run, program, str(contract.get("amounts")))
    columns, first = ", ".join(alike), terms.first_day
    counted = "post_anchor_end" if terms.numbers.settled_by_episode_end else "anchor_end"
    with reading() as engine:
        run.register(engine, "episode")
        run.register(engine, "episode_initiator")
        rows = engine.rows(
            f"select initiator, {columns}, count(*) as episodes, sum(limited_amount) as spending, "
            f"min({counted}) as first_end, max({counted}) as last_end "
            f"from ({EPISODES_OF_INITIATORS}) where status = 'SETTLED' "
            f"group by initiator, {columns} order by initiator, {columns}"
        )
    last = max((row["last_end"] for row in rows), default=None)
    if last is None or last >= first:
        raise InputError(
            "the baseline run has no settled episode" if last is None
            else f"an episode of the baseline counts on {last}, in or after the days settled",
            place=Place(str(inputs.baseline_run)),
            rule=f"a baseline is over before the period that is settled begins, {first}",
            action="name a run of the same program over earlier days (contract.period)",
            code="VBC-1136",
        )  # fmt: skip
    means = tuple(
        (
            (str(row["initiator"]), *(str(row[name] or "") for name in alike)),
            (row["spending"] / row["episodes"] * trend).quantize(Decimal("0.01"), ROUND_HALF_UP),
        )
        for row in rows
    )
    episodes = sum(int(row["episodes"]) for row in rows)
    earliest = min(row["first_end"] for row in rows)
    return OwnBaseline(
        means,
        f"Prices are an own baseline, not CMS's: the mean spending of {episodes:,} episodes of "
        f"the initiators, which count from {earliest} to {last}, times the trend {trend} "
        "(contract.baseline_trend). Nothing in them adjusts for risk, peers or region; episodes "
        "that an ACO has precedence over count in them.",
    )


def write_own_prices(
    folder: Path, years: Mapping[str, int], how: PricedAlike, baseline: OwnBaseline,
    kinds: Mapping[str, str], kind: str,
) -> Path:  # fmt: skip
    """The price table the settlement reads, below the run's folder.

    Args:
        folder: where it is written.
        years: heading and value of the contract's year.
        how: the headings of prices, and what is priced alike.
        baseline: the means.
        kinds: of a category, where what is alike has one: surgical or medical, or its type.
        kind: the heading of that; empty where prices have none.
    """
    path, alike = folder / FILE, how.alike
    typed = [kind] if kind and "category" in alike else []
    with csv_file(path) as writer:
        writer.writerow(["identifier", *years, *alike, *typed, *how.prices, *how.constants])
        for (initiator, *keys), mean in baseline.means:
            of_kind = [kinds.get(keys[alike.index("category")], "")] if typed else []
            prices = [str(mean)] * len(how.prices)
            writer.writerow(
                [initiator, *years.values(), *keys, *of_kind, *prices, *how.constants.values()]
            )
    return path


def _trend(contract: Mapping[str, Any], place: Place) -> Decimal:
    try:
        trend = Decimal(str(contract.get(TREND)))
    except InvalidOperation:
        trend = Decimal("nan")
    if not (trend.is_finite() and LEAST <= trend <= MOST):
        raise ContractError(
            f"contract.{TREND} is missing or no factor",
            place=place,
            rule=f"what moves spending from the baseline to this year, from {LEAST} to {MOST}; "
            "it is not assumed",
            action=f"say for example {TREND}: 1.03, or 1 for none",
            code="VBC-2027",
        )
    return trend


def _run(path: Path, program: str, amounts: str) -> Run:
    """The run, which is of the program and of the same amounts."""
    run = Run.open(path)
    other = run.manifest.program
    measured = run.manifest.settings.get("contract.amounts", "")
    if other != program or measured.upper() != amounts.upper():
        what = f"of {other}" if other != program else f"of {measured} amounts"
        raise InputError(
            f"the baseline run is {what}",
            place=Place(str(path)),
            rule=f"prices and spending are measured alike: {program}, {amounts} amounts",
            action="name a run of the same program, with the same contract.amounts",
            code="VBC-1137",
        )
    return run
