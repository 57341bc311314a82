"""Hospital Value-Based Purchasing: settle every hospital of the published files.

With the measure files every point is computed from thresholds and rates; for a domain whose
measures are not given the published score of the domain is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from openvbc.errors import EmptyResult, SetAside
from openvbc.programs.hvbp.columns import (
    check_columns_are_understood,
    check_domains,
    check_measures,
    said_absent,
)
from openvbc.programs.hvbp.files import (
    MEASURE_FILE,
    MEASURE_LAYOUT,
    TPS_FILE,
    TPS_LAYOUT,
    HospitalScores,
    measure_names,
    read_measures,
    read_totals,
)
from openvbc.programs.hvbp.levels import Levels
from openvbc.programs.published.facility_files import (
    BASE_PAYMENTS,
    base_payments,
    check_year,
    file_years,
    fiscal_year,
    read_files,
    read_option,
)
from openvbc.programs.published.scoring import score
from openvbc.programs.settlement import Contract, Presentation, Settlement, Sheet, Verification
from openvbc.rules.load import load_rules
from openvbc.worksheets.performance.hvbp import HOSPITAL

PRESENTATION = Presentation(
    headline=("domains_scored", "net_change", "payment_change", "total_performance_score"),
    result="total_performance_score",
    totals=("payment_change",),
    distribution="total_performance_score",
)
NOTES = (
    "The slope of the exchange needs every hospital's base operating DRG payments. Where CMS's is"
    " not known, dollars are a range over the slopes seen in other years, and the estimated net"
    " change takes the payments given for every hospital, else every hospital as paid alike.",
    "Where both strata of surgical site infection are scored, their weights (predicted infections)"
    " are not in these files and the published combined score is taken.",
)
_LAST_DECIMAL = Decimal("0.000000000001")


class Hvbp:
    """The program as the commands know it."""

    name = "hvbp"
    title = "Hospital Value-Based Purchasing"

    def settle(
        self,
        files: Sequence[Path],
        overlays: Sequence[Path] = (),
        options: Mapping[str, str] | None = None,
    ) -> Settlement:
        """Read total performance score and measure files, and base payments if given."""
        rules = load_rules("hvbp", tuple(overlays))
        asked = read_option(options or {}, ("year", "absent"))
        tables = read_files(files, (TPS_LAYOUT, MEASURE_LAYOUT, BASE_PAYMENTS), self.name)
        published = [*tables[TPS_FILE], *tables[MEASURE_FILE]]
        year = fiscal_year(published, asked, file_years(published))
        check_year(rules, (*HOSPITAL.parameters, "domain_weight"), year)
        absent = said_absent(asked.get("absent", ""))
        for table in published:
            check_columns_are_understood(table)
        measured = check_measures(tables[MEASURE_FILE], rules, year, absent)
        check_domains(tables[TPS_FILE], measured, rules, year, absent)
        set_aside: list[SetAside] = []
        hospitals: dict[str, HospitalScores] = {}
        for table in tables[TPS_FILE]:
            read_totals(table, year, hospitals, set_aside)
        names = measure_names(rules)
        for table in tables[MEASURE_FILE]:
            read_measures(table, year, names, hospitals, set_aside)
        _set_aside_incomplete(hospitals, {t.path.name for t in published}, set_aside)
        if not hospitals:
            raise EmptyResult("no hospital could be settled", action="see the rows set aside")
        money = base_payments(tables[BASE_PAYMENTS.kind], set_aside)
        levels = Levels(list(hospitals.values()), year, rules, money)
        contracts = [Contract(h.ccn, year, "", h.name) for h in hospitals.values()]
        return Settlement(
            program=self.name,
            title=f"{self.title}, fiscal year {year}",
            main=Sheet(contracts, levels.main),
            presentation=PRESENTATION,
            rows_in=len(contracts) + len(set_aside),
            set_aside=set_aside,
            details=levels.sheets(contracts),
            sources=tuple(files),
            notes=(*NOTES, *_absent_note(absent)),
        )

    def verify(self, settlement: Settlement) -> Verification:
        """Points, domain scores and totals against the published ones."""
        details = settlement.details
        scores = []
        if "measures" in details:
            scores += [
                score(details["measures"], line, f"published_{line}", line.replace("_", " "))
                for line in ("achievement_points", "improvement_points", "measure_score")
            ]
        if "surveys" in details:
            scores += [
                score(
                    details["surveys"],
                    line,
                    f"published_{line}",
                    f"HCAHPS {line}".replace("_", " "),
                )
                for line in ("base_points", "consistency_points")
            ]
        if "infections" in details:
            scores.append(
                score(
                    details["infections"], "combined_infection_points",
                    "published_combined_points", "surgical site infection, one stratum",
                    given="taken_combined_points",
                )
            )  # fmt: skip
        scores += [
            score(
                details["domains"], "domain_score", "published_domain_score", "domain scores",
                _LAST_DECIMAL, given="given_domain_score",
            ),
            score(
                details["weighted_domains"], "weighted_domain_score", "published_weighted_score",
                "weighted domain scores", _LAST_DECIMAL,
            ),
            score(
                settlement.main, "total_performance_score", "published_total_performance_score",
                "total performance score", _LAST_DECIMAL,
            ),
        ]  # fmt: skip
        return Verification(settlement, [s for s in scores if s.rows])


PROGRAM = Hvbp()


def _absent_note(absent: Collection[str]) -> list[str]:
    return [f"Said to be absent: {', '.join(sorted(absent))}."] if absent else []


def _set_aside_incomplete(
    hospitals: dict[str, HospitalScores], files: set[str], set_aside: list[SetAside]
) -> None:
    """Hospitals that stand in some of the files and not in the others."""
    for ccn, hospital in list(hospitals.items()):
        if missing := files - hospital.files:
            set_aside.append(
                SetAside(
                    "hospital is not in every file",
                    hospital.place,
                    f"not in {', '.join(sorted(missing))}",
                )
            )
            del hospitals[ccn]
