"""CQL packages through Node: a small engine of ours stands for fqm-execution, which is not shipped.

The real one runs the same way where it is installed: ``OPENVBC_NODE_MODULES`` names its folder.
"""

import json
import os
import shutil
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clinical.charts import encounter, patient
from openvbc.cli import app
from openvbc.errors import InputError
from openvbc.programs.quality import cql_package
from openvbc.programs.quality.cql_package import run_package
from oracles.test_reference_engine import bundle, visited

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
REAL = Path(os.environ.get("OPENVBC_NODE_MODULES", "node_modules"))
STANDS_FOR_IT = """
exports.Calculator = { calculate: async (measure, patients, options) => {
  if (JSON.stringify(measure).includes("lacking")) {
    throw new Error("Missing http://example.org/ValueSet/2.16.1 for Patient canary");
  }
  if (JSON.stringify(measure).includes("broken")) throw new Error("canary");
  const of = (bundle, kind) => bundle.entry.filter((e) => e.resource.resourceType === kind);
  return { results: patients.map((each) => ({
    patientId: of(each, "Patient")[0].resource.id,
    detailedResults: [{ populationResults: [
      { populationType: "initial-population", result: true },
      { populationType: "denominator", result: true },
      { populationType: "numerator",
        result: of(each, "Encounter").length > 0
          && options.measurementPeriodStart === "2026-01-01" },
    ] }],
  })) };
} };
"""


@pytest.fixture
def engine(tmp_path):
    place = tmp_path / "node_modules" / "fqm-execution"
    place.mkdir(parents=True)
    (place / "index.js").write_text(STANDS_FOR_IT)
    return place.parent


@pytest.fixture
def charts(tmp_path):
    seen = [patient("a", gender="female"), encounter("e", "a", "2026-02-01", "2026-02-01", "x")]
    lines = [*seen, patient("b"), encounter("o", "nobody", "2026-02-01", "2026-02-01", "x")]
    for practice in ("111111111", "222222222"):
        folder = tmp_path / "charts" / practice
        folder.mkdir(parents=True)
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / "a.ndjson").write_text(text + "{no json\n" + json.dumps(patient("b")) + "\n")
    return tmp_path / "charts"


def package(tmp_path, word="", **changes):
    content = visited()
    content["entry"][0]["resource"] |= {"description": word, **changes}
    path = tmp_path / "package.json"
    path.write_text(json.dumps(content))
    return path


@needs_node
def test_a_package_is_computed_practice_by_practice(tmp_path, engine, charts, monkeypatch):
    monkeypatch.setattr(cql_package, "AT_ONCE", 1)
    package_run = run_package(package(tmp_path), charts, 2026, engine, tmp_path / "out")
    # in each of two practices a was seen and b was not
    assert (package_run.counts.initial_population, package_run.counts.numerator) == (4, 2)
    assert package_run.counts.rate * 2 == 1
    assert package_run.resources == 12
    assert package_run.set_aside == {
        "not valid JSON": 2, "of no patient of the practice": 2,
        "two patients with one identifier": 2,
    }  # fmt: skip
    text = (tmp_path / "out" / "people.csv").read_text()
    assert "222222222,a,True,True,False,True,False" in text
    assert not list((tmp_path / "out").rglob("question"))


@needs_node
@pytest.mark.parametrize(
    ("word", "message"), [("lacking", "ValueSet/2.16.1"), ("broken", "ended with status 3")]
)
def test_what_the_engine_cannot_do_is_said_without_its_words(
    tmp_path, engine, charts, word, message
):
    with pytest.raises(InputError, match=message) as error:
        run_package(package(tmp_path, word), charts, 2026, engine, tmp_path / "out")
    assert "canary" not in str(error.value)


@needs_node
def test_more_people_than_it_is_for(tmp_path, engine, charts, monkeypatch):
    monkeypatch.setattr(cql_package, "MOST_PEOPLE", 3)
    with pytest.raises(InputError, match="4 people are too many"):
        run_package(package(tmp_path), charts, 2026, engine, tmp_path / "out")


@needs_node
@pytest.mark.parametrize(
    "changes",
    [{"scoring": {"coding": [{"code": "ratio"}]}}, {"group": [{}, {}]}, {"group": []},
     {"scoring": None}],
)  # fmt: skip
def test_a_measure_that_is_no_proportion_of_one_group(tmp_path, engine, charts, changes):
    with pytest.raises(InputError, match="only a proportion"):
        run_package(package(tmp_path, **changes), charts, 2026, engine, tmp_path / "out")


