"""What a rule file or an overlay says, as parameters; its form stands in :mod:`.load`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openvbc.errors import Place, RuleError
from openvbc.rules.parameter import Condition, Parameter, Status, Table, parse_condition


def parameters_of(content: Any, source: str) -> Iterator[tuple[str, tuple[str, ...], Parameter]]:
    """Every value of a file's parameters: the name, the keys it depends on, and the value.

    Raises:
        RuleError: the content is not of the form of a rule file; names the parameter.
    """
    if not isinstance(content, dict):
        raise RuleError(
            "a rule file is a mapping of parameter names", place=Place(source), code="VBC-3007"
        )
    for name, body in content.items():
        _check_fields(body, {"label", "unit", "values"}, "a parameter", Place(source, column=name))
        by = tuple(body.get("by") or ())
        if not isinstance(body["values"], list):
            raise RuleError(
                "the values of a parameter are a list",
                place=Place(source, column=name),
                code="VBC-3008",
            )
        if not body["values"]:
            yield name, by, _not_read(name, body, source)
        for number, entry in enumerate(body["values"], start=1):
            where = Place(source, column=f"{name}, value {number}")
            _check_fields(entry, {"value", "cite", "status"}, "a value", where)
            if not isinstance(entry.get("for", {}), dict):
                raise RuleError("'for' names keys and their values", place=where, code="VBC-3009")
            stray = set(entry.get("for", {})) - set(by)
            if stray:
                raise RuleError(
                    f"'for' names {', '.join(sorted(stray))}, not in 'by'",
                    place=where,
                    code="VBC-3010",
                )
            try:
                status = Status(entry["status"])
            except ValueError:
                raise RuleError(
                    f"unknown status {entry['status']!r}", place=where, code="VBC-3011"
                ) from None
            value = entry["value"]
            yield (
                name,
                by,
                Parameter(
                    name=name,
                    label=body["label"],
                    unit=body["unit"],
                    value=Table(value) if isinstance(value, list) else value,
                    applies=_applies(entry.get("for", {}), where),
                    cite=str(entry["cite"]),
                    status=status,
                    note=str(entry.get("note", body.get("note", ""))),
                    source=source,
                ),
            )


def _applies(written: Mapping[str, Any], where: Place) -> dict[str, Condition]:
    applies = {}
    for key, value in written.items():
        try:
            applies[key] = parse_condition(value)
        except ValueError:
            raise RuleError(
                f"the range of {key} cannot be read",
                place=where,
                rule="low..high with two years or two days of one kind, the first not after the "
                "last; either end may be left out",
                action="correct it",
                code="VBC-3024",
            ) from None
    return applies


def _not_read(name: str, body: Mapping[str, Any], source: str) -> Parameter:
    """A parameter that the law has and no source gave: it is in force for nothing."""
    never = {"nothing; no source of it was read": Condition(values=())}
    cite, note = "no source was read; an overlay supplies it", str(body.get("note", ""))
    told = (name, body["label"], body["unit"])
    return Parameter(*told, None, never, cite, Status.UNVERIFIED, note, source)


def _check_fields(content: Any, needed: set[str], what: str, where: Place) -> None:
    if not isinstance(content, dict):
        raise RuleError(f"{what} is a mapping of fields", place=where, code="VBC-3012")
    missing = needed - set(content)
    if missing:
        raise RuleError(f"{what} lacks {', '.join(sorted(missing))}", place=where, code="VBC-3013")
