"""Invented reports of CMS, written apart from the reader: sheets as people know them."""

from decimal import Decimal

import openpyxl

TYPES = ("ESRD", "Disabled", "Aged/Dual", "Aged/Non-Dual")
CODES = ("ESRD", "DISABLED", "AGED_DUAL", "AGED_NON_DUAL")


def expenditure_report(path, numbers, year):
    """Table 1 of an expenditure and utilisation report.

    `numbers` holds persons, person_years and per_capita (by type and in all), component (by words),
    utilization (by words), non_claims and declined.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Table 1"
    put = sheet.append
    put(["Table 1. Aggregate Expenditure/Utilization Trend Report"])
    put([f"Calendar year {year}"])
    put([])
    put(["", "ACO-Specific", "All MSSP ACOs", "National Assignable FFS"])
    put(["[A1] Assigned Beneficiaries", int(numbers["persons"]), 11_000_000, 32_000_000])
    put(["[A2] Person Years", None, None, None])
    _types(put, numbers["person_years"])
    put(["[B] Total Expenditures per Assigned Beneficiary"])
    _types(put, numbers["per_capita"], "${:,.2f}")
    put(["[C] Component Expenditures per Assigned Beneficiary"])
    for words, value in numbers["component"].items():
        put([f"  {words}", f"${value:,.2f}", "$1.00", "$1.00"])
    put(["  Something CMS added this year", "$12.34", "$1.00", "$1.00"])
    put(["[D] Utilization Rates (per 1,000 Person Years)"])
    for words, value in numbers["utilization"].items():
        put([f"  {words}", float(round(value, 1)), 300, 280])
    put(["[E] Non-Claims Based Payments", f"${numbers['non_claims']:,.2f}", "$0.00", "$0.00"])
    put(["Beneficiaries that declined data sharing", int(numbers["declined"]), 1, 1])
    put(["Note: 1 Person years are months divided by 12."])
    book.save(path)


def benchmark_workbook(path, by_year):
    """Table 1 of a benchmark workbook: three benchmark years beside each other."""
    book = openpyxl.Workbook()
    book.active.title = "Parameters"
    book.active.append(["ACO Track", "BASIC E"])
    sheet = book.create_sheet("Table 1")
    put = sheet.append
    put(["Historical Benchmark", "BY1", "BY2", "BY3"])
    put(["[A1] Number of Assigned Beneficiaries", *(int(y["persons"]) for y in by_year)])
    for title, name in (
        ("[A2] Person Years", "person_years"),
        ("[B] Per Capita Expenditures", "per_capita"),
        ("[C] ACO CMS-HCC Risk Scores", "risk_score"),
    ):
        put([title])
        for words, code in zip(TYPES, CODES, strict=True):
            put([words, *(float(y[name].get(code, Decimal(0))) for y in by_year)])
    book.save(path)


def _types(put, by_type, form="{:,.4f}"):
    for words, code in zip(TYPES, CODES, strict=True):
        put([words, form.format(by_type.get(code, Decimal(0))), "1.00", "1.00"])
    put(["Total", form.format(by_type[""]), "1.00", "1.00"])
