"""Every public example of VBPR, DEQM, ATR and Risk Adjustment is read without loss."""

import gzip
import json

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import InputError
from openvbc.programs.quality.handover.contents import leaves, metric_listing, report_listing
from oracles.published import published

GUIDES = ("vbp_reporting", "deqm", "attribution", "risk_adjustment")


def examples(guide):
    (path,) = published(f"quality/fhir_ig_examples/{guide}.json.gz")
    for name, text in json.loads(gzip.decompress(path.read_bytes())).items():
        if not name.endswith(".xml"):
            yield name, json.loads(text) if isinstance(text, str) else text


def plain_values(value):
    """Every scalar, by a walk of its own."""
    stack, scalars = [value], []
    while stack:
        each = stack.pop()
        if isinstance(each, dict):
            stack += each.values()
        elif isinstance(each, list):
            stack += each
        else:
            scalars.append(str(each))
    return sorted(scalars)


@pytest.mark.parametrize("guide", GUIDES)
def test_no_value_of_an_example_is_lost(guide, tmp_path):
    read = 0
    for _, resource in examples(guide):
        (tmp_path / "r.json").write_text(json.dumps(resource))
        rows = report_listing(tmp_path / "r.json").rows
        assert sorted(str(value) for *_, value in rows) == plain_values(resource), guide
        read += 1
    assert read >= 14


def test_metrics_of_performance_reports_have_score_stream_and_baseline(tmp_path):
    report = dict(examples("vbp_reporting"))["vbp-measurereport102.json"]
    (tmp_path / "r.json").write_text(json.dumps(report))
    rows = metric_listing(tmp_path / "r.json").rows
    assert len(rows) == len(report["group"])
    first = rows[0]
    assert (first[1], first[2], first[3], first[4], first[5]) == (
        "inpatient-admission", "400", "/10*3", "ubip", "250 /10*3",
    )  # fmt: skip


def test_the_command_reads_a_report_and_writes_its_values(tmp_path):
    report = dict(examples("vbp_reporting"))["vbp-measurereport102.json"]
    (tmp_path / "r.json").write_text(json.dumps(report))
    done = CliRunner().invoke(
        app, ["measure-report", str(tmp_path / "r.json"), "--output", str(tmp_path / "v.csv")]
    )
    assert done.exit_code == 0, done.output
    assert "inpatient-admission  400" in done.output
    assert (tmp_path / "v.csv").stat().st_mode & 0o077 == 0


def test_json_nested_without_end_is_refused():
    nested = {"a": 1}
    for _ in range(80):
        nested = {"a": nested}
    with pytest.raises(InputError, match="too deep"):
        list(leaves(nested, "f.json"))
