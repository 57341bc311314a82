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
TREES = {path: ast.parse(path.read_text()) for path in FILES}
SQL_QUOTE = re.compile(r"(=|\bin \(|\blike|\bas|\bfrom|\battach|\bto|,|\()\s*'$", re.IGNORECASE)
SQL_WORDS = re.compile(r"\b(select|where|attach|copy|read_parquet|read_csv|from \w)", re.IGNORECASE)

DOORS = {
    "duckdb.connect": {"engine/duckdb.py", "engine/attached_file.py", "export.py"},
    "tempfile": set(),
    "rmtree": {"engine/own_folder.py", "engine/scratch.py"},
    "chmod": {"engine/private_files.py"},
    "Console(": {"commands/terminal.py"},
    "typer.echo": {"commands/terminal.py", "commands/late_group.py"},  # the second: our own help
    "from_markup": set(),
    "rich.markup": set(),
    "csv.writer": {"engine/csv_file.py"},
    "csv.DictWriter": {"engine/csv_file.py"},
    "xlsxwriter.Workbook": {"report/excel.py"},
    "write_formula": {"report/excel.py", "report/excel_sheet.py"},
    "yaml": {"rules/exact_yaml.py"},
    "yaml.": {"rules/exact_yaml.py"},
    "jinja2.": {"report/page.py", "app/render.py"},
    "markupsafe": set(),
    "gzip": {"input_file.py", "claims/found_files.py", "clinical/fhir_files.py", "rules/load.py"},
    "zipfile": {"claims/found_files.py", "programs/published/file_grid.py"},
    "openpyxl": {"programs/published/file_grid.py"},
    "xml.": {"claims/bnex.py", "programs/quality/handover/cda.py"},
    "socket": {"engine/spark_session.py", "app/server.py"},
    "urllib": {"app/web.py"},
    **dict.fromkeys(  # noqa: RUF024
        ("http", "requests", "ssl", "pickle", "marshal", "shelve", "subprocess", "ctypes",
         "eval(", "exec(", "compile(", "__import__(", "os.system(", "os.popen(", "glob.glob",
         "fnmatch"), set(),
    ),
    ".write_text": set(),
    ".write_bytes": set(),
    "read_parquet": {"engine/quoting.py"},
    "read_csv(": {"engine/quoting.py"},
}  # fmt: skip
"""What may stand only in these files: everything else uses what they offer."""


