"""``vbc explain``: the tree of a number, why a person counts, or what an error's code means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

    from openvbc.worksheets.kernel.evaluation import Trace


def explain(
    run: Annotated[
        Path,
        typer.Argument(help="A project, the folder of a run, or the code of an error (VBC-123)."),
    ],
    what: Annotated[
        str | None,
        typer.Argument(
            help="A line's name (its start is enough), or a subject: 'person', or 'patient' in a "
            "quality run."
        ),
    ] = None,
    of: Annotated[str | None, typer.Argument(help="With a subject: whose, or which.")] = None,
    contract: Annotated[str | None, typer.Option(help="For example A1234.")] = None,
    year: Annotated[
        int | None, typer.Option(min=1900, max=9999, help="Where a contract has several years.")
    ] = None,
    item: Annotated[str | None, typer.Option(help="Row of a detail sheet.")] = None,
    period: Annotated[
        str | None, typer.Option(help="With a subject: only this period, for example PY.")
    ] = None,
    measure: Annotated[
        str | None, typer.Option(help="With 'patient': only this measure, for example 236.")
    ] = None,
    depth: Annotated[
        int | None, typer.Option(help="Levels of the tree; as many as fit if not given.", min=1)
    ] = None,
) -> None:
    """Explain a number: formulas, parameters with citation and status, inputs.

    A tree that would be longer than a few pages stops where it says how many lines follow; give
    --depth to see them, or explain the line at which it stops. With the code of an error in place
    of the folder, say what the error means and what to do: vbc explain VBC-101.
    """
    from openvbc.error_catalogue import CODE, known_error

    if CODE.fullmatch(str(run)) and not run.exists():
        from openvbc.commands.terminal import say

        say(str(known_error(str(run))))
        return
    from openvbc.commands.terminal import terminal
    from openvbc.commands.which_run import folder_of_run
    from openvbc.programs.stored_run import StoredRun
    from openvbc.worksheets.kernel.trace_text import depth_that_fits

    run = folder_of_run(run)
    if what == "patient":
        _explain_patient(run, of, measure)
        return
    if what is not None and _explain_subject(run, what, of, period):
        return
    trace, title = StoredRun(run).explained(what, contract, year, item)
    console = terminal()
    console.print(title, style="bold", markup=False)
    console.print(_tree(trace, depth or depth_that_fits(trace)))
    if doubts := _doubts(trace):
        console.print(f"not confirmed by text or published results: {doubts}", markup=False)


def _explain_patient(run: Path, of: str | None, measure: str | None) -> None:
    """Explain why a patient counts in the measures of a quality run."""
    from openvbc.commands.explanation import print_explanation
    from openvbc.commands.terminal import terminal
    from openvbc.errors import InputError
    from openvbc.programs.quality.explain import explain_patient

    if of is None:
        raise InputError("whose? say: vbc explain RUN patient IDENTIFIER", code="VBC-1911")
    print_explanation(terminal(), explain_patient(run, of, measure))


def _explain_subject(run: Path, what: str, of: str | None, period: str | None) -> bool:
    """Explain a person (or another subject of the run's program); False where `what` is not one."""
    from openvbc.commands.explanation import print_explanation
    from openvbc.commands.terminal import terminal
    from openvbc.engine.manifest import NAME
    from openvbc.errors import InputError
    from openvbc.programs.registry import program
    from openvbc.run import Run

    if what == "person" and of is None:
        raise InputError("whose? say: vbc explain RUN person IDENTIFIER", code="VBC-124")
    if not (run / NAME).is_file():
        return False
    opened = Run.open(run)
    declared = program(opened.manifest.program)
    claims = declared.claims_program() if declared.claims else None
    subjects = {"driver": claims.explain_driver, **claims.subjects()} if claims else {}
    if what not in subjects or not opened.tables:
        return False
    if of is None:
        raise InputError(
            f"which {what}? say: vbc explain RUN {what} ID",
            action=f"name one as the lists of the run or its table '{what}' do",
            code="VBC-1011",
        )
    print_explanation(terminal(), subjects[what](opened, of, period))
    return True


def _doubts(trace: Trace) -> str:
    """What is not confirmed below a number: parameters by name; lines only counted if many."""
    doubtful = ("secondary", "unverified")
    nodes = {n.name: n for n in trace.walk(deciding=True) if n.status in doubtful}
    worst_first = sorted(nodes.values(), key=lambda n: (n.status != "unverified", n.label))
    parameters = [n for n in worst_first if n.kind == "parameter"]
    lines = [n for n in worst_first if n.kind != "parameter"]
    named = parameters + (lines if len(lines) <= 10 else [])
    labels = list(dict.fromkeys(f"{node.label} ({node.status})" for node in named))
    if len(lines) > 10:
        labels.append(f"{len(lines):,} lines, each marked so in the tree")
    return "; ".join(labels)


def _tree(trace: Trace, depth: int) -> Tree:
    from rich.tree import Tree

    root = Tree(_words(trace))
    _grow(root, trace, {trace.name}, depth)
    return root


def _grow(branch: Tree, node: Trace, seen: set[str], depth: int) -> None:
    """Add what a number is computed from, each line in full only where it first stands."""
    from openvbc.commands.terminal import styled

    if depth == 0:
        if node.children:
            names = {each.name for each in node.walk(deciding=True)}
            more = f"{len(names) - 1:,} more below: --depth, or explain this line"
            branch.add(styled((more, "dim")))
        return
    for child in node.deciding:
        if child.name in seen:
            branch.add(styled(*_value(child), (" (see above)", "dim")))
        else:
            seen.add(child.name)
            _grow(branch.add(_words(child)), child, seen, depth - 1)
    if node.beside:
        folded = ", ".join(sorted(node.beside))
        branch.add(styled((f"did not decide here: {folded}", "dim")))


def _value(node: Trace) -> list[tuple[str, str]]:
    """Label, name and value, each with its style."""
    from openvbc.worksheets.kernel.trace_text import value_text

    named = [(node.label, "bold"), (" ", ""), (node.name, "cyan"), (" = ", "")]
    return [*named, (value_text(node), "green")]


def _words(node: Trace) -> Text:
    from openvbc.commands.terminal import styled
    from openvbc.worksheets.kernel.trace_text import about

    formula = [(f"\n{node.formula}", "")] if node.formula else []
    return styled(*_value(node), *formula, (f"\n{about(node)}", "dim"))
