"""Episodes of people who are aligned to an ACO: which contract has precedence, by model and day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from openvbc.engine.base import Engine
from openvbc.errors import ContractError, InputError, Place
from openvbc.rules.load import RuleSet, load_rules
from openvbc.rules.parameter import Parameter
from openvbc.run import Run

PARAMETER = "aco_precedence"
THE_ACO, BOTH = "ACO", "BOTH"
ACO_MODELS = (
    "PIONEER", "NEXT_GENERATION", "MSSP_TRACK_1", "MSSP_TRACK_1_PLUS", "MSSP_TRACK_2",
    "MSSP_TRACK_3", "MSSP_BASIC", "MSSP_ENHANCED", "CEC_ONE_SIDED", "CEC_TWO_SIDED", "REACH",
    "OTHER",
)  # fmt: skip
"""Kinds of contracts of an organisation, as alignments name them."""
NOT_SETTLED = "the person is aligned to an ACO whose contract has precedence"


def precedence(rules: RuleSet, model: str, anchor_begin: dt.date) -> Parameter:
    """Whose contract an episode counts in: ``ACO`` or ``BOTH``.

    Raises:
        ParameterMissing: no rule says it for the model and the day; an overlay does.
    """
    return rules.get(PARAMETER, aco_model=model, anchor_begin=anchor_begin)


def given_to_acos(program: str, overlays: Sequence[Path], engine: Engine) -> dict[str, str]:
    """By episode why it is not settled: an ACO of the person has precedence."""
    rows = engine.rows("select episode_id, aco_model, anchor_begin from episode_aco")
    if not rows:
        return {}
    rules = load_rules(program.replace("-", "_"), list(overlays))
    return {
        str(row["episode_id"]): f"{NOT_SETTLED} ({row['aco_model'].replace('_', ' ').title()})"
        for row in rows
        if precedence(rules, row["aco_model"], row["anchor_begin"]).value == THE_ACO
    }


def refuse_alignments(alignments: Path | None, whose: str, place: Place) -> None:
    """Stop where alignments are given and no rule says which contract has precedence.

    Raises:
        ContractError: always, where they are given.
    """
    if alignments is not None:
        raise ContractError(
            f"{whose} says nothing of ACOs",
            place=place,
            rule="precedence between episodes and ACOs is a rule of BPCI Advanced, CJR and TEAM",
            action="take inputs.aco_alignments out; leave people out by spans of the roster",
            code="VBC-2152",
        )


def roster_of_run(
    path: Path, first: dt.date, last: dt.date
) -> list[tuple[str, str, dt.date, dt.date]]:
    """The people whom a run assigned or aligned, on a roster for the days of its year.

    Raises:
        InputError: it is no run, assigns nobody, or is of another year than the period.
    """
    from openvbc.engine.reading import reading

    run = Run.open(path)
    period = next((p for p in run.periods if p["period"] == run.main_period), None)
    table = next((t for t in ("assignment", "aligned_person") if t in run.tables), None)
    if table is None or period is None:
        raise InputError(
            "the run assigns nobody",
            place=Place(str(path)),
            rule="a roster is taken from the run of an ACO's contract",
            action="name the folder of a finished run of mssp or reach",
            code="VBC-2150",
        )
    year = int(period["calendar_year"])
    begins, ends = dt.date(year, 1, 1), dt.date(year, 12, 31)
    if ends < first or begins > last:
        raise InputError(
            f"the run assigns people for {year}, outside the days that are settled",
            place=Place(str(path)),
            rule=f"anchors end from {first} to {last}",
            action="say contract.period in the year of the run, or name the run of the year",
            code="VBC-2151",
        )
    kept = "is_assigned" if table == "assignment" else "months > 0"
    with reading() as engine:
        run.register(engine, table)
        engine.register_rows("main_period", {"period": "string"}, [(run.main_period,)])
        rows = engine.rows(
            f"select distinct a.person_id from {table} a "
            f"join main_period m on m.period = a.period where {kept} order by a.person_id"
        )
    return [(row["person_id"], "ROSTER", begins, ends) for row in rows]
