"""What the program says when it cannot go on, and how it says it.

The hierarchy::

    OpenvbcError                 anything said to the user; never shown as a traceback
    ├── InputError       VBC-1xx a file, or a value in it, cannot be used
    │   ├── OtherFile            a file is of another kind than those that are read here
    │   └── DataMissing          a value that a result is computed from is in no file given
    ├── ContractError    VBC-2xx a contract or project file says something that cannot be
    ├── RuleError        VBC-3xx a rule file is wrong, or rules contradict each other
    │   └── ParameterMissing     a parameter is not known for the date or track asked for
    ├── EngineError      VBC-4xx a step could not be run
    ├── ExtraMissing     VBC-5xx an optional package is needed
    └── EmptyResult      VBC-6xx a run that should have produced rows produced none

Each error says what is wrong, where, which rule says so, and what to do. Its code names the one
fault it is (VBC-1xx, then VBC-1xxx, for the first class, and so on): ``docs/errors.md`` and
``vbc explain CODE`` tell of each, ``scripts/number_errors.py`` gives new ones. Rows that cannot be
used do not raise: they are set aside as :class:`SetAside`, with a reason, and counted.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where in the user's input something was found. Never holds a person's identifier."""

    file: str | None = None
    line: int | None = None
    column: str | None = None
    value: str | None = None

    @classmethod
    def of_person(
        cls, file: str | None, line: int | None, column: str | None, value: str | None
    ) -> Place:
        """A place in a file about people: of the value only its form is kept.

        Columns are swapped and files mixed up; no value there is safe to show.
        """
        return cls(file, line, column, None if value is None else form_of(value))

    def __str__(self) -> str:
        parts = []
        if self.file:
            parts.append(f"{self.file}:{self.line}" if self.line else self.file)
        elif self.line:
            parts.append(f"line {self.line}")
        if self.column:
            parts.append(f"column {self.column}")
        if self.value is not None:
            shown = self.value if len(self.value) <= 40 else self.value[:37] + "..."
            parts.append(f"value {shown!r}")
        return ", ".join(parts)


def form_of(text: str) -> str:
    """What a text looks like without what it says: ``17.07.1931`` has the form ``00.00.0000``."""
    return "".join(
        "0" if each.isdigit() else "A" if each.isalpha() else each for each in text[:_LONGEST]
    )


_LONGEST = 40


@dataclass(frozen=True)
class SetAside:
    """One input row that was not used, and why. Rows in = rows used + rows set aside."""

    reason: str
    """Short stable reason, for counting, for example ``text where a number belongs``."""
    place: Place = Place()
    detail: str = ""
    """What was expected, in words."""
    by_rule: bool = False
    """A rule of the program leaves it out and nothing is wrong with it: an episode dropped."""

    def __str__(self) -> str:
        text = f"{self.reason} ({self.place})" if str(self.place) else self.reason
        return f"{text}: {self.detail}" if self.detail else text


class OpenvbcError(Exception):
    """Base of everything the program says to its user."""

    code = "VBC-000"

    def __init__(
        self,
        what: str,
        *,
        place: Place | None = None,
        rule: str | None = None,
        action: str | None = None,
        code: str | None = None,
    ) -> None:
        self.what = what
        self.place = place or Place()
        self.rule = rule
        self.action = action
        if code:
            self.code = code
        super().__init__(str(self))

    def __str__(self) -> str:
        lines = [f"{self.code}: {self.what}"]
        if str(self.place):
            lines.append(f"  where: {self.place}")
        if self.rule:
            lines.append(f"  rule: {self.rule}")
        if self.action:
            lines.append(f"  what to do: {self.action}")
        return "\n".join(lines)


class InputError(OpenvbcError):
    """A file, or a value in it, cannot be used."""

    code = "VBC-100"


class OtherFile(InputError):
    """A file is of another kind than those that are read here; one of several is passed by."""


class DataMissing(InputError):
    """A value that a result is computed from is in no file given; the rest can still be told."""


class ContractError(OpenvbcError):
    """A contract or a project file says something that cannot be."""

    code = "VBC-200"


class RuleError(OpenvbcError):
    """A rule file is wrong, or two rules contradict each other."""

    code = "VBC-300"


class ParameterMissing(RuleError):
    """A parameter is not known for what was asked. There are no defaults."""

    code = "VBC-301"

    @property
    def in_full(self) -> str:
        """What is missing and what to do, for a row that is set aside because of it."""
        return f"{self.what}: {self.action}" if self.action else self.what


class EngineError(OpenvbcError):
    """A step could not be run; the message names the step and holds its SQL."""

    code = "VBC-400"


class ExtraMissing(OpenvbcError):
    """An optional package is needed and is not installed."""

    code = "VBC-500"

    def __init__(self, extra: str, purpose: str) -> None:
        from openvbc.installation import how_to_add

        super().__init__(
            f"{purpose} needs the optional packages of the extra '{extra}'",
            action=how_to_add(extra),
        )


class EmptyResult(OpenvbcError):
    """A run that should have produced rows produced none."""

    code = "VBC-600"