@needs_node
def test_what_is_no_package(tmp_path, engine, charts):
    path = tmp_path / "package.json"
    for content in ("{", "[]", json.dumps(bundle([])), json.dumps(bundle([patient("a")]))):
        path.write_text(content)
        with pytest.raises(InputError, match="no CQL package"):
            run_package(path, charts, 2026, engine, tmp_path / "out")


WAYS_OUT = {
    "a connection": "require('net').connect(PORT, '127.0.0.1')",
    "a socket": "new (require('net').Socket)().connect(PORT, '127.0.0.1')",
    "http": "require('http').get('http://127.0.0.1:PORT/')",
    "https": "require('https').get('https://127.0.0.1:PORT/')",
    "http2": "require('http2').connect('http://127.0.0.1:PORT')",
    "tls": "require('tls').connect(PORT, '127.0.0.1')",
    "fetch": "await fetch('http://127.0.0.1:PORT/')",
    "a module": "(await import('node:net')).connect(PORT, '127.0.0.1')",
    "a pipe": "require('net').connect(process.cwd() + '/pipe')",
    "listening": "require('net').createServer().listen(0, '127.0.0.1')",
    "a datagram": "require('dgram').createSocket('udp4').send('a', PORT, '127.0.0.1')",
    "a name": "require('dns').lookup('localhost', () => {})",
    "a name promised": "await require('dns').promises.lookup('localhost')",
    "a record": "await new (require('dns').promises.Resolver)().resolveMx('localhost')",
    "a program": "require('child_process').spawn('true')",
    "a shell": "require('child_process').execSync('true')",
    "a copy of itself": "require('child_process').fork(__filename)",
    "the inspector": "require('inspector').open(0, '127.0.0.1')",
    "an inner part": "process.binding('tcp_wrap')",
    "a worker": "await new Promise((ok, no) => new (require('worker_threads').Worker)("
    "\"require('net').connect(PORT, '127.0.0.1')\", { eval: true, execArgv: [] })"
    ".on('error', no).on('exit', ok))",
}


@needs_node
def test_what_computes_a_package_reaches_no_network(tmp_path, charts):
    """Somebody listens; each way out is tried where the engine computes, and none is open."""
    place = tmp_path / "node_modules" / "fqm-execution"
    place.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as listens:
        port = str(listens.getsockname()[1])
        tried = "".join(
            f"try {{ {way.replace('PORT', port)}; open.push({name!r}); }} catch (e) {{\n"
            "  if (!`${e.message} ${e.cause && e.cause.message}`.includes('is refused'))\n"
            f"    open.push({name!r} + ': ' + e.message); }}\n"
            for name, way in WAYS_OUT.items()
        )
        said = tmp_path / "open.json"
        (place / "index.js").write_text(
            "exports.Calculator = { calculate: async () => {\n const open = [];\n"
            + tried
            + f"require('fs').writeFileSync({str(said)!r}, JSON.stringify(open));\n"
            "return { results: [] }; } };"
        )
        run_package(package(tmp_path), charts, 2026, place.parent, tmp_path / "out")
        listens.settimeout(0.2)
        with pytest.raises(TimeoutError):
            listens.accept()
    assert json.loads(said.read_text()) == []


def test_it_is_off_unless_its_place_is_told(tmp_path, charts):
    for modules in (None, tmp_path):
        with pytest.raises(InputError, match="VBC-1119"):
            run_package(package(tmp_path), charts, 2026, modules, tmp_path / "out")


@needs_node
def test_the_command(tmp_path, engine, charts):
    ran = CliRunner().invoke(app, [
        "quality", str(charts), "--year", "2026", "--cql", str(package(tmp_path)),
        "--node-modules", str(engine), "--output", str(tmp_path / "out"),
    ])  # fmt: skip
    assert ran.exit_code == 3
    assert "Numerator 2" in ran.output
    assert "12 resources: 6 used, 6 set aside" in ran.output


@needs_node
@pytest.mark.skipif(not (REAL / "fqm-execution").is_dir(), reason="fqm-execution is not here")
def test_the_real_engine(tmp_path, charts):
    package_run = run_package(package(tmp_path), charts, 2026, REAL, tmp_path / "out")
    assert (package_run.counts.denominator, package_run.counts.numerator) == (4, 2)
