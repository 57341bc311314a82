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
DRIVERS = (
    "account account_listings accounts care_listings drivers explain groups kinds ranked"
    " told_in_accounts yardstick"
)
CIRCLES_OF_TYPES_AND_FUNCTIONS = [
    {"run", "programs.claims_program", *(f"programs.drivers.{name}" for name in DRIVERS.split())},
    {f"worksheets.kernel.{n}" for n in ("detail", "evaluation", "path", "trace_text", "worksheet")},
    {f"worksheets.kernel.{n}" for n in ("arithmetic", "formula", "line")},
    {f"programs.quality.handover.{n}"
     for n in ("given_results", "measure_reports", "qpp_submission", "qrda3_read")},
    {f"programs.care.{n}" for n in ("adt_messages", "announced", "fhir_encounters")},
    {"programs.published.published_file", "programs.published.table_rows"},
    {"programs.mips.submissions.counted", "programs.mips.submissions.quality"},
    {"commands.as_json", "commands.terminal"},
]  # fmt: skip
"""Those that remain where imports for types and inside functions count; none comes to them."""
BOTH_WAYS = {frozenset({"claims", "clinical"}), frozenset({"policy", "programs"})}
"""Packages that import each other; ARCHITECTURE.md says what for."""
ROOMS = {"shared_savings", "capitation", "performance", "bundles", "terms"}


def module_of(file: Path) -> str:
    parts = file.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def trees() -> dict[str, ast.Module]:
    return {module_of(file): tree for file, tree in source_trees.trees().items()}


def imports_of(tree: ast.Module, modules: set[str]) -> set[str]:
    """Modules of ours a file imports when it is loaded: not in functions, not for types alone."""
    imports = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            imports |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                imports.add(inner if inner in modules else node.module)
    return imports & modules


def test_there_is_no_circle_between_files():
    modules = set(trees())
    graph = {name: imports_of(tree, modules) - {name} for name, tree in trees().items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def all_imports() -> dict[str, set[str]]:
    """Of each module those of ours it imports anywhere: when loaded, in functions, for types."""
    modules = set(trees())
    return {
        name: imports_of(ast.Module([*ast.walk(tree)], []), modules) - {name}
        for name, tree in trees().items()
    }


def circles(graph: dict[str, set[str]]) -> list[set[str]]:
    """Modules that reach one another."""
    reached: dict[str, set[str]] = {}
    for start in graph:
        seen, waiting = set(), [start]
        while waiting:
            for name in graph[waiting.pop()] - seen:
                seen.add(name)
                waiting.append(name)
        reached[start] = seen
    in_circles = {
        frozenset(other for other in reached[name] if name in reached[other])
        for name in graph
        if name in reached[name]
    }
    return [set(circle) for circle in in_circles]


def test_no_circle_is_added_through_types_and_functions():
    found = [{name.removeprefix("openvbc.") for name in each} for each in circles(all_imports())]
    assert sorted(map(sorted, found)) == sorted(map(sorted, CIRCLES_OF_TYPES_AND_FUNCTIONS))


def test_no_packages_come_to_import_each_other():
    def package(module: str) -> str:
        return module.split(".")[1]

    folders = {path.name for path in SOURCE.iterdir() if path.is_dir()}
    arrows = {
        (package(name), package(other))
        for name, others in all_imports().items()
        for other in others
        if "." in name and "." in other and {package(name), package(other)} <= folders
    }
    both = {frozenset(pair) for pair in arrows if pair[0] != pair[1] and pair[::-1] in arrows}
    assert both == BOTH_WAYS


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


def test_no_variable_is_called_found():
    """Names say what a thing is; 769 functions had a local or a parameter of that name."""
    called = {
        f"{file.name}:{inner.lineno}"
        for file, function in [*nodes_of(ast.FunctionDef), *nodes_of(ast.AsyncFunctionDef)]
        for inner in ast.walk(function)
        if (isinstance(inner, ast.Name) and inner.id == "found")
        or (isinstance(inner, ast.arg) and inner.arg == "found")
    }
    assert called == set()
