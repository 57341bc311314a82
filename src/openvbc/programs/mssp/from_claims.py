"""The Shared Savings Program as a project runs it from claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from openvbc.engine.base import Engine
from openvbc.errors import DataMissing, EmptyResult, InputError, ParameterMissing, Place
from openvbc.programs.claims_program import (
    Elsewhere,
    Lacking,
    Measured,
    Outcome,
    PlainClaimsProgram,
    Workbench,
)
from openvbc.programs.elsewhere import in_another_initiative
from openvbc.programs.mssp.benchmark import Known, sheet_with
from openvbc.programs.mssp.contract import read_contract
from openvbc.programs.mssp.idle_facts import idle_facts
from openvbc.programs.mssp.measuring import SharedSavingsGiven, run_settled_steps, run_steps
from openvbc.programs.mssp.periods import PERFORMANCE_YEAR, PERIOD_NAMES
from openvbc.programs.mssp.project import SharedSavingsProject
from openvbc.programs.mssp.scored_run import with_quality_score
from openvbc.programs.mssp.settling import rule_not_read, settle_measured, title, what_lacks
from openvbc.programs.report_sections import ReportSection
from openvbc.project_file import ProjectFile
from openvbc.rules.load import RuleSet

if TYPE_CHECKING:
    from openvbc.claims.completeness import Expected
    from openvbc.claims.report import Finding
    from openvbc.programs.drill_down import Behind, Lever
    from openvbc.programs.explanation import Explanation
    from openvbc.programs.listing import Listing
    from openvbc.programs.risk.review import RiskReview
    from openvbc.run import Run


@dataclass(frozen=True)
class SharedSavingsFromClaims(PlainClaimsProgram):
    """See :class:`openvbc.programs.claims_program.ClaimsProgram`."""

    project_file: type[ProjectFile] = SharedSavingsProject
    template: str = "programs/mssp/project_template.yaml"
    main_period: str = PERFORMANCE_YEAR
    report_sections: Sequence[ReportSection] = tuple(ReportSection)

    @property
    def period_names(self) -> Mapping[str, str]:
        """Benchmark years 1 to 3 and the performance year."""
        return PERIOD_NAMES

    def prepare(self, project: ProjectFile, rules: RuleSet, place: Place) -> SharedSavingsGiven:
        """The contract, checked, with the factors and lists the project names."""
        from openvbc.claims.factors import read_factors
        from openvbc.claims.lists import (
            read_attested_physicians,
            read_electing_teaching_hospitals,
            read_provider_specialties,
        )

        asked = cast("SharedSavingsProject", project)
        inputs = asked.inputs
        contract = read_contract(asked.contract, place, rules)
        contract, quality_note = with_quality_score(contract, inputs.quality_score_run)
        factors = read_factors(inputs.factors) if inputs.factors else {}
        hospitals, attested = inputs.electing_teaching_hospitals, inputs.attested_physicians
        specialties = inputs.provider_specialty
        known = Known(asked.known.source, asked.known.values) if asked.known else None
        sheet_with(known)  # a name that is no line is refused before anything runs
        return SharedSavingsGiven(
            contract=contract,
            rules=rules,
            factors={
                name: [dict(zip(table.columns, row, strict=True)) for row in table.rows]
                for name, table in factors.items()
            },
            times_regional_adjustment_applied=asked.benchmark.times_regional_adjustment_applied,
            electing_teaching_hospitals=(
                read_electing_teaching_hospitals(hospitals, contract.performance_year)
                if hospitals
                else ()
            ),
            attested_physicians=(
                read_attested_physicians(attested, contract.performance_year) if attested else ()
            ),
            provider_specialties=read_provider_specialties(specialties) if specialties else (),
            as_of=asked.as_of,
            known=known,
            quality_note=quality_note,
        )

    def expected_data(
        self, project: ProjectFile, given: SharedSavingsGiven
    ) -> tuple[Expected, list[Finding]]:
        """What the four measured years need, and what the program's own lists lack of it."""
        from openvbc.claims.completeness import Expected, MeasuredYear
        from openvbc.claims.lists import (
            ATTESTED_PHYSICIAN,
            ELECTING_TEACHING_HOSPITAL,
            expected_of_lists,
            without_attestation,
            without_participants,
        )
        from openvbc.claims.report import Finding
        from openvbc.steps.attribution import asks_for_attestation

        inputs = cast("SharedSavingsProject", project).inputs
        years = tuple(
            MeasuredYear(
                period.calendar_year,
                min(period.window_start, period.year_start),
                max(period.window_end, period.year_end),
            )
            for period in given.periods.periods
        )
        own = {"risk scores": inputs.risk_scores, "alignment": inputs.voluntary_alignment}
        from_reports = tuple(name for name, path in own.items() if path is None)
        expected = Expected(given.contract.aco_id, years, given.as_of, from_reports)
        of_years = {
            ELECTING_TEACHING_HOSPITAL: inputs.electing_teaching_hospitals,
            ATTESTED_PHYSICIAN: inputs.attested_physicians,
        }
        findings = expected_of_lists(inputs.provider_specialty, of_years, given.factors, expected)
        if inputs.attested_physicians is None and asks_for_attestation(expected.performance_year):
            findings.append(without_attestation())
        findings += without_participants(inputs.participants, expected)
        idle = idle_facts(given.contract, given.rules)
        findings += [Finding("contract", "warning", each) for each in idle]
        return expected, findings

    def elsewhere(
        self, given: SharedSavingsGiven, bench: Workbench, months: Elsewhere
    ) -> tuple[SharedSavingsGiven, Workbench]:
        """Months in another initiative keep people out, as its own rules on coverage say."""
        return given, in_another_initiative(bench, months)

    def measure(self, given: SharedSavingsGiven, bench: Workbench) -> Measured:
        """Assignment, months, risk and spending of the four periods."""
        return run_steps(given, bench)

    def measure_again(self, given: SharedSavingsGiven, bench: Workbench) -> Measured:
        """The tables that a settlement reads."""
        return run_settled_steps(given, bench)

    def settle(self, given: SharedSavingsGiven, engine: Engine, measured: Measured) -> Outcome:
        """Benchmark and settlement, or what is lacking for them."""
        notes = [*rule_not_read(given), *measured.notes, *measured.not_confirmed()]
        lacking = what_lacks(given, engine, measured)
        settlement = None
        if not lacking:
            try:
                settlement = settle_measured(given, engine, measured).settlement
            except (DataMissing, EmptyResult, ParameterMissing) as error:
                lacking.append(Lacking.of(error))
        if settlement is not None:
            notes = list(settlement.notes)
        return Outcome(title(given), settlement, lacking, notes)

    def subjects(self) -> Mapping[str, Callable[[Run, str, str | None], Explanation]]:
        """People, and what drove the result."""
        from openvbc.programs.drivers.explain import explain_driver
        from openvbc.programs.mssp.explain_person import explain_person

        return {"person": explain_person, "driver": explain_driver}

    def driver_lists(self, run: Run, against: Run | None = None) -> Sequence[Listing]:
        """By kinds of care, practices, people and what followed."""
        from openvbc.programs.drivers.listings import driver_listings

        if against is not None:
            raise InputError(
                "a Shared Savings run holds its year against its own benchmark years",
                place=Place(str(against.folder)),
                action="leave --against out; 'vbc compare' tells two runs apart",
                code="VBC-99044",
            )
        return driver_listings(run)

    def track(self, run: Run) -> Explanation:
        """The performance year so far, against the benchmark where there is one."""
        from openvbc.programs.mssp.tracking import track_run

        return track_run(run)

    def forecast(self, run: Run, benchmark_error: float | None, seed: int) -> Explanation:
        """Savings rate and payment as distributions."""
        from openvbc.programs.mssp.year_end import forecast_run

        return forecast_run(run, benchmark_error, seed)

    def behind(self, name: str) -> Behind | None:
        """The people behind spending, person-years and assignment."""
        from openvbc.programs.mssp.drill_down import behind

        return behind(name)

    def input_shown(self, period: str, enrollment_type: str, column: str) -> str:
        """Spending per capita and person-years by period and type."""
        from openvbc.programs.mssp.drill_down import input_shown

        return input_shown(period, enrollment_type, column)

    def levers(self) -> Sequence[Lever]:
        """Spending, risk, trend, people and quality."""
        from openvbc.programs.mssp.drill_down import levers

        return levers()

    def review_risk(
        self, given: SharedSavingsGiven, bench: Workbench, measured: Measured
    ) -> RiskReview:
        """Scores, gaps, and what closing them would do in dollars."""
        from openvbc.programs.mssp.risk_review import review_risk

        return review_risk(given, bench, measured)

    def generate(self, folder: Path, people: int, seed: int) -> None:
        """Invented deliveries of an ACO, and its project."""
        from openvbc.synth import Settings, generate

        generate(Settings(people=people, seed=seed, light=True), folder)


CLAIMS = SharedSavingsFromClaims()
