"""Episodes built from claims, handed to the program's own settlement as the table it reads.

Prices and reconciliation are settled in one way, whoever built the episodes: the run writes
``episodes.csv``, and the program settles it with the user's accounts and prices, as ``vbc settle``
does. What claims do not tell of an episode (multipliers of risk) is added from the user's file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from openvbc.engine.base import Engine
from openvbc.engine.csv_file import csv_file
from openvbc.errors import InputError, Place
from openvbc.input_file import rows_of_csv
from openvbc.programs.bundles.aco_overlap import given_to_acos
from openvbc.programs.bundles.own_baseline import (
    EPISODES_OF_INITIATORS,
    OwnBaseline,
    PricedAlike,
    write_own_prices,
)
from openvbc.programs.bundles.project import EpisodeInputs
from openvbc.programs.claims_program import Lacking
from openvbc.programs.published.published_cell import plain
from openvbc.programs.registry import program
from openvbc.programs.settlement import Settlement
from openvbc.rules.load import load_code_table
from openvbc.steps.episodes.terms import REASONS

FILE = "episodes.csv"
COVID = "episode_covid"
"""The table of episodes in which COVID-19 was diagnosed."""
EPISODE = "episode"
HAS_COVID = "has_covid_19"


@dataclass(frozen=True)
class Handover:
    """What the settlement of a program reads of an episode beside its year and spending."""

    program: str
    columns: Mapping[str, str]
    """Heading to the column of the episode that stands there."""
    kinds: str = ""
    """Heading of what the category is (surgical or medical, or its type); empty for none."""
    spending: str = "spending"
    """Heading of what the episode cost."""
    is_of_terms: bool = False
    """Settled by the parties' terms: a contract of one year, whose accounts the episodes imply."""
    own_price: PricedAlike | None = None
    """How an own baseline is told as prices; None where the program has prices of its own."""

    @property
    def alike(self) -> tuple[str, ...]:
        """Columns of an episode that tell which are priced alike by an own baseline."""
        return self.own_price.alike if self.own_price else ()

    @property
    def tables(self) -> tuple[str, ...]:
        """Tables of the steps that the settlement reads."""
        beside = (COVID,) if HAS_COVID in self.columns.values() else ()
        return (EPISODE, "episode_initiator", "overlap_order", "episode_aco", *beside)


class HasFiles(Protocol):
    """What a prepared project says of the files of its settlement."""

    @property
    def year(self) -> int:
        """The contract's year."""
        ...

    @property
    def inputs(self) -> EpisodeInputs:
        """The user's files."""
        ...

    @property
    def overlays(self) -> Sequence[Path]:
        """Overlays of the rules."""
        ...

    @property
    def agreed(self) -> Sequence[Path]:
        """Terms of the parties, where a file of them is part of the settlement."""
        ...

    @property
    def baseline(self) -> OwnBaseline | None:
        """The own baseline that prices episodes, where the project names one."""
        ...


def settled(
    handover: Handover, year_key: str, given: HasFiles, engine: Engine, folder: Path
) -> tuple[Settlement | None, list[Lacking]]:
    """The settlement of the episodes registered in the engine, or what it lacks."""
    inputs = given.inputs
    if lacking := _lacking(handover, given):
        return None, [lacking]
    path = folder / FILE
    to_acos = given_to_acos(handover.program, given.overlays, engine)
    prices, constants = inputs.prices, dict[str, str]()
    if given.baseline is not None and handover.own_price is not None:
        own = handover.own_price.of_episodes
        constants = {name: text.format(year=given.year) for name, text in own.items()}
        prices = write_own_prices(
            folder, {year_key: given.year}, handover.own_price, given.baseline,
            _kinds(handover), handover.kinds,
        )  # fmt: skip
    _write(path, handover, year_key, given, engine, to_acos, constants)
    tables = (inputs.accounts, prices, inputs.metrics)
    files = [*given.agreed, *(table for table in tables if table), path]
    return program(handover.program).published_program().settle(files, given.overlays), []


def _lacking(handover: Handover, given: HasFiles) -> Lacking | None:
    if handover.is_of_terms:
        return None if given.agreed else Lacking(
            "contract.terms is not given",
            "what is paid for the episodes stands in the terms agreed; episodes are built without",
            f"name the file of the terms (docs/programs/{handover.program}.md)",
        )  # fmt: skip
    return None if given.inputs.accounts else Lacking(
        "inputs.accounts is not given",
        "accounts (who settles, with quality and what else reconciliation needs) and prices are "
        "published to the initiator; episodes are built without them",
        f"give accounts.csv, and prices.csv (docs/programs/{handover.program}.md)",
    )  # fmt: skip


