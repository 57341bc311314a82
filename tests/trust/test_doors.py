"""Names are names: what comes from outside enters SQL, files and the terminal through one door.

The lint reads the source and finds a place that goes round a door.
"""

import ast
import re

import pytest

from source_trees import SOURCE, dotted, nodes_of

SQL_QUOTE = re.compile(r"(=|\bin \(|\blike|\bas|\bfrom|\battach|\bto|,|\()\s*'$", re.IGNORECASE)
SQL_WORDS = re.compile(r"\b(select|where|attach|copy|read_parquet|read_csv|from \w)", re.IGNORECASE)

DOORS = {
    "duckdb.connect": {"engine/instances.py", "engine/attached_file.py", "export.py"},
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
    "urllib": {"app/web.py", "installation.py"},
    "subprocess": {"engine/outside_program.py"},
    **dict.fromkeys(  # noqa: RUF024
        ("http", "requests", "ssl", "pickle", "marshal", "shelve", "ctypes",
         "eval(", "exec(", "compile(", "__import__(", "os.system(", "os.popen(", "glob.glob",
         "fnmatch"), set(),
    ),
    ".resolve(": set(),  # engine/real_path.py: a circle of links is no fault
    ".write_text": set(),
    ".write_bytes": set(),
    "read_parquet": {"engine/quoting.py"},
    "read_csv(": {"engine/quoting.py"},
}  # fmt: skip
"""What may stand only in these files: everything else uses what they offer."""


@pytest.fixture(scope="module")
def named():
    """Calls, imports and texts that are put together, by file and line, each as one text."""
    return list(_named())


WORDS_OF = {
    ast.Call: lambda node: dotted(node.func) + "(",
    ast.Import: lambda node: " ".join(alias.name for alias in node.names),
    ast.ImportFrom: lambda node: f"{node.module} {' '.join(alias.name for alias in node.names)}",
    ast.JoinedStr: lambda node: "".join(
        v.value for v in node.values if isinstance(v, ast.Constant)
    ),
}


def _named():
    for kind, words_of in WORDS_OF.items():
        for path, node in nodes_of(kind):
            inside = path.relative_to(SOURCE).as_posix()
            if inside.startswith("synth/"):
                continue  # writes deliveries as feeds are, of invented people
            if getattr(node, "level", 0):
                continue
            text = words_of(node)
            if not text.startswith("openvbc"):  # our own module, whatever it is called
                yield f"{inside}:{node.lineno}", kind, text


def places(name, named):
    """Where something is named so in the source, leaving out words in texts and comments."""
    end = r"\b" if name[-1].isalnum() else ""
    pattern = re.compile(rf"(^|[^\w.]){re.escape(name)}{end}")
    for place, kind, text in named:
        if kind is ast.JoinedStr and name not in ("read_parquet", "read_csv("):
            continue
        if name == "read_csv(" and kind is ast.Call:
            continue  # a reader of ours, not DuckDB's
        if name in text and (name[0] == "." or pattern.search(text)):
            yield place


@pytest.mark.parametrize("name", DOORS)
def test_a_door_is_the_only_way(name, named):
    outside = [p for p in places(name, named) if p.split(":")[0] not in DOORS[name]]
    assert not outside, f"{name} is used beside its door"


READERS = {
    "input_file.py", "claims/found_files.py",
    # which read through claims/found_files.py
    "claims/cross_reference.py", "claims/delivery.py", "claims/described.py", "claims/read_cclf.py",
    # after regular_file and with a bound
    "clinical/fhir_files.py", "programs/hrrp/hospital_report_files.py",
    # what the program itself wrote or ships
    "shipped.py", "installation.py", "commands/init.py", "engine/own_folder.py",
    "engine/private_files.py", "engine/scratch.py", "engine/sealed.py",
    "engine/folder_lock.py", "engine/digests.py",
    "engine/step.py", "run.py", "programs/stored_run.py", "programs/risk/explain_person.py",
    "claims/empty_file.py",
    "rules/coverage.py", "rules/load.py", "steps/quality/definition.py",
    "commands/last_net.py", "app/web.py", "commands/kept_reports.py", "engine/outside_program.py",
}  # fmt: skip
"""Where files are opened: any other module takes a user's file through one of the first two."""


