"""What ``vbc init`` writes beside the project file: folders, lists, what git leaves out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openvbc.programs.claims_program import ClaimsProgram

SCHEMA = "openvbc.schema.json"
LISTS = {
    "participants": (
        "aco_id", "performance_year", "tin", "npi", "ccn", "start_date", "end_date",
    )
}  # fmt: skip
"""Lists whose first line is written, by the input that names them (docs/input-files.md)."""
TO_FILL_IN = "CHANGE"
"""In the first row of a list that moves money: a list left as it is made stops the run."""
NOT_IN_GIT = """\
# Claims, lists of people and results never go into version control: only the project file does.
*
!.gitignore
!openvbc.yaml
!openvbc.schema.json
"""

NOTEBOOK = "starter.ipynb"
"""A notebook that shows what a run holds."""


def write_beside(
    folder: Path, template: str, claims: ClaimsProgram, notebook: str = ""
) -> list[str]:
    """Make what is not there yet; the names of what was made, folders with a slash.

    `notebook` is the text of the program's starter notebook, where it has one.
    """
    from openvbc.engine.csv_file import csv_file
    from openvbc.engine.private_files import private_folder, write_text
    from openvbc.rules.exact_yaml import read_yaml

    made = []
    inputs: dict[str, Any] = read_yaml(template, "openvbc.yaml").get("inputs") or {}
    for name, given in inputs.items():
        for each in given if isinstance(given, list) else [given]:
            path = folder / str(each)
            if path.exists():
                continue
            if not path.suffix:
                private_folder(path)
                made.append(f"{each}/")
            elif name in LISTS:
                with csv_file(path) as writer:
                    writer.writerow(LISTS[name])
                made.append(str(each))
            elif name in claims.list_templates:
                heads = claims.list_templates[name]
                with csv_file(path) as writer:
                    writer.writerow(heads)
                    writer.writerow([TO_FILL_IN, *("" for _ in heads[1:])])
                made.append(str(each))
    if not (folder / ".gitignore").exists():
        write_text(folder / ".gitignore", NOT_IN_GIT)
        made.append(".gitignore")
    if notebook and not (folder / NOTEBOOK).exists():
        write_text(folder / NOTEBOOK, notebook)
        made.append(NOTEBOOK)
    schema = json.dumps(claims.project_file.model_json_schema(), indent=1)
    write_text(folder / SCHEMA, schema + "\n")
    return [*made, SCHEMA]
