"""The project file: what it says when something is wrong, and that the template says everything."""

from importlib import resources

import pytest

from openvbc.errors import ContractError, RuleError
from openvbc.programs.mssp.contract import read_contract
from openvbc.programs.mssp.from_claims import SharedSavingsFromClaims
from openvbc.programs.mssp.project import SharedSavingsProject
from openvbc.programs.registry import program
from openvbc.project_file import read_project_file
from openvbc.rules.exact_yaml import read_yaml

GOOD = """\
program: mssp
contract:
  aco_id: A0001
inputs:
  cclf: [cclf]
  participants: participants.csv
engine:
  threads: 2
"""


def form_of(name):
    return program(name).claims_program().project_file


@pytest.fixture
def project(tmp_path):
    (tmp_path / "cclf").mkdir()
    (tmp_path / "participants.csv").write_text("aco_id\n")

    def write(text):
        (tmp_path / "openvbc.yaml").write_text(text)
        return tmp_path

    return write


def test_paths_are_taken_from_the_folder_of_the_file(project):
    folder = project(GOOD)
    read, digest = read_project_file(folder, form_of)
    assert read.inputs.cclf == (folder / "cclf",)
    assert read.output == folder / "run"
    assert read.engine.threads == 2
    assert len(digest) == 64
    assert read_project_file(folder / "openvbc.yaml", form_of)[0] == read


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (("cclf: [cclf]", "cclv: [cclf]"), 5, r"inputs.cclv is not a key(.|\n)*known here: cclf,"),
        (("program: mssp", "program: msp"), 1, "program"),
        (("threads: 2", "threads: two"), 8, "engine.threads"),
        (("threads: 2", "threads: 0"), 8, "engine.threads"),
        (("cclf: [cclf]", "cclf: [cclf, missing]"), 5, "inputs.cclf names a file or folder that"),
        (("participants.csv", "nobody.csv"), 6, "inputs.participants names a file"),
        (("inputs:", "input:"), 4, "input is not a key|inputs is missing"),
        (("  threads: 2", " - threads: 2"), 7, "engine"),
        (("aco_id: A0001", "aco_id: [A0001"), 4, "not valid YAML"),
    ],
)
def test_a_mistake_is_named_with_its_line(project, change, line, says):
    folder = project(GOOD.replace(*change))
    with pytest.raises(Exception, match=says) as caught:
        read_project_file(folder, form_of)
    assert caught.value.code.startswith(("VBC-2", "VBC-3"))
    if "inputs is missing" not in str(caught.value):
        assert f"openvbc.yaml:{line}" in str(caught.value)


def test_no_file_and_not_a_mapping(tmp_path, project):
    with pytest.raises(ContractError, match=r"no project file here(.|\n)*vbc init"):
        read_project_file(tmp_path, form_of)
    with pytest.raises(ContractError, match="mapping"):
        read_project_file(project("- a\n"), form_of)
    (tmp_path / "openvbc.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(RuleError, match="UTF-8"):
        read_project_file(tmp_path, form_of)


def keys_of(model, prefix=""):
    for name, field in model.model_fields.items():
        yield name
        if hasattr(field.annotation, "model_fields"):
            yield from keys_of(field.annotation)


def test_the_template_names_every_key_and_can_be_read():
    text = resources.files("openvbc").joinpath(SharedSavingsFromClaims.template).read_text()
    for key in keys_of(SharedSavingsProject):
        assert f"{key}:" in text, f"the template does not mention {key}"
    file = SharedSavingsProject.model_validate(read_yaml(text, "template"))
    contract = read_contract({**file.contract, "revenue_category": "low"})
    assert contract.quality.minimum_attainment_met
