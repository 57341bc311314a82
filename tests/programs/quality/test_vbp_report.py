"""A settlement as a performance report: every metric is the settlement's own number."""

import json
import shutil
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import InputError
from openvbc.programs.quality.handover.contents import metric_listing
from openvbc.programs.quality.handover.vbp_report import METRICS, write_performance_reports
from openvbc.programs.stored_run import StoredRun
from oracles.published import published
from programs.quality.submitted import WRITTEN


@pytest.fixture(scope="module")
def report(finished, tmp_path_factory):
    folder = tmp_path_factory.mktemp("vbp")
    path, count = write_performance_reports(finished / "run", folder, "ACO", "Payer", WRITTEN)
    assert count == 1
    return path


def test_every_metric_is_the_settlements_number(report, finished):
    (row,) = StoredRun(finished / "run").rows("settlement", None, None)
    said = {line[1]: line[2] for line in metric_listing(report).rows}
    for metric in METRICS["mssp"][1]:
        stated = Decimal(said[metric.code].removesuffix(" USD"))
        assert stated == pytest.approx(Decimal(str(row.values[metric.line]))), metric.line


def test_codes_are_those_of_the_guide_and_the_report_is_valid(report):
    model = pytest.importorskip("fhir.resources.R4B.measurereport")
    for entry in json.loads(report.read_text())["entry"]:
        model.MeasureReport.model_validate(entry["resource"])
    (path,) = published("quality/fhir_ig_examples/vbp_codes.csv")
    known = {tuple(line.split(",")[:2]) for line in path.read_text().splitlines()}
    for stream, metrics in METRICS.values():
        assert ("payment-stream", stream) in known
        assert {("vbp-performance-metric", metric.code) for metric in metrics} <= known


def test_a_program_without_metrics_is_named(finished, tmp_path):
    shutil.copytree(finished / "run", tmp_path / "run")
    manifest = tmp_path / "run" / "manifest.json"
    content = json.loads(manifest.read_text())
    content["program"] = "team"
    manifest.write_text(json.dumps(content))
    with pytest.raises(InputError):
        write_performance_reports(tmp_path / "run", tmp_path / "out", "A", "B", WRITTEN)


def test_the_command_writes_it(finished, tmp_path):
    words = ["handover", str(finished / "run"), "--form", "vbp", "--name", "ACO"]
    done = CliRunner().invoke(app, [*words, "--output", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "vbp_performance_reports.json").is_file()
