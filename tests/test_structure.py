"""How the code is built: no circles between files, one name a program, modules one can read."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import source_trees
from openvbc.programs.registry import programs
from source_trees import SOURCE, nodes_of

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES_OF_A_MODULE = 300
MOST_LINES_OF_A_FUNCTION = 60
LONGER_FOR_A_REASON: dict[str, str] = {}
"""Files and functions over the limit, each with its reason; an entry that is not needed fails."""
ROOMS = {"shared_savings", "capitation", "performance", "bundles", "terms"}


def module_of(file: Path) -> str:
    parts = file.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def trees() -> dict[str, ast.Module]:
    return {module_of(file): tree for file, tree in source_trees.trees().items()}


def imports_of(tree: ast.Module, modules: set[str]) -> set[str]:
    """Modules of ours a file imports when it is loaded: not in functions, not for types alone."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in modules else node.module)
    return found & modules


def test_there_is_no_circle_between_files():
    modules = set(trees())
    graph = {name: imports_of(tree, modules) - {name} for name, tree in trees().items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


@pytest.mark.parametrize("program", programs(), ids=lambda program: program.name)
def test_a_program_has_one_name_everywhere(program):
    assert (SOURCE / "programs" / program.folder / "program.py").is_file()
    assert (ROOT / "docs" / "programs" / f"{program.name}.md").is_file()
    assert program.worksheets, "a program settles with worksheets"
    rooms = {module.split(".")[0] for module in program.worksheets}
    assert rooms <= ROOMS
    for room in rooms:
        names = {path.stem for path in (SOURCE / "worksheets" / room).iterdir()}
        assert program.folder in names, f"worksheets/{room} has nothing named {program.folder}"
    has_own_terms = (SOURCE / "book" / program.folder).is_dir()  # a contract of the parties
    assert (ROOT / "tests" / "cases" / program.folder).is_dir() or has_own_terms
    assert (SOURCE / "rules" / program.folder).is_dir() != has_own_terms


def test_modules_are_short_enough_to_read():
    long = {
        file.relative_to(SOURCE).as_posix(): lines
        for file in SOURCE.rglob("*.py")
        if (lines := len(file.read_text("utf-8").splitlines())) > MOST_LINES_OF_A_MODULE
    }
    assert set(long) == {name for name in LONGER_FOR_A_REASON if name.endswith(".py")}, long


def test_functions_are_short_enough_to_read():
    long = {
        f"{module_of(file)}.{node.name}": lines
        for file, node in [*nodes_of(ast.FunctionDef), *nodes_of(ast.AsyncFunctionDef)]
        if (lines := node.end_lineno - _first_line_of_body(node) + 1) > MOST_LINES_OF_A_FUNCTION
    }
    assert set(long) == {name for name in LONGER_FOR_A_REASON if not name.endswith(".py")}, long


def _first_line_of_body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The line after the docstring: words that explain are not counted."""
    first = node.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return first.end_lineno + 1 if is_docstring else first.lineno
