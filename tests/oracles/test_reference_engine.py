"""The reference engine (fqm-execution, Node) in the same test run, where it is installed.

It is no part of the program. Install it anywhere and name its folder of modules::

    npm install fqm-execution@1.8.6
    OPENVBC_NODE_MODULES=.../node_modules OPENVBC_MEASURE_BUNDLES=... pytest -m slow tests/oracles

The measures' logic is under licence and not at hand: give the folder of FHIR measure bundles
(Measure, Libraries with compiled logic, ValueSets), a file a measure named as the deck names it.
"""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from clinical.charts import encounter, patient
from oracles.test_ecqm_deck import FILES, NAMES, SHARED, cases, differences

MODULES = Path(os.environ.get("OPENVBC_NODE_MODULES", "node_modules"))
BUNDLES = Path(os.environ.get("OPENVBC_MEASURE_BUNDLES", "measure_bundles"))
PERIOD = ("2026-01-01", "2026-12-31")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed"),
    pytest.mark.skipif(
        not (MODULES / "fqm-execution").is_dir(),
        reason=f"fqm-execution is not in {MODULES}: npm install fqm-execution@1.8.6, and name its "
        "folder node_modules in OPENVBC_NODE_MODULES",
    ),
]


def bundle(resources):
    return {
        "resourceType": "Bundle", "type": "collection",
        "entry": [{"resource": each} for each in resources],
    }  # fmt: skip


def calculated(measure, patients):
    """What the engine finds: patient to population code to result."""
    ran = subprocess.run(
        ["node", str(Path(__file__).with_name("reference_engine.js"))],
        input=json.dumps({"measure": measure, "patients": patients, "period": PERIOD}),
        env={**os.environ, "NODE_PATH": str(MODULES.resolve())},
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout)


def expression(name, body):
    return {"name": name, "context": "Patient", "accessLevel": "Public", "expression": body}


def visited():
    """A measure of ours: everybody; met by an encounter."""
    fhir = "http://hl7.org/fhir"

    def retrieve(kind):
        template = f"{fhir}/StructureDefinition/{kind}"
        return {"type": "Retrieve", "dataType": f"{{{fhir}}}{kind}", "templateId": template}

    one = {"type": "SingletonFrom", "operand": retrieve("Patient")}
    everybody = {"type": "Literal", "value": "true",
                 "valueType": "{urn:hl7-org:elm-types:r1}Boolean"}  # fmt: skip
    moment = {"name": "{urn:hl7-org:elm-types:r1}DateTime", "type": "NamedTypeSpecifier"}
    period = {
        "name": "Measurement Period", "accessLevel": "Public",
        "parameterTypeSpecifier": {"type": "IntervalTypeSpecifier", "pointType": moment},
    }  # fmt: skip
    elm = {"library": {
        "identifier": {"id": "Visited", "version": "1"},
        "schemaIdentifier": {"id": "urn:hl7-org:elm", "version": "r1"},
        "usings": {"def": [
            {"localIdentifier": "System", "uri": "urn:hl7-org:elm-types:r1"},
            {"localIdentifier": "FHIR", "uri": fhir, "version": "4.0.1"},
        ]},
        "parameters": {"def": [period]},
        "statements": {"def": [
            expression("Patient", one), expression("Everybody", everybody),
            expression("Visited", {"type": "Exists", "operand": retrieve("Encounter")}),
        ]},
    }}  # fmt: skip
    content = base64.b64encode(json.dumps(elm).encode()).decode()
    library = {
        "resourceType": "Library", "id": "Visited", "url": "http://example.org/Library/Visited",
        "version": "1", "status": "active", "type": {"coding": [{"code": "logic-library"}]},
        "content": [{"contentType": "application/elm+json", "data": content}],
    }  # fmt: skip

    def population(code, name):
        system = "http://terminology.hl7.org/CodeSystem/measure-population"
        return {"code": {"coding": [{"system": system, "code": code}]},
                "criteria": {"language": "text/cql", "expression": name}}  # fmt: skip

    measure = {
        "resourceType": "Measure", "id": "visited", "status": "active",
        "url": "http://example.org/Measure/visited", "version": "1",
        "library": ["http://example.org/Library/Visited"],
        "scoring": {"coding": [{"code": "proportion"}]},
        "group": [{"population": [
            population("initial-population", "Everybody"), population("denominator", "Everybody"),
            population("numerator", "Visited"),
        ]}],
    }  # fmt: skip
    return bundle([measure, library])


def test_the_engine_runs_a_measure_of_ours():
    seen = [patient("a", gender="female"), encounter("e", "a", "2026-02-01", "2026-02-01", "x")]
    populations = calculated(visited(), [bundle(seen), bundle([patient("b", gender="male")])])
    assert populations["a"]["numerator"] is True
    assert populations["b"]["numerator"] is False
    assert populations["b"]["denominator"] is True


@pytest.mark.skipif(
    not BUNDLES.is_dir(),
    reason="the measures' compiled logic is not at OPENVBC_MEASURE_BUNDLES (a bundle a measure)",
)
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared quality data are not at OPENVBC_SHARED")
@pytest.mark.parametrize("cms_id", FILES)
def test_the_engine_and_we_agree_on_the_deck(cms_id, tmp_path):
    deck = [(c, case) for c, case in cases("ecqm_py2026", ".cases.ndjson.gz") if c == cms_id]
    measure = json.loads((BUNDLES / f"{FILES[cms_id]}.json").read_text())
    populations = calculated(measure, [bundle(case["resources"]) for _, case in deck])
    for _, case in deck:
        who = next(r["id"] for r in case["resources"] if r["resourceType"] == "Patient")
        wanted = ("initial-population", *NAMES)
        case["expected_fqm"] = {n: populations[who][n] for n in wanted if n in populations[who]}
    assert differences(tmp_path, deck) == []
