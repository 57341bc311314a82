"""One code, one fault; every error is in the catalogue and can be explained."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from openvbc.error_catalogue import known_error, known_errors
from openvbc.errors import InputError

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def numbers():
    spec = importlib.util.spec_from_file_location(
        "number_errors", ROOT / "scripts/number_errors.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def faults(numbers):
    return numbers.faults()


def test_every_error_has_its_own_code_and_is_in_the_catalogue(numbers, faults):
    """Mended by: python scripts/number_errors.py && python scripts/write_reference_docs.py"""
    assert numbers.complaints(faults) == []


def test_one_code_is_one_fault(faults):
    said = {}
    for fault in faults:
        said.setdefault(fault.code, set()).add((fault.error, fault.what))
    assert {code: words for code, words in said.items() if len(words) > 1 or not code} == {}
    assert set(said) <= set(known_errors())


def written(numbers, tmp_path, monkeypatch, text):
    """What the script makes of a source of one file."""
    source = tmp_path / "src" / "openvbc"
    source.mkdir(parents=True)
    (source / "one.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(numbers, "ROOT", tmp_path)
    monkeypatch.setattr(numbers, "SOURCE", source)
    monkeypatch.setattr(numbers, "CATALOGUE", source / "error_catalogue.csv")
    assert numbers.complaints(numbers.faults())
    for _ in range(2):  # the second time there is nothing left to mend
        monkeypatch.setattr(sys, "argv", ["number_errors.py"])
        numbers.main()
        assert numbers.complaints(numbers.faults()) == []
    calls = [
        n for n in ast.walk(ast.parse((source / "one.py").read_text())) if isinstance(n, ast.Call)
    ]
    codes = sorted((n.lineno, k.value.value) for n in calls for k in n.keywords if k.arg == "code")
    return [code for _, code in codes]


def test_a_shared_number_is_parted_and_the_same_words_share_one(numbers, tmp_path, monkeypatch):
    text = (
        'a = InputError("no file", code="VBC-101")\n'
        'b = InputError(f"no column {name}", code="VBC-101")\n'
        'c = InputError("no file",)\n'
        'd = ContractError(\n    "no term"  # why\n)\n'
        'e = InputError(f"no column {other}")\n'
    )
    codes = written(numbers, tmp_path, monkeypatch, text)
    assert codes == ["VBC-101", "VBC-1001", "VBC-101", "VBC-2001", "VBC-1002"]


@pytest.mark.parametrize("left_open", ["VBC-0", "VBC-", "to be numbered"])
def test_a_number_left_open_is_given(numbers, tmp_path, monkeypatch, left_open):
    text = f'a = InputError("no file", code="{left_open}")\n'
    assert written(numbers, tmp_path, monkeypatch, text) == ["VBC-1001"]


def test_a_code_stays_when_another_is_put_before_it(numbers, tmp_path, monkeypatch):
    assert written(numbers, tmp_path, monkeypatch, 'a = InputError("old")\n') == ["VBC-1001"]
    file = tmp_path / "src" / "openvbc" / "one.py"
    file.write_text('b = InputError("new", code="VBC-1001")\n' + file.read_text(), encoding="utf-8")
    numbers.main()
    assert [fault.code for fault in numbers.faults()] == ["VBC-1002", "VBC-1001"]


def test_a_code_can_be_explained():
    told = str(known_error("vbc-101"))
    assert told.startswith("VBC-101: the folder or file with {what} does not exist")
    assert "what to do: correct the path" in told
    with pytest.raises(InputError, match="no error has this code"):
        known_error("VBC-9999")


def test_the_command_explains_a_code_without_a_run():
    command = [sys.executable, "-m", "openvbc", "explain", "VBC-420"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT / "src")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("VBC-420: the program met something it does not foresee")
