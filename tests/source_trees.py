"""The program's own source as syntax trees, for the tests that read how it is written.

Read when the first test asks, once in a process: a worker that is given none of them reads nothing.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path

import openvbc

SOURCE = Path(openvbc.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))


@cache
def trees() -> dict[Path, ast.Module]:
    """The tree of every file."""
    return {path: ast.parse(path.read_text("utf-8")) for path in FILES}


@cache
def _by_kind() -> dict[type[ast.AST], list[tuple[Path, ast.AST]]]:
    nodes: dict[type[ast.AST], list[tuple[Path, ast.AST]]] = defaultdict(list)
    for path, tree in trees().items():
        for node in ast.walk(tree):
            nodes[type(node)].append((path, node))
    return {kind: nodes[kind] for kind in KINDS}


KINDS = (ast.Call, ast.JoinedStr, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef)


def nodes_of(kind):
    """Every node of one of :data:`KINDS`, with its file."""
    return _by_kind()[kind]


def dotted(node: ast.expr) -> str:
    """What is called, as it is written: quickly where it is names and dots."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ast.unparse(node)
