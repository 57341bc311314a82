"""Flexibilities: dated changes laid over a program's rules for a time, and whom they were for.

Each stands in ``rules/registry/flexibilities.csv``. Where openvbc's rules hold one, the row names
the parameter, and :func:`overlay_without` writes the rule overlay that takes it out: a settlement
with that overlay is the one without the flexibility; ``vbc compare`` holds the two together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from openvbc.errors import InputError
from openvbc.policy.partial_date import Span, first_day, last_day
from openvbc.policy.register import REGISTRY
from openvbc.rules.exact_yaml import read_yaml
from openvbc.rules.load import RuleSet, load_code_table, load_rules
from openvbc.rules.parameter import Parameter, Status
from openvbc.rules.rule_file import parameters_of

EVERY_PROGRAM = "all"


@dataclass(frozen=True)
class Flexibility:
    """One dated change, and for whom it is."""

    name: str
    programs: tuple[str, ...]
    kind: str
    """What it touches; the kinds have an order (``flexibility_order.csv``)."""
    changes: str
    value: str
    span: Span
    until: str
    """An end that is not a day, for example the end of the emergency."""
    chosen_by: str
    """``automatic``, or who must choose it."""
    rules: str
    """openvbc's program whose rules hold it; empty where none does."""
    parameter: str
    in_force_for: str
    without: str
    needs: str
    """What a settlement without it would need, where no rule holds it."""
    cite: str
    status: Status

    def is_for(self, program: str) -> bool:
        """Whether it is for the program."""
        return program in self.programs or EVERY_PROGRAM in self.programs

    def in_words(self) -> str:
        """One line."""
        value = f" ({self.value})" if self.value else ""
        chosen = "" if self.chosen_by in ("automatic", "none") else f"; chosen by {self.chosen_by}"
        held = f"; not in the rules, and would need {self.needs}"
        if self.rules:
            held = f"; in the rules of {self.rules} as {self.parameter}"
        until = f" ({self.until})" if self.until else ""
        return (
            f"{self.name}, {self.span}{until}: {self.changes}{value}{chosen}{held} "
            f"({self.cite}; {self.status})"
        )


@cache
def flexibilities() -> tuple[Flexibility, ...]:
    """All of them, in the order in which they apply, then of the register."""
    order = {row["kind"]: int(row["order"]) for row in load_code_table(REGISTRY, _ORDER)}
    all_flexibilities = [
        Flexibility(
            row["flexibility"], tuple(row["programs"].split()), row["kind"], row["changes"],
            row["value"], Span(first_day(row["from"]), last_day(row["to"])), row["until"],
            row["chosen_by"], row["rules"], row["parameter"], row["in_force_for"],
            row["without"], row["needs"], row["cite"], Status(row["status"]),
        )
        for row in load_code_table(REGISTRY, "flexibilities")
    ]  # fmt: skip
    return tuple(sorted(all_flexibilities, key=lambda each: order[each.kind]))


_ORDER = "flexibility_order"


def flexibilities_of(program: str, day: dt.date | None = None) -> list[Flexibility]:
    """Those for a program, of a day where one is given, in the order in which they apply."""
    candidates = [each for each in flexibilities() if each.is_for(program)]
    return [each for each in candidates if day is None or each.span.holds(day)]


def overlay_without(names: Sequence[str]) -> str:
    """The rule overlay (YAML) under which these flexibilities are not in force.

    Raises:
        InputError: one is not known, is not held by the rules, or they are of several programs.
    """
    known = {each.name.lower(): each for each in flexibilities()}
    chosen = []
    for name in names:
        if name.lower() not in known:
            raise InputError(
                f"there is no flexibility named {name!r}", action="'vbc flexibilities' lists all",
                code="VBC-1092",
            )  # fmt: skip
        chosen.append(known[name.lower()])
    if idle := [each.name for each in chosen if not each.rules]:
        raise InputError(
            f"openvbc's rules do not hold {', '.join(idle)}: no settlement changes with them",
            rule="; ".join(f"{each.name} would need {each.needs}" for each in chosen if each.needs),
            action="what is in the rules names its parameter in 'vbc flexibilities'",
            code="VBC-1093",
        )
    programs = sorted({each.rules for each in chosen})
    if len(programs) != 1:
        raise InputError(
            f"one overlay is for one program's rules, not for {', '.join(programs) or 'none'}",
            action="write one overlay a program",
            code="VBC-1094",
        )
    head = f"baseline: {programs[0]}\ntitle: without {', '.join(each.name for each in chosen)}\n"
    by_parameter: dict[str, list[Flexibility]] = {}
    for each in dict.fromkeys(chosen):
        by_parameter.setdefault(each.parameter, []).append(each)
    return head + "".join(_taken_out(each) for each in by_parameter.values())


def rules_without(rules: RuleSet, names: Sequence[str]) -> RuleSet:
    """The rules with these flexibilities taken out.

    Raises:
        InputError: as :func:`overlay_without` says.
    """
    for parameter in values_without(names):
        rules = rules.with_value(parameter)
    return rules


def values_without(names: Sequence[str]) -> list[Parameter]:
    """The values that hold where these flexibilities do not, each with what it is in force for."""
    source = "without a flexibility"
    content = read_yaml(overlay_without(names), source)
    for head in ("baseline", "title"):
        content.pop(head)
    return [parameter for _, _, parameter in parameters_of(content, source)]


def _taken_out(together: Sequence[Flexibility]) -> str:
    """One parameter, with a value for each of the flexibilities that it holds."""
    rules, parameter = together[0].rules, together[0].parameter
    held = load_rules(rules).history(parameter)[0]
    keys = load_rules(rules).keys_of(parameter)
    return (
        f"{parameter}:\n"
        f"  label: {held.label}\n"
        f"  unit: {held.unit}\n"
        f"  by: [{', '.join(keys)}]\n"
        "  values:\n"
    ) + "".join(
        f"    - for: {{{each.in_force_for}}}\n"
        f"      value: {each.without}\n"
        f"      cite: 'what if: without {each.name}'\n"
        "      status: unverified\n"
        for each in together
    )
