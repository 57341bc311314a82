"""A measure is a definition (YAML) and one SQL file of the same name; this reads definitions.

The SQL says which tests each person passes and by which record; the definition says how tests make
populations, what each test means, what closes a gap, which value sets and numbers are needed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from openvbc.engine.step import Step
from openvbc.errors import Place, RuleError
from openvbc.rules.exact_yaml import read_yaml

POPULATIONS = (
    "initial_population",
    "denominator",
    "denominator_exclusion",
    "numerator",
    "denominator_exception",
)
"""The populations of a proportion measure, in the order they narrow."""
_NEEDED = {
    "number", "cms_id", "title", "steward", "notice", "improvement", "merge_rule", "populations",
    "tests", "gap", "value_sets",
}  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """A measure as its definition states it."""

    number: str
    """QPP number, for example ``236``."""
    cms_id: str
    title: str
    steward: str
    notice: str
    is_inverse: bool
    """Whether a lower rate is better."""
    is_outcome: bool
    version_specific_id: str
    merge_rule: str
    """How records of several practices come together, in words."""
    populations: Mapping[str, str]
    """Population to its condition over tests: and, or, not, parentheses, other populations."""
    tests: Mapping[str, str]
    """Test to what it means, in the order shown."""
    shown: Sequence[str]
    """Tests shown of a gap beside the numerator's: what is there, though it does not count."""
    doubts: Sequence[str]
    """Tests whose people are counted in the notes: what a reader of the rate must know."""
    closes: str
    """What would close a gap."""
    parameters: Mapping[str, str]
    """Parameter to its SQL type; the rules hold its value by year."""
    value_sets: Mapping[str, str]
    """Value set's name to its OID: loaded by the user."""
    codes: Mapping[str, Sequence[tuple[str, str]]]
    """Name to the codes the measure names itself, (system, code)."""
    step: Step

    @property
    def rule_table(self) -> str:
        """Name of the one-row table of the measure's numbers."""
        return f"{self.step.name}_rule"


def measures_in(folder: Path | Traversable) -> list[Measure]:
    """Every measure of a folder, by number.

    Raises:
        RuleError: a definition or its SQL is missing or wrong.
    """
    return _measures_in(folder, shipped=False)


def shipped_measures() -> list[Measure]:
    """The measures that come with the program."""
    return _measures_in(resources.files("openvbc.steps.quality") / "measures", shipped=True)


def _measures_in(folder: Path | Traversable, *, shipped: bool) -> list[Measure]:
    files = [entry for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    measures = [_measure(folder, file, shipped) for file in files]
    return sorted(measures, key=lambda measure: measure.number)


def _measure(folder: Path | Traversable, file: Path | Traversable, shipped: bool) -> Measure:
    name = file.name.removesuffix(".yaml")
    try:
        content: Any = read_yaml(file.read_text(encoding="utf-8"), file.name, shipped=shipped)
    except (RuleError, UnicodeDecodeError):
        content = None
    missing = sorted(_NEEDED - set(content)) if isinstance(content, dict) else sorted(_NEEDED)
    sql = folder / f"{name}.sql"
    if missing or not sql.is_file():
        lacks = [*missing, *([] if sql.is_file() else [f"the file {name}.sql"])]
        raise RuleError(
            f"the measure {name} lacks {', '.join(lacks)}",
            place=Place(file.name),
            rule="a measure is a definition and one SQL file of the same name",
            code="VBC-3901",
        )
    measure = Measure(
        number=str(content["number"]),
        cms_id=content["cms_id"],
        title=content["title"],
        steward=content["steward"],
        notice=content["notice"].strip(),
        is_inverse=content["improvement"] == "lower",
        is_outcome=bool(content.get("is_outcome")),
        version_specific_id=content.get("version_specific_id", ""),
        merge_rule=content["merge_rule"],
        populations=dict(content["populations"]),
        tests=dict(content["tests"]),
        shown=list(content.get("shown") or ()),
        doubts=list(content.get("doubts") or ()),
        closes=content["gap"]["closes"],
        parameters=dict(content.get("parameters") or {}),
        value_sets=dict(content["value_sets"]),
        codes={
            name: [(system, str(code)) for system, code in codes]
            for name, codes in (content.get("codes") or {}).items()
        },
        step=Step.from_file(sql),
    )
    for population in measure.populations:
        tests_of(measure, population)
    for test in (*measure.shown, *measure.doubts):
        if test not in measure.tests:
            raise _not_named(measure, test)
    return measure


def tests_of(measure: Measure, population: str) -> list[str]:
    """The tests a population asks for, in the order it names them."""
    return list(dict.fromkeys(_names(_parsed(measure, population), measure)))


def tests_of_gap(measure: Measure) -> list[str]:
    """The tests an open gap is told by: the numerator's, and those shown beside them."""
    return list(dict.fromkeys([*tests_of(measure, "numerator"), *measure.shown]))


def condition_sql(measure: Measure, population: str, test: str = "{test}") -> str:
    """A population's condition as SQL over boolean columns.

    Args:
        measure: whose population.
        population: which.
        test: how a test's column is written, with ``{test}`` for its name.
    """
    return _sql(_parsed(measure, population), measure, test)


def _parsed(measure: Measure, population: str) -> ast.expr:
    text = measure.populations.get(population, "")
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        raise _wrong(measure, population) from None


def _wrong(measure: Measure, population: str) -> RuleError:
    return RuleError(
        f"the {population.replace('_', ' ')} of measure {measure.number} cannot be read",
        rule="a population is tests joined with and, or, not and parentheses",
        place=Place(f"{measure.step.name}.yaml"),
        code="VBC-3902",
    )


def _not_named(measure: Measure, test: str) -> RuleError:
    return RuleError(
        f"measure {measure.number} asks for the test {test}, which it does not name",
        place=Place(f"{measure.step.name}.yaml"),
        code="VBC-3903",
    )


def _names(tree: ast.expr, measure: Measure) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            if node.id in measure.populations:
                yield from _names(_parsed(measure, node.id), measure)
            elif node.id in measure.tests:
                yield node.id
            else:
                raise _not_named(measure, node.id)


def _sql(tree: ast.expr, measure: Measure, test: str) -> str:
    if isinstance(tree, ast.BoolOp):
        word = " and " if isinstance(tree.op, ast.And) else " or "
        return "(" + word.join(_sql(value, measure, test) for value in tree.values) + ")"
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        return f"not {_sql(tree.operand, measure, test)}"
    if isinstance(tree, ast.Name):
        if tree.id in measure.populations:
            return _sql(_parsed(measure, tree.id), measure, test)
        return test.format(test=tree.id)
    raise _wrong(measure, "population")
