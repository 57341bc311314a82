"""Give every error of the program a code of its own, and write the catalogue of them.

    python scripts/number_errors.py            mends the source and src/openvbc/error_catalogue.csv
    python scripts/number_errors.py --check    changes nothing; says what is wrong

One code is one fault: two places share a code only where they say the same (the same words around
whatever is filled in). A code, once given, stays: where two faults have one number, the one that
the catalogue knows keeps it, otherwise the first; the other gets a new number of four digits, which
begins with the digit of its class (VBC-1xxx a file, VBC-2xxx a contract, ...). Safe to run again.
"""

from __future__ import annotations

import ast
import csv
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "openvbc"
CATALOGUE = SOURCE / "error_catalogue.csv"
FIELDS = ("code", "error", "what", "rule", "what_to_do", "modules")
sys.path.insert(0, str(ROOT / "src"))

from openvbc import errors  # noqa: E402

CLASSES = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.OpenvbcError)
}
NUMBER = re.compile(r"VBC-[1-9][0-9]+")
SPEAKS_ITSELF = {"ExtraMissing"}
"""Classes that write their own message: their code is the class's."""


class Words:
    """The words of an expression: what is filled in stands in braces."""

    def __init__(self, function: ast.AST, outside: Words | None = None) -> None:
        self._function, self._outside = function, outside

    @cached_property
    def _known(self) -> dict[str, list[ast.expr]]:
        if isinstance(self._function, ast.Module):
            return _assigned(self._function.body, deep=False)
        outside = self._outside._known if self._outside else {}
        return outside | _assigned([self._function], deep=True)

    def of(self, node: ast.expr | None, seen: frozenset[str] = frozenset()) -> str:
        """The text of `node`, as a reader of the catalogue sees it."""
        match node:
            case None | ast.Constant(value=None):
                return ""
            case ast.Constant(value=str(text)):
                return text
            case ast.JoinedStr(values=values):
                return "".join(self.of(value, seen) for value in values)
            case ast.FormattedValue(value=value):
                return self.of(value, seen) if _is_text(value) else f"{{{_name(value)}}}"
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self.of(left, seen) + self.of(right, seen)
            case ast.IfExp(body=body, orelse=otherwise):
                either = [self.of(body, seen), self.of(otherwise, seen)]
                return " | ".join(text for text in either if text)
            case ast.Name(id=name) if name in self._known and name not in seen:
                return "".join(self.of(value, seen | {name}) for value in self._known[name])
            case _:
                return f"{{{_name(node)}}}"


def _assigned(body: list[ast.stmt] | list[ast.AST], *, deep: bool) -> dict[str, list[ast.expr]]:
    """Names that are given a text, and the pieces added to it later."""
    texts_by_name: dict[str, list[ast.expr]] = {}
    nodes = (each for top in body for each in ast.walk(top)) if deep else iter(body)
    for node in sorted(
        (n for n in nodes if isinstance(n, ast.Assign | ast.AnnAssign | ast.AugAssign)),
        key=lambda n: n.lineno,
    ):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name) and node.value is not None:
            if isinstance(node, ast.AugAssign):
                texts_by_name.setdefault(target.id, []).append(node.value)
            else:
                texts_by_name.setdefault(target.id, [node.value])
    return {
        name: values
        for name, values in texts_by_name.items()
        if all(_is_text(v) or (isinstance(v, ast.BinOp) and _is_text(v.left)) for v in values)
    }


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_text(node.body) and _is_text(node.orelse)
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _name(node: ast.expr | None) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.strip("_")
        case ast.Subscript(value=value) | ast.Starred(value=value):
            return _name(value)
        case ast.Call(func=ast.Attribute(attr="join"), args=[first, *_]):
            return _name(first)
        case ast.Call(func=ast.Attribute(value=value)) if not isinstance(value, ast.Constant):
            return _name(value)
        case ast.Call(args=[first, *_]):
            return _name(first)
        case ast.GeneratorExp(generators=[first, *_]) | ast.ListComp(generators=[first, *_]):
            return _name(first.iter)
        case ast.BinOp(left=left):
            return _name(left)
        case ast.IfExp(body=body):
            return _name(body)
        case ast.BoolOp(values=[first, *_]):
            return _name(first)
        case _:
            return "..."


