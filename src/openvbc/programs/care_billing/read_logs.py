"""The logs of practices, read and held against the claim store and against each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openvbc.claims.report import StoreReport
from openvbc.engine.base import Engine
from openvbc.programs.care_billing.coding_edits import PAIRS, UNITS, edits_of_care
from openvbc.programs.care_billing.log_files import AGREEMENT, LOG_FILES
from openvbc.programs.person_files import FilesRead, PersonFile, people_of, read_person_files
from openvbc.rules.load import load_code_table
from openvbc.steps.care_billing import PROGRAM

DAYS = {"time_entry": "service_date", "transition_contact": "contact_date"}
"""The logs of what was done with a person, and the column of the day."""


def read_logs(folder: Path, engine: Engine, report: StoreReport) -> FilesRead:
    """Read every log of a folder.

    Set aside are, beside what no log may say: work for a person who had died before the day, and a
    member of a model that neither the rules nor the agreements know.

    Raises:
        InputError: a file cannot be read as CSV, or lacks a column it must have.
    """
    people = people_of(engine, report)
    engine.register("person", report.parts("person"))
    died_on = {
        row["person_id"]: row["death_date"]
        for row in engine.rows("select person_id, death_date from person")
        if row["death_date"] is not None
    }
    agreed = read_person_files(folder, (AGREEMENT, PAIRS, UNITS), people)
    edits_of_care(agreed)
    models = {row["model"] for row in load_code_table(PROGRAM, "model_payment")}
    models |= {row["model"] for row in agreed.rows[AGREEMENT.table]}

    def refused(file: PersonFile, row: Mapping[str, Any]) -> str | None:
        if file.table == "model_member" and row["model"] not in models:
            return "a model that neither the rules nor an agreement names"
        died = died_on.get(row.get("person_id", ""))
        if file.table in DAYS and died is not None and row[DAYS[file.table]] > died:
            return "a day after the death of the person"
        return None

    logs = read_person_files(folder, LOG_FILES, people, refused)
    return FilesRead(
        {**logs.rows, **agreed.rows}, [*logs.files, *agreed.files], [*logs.paths, *agreed.paths]
    )
