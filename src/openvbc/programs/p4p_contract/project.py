"""The project file of a pay-for-performance contract run from claims, and the lists it names."""

from __future__ import annotations

from pathlib import Path

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.own_files import MEMBER, OwnFile
from openvbc.project_file import ProjectFile

ROLES = ("DENOMINATOR", "NUMERATOR", "EXCLUSION")
KINDS = ("PROCEDURE", "DIAGNOSIS", "MS_DRG")
ROSTER = OwnFile(
    "roster.csv",
    "measured_member",
    "The members of each provider of the contract, one row a member.",
    (
        CsvColumn("provider", read.word, "provider as the contract's results name it", "DOGWOOD"),
        MEMBER,
    ),
)
MEASURE_CODES = OwnFile(
    "measure_codes.csv",
    "measure_code",
    "By which codes of the contract year's claims a member counts in a measure, one row a code.",
    (
        CsvColumn("measure", read.word, "measure as the contract names it", "blood_pressure"),
        CsvColumn("role", read.one_of(*ROLES), "DENOMINATOR, NUMERATOR or EXCLUSION", "NUMERATOR"),
        CsvColumn("code_kind", read.one_of(*KINDS), "PROCEDURE of a professional line, DIAGNOSIS "
                  "of any claim, MS_DRG of a stay", "PROCEDURE"),
        CsvColumn("code", read.word, "the code", "3074F"),
    ),
)  # fmt: skip
BASELINES = OwnFile(
    "baselines.csv",
    "measure_baseline",
    "Rates of the year before, where the contract pays improvement.",
    (
        CsvColumn("provider", read.word, "provider", "DOGWOOD"),
        CsvColumn("measure", read.word, "measure", "blood_pressure"),
        CsvColumn("baseline_rate", read.number, "rate of the baseline year", "0.58"),
    ),
)


class P4pInputs(ClaimInputs):
    """The feeds of the claim store, and the lists of the contract."""

    roster: Path | None = None
    measure_codes: Path | None = None
    baselines: Path | None = None


class P4pProject(ProjectFile):
    """A project of one pay-for-performance contract and one contract year.

    `contract` is ``file:`` with the path of the contract.
    """

    inputs: P4pInputs = P4pInputs()
