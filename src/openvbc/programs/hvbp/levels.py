"""Hospital Value-Based Purchasing, level by level: each sheet's sums are the next one's inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from openvbc.programs.hvbp.exchange_slope import estimated_slope
from openvbc.programs.hvbp.files import HospitalScores
from openvbc.programs.hvbp.one_point import one_point_more
from openvbc.programs.published.standing_among import shares_worse
from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.performance.hvbp import (
    DOMAIN,
    INFECTION,
    MEASURE,
    SURVEY,
    WEIGHT,
    WEIGHTED_DOMAIN,
)
from openvbc.worksheets.performance.hvbp_exchange import HOSPITAL

COLON, HYSTERECTOMY = "HAI-3", "HAI-4"


class Levels:
    """The sheets of all hospitals, from measures up to the main sheet."""

    def __init__(
        self,
        hospitals: Sequence[HospitalScores],
        year: int,
        rules: RuleSet,
        money: Mapping[str, Decimal],
    ) -> None:
        self.hospitals, self.year, self.rules = hospitals, year, rules
        self.measures = self._measures()
        self.surveys = self._surveys()
        self.infections = self._infections()
        self.domains = self._domains()
        self.weighted = self._weighted_domains()
        self.main = self._hospitals(money)
        self.one_point = self._one_point()

    def sheets(self, contracts: Sequence[ContractYear]) -> dict[str, Sheet]:
        """The detail sheets by name; levels no file gave are left out."""
        detail_sheets = {}
        if self.measures is not None:
            detail_sheets["measures"] = _sheet(self.measures, contracts)
            assert self.one_point is not None
            detail_sheets["one_point_more"] = _sheet(self.one_point, contracts)
        if self.surveys is not None:
            detail_sheets["surveys"] = _sheet(self.surveys, contracts)
        if self.infections is not None:
            detail_sheets["infections"] = _sheet(self.infections, contracts)
        detail_sheets["domains"] = _sheet(self.domains, contracts)
        detail_sheets["weighted_domains"] = _sheet(self.weighted, contracts)
        return detail_sheets

    def _measures(self) -> Detail | None:
        rows = [
            (owner, measure, figures)
            for owner, hospital in enumerate(self.hospitals)
            for measure, figures in hospital.measures.items()
        ]
        if not rows:
            return None
        for measure in {measure for _, measure, _ in rows}:
            # A measure the rules do not know stops here, by name.
            self._domain_of(measure)
        figures = [f for _, _, f in rows]
        names = [measure for _, measure, _ in rows]
        evaluation = MEASURE.evaluate(
            {
                "fiscal_year": self.year,
                "measure": names,
                "floor": [f.floor for f in figures],
                "threshold": [f.threshold for f in figures],
                "benchmark": [f.benchmark for f in figures],
                "baseline": [f.baseline for f in figures],
                "performance": [f.performance for f in figures],
                "share_of_hospitals_worse": shares_worse(
                    names, [f.performance for f in figures], self._lower_is_better(names)
                ),
                "published_achievement_points": [f.achievement for f in figures],
                "published_improvement_points": [f.improvement for f in figures],
                "published_measure_score": [f.score for f in figures],
            },
            self.rules,
        )
        return Detail.of(evaluation, [owner for owner, _, _ in rows], names, len(self.hospitals))

    def _domain_of(self, measure: str) -> str:
        domain = self.rules.get("measure_domain", fiscal_year=self.year, measure=measure)
        return str(domain.value)

    def _lower_is_better(self, measures: Sequence[str]) -> dict[str, bool]:
        return {
            name: bool(self.rules.get("lower_is_better", measure=name).value)
            for name in set(measures)
        }

    def _surveys(self) -> Detail | None:
        """HCAHPS of every hospital, if a file gives the survey's dimensions."""
        if self.measures is None:
            return None
        enters = self.measures.evaluation.column("measure_enters")
        rows = [[row for row in own if enters[row] == "survey"] for own in self.measures.rows]
        if not any(rows):
            return None
        dimensions = replace(self.measures, rows=rows)
        evaluation = SURVEY.evaluate(
            {
                "fiscal_year": self.year,
                "dimension_points": dimensions.total_present("measure_score"),
                "dimensions": dimensions.present("measure_score"),
                "lowest_share": dimensions.reduce("share_of_floor_to_threshold", min),
                "limiting_dimension": _limiting(dimensions),
                "published_base_points": [h.base for h in self.hospitals],
                "published_consistency_points": [h.consistency for h in self.hospitals],
            },
            self.rules,
        )
        dimensions.link(evaluation, "dimension_points", "measure_score")
        dimensions.link(evaluation, "lowest_share", "share_of_floor_to_threshold")
        return self._one_each(evaluation, "HCAHPS")

    def _infections(self) -> Detail | None:
        """Surgical site infection of every hospital, if a file gives its strata."""
        if self.measures is None:
            return None
        scores: dict[str, Detail] = {}
        for measure in (COLON, HYSTERECTOMY):
            rows = [
                [row for row in own if self.measures.items[row] == measure]
                for own in self.measures.rows
            ]
            scores[measure] = replace(self.measures, rows=rows)
        if not any(any(detail.rows) for detail in scores.values()):
            return None
        colon = scores[COLON].reduce("measure_score", max)
        hysterectomy = scores[HYSTERECTOMY].reduce("measure_score", max)
        published = [h.combined for h in self.hospitals]
        evaluation = INFECTION.evaluate(
            {
                "fiscal_year": self.year,
                "colon_score": colon,
                "hysterectomy_score": hysterectomy,
                "taken_combined_points": [
                    None if first.is_nan() or second.is_nan() else given
                    for first, second, given in zip(colon, hysterectomy, published, strict=True)
                ],
                "published_combined_points": published,
            },
            self.rules,
        )
        scores[COLON].link(evaluation, "colon_score", "measure_score")
        scores[HYSTERECTOMY].link(evaluation, "hysterectomy_score", "measure_score")
        return self._one_each(evaluation, "surgical site infection")

    def _one_each(self, evaluation: Evaluation, item: str) -> Detail:
        count = len(self.hospitals)
        return Detail.of(evaluation, range(count), [item] * count, count)

    def _domains(self) -> Detail:
        computed = self._computed_domains()
        rows = [
            (owner, domain)
            for owner, hospital in enumerate(self.hospitals)
            for domain in dict.fromkeys([*hospital.unweighted, *computed])
        ]
        position = {key: row for row, key in enumerate(rows)}
        below: list[list[int]] = [[] for _ in rows]
        if self.measures is not None:
            domain_of = {name: self._domain_of(name) for name in set(self.measures.items)}
            for row, owner in enumerate(self.measures.owner):
                below[position[owner, domain_of[self.measures.items[row]]]].append(row)
        measures = None if self.measures is None else replace(self.measures, rows=below)
        survey = self._in_domains(self.surveys, rows, "survey_points", "survey")
        infection = self._in_domains(self.infections, rows, "combined_infection_points", "combined")
        none = [Decimal(0)] * len(rows)
        published = [self.hospitals[owner].unweighted.get(domain) for owner, domain in rows]
        evaluation = DOMAIN.evaluate(
            {
                "fiscal_year": self.year,
                "domain": [domain for _, domain in rows],
                "sum_of_points_alone": measures.total_present("points_alone") if measures else none,
                "measures_alone": measures.present("points_alone") if measures else none,
                "infection_points": infection,
                "survey_points": survey,
                "given_domain_score": [
                    None if domain in computed else given
                    for (_, domain), given in zip(rows, published, strict=True)
                ],
                "published_domain_score": published,
            },
            self.rules,
        )
        if measures:
            measures.link(evaluation, "sum_of_points_alone", "points_alone")
        for level, given, line in (
            (self.surveys, "survey_points", "survey_points"),
            (self.infections, "infection_points", "combined_infection_points"),
        ):
            if level is not None:
                own = [[owner] for owner, _ in rows]
                replace(level, rows=own).link(evaluation, given, line)
        owners = [owner for owner, _ in rows]
        return Detail.of(evaluation, owners, [d for _, d in rows], len(self.hospitals))

    def _computed_domains(self) -> dict[str, str]:
        """Domains whose measures are given, each with how its combined measures enter."""
        if self.measures is None:
            return {}
        return {self._domain_of(name): name for name in dict.fromkeys(self.measures.items)}

    def _in_domains(
        self, level: Detail | None, rows: Sequence[tuple[int, str]], line: str, enters: str
    ) -> list[Decimal | None]:
        """A hospital's value of a level, in the row of the domain it belongs to."""
        if level is None or self.measures is None:
            return [None] * len(rows)
        home = {
            self._domain_of(name)
            for name in set(self.measures.items)
            if self.rules.get("measure_enters", measure=name).value == enters
        }
        values = level.evaluation.column(line)
        return [values[owner] if domain in home else None for owner, domain in rows]

    def _weighted_domains(self) -> Detail:
        scores = self.domains.evaluation.column("domain_score")
        domains = list(self.domains.items)
        given = {"fiscal_year": self.year, "domain": domains, "domain_score": scores}
        weights = replace(self.domains, evaluation=WEIGHT.evaluate(given, self.rules))
        totals = weights.total("weight_if_scored")
        owners = self.domains.owner
        evaluation = WEIGHTED_DOMAIN.evaluate(
            {
                **given,
                "weight_scored": [totals[owner] for owner in owners],
                "published_domain_score": self.domains.evaluation.column("published_domain_score"),
                "published_weighted_score": [
                    self.hospitals[owner].weighted.get(domain)
                    for owner, domain in zip(owners, domains, strict=True)
                ],
            },
            self.rules,
        )
        itself = replace(self.domains, rows=[[row] for row in range(len(domains))])
        itself.link(evaluation, "domain_score", "domain_score")
        return replace(self.domains, evaluation=evaluation)

    def _one_point(self) -> Detail | None:
        if self.measures is None:
            return None
        owners, items = self.domains.owner, self.domains.items
        place = {key: row for row, key in enumerate(zip(owners, items, strict=True))}
        domain_of = {name: self._domain_of(name) for name in set(self.measures.items)}
        measured = zip(self.measures.owner, self.measures.items, strict=True)
        rows = [place[owner, domain_of[name]] for owner, name in measured]
        return one_point_more(
            self.measures, rows, self.domains, self.weighted, self.main, self.year, self.rules
        )

    def _hospitals(self, money: Mapping[str, Decimal]) -> Evaluation:
        scored = self.weighted.present("weighted_domain_score")
        sums = self.weighted.total_present("weighted_domain_score")
        given = {
            "fiscal_year": self.year,
            "sum_of_weighted_scores": sums,
            "domains_scored": scored,
            "base_operating_drg_payments": [money.get(h.ccn) for h in self.hospitals],
            "published_total_performance_score": [h.total for h in self.hospitals],
        }
        totals = HOSPITAL.evaluate(given, self.rules).column("total_performance_score")
        payments = [money.get(hospital.ccn) for hospital in self.hospitals]
        slope = estimated_slope(list(totals), payments, self.year, self.rules)
        main = HOSPITAL.evaluate({**given, "estimated_exchange_slope": slope}, self.rules)
        self.weighted.link(main, "sum_of_weighted_scores", "weighted_domain_score")
        return main


def _limiting(dimensions: Detail) -> list[str | None]:
    """For each hospital the dimension with the lowest share of the way from floor to threshold."""
    shares = dimensions.evaluation.column("share_of_floor_to_threshold")
    by_hospital: list[str | None] = []
    for rows in dimensions.rows:
        known = [row for row in rows if shares[row] == shares[row]]
        lowest = min(known, key=lambda row: shares[row]) if known else None
        by_hospital.append(None if lowest is None else dimensions.items[lowest])
    return by_hospital


def _sheet(detail: Detail, contracts: Sequence[ContractYear]) -> Sheet:
    return Sheet([contracts[owner] for owner in detail.owner], detail.evaluation, detail.items)
