"""CMS's inventories as JSON, and which measures apply to whom."""

import csv
import json

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import EmptyResult, InputError
from openvbc.programs.mips.submissions.applicability import applicable
from openvbc.programs.mips.submissions.inventory import Measure, read_inventory

# The layout of measures/2024/measures-data.json of CMSgov/qpp-measures-data; the measures are ours.
QUALITY = {
    "category": "quality", "measureId": "901", "title": "x", "measureType": "intermediateOutcome",
    "isHighPriority": True, "isInverse": False, "metricType": "singlePerformanceRate",
    "firstPerformanceYear": 2017, "lastPerformanceYear": None,
    "allowedPrograms": ["mips", "app1", "M9001"],
    "submissionMethods": ["registry", "electronicHealthRecord"],
    "measureSets": ["cardiology", "familyMedicine"], "sevenPointCapRemoved": ["registry"],
}  # fmt: skip
INVENTORY = [
    QUALITY,
    {**QUALITY, "measureId": "902", "measureType": "process", "isHighPriority": False,
     "metricType": "nonProportion", "allowedPrograms": ["mips"],
     "submissionMethods": ["cmsWebInterface"], "measureSets": ["cardiology"]},
    {**QUALITY, "measureId": "903", "lastPerformanceYear": 2023},
    {**QUALITY, "measureId": "904", "firstPerformanceYear": 2025},
    {"category": "ia", "measureId": "IA_X_1", "metricType": "boolean", "weight": "high",
     "firstPerformanceYear": 2017, "lastPerformanceYear": None, "allowedPrograms": ["mips"]},
    {"category": "aci", "measureId": "ACI_1", "firstPerformanceYear": 2017},
    {"category": "cost", "measureId": "COST_1", "submissionMethods": ["administrativeClaims"]},
]  # fmt: skip
MVPS = [{"mvpId": "G9001", "qualityMeasureIds": ["902"], "iaMeasureIds": ["IA_X_1"],
         "costMeasureIds": ["COST_1"], "administrativeClaimsMeasureIds": [],
         "foundationQualityMeasureIds": []}]  # fmt: skip


@pytest.fixture
def files(tmp_path):
    (tmp_path / "measures-data.json").write_text(json.dumps(INVENTORY))
    (tmp_path / "mvp.json").write_text(json.dumps(MVPS))
    return tmp_path / "measures-data.json", tmp_path / "mvp.json"


def test_the_json_of_a_year_holds_its_measures(files):
    inventory = read_inventory([files[0]], 2024)
    assert sorted(inventory) == ["901", "902", "ACI_1", "COST_1", "IA_X_1"]
    assert inventory["901"] == Measure(
        "901", "quality", "intermediateOutcome", True,
        frozenset({"registry", "electronicHealthRecord"}), 2017, frozenset({"registry"}), True,
        frozenset({"mips", "app1", "M9001"}), frozenset({"cardiology", "familyMedicine"}),
    )  # fmt: skip
    assert inventory["901"].is_outcome
    assert not inventory["902"].is_proportion
    assert (inventory["IA_X_1"].category, inventory["IA_X_1"].kind) == ("ia", "high")
    assert inventory["ACI_1"].category == "pi"
    assert inventory["COST_1"].collection_types == {"administrativeClaims"}


def names(files, *wanted):
    return [row[0] for row in applicable([files[0]], files[1], 2024, wanted).rows]


@pytest.mark.parametrize(
    ("wanted", "measures"),
    [
        ((), ["COST_1", "IA_X_1", "ACI_1", "901", "902"]),
        (("app1",), ["901"]),
        (("cardiology",), ["901", "902"]),
        (("cardiology", "cmsWebInterface"), ["902"]),
        (("M9001",), ["901"]),
        (("G9001",), ["COST_1", "IA_X_1", "902"]),
        (("G9001", "quality"), ["902"]),
    ],
)
def test_measures_apply_by_pathway_specialty_and_collection_type(files, wanted, measures):
    assert names(files, *wanted) == measures


def test_what_is_not_known_or_nothing_is_said(files):
    with pytest.raises(InputError, match="app9"):
        names(files, "app9")
    with pytest.raises(EmptyResult, match="app1, cmsWebInterface together"):
        names(files, "app1", "cmsWebInterface")


def test_the_command_lists_them(files, tmp_path):
    result = CliRunner().invoke(
        app,
        ["qpp", "measures", str(files[0]), "--year", "2024", "--for", "app1",
         "--output", str(tmp_path / "out")],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "1 measures written" in result.output
    with (tmp_path / "out" / "measures.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert row["Collection types"] == "electronicHealthRecord registry"
