"""Devices, pipes, bombs and endless sheets in the place of every file a command reads."""

import gzip
import io
import os
import time
import zipfile

import pytest
from typer.testing import CliRunner

from openvbc.claims.synpuf import _content
from openvbc.cli import app
from openvbc.clinical.fhir_files import resources_of
from openvbc.clinical.value_sets import read_value_sets
from openvbc.errors import InputError, OpenvbcError
from openvbc.input_file import rows_of_csv, text_of, unpacked
from openvbc.programs.published import file_grid
from trust.corpus import CORPUS

pytestmark = pytest.mark.skipif(os.name == "nt", reason="devices and pipes of Unix")


@pytest.mark.parametrize("kind", CORPUS)
def test_a_device_or_pipe_is_refused_by_every_reader(kind, tmp_path):
    """Read to its end neither would ever return."""
    (tmp_path / "in").mkdir()
    words = [word.replace("OUT", str(tmp_path / "out")) for word in CORPUS[kind](tmp_path / "in")]
    (tmp_path / "out").mkdir()
    for path in sorted((tmp_path / "in").iterdir()):
        content = path.read_bytes()
        path.unlink()
        for make in (lambda: path.symlink_to("/dev/zero"), lambda: os.mkfifo(path)):  # noqa: B023
            make()
            done = CliRunner().invoke(app, words)
            assert isinstance(done.exception, OpenvbcError), (path.name, done.exception)
            path.unlink()
        path.write_bytes(content)


def bomb(size):
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as stream:
        stream.write(bytes(size))
    return packed.getvalue()


def test_what_unpacks_beyond_its_bound_is_refused(tmp_path):
    with pytest.raises(InputError, match="VBC-186"):
        unpacked(bomb(2_000_000), "list.csv.gz", 1_000_000)
    (tmp_path / "cut.csv.gz").write_bytes(bomb(5000)[:-9])
    for read in (text_of, rows_of_csv, _content):
        with pytest.raises(InputError, match="unpacked to its end"):
            read(tmp_path / "cut.csv.gz")


def workbook(path, sheet):
    """The smallest workbook that a reader opens."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
        'main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/'
        'package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/worksheet" Target="worksheets/s.xml"/></Relationships>',
        "xl/worksheets/s.xml": '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
        f'2006/main">{sheet}</worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return path


@pytest.mark.parametrize("end", [50_000, pytest.param(1_048_576, marks=pytest.mark.slow)])
def test_a_sheet_that_says_it_is_endless_is_read_as_it_is(tmp_path, end):
    pytest.importorskip("openpyxl")
    sheet = '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>7</v></c></row>'
    last = f'<row r="{end}"><c r="A{end}"><v>8</v></c></row></sheetData>'
    path = workbook(tmp_path / "wide.xlsx", sheet + last)
    (rows,) = file_grid.grids(path)
    assert (rows[0], rows[-1]) == (["7"], ["8"])


def test_a_sheet_of_too_many_cells_and_a_workbook_that_unpacks_too_far(tmp_path, monkeypatch):
    pytest.importorskip("openpyxl")
    cells = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 9))
    path = workbook(tmp_path / "wide.xlsx", f"<sheetData>{cells}</sheetData>")
    monkeypatch.setattr(file_grid, "MOST_CELLS", 100_000)
    with pytest.raises(InputError, match="cells"):
        list(file_grid.grids(path))
    monkeypatch.setattr(file_grid, "WORKBOOK_LIMIT", 1000)
    with pytest.raises(InputError, match="unpacked"):
        list(file_grid.grids(path))


def test_charts_within_bounds(tmp_path, monkeypatch):
    (tmp_path / "zero.ndjson").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="VBC-185"):
        list(resources_of(tmp_path / "zero.ndjson"))
    monkeypatch.setattr("openvbc.clinical.fhir_files.RESOURCE_LIMIT", 1000)
    (tmp_path / "long.ndjson").write_bytes(b"{" + b" " * 2000 + b"}\n")
    with pytest.raises(InputError, match="too long"):
        list(resources_of(tmp_path / "long.ndjson"))


@pytest.mark.parametrize(
    "text",
    ['{"resourceType": "ValueSet", "expansion": {"contains": [1]}}',
     '{"resourceType": "ValueSet", "compose": {"include": [{"concept": [{"x": 1}]}]}}',
     '{"resourceType": "ValueSet", "expansion": [1], "compose": "x"}',
     '{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "ValueSet", '
     '"compose": [1]}}]}'],
)  # fmt: skip
def test_a_value_set_that_is_none_is_refused_in_words(tmp_path, text):
    (tmp_path / "v.json").write_text(text)
    with pytest.raises(InputError, match="VBC-"):
        read_value_sets([tmp_path / "v.json"])


@pytest.mark.parametrize(
    "words",
    [["run"], ["check"], ["report"], ["risk"], ["track"], ["book"], ["explain", "LOOP", "x"],
     ["compare", "LOOP", "LOOP"]],
)  # fmt: skip
def test_a_circle_of_links_is_said(tmp_path, words):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    loop = str(tmp_path / "loop")
    given = [word.replace("LOOP", loop) for word in words]
    done = CliRunner().invoke(app, given if loop in given else [*given, loop])
    assert isinstance(done.exception, OpenvbcError | OSError), done.exception


def test_a_line_of_brackets_takes_no_longer_than_any_other(tmp_path):
    """A heading's note in brackets was looked for from every bracket to the end of the line: a
    hundred thousand of them took 12 s of a processor, a million would have taken 20 minutes."""
    (tmp_path / "results.csv").write_text("[" * 1_000_000)
    before = time.process_time()
    words = ["settle", str(tmp_path / "results.csv"), "--program", "mssp"]
    done = CliRunner().invoke(app, [*words, "--output", str(tmp_path / "out")])
    assert isinstance(done.exception, OpenvbcError)
    assert time.process_time() - before < 60
