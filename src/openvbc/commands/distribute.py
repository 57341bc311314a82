"""``vbc distribute``: what an organisation earned, shared by its own formula."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openvbc.commands.terminal import say

if TYPE_CHECKING:
    from openvbc.programs.distribution.shared import Distribution


def distribute(
    formula: Annotated[Path, typer.Argument(help="The formula (YAML).")],
    output: Annotated[Path, typer.Option(help="Folder of the results.")] = Path("distribution"),
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Share what was earned among practices and clinicians by a formula: a page a practice."""
    from openvbc.commands.leave import leave
    from openvbc.engine.csv_file import csv_file
    from openvbc.engine.own_folder import claim
    from openvbc.programs.distribution.formula import read_formula
    from openvbc.programs.distribution.shared import distribute as share
    from openvbc.report.distribution_page import write_distribution_html

    allocation = share(read_formula(formula))  # its lists are used whole, or it stops
    claim(output, "distribution", ("distribution.html", "distribution.csv", "practices"))
    write_distribution_html(allocation, output)
    with csv_file(output / "distribution.csv") as writer:
        writer.writerow(["pool", "practice", "clinician", "amount"])
        writer.writerow(["kept by the organisation", "", "", allocation.kept])
        for pool in allocation.pools:
            writer.writerow([f"kept of {pool.pool.pool}", "", "", pool.kept])
            for shared in pool.practices:
                name = shared.recipient.identifier
                writer.writerow([pool.pool.pool, name, "", shared.amount])
                for own in allocation.clinicians.get(name, ()):
                    row = [pool.pool.pool, name, own.recipient.identifier, own.amount]
                    writer.writerow(row)
    if not quiet:
        _print(allocation, output)
    leave()


def _print(allocation: Distribution, output: Path) -> None:
    for pool in allocation.pools:
        for shared in pool.practices:
            closed = f" (closed: {', '.join(shared.gates_failed)})" if shared.gates_failed else ""
            say(f"{pool.pool.pool}: {shared.recipient.identifier} {shared.amount:,.2f}{closed}")
    kept = allocation.kept + sum(pool.kept for pool in allocation.pools)
    say(f"kept by the organisation: {kept:,.2f} of {allocation.amount:,.2f}")
    say(f"written to {output}/")