def _named():
    """Calls, imports and texts that are put together, by file and line, each as one text."""
    for path in FILES:
        inside = path.relative_to(SOURCE).as_posix()
        if inside.startswith("synth/"):
            continue  # writes deliveries as feeds are, of invented people
        for node in ast.walk(TREES[path]):
            text = ""
            if isinstance(node, ast.Call):
                text = ast.unparse(node.func) + "("
            elif isinstance(node, ast.Import):
                text = " ".join(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                text = f"{node.module} {' '.join(alias.name for alias in node.names)}"
            elif isinstance(node, ast.JoinedStr):
                text = ast.unparse(node)
            if text and not text.startswith("openvbc"):  # our own module, whatever it is called
                yield inside, node, text


NAMED = list(_named())


def places(name):
    """Where something is named so in the source, leaving out words in texts and comments."""
    end = r"\b" if name[-1].isalnum() else ""
    pattern = re.compile(rf"(^|[^\w.]){re.escape(name)}{end}")
    for inside, node, text in NAMED:
        if isinstance(node, ast.JoinedStr) and name not in ("read_parquet", "read_csv("):
            continue
        if name == "read_csv(" and isinstance(node, ast.Call):
            continue  # a reader of ours, not DuckDB's
        if name in text and (name[0] == "." or pattern.search(text)):
            yield f"{inside}:{node.lineno}"


@pytest.mark.parametrize("name", DOORS)
def test_a_door_is_the_only_way(name):
    outside = [p for p in places(name) if p.split(":")[0] not in DOORS[name]]
    assert not outside, f"{name} is used beside its door"


READERS = {
    "input_file.py", "claims/found_files.py",
    # which read through claims/found_files.py
    "claims/cross_reference.py", "claims/delivery.py", "claims/described.py", "claims/read_cclf.py",
    # after regular_file and with a bound
    "clinical/fhir_files.py", "programs/hrrp/hospital_report_files.py",
    # what the program itself wrote or ships
    "commands/compare.py", "commands/init.py", "engine/own_folder.py", "engine/private_files.py",
    "engine/scratch.py", "engine/sealed.py", "engine/folder_lock.py", "engine/digests.py",
    "engine/step.py", "run.py", "programs/stored_run.py", "programs/risk/explain_person.py",
    "claims/checks/__init__.py", "claims/layout.py", "claims/store_tables.py", "error_catalogue.py",
    "programs/book.py", "programs/terms/catalogue.py",
    "programs/terms/draft.py", "rules/coverage.py", "rules/load.py",
    "steps/quality/definition.py", "commands/last_net.py", "app/web.py",
    "commands/kept_reports.py",
}  # fmt: skip
"""Where files are opened: any other module takes a user's file through one of the first two."""


def test_a_file_of_the_user_is_opened_through_one_door():
    outside = []
    for path in FILES:
        inside = path.relative_to(SOURCE).as_posix()
        if inside in READERS or inside.startswith("synth/") or inside.endswith("/sample.py"):
            continue
        for node in ast.walk(TREES[path]):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            if name == "open" or re.search(r"\.(read_text|read_bytes|open)$", name):
                if name.split(".")[0] in ("Run", "Opened", "webbrowser"):
                    continue  # a run of ours, or an address
                outside.append(f"{inside}:{node.lineno} {name}")
    assert not outside, "use input_file.content_of, text_of or rows_of_csv, or claims/found_files"


def unescaped(tree):
    """Values that a text with HTML in it takes without html.escape."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr):
            continue
        fixed = "".join(v.value for v in node.values if isinstance(v, ast.Constant))
        if not re.search(r"</?[a-z]+[ >/]", fixed):
            continue
        for each in node.values:
            if not isinstance(each, ast.FormattedValue):
                continue
            value = each.value
            constant = isinstance(value, ast.Name) and value.id.isupper()
            if isinstance(value, ast.IfExp):
                constant = isinstance(value.body, ast.Constant) and isinstance(
                    value.orelse, ast.Constant
                )
            if not constant and not (
                isinstance(value, ast.Call) and ast.unparse(value.func).endswith("escape")
            ):
                yield node.lineno


def test_html_takes_no_value_as_it_is():
    found = [
        f"{path.relative_to(SOURCE)}:{line}" for path in FILES for line in unescaped(TREES[path])
    ]
    assert not found, "html.escape it, or make it a block of report/page.py"
    assert list(unescaped(ast.parse("f'<p>{name}</p>'")))
    assert not list(unescaped(ast.parse("f'<p>{escape(name)}</p>'")))


def test_templates_escape_everything_but_the_pictures():
    folder = SOURCE / "report" / "templates"
    text = "".join(path.read_text() for path in sorted(folder.glob("*.j2")))
    assert re.findall(r"\{\{[^}]*safe[^}]*\}\}", text) == ["{{ block.svg | safe }}"]
    assert "autoescape" not in text
    assert "autoescape=True" in (SOURCE / "report" / "page.py").read_text()
    script = (folder / "page.js").read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b", script)


def test_a_pattern_of_paths_is_a_constant():
    """What stands in a pattern would be read as one; only names of ours may."""
    for path in FILES:
        for node in ast.walk(TREES[path]):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr not in ("glob", "rglob") or not node.args:
                continue
            given = node.args[0]
            values = given.values if isinstance(given, ast.JoinedStr) else [given]
            for each in values:
                shown = ast.unparse(each.value if isinstance(each, ast.FormattedValue) else each)
                ours = isinstance(each, ast.Constant) or shown in OUR_PATTERNS
                ours = ours or re.fullmatch(r"[A-Z_]+", shown)
                assert ours, f"{path}:{node.lineno} {shown}"


OUR_PATTERNS = {"step.name", "pattern", "kind"}
"""Names of steps, and the constant lists of programs/run_folder.py and claims/store.py."""


def test_the_workbook_takes_no_text_for_a_formula():
    text = (SOURCE / "report" / "excel.py").read_text()
    assert '"strings_to_formulas": False, "strings_to_urls": False' in text


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
        for line in quoted_by_hand(TREES[path])
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
            for node in ast.walk(TREES[path]):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "Place":
                    named = {keyword.arg for keyword in node.keywords}
                    assert "value" not in named, f"{path}:{node.lineno}"
                    assert len(node.args) < 4, f"{path}:{node.lineno}"
