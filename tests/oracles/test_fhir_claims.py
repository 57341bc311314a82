"""Public claims as FHIR: every resource used or set aside, amounts as an independent sum."""

import gzip
import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.store import build_store
from openvbc.engine.duckdb import DuckDBEngine

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "data" / "claims"
pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the public claims are not at OPENVBC_SHARED"
)
BENEFITS = "ExplanationOfBenefit"


def text_of(path):
    """The samples of version 3 share one placeholder for the claim's number."""
    return gzip.open(path, "rt").read().replace("NON-UNIQUE-ID-HERE", path.name)


def resources(folder):
    """Every resource, read without our reader."""
    resource_list = []
    for path in sorted((SHARED / folder).iterdir()):
        text = text_of(path)
        lines = text.splitlines() if "ndjson" in path.name else [text]
        for line in filter(str.strip, lines):
            one = json.loads(line)
            entries = (
                one.get("entry", []) if one["resourceType"] == "Bundle" else [{"resource": one}]
            )
            resource_list += [entry["resource"] for entry in entries]
    return resource_list


def kind_of(benefit):
    for coding in benefit["type"]["coding"]:
        if coding["system"].lower().replace("-", "_").endswith(("nch_clm_type_cd", "clm_type_cd")):
            return coding["code"]
    return ""


def is_final(benefit):
    tags = {tag.get("code") for tag in benefit.get("meta", {}).get("tag", [])}
    return benefit.get("outcome") != "partial" and "NotFinalAction" not in tags


def header_sum(resource_list):
    """Payments of Part A claims, each claim once."""
    paid = {}
    for one in resource_list:
        if one["resourceType"] == BENEFITS and kind_of(one) in ("10", "20", "30", "40", "50", "60"):
            amount = one.get("payment", {}).get("amount", {}).get("value")
            if is_final(one) and one.get("billablePeriod", {}).get("end") and amount is not None:
                paid[claim_of(one)] = Decimal(str(amount))
    return sum(paid.values(), Decimal(0))


def line_sum(resource_list):
    """What Medicare paid on Part B lines, each line once: two files share claims."""
    paid = {}
    for one in resource_list:
        if one["resourceType"] == BENEFITS and kind_of(one) in ("71", "72", "81", "82"):
            for line in one.get("item", []) if is_final(one) else []:
                for part in line.get("adjudication", []):
                    names = [c["code"].rsplit("/", 1)[-1] for c in part["category"]["coding"]]
                    if {"line_nch_pmt_amt", "CLM_LINE_CVRD_PD_AMT"} & set(names):
                        amount = Decimal(str(part["amount"]["value"]))
                        paid[claim_of(one), line["sequence"]] = amount
    return sum(paid.values(), Decimal(0))


def claim_of(benefit):
    """The claim's number, by which two deliveries of it are one."""
    for each in benefit.get("identifier", []):
        if each.get("system", "").rsplit("/", 1)[-1] in ("clm_id", ""):
            return each["value"]
    return benefit.get("id", "")


@pytest.fixture(scope="module", params=["fhir_v1_stu3", "fhir_v2_r4", "fhir_v3_r4", "fhir_paca"])
def delivery(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    charts = tmp_path_factory.mktemp("feed")
    for path in (SHARED / request.param).iterdir():
        (charts / path.name.removesuffix(".gz")).write_text(text_of(path))
    inputs = ClaimInputs(fhir=charts)
    try:
        report = build_store(inputs, folder, buckets=1, threads=1)
    except Exception as error:  # a delivery of which nothing can be used says so
        return request.param, None, str(error)
    return request.param, report, folder


def test_resources_in_are_used_and_set_aside(delivery):
    name, report, said = delivery
    if name == "fhir_paca":
        assert report is None
        assert "resource type not used for claims" in said
        return
    assert all(entry.balanced for entry in report.waterfall)
    assert sum(entry.records for entry in report.waterfall) == len(resources(name))


def test_amounts_are_those_of_an_independent_sum(delivery):
    name, report, _ = delivery
    if report is None:
        pytest.skip("nothing of this delivery is a claim")
    resource_list = resources(name)
    with DuckDBEngine(threads=1) as engine:
        for table in ("institutional_claim", "professional_line"):
            engine.register(table, report.parts(table))
        headers = engine.rows("select coalesce(sum(paid_amount), 0) as x from institutional_claim")
        lines = engine.rows("select coalesce(sum(paid_amount), 0) as x from professional_line")
    assert headers[0]["x"] == header_sum(resource_list)
    assert lines[0]["x"] == line_sum(resource_list)
