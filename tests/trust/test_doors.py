"""Names are names: what comes from outside enters SQL, files and the terminal through one door.

The lint reads the source and finds a place that goes round a door.
"""

import ast
import re
from pathlib import Path

import pytest

import openvbc

SOURCE = Path(openvbc.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
SQL_QUOTE = re.compile(r"(=|\bin \(|\blike|\bas|\bfrom|\battach|\bto|,|\()\s*'$", re.IGNORECASE)
SQL_WORDS = re.compile(r"\b(select|where|attach|copy|read_parquet|read_csv|from \w)", re.IGNORECASE)

DOORS = {
    "duckdb.connect": {"engine/duckdb.py", "engine/attached_file.py"},
    "tempfile": set(),
    "rmtree": {"engine/own_folder.py", "engine/scratch.py"},
    "chmod": {"engine/private_files.py"},
    "Console(": {"commands/terminal.py"},
    "typer.echo": {"commands/terminal.py", "commands/late_group.py"},  # the second: our own help
    "csv.writer": {"engine/csv_file.py"},
    "csv.DictWriter": {"engine/csv_file.py"},
    ".write_text": set(),
    ".write_bytes": set(),
    "read_parquet": {"engine/quoting.py"},
    "read_csv(": {"engine/quoting.py"},
}
"""What may stand only in these files: everything else uses what they offer."""


def places(name):
    """Calls and attributes named so in the source, leaving out words in texts and comments."""
    for path in FILES:
        inside = path.relative_to(SOURCE).as_posix()
        if inside.startswith("synth/"):
            continue  # writes deliveries as feeds are, of invented people
        for node in ast.walk(ast.parse(path.read_text())):
            text = ""
            if isinstance(node, ast.Call):
                text = ast.unparse(node.func) + "("
            elif isinstance(node, ast.Import):
                text = " ".join(alias.name for alias in node.names)
            elif isinstance(node, ast.JoinedStr) and name in ("read_parquet", "read_csv("):
                text = ast.unparse(node)
            if name in text and (name[0] == "." or re.search(rf"(^|\W){re.escape(name)}", text)):
                if name == "read_csv(" and isinstance(node, ast.Call):
                    continue  # a reader of ours, not DuckDB's
                yield f"{inside}:{node.lineno}"


@pytest.mark.parametrize("name", DOORS)
def test_a_door_is_the_only_way(name):
    outside = [p for p in places(name) if p.split(":")[0] not in DOORS[name]]
    assert not outside, f"{name} is used beside its door"


def quoted_by_hand(tree):
    """f-strings that put a value between quotes of their own in what looks like SQL."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr):
            continue
        whole = "".join(v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
        for before, value in zip(node.values, node.values[1:], strict=False):
            if (
                isinstance(value, ast.FormattedValue)
                and isinstance(before, ast.Constant)
                and SQL_QUOTE.search(before.value)
                and (SQL_WORDS.search(whole) or " = '" in before.value)
                and not (isinstance(value.value, ast.Name) and value.value.id.isupper())
            ):
                yield node.lineno


def test_no_value_stands_between_quotes_of_its_own():
    found = [
        f"{path.relative_to(SOURCE)}:{line}"
        for path in FILES
        for line in quoted_by_hand(ast.parse(path.read_text()))
    ]
    assert not found, "use engine/quoting.py"


def test_the_lint_finds_a_door_gone_round():
    bad = "f\"select * from t where aco_id = '{contract}'\""
    assert list(quoted_by_hand(ast.parse(bad)))
    assert not list(quoted_by_hand(ast.parse('f"where aco_id = {literal(contract)}"')))


def test_only_files_of_people_hide_their_values():
    """A place in a file about people is made by Place.of_person, in every module that reads one."""
    for inside in ("claims", "programs/risk"):
        for path in (SOURCE / inside).rglob("*.py"):
            if path.name in ("plausible.py", "lists.py"):
                continue  # factor files, and lists of hospitals and providers: they hold no patient
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "Place":
                    named = {keyword.arg for keyword in node.keywords}
                    assert "value" not in named, f"{path}:{node.lineno}"
                    assert len(node.args) < 4, f"{path}:{node.lineno}"
