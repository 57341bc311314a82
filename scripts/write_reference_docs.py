"""Write docs/cli.md, docs/errors.md, docs/run-tables.md and docs/rules/*.md.

    python scripts/write_reference_docs.py

A test fails when the pages and the program differ.
"""

from __future__ import annotations

import inspect
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

import typer  # noqa: E402

from openvbc import errors  # noqa: E402
from openvbc.commands import COMMANDS, function_of  # noqa: E402
from openvbc.error_catalogue import KnownError, known_errors  # noqa: E402
from openvbc.programs.registry import programs  # noqa: E402
from openvbc.rules.load import RuleSet, has_rules, load_rules  # noqa: E402
from openvbc.rules.parameter import Parameter, Scalar, Table  # noqa: E402
from openvbc.steps.described import described_steps  # noqa: E402
from openvbc.worksheets.kernel.worksheet import Worksheet  # noqa: E402

MEASURES = {
    "care": "Care management",
    "hcc": "CMS-HCC risk adjustment",
    "readmission": "Readmission cohorts",
    "episode_construction": "Construction of episodes",
    "quality": "Clinical quality measures",
    "care_billing": "Billing of care management",
    "social_need": "Social needs and strata",
    "effect": "Effect of a program",
}
"""Folders of rules that belong to no program alone."""

RULES = {each.folder: each for each in programs() if has_rules(each.folder)}
"""Folder of rules to its program."""


CLI_HEAD = """\
# The vbc command

Exit codes: 0 done; 1 done, but something differs or was refused and the command is strict about it;
2 the command could not do its work, and its message says why. Every message begins with a code
(`VBC-123`) and says what, where, the rule, and what to do. `vbc COMMAND --help` prints what stands
here. Start with the [tutorial](tutorial.md).

Every command takes, anywhere on its line: `--quiet` (nothing but errors), `--json` (the results
as one document: texts, tables, trees, the exit code and the errors), `--verbose` (what is done
and when, on standard error) and `--log FILE` (the same, added to a file; it holds names of
commands, options and steps, never a value of the data). `vbc --install-completion` sets up
completion by the tabulator key for bash, zsh, fish and PowerShell; `vbc --show-completion` prints
it. No cell of a table is cut: where a terminal is too narrow it is folded.

"""


def cli_page() -> str:
    """docs/cli.md, from the signatures of the commands."""
    described = [(name, function_of(name)) for name in COMMANDS]
    parts = [CLI_HEAD, "| command | what it does |\n|---|---|\n"]
    for name, command in described:
        parts.append(f"| [`vbc {name}`](#vbc-{name}) | {_first(inspect.getdoc(command))} |\n")
    for name, command in described:
        parts.append(_command(name, command))
    return "".join(parts)


def _command(name: str, command: Callable[..., None]) -> str:
    hints = get_type_hints(command, include_extras=True)
    given = [
        _given(parameter, hints[parameter.name])
        for parameter in inspect.signature(command).parameters.values()
    ]
    arguments = [one for one in given if one.is_argument]
    options = [one for one in given if not one.is_argument]
    words = ["vbc", name, *(one.shown for one in arguments)]
    usage = " ".join([*words, "[OPTIONS]"] if options else words)
    text = inspect.getdoc(command) or ""
    parts = [f"\n## vbc {name}\n\n```\n{usage}\n```\n\n{text}\n"]
    parts.append("\n| | meaning | if not given |\n|---|---|---|\n")
    for one in (*arguments, *options):
        parts.append(f"| `{one.shown}` | {_cell(one.meaning)} | {one.otherwise} |\n")
    return "".join(parts)


@dataclass(frozen=True)
class Given:
    """An argument or option as a reader sees it."""

    shown: str
    meaning: str
    otherwise: str
    is_argument: bool


def _given(parameter: inspect.Parameter, hint: Any) -> Given:
    """Read one parameter of a command: ``Annotated[type, typer.Option(...)]``, or its default."""
    if get_origin(hint) is Annotated:
        kind, info = get_args(hint)
        default = parameter.default
        names = [info.default] if isinstance(info.default, str) else []
    else:
        kind, info, names = hint, parameter.default, []
        default = info.default
    is_required = default in (inspect.Parameter.empty, ...)
    many = "list" in str(kind)
    if isinstance(info, typer.models.ArgumentInfo):
        name = parameter.name.upper() + ("..." if many else "")
        shown = name if is_required else f"[{name}]"
    else:
        declared = [*names, *(info.param_decls or ())]
        shown = _option(parameter.name, declared, kind, many)
    return Given(
        shown,
        _first(info.help),
        "required" if is_required else _default(default),
        isinstance(info, typer.models.ArgumentInfo),
    )


def _option(name: str, declared: list[str], kind: Any, many: bool) -> str:
    """A switch has its opposite unless its names were declared."""
    long = f"--{name.replace('_', '-')}"
    if kind is bool:
        return ", ".join(declared) or f"{long} / --no-{long[2:]}"
    return f"{', '.join(declared) or long} {_kind(kind)}" + (" ..." if many else "")


def _kind(kind: Any) -> str:
    for piece, shown in (("Path", "PATH"), ("int", "NUMBER"), ("float", "NUMBER")):
        if piece in str(kind):
            return shown
    return "TEXT"


def _default(default: Any) -> str:
    if default is None or default is False:
        return ""
    return "yes" if default is True else f"`{default}`"


def _first(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split())


