"""The measures of a year whose list is not written out, known by the names the tables print.

CMS numbers the measures anew every year, but keeps their names. Class, weight and place of each
follow from its name; a name that is not known stops the settlement, because a rating without one
of its measures would be another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from openvbc.errors import InputError, Place
from openvbc.programs.published.published_cell import plain
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Condition, Parameter, Table
from openvbc.rules.parameter import rows as table_rows
from openvbc.rules.recovered import is_known

_PERIOD = re.compile(r"\d{1,2}/\d|\b(?:19|20)\d\d\b")


def measure_name(heading: str) -> str:
    """The name in what stands behind a measure's number, without the period measured."""
    return _PERIOD.split(heading, maxsplit=1)[0].strip(" -\u2013:")


def with_measures_of(rules: RuleSet, names: Mapping[str, str], year: int) -> RuleSet:
    """The rules with the year's measures, weights and places by the names printed.

    Rules that hold the year's list, shipped or from an overlay, are left as they are, and so are
    those that know no classes of the year: then the list is asked for by name.

    Raises:
        InputError: a measure of the tables is not known by its name.
    """
    if is_known(rules, "measure_part", star_year=year):
        return rules
    if not is_known(rules, "measure_classes", star_year=year):
        return rules
    classes = rules.get("measure_classes", star_year=year)
    new = rules.get("first_year_measures", star_year=year)
    first_year = {
        plain(str(row["name"])) for row in (() if new.value is None else table_rows(new.value))
    }
    known = {(str(r["part"]), plain(str(r["name"]))): r for r in table_rows(classes.value)}
    rows_by_code = {code: _known(known, code, name) for code, name in names.items()}
    if strange := sorted(code for code, row in rows_by_code.items() if row is None):
        raise InputError(
            f"measures of {year} are not known by their names: {', '.join(strange)}",
            place=Place(column=f"{strange[0]}: {names[strange[0]]}"),
            rule="class and weight follow from the name, as CMS prints it behind the number",
            action="correct the heading, or give measure_part, measure_weight and"
            " no_weight_in_puerto_rico of the year in an overlay",
            code="VBC-1301",
        )
    parts: list[dict[str, Any]] = []
    for code, row in sorted(rows_by_code.items()):
        assert row is not None
        is_new = plain(str(row["name"])) in first_year
        weight = rules.get(
            "class_weight", star_year=year, **{"class": "first_year" if is_new else row["class"]}
        )
        rules = _with(rules, "measure_weight", weight.value, weight, year, code)
        rules = _with(rules, "no_weight_in_puerto_rico", row["adherence"], classes, year, code)
        parts.append({
            "measure": code, "in_overall": row["in_overall"],
            "improvement": row["class"] == "improvement", "new": False,
            "by_significance": row["by_significance"],
        })  # fmt: skip
    return _with(rules, "measure_part", Table(parts), classes, year)


def _known(
    known: Mapping[tuple[str, str], Mapping[str, Any]], code: str, name: str
) -> Mapping[str, Any] | None:
    """The measure of the part whose name the heading is, or begins with (the longest such)."""
    words = f"{plain(name)} "
    fits = [
        (len(own), row)
        for (part, own), row in known.items()
        if part == code[0] and words.startswith(f"{own} ")
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def _with(
    rules: RuleSet, name: str, value: Any, told_by: Parameter, year: int, code: str = ""
) -> RuleSet:
    pattern = rules.history(name)[0]
    applies = {"star_year": Condition(values=(year,))}
    if code:
        applies["measure"] = Condition(values=(code,))
    return rules.with_value(
        Parameter(
            name=name,
            label=pattern.label,
            unit=pattern.unit,
            value=Decimal(value)
            if isinstance(value, int) and not isinstance(value, bool)
            else value,
            applies=applies,
            cite=f"by the name the tables print; {told_by.cite}",
            status=told_by.status,
            note=told_by.note,
            source="names of the tables",
        )
    )
