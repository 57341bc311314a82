"""A settlement kept in a folder, so that every number can be explained later without recomputing.

The folder holds::

    settlement.parquet      one row a contract: contract, year, group, name, inputs, lines
    detail_<name>.parquet   the same for each detail sheet, with the column ``item``
    part_<name>.parquet     the same for rows that a sheet adds up without showing them
    worksheets.json         what each line is: label, unit, formula, citation, rounding, arguments
    links.json              inputs that add up rows of another sheet: which line of which rows
    parameters.json         the parameter values in force; rows point to them by number
    set_aside.csv           rows that were not settled, with place and reason
    in_force.csv            what flexibilities and overlays in force move, with them and without
    manifest.json           sources and their SHA-256, rules digest, version, counts

Money is stored as ``decimal(38,6)``, other numbers as ``decimal(38,18)``; the worksheet computes
with more digits than are stored, none of them shown. A parameter's column is ``parameter_<name>``;
``row`` is the row's number in its sheet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openvbc._version import __version__
from openvbc.engine.base import Engine
from openvbc.engine.csv_file import csv_file
from openvbc.engine.digests import file_digest
from openvbc.engine.duckdb import library_version
from openvbc.engine.manifest import InputFile, Manifest, claim_run_folder
from openvbc.engine.private_files import private_folder, write_text
from openvbc.engine.reading import reading
from openvbc.engine.table import Value
from openvbc.engine.wide_file import write_wide
from openvbc.programs.laid_over import in_force_listing
from openvbc.programs.listing import write_csv
from openvbc.programs.settlement import Settlement, Sheet
from openvbc.rules.parameter import Parameter, Table
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.path import plain_tree

MAIN = "settlement"
IN_FORCE = "in_force.csv"
DESCRIPTIONS = ("worksheets.json", "parameters.json", "links.json")
SQL_TYPES = {"USD": "decimal(38,6)", "flag": "boolean", "text": "varchar", "date": "date"}
NUMBER = "decimal(38,18)"
IDENTITY = {
    "row": "integer",
    "contract": "varchar",
    "year": "integer",
    "group": "varchar",
    "name": "varchar",
}


def write_run(settlement: Settlement, folder: Path) -> None:
    """Write the settlement and its manifest into a folder only its owner can read."""
    claim_run_folder(folder)
    outputs = write_settlement(settlement, folder)
    Manifest(
        openvbc=__version__,
        program=settlement.program,
        engine="duckdb",
        engine_version=library_version(),
        rules={settlement.program: settlement.main.evaluation.rules.digest},
        project_sha256="",
        inputs=[InputFile.of(path) for path in settlement.sources],
        control_totals={
            "rows": {
                "in": settlement.rows_in,
                "settled": settlement.rows_in - len(settlement.set_aside),
                "set_aside": len(settlement.set_aside),
            }
        },
        steps={},
        outputs=outputs,
        notes=settlement.notes,
    ).write(folder)


def write_settlement(settlement: Settlement, folder: Path) -> dict[str, str]:
    """Write all but the manifest; returns the SHA-256 of each file, for a manifest."""
    private_folder(folder)
    sheets = {MAIN: settlement.main}
    sheets |= {f"detail_{name}": sheet for name, sheet in settlement.details.items()}
    links = _links(sheets)
    parameters: dict[str, list[Parameter]] = {}
    with reading() as engine:
        for name, sheet in sheets.items():
            _write_sheet(engine, sheet, folder / f"{name}.parquet", parameters)
    worksheets = {
        "program": settlement.program,
        "title": settlement.title,
        "result": settlement.presentation.result,
        "headline": list(settlement.presentation.headline),
        "totals": list(settlement.presentation.totals),
        "unit": settlement.presentation.unit,
        "units": settlement.presentation.units,
        "waterfall": [list(step) for step in settlement.presentation.waterfall],
        "before": {k: list(v) for k, v in settlement.presentation.before.items()},
        "is_final": settlement.is_final,
        "sheets": {name: _worksheet(sheet.evaluation) for name, sheet in sheets.items()},
    }
    _write_json(folder / "worksheets.json", worksheets)
    write_text(folder / "links.json", json.dumps(links) + "\n")
    known = {name: [_parameter(p) for p in values] for name, values in parameters.items()}
    _write_json(folder / "parameters.json", known)
    _write_set_aside(settlement, folder / "set_aside.csv")
    written = [f"{name}.parquet" for name in sheets]
    written += [*DESCRIPTIONS, "set_aside.csv"]
    (folder / IN_FORCE).unlink(missing_ok=True)
    if (in_force := in_force_listing(settlement)) is not None:
        write_csv(in_force, folder / IN_FORCE)
        written.append(IN_FORCE)
    return {name: file_digest([folder / name]) for name in written}


def forget_settlement(folder: Path) -> None:
    """Take away what an earlier run settled here, where there is nothing to settle any more."""
    for pattern in (f"{MAIN}.parquet", "detail_*.parquet", "part_*.parquet"):
        for file in folder.glob(pattern):
            file.unlink()
    for name in (*DESCRIPTIONS, "set_aside.csv", IN_FORCE):
        (folder / name).unlink(missing_ok=True)


def _links(sheets: dict[str, Sheet]) -> dict[str, dict[str, dict[str, Any]]]:
    """Which rows each linked input adds up; sheets that are linked but not shown are added."""
    links: dict[str, dict[str, dict[str, Any]]] = {}
    waiting = list(sheets)
    for name in waiting:
        sheet = sheets[name]
        for given, (detail, line) in sheet.evaluation.links.items():
            below = next((n for n, s in sheets.items() if s.evaluation is detail.evaluation), None)
            if below is None:
                below = f"part_{len(sheets)}_{detail.evaluation.worksheet.name}"
                owners = [sheet.contracts[owner] for owner in detail.owner]
                sheets[below] = Sheet(owners, detail.evaluation, list(detail.items))
                waiting.append(below)
            rows = [list(rows) for rows in detail.rows]
            links.setdefault(name, {})[given] = {"sheet": below, "line": line, "rows": rows}
    return links


def _write_sheet(
    engine: Engine, sheet: Sheet, path: Path, parameters: dict[str, list[Parameter]]
) -> None:
    evaluation = sheet.evaluation
    columns = dict(IDENTITY) | ({"item": "varchar"} if sheet.items else {})
    count = len(sheet.contracts)
    cells: list[list[Value]] = [
        list(range(count)),
        [c.identifier for c in sheet.contracts],
        [c.year for c in sheet.contracts],
        [c.group for c in sheet.contracts],
        [c.name for c in sheet.contracts],
    ]
    if sheet.items:
        cells.append(list(sheet.items))
    for name, unit in _units(evaluation).items():
        columns[name] = SQL_TYPES.get(unit, NUMBER)
        cells.append([evaluation.value(name, row) for row in range(count)])
    for name in evaluation.worksheet.parameters:
        columns[f"parameter_{name}"] = "integer"
        numbers = parameters.setdefault(name, [])
        cells.append([_number(evaluation.parameter(name, row), numbers) for row in range(count)])
    write_wide(engine, columns, cells, path)


def _units(evaluation: Evaluation) -> dict[str, str]:
    worksheet = evaluation.worksheet
    given = {name: item.unit for name, item in worksheet.inputs.items() if item.unit != "table"}
    return given | {name: item.unit for name, item in worksheet.lines.items()}


def _number(parameter: Parameter | None, known: list[Parameter]) -> int | None:
    if parameter is None:
        return None
    for number, other in enumerate(known):
        if other is parameter:
            return number
    known.append(parameter)
    return len(known) - 1


def _worksheet(evaluation: Evaluation) -> dict[str, Any]:
    worksheet = evaluation.worksheet
    return {
        "name": worksheet.name,
        "title": worksheet.title,
        "inputs": [
            {
                "name": i.name, "unit": i.unit, "label": i.label, "cite": i.cite,
                "origin": _origins(evaluation, i.name),
            }
            for i in worksheet.inputs.values()
        ],
        "parameters": list(worksheet.parameters),
        "lines": [
            {
                "name": item.name, "label": item.label, "unit": item.unit,
                "formula": item.formula, "cite": item.cite, "status": item.status,
                "rounding": item.rounding, "arguments": list(item.arguments),
                "tree": plain_tree(item),
            }
            for item in worksheet.lines.values()
        ],
    }  # fmt: skip


def _origins(evaluation: Evaluation, name: str) -> dict[str, Any]:
    """Where the input's values come from: the usual word, and the rows that have another."""
    words = [evaluation.origin(name, row) for row in range(evaluation.count)]
    usual = max(sorted(set(words)), key=words.count) if words else ""
    return {"usual": usual, "rows": {str(n): w for n, w in enumerate(words) if w != usual}}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    value = parameter.value
    return {
        "label": parameter.label,
        "unit": parameter.unit,
        "value": [dict(row) for row in value] if isinstance(value, Table) else value,
        "applies": parameter.applies_in_words(),
        "cite": parameter.cite,
        "status": parameter.status,
        "note": parameter.note,
        "source": parameter.source,
    }


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    """One line a key: to indent, json takes its slow encoder."""
    lines = (
        f"{json.dumps(key)}: {json.dumps(value, default=str, ensure_ascii=False)}"
        for key, value in content.items()
    )
    write_text(path, "{\n" + ",\n".join(lines) + "\n}\n")


def _write_set_aside(settlement: Settlement, path: Path) -> None:
    with csv_file(path) as writer:
        writer.writerow(["file", "line", "column", "value", "reason", "expected"])
        for row in settlement.set_aside:
            place = row.place
            writer.writerow(
                [place.file, place.line, place.column, place.value, row.reason, row.detail]
            )
