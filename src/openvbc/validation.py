"""What is wrong with a file that a model of fields refuses, in the words of its reader."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from pydantic import ValidationError
from pydantic_core import ErrorDetails


def name_of_field(fault: ErrorDetails) -> str:
    """The field as it is nested in the file: ``quality.score``."""
    return ".".join(str(part) for part in fault["loc"])


def wrong_fields(error: ValidationError, kind: str, known: Iterable[str] = ()) -> list[str]:
    """Every field that is wrong, each with what is wrong with it.

    Args:
        error: what the model said.
        kind: what a field is called, for example ``a field of a contract``.
        known: the fields there are, named where the file has another.
    """
    return [in_words(fault, kind, known) for fault in error.errors(include_url=False)]


def in_words(fault: ErrorDetails, kind: str, known: Iterable[str] = ()) -> str:
    """One field that is wrong."""
    name = name_of_field(fault)
    if fault["type"] == "missing":
        return f"{name} is missing"
    if fault["type"] == "extra_forbidden":
        among = ", ".join(known)
        return f"{name} is not {kind}" + (f" (known: {among})" if among else "")
    what = fault["msg"].removeprefix("Value error, ")
    if not name:
        return what
    if isinstance(fault["input"], str | int | float | Decimal) and fault["type"] != "value_error":
        return f"{name} is {str(fault['input'])!r}: {what[:1].lower()}{what[1:]}"
    return f"{name}: {what}"
