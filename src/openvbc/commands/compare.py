"""``vbc compare``: what changed between two runs, in inputs, rules, results and people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def compare(
    before: Annotated[Path, typer.Argument(help="The earlier run, or its project.")],
    after: Annotated[Path, typer.Argument(help="The later run, or its project.")],
    people: Annotated[
        Path | None,
        typer.Option(help="Write the people whose assignment changed to this private CSV file."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Also write it as a page (.html) or a workbook (.xlsx).")
    ] = None,
) -> None:
    """Hold two runs against each other: inputs, rules, results, people gained and lost."""
    from openvbc.commands.explanation import print_explanation, say_written
    from openvbc.commands.terminal import say, terminal
    from openvbc.commands.which_run import folder_of_run
    from openvbc.engine.csv_file import write_csv
    from openvbc.errors import EmptyResult, Place
    from openvbc.programs.compared_runs import compared_runs, people_moved
    from openvbc.programs.comparison_told import MOST_LINES, comparison_told
    from openvbc.run import Run

    one, other = Run.open(folder_of_run(before)), Run.open(folder_of_run(after))
    changes = compared_runs(one, other)
    print_explanation(terminal(), comparison_told(changes, one, other, MOST_LINES))
    if output is not None:
        title = f"{one.folder} and {other.folder} compared"
        say_written(comparison_told(changes, one, other), title, output)
    if people is not None:
        if changes.movements is None:
            raise EmptyResult(
                "one of the two runs assigns nobody: there is no list of people who moved",
                place=Place(str(people)),
                action="leave out --people",
                code="VBC-6024",
            )
        columns = ["period", "person_id", "state_before", "state_after", "gained"]
        write_csv(people, people_moved(one, other), columns)
        say(f"{people}: names people; guard it like claims")
