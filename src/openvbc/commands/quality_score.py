"""``vbc quality-score``: an ACO's quality score from its rates and the benchmarks of a year."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def quality_score(
    benchmarks: Annotated[
        Path,
        typer.Argument(
            help="benchmarks/YEAR.json as CMS publishes it; to 2020 a CSV of measures by domain."
        ),
    ],
    year: Annotated[int, typer.Option(min=2012, max=9999, help="Performance year.")],
    aco: Annotated[str, typer.Option(help="Whose score it is, for example A1234.")] = "ACO",
    run: Annotated[
        Path | None, typer.Option(help="Folder of a quality run: its rates as electronic measures.")
    ] = None,
    rates: Annotated[
        Path | None,
        typer.Option(help="CSV: measure, collection_type, rate (cases, data_completeness)."),
    ] = None,
    results: Annotated[
        list[Path] | None,
        typer.Option(help="QRDA III, QPP submission or MeasureReports of others; may be repeated."),
    ] = None,
    data_completeness: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Share of the eligible whose charts the run has."),
    ] = None,
    web_interface: Annotated[
        bool, typer.Option(help="The set of the Web Interface (to 2024), not the electronic one.")
    ] = False,
    prior_achievement: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Achievement of the year before, 0.81 for 81%."),
    ] = None,
    health_equity_scaler: Annotated[
        float | None, typer.Option(min=0, help="Sum of the measures' scalers (4, 2, 0).")
    ] = None,
    underserved_share: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share of the assigned underserved.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder the run is written into.")] = Path(
        "quality-score"
    ),
) -> None:
    """Score an ACO under the APM Performance Pathway; a settlement can take the score from here.

    Exit status: 0 every row was used; 3 some were set aside, each listed with its reason.
    """
    from decimal import Decimal

    from openvbc.commands.leave import leave
    from openvbc.commands.summary import print_summary
    from openvbc.commands.terminal import say
    from openvbc.errors import InputError
    from openvbc.programs.mips.benchmarks import read_benchmarks
    from openvbc.programs.mssp.checked_rates import check_rates
    from openvbc.programs.mssp.pathway_set import PathwaySet, ReportedYear, by_name
    from openvbc.programs.mssp.quality_domains import LAST_YEAR
    from openvbc.programs.mssp.quality_score import score_acos
    from openvbc.programs.mssp.reported_rates import computed_rates, others_rates, typed_rates
    from openvbc.programs.quality.quality_run import stored_quality
    from openvbc.programs.run_folder import write_run
    from openvbc.rules.load import load_rules

    if year <= LAST_YEAR:
        _by_domain(benchmarks, year, output)
        return

    def exact(number: float | None) -> Decimal | None:
        return None if number is None else Decimal(str(number))

    if run is None and rates is None and not results:
        raise InputError(
            "no rate is given to score",
            action="give --run (a quality run), --rates (a list), --results (files of others)",
            code="VBC-1914",
        )
    rules = load_rules("mips")
    reported_rates = typed_rates(rates, year, rules) if rates else []
    if run is not None:
        reported_rates += computed_rates(run, year, rules, exact(data_completeness))
    for path in results or ():
        reported_rates += others_rates(path, year, rules)
    collection = "web interface" if web_interface else "electronic"
    counted = PathwaySet.of(rules, year, collection)
    known, aside = read_benchmarks(benchmarks, year)
    check_rates(reported_rates, by_name(known), rules)
    given = {
        "typed in " + rates.name if rates else "": rates,
        f"computed by the quality run {run.name}" if run else "": run,
        **{f"as {path.name} states them": path for path in results or ()},
    }
    reported = ReportedYear(
        aco, reported_rates, counted.measures, counted.collection_types, exact(prior_achievement),
        None, exact(health_equity_scaler), exact(underserved_share),
        notes=[
            *(f"Rates {words}." for words, path in given.items() if path),
            *([f"{len(aside)} benchmarks cannot be used."] if aside else []),
            *(stored_quality(run).absences() if run else []),
            "A required measure with a benchmark that is not reported has no points.",
        ],
    )  # fmt: skip
    sources = [path for path in (benchmarks, rates, *(results or ())) if path is not None]
    scored = score_acos([reported], known, year, rules, sources)
    write_run(scored, output)
    print_summary(scored)
    say(f"written to {output}/; a Shared Savings project takes it by inputs.quality_score_run")
    leave(set_aside=bool(aside))


def _by_domain(measures: Path, year: int, output: Path) -> None:
    """Score by the four domains of the years to 2020."""
    from openvbc.commands.leave import leave
    from openvbc.commands.terminal import say
    from openvbc.engine.private_files import private_folder
    from openvbc.format import show
    from openvbc.programs.listing import write_csv
    from openvbc.programs.mssp.quality_domains import score_domains

    domains = score_domains(measures, year)
    private_folder(output)
    write_csv(domains.listing, output / "quality_domains.csv")
    say(domains.listing.title)
    for aco, score in domains.scores.items():
        lost = "; a domain misses the minimum: savings are forfeited" * (aco in domains.forfeits)
        say(f"  {aco} {show(score, 'ratio')}{lost}")
    say(domains.listing.lead)
    for reason in sorted({aside.reason for aside in domains.set_aside}):
        say(f"set aside: {reason}")
    say(f"written to {output}/quality_domains.csv; type the score into the settlement's inputs")
    leave(set_aside=bool(domains.set_aside))
