"""Which parameter values touched a result, with citation and status; the doubtful first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openvbc.format import exact, show
from openvbc.programs.settlement import Sheet
from openvbc.report.page import Block, Grid, Note
from openvbc.rules.parameter import Parameter, Status, Table

COLUMNS = ("Parameter", "Value", "Unit", "In force for", "Citation", "Status", "Note")
_KNOWN_BY = {
    Status.UNVERIFIED: "nothing: known, not checked",
    Status.SECONDARY: "a source about the text",
}


def parameters_used(sheets: Iterable[Sheet]) -> list[Parameter]:
    """Every parameter value in force in any row, once, sorted by name."""
    parameters: dict[int, Parameter] = {}
    for sheet in sheets:
        for column in sheet.evaluation.parameters.values():
            for parameter in column:
                if parameter is not None:
                    parameters.setdefault(id(parameter), parameter)
    return sorted(parameters.values(), key=lambda p: (p.name, p.applies_in_words()))


def not_confirmed(used: Sequence[Parameter]) -> list[tuple[str, Status]]:
    """What neither the governing text nor published results confirm, each label once."""
    return [
        (label, status)
        for status in _KNOWN_BY
        for label in sorted({p.label for p in used if p.status is status})
    ]


def value_in_words(parameter: Parameter) -> str:
    """The value as a reader sees it; a table's rows stand one after the other."""
    value = parameter.value
    if isinstance(value, Table):
        return rows_in_words(value)
    return "none" if value is None else show(value, parameter.unit)


def rows_in_words(rows: Iterable[Mapping[str, Any]]) -> str:
    """A table's rows one after the other, what is empty in them left out; none of an empty one."""
    said = (
        ", ".join(
            f"{name.replace('_', ' ')} {exact(cell)}"
            for name, cell in row.items()
            if cell is not None
        )
        for row in rows
    )
    return "; ".join(said) or "none"


def parameter_row(parameter: Parameter) -> list[str]:
    """One parameter as the cells of :data:`COLUMNS`."""
    return [
        parameter.label,
        value_in_words(parameter),
        parameter.unit,
        parameter.applies_in_words(),
        parameter.cite,
        str(parameter.status),
        parameter.note,
    ]


def parameters_grid(sheets: Sequence[Sheet]) -> list[Block]:
    """A note on what is not confirmed, and the table of all parameters used."""
    used = parameters_used(sheets)
    if not used:
        return [Note("No parameter of a rule was used: the contract's own terms are inputs above.")]
    blocks: list[Block] = []
    if doubtful := not_confirmed(used):
        rows = [[label, str(status), _KNOWN_BY[status]] for label, status in doubtful]
        caption = (
            f"Not confirmed by the governing text nor by published results: {len(rows)} parameters."
        )
        blocks.append(Grid(("Parameter", "Status", "What was read"), rows, caption))
    every = [parameter_row(parameter) for parameter in used]
    blocks.append(
        Grid(COLUMNS, every, "Every parameter that was used.", searchable=len(every) > 12)
    )
    return blocks
