"""``vbc settle``: settle every contract of the result files given."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openvbc.commands.options import (
    Overlays,
    PerformanceYear,
    ProgramOptions,
    PublishedFiles,
    program_options,
)
from openvbc.commands.terminal import say


def settle(
    files: PublishedFiles,
    program: Annotated[str, typer.Option(help="The program, for example mssp.")],
    output: Annotated[Path, typer.Option(help="Folder the run is written into.")] = Path("run"),
    year: PerformanceYear = None,
    overlay: Overlays = None,
    option: ProgramOptions = None,
    reports: Annotated[
        bool, typer.Option(help="Write settlement.html and settlement.xlsx.")
    ] = True,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Settle result files: Parquet, Excel and HTML in a folder, a summary in the terminal.

    Exit status: 0 every row was settled; 1 results differ from those the files print; 3 some rows
    were set aside, each listed with its reason.
    """
    from openvbc.commands.leave import leave
    from openvbc.commands.progress import Steps
    from openvbc.commands.reports import write_reports
    from openvbc.commands.summary import print_rows, print_summary
    from openvbc.commands.terminal import terminal
    from openvbc.programs.laid_over import with_laid_over
    from openvbc.programs.registry import program as program_named
    from openvbc.programs.run_folder import write_run

    chosen = program_named(program).published_program()
    given = program_options(option or [], year)
    replaced = (output / "manifest.json").is_file()
    with Steps(quiet) as steps:
        steps.begin("settling")
        settlement = with_laid_over(chosen.settle(files, overlay or [], given))
        steps.begin("writing the run")
        write_run(settlement, output)
        if reports:
            steps.begin("writing the reports")
            missing = write_reports(settlement, output)
    if quiet:
        print_rows(settlement, terminal(), quiet=True)
        if settlement.differs:
            say(f"{settlement.differs} results differ from those the files print")
    else:
        print_summary(settlement)
        say(f"written to {output}/" + (", over the run that was there" * replaced))
        if reports and missing:
            say(missing)
    leave(set_aside=bool(settlement.set_aside), differs=bool(settlement.differs))
