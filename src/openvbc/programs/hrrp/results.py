"""Hospital Readmissions Reduction Program: settle every hospital of the published files.

The ratio of a condition is the published one, sharpened by predicted / expected where the hospital
file is given; peer groups and medians are computed over all hospitals, the printed ones winning.
Because the files print four decimals, the same worksheets are evaluated a second and third time at
the ends of what the decimals allow, and each factor carries that interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openvbc.errors import InputError, SetAside
from openvbc.programs.hrrp.columns import notes_of_conditions
from openvbc.programs.hrrp.files import (
    HospitalFigures,
    read_hospital_file,
    read_supplemental,
    spelled,
    take_shares,
    year_of_period,
)
from openvbc.programs.hrrp.hospital_report import settle_report
from openvbc.programs.hrrp.hospital_report_files import is_report
from openvbc.programs.hrrp.layouts import (
    HOSPITAL_FILE,
    HOSPITAL_LAYOUT,
    SHARES_LAYOUT,
    SUPPLEMENTAL,
    SUPPLEMENTAL_LAYOUT,
)
from openvbc.programs.hrrp.levels import shares_are_unknown, sheets_of
from openvbc.programs.hrrp.two_files import check_ratios_agree, merge
from openvbc.programs.hrrp.verify import compared_lines
from openvbc.programs.published.compared_line import ComparedLine
from openvbc.programs.published.facility_files import (
    BASE_PAYMENTS,
    base_payments,
    check_year,
    fiscal_year,
    read_files,
)
from openvbc.programs.published.options import read_options, year_asked
from openvbc.programs.published.printed_cells import PrintedCells
from openvbc.programs.published.settling import FileProgram, FileSettlement, Reading, Settled
from openvbc.programs.settlement import Presentation
from openvbc.rules.load import RuleSet

PRESENTATION = Presentation(
    headline=("peer_group", "total_contribution", "payment_change", "payment_adjustment_factor"),
    result="payment_adjustment_factor",
    totals=("payment_change",),
    distribution="payment_adjustment_factor",
)
NOTES = (
    "The neutrality modifier cannot be recomputed: it needs every hospital's base DRG payments.",
    "Published figures are rounded; the lowest and highest factor are those that rounding allows.",
    "What one readmission fewer is worth is an estimate: CMS's model to first order,"
    " with the spread of hospitals estimated from the hospital file.",
)


BOUNDED = (
    "The files of fiscal years before 2019 print no DRG payment ratios: the factor of a hospital"
    " with an excess has bounds only (lowest and highest factor). Your own list of them, by"
    " hospital and condition, gives it: columns ccn, DRG payment ratio for AMI and so on."
)


class Hrrp(FileProgram[HospitalFigures]):
    """The program as the commands know it."""

    name = "hrrp"
    title = "Hospital Readmissions Reduction Program"
    rules_name = "hrrp"
    presentation = PRESENTATION
    notes = NOTES
    unit = "hospital"
    year_called = "fiscal year"

    def settle(
        self,
        files: Sequence[Path],
        overlays: Sequence[Path] = (),
        options: Mapping[str, str] | None = None,
    ) -> FileSettlement[HospitalFigures]:
        """Settle every hospital of a supplemental file (with hospital files and base payments if
        given), or one hospital from its own hospital-specific report.
        """
        if any(is_report(path) for path in files):
            asked = read_options(self.name, options or {}, self.options)
            rules = self.rules(files, overlays)
            report = settle_report(files, rules, year_asked(asked), self.presented)
            return report if overlays else self._held_against_print(report)
        return super().settle(files, overlays, options)

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[HospitalFigures]:
        """Hospitals of the supplemental file, sharpened by the hospital files."""
        layouts = (SUPPLEMENTAL_LAYOUT, HOSPITAL_LAYOUT, SHARES_LAYOUT, BASE_PAYMENTS)
        tables = read_files(files, layouts, self.name)
        if not tables[SUPPLEMENTAL]:
            # A supplemental file without its factor looks like a list of shares.
            own = (layout for layout in layouts if layout is not SHARES_LAYOUT)
            tables |= read_files(files, tuple(own), self.name)
        set_aside: list[SetAside] = []
        if not tables[SUPPLEMENTAL]:
            raise InputError(
                "the supplemental file is missing",
                rule="it holds the DRG payment ratios and the neutrality modifier",
                action="give the HRRP supplemental file of the final rule with the others",
                code="VBC-1019",
            )
        hospital_files = [
            read_hospital_file(table, rules, set_aside) for table in tables[HOSPITAL_FILE]
        ]
        periods = {
            table.path.name: file_year
            for table, file in zip(tables[HOSPITAL_FILE], hospital_files, strict=True)
            if (file_year := year_of_period(file.period, rules)) is not None
        }
        published = [t for kind in (SUPPLEMENTAL, HOSPITAL_FILE) for t in tables[kind]]
        year = fiscal_year(published, asked, periods)
        check_year(rules, ("maximum_payment_reduction", "compares_with_peer_group"), year)
        notes = notes_of_conditions(tables[SUPPLEMENTAL], rules, year)
        hospitals: dict[str, HospitalFigures] = {}
        for table in tables[SUPPLEMENTAL]:
            hospitals |= read_supplemental(table, rules, set_aside)
        for table in tables[SHARES_LAYOUT.kind]:
            take_shares(table, hospitals, set_aside)
        named = [t.path.name for t in tables[HOSPITAL_FILE]]
        check_ratios_agree(
            hospitals,
            list(zip(named, hospital_files, strict=True)),
            ", ".join(t.path.name for t in tables[SUPPLEMENTAL]),
            set_aside,
        )
        strangers = merge(hospitals, hospital_files)
        for place in strangers.values():
            set_aside.append(
                SetAside(
                    "hospital is not in the supplemental file", place,
                    "it is not subject to the program (Maryland, or not paid under it)",
                )
            )  # fmt: skip
        money = base_payments(tables[BASE_PAYMENTS.kind], set_aside)
        cells = PrintedCells(tables[SUPPLEMENTAL], spelled(tables[SUPPLEMENTAL]))
        notes += [BOUNDED] if shares_are_unknown(hospitals, year, rules) else []
        return Reading(
            list(hospitals.values()), set_aside, year, cells, notes, more={"money": money}
        )

    def evaluate(
        self, reading: Reading[HospitalFigures], rules: RuleSet
    ) -> Settled[HospitalFigures]:
        """Conditions at their values and at both ends of rounding, then hospitals."""
        assert reading.year is not None
        hospitals = {hospital.ccn: hospital for hospital in reading.rows}
        sheets = sheets_of(hospitals, reading.year, rules, reading.more["money"], reading.set_aside)
        settled = [hospitals[contract.identifier] for contract in sheets["main"].contracts]
        return Settled(settled, sheets.pop("main"), sheets)

    def lines(self, settlement: FileSettlement[HospitalFigures]) -> Sequence[ComparedLine]:
        """Factor, interval, reduction, penalty indicators and medians."""
        return compared_lines(settlement)


PROGRAM = Hrrp()
