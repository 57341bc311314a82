"""Constants of a year that its own published files let one recover, as labelled parameters.

CMS does not print every constant it used. Where results and inputs stand in the same file the
constant can be recovered; it then takes the place of an unknown value, never of a known one, and is
shown with every result as recovered from that file.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Condition, Parameter, Status


def is_known(rules: RuleSet, name: str, **keys: Any) -> bool:
    """Whether the rules hold a value (that is not null) for these keys."""
    asked = {key: keys.get(key) for key in rules.keys_of(name)}
    return any(e.value is not None and e.matches(asked) for e in rules.history(name))


def with_recovered(rules: RuleSet, name: str, value: Decimal, how: str, **keys: Any) -> RuleSet:
    """The rules with `value` for `keys`; `how` says from which file and how it was recovered."""
    pattern = rules.history(name)[0]
    parameter = Parameter(
        name=name,
        label=pattern.label,
        unit=pattern.unit,
        value=value,
        applies={key: Condition(values=(each,)) for key, each in keys.items()},
        cite=f"recovered: {how}",
        status=Status.EMPIRICAL,
        source="recovered",
    )
    return rules.with_value(parameter)