def test_a_file_of_the_user_is_opened_through_one_door():
    outside = []
    for path, node in nodes_of(ast.Call):
        inside = path.relative_to(SOURCE).as_posix()
        if inside in READERS or inside.startswith("synth/") or inside.endswith("/sample.py"):
            continue
        name = dotted(node.func)
        if name == "open" or re.search(r"\.(read_text|read_bytes|open)$", name):
            if name.split(".")[0] in ("Run", "Opened", "webbrowser"):
                continue  # a run of ours, or an address
            outside.append(f"{inside}:{node.lineno} {name}")
    assert not outside, "use input_file.content_of, text_of or rows_of_csv, or claims/found_files"


def unescaped(node):
    """Whether an f-string with HTML in it takes a value without html.escape."""
    fixed = "".join(v.value for v in node.values if isinstance(v, ast.Constant))
    if not re.search(r"</?[a-z]+[ >/]", fixed):
        return False
    return any(
        isinstance(each, ast.FormattedValue) and not _constant_or_escaped(each.value)
        for each in node.values
    )


def _constant_or_escaped(value):
    if isinstance(value, ast.IfExp):
        return isinstance(value.body, ast.Constant) and isinstance(value.orelse, ast.Constant)
    if isinstance(value, ast.Name):
        return value.id.isupper()
    return isinstance(value, ast.Call) and dotted(value.func).endswith("escape")


def written(text):
    """The f-string of a text."""
    return ast.parse(text, mode="eval").body


def test_html_takes_no_value_as_it_is():
    bare = [
        f"{path.relative_to(SOURCE)}:{node.lineno}"
        for path, node in nodes_of(ast.JoinedStr)
        if unescaped(node)
    ]
    assert not bare, "html.escape it, or make it a block of report/page.py"
    assert unescaped(written("f'<p>{name}</p>'"))
    assert not unescaped(written("f'<p>{escape(name)}</p>'"))


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
    for path, node in nodes_of(ast.Call):
        if not isinstance(node.func, ast.Attribute):
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


def quoted_by_hand(node):
    """Whether an f-string puts a value between quotes of its own in what looks like SQL."""
    whole = "".join(v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
    return any(
        isinstance(value, ast.FormattedValue)
        and isinstance(before, ast.Constant)
        and SQL_QUOTE.search(before.value)
        and (SQL_WORDS.search(whole) or " = '" in before.value)
        and not (isinstance(value.value, ast.Name) and value.value.id.isupper())
        for before, value in zip(node.values, node.values[1:], strict=False)
    )


def test_no_value_stands_between_quotes_of_its_own():
    by_hand = [
        f"{path.relative_to(SOURCE)}:{node.lineno}"
        for path, node in nodes_of(ast.JoinedStr)
        if quoted_by_hand(node)
    ]
    assert not by_hand, "use engine/quoting.py"


def test_the_lint_finds_a_door_gone_round():
    bad = "f\"select * from t where aco_id = '{contract}'\""
    assert quoted_by_hand(written(bad))
    assert not quoted_by_hand(written('f"where aco_id = {literal(contract)}"'))


def test_only_files_of_people_hide_their_values():
    """A place in a file about people is made by Place.of_person, in every module that reads one."""
    for path, node in nodes_of(ast.Call):
        inside = path.relative_to(SOURCE).as_posix()
        if not inside.startswith(("claims/", "programs/risk/")):
            continue
        if path.name in ("plausible.py", "lists.py"):
            continue  # factor files, and lists of hospitals and providers: they hold no patient
        if dotted(node.func) == "Place":
            given = {keyword.arg for keyword in node.keywords}
            assert "value" not in given, f"{path}:{node.lineno}"
            assert len(node.args) < 4, f"{path}:{node.lineno}"
