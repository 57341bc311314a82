"""A computed worksheet as plain data, for a page or a file: what each line is, and its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openvbc.format import more_exactly, show
from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.report.parameters import rows_in_words, value_in_words
from openvbc.rules.parameter import Parameter
from openvbc.worksheets.kernel.evaluation import Evaluation

MOST_DECIMALS = 12
"""A value is exact to any number of decimals; nobody reads more than these."""


def worksheet_data(
    sheet: Sheet, result: str, waterfall: Sequence[tuple[str, str]] = (), files: str = ""
) -> dict[str, Any]:
    """Nodes (inputs, parameters, lines) with their meaning, and one list of values a contract.

    Each parameter's distinct values are listed once, with citation and status, and rows point to
    them by number, so that hundreds of contracts stay a small file. `files` are the names of the
    files that the inputs may come from, where they come from files.
    """
    evaluation = sheet.evaluation
    nodes, tables = _nodes(evaluation, files)
    names = [node["name"] for node in nodes]
    contracts = []
    for row, contract in enumerate(sheet.contracts):
        values = [_cell(evaluation, name, row, tables) for name in names]
        label = _contract_label(contract, sheet.items[row] if sheet.items else "")
        contracts.append({"label": label, "values": values})
    return {
        "title": evaluation.worksheet.title,
        "nodes": nodes,
        "parameters": {name: entries for name, (entries, _) in tables.items()},
        "contracts": contracts,
        "result": result,
        "waterfall": [{"name": name, "kind": kind} for name, kind in waterfall],
    }


def _contract_label(contract: ContractYear, item: str) -> str:
    parts = (contract.identifier, str(contract.year), contract.group, item, contract.name)
    return " · ".join(part for part in parts if part)


_Tables = dict[str, tuple[list[dict[str, str]], dict[int, int]]]


def _nodes(evaluation: Evaluation, files: str) -> tuple[list[dict[str, Any]], _Tables]:
    worksheet = evaluation.worksheet
    nodes: list[dict[str, Any]] = []
    for given in worksheet.inputs.values():
        nodes.append(
            {
                "name": given.name,
                "kind": "input",
                "label": given.label,
                "unit": given.unit,
                "formula": _origin(evaluation, given.name, files),
                "cite": given.cite,
            }
        )
    tables: _Tables = {}
    for name in worksheet.parameters:
        entries, numbers = _parameter_entries(evaluation, name)
        tables[name] = (entries, numbers)
        label = entries[0]["label"] if entries else name
        unit = entries[0]["unit"] if entries else ""
        nodes.append({"name": name, "kind": "parameter", "label": label, "unit": unit})
    for line in worksheet.lines.values():
        nodes.append(
            {
                "name": line.name,
                "kind": "line",
                "label": line.label,
                "unit": line.unit,
                "formula": line.formula,
                "cite": line.cite,
                "status": str(line.status),
                "rounding": line.rounding,
                "needs": list(line.arguments),
            }
        )
    return nodes, tables


def _origin(evaluation: Evaluation, name: str, files: str) -> str:
    """Where an input comes from: a worksheet before this one, or the files."""
    if (link := evaluation.links.get(name)) is not None:
        detail, line = link
        worksheet = detail.evaluation.worksheet
        return f"Input, from the worksheet {worksheet.title}: {worksheet.named(line).label}"
    return f"Input, from {files}" if files else "Input of this worksheet: measured, or agreed"


def _parameter_entries(
    evaluation: Evaluation, name: str
) -> tuple[list[dict[str, str]], dict[int, int]]:
    entries: list[dict[str, str]] = []
    numbers: dict[int, int] = {}
    for parameter in evaluation.parameters[name]:
        if parameter is not None and id(parameter) not in numbers:
            numbers[id(parameter)] = len(entries)
            entries.append(_parameter_entry(parameter))
    return entries, numbers


def _parameter_entry(parameter: Parameter) -> dict[str, str]:
    return {
        "label": parameter.label,
        "unit": parameter.unit,
        "value": value_in_words(parameter),
        "cite": parameter.cite,
        "status": str(parameter.status),
        "applies": parameter.applies_in_words(),
        "note": parameter.note,
    }


def _cell(evaluation: Evaluation, name: str, row: int, tables: _Tables) -> Any:
    if name in tables:
        parameter = evaluation.parameter(name, row)
        return None if parameter is None else tables[name][1][id(parameter)]
    value = evaluation.value(name, row)
    if isinstance(value, list | tuple) and all(isinstance(each, Mapping) for each in value):
        return [rows_in_words(value)]
    node = evaluation.worksheet.named(name)
    full = _readable(more_exactly(value, node.unit))
    return [show(value, node.unit), full] if full else [show(value, node.unit)]


def _readable(full: str) -> str:
    """A number with so many decimals as a reader can use (:data:`MOST_DECIMALS`)."""
    whole, _, decimals = full.partition(".")
    if len(decimals) <= MOST_DECIMALS or not decimals.isdigit():
        return full
    return f"{whole}.{decimals[:MOST_DECIMALS]}…"
