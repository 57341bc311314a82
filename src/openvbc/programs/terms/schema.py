"""The form of a contract file as JSON schema, for editors that check while one writes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from openvbc.errors import InputError
from openvbc.programs.terms.catalogue import Term, catalogue

PROGRAMS = ("payer-contract", "episodes", "capitation", "p4p-contract")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(program: str) -> dict[str, Any]:
    """The JSON schema of the contracts of a program.

    Raises:
        InputError: the program has no contracts of the parties' own.
    """
    if program not in PROGRAMS:
        raise InputError(
            f"{program} has no contract file",
            rule="a contract file is of a program whose terms the parties agree",
            action=f"choose one of: {', '.join(PROGRAMS)}",
            code="VBC-9022",
        )
    if program == "p4p-contract":
        from openvbc.programs.p4p_contract.terms import Terms

        return {"$schema": DIALECT, **Terms.model_json_schema(by_alias=True)}
    terms = catalogue(program)
    text = {"type": "string", "minLength": 1}
    return {
        "$schema": DIALECT,
        "title": f"Contract of the program {program}",
        "type": "object",
        "additionalProperties": False,
        "required": ["program", "title", "contract", "year", "agreement", "terms"],
        "properties": {
            "program": {"const": program},
            "title": text,
            "contract": text,
            "year": {"type": "integer", "minimum": 2000, "maximum": 2099},
            "agreement": text,
            "provider": {"type": "string"},
            "terms": {
                "type": "object",
                "additionalProperties": False,
                "required": [name for name, term in terms.items() if term.needed],
                "properties": {name: _term(term) for name, term in terms.items()},
            },
        },
    }


def _term(term: Term) -> dict[str, Any]:
    return {
        "description": f"{term.label} ({term.unit})",
        "type": "object",
        "additionalProperties": False,
        "required": ["value", "clause"],
        "properties": {
            "value": _value(term),
            "clause": {"type": "string", "minLength": 1},
            "note": {"type": "string"},
        },
    }


def _value(term: Term) -> dict[str, Any]:
    if term.choices:
        return {"enum": list(term.choices)}
    if term.unit == "flag":
        return {"type": ["boolean", "null"]}
    if term.unit == "table":
        return {"type": ["array", "null"], "minItems": 1, "items": _row(term)}
    number: dict[str, Any] = {"type": ["number", "null"]}
    return number | _bounds(term.least, term.most)


def _bounds(least: Decimal | None, most: Decimal | None) -> dict[str, Any]:
    bounds = {"minimum": least, "maximum": most}
    return {name: float(end) for name, end in bounds.items() if end is not None}


def _row(term: Term) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for name in term.columns:
        low, high = term.cells.get(name, (Decimal(0), Decimal(1)))
        cells[name] = {"type": "number", **_bounds(low, high)}
    if "to" in cells:
        cells["to"] = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
    if term.keyed:
        key, amount = term.columns
        cells = {key: {"type": "string"}, amount: {"type": "number"}}
        cells[amount] |= _bounds(term.least, term.most)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(term.columns),
        "properties": cells,
    }