@dataclass
class Fault:
    """One construction of an error in the source."""

    file: Path
    call: ast.Call
    error: str
    words: Words

    def _said(self, keyword: str) -> str:
        given = next((k.value for k in self.call.keywords if k.arg == keyword), None)
        return " ".join(self.words.of(given).split())

    @cached_property
    def what(self) -> str:
        """The message's words."""
        first = self.call.args[0] if self.call.args else None
        return " ".join(self.words.of(first).split()) or self._said("what")

    @cached_property
    def code_node(self) -> ast.expr | None:
        """What is given as `code`."""
        return next((k.value for k in self.call.keywords if k.arg == "code"), None)

    @property
    def code(self) -> str | None:
        """The code written there; None where it is not written as such."""
        node = self.code_node
        return node.value if isinstance(node, ast.Constant) else None

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file.relative_to(ROOT)}:{self.call.lineno}"

    def row(self, code: str) -> dict[str, str]:
        """The catalogue's row."""
        said = (self._said("rule"), self._said("action"))
        return dict(zip(FIELDS, (code, self.error, self.what, *said, ""), strict=True))


def faults() -> list[Fault]:
    """Every construction of an error, by file and line."""
    all_faults = []
    for file in sorted(SOURCE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if file.name != "errors.py" and any(f"{name}(" in text for name in CLASSES):
            all_faults += _in_module(file, ast.parse(text))
    return sorted(all_faults, key=lambda f: (f.file, f.call.lineno, f.call.col_offset))


def _in_module(file: Path, module: ast.Module) -> Iterator[Fault]:
    outside = Words(module)
    waiting: list[tuple[Words, ast.AST]] = [(outside, module)]
    while waiting:
        words, node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                name = _name(child.func)
                if name in CLASSES and name not in SPEAKS_ITSELF:
                    yield Fault(file, child, name, words)
            is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            waiting.append((Words(child, outside) if is_function else words, child))


def catalogue() -> dict[str, dict[str, str]]:
    """The rows written before, by code."""
    if not CATALOGUE.is_file():
        return {}
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def numbered(all_faults: list[Fault]) -> dict[int, str]:
    """The code of each fault, by its position in the list."""
    written: dict[str, list[int]] = defaultdict(list)
    for at, fault in enumerate(all_faults):
        if fault.code and not _is_none(fault):
            written[fault.code].append(at)
    known = catalogue()
    codes: dict[int, str] = {}
    for code, places in written.items():
        said = [(all_faults[at].error, all_faults[at].what) for at in places]
        before = (known[code]["error"], known[code]["what"]) if code in known else said[0]
        keeps = before if before in said else said[0]
        codes |= {at: code for at in places if (all_faults[at].error, all_faults[at].what) == keeps}
    taken = set(codes.values()) | set(known) | {kind.code for kind in CLASSES.values()}
    given = {(row["error"], row["what"]): code for code, row in known.items()}
    given |= {(all_faults[at].error, all_faults[at].what): code for at, code in codes.items()}
    for at, fault in enumerate(all_faults):
        if at not in codes:
            key = (fault.error, fault.what)
            if key not in given:
                given[key] = _next(fault, taken)
                taken.add(given[key])
            codes[at] = given[key]
    return codes


def _is_none(fault: Fault) -> bool:
    """Whether what stands there is no number of its own: its class's, or one that was left open."""
    own = {kind.code for kind in CLASSES.values()}
    return fault.code in own or not NUMBER.fullmatch(fault.code or "")


def _next(fault: Fault, taken: set[str]) -> str:
    digit = CLASSES[fault.error].code.removeprefix("VBC-")[0]
    return next(code for n in range(1, 1000) if (code := f"VBC-{digit}{n:03}") not in taken)


def catalogue_text(all_faults: list[Fault], codes: dict[int, str]) -> str:
    """The catalogue as CSV, by class and code; codes no longer given stay, in no module."""
    rows: dict[str, dict[str, str]] = {}
    for at, fault in enumerate(all_faults):
        row = rows.setdefault(codes[at], fault.row(codes[at]))
        module = ".".join(fault.file.relative_to(SOURCE.parent).with_suffix("").parts)
        row["modules"] = " ".join(dict.fromkeys([*row["modules"].split(), module]))
    rows |= {c: {**row, "modules": ""} for c, row in catalogue().items() if c not in rows}
    for name in sorted(SPEAKS_ITSELF):
        rows[CLASSES[name].code] = dict(
            zip(FIELDS, (CLASSES[name].code, name, *OWN[name]), strict=True)
        )
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows[code] for code in sorted(rows, key=lambda c: (c[4], len(c), c)))
    return text.getvalue()