def _write(
    path: Path,
    handover: Handover,
    year_key: str,
    given: HasFiles,
    engine: Engine,
    to_acos: Mapping[str, str],
    constants: Mapping[str, str],
) -> None:
    kinds = _kinds(handover)
    years = [] if handover.is_of_terms else [given.year]
    heads = ["provider" if handover.is_of_terms else "identifier", *[year_key for _ in years]]
    heads += [EPISODE, "dropped", *handover.columns, handover.spending]
    heads += [handover.kinds] if handover.kinds else []
    more, added = factors_of_episodes(given.inputs.episode_factors, heads, engine)
    _refuse_without(handover.program, {*heads, *more, *constants})
    constants = {name: text for name, text in constants.items() if name not in more}
    covid = (
        f"case when exists (select 1 from {COVID} c where c.person_id = e.person_id "
        "and c.episode_id = e.episode_id) then 'yes' else 'no' end"
        if COVID in handover.tables
        else "''"
    )
    rows = engine.rows(
        f"select e.*, {covid} as {HAS_COVID} from ({EPISODES_OF_INITIATORS}) e "
        "order by e.anchor_begin, e.episode_id"
    )
    with csv_file(path) as writer:
        writer.writerow([*heads, *more, *constants])
        for row in rows:
            cells = [row["initiator"], *years, row["episode_id"]]
            why = to_acos.get(row["episode_id"], "")
            cells.append(why if row["reason"] is None else REASONS[row["reason"]])
            cells += [row[column] for column in handover.columns.values()]
            cells.append(row["limited_amount"])
            cells += [kinds.get(row["category"], "")] if handover.kinds else []
            own = added.get(row["episode_id"], {})
            factors = (own.get(name, "") for name in more)
            writer.writerow([*cells, *factors, *constants.values()])


def _kinds(handover: Handover) -> dict[str, str]:
    if not handover.kinds:
        return {}
    rows = load_code_table(handover.program.replace("-", "_"), "episode_trigger")
    return {row["category"]: row["kind"].lower().replace("_", " ") for row in rows}


def _refuse_without(name: str, told: Collection[str]) -> None:
    """Stop where the settlement needs a column of episodes that neither claims nor the user tell.

    Raises:
        InputError: a column is told by nobody.
    """
    tables = getattr(program(name).published_program(), "tables", None)
    form = getattr(tables, "episodes", None)
    needed = [c for c in form.layout.columns if c.required] if form else []
    said = [plain(each.replace("_", " ")) for each in told]
    if lacks := [c.name for c in needed if not any(re.fullmatch(c.pattern, x) for x in said)]:
        raise InputError(
            f"inputs.episode_factors does not tell {', '.join(lacks)}",
            rule="claims do not tell it, and the price of an episode is computed with it",
            action=f"give a CSV with the columns {EPISODE}, {', '.join(lacks)}: a row an episode",
            code="VBC-1138",
        )


def factors_of_episodes(
    path: Path | None, measured: Collection[str], engine: Engine
) -> tuple[list[str], dict[str, dict[str, Any]]]:
    """Further columns of episodes, by episode; the settlement checks what stands in them.

    Args:
        path: the user's file.
        measured: columns that the run itself measures and no file may say otherwise.
        engine: with the table `episode`.

    Raises:
        InputError: it has no column of episodes or one that is measured, or a row of an episode
            that stands before or is none.
    """
    if path is None:
        return [], {}
    heads, rows = rows_of_csv(path)
    more = [name for name in heads if name != EPISODE]
    if EPISODE not in heads or (taken := [name for name in more if name in measured]):
        lacks = EPISODE not in heads
        raise InputError(
            f"the file has no column {EPISODE}" if lacks else f"{taken[0]} is measured by the run",
            place=Place(path.name, 1),
            rule="episode, and a column for each input of the settlement that claims do not tell",
            action="name the episodes as the run's table 'episode' does, with such columns alone",
            code="VBC-1111",
        )
    known = {str(row["episode_id"]) for row in engine.rows("select episode_id from episode")}
    factors: dict[str, dict[str, Any]] = {}
    for line, row in rows:
        name = row[EPISODE]
        wrong = "an episode is given twice" if name in factors else ""
        if name not in known:
            wrong = "an episode that the run does not have"
        if wrong:
            raise InputError(
                wrong,
                place=Place(path.name, line, EPISODE),
                rule="a row is of one episode of this run, and adds to it",
                action="name the episodes as the run's table 'episode' does, each once",
                code="VBC-99008",
            )
        factors[name] = dict(row)
    return more, factors
