"""National correct coding edits, which the user loads: CMS's quarterly files in a plain layout.

They are not shipped: their codes are licensed. A row is used where it decides about a code of care
management; the others are no fault and are passed by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openvbc.claims.csv_table import CsvColumn
from openvbc.claims.csv_values import code, one_of
from openvbc.engine.table import SmallTable, Value
from openvbc.programs.care_billing.log_files import FROM, UNTIL, ends_early, whole
from openvbc.programs.person_files import FilesRead, PersonFile
from openvbc.rules.load import load_code_table
from openvbc.steps.care_billing import PROGRAM

PAIRS = PersonFile(
    "ncci_pairs.csv",
    "coding_pair",
    (
        CsvColumn("column_1", code(5), "the code that is paid", "99490"),
        CsvColumn("column_2", code(5), "the code that is not paid beside it", "G0181"),
        FROM,
        UNTIL,
        CsvColumn(
            "modifier_indicator",
            one_of("0", "1", "9"),
            "0: no modifier helps; 1: one may; 9: the edit is void",
            "1",
        ),
    ),
    ends_early,
)
UNITS = PersonFile(
    "ncci_units.csv",
    "coding_limit",
    (
        CsvColumn("code", code(5), "the code", "99490"),
        CsvColumn("most_units", whole(0, 99_999, "not a number of units"), "most units", "1"),
        CsvColumn("adjudication", one_of("1", "2", "3"), "1: a line; 2 or 3: a day", "2"),
        FROM,
        UNTIL,
    ),
    ends_early,
)


def edits_of_care(read: FilesRead) -> None:
    """Leave in what was read the edits that decide about a code of care management."""
    ours = {row["code"] for row in load_code_table(PROGRAM, "code")}
    for table, column in ((PAIRS.table, "column_2"), (UNITS.table, "code")):
        read.rows[table] = [row for row in read.rows[table] if row[column] in ours]


def looked_for(billed: SmallTable, pairs: Sequence[Mapping[str, Value]]) -> SmallTable:
    """The codes whose claim lines are read: those of the rules, and the others of the pairs."""
    codes = {row[0] for row in billed.rows} | {row["column_1"] for row in pairs}
    return SmallTable(billed.name, billed.columns, [(each,) for each in sorted(map(str, codes))])
