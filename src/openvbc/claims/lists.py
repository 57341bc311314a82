"""Short lists that name providers, not people: specialties, teaching hospitals, attestations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.completeness import Expected
from openvbc.claims.csv_table import CsvColumn, CsvRows, read_csv_file
from openvbc.claims.own_files import PARTICIPANTS, OwnFile, read_whole
from openvbc.claims.report import Finding
from openvbc.errors import InputError, Place

PROVIDER_SPECIALTY = OwnFile(
    "provider_specialty.csv",
    "provider_specialty",
    "Specialty of clinicians whose professional lines name none, or who appear on facility claims; "
    "for others it is taken from their professional lines.",
    (
        CsvColumn("npi", read.npi, "clinician", "9000000001"),
        CsvColumn("specialty_code", read.specialty, "CMS provider specialty, two characters", "08"),
    ),
)
ELECTING_TEACHING_HOSPITAL = OwnFile(
    "electing_teaching_hospitals.csv",
    "electing_teaching_hospital",
    "Electing teaching amendment hospitals, by the performance year the list governs.",
    (
        CsvColumn("performance_year", read.year, "performance year", "2024"),
        CsvColumn("ccn", read.ccn, "facility certification number", "360001"),
    ),
)

ATTESTED_PHYSICIAN = OwnFile(
    "attested_physicians.csv",
    "attested_physician",
    "Physicians whom health centers and rural clinics of the organisation attested, by the "
    "performance year (to 2018) the list governs.",
    (
        CsvColumn("performance_year", read.year, "performance year", "2016"),
        CsvColumn("npi", read.npi, "physician", "9000000001"),
    ),
)
PROVIDER_LISTS = (PROVIDER_SPECIALTY, ELECTING_TEACHING_HOSPITAL, ATTESTED_PHYSICIAN)


def read_provider_specialties(path: Path) -> list[tuple[str, str]]:
    """NPI and specialty code of each row."""
    rows = _whole(path, PROVIDER_SPECIALTY)
    specialties_by_npi: dict[str, str] = {}
    pairs = zip(rows.columns["npi"], rows.columns["specialty_code"], strict=True)
    for line, (npi, specialty) in zip(rows.lines, pairs, strict=True):
        if specialties_by_npi.setdefault(npi, specialty) != specialty:
            raise InputError(
                "a clinician has two specialties",
                place=Place(file=path.name, line=line, column="specialty_code", value=specialty),
                rule="assignment takes one specialty a clinician",
                action="keep the row that holds for the years of the contract",
                code="VBC-180",
            )
    return list(specialties_by_npi.items())


def read_electing_teaching_hospitals(path: Path, performance_year: int) -> list[str]:
    """The CCNs on the list of a performance year."""
    return _of_year(path, ELECTING_TEACHING_HOSPITAL, performance_year)


def read_attested_physicians(path: Path, performance_year: int) -> list[str]:
    """The NPIs on the list of a performance year."""
    return _of_year(path, ATTESTED_PHYSICIAN, performance_year)


def _of_year(path: Path, form: OwnFile, performance_year: int) -> list[str]:
    first, second = _whole(path, form).columns.values()
    numbers = (value for year, value in zip(first, second, strict=True) if year == performance_year)
    return list(dict.fromkeys(numbers))


def _whole(path: Path, form: OwnFile) -> CsvRows:
    return read_whole(path, form, "these lists are used whole")


def without_attestation() -> Finding:
    """What follows where a year counts attested physicians and no list of them is given."""
    return Finding(
        "no list of attested physicians", "warning",
        "services of health centers and rural clinics count as those of practitioners; give "
        "inputs.attested_physicians",
    )  # fmt: skip


def expected_of_lists(
    specialties: Path | None,
    of_years: Mapping[OwnFile, Path | None],
    factors: Mapping[str, Sequence[Mapping[str, Any]]],
    expected: Expected,
) -> list[Finding]:
    """What the lists should hold for the measured years and do not, so that it is not silent.

    Args:
        specialties: the list of specialties.
        of_years: lists that govern a performance year.
        factors: the factor files.
        expected: the years measured.
    """
    findings: list[Finding] = []
    year = expected.performance_year
    for form, path in of_years.items():
        if path is not None:
            years = set(_whole(path, form).columns["performance_year"])
            if year not in years:
                detail = f"has no row of {year}, only of {_years(years)}"
                findings.append(_lacks(path.name, detail, f"{path.name} {year}"))
    if specialties is not None:
        codes = Counter(code for _, code in read_provider_specialties(specialties))
        code, count = codes.most_common(1)[0] if codes else ("", 0)
        if len(codes) == 1 and count >= 20:
            detail = f"gives all {count:,} clinicians the specialty {code}"
            findings.append(_lacks(specialties.name, detail, specialties.name))
    before = [each.calendar_year for each in expected.years if each.calendar_year != year]
    for name, file, key, wanted in (
        ("prior_savings", "prior_savings.csv", "performance_year", before),
        ("national_factor", "national.csv", "calendar_year", [*before, year]),
        ("county_factor", "county.csv", "calendar_year", [*before, year]),
    ):
        if name in factors:
            held = {int(row[key]) for row in factors[name]}
            for lacking in sorted(set(wanted) - held):
                detail = f"has no row of {lacking}, only of {_years(held)}"
                findings.append(_lacks(file, detail, f"{file} {lacking}"))
    return findings


def without_participants(path: Path | None, expected: Expected) -> list[Finding]:
    """A list without the contract's organisation and year: nobody could be assigned."""
    file = path.name if path else "inputs.participants"
    if path is not None:
        rows = read_csv_file(path, PARTICIPANTS.columns, PARTICIPANTS.table).columns
        listed = zip(rows["aco_id"], rows["performance_year"], strict=True)
        if (expected.aco_id.upper(), expected.performance_year) in set(listed):
            return []
    of = f"{expected.aco_id} for performance year {expected.performance_year}"
    return [
        Finding("no participant is known", "warning", f"{file}: no usable row of {of}; people are "
                "assigned by the services of participants")
    ]  # fmt: skip


def _lacks(file: str, detail: str, subject: str) -> Finding:
    return Finding("a list lacks what the contract's years need", "error", f"{file} {detail}", 1,
                   subject)  # fmt: skip


def _years(years: Iterable[int]) -> str:
    return ", ".join(str(year) for year in sorted(years)) or "no year"
