"""The quality score of a contract: typed in it, or taken from a run of ``vbc quality-score``."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from openvbc.engine.manifest import Manifest, check_file
from openvbc.engine.reading import reading
from openvbc.errors import ContractError, InputError, Place
from openvbc.format import show
from openvbc.programs.mssp.contract import SharedSavingsContract

SCORE_FILE = "settlement.parquet"


def with_quality_score(
    contract: SharedSavingsContract, run: Path | None
) -> tuple[SharedSavingsContract, str]:
    """The contract with its score, and in words where the score comes from.

    Args:
        contract: as the parties wrote it.
        run: folder of a run of ``vbc quality-score``; None: the score is the one typed, if any.

    Raises:
        ContractError: a score is typed and a run is named.
        InputError: the run has no score of this ACO and year.
    """
    typed = contract.quality.score
    if run is None:
        said = "" if typed is None else f"Quality score {show(typed, 'ratio')}, typed."
        return contract, said
    if typed is not None:
        raise ContractError(
            "the quality score is typed in the contract and taken from a run as well",
            place=Place(str(run)),
            action="take quality.score out of the contract, or inputs.quality_score_run",
            code="VBC-2021",
        )
    score = scored(run, contract.aco_id, contract.performance_year)
    quality = contract.quality.model_copy(update={"score": score})
    note = f"Quality score {show(score, 'ratio')}, computed by the run {run.name}."
    return contract.model_copy(update={"quality": quality}), note


def scored(run: Path, aco: str, year: int) -> Decimal:
    """The quality score of an ACO in a run."""
    check_file(run, Manifest.read(run), SCORE_FILE)
    with reading() as engine:
        engine.register("scored", run / SCORE_FILE)
        engine.register_rows("asked", {"aco": "string", "year": "int"}, [(aco, year)])
        rows = engine.rows(
            "select s.pathway_quality_score as score from scored s "
            "join asked a on s.contract = a.aco and s.year = a.year"
        )
    if not rows or rows[0]["score"] is None:
        raise InputError(
            f"the run has no quality score of {aco} in {year}",
            place=Place(str(run)),
            action="score it: vbc quality-score --aco, --year",
            code="VBC-1915",
        )
    return Decimal(rows[0]["score"])
