"""What the commands do, from Python: settle, verify, explain, simulate, track, compare.

::

    settled = openvbc.settle("PerformanceYear2024Results.csv", program="mssp")
    openvbc.verify("PerformanceYear2024Results.csv", program="mssp").unexplained
    print(openvbc.explain(settled, "earned_savings_or_owed_losses", contract="A1234"))
    openvbc.simulate("run-2024", contract="A1234", quality_score=(0.60, 0.95))
    openvbc.track("aco/run").parts
    openvbc.compare("aco/run", "other/run").lines
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from openvbc.errors import InputError, Place

if TYPE_CHECKING:
    from openvbc.programs.compared_runs import ComparedRuns
    from openvbc.programs.explanation import Explanation
    from openvbc.programs.settlement import Settlement, Sheet, Verification
    from openvbc.programs.simulation import Outcome
    from openvbc.run import Run
    from openvbc.worksheets.kernel.evaluation import Trace

Span = tuple[float, float]
"""Least and most of a range that is drawn from evenly."""


def settle(
    *files: str | Path,
    program: str,
    year: int | None = None,
    overlays: Sequence[str | Path] = (),
    **options: str,
) -> Settlement:
    """Settle every contract of published result files, as ``vbc settle`` does.

    Args:
        files: result files as published; for a payer's contract, the contract and its totals.
        program: for example ``mssp``.
        year: where the files do not tell it.
        overlays: rule overlays (YAML), in order.
        options: the program's own.

    Raises:
        OpenvbcError: a file, an option or a rule stands in the way.
    """
    from openvbc.programs.registry import program as named

    asked = dict(options) if year is None else {"year": str(year), **options}
    paths = [Path(file) for file in files]
    return named(program).published_program().settle(paths, [Path(o) for o in overlays], asked)


def verify(
    *files: str | Path,
    program: str,
    year: int | None = None,
    overlays: Sequence[str | Path] = (),
    **options: str,
) -> Verification:
    """Settle result files and hold every line against what they print, as ``vbc verify`` does."""
    from openvbc.programs.registry import program as named

    settled = settle(*files, program=program, year=year, overlays=overlays, **options)
    return named(program).published_program().verify(settled)


def explain(
    result: Settlement | Run | str | Path,
    line: str | None = None,
    *,
    contract: str | None = None,
    year: int | None = None,
    item: str | None = None,
) -> Trace:
    """The tree of a number down to its inputs, as ``vbc explain`` prints it.

    Args:
        result: a settlement, a run, or the folder of one.
        line: the line's name (its start is enough in a folder); the result if not given.
        contract, year, item: which row, where there are several.

    Raises:
        InputError: no line, or not exactly one row, is meant.
    """
    from openvbc.programs.settlement import Settlement
    from openvbc.programs.stored_run import StoredRun
    from openvbc.run import Run

    if isinstance(result, Settlement):
        sheet, name = _sheet_with(result, line or result.presentation.result)
        return sheet.evaluation.trace(name, _row(sheet, contract, year, item))
    folder = result.folder if isinstance(result, Run) else Path(result)
    return StoredRun(folder).explained(line, contract, year, item)[0]


def simulate(
    run: Run | str | Path,
    *,
    contract: str | None = None,
    year: int | None = None,
    item: str | None = None,
    expenditure_trend: Span | None = None,
    risk_ratio: Span | None = None,
    quality_score: Span | None = None,
    volume: Span | None = None,
    scenarios: int = 1_000_000,
    seed: int = 1,
    overlays: Sequence[str | Path] = (),
) -> list[Outcome]:
    """What a settled contract could earn or owe, as ``vbc simulate`` says it.

    Each span is drawn from evenly; one outcome is given back for each election the contract may
    make (the minimum savings rate of a Shared Savings contract), the settled one first.
    """
    from openvbc.engine.manifest import Manifest
    from openvbc.programs.registry import program
    from openvbc.programs.simulation import Choices, Range, Scenarios, WhichRow
    from openvbc.run import Run

    folder = run.folder if isinstance(run, Run) else Path(run)
    spans = {
        "expenditure_trend": expenditure_trend,
        "risk_ratio": risk_ratio,
        "quality_score": quality_score,
        "volume": volume,
    }
    ranges = {name: None if span is None else Range(*span) for name, span in spans.items()}
    simulation = program(Manifest.read(folder).program).simulated()
    simulated = simulation.run(
        folder,
        WhichRow(contract, year, item),
        Scenarios(scenarios, seed, **ranges),
        Choices(tuple(Path(overlay) for overlay in overlays)),
    )
    return list(simulated.outcomes)


def track(run: Run | str | Path) -> Explanation:
    """How the year is going against the benchmark, as ``vbc track`` says it: sentences and tables.

    Amounts are USD, by month, enrollment type and service category; completed where months are not.

    Args:
        run: a run made from claims, or the folder of one.

    Raises:
        InputError: the folder holds no finished run, or its program does not track a year.
    """
    from openvbc.programs.registry import program

    opened = _opened(run)
    return program(opened.manifest.program).claims_program().track(opened)


def compare(before: Run | str | Path, after: Run | str | Path) -> ComparedRuns:
    """What differs between two runs made from claims, as ``vbc compare`` says it.

    Inputs, rules, settlement lines (exact, each in its unit), and people by how their assignment
    changed, counted and not named.

    Args:
        before: the earlier run, or its folder.
        after: the later run, or its folder.

    Raises:
        InputError: a folder holds no finished run.
    """
    from openvbc.programs.compared_runs import compared_runs

    return compared_runs(_opened(before), _opened(after))


def _opened(run: Run | str | Path) -> Run:
    from openvbc.run import Run

    return run if isinstance(run, Run) else Run.open(run)


def _sheet_with(settlement: Settlement, name: str) -> tuple[Sheet, str]:
    for sheet in (settlement.main, *settlement.details.values()):
        worksheet = sheet.evaluation.worksheet
        if name in worksheet.lines or name in worksheet.inputs:
            return sheet, name
    known = ", ".join(settlement.main.evaluation.worksheet.lines)
    raise InputError(
        f"no line of the settlement is named {name}",
        action=f"name one of: {known}",
        code="VBC-1075",
    )


def _row(sheet: Sheet, contract: str | None, year: int | None, item: str | None) -> int:
    items = sheet.items or [""] * len(sheet.contracts)
    matches = [
        at
        for at, who in enumerate(sheet.contracts)
        if (contract is None or who.identifier.lower() == contract.lower())
        and (year is None or who.year == year)
        and (item is None or items[at].lower() == item.lower())
    ]
    if len(matches) != 1:
        raise InputError(
            f"which of {len(matches):,} rows is meant is not said" if matches else "no such row",
            place=Place(column="contract", value=contract),
            action="say which: contract, year, item",
            code="VBC-1076",
        )
    return matches[0]