OWN = {
    "ExtraMissing": (
        "{purpose} needs the optional packages of the extra {extra}",
        "",
        "pip install 'openvbc[{extra}]'",
        "openvbc.errors",
    )
}


def mend(all_faults: list[Fault], codes: dict[int, str]) -> None:
    """Write the codes into the source, from the last place of each file to its first."""
    by_file: dict[Path, list[tuple[int, int, str]]] = defaultdict(list)
    for at, fault in enumerate(all_faults):
        if fault.code != codes[at]:
            by_file[fault.file].append(_edit(fault, codes[at]))
    for file, edits in by_file.items():
        content = file.read_bytes()
        for start, end, text in sorted(edits, reverse=True):
            content = content[:start] + text.encode() + content[end:]
        file.write_bytes(content)
        print(f"{file.relative_to(ROOT)}: {len(edits)}")


def _edit(fault: Fault, code: str) -> tuple[int, int, str]:
    """Bytes from and to, and what is to stand there."""
    content = fault.file.read_bytes()
    starts = [0]
    for line in content.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def at(line: int | None, column: int | None) -> int:
        assert line is not None
        assert column is not None
        return starts[line - 1] + column

    if (node := fault.code_node) is not None:
        start, end = at(node.lineno, node.col_offset), at(node.end_lineno, node.end_col_offset)
        return start, end, f'"{code}"'
    call = fault.call
    close = at(call.end_lineno, call.end_col_offset) - 1
    last = max(
        (*call.args, *(k.value for k in call.keywords)),
        key=lambda n: (n.end_lineno, n.end_col_offset),
    )
    between = content[at(last.end_lineno, last.end_col_offset) : close]
    bare = b"".join(line.split(b"#")[0] for line in between.splitlines())
    return close, close, f'{"" if b"," in bare else ", "}code="{code}"'


def complaints(all_faults: list[Fault]) -> list[str]:
    """What --check says of the errors of the source; nothing where all is well."""
    codes = numbered(all_faults)
    wrong = [
        f"{fault.place}: {fault.error} has {fault.code or 'no code of its own'}, to be {codes[at]}"
        for at, fault in enumerate(all_faults)
        if fault.code != codes[at]
    ]
    if not wrong and (
        not CATALOGUE.is_file() or CATALOGUE.read_text("utf-8") != catalogue_text(all_faults, codes)
    ):
        wrong = [f"{CATALOGUE.relative_to(ROOT)} is out of date"]
    return wrong


def main() -> int:
    """Mend, or check."""
    if "--check" in sys.argv[1:]:
        wrong = complaints(faults())
        print("\n".join(wrong))
        return int(bool(wrong))
    all_faults = faults()
    codes = numbered(all_faults)
    mend(all_faults, codes)
    CATALOGUE.write_text(catalogue_text(all_faults, codes), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
