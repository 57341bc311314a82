"""The score tables of ``vbc explain RUN person ID``."""

from __future__ import annotations

import csv
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from openvbc.engine.base import Engine
    from openvbc.programs.risk.explain_person import YearScore
    from openvbc.run import Run


SHOWN = 3
"""Claims shown for each diagnosis, those that count first."""


def show_scores(
    console: Console, engine: Engine, run: Run, people: Sequence[str], year: int | None = None
) -> None:
    """Show how each risk score of a person came about; nothing if the run computed none."""
    from openvbc.programs.risk import explain_person as risk
    from openvbc.run import RULE_TABLES
    from openvbc.steps.risk.tables import Scoring

    if "computed_risk_score" not in run.tables:
        return
    run.register(engine, *(name for name in risk.TABLES if name != "withdrawn_claim"))
    if "withdrawn_claim" in run.tables:
        run.register(engine, "withdrawn_claim")
    rules = run.folder / RULE_TABLES
    with (rules / "scoring.csv").open(encoding="utf-8", newline="") as file:
        scorings = [Scoring(r["model"], int(r["payment_year"])) for r in csv.DictReader(file)]
    with (rules / "renormalization.csv").open(encoding="utf-8", newline="") as file:
        renormalization = list(csv.DictReader(file))
    store = run.store
    files = (
        {name: sorted((store / name).glob("*.parquet")) for name in risk.STORE_TABLES}
        if store
        else None
    )
    for score in risk.explain_scores(engine, people, scorings, renormalization, files):
        if year is None or score.calendar_year == year:
            _show(console, score)


def _show(console: Console, score: YearScore) -> None:
    from rich.table import Table as Grid

    from openvbc.programs.risk.explain import REASONS

    kind = score.enrollment_type.lower().replace("_", " ")
    total = "none" if score.risk_score is None else f"{score.risk_score:.4f}"
    console.print(f"\n[bold]Risk score {score.calendar_year}[/bold], {kind}: {total}")
    if score.sources:
        grid = Grid(title=f"Diagnoses of {score.calendar_year - 1} that a model knows")
        for heading in ("diagnosis", "date", "claim", "counts", "why"):
            grid.add_column(heading)
        for code, rows in groupby(score.sources, key=lambda row: str(row["diagnosis_code"])):
            claims = sorted(rows, key=lambda row: (not row["counts"], row["service_date"]))
            for row in claims[:SHOWN]:
                counts = "yes" if row["counts"] else "no"
                cells = (code, str(row["service_date"]), row["claim_id"], counts)
                grid.add_row(*cells, REASONS[row["reason"]])
            if len(claims) > SHOWN:
                more = sum(1 for row in claims[SHOWN:] if row["counts"])
                rest = len(claims) - SHOWN - more
                grid.add_row(code, "", "", "", f"{more} more that count, {rest} that do not")
        console.print(grid)
    for model in score.models:
        grid = Grid(title=f"{model.model}, segment {model.segment}, age {model.age}")
        for heading in ("", "variable", "", "factor"):
            grid.add_column(heading, justify="right" if heading == "factor" else "left")
        for term in model.terms:
            grid.add_row(term.kind, term.variable, term.label, f"{term.coefficient:.3f}")
        for condition in model.conditions:
            if condition.dropped_by is not None:
                dropped = f"dropped by HCC{condition.dropped_by}"
                grid.add_row("hierarchy", f"HCC{condition.hcc}", condition.label, dropped)
        grid.add_row("raw score", "", "", f"{model.raw_score:.3f}", style="bold")
        multiplier = score.multipliers[model.model]
        grid.add_row(
            "renormalized and weighed",
            f"x {multiplier:.6f}",
            "weight of the model / mean of the reference population",
            f"{model.raw_score * multiplier:.4f}",
        )
        console.print(grid)
        for condition in model.conditions:
            codes = ", ".join(condition.diagnoses)
            console.print(f"  HCC{condition.hcc} from {codes}", highlight=False)