def _cell(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")


def rule_page(folder: str) -> str:
    """docs/rules/<folder>.md: every parameter, then the lines that read them."""
    rules = load_rules(folder)
    title = MEASURES.get(folder) or RULES[folder].title
    parts = [f"# Rules: {title}\n\n", _about(rules)]
    for name in rules.names:
        parts.append(_parameter(rules, name))
    for sheet in RULES[folder].all_worksheets() if folder in RULES else ():
        parts.append(_lines(sheet))
    return "".join(parts).rstrip() + "\n"


def _several(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _about(rules: RuleSet) -> str:
    counts = Counter(entry.status.value for name in rules.names for entry in rules.history(name))
    said = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    return (
        f"{_several(len(rules.names), 'parameter')} with "
        f"{_several(sum(counts.values()), 'dated value')}: {said}. "
        f"`vbc rules {rules.program} --name PARAMETER` prints one of them.\n"
    )


STATUSES = ("confirmed", "empirical", "secondary", "unverified")


def _parameter(rules: RuleSet, name: str) -> str:
    history = rules.history(name)
    first = history[0]
    parts = [f"\n## {name}\n\n{first.label}. Unit: {first.unit}. File: `{first.source}`.\n"]
    for note in dict.fromkeys(_cell(entry.note) for entry in history if entry.note):
        parts.append(f"\n{note}\n")
    parts.append("\n| applies to | value | citation | status |\n|---|---|---|---|\n")
    for entry in history:
        parts.append(
            f"| {_cell(entry.applies_in_words())} | {_value(entry)} "
            f"| {_cell(entry.cite)} | {entry.status.value} |\n"
        )
    for number, table in enumerate(_tables(history), start=1):
        parts.append(f"\nTable {number}\n\n{_table(table)}")
    return "".join(parts)


def _tables(history: list[Parameter]) -> list[Table]:
    """The different tables among the values, in the order in which they first stand."""
    return list(dict.fromkeys(_Same(e.value) for e in history if isinstance(e.value, Table)))


class _Same(Table):
    """A table that equals another with the same rows."""

    def __hash__(self) -> int:
        return hash(str(tuple(self)))


def _value(entry: Parameter) -> str:
    if isinstance(entry.value, Table):
        return f"{len(entry.value)} rows, below"
    return _scalar(entry.value)


def _scalar(value: Scalar) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _cell(str(value))


def _table(table: Table) -> str:
    columns = list(dict.fromkeys(column for row in table for column in row))
    parts = [f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n"]
    for row in table:
        cells = ("" if row.get(c) is None else _scalar(row[c]) for c in columns)
        parts.append(f"| {' | '.join(cells)} |\n")
    return "".join(parts)


def _lines(sheet: Worksheet) -> str:
    parts = [
        f"\n## Worksheet {sheet.name}: {sheet.title}\n\n",
        "| line | unit | formula in words | citation | rounding | status |\n"
        "|---|---|---|---|---|---|\n",
    ]
    for item in sheet.lines.values():
        parts.append(
            f"| `{item.name}` | {item.unit} | {_cell(item.formula)} | {_cell(item.cite)} "
            f"| {_cell(item.rounding)} | {item.status.value} |\n"
        )
    return "".join(parts)


ERRORS_HEAD = """\
# Errors

One code is one fault; a code, once given, stays. `vbc explain VBC-101` prints what stands here.
What a message fills in stands in braces. Rows that cannot be used are no errors: they are set aside
with a reason and counted. Developers give new errors their codes with
`python scripts/number_errors.py`.
"""


def errors_page() -> str:
    """docs/errors.md, from the catalogue of errors."""
    parts = [ERRORS_HEAD]
    by_class: dict[str, list[KnownError]] = {}
    for each in known_errors().values():
        by_class.setdefault(each.error, []).append(each)
    for name, class_errors in by_class.items():
        meaning = _first(inspect.getdoc(getattr(errors, name)))
        parts.append(f"\n## {name}\n\n{meaning}\n\n")
        parts.append("| code | what | rule | what to do | raised in |\n|---|---|---|---|---|\n")
        for each in class_errors:
            modules = each.modules.replace("openvbc.", "").replace(" ", ", ") or "no longer"
            words = " | ".join(_cell(t) for t in (each.what, each.rule, each.what_to_do, modules))
            parts.append(f"| {each.code} | {words} |\n")
    return "".join(parts)


TABLES_HEAD = """\
# Tables of a run

What the tables hold that a run leaves in its folder, from the headers of the steps that make them
(`src/openvbc/steps`). Which of them there are depends on the program and on the command.
`Run.table(name).columns` gives the same from Python. Money is exact; a sum is not rounded.
"""


def run_tables_page() -> str:
    """docs/run-tables.md, from the headers of the steps."""
    parts = [TABLES_HEAD]
    for step in sorted(described_steps().values(), key=lambda each: each.name):
        parts.append(f"\n## {step.name}\n\n{step.purpose[0].upper()}{step.purpose[1:]}. ")
        kept = "" if step.made == "kept" else "No run keeps it; a person's rows are made again. "
        parts.append(
            f"{kept}Grain: {step.grain}. From: {step.cite}.\n\n| column | meaning |\n|---|---|\n"
        )
        parts += [f"| `{name}` | {_cell(meaning)} |\n" for name, meaning in step.columns.items()]
    return "".join(parts)


def pages() -> dict[str, str]:
    """Path under docs to text."""
    return {
        "cli.md": cli_page(),
        "errors.md": errors_page(),
        "run-tables.md": run_tables_page(),
        **{f"rules/{folder}.md": rule_page(folder) for folder in (*RULES, *MEASURES)},
    }


def main() -> None:
    """Write every page."""
    for name, text in pages().items():
        path = ROOT / "docs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
