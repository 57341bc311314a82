"""The code lists of the readmission measures, read from a folder the user gives.

The files are CMS's yearly lists as tables (CSV, or CSV packed as ``.csv.gz``), told by name; the
first column that is named below holds the code. ``condition_cohort.csv`` and the two clinical
category files (diagnosis and procedure code to CCS category) are the user's own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from openvbc.engine.table import SmallTable
from openvbc.errors import InputError, Place
from openvbc.input_file import rows_of_csv
from openvbc.steps.rule_table import RuleTable


@dataclass(frozen=True)
class CodeList:
    """A file of the folder and the table it becomes."""

    file: str
    table: str
    columns: dict[str, tuple[str, ...]]
    """Column of the table to the headings it may have in the file."""


_CATEGORY = ("category", "ccs_diagnosis_category", "ccs_procedure_category", "ccs")
_DIAGNOSIS = ("diagnosis_code", "icd_10_cm", "code")
_PROCEDURE = ("procedure_code", "icd_10_pcs", "code")

LISTS = (
    CodeList("icd_10_cm_ccs", "diagnosis_category",
             {"diagnosis_code": _DIAGNOSIS, "category": _CATEGORY}),
    CodeList("icd_10_pcs_ccs", "procedure_category",
             {"procedure_code": _PROCEDURE, "category": _CATEGORY}),
    CodeList("always_planned_ccs_diagnosis_category", "always_planned_diagnosis",
             {"category": _CATEGORY}),
    CodeList("always_planned_ccs_procedure_category", "always_planned_procedure",
             {"category": _CATEGORY}),
    CodeList("potentially_planned_ccs_procedure_category",
             "potentially_planned_procedure_category", {"category": _CATEGORY}),
    CodeList("potentially_planned_icd_10_pcs", "potentially_planned_procedure",
             {"procedure_code": _PROCEDURE}),
    CodeList("acute_diagnosis_ccs", "acute_diagnosis_category", {"category": _CATEGORY}),
    CodeList("acute_diagnosis_icd_10_cm", "acute_diagnosis", {"diagnosis_code": _DIAGNOSIS}),
    CodeList("exclusion_ccs_diagnosis_category", "excluded_diagnosis_category",
             {"category": _CATEGORY}),
    CodeList("specialty_cohort", "specialty_cohort",
             {"category": _CATEGORY, "cohort": ("cohort", "specialty_cohort"),
              "kind": ("kind", "procedure_or_diagnosis")}),
    CodeList("surgery_gynecology_cohort", "surgical_procedure", {"procedure_code": _PROCEDURE}),
    CodeList("condition_cohort", "condition_code",
             {"measure": ("measure", "condition"), "code_kind": ("code_kind",),
              "code": ("code",), "role": ("role",)}),
)  # fmt: skip


def read_lists(*folders: Path, only: Collection[str] | None = None) -> list[RuleTable]:
    """Every list as a table, or those whose tables are named `only`.

    Raises:
        InputError: no folder holds a list, or a list cannot be read.
    """
    wanted = [each for each in LISTS if only is None or each.table in only]
    missing = [each.file for each in wanted if list_file(each, folders) is None]
    if missing:
        raise InputError(
            "code lists of the readmission measures are missing: " + ", ".join(missing),
            place=Place(", ".join(str(folder) for folder in folders)),
            rule="CMS publishes them every year with the measure specifications",
            action="put each as NAME.csv (or NAME.csv.gz) into the folder",
            code="VBC-115",
        )
    return [
        RuleTable(_read(each, path), ()) for each in wanted if (path := list_file(each, folders))
    ]


def list_file(each: CodeList, folders: tuple[Path, ...]) -> Path | None:
    """The file of a list in the first folder that has it."""
    paths = (f / f"{each.file}{ending}" for f in folders for ending in (".csv", ".csv.gz"))
    return next((path for path in paths if path.is_file()), None)


def _read(each: CodeList, path: Path) -> SmallTable:
    headings, given = rows_of_csv(path)
    heads = [name.strip().lower() for name in headings]
    where = {}
    for column, names in each.columns.items():
        heading = next((name for name in names if name in heads), None)
        if heading is None:
            raise InputError(
                f"the list lacks a column {column}",
                place=Place(path.name),
                rule=f"it may be headed {' or '.join(names)}",
                code="VBC-1077",
            )
        where[column] = heading
    rows = set()
    for _, row in given:
        cells = {(key or "").strip().lower(): (value or "").strip() for key, value in row.items()}
        rows.add(tuple(_code(column, cells[name]) for column, name in where.items()))
    if not rows:
        raise InputError("the list is empty", place=Place(path.name), code="VBC-1078")
    return SmallTable(each.table, dict.fromkeys(where, "string"), sorted(rows))


def _code(column: str, cell: str) -> str:
    if column == "category":
        # Categories are numbers; spreadsheets drop or keep leading zeros.
        return cell.lstrip("0") or cell
    if column in {"kind", "code_kind", "role"}:
        return cell.upper()
    return cell if column == "cohort" else cell.replace(".", "").upper()
