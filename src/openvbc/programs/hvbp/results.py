"""Hospital Value-Based Purchasing: settle every hospital of the published files.

With the measure files every point is computed from thresholds and rates; for a domain whose
measures are not given the published score of the domain is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from openvbc.errors import SetAside
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
from openvbc.programs.hvbp.verify import compared_lines
from openvbc.programs.published.compared_line import ComparedLine
from openvbc.programs.published.facility_files import (
    BASE_PAYMENTS,
    base_payments,
    check_year,
    file_years,
    fiscal_year,
    read_files,
)
from openvbc.programs.published.printed_cells import PrintedCells
from openvbc.programs.published.settling import FileProgram, FileSettlement, Reading, Settled
from openvbc.programs.settlement import ContractYear, Presentation, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.performance.hvbp_exchange import HOSPITAL

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


class Hvbp(FileProgram[HospitalScores]):
    """The program as the commands know it."""

    name = "hvbp"
    title = "Hospital Value-Based Purchasing"
    rules_name = "hvbp"
    presentation = PRESENTATION
    notes = NOTES
    options = ("year", "absent")
    unit = "hospital"
    year_called = "fiscal year"

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[HospitalScores]:
        """Total performance score and measure files, and base payments if given."""
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
            read_measures(table, year, rules, hospitals, set_aside)
        _set_aside_incomplete(hospitals, {t.path.name for t in published}, set_aside)
        money = base_payments(tables[BASE_PAYMENTS.kind], set_aside)
        spelled = {name: spelling for spelling, name in names.items()}
        return Reading(
            list(hospitals.values()), set_aside, year, PrintedCells(published, spelled),
            notes=_absent_note(absent), more={"money": money},
        )  # fmt: skip

    def evaluate(self, reading: Reading[HospitalScores], rules: RuleSet) -> Settled[HospitalScores]:
        """Level by level, from measures to the total."""
        assert reading.year is not None
        levels = Levels(reading.rows, reading.year, rules, reading.more["money"])
        contracts = [ContractYear(h.ccn, reading.year, "", h.name) for h in reading.rows]
        return Settled(reading.rows, Sheet(contracts, levels.main), levels.sheets(contracts))

    def lines(self, settlement: FileSettlement[HospitalScores]) -> Sequence[ComparedLine]:
        """Points, domain scores and totals."""
        return compared_lines(settlement)


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
